//! The EC2 instances of a compute environment: ComputeResource in the API reference of AWS Batch.

use std::collections::HashSet;

use super::Problems;
use crate::{
    blueprint::{
        AllocationStrategy, Ami, Architecture, ComputeEnvironment, ComputeKind, Instances, LaunchTemplate,
        Platform, TYPE_CHOICES, architecture_of, is_burstable, is_metal,
    },
    words::say,
};

/// The root disk that Batch's images need at least.
const LEAST_DISK: u32 = 30;
/// What one gp2 or gp3 volume can hold, in GiB.
const MOST_DISK: u32 = 16_384;
/// EC2's limit of user data before it is encoded; the MIME frame that Batch wants takes some of it.
const MOST_USER_DATA: usize = 15 * 1024;

pub(super) fn check(at: &str, environment: &ComputeEnvironment, problems: &mut Problems) {
    let field = format!("{at}.instances");
    match (environment.kind.platform(), &environment.instances) {
        (Platform::Fargate, Some(_)) => {
            problems.add(field, say("rule-instances-on-fargate", &[("kind", environment.kind.batch())]));
        }
        (Platform::Ec2, None) => {
            problems.add(field, say("rule-instances-missing", &[("kind", environment.kind.batch())]));
        }
        (Platform::Ec2, Some(instances)) => {
            types(&field, instances, problems);
            strategy(&field, environment.kind, instances, problems);
            figures(&field, environment, instances, problems);
            if let Some(template) = &instances.launch_template {
                launch_template(&format!("{field}.launch_template"), template, problems);
            }
        }
        (Platform::Fargate, None) => {}
    }
}

fn types(at: &str, instances: &Instances, problems: &mut Problems) {
    let field = format!("{at}.types");
    if instances.types.is_empty() {
        return problems.add(field, say("rule-instance-types-empty", &[]));
    }
    let mut seen = HashSet::new();
    for (index, name) in instances.types.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if !is_instance_type(name) {
            problems.add(field, say("rule-instance-type", &[("name", name)]));
        } else if is_metal(name) {
            problems.add(field, say("rule-instance-metal", &[("name", name)]));
        } else if is_burstable(name) {
            problems.add(field, say("rule-instance-burstable", &[("name", name)]));
        } else if instances.ami == Ami::Al2023Nvidia && is_old_gpu(name) {
            problems.add(field, say("rule-instance-old-gpu", &[("name", name)]));
        } else if name.split('.').next() == Some("a1") {
            // "Amazon Linux 2023 does not support A1 instances" (Ec2Configuration, `imageType`).
            problems.add(field, say("rule-instance-a1", &[("name", name)]));
        } else if !seen.insert(name) {
            problems.add(field, say("rule-instance-twice", &[("name", name)]));
        }
    }
    let arm = |name: &String| architecture_of(name) == Architecture::Arm64;
    if instances.types.iter().any(arm) && !instances.types.iter().all(arm) {
        problems.add(&field, say("rule-instance-mixed-processors", &[]));
    }
    // "can be used for all non Amazon Web Services Graviton-based instance types" (Ec2Configuration, `imageType`).
    if instances.ami == Ami::Al2023Nvidia && instances.types.iter().any(arm) {
        problems.add(format!("{at}.ami"), say("rule-ami-nvidia", &[("types", &instances.types.join(", "))]));
    }
}

/// ECS_AL2023_NVIDIA is for all GPU families but these (API reference, Ec2Configuration, `imageType`).
fn is_old_gpu(name: &str) -> bool {
    ["p3", "p3dn", "g3", "g3s"].contains(&name.split('.').next().unwrap_or_default())
}

/// A type, a family, or one of AWS's own choices.
fn is_instance_type(name: &str) -> bool {
    if name == "optimal" || TYPE_CHOICES.iter().any(|(choice, _)| *choice == name) {
        return true;
    }
    let (family, size) = match name.split_once('.') {
        Some((family, size)) => (family, Some(size)),
        None => (name, None),
    };
    let word = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
    };
    word(family)
        && family.starts_with(|c: char| c.is_ascii_lowercase())
        && family.contains(|c: char| c.is_ascii_digit())
        && size.is_none_or(word)
}

