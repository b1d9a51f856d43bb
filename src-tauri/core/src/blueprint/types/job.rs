//! What jobs are made from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Access, Platform, yes};

/// What jobs are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct JobDefinition {
    /// Its name after the stack's.
    pub name: String,
    /// What runs its containers: the queues it is for must hold the same.
    #[serde(default)]
    pub platform: Platform,
    /// The container image.
    pub image: String,
    /// The secret in Secrets Manager that holds the name and the password for the image's registry: its whole ARN, or its
    /// name where it is in the stack's region and account. For registries outside of AWS.
    #[serde(default)]
    pub registry_secret: Option<String>,
    /// What runs in it; empty for the image's own command. `Ref::name` stands for a parameter.
    #[serde(default)]
    pub command: Vec<String>,
    /// vCPUs as AWS writes them: `0.25`, `1`.
    pub vcpu: String,
    /// Memory in MiB.
    pub memory_mib: u32,
    /// GPUs; on EC2 alone.
    #[serde(default)]
    pub gpus: u32,
    /// The processor that the image is built for.
    #[serde(default)]
    pub architecture: Architecture,
    /// Environment variables. Not for secrets: anybody who may describe jobs can read them.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Environment variables whose values come from Secrets Manager (an ARN) or the Parameter Store (an ARN or a
    /// name) when a job starts.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// Values for `Ref::name` in the command, unless a job brings its own.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// What can be mounted.
    #[serde(default)]
    pub volumes: Vec<Volume>,
    /// Where it is mounted.
    #[serde(default)]
    pub mounts: Vec<Mount>,
    /// Limits of the container's processes; on EC2 alone.
    #[serde(default)]
    pub ulimits: Vec<Ulimit>,
    /// Whether the container may do what the instance's root may; on EC2 alone.
    #[serde(default)]
    pub privileged: bool,
    /// The user that the command runs as; the image's own without.
    #[serde(default)]
    pub user: Option<String>,
    /// Disk for the container, 21 to 200 GiB; on Fargate alone, which gives 20 without.
    #[serde(default)]
    pub ephemeral_storage_gib: Option<u32>,
    /// How often a job is tried.
    #[serde(default = "one")]
    pub attempts: u32,
    /// Which ends are worth another attempt, the first that matches counts; without any, every failure.
    #[serde(default)]
    pub retry: Vec<RetryRule>,
    /// Seconds after which an attempt is ended.
    #[serde(default)]
    pub timeout_seconds: Option<u32>,
    /// Whether a job's network interface gets a public address; on Fargate alone, where it is the only way out of a
    /// public subnet.
    #[serde(default = "yes")]
    pub assign_public_ip: bool,
    /// Whether tasks carry the tags of their jobs.
    #[serde(default = "yes")]
    pub propagate_tags: bool,
    /// Its place among jobs of the same share, 0 to 9999, higher first; for queues with a scheduling policy.
    #[serde(default)]
    pub scheduling_priority: Option<u32>,
    /// What the code may do in AWS; becomes the policy of its job role.
    #[serde(default)]
    pub access: Vec<Access>,
}

fn one() -> u32 {
    1
}

/// The processor that an image is built for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
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

/// Something that can be mounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Volume {
    /// A file system of EFS.
    Efs {
        /// What mounts call it.
        name: String,
        /// `fs-…`.
        file_system: String,
        /// The folder that becomes its root.
        #[serde(default)]
        root_directory: Option<String>,
        /// `fsap-…`; brings a root and a user of its own.
        #[serde(default)]
        access_point: Option<String>,
        /// Whether the job role must be allowed to mount it.
        #[serde(default)]
        iam: bool,
    },
    /// A folder of the instance; on EC2 alone.
    Host {
        /// What mounts call it.
        name: String,
        /// Its path on the instance.
        path: String,
    },
}

impl Volume {
    /// What mounts call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Efs { name, .. } | Self::Host { name, .. } => name,
        }
    }
}

/// Where a volume is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    /// The volume's name.
    pub volume: String,
    /// The path in the container.
    pub path: String,
    /// Whether the container can only read it.
    #[serde(default)]
    pub read_only: bool,
}

/// A limit of the container's processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Ulimit {
    /// `nofile`, `memlock`, …
    pub name: String,
    /// What a process begins with.
    pub soft: u32,
    /// How far it may raise that.
    pub hard: u32,
}

/// Which ends of an attempt lead to another one. Every pattern that is there must match; `*` at the end stands for
/// anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct RetryRule {
    /// What follows.
    pub action: RetryAction,
    /// The status reason: `Host EC2*` when Spot took the instance back.
    #[serde(default)]
    pub on_status_reason: Option<String>,
    /// The container's reason: `CannotPullContainerError*`.
    #[serde(default)]
    pub on_reason: Option<String>,
    /// The exit code: `137`.
    #[serde(default)]
    pub on_exit_code: Option<String>,
}

/// What follows the end of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RetryAction {
    /// Another attempt, while some are left.
    Retry,
    /// The job fails.
    Exit,
}

impl RetryAction {
    /// As AWS Batch writes it.
    pub fn batch(self) -> &'static str {
        match self {
            Self::Retry => "RETRY",
            Self::Exit => "EXIT",
        }
    }
}
