//! What Batch asks of the other services: every look across the fence is here.

use super::Moment;
use super::compute_environment::Environment;
use super::container::Size;
use crate::ACCOUNT_ID;
use crate::settings::Lesson;

/// The role that Batch makes for itself.
const SERVICE_LINKED_ROLE: &str = "AWSServiceRoleForBatch";

pub(super) fn role_arn(role: &str) -> String {
    if role.starts_with("arn:") { role.to_owned() } else { format!("arn:aws:iam::{ACCOUNT_ID}:role/{role}") }
}

pub(super) fn is_batch_service_linked_role(role: &str) -> bool {
    role.ends_with(&format!("/{SERVICE_LINKED_ROLE}"))
}

pub(super) fn ensure_batch_service_linked_role(_moment: &mut Moment<'_>) -> String {
    format!("arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/batch.amazonaws.com/{SERVICE_LINKED_ROLE}")
}

pub(super) fn service_role_trouble(_moment: &Moment<'_>, _role: &str) -> Option<String> {
    None
}
pub(super) fn role_usable(_moment: &Moment<'_>, _role: &str, _service: &str) -> bool {
    true
}
pub(super) fn role_allows(_moment: &Moment<'_>, _role: &str, _action: &str, _resource: &str) -> bool {
    true
}
pub(super) fn instance_profile_exists(_moment: &Moment<'_>, _profile: &str) -> bool {
    true
}
pub(super) fn subnet_exists(_moment: &Moment<'_>, _subnet: &str) -> bool {
    true
}
pub(super) fn security_group_exists(_moment: &Moment<'_>, _group: &str) -> bool {
    true
}
pub(super) fn in_one_network(_moment: &Moment<'_>, _subnets: &[&str], _groups: &[&str]) -> bool {
    true
}
pub(super) fn has_way_out(_moment: &Moment<'_>, _subnet: &str, _public_ip: bool) -> bool {
    true
}
pub(super) fn hosts_can_join(_moment: &Moment<'_>, _environment: &Environment) -> bool {
    true
}

/// Thousandths of a vCPU that the account may run on Fargate at once, on-demand or on Spot.
pub(super) fn fargate_quota(moment: &Moment<'_>, _spot: bool) -> u32 {
    if moment.state.settings.lessons.contains(&Lesson::SmallQuota) { 1_000 } else { 6_000 }
}

/// Whether an instance type, or a family, is built on Graviton: `m7g.large`, `c6gn`, `default_arm64`.
pub(super) fn is_arm(name: &str) -> bool {
    let family = name.split('.').next().unwrap_or(name);
    if family == "default_arm64" || family == "a1" {
        return true;
    }
    let Some(digit) = family.find(|c: char| c.is_ascii_digit()) else { return false };
    family[digit..].trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('g')
}

/// Sizes of the instances that families come in: name, vCPUs, GiB for each vCPU of the families c, m and r.
const SIZES: [(&str, u32); 9] = [
    ("medium", 1),
    ("large", 2),
    ("xlarge", 4),
    ("2xlarge", 8),
    ("4xlarge", 16),
    ("8xlarge", 32),
    ("12xlarge", 48),
    ("16xlarge", 64),
    ("24xlarge", 96),
];

/// Whether the largest host that these types allow is large enough.
pub(super) fn largest_host(types: &[&str], size: Size) -> bool {
    types.iter().any(|name| {
        let (family, exact) =
            name.split_once('.').map_or((*name, None), |(family, size)| (family, Some(size)));
        let vcpus = match exact {
            Some(exact) => SIZES.iter().find(|(name, _)| *name == exact).map_or(96, |(_, vcpus)| *vcpus),
            None => 96,
        };
        let per_vcpu = match family.as_bytes().first() {
            Some(b'c') => 2,
            // "optimal" and the defaults hold memory-rich families too.
            Some(b'r' | b'x' | b'o' | b'd') => 8,
            _ => 4,
        };
        let gpus = if matches!(family.as_bytes().first(), Some(b'g' | b'p')) { 8 } else { 0 };
        // A host keeps some of its memory to itself (User Guide, "Compute resource memory management").
        let memory = vcpus * per_vcpu * 1_024;
        let usable = memory - memory / 20 - 32;
        size.vcpu <= vcpus * 1_000 && size.memory <= usable && size.gpu <= gpus
    })
}
