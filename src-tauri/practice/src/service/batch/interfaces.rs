//! The network interfaces of tasks on Fargate: what holds subnets, security groups and gateways while jobs
//! run.

use super::job;
use super::size::Platform;
use crate::ids;
use crate::state::State;
use crate::wire::json::text;

/// An interface that ECS made for a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interface {
    /// `eni-…`.
    pub(crate) id: String,
    /// The id of the task, which the attachment carries too.
    pub(crate) task: String,
    pub(crate) subnet: String,
    pub(crate) groups: Vec<String>,
    pub(crate) private_ip: String,
    /// Whether it has a public address as well.
    pub(crate) is_public: bool,
}

/// Those of the tasks that are starting or running.
pub(crate) fn interfaces(state: &State, region: &str) -> Vec<Interface> {
    let Some(batch) = state.batch.regions.get(region) else { return Vec::new() };
    let of = |job: &job::Job| {
        let spec = job::spec(batch, job).filter(|spec| spec.platform == Platform::Fargate)?;
        let task = job.task.as_ref()?;
        let environment = batch.environments.get(&task.environment)?;
        let name = job::TaskName::of(state.seed(), job, spec, task.number);
        let network = spec.container.get("networkConfiguration");
        Some(Interface {
            id: ids::ec2_id(state.seed(), "eni", &name.id),
            task: name.id,
            // The one that the way out was judged by.
            subnet: (*environment.subnets().first()?).to_owned(),
            groups: environment.security_groups().into_iter().map(str::to_owned).collect(),
            private_ip: name.private_ip?,
            is_public: network.and_then(|network| text(network, "assignPublicIp")) == Some("ENABLED"),
        })
    };
    batch.jobs.values().filter_map(|job| of(job)).collect()
}
