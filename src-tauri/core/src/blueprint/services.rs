//! What a blueprint's jobs must reach before they can run, and from where they speak.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Access, Blueprint, JobDefinition, Platform};

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is named as AWS names it")]
pub enum Service {
    Ecs,
    Ecr,
    S3,
    Logs,
    SecretsManager,
    Ssm,
    /// A registry on the internet, which no endpoint leads to.
    Registry,
}

impl Service {
    /// The ends of the names of the endpoints that it takes (Amazon ECS Developer Guide, "Amazon ECS interface VPC
    /// endpoints"; Amazon ECR User Guide, "Amazon ECR interface VPC endpoints").
    pub(crate) const fn endpoints(self) -> &'static [&'static str] {
        match self {
            Self::Ecs => &["ecs", "ecs-agent", "ecs-telemetry"],
            Self::Ecr => &["ecr.api", "ecr.dkr"],
            Self::S3 => &["s3"],
            Self::Logs => &["logs"],
            Self::SecretsManager => &["secretsmanager"],
            Self::Ssm => &["ssm"],
            Self::Registry => &[],
        }
    }
}

/// What speaks: each gets its public address, or none, in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Runner {
    /// A job on Fargate.
    Task {
        /// Whether it asks for a public address of its own.
        public: bool,
    },
    /// An instance, which gets one where its subnet gives one.
    Instance,
}

/// What must be reached for jobs to start, and by what.
pub(crate) fn needed(blueprint: &Blueprint) -> BTreeMap<Service, BTreeSet<Runner>> {
    let mut needs = BTreeMap::<Service, BTreeSet<Runner>>::new();
    let has = |platform| blueprint.compute_environments.iter().any(|one| one.kind.platform() == platform);
    if has(Platform::Ec2) {
        needs.entry(Service::Ecs).or_default().insert(Runner::Instance);
    }
    for definition in blueprint.job_definitions.iter().filter(|definition| has(definition.platform)) {
        let runner = match definition.platform {
            Platform::Fargate => Runner::Task { public: definition.assign_public_ip },
            Platform::Ec2 => Runner::Instance,
        };
        for service in needed_by(definition) {
            needs.entry(service).or_default().insert(runner);
        }
    }
    needs
}

fn needed_by(definition: &JobDefinition) -> Vec<Service> {
    // Layers of an image in ECR come out of S3 (Amazon ECR User Guide, "Amazon ECR interface VPC endpoints").
    let mut services = if definition.image.contains(".dkr.ecr.") {
        vec![Service::Ecr, Service::S3, Service::Logs]
    } else {
        vec![Service::Registry, Service::Logs]
    };
    if definition.registry_secret.is_some() {
        services.push(Service::SecretsManager);
    }
    for secret in definition.secrets.values() {
        let of_secrets_manager = secret.split(':').nth(2) == Some("secretsmanager");
        services.push(if of_secrets_manager { Service::SecretsManager } else { Service::Ssm });
    }
    services
}

/// The ends of the names of all endpoints that a private network needs: for jobs to start from an image in ECR, and
/// for what their code may do.
pub(crate) fn endpoints(blueprint: &Blueprint) -> BTreeSet<&'static str> {
    let mut services: BTreeSet<Service> = needed(blueprint).into_keys().collect();
    services.extend([Service::Ecr, Service::S3, Service::Logs]);
    let mut ends: BTreeSet<_> = services.iter().flat_map(|service| service.endpoints()).copied().collect();
    let accesses = blueprint.job_definitions.iter().flat_map(|definition| &definition.access);
    ends.extend(accesses.filter_map(|access| match access {
        Access::S3 { .. } => Some("s3"),
        Access::DynamoDb { .. } => Some("dynamodb"),
        Access::Secret { .. } => Some("secretsmanager"),
        Access::Parameter { .. } => Some("ssm"),
        Access::Sqs { .. } => Some("sqs"),
        // Whatever it is, whoever writes statements knows what it takes.
        Access::Statement { .. } => None,
    }));
    ends
}

/// Whether a route leads to an endpoint of this service, and no network interface: those cost nothing (Amazon VPC
/// User Guide, "Gateway endpoints").
pub(crate) fn by_route(end: &str) -> bool {
    matches!(end, "s3" | "dynamodb")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    #[test]
    fn a_private_network_leads_to_what_its_jobs_need() {
        let mut fargate = Preset::Fargate.blueprint("first");
        assert_eq!(Vec::from_iter(endpoints(&fargate)), ["ecr.api", "ecr.dkr", "logs", "s3"]);
        fargate.job_definitions[0].access = vec![
            Access::DynamoDb { table: "t".to_owned(), mode: crate::blueprint::AccessMode::Read },
            Access::Parameter { name: "/x".to_owned() },
        ];
        assert!(endpoints(&fargate).is_superset(&BTreeSet::from(["dynamodb", "ssm"])));
        let instances = Preset::Spot.blueprint("first");
        assert!(endpoints(&instances).is_superset(&BTreeSet::from(["ecs", "ecs-agent", "ecs-telemetry"])));
    }
}
