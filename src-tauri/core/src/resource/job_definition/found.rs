//! A revision as AWS describes it, in the blueprint's terms.

use std::collections::BTreeMap;

use aws_sdk_batch::types::{
    self as batch, AssignPublicIp, ContainerProperties, EfsAuthorizationConfigIam, PlatformCapability,
    ResourceType,
};

use super::Revision;
use crate::blueprint::{self, Architecture, Mount, Platform, RetryAction, RetryRule, Ulimit, Volume};

pub(super) fn revision(part: &str, found: &batch::JobDefinition) -> Revision {
    let container = found.container_properties();
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let log = container.and_then(|container| container.log_configuration()).and_then(|log| log.options());
    Revision {
        definition: read(part, found),
        execution_role: text(container.and_then(ContainerProperties::execution_role_arn)),
        job_role: text(container.and_then(ContainerProperties::job_role_arn)),
        log_group: text(log.and_then(|options| options.get("awslogs-group")).map(String::as_str)),
    }
}

/// A definition as a blueprint would say it, but for what its job role may do.
pub(crate) fn read(part: &str, found: &batch::JobDefinition) -> blueprint::JobDefinition {
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    let nothing = ContainerProperties::builder().build();
    let container = found.container_properties().unwrap_or(&nothing);
    let need = |kind: &ResourceType| {
        let need = container.resource_requirements().iter().find(|need| need.r#type() == Some(kind));
        need.and_then(batch::ResourceRequirement::value).unwrap_or_default().to_owned()
    };
    let fargate = found.platform_capabilities().contains(&PlatformCapability::Fargate);
    let platform = if fargate { Platform::Fargate } else { Platform::Ec2 };
    let processor = container.runtime_platform().and_then(batch::RuntimePlatform::cpu_architecture);
    let public_ip = container.network_configuration().and_then(batch::NetworkConfiguration::assign_public_ip);
    let retry = found.retry_strategy();
    let disk = container.ephemeral_storage().and_then(batch::EphemeralStorage::size_in_gib);
    blueprint::JobDefinition {
        name: part.to_owned(),
        platform,
        image: container.image().unwrap_or_default().to_owned(),
        registry_secret: container
            .repository_credentials()
            .and_then(batch::RepositoryCredentials::credentials_parameter)
            .filter(|secret| !secret.is_empty())
            .map(str::to_owned),
        command: container.command().to_vec(),
        vcpu: need(&ResourceType::Vcpu),
        memory_mib: need(&ResourceType::Memory).parse().unwrap_or_default(),
        gpus: need(&ResourceType::Gpu).parse().unwrap_or_default(),
        architecture: if processor == Some(Architecture::Arm64.batch()) {
            Architecture::Arm64
        } else {
            Architecture::X86_64
        },
        environment: pairs(container.environment().iter().map(|pair| (pair.name(), pair.value()))),
        secrets: pairs(container.secrets().iter().map(|secret| (secret.name(), secret.value_from()))),
        parameters: found.parameters().map(|all| all.clone().into_iter().collect()).unwrap_or_default(),
        volumes: container.volumes().iter().filter_map(volume).collect(),
        mounts: container.mount_points().iter().filter_map(mount).collect(),
        ulimits: container.ulimits().iter().map(ulimit).collect(),
        privileged: container.privileged().unwrap_or(false),
        user: container.user().filter(|user| !user.is_empty()).map(str::to_owned),
        ephemeral_storage_gib: number(disk),
        attempts: number(retry.and_then(batch::RetryStrategy::attempts)).unwrap_or(1),
        retry: retry.map(|retry| retry.evaluate_on_exit().iter().map(rule).collect()).unwrap_or_default(),
        timeout_seconds: number(found.timeout().and_then(batch::JobTimeout::attempt_duration_seconds)),
        // On EC2 it is not asked for; there the blueprint's default stands.
        assign_public_ip: platform == Platform::Ec2 || public_ip == Some(&AssignPublicIp::Enabled),
        propagate_tags: found.propagate_tags().unwrap_or(false),
        scheduling_priority: number(found.scheduling_priority()),
        access: vec![],
    }
}

fn pairs<'p>(found: impl Iterator<Item = (Option<&'p str>, Option<&'p str>)>) -> BTreeMap<String, String> {
    found.filter_map(|(name, value)| Some((name?.to_owned(), value?.to_owned()))).collect()
}

fn volume(found: &batch::Volume) -> Option<Volume> {
    let name = found.name()?.to_owned();
    if let Some(efs) = found.efs_volume_configuration() {
        let authorization = efs.authorization_config();
        let point = authorization.and_then(batch::EfsAuthorizationConfig::access_point_id);
        let iam = authorization.and_then(batch::EfsAuthorizationConfig::iam);
        return Some(Volume::Efs {
            name,
            file_system: efs.file_system_id()?.to_owned(),
            root_directory: efs.root_directory().filter(|root| !root.is_empty()).map(str::to_owned),
            access_point: point.filter(|point| !point.is_empty()).map(str::to_owned),
            iam: iam == Some(&EfsAuthorizationConfigIam::Enabled),
        });
    }
    let path = found.host().and_then(batch::Host::source_path)?.to_owned();
    Some(Volume::Host { name, path })
}

fn mount(found: &batch::MountPoint) -> Option<Mount> {
    Some(Mount {
        volume: found.source_volume()?.to_owned(),
        path: found.container_path()?.to_owned(),
        read_only: found.read_only().unwrap_or(false),
    })
}

fn ulimit(found: &batch::Ulimit) -> Ulimit {
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok()).unwrap_or_default();
    Ulimit {
        name: found.name().unwrap_or_default().to_owned(),
        soft: number(found.soft_limit()),
        hard: number(found.hard_limit()),
    }
}

fn rule(found: &batch::EvaluateOnExit) -> RetryRule {
    let text = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    RetryRule {
        // Given in capitals, answered as AWS likes.
        action: if found.action().is_some_and(|action| action.as_str().eq_ignore_ascii_case("RETRY")) {
            RetryAction::Retry
        } else {
            RetryAction::Exit
        },
        on_status_reason: text(found.on_status_reason()),
        on_reason: text(found.on_reason()),
        on_exit_code: text(found.on_exit_code()),
    }
}
