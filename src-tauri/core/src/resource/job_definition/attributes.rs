//! What makes one revision differ from the next, as plain values.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Revision;
use crate::blueprint::{Mount, Platform, Ulimit};

impl Revision {
    /// Each attribute in AWS's words with its value, empty where it is not set; always the same ones in the same
    /// order.
    pub(super) fn attributes(&self) -> Vec<(&'static str, String)> {
        let definition = &self.definition;
        let on_fargate = definition.platform == Platform::Fargate;
        let only = |there: bool, value: &str| if there { value.to_owned() } else { String::new() };
        let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
        let public_ip = if definition.assign_public_ip { "ENABLED" } else { "DISABLED" };
        vec![
            ("platformCapabilities", definition.platform.batch().to_owned()),
            ("image", definition.image.clone()),
            ("command", list(&definition.command)),
            ("VCPU", definition.vcpu.clone()),
            ("MEMORY", definition.memory_mib.to_string()),
            ("GPU", number(Some(definition.gpus).filter(|gpus| *gpus > 0))),
            // An instance's processor is the environment's business.
            ("cpuArchitecture", only(on_fargate, definition.architecture.batch())),
            ("environment", map(&definition.environment)),
            ("secrets", map(&definition.secrets)),
            ("parameters", map(&definition.parameters)),
            ("volumes", list(&definition.volumes)),
            ("mountPoints", sorted(&definition.mounts, |mount: &Mount| mount.path.clone())),
            ("ulimits", sorted(&definition.ulimits, |limit: &Ulimit| limit.name.clone())),
            ("privileged", only(definition.privileged, "true")),
            ("user", definition.user.clone().unwrap_or_default()),
            ("ephemeralStorage", number(definition.ephemeral_storage_gib)),
            ("executionRoleArn", self.execution_role.clone()),
            ("jobRoleArn", self.job_role.clone()),
            ("awslogs-group", self.log_group.clone()),
            ("assignPublicIp", only(on_fargate, public_ip)),
            ("attempts", definition.attempts.to_string()),
            ("evaluateOnExit", list(&definition.retry)),
            ("attemptDurationSeconds", number(definition.timeout_seconds)),
            ("propagateTags", definition.propagate_tags.to_string()),
            ("schedulingPriority", number(definition.scheduling_priority)),
        ]
    }
}

/// A list as one unambiguous text.
fn list<T: Serialize>(values: &[T]) -> String {
    if values.is_empty() { String::new() } else { serde_json::to_string(values).unwrap_or_default() }
}

/// The same where AWS keeps no order.
fn sorted<T: Serialize + Clone>(values: &[T], by: impl Fn(&T) -> String) -> String {
    let mut values = values.to_vec();
    values.sort_by_key(|value| by(value));
    list(&values)
}

/// Pairs as one unambiguous text, in the order of their names.
fn map(pairs: &BTreeMap<String, String>) -> String {
    if pairs.is_empty() { String::new() } else { serde_json::to_string(pairs).unwrap_or_default() }
}
