//! Blueprints to begin with: each runs a first job in an empty account without further choices.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    AllocationStrategy, Ami, Architecture, Blueprint, ComputeEnvironment, ComputeKind, DiskType, Instances,
    JobDefinition, JobQueue, LaunchTemplate, Logs, Network, Platform, Repository, RetryAction, RetryRule,
    ServiceRole, State,
};
use crate::{error::AppError, words::say};

/// A blueprint to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// No servers to look after.
    Fargate,
    /// The same on spare capacity.
    FargateSpot,
    /// Instances of spare capacity: the cheapest.
    Spot,
    /// Instances at their list price.
    #[serde(rename = "ondemand")]
    OnDemand,
    /// Spot while there is some, on-demand behind it.
    SpotThenOndemand,
    /// Instances with GPUs.
    Gpu,
}

impl Preset {
    /// Every preset, the recommended one first.
    pub const ALL: &[Self] =
        &[Self::Fargate, Self::FargateSpot, Self::Spot, Self::OnDemand, Self::SpotThenOndemand, Self::Gpu];

    /// Its name: `fargate`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fargate => "fargate",
            Self::FargateSpot => "fargate-spot",
            Self::Spot => "spot",
            Self::OnDemand => "ondemand",
            Self::SpotThenOndemand => "spot-then-ondemand",
            Self::Gpu => "gpu",
        }
    }

    /// The blueprint of a stack of this name.
    pub fn blueprint(self, stack: &str) -> Blueprint {
        match self {
            Self::Fargate => of(stack, vec![fargate("fargate", ComputeKind::Fargate)], first_job()),
            Self::FargateSpot => {
                of(stack, vec![fargate("spot", ComputeKind::FargateSpot)], spot_job(first_job()))
            }
            Self::Spot => of(stack, vec![ec2("spot", ComputeKind::Spot)], spot_job(ec2_job())),
            Self::OnDemand => of(stack, vec![ec2("ondemand", ComputeKind::Ec2)], ec2_job()),
            Self::SpotThenOndemand => {
                let both = vec![ec2("spot", ComputeKind::Spot), ec2("ondemand", ComputeKind::Ec2)];
                of(stack, both, spot_job(ec2_job()))
            }
            Self::Gpu => of(stack, vec![gpu()], gpu_job()),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = AppError;

    fn from_str(name: &str) -> Result<Self, AppError> {
        Self::ALL.iter().copied().find(|preset| preset.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|preset| preset.name()).collect();
            AppError::new(say("preset-unknown", &[("preset", name)]))
                .advise(say("preset-unknown-advice", &[("presets", &known.join(", "))]))
        })
    }
}

/// A public image, so that an account without one of its own can run a job at once; the repository waits
/// for the person's.
const FIRST_IMAGE: &str = "public.ecr.aws/amazonlinux/amazonlinux:2023";

/// NVIDIA's own, with nothing but what a program for its GPUs needs.
const GPU_IMAGE: &str = "nvcr.io/nvidia/cuda:12.6.3-base-ubuntu24.04";

/// Says hello and what it was given, so that a first job shows how values reach the code.
const FIRST_COMMAND: &str =
    "echo \"Hello from AWS Batch, job $AWS_BATCH_JOB_ID.\"; echo \"MESSAGE is: $MESSAGE\"";

/// A stack of these environments, all on one queue in this order.
fn of(stack: &str, compute_environments: Vec<ComputeEnvironment>, job: JobDefinition) -> Blueprint {
    let order = compute_environments.iter().map(|environment| environment.name.clone()).collect();
    Blueprint {
        name: stack.to_owned(),
        service_role: ServiceRole::ServiceLinked,
        tags: BTreeMap::new(),
        network: Network::DefaultVpc {},
        flows: vec![],
        logs: Logs::default(),
        repositories: vec![Repository { name: "app".to_owned() }],
        compute_environments,
        scheduling_policies: vec![],
        job_queues: vec![JobQueue {
            name: "main".to_owned(),
            priority: 1,
            state: State::Enabled,
            compute_environments: order,
            scheduling_policy: None,
        }],
        job_definitions: vec![job],
    }
}

fn fargate(name: &str, kind: ComputeKind) -> ComputeEnvironment {
    ComputeEnvironment {
        name: name.to_owned(),
        kind,
        state: State::Enabled,
        // A new account may use six Fargate vCPUs at a time; four leave room for something else.
        max_vcpus: 4,
        instances: None,
    }
}

