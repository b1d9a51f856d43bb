//! What jobs run on, and where they wait for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{State, yes};

/// What jobs run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct ComputeEnvironment {
    /// Its name after the stack's.
    pub name: String,
    /// The kind of compute.
    pub kind: ComputeKind,
    /// Whether it takes jobs.
    #[serde(default)]
    pub state: State,
    /// The most vCPUs in use at one time.
    pub max_vcpus: u32,
    /// Which EC2 instances; for `ec2` and `spot` alone.
    #[serde(default)]
    pub instances: Option<Instances>,
}

/// The kinds of compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ComputeKind {
    /// No servers to look after.
    Fargate,
    /// The same on spare capacity: cheaper, and a job can be interrupted.
    FargateSpot,
    /// EC2 instances at their list price.
    Ec2,
    /// EC2 instances of spare capacity: much cheaper, and a job can be interrupted.
    Spot,
}

impl ComputeKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Fargate, Self::FargateSpot, Self::Ec2, Self::Spot];

    /// As AWS Batch writes it.
    pub fn batch(self) -> &'static str {
        match self {
            Self::Fargate => "FARGATE",
            Self::FargateSpot => "FARGATE_SPOT",
            Self::Ec2 => "EC2",
            Self::Spot => "SPOT",
        }
    }

    /// The kind that AWS Batch writes so.
    pub fn of_batch(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.batch() == name)
    }

    /// What runs the containers.
    pub fn platform(self) -> Platform {
        match self {
            Self::Fargate | Self::FargateSpot => Platform::Fargate,
            Self::Ec2 | Self::Spot => Platform::Ec2,
        }
    }
}

/// What runs the containers: job definitions are made for one, queues hold one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// AWS's own servers.
    #[default]
    Fargate,
    /// Instances in the account.
    Ec2,
}

impl Platform {
    /// As AWS Batch writes it.
    pub fn batch(self) -> &'static str {
        match self {
            Self::Fargate => "FARGATE",
            Self::Ec2 => "EC2",
        }
    }
}

/// Which EC2 instances an environment starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Instances {
    /// Types (`m6i.large`), families (`m6i`), or AWS's choice (`default_x86_64`, `default_arm64`, `optimal`).
    pub types: Vec<String>,
    /// How Batch chooses among them.
    pub allocation_strategy: AllocationStrategy,
    /// vCPUs that are kept running, and paid for, even with nothing to do.
    #[serde(default)]
    pub min_vcpus: u32,
    /// vCPUs to start with; Batch changes it as jobs come and go.
    #[serde(default)]
    pub desired_vcpus: Option<u32>,
    /// The most to pay for Spot, in per cent of the list price.
    #[serde(default)]
    pub bid_percentage: Option<u32>,
    /// A key pair to log in with.
    #[serde(default)]
    pub key_pair: Option<String>,
    /// The operating system's image.
    #[serde(default)]
    pub ami: Ami,
    /// Disk, metadata service and start-up script; without one, as AWS has them.
    #[serde(default)]
    pub launch_template: Option<LaunchTemplate>,
}

/// How Batch chooses among instance types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AllocationStrategy {
    /// The cheapest that fits, and it waits for that; such an environment can hardly be changed later.
    BestFit,
    /// Takes further types where the best one is short.
    BestFitProgressive,
    /// Takes the types in the order in which they are listed.
    BestFitProgressiveOrdered,
    /// The Spot pools that are least likely to be interrupted.
    SpotCapacityOptimized,
    /// Those that are both unlikely to be interrupted and cheap.
    SpotPriceCapacityOptimized,
    /// The least likely to be interrupted, with regard to the order in which the types are listed.
    SpotCapacityOptimizedPrioritized,
}

impl AllocationStrategy {
    /// Every strategy.
    pub const ALL: [Self; 6] = [
        Self::BestFit,
        Self::BestFitProgressive,
        Self::BestFitProgressiveOrdered,
        Self::SpotCapacityOptimized,
        Self::SpotPriceCapacityOptimized,
        Self::SpotCapacityOptimizedPrioritized,
    ];

