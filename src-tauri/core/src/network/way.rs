//! What is to be reached, and a way to it as it is told.

use serde::{Deserialize, Serialize};

use crate::words::Text;

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

/// One thing on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Hop {
    /// What it is.
    pub kind: HopKind,
    /// Its id in AWS.
    pub id: String,
}

/// What a thing on the way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is named as AWS names it")]
pub enum HopKind {
    Subnet,
    Resolver,
    SecurityGroup,
    NetworkAcl,
    RouteTable,
    InternetGateway,
    NatGateway,
    Endpoint,
    /// What leads on to where nobody sees from here: a transit gateway, an appliance.
    Elsewhere,
}

/// What a way comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reach {
    /// It gets there.
    Reaches,
    /// It breaks at the last of its hops.
    Broken {
        /// Why.
        why: Text,
    },
    /// What the last of its hops does cannot be seen from here.
    CannotTell {
        /// Why.
        why: Text,
    },
}

/// A way from a subnet to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Way {
    /// What it leads through, in order.
    pub hops: Vec<Hop>,
    /// What it comes to.
    pub reach: Reach,
}