fn strategy(at: &str, kind: ComputeKind, instances: &Instances, problems: &mut Problems) {
    let strategy = instances.allocation_strategy;
    let field = format!("{at}.allocation_strategy");
    if !strategy.suits(kind) {
        let suited: Vec<_> = AllocationStrategy::ALL
            .into_iter()
            .filter(|strategy| strategy.suits(kind))
            .map(|strategy| strategy.batch().to_lowercase().replace('_', "-"))
            .collect();
        let params = [("found", strategy.batch()), ("kind", kind.batch()), ("known", &suited.join(", "))];
        problems.add(field, say("rule-strategy", &params));
    }
    if let Some(bid) = instances.bid_percentage {
        let field = format!("{at}.bid_percentage");
        if kind != ComputeKind::Spot {
            problems.add(field, say("rule-bid-not-spot", &[("kind", kind.batch())]));
        } else if !(1..=100).contains(&bid) {
            problems.add(field, say("rule-bid", &[("found", &bid.to_string())]));
        }
    }
}

fn figures(at: &str, environment: &ComputeEnvironment, instances: &Instances, problems: &mut Problems) {
    let most = environment.max_vcpus;
    let (min, max) = (instances.min_vcpus.to_string(), most.to_string());
    if instances.min_vcpus > most {
        let params = [("min", min.as_str()), ("max", max.as_str())];
        problems.add(format!("{at}.min_vcpus"), say("rule-min-vcpus", &params));
    } else if let Some(desired) = instances.desired_vcpus
        && !(instances.min_vcpus..=most).contains(&desired)
    {
        let params = [("found", &*desired.to_string()), ("min", &min), ("max", &max)];
        problems.add(format!("{at}.desired_vcpus"), say("rule-desired-vcpus", &params));
    }
    if let Some(key) = &instances.key_pair
        && (key.is_empty() || key.len() > 255 || !key.is_ascii() || key.trim() != key)
    {
        problems.add(format!("{at}.key_pair"), say("rule-key-pair", &[("name", key)]));
    }
}

fn launch_template(at: &str, template: &LaunchTemplate, problems: &mut Problems) {
    if let Some(gib) = template.disk_gib
        && !(LEAST_DISK..=MOST_DISK).contains(&gib)
    {
        let params =
            [("found", gib.to_string()), ("least", LEAST_DISK.to_string()), ("most", MOST_DISK.to_string())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        problems.add(format!("{at}.disk_gib"), say("rule-disk", &params));
    }
    if let Some(script) = &template.user_data {
        let field = format!("{at}.user_data");
        if script.trim().is_empty() {
            problems.add(field, say("rule-user-data-empty", &[]));
        } else if script.starts_with("MIME-Version") || script.starts_with("Content-Type") {
            problems.add(field, say("rule-user-data-mime", &[]));
        } else if !script.starts_with("#!") && !script.starts_with("#cloud-config") {
            problems.add(field, say("rule-user-data-start", &[]));
        } else if script.contains('\0') {
            problems.add(field, say("rule-nul", &[]));
        } else if script.len() > MOST_USER_DATA {
            let params = [("bytes", script.len().to_string()), ("most", MOST_USER_DATA.to_string())];
            let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
            problems.add(field, say("rule-user-data-large", &params));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_instance_type;

    #[test]
    fn types_families_and_choices() {
        for good in
            ["m6i.large", "m6i", "optimal", "default_arm64", "u-6tb1.56xlarge", "p4de.24xlarge", "c7gn"]
        {
            assert!(is_instance_type(good), "{good}");
        }
        for bad in [
            "",
            "large",
            "M6i.large",
            "m6i.",
            ".large",
            "m6i.large.x",
            "m6i large",
            "default",
            "t2-",
            "6m.large",
        ] {
            assert!(!is_instance_type(bad), "{bad}");
        }
    }
}