    /// As AWS Batch writes it.
    pub fn batch(self) -> &'static str {
        match self {
            Self::BestFit => "BEST_FIT",
            Self::BestFitProgressive => "BEST_FIT_PROGRESSIVE",
            Self::BestFitProgressiveOrdered => "BEST_FIT_PROGRESSIVE_ORDERED",
            Self::SpotCapacityOptimized => "SPOT_CAPACITY_OPTIMIZED",
            Self::SpotPriceCapacityOptimized => "SPOT_PRICE_CAPACITY_OPTIMIZED",
            Self::SpotCapacityOptimizedPrioritized => "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED",
        }
    }

    /// The strategy that AWS Batch writes so. None at all means BEST_FIT.
    pub fn of_batch(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| strategy.batch() == name)
    }

    /// Whether an environment of this kind can have it (ComputeResource, `allocationStrategy`).
    pub fn suits(self, kind: ComputeKind) -> bool {
        match self {
            Self::BestFit | Self::BestFitProgressive => kind.platform() == Platform::Ec2,
            Self::BestFitProgressiveOrdered => kind == ComputeKind::Ec2,
            Self::SpotCapacityOptimized
            | Self::SpotPriceCapacityOptimized
            | Self::SpotCapacityOptimizedPrioritized => kind == ComputeKind::Spot,
        }
    }
}

/// The operating system's image, by Batch's own names. Amazon Linux 2 can no longer be chosen (since June 2026).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Ami {
    /// Amazon Linux 2023.
    #[default]
    Al2023,
    /// The same with the drivers for NVIDIA's GPUs.
    Al2023Nvidia,
}

impl Ami {
    /// As AWS Batch writes it.
    pub fn batch(self) -> &'static str {
        match self {
            Self::Al2023 => "ECS_AL2023",
            Self::Al2023Nvidia => "ECS_AL2023_NVIDIA",
        }
    }
}

/// What an instance is started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct LaunchTemplate {
    /// The root disk's size. Images, containers and scratch files of all jobs of an instance share it.
    #[serde(default)]
    pub disk_gib: Option<u32>,
    /// The root disk's kind.
    #[serde(default)]
    pub disk_type: DiskType,
    /// Whether the metadata service asks for a session token, so that a tricked program cannot read credentials.
    #[serde(default = "yes")]
    pub imdsv2: bool,
    /// A shell script that runs when an instance starts.
    #[serde(default)]
    pub user_data: Option<String>,
}

impl Default for LaunchTemplate {
    fn default() -> Self {
        Self { disk_gib: None, disk_type: DiskType::default(), imdsv2: true, user_data: None }
    }
}

/// Kinds of EBS volume that need no further figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum DiskType {
    #[default]
    Gp3,
    Gp2,
}

impl DiskType {
    /// As EC2 writes it.
    pub fn ec2(self) -> &'static str {
        match self {
            Self::Gp3 => "gp3",
            Self::Gp2 => "gp2",
        }
    }
}

/// How a queue shares its compute out (fair share).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct SchedulingPolicy {
    /// Its name after the stack's.
    pub name: String,
    /// How many seconds of past use count.
    #[serde(default)]
    pub share_decay_seconds: u32,
    /// Per cent of the vCPUs kept free for shares that are not in use yet.
    #[serde(default)]
    pub compute_reservation: u32,
    /// Share identifiers with their weights: the lower, the more. A name may end with `*`.
    #[serde(default)]
    #[specta(type = BTreeMap<String, i32>)]
    pub shares: BTreeMap<String, f64>,
}

/// Where jobs wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct JobQueue {
    /// Its name after the stack's.
    pub name: String,
    /// Higher goes first where queues share an environment.
    pub priority: u32,
    /// Whether it takes jobs.
    #[serde(default)]
    pub state: State,
    /// Names of compute environments of this blueprint, tried in this order.
    pub compute_environments: Vec<String>,
    /// The name of a scheduling policy of this blueprint; without one, first in, first out.
    #[serde(default)]
    pub scheduling_policy: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_strategy_and_no_foreign_one() {
        for kind in ComputeKind::ALL {
            let suited = AllocationStrategy::ALL.into_iter().filter(|strategy| strategy.suits(kind)).count();
            let expected = match kind {
                ComputeKind::Fargate | ComputeKind::FargateSpot => 0,
                ComputeKind::Ec2 => 3,
                ComputeKind::Spot => 5,
            };
            assert_eq!(suited, expected, "{kind:?}");
        }
    }
}