/// Instances that Batch chooses among current ones, with none while nothing runs.
fn ec2(name: &str, kind: ComputeKind) -> ComputeEnvironment {
    ComputeEnvironment {
        name: name.to_owned(),
        kind,
        state: State::Enabled,
        // A new account may use five vCPUs of each purchase option.
        max_vcpus: 4,
        instances: Some(Instances {
            types: vec!["default_x86_64".to_owned()],
            allocation_strategy: match kind {
                ComputeKind::Spot => AllocationStrategy::SpotPriceCapacityOptimized,
                _ => AllocationStrategy::BestFitProgressive,
            },
            min_vcpus: 0,
            desired_vcpus: None,
            bid_percentage: None,
            key_pair: None,
            ami: Ami::Al2023,
            launch_template: Some(LaunchTemplate {
                // Batch's own 30 GiB fill up with the first large images.
                disk_gib: Some(50),
                disk_type: DiskType::Gp3,
                imdsv2: true,
                user_data: None,
            }),
        }),
    }
}

fn gpu() -> ComputeEnvironment {
    let mut environment = ec2("gpu", ComputeKind::Ec2);
    if let Some(instances) = &mut environment.instances {
        // The cheapest with one NVIDIA GPU of each generation; 4 and 8 vCPUs.
        instances.types = ["g4dn.xlarge", "g5.xlarge", "g6.xlarge"].map(str::to_owned).to_vec();
        instances.ami = Ami::Al2023Nvidia;
        // CUDA images have ten gigabytes and more.
        instances.launch_template.get_or_insert_with(Default::default).disk_gib = Some(100);
    }
    environment
}

fn first_job() -> JobDefinition {
    JobDefinition {
        name: "job".to_owned(),
        platform: Platform::Fargate,
        image: FIRST_IMAGE.to_owned(),
        registry_secret: None,
        command: ["sh", "-c", FIRST_COMMAND].map(str::to_owned).to_vec(),
        vcpu: "0.25".to_owned(),
        memory_mib: 512,
        gpus: 0,
        architecture: Architecture::X86_64,
        environment: BTreeMap::from([("MESSAGE".to_owned(), "it works".to_owned())]),
        secrets: BTreeMap::new(),
        parameters: BTreeMap::new(),
        volumes: vec![],
        mounts: vec![],
        ulimits: vec![],
        privileged: false,
        user: None,
        ephemeral_storage_gib: None,
        attempts: 1,
        retry: vec![],
        timeout_seconds: Some(3600),
        assign_public_ip: true,
        propagate_tags: true,
        scheduling_priority: None,
        access: vec![],
    }
}

fn ec2_job() -> JobDefinition {
    JobDefinition { platform: Platform::Ec2, vcpu: "1".to_owned(), memory_mib: 1024, ..first_job() }
}

/// What Spot takes back is tried again; what fails by itself is not.
fn spot_job(job: JobDefinition) -> JobDefinition {
    let rule = |action, status: Option<&str>, reason: Option<&str>| RetryRule {
        action,
        on_status_reason: status.map(str::to_owned),
        on_reason: reason.map(str::to_owned),
        on_exit_code: None,
    };
    let taken_back = match job.platform {
        // "Host EC2 (instance i-…) terminated."
        Platform::Ec2 => rule(RetryAction::Retry, Some("Host EC2*"), None),
        // "Your Spot Task was interrupted."
        Platform::Fargate => rule(RetryAction::Retry, Some("Your Spot Task was interrupted*"), None),
    };
    JobDefinition { attempts: 3, retry: vec![taken_back, rule(RetryAction::Exit, None, Some("*"))], ..job }
}

fn gpu_job() -> JobDefinition {
    JobDefinition {
        image: GPU_IMAGE.to_owned(),
        command: ["sh", "-c", "nvidia-smi; echo \"MESSAGE is: $MESSAGE\""].map(str::to_owned).to_vec(),
        vcpu: "4".to_owned(),
        // A g4dn.xlarge has 16 GiB, of which its system keeps some.
        memory_mib: 8192,
        gpus: 1,
        ..ec2_job()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::check;

    #[test]
    fn every_preset_breaks_no_rule_and_is_found_by_its_name() {
        for preset in Preset::ALL {
            assert_eq!(check(&preset.blueprint("first")), vec![], "{preset}");
            assert_eq!(preset.name().parse::<Preset>(), Ok(*preset));
        }
    }

    #[test]
    fn an_unknown_preset_is_told_which_there_are() {
        let error = "farget".parse::<Preset>().unwrap_err();
        assert_eq!(error.code, "preset-unknown");
        assert!(error.message.contains("farget"));
        assert!(error.advice.unwrap().contains("fargate"));
    }
}
