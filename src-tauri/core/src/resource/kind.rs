//! The kinds of resource, and which one of a stack is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of resource, in the order in which a person reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Kind {
    ServiceRole,
    ServiceLinkedRole,
    InstanceRole,
    InstanceProfile,
    SpotFleetRole,
    ExecutionRole,
    JobRole,
    DefaultVpc,
    ExistingVpc,
    Vpc,
    InternetGateway,
    Subnet,
    ElasticIp,
    NatGateway,
    RouteTable,
    SecurityGroup,
    VpcEndpoint,
    Flow,
    LogGroup,
    Repository,
    LaunchTemplate,
    SchedulingPolicy,
    ComputeEnvironment,
    JobQueue,
    JobDefinition,
}

impl Kind {
    /// Every kind, in the order in which a person reads them.
    pub const ALL: [Self; 25] = [
        Self::ServiceRole,
        Self::ServiceLinkedRole,
        Self::InstanceRole,
        Self::InstanceProfile,
        Self::SpotFleetRole,
        Self::ExecutionRole,
        Self::JobRole,
        Self::DefaultVpc,
        Self::ExistingVpc,
        Self::Vpc,
        Self::InternetGateway,
        Self::Subnet,
        Self::ElasticIp,
        Self::NatGateway,
        Self::RouteTable,
        Self::SecurityGroup,
        Self::VpcEndpoint,
        Self::Flow,
        Self::LogGroup,
        Self::Repository,
        Self::LaunchTemplate,
        Self::SchedulingPolicy,
        Self::ComputeEnvironment,
        Self::JobQueue,
        Self::JobDefinition,
    ];

    /// Its code: `compute-environment`.
    pub fn code(self) -> &'static str {
        match self {
            Self::ServiceRole => "service-role",
            Self::ServiceLinkedRole => "service-linked-role",
            Self::InstanceRole => "instance-role",
            Self::InstanceProfile => "instance-profile",
            Self::SpotFleetRole => "spot-fleet-role",
            Self::ExecutionRole => "execution-role",
            Self::JobRole => "job-role",
            Self::DefaultVpc => "default-vpc",
            Self::ExistingVpc => "existing-vpc",
            Self::Vpc => "vpc",
            Self::InternetGateway => "internet-gateway",
            Self::Subnet => "subnet",
            Self::ElasticIp => "elastic-ip",
            Self::NatGateway => "nat-gateway",
            Self::RouteTable => "route-table",
            Self::SecurityGroup => "security-group",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::Flow => "flow",
            Self::LogGroup => "log-group",
            Self::Repository => "repository",
            Self::LaunchTemplate => "launch-template",
            Self::SchedulingPolicy => "scheduling-policy",
            Self::ComputeEnvironment => "compute-environment",
            Self::JobQueue => "job-queue",
            Self::JobDefinition => "job-definition",
        }
    }
}

/// Which resource of a stack: its kind, and its part where a stack has several: `subnet/a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// The kind.
    pub kind: Kind,
    /// Which one of the kind; `main` where there is one.
    pub part: String,
}

impl ResourceId {
    /// The resource of this kind and part.
    pub fn new(kind: Kind, part: impl Into<String>) -> Self {
        Self { kind, part: part.into() }
    }

    /// The only resource of its kind in a stack.
    pub fn main(kind: Kind) -> Self {
        Self::new(kind, "main")
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.code(), self.part)
    }
}
