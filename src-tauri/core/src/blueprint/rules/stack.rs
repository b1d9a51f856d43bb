//! The stack itself: its name, its logs, its repositories.

use super::{Problems, name};
use crate::{
    blueprint::{Blueprint, names::LONGEST_STACK},
    words::say,
};

/// The days that `PutRetentionPolicy` of CloudWatch Logs takes.
pub(crate) const RETENTION_DAYS: &[u32] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/// Whether a stack can have this name. What cannot is no folder's name either.
pub fn is_stack_name(name: &str) -> bool {
    name::is_plain(name) && name.len() <= LONGEST_STACK && !is_security_group_id(name)
}

/// CreateSecurityGroup: "group names may not be in the format sg-*".
fn is_security_group_id(name: &str) -> bool {
    name == "sg" || name.starts_with("sg-")
}

pub(super) fn check(blueprint: &Blueprint, problems: &mut Problems) {
    let stack = blueprint.name.as_str();
    if !name::is_plain(stack) || stack.len() > LONGEST_STACK {
        let params = [("name", stack), ("longest", &LONGEST_STACK.to_string())];
        problems.add("name", say("rule-stack-name", &params));
    } else if is_security_group_id(stack) {
        problems.add("name", say("rule-stack-name-sg", &[("name", stack)]));
    }

    let days = blueprint.logs.retention_days;
    if !RETENTION_DAYS.contains(&days) {
        let nearest = RETENTION_DAYS.iter().find(|known| **known >= days).unwrap_or(&3653);
        let params = [
            ("days", days.to_string()),
            ("nearest", nearest.to_string()),
            ("known", RETENTION_DAYS.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")),
        ];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        problems.add("logs.retention_days", say("rule-retention", &params));
    }

    name::parts("repositories", blueprint.repositories.iter().map(|r| r.name.as_str()), problems);
}
