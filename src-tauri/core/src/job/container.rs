//! The container that a job stands and falls with, whichever way its definition was written.

use aws_sdk_batch::types::{
    AttemptDetail, JobDetail, KeyValuePair, LogConfiguration, LogDriver, ResourceRequirement, ResourceType,
    TaskContainerDetails,
};

/// Where jobs log unless they name a group.
const DEFAULT_GROUP: &str = "/aws/batch/job";

/// The main container of a job: of `container`, or the first essential one of `ecsProperties`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container<'d> {
    name: Option<&'d str>,
    pub(super) image: Option<&'d str>,
    pub(super) command: &'d [String],
    pub(super) environment: &'d [KeyValuePair],
    pub(super) log_stream: Option<&'d str>,
    pub(super) exit_code: Option<i32>,
    pub(super) reason: Option<&'d str>,
    log: Option<&'d LogConfiguration>,
    needs: &'d [ResourceRequirement],
}

impl<'d> Container<'d> {
    pub(super) fn of(detail: &'d JobDetail) -> Option<Self> {
        if let Some(container) = detail.container() {
            return Some(Self {
                name: None,
                image: container.image(),
                command: container.command(),
                environment: container.environment(),
                log_stream: container.log_stream_name(),
                exit_code: container.exit_code(),
                reason: container.reason(),
                log: container.log_configuration(),
                needs: container.resource_requirements(),
            });
        }
        let containers = detail.ecs_properties()?.task_properties().first()?.containers();
        let essential = |container: &&TaskContainerDetails| container.essential() != Some(false);
        let container = containers.iter().find(essential).or(containers.first())?;
        Some(Self {
            name: container.name(),
            image: container.image(),
            command: container.command(),
            environment: container.environment(),
            log_stream: container.log_stream_name(),
            exit_code: container.exit_code(),
            reason: container.reason(),
            log: container.log_configuration(),
            needs: container.resource_requirements(),
        })
    }

    /// The group of its log, when it goes to CloudWatch Logs.
    pub(super) fn log_group(&self) -> Option<&'d str> {
        let Some(log) = self.log else { return Some(DEFAULT_GROUP) };
        if log.log_driver() != Some(&LogDriver::Awslogs) {
            return None;
        }
        let named = log.options().and_then(|options| options.get("awslogs-group"));
        Some(named.map_or(DEFAULT_GROUP, String::as_str))
    }

    /// How much of something it asks for.
    pub(super) fn need(&self, kind: &ResourceType) -> Option<&'d str> {
        self.needs.iter().find(|need| need.r#type() == Some(kind)).and_then(|need| need.value())
    }
}

/// What an attempt's main container left behind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trace<'d> {
    pub(super) exit_code: Option<i32>,
    pub(super) reason: Option<&'d str>,
    pub(super) log_stream: Option<&'d str>,
}

impl<'d> Trace<'d> {
    pub(super) fn of(attempt: &'d AttemptDetail, main: Option<&Container<'_>>) -> Self {
        let task = attempt.task_properties().first();
        if let Some(containers) = task
            .map(aws_sdk_batch::types::AttemptEcsTaskDetails::containers)
            .filter(|found| !found.is_empty())
        {
            let name = main.and_then(|main| main.name);
            let found = containers.iter().find(|found| found.name() == name).or(containers.first());
            return found.map_or_else(Self::default, |found| Self {
                exit_code: found.exit_code(),
                reason: found.reason(),
                log_stream: found.log_stream_name(),
            });
        }
        attempt.container().map_or_else(Self::default, |container| Self {
            exit_code: container.exit_code(),
            reason: container.reason(),
            log_stream: container.log_stream_name(),
        })
    }
}
