//! The request that registers a revision.

use aws_sdk_batch::{
    operation::register_job_definition::builders::RegisterJobDefinitionFluentBuilder as Registration,
    types::{
        self as batch, AssignPublicIp, EfsAuthorizationConfigIam, EfsTransitEncryption, JobDefinitionType,
        LogDriver, PlatformCapability, ResourceType, RetryAction,
    },
};

use super::{JobDefinition, Revision};
use crate::{
    aws::{AwsFault, Clients},
    blueprint::{self, Platform, Volume},
    resource::{Known, Resource, not_known},
};

impl JobDefinition {
    pub(super) fn registration(
        &self,
        aws: &Clients,
        known: &Known,
        action: &str,
    ) -> Result<Registration, AwsFault> {
        let needed = [
            (self.execution_role.get(known), "the execution role"),
            (self.job_role.get(known), "the job role"),
            (self.log_group.get(known), "the log group"),
        ];
        if let Some((_, what)) = needed.into_iter().find(|(value, _)| value.is_none()) {
            return Err(not_known(action, what));
        }
        let revision = self.revision(known);
        let definition = &revision.definition;
        let timeout = definition
            .timeout_seconds
            .map(|seconds| batch::JobTimeout::builder().attempt_duration_seconds(number(seconds)).build());
        let parameters = definition.parameters.clone().into_iter().collect();
        Ok(aws
            .once
            .batch
            .register_job_definition()
            .job_definition_name(&self.name)
            .r#type(JobDefinitionType::Container)
            .platform_capabilities(PlatformCapability::from(definition.platform.batch()))
            .container_properties(container(&revision, &self.stack.region))
            .retry_strategy(retry(definition))
            .set_timeout(timeout)
            .set_parameters(Some(parameters).filter(|all: &std::collections::HashMap<_, _>| !all.is_empty()))
            .propagate_tags(definition.propagate_tags)
            .set_scheduling_priority(definition.scheduling_priority.map(number))
            .set_tags(Some(self.stack.tag_map(&Resource::id(self)))))
    }
}

fn container(revision: &Revision, region: &str) -> batch::ContainerProperties {
    let definition = &revision.definition;
    let need = |kind, value: String| batch::ResourceRequirement::builder().r#type(kind).value(value).build();
    let log = batch::LogConfiguration::builder()
        .log_driver(LogDriver::Awslogs)
        .options("awslogs-group", &revision.log_group)
        .options("awslogs-region", region)
        .options("awslogs-stream-prefix", &definition.name)
        .build();
    let mut container = batch::ContainerProperties::builder()
        .image(&definition.image)
        .set_command(filled(definition.command.clone()))
        .resource_requirements(need(ResourceType::Vcpu, definition.vcpu.clone()))
        .resource_requirements(need(ResourceType::Memory, definition.memory_mib.to_string()))
        .execution_role_arn(&revision.execution_role)
        .job_role_arn(&revision.job_role)
        .log_configuration(log)
        .set_user(definition.user.clone());
    if let Some(secret) = &definition.registry_secret {
        let credentials = batch::RepositoryCredentials::builder().credentials_parameter(secret);
        container = container.repository_credentials(credentials.build());
    }
    if definition.gpus > 0 {
        container = container.resource_requirements(need(ResourceType::Gpu, definition.gpus.to_string()));
    }
    for (name, value) in &definition.environment {
        container = container.environment(batch::KeyValuePair::builder().name(name).value(value).build());
    }
    for (name, from) in &definition.secrets {
        container = container.secrets(batch::Secret::builder().name(name).value_from(from).build());
    }
    for volume in &definition.volumes {
        container = container.volumes(mountable(volume));
    }
    for mount in &definition.mounts {
        let point = batch::MountPoint::builder()
            .source_volume(&mount.volume)
            .container_path(&mount.path)
            .read_only(mount.read_only);
        container = container.mount_points(point.build());
    }
    for limit in &definition.ulimits {
        let limit = batch::Ulimit::builder()
            .name(&limit.name)
            .soft_limit(number(limit.soft))
            .hard_limit(number(limit.hard));
        container = container.ulimits(limit.build());
    }
    if definition.privileged {
        container = container.privileged(true);
    }
    if definition.platform == Platform::Fargate {
        let address =
            if definition.assign_public_ip { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled };
        let platform = batch::RuntimePlatform::builder()
            .operating_system_family("LINUX")
            .cpu_architecture(definition.architecture.batch());
        container = container
            .network_configuration(batch::NetworkConfiguration::builder().assign_public_ip(address).build())
            .runtime_platform(platform.build());
    }
    if let Some(gib) = definition.ephemeral_storage_gib {
        let disk = batch::EphemeralStorage::builder().size_in_gib(number(gib)).build();
        container = container.ephemeral_storage(disk);
    }
    container.build()
}

fn mountable(volume: &Volume) -> batch::Volume {
    let named = batch::Volume::builder().name(volume.name());
    match volume {
        Volume::Host { path, .. } => named.host(batch::Host::builder().source_path(path).build()).build(),
        Volume::Efs { file_system, root_directory, access_point, iam, .. } => {
            let mut efs = batch::EfsVolumeConfiguration::builder()
                .file_system_id(file_system)
                .set_root_directory(root_directory.clone())
                // Always: with IAM or an access point AWS demands it, otherwise nothing speaks against it.
                .transit_encryption(EfsTransitEncryption::Enabled);
            if *iam || access_point.is_some() {
                let asked = if *iam {
                    EfsAuthorizationConfigIam::Enabled
                } else {
                    EfsAuthorizationConfigIam::Disabled
                };
                let authorization = batch::EfsAuthorizationConfig::builder().iam(asked);
                efs =
                    efs.authorization_config(authorization.set_access_point_id(access_point.clone()).build());
            }
            named.efs_volume_configuration(efs.build()).build()
        }
    }
}

fn retry(definition: &blueprint::JobDefinition) -> batch::RetryStrategy {
    let mut retry = batch::RetryStrategy::builder().attempts(number(definition.attempts));
    for rule in &definition.retry {
        let condition = batch::EvaluateOnExit::builder()
            // In small letters, as Terraform writes it: AWS gives back what it was given, and Terraform would find
            // capitals changed for ever.
            .action(RetryAction::from(rule.action.batch().to_lowercase().as_str()))
            .set_on_status_reason(rule.on_status_reason.clone())
            .set_on_reason(rule.on_reason.clone())
            .set_on_exit_code(rule.on_exit_code.clone());
        retry = retry.evaluate_on_exit(condition.build());
    }
    retry.build()
}

fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

fn number(value: u32) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}
