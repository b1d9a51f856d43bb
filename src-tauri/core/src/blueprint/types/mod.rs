//! The blueprint's shape. Lists from the first day, even where a screen shows only the first entry.

mod access;
mod compute;
mod job;
mod network;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use access::*;
pub use compute::*;
pub use job::*;
pub use network::*;

/// A stack as somebody wants it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
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
    /// Doors in security groups of others that jobs must get through.
    #[serde(default)]
    pub flows: Vec<Flow>,
    /// Where logs go and how long they stay.
    #[serde(default)]
    pub logs: Logs,
    /// Repositories for the person's own images.
    #[serde(default)]
    pub repositories: Vec<Repository>,
    /// What jobs run on.
    pub compute_environments: Vec<ComputeEnvironment>,
    /// How a queue shares its compute out between people or projects.
    #[serde(default)]
    pub scheduling_policies: Vec<SchedulingPolicy>,
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

/// Whether an environment or a queue works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It takes jobs.
    #[default]
    Enabled,
    /// It takes no new ones.
    Disabled,
}

impl State {
    /// As AWS Batch writes it.
    pub fn batch(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

fn yes() -> bool {
    true
}
