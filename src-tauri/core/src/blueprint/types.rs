//! The blueprint's shape. Lists from the first day, even where a screen shows only the first entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A stack as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// The stack's name, the first part of every name Slipway gives.
    pub name: String,
    /// The role with which AWS Batch works.
    #[serde(default)]
    pub service_role: ServiceRole,
    /// The person's own tags, put on everything.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Where the jobs' network interfaces live.
    pub network: Network,
    /// Where logs go and how long they stay.
    #[serde(default)]
    pub logs: Logs,
    /// Repositories for the person's own images.
    #[serde(default)]
    pub repositories: Vec<Repository>,
    /// What jobs run on.
    pub compute_environments: Vec<ComputeEnvironment>,
    /// Where jobs wait.
    pub job_queues: Vec<JobQueue>,
    /// What jobs are made from.
    pub job_definitions: Vec<JobDefinition>,
}

/// The role with which AWS Batch works in the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceRole {
    /// `AWSServiceRoleForBatch`, which AWS makes and keeps itself. Recommended.
    #[default]
    ServiceLinked,
    /// A role of our own with the managed policy `AWSBatchServiceRole`.
    Classic,
}

/// Where jobs run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Network {
    /// The VPC that AWS made with the account, and its subnets.
    DefaultVpc {},
    /// A VPC of the stack's own with two public subnets.
    NewVpc {
        /// Its addresses, `10.42.0.0/16`.
        cidr: String,
    },
}

/// Where logs go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// Days until CloudWatch Logs forgets a line.
    pub retention_days: u32,
}

impl Default for Logs {
    fn default() -> Self {
        Self { retention_days: 30 }
    }
}

/// An ECR repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Its name after the stack's.
    pub name: String,
}

/// What jobs run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ComputeEnvironment {
    /// Its name after the stack's.
    pub name: String,
    /// The kind of compute.
    pub kind: ComputeKind,
    /// The most vCPUs in use at one time.
    pub max_vcpus: u32,
}

/// The kinds of compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ComputeKind {
    /// No servers to look after.
    Fargate,
}

/// Where jobs wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct JobQueue {
    /// Its name after the stack's.
    pub name: String,
    /// Higher goes first where queues share an environment.
    pub priority: u32,
    /// Names of compute environments of this blueprint, tried in this order.
    pub compute_environments: Vec<String>,
}

/// What jobs are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct JobDefinition {
    /// Its name after the stack's.
    pub name: String,
    /// The container image.
    pub image: String,
    /// What runs in it; empty for the image's own command.
    #[serde(default)]
    pub command: Vec<String>,
    /// vCPUs as AWS writes them: `0.25`, `1`.
    pub vcpu: String,
    /// Memory in MiB.
    pub memory_mib: u32,
    /// The processor that the image is built for.
    #[serde(default)]
    pub architecture: Architecture,
    /// Environment variables. Not for secrets: anybody who may describe jobs can read them.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// How often a job is tried.
    #[serde(default = "one")]
    pub attempts: u32,
    /// Seconds after which an attempt is ended.
    #[serde(default)]
    pub timeout_seconds: Option<u32>,
    /// Whether a job's network interface gets a public address; its only way out in a public subnet.
    #[serde(default = "yes")]
    pub assign_public_ip: bool,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// The processor that an image is built for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub enum Architecture {
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// As AWS Batch writes it.
    pub fn batch(self) -> &'static str {
        match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }
}
