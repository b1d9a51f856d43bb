//! Blueprints to begin with: each runs a first job in an empty account without further choices.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    Architecture, Blueprint, ComputeEnvironment, ComputeKind, JobDefinition, JobQueue, Logs, Network,
    Repository, ServiceRole,
};
use crate::{error::AppError, words::say};

/// A blueprint to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// No servers to look after.
    Fargate,
}

impl Preset {
    /// Every preset, the recommended one first.
    pub const ALL: &[Self] = &[Self::Fargate];

    /// Its name: `fargate`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fargate => "fargate",
        }
    }

    /// The blueprint of a stack of this name.
    pub fn blueprint(self, stack: &str) -> Blueprint {
        match self {
            Self::Fargate => fargate(stack),
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

/// Says hello and what it was given, so that a first job shows how values reach the code.
const FIRST_COMMAND: &str =
    "echo \"Hello from AWS Batch, job $AWS_BATCH_JOB_ID.\"; echo \"MESSAGE is: $MESSAGE\"";

fn fargate(stack: &str) -> Blueprint {
    Blueprint {
        name: stack.to_owned(),
        service_role: ServiceRole::ServiceLinked,
        tags: BTreeMap::new(),
        network: Network::DefaultVpc {},
        logs: Logs::default(),
        repositories: vec![Repository { name: "app".to_owned() }],
        compute_environments: vec![ComputeEnvironment {
            name: "fargate".to_owned(),
            kind: ComputeKind::Fargate,
            // A new account may use six Fargate vCPUs at a time; four leave room for something else.
            max_vcpus: 4,
        }],
        job_queues: vec![JobQueue {
            name: "main".to_owned(),
            priority: 1,
            compute_environments: vec!["fargate".to_owned()],
        }],
        job_definitions: vec![JobDefinition {
            name: "job".to_owned(),
            image: FIRST_IMAGE.to_owned(),
            command: ["sh", "-c", FIRST_COMMAND].map(str::to_owned).to_vec(),
            vcpu: "0.25".to_owned(),
            memory_mib: 512,
            architecture: Architecture::X86_64,
            environment: BTreeMap::from([("MESSAGE".to_owned(), "it works".to_owned())]),
            attempts: 1,
            timeout_seconds: Some(3600),
            assign_public_ip: true,
        }],
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
