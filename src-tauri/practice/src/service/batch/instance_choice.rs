//! Which hosts an environment's instance types stand for, and what fits on one.

use super::size::Size;
use crate::service::ec2::{InstanceType, families, instance_type, instance_types};
use std::collections::BTreeSet;

/// What `optimal` and `default_x86_64` stand for, and `default_arm64` (API reference, ComputeResource).
const DEFAULT_X86: [&str; 4] = ["c6i", "c7i", "m6i", "r6i"];
const DEFAULT_ARM: [&str; 4] = ["c6g", "c7g", "m6g", "r6g"];
const BUNDLES: [&str; 3] = ["default_arm64", "default_x86_64", "optimal"];
/// Batch takes no burstable types, neither by family (opensupplyhub/open-supply-hub 1058, GitHub) nor one by one.
const BURSTABLE: char = 't';

/// Whether the name stands for several families.
pub(super) fn is_bundle(name: &str) -> bool {
    BUNDLES.contains(&name)
}

fn members(name: &str) -> Vec<&'static InstanceType> {
    let of = |wanted: &[&str]| {
        // A family stands for its virtual hosts (User Guide, create-compute-environment-managed-ec2).
        instance_types()
            .iter()
            .filter(|known| wanted.contains(&known.family.name) && !known.is_metal())
            .collect()
    };
    match name {
        "optimal" | "default_x86_64" => of(&DEFAULT_X86),
        "default_arm64" => of(&DEFAULT_ARM),
        exact if exact.contains('.') => instance_type(exact).into_iter().collect(),
        family => of(&[family]),
    }
}

/// The instance types that these names stand for, each once, by name.
pub(super) fn expand(names: &[&str]) -> Vec<&'static InstanceType> {
    let mut all: Vec<&'static InstanceType> = names.iter().flat_map(|name| members(name)).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup();
    all
}

/// What is wrong with an environment's instance types.
pub(super) fn check(names: &[&str]) -> Result<(), String> {
    if names.iter().any(|name| name.starts_with(BURSTABLE) || members(name).is_empty()) {
        // aws/amazon-genomics-cli 209 (GitHub) has the sentence; AWS's list is of its own, longer table and in no
        // order.
        return Err(format!("Instance type can only be one of [{}]", known_names().join(", ")));
    }
    let arm = names.iter().filter(|name| is_arm(name)).count();
    if arm > 0 && arm < names.len() {
        return Err("arm-based instance type cannot be used with other instance types".to_owned());
    }
    Ok(())
}

fn known_names() -> Vec<&'static str> {
    let all: BTreeSet<&'static str> = BUNDLES
        .into_iter()
        .chain(families().iter().map(|family| family.name))
        .chain(instance_types().iter().map(|known| known.name.as_str()))
        .filter(|name| !name.starts_with(BURSTABLE))
        .collect();
    all.into_iter().collect()
}

/// Whether a name stands for hosts built on Graviton.
pub(super) fn is_arm(name: &str) -> bool {
    members(name).first().is_some_and(|known| known.family.is_arm())
}

/// What containers can have of a host. ECS registers less memory than the machine has: of an m4.large's 8192 MiB
/// 7985, and its agent keeps 32 (User Guide, "Compute resource memory management").
pub(super) fn room(known: &InstanceType) -> Size {
    let registered = u64::from(known.memory_mib) * 7_985 / 8_192;
    Size {
        vcpu: known.vcpus * 1_000,
        memory: u32::try_from(registered).unwrap_or(u32::MAX).saturating_sub(32),
        gpu: known.gpus,
    }
}

/// Whether so much fits into that room.
pub(super) fn fits(size: Size, room: Size) -> bool {
    size.vcpu <= room.vcpu && size.memory <= room.memory && size.gpu <= room.gpu
}

/// The types of these on which a container of that size can run.
pub(super) fn large_enough(names: &[&str], size: Size) -> Vec<&'static InstanceType> {
    expand(names).into_iter().filter(|known| fits(size, room(known))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_families_and_families_for_virtual_hosts() {
        let families =
            |names: &[&str]| expand(names).iter().map(|known| known.family.name).collect::<BTreeSet<_>>();
        assert_eq!(families(&["optimal"]), BTreeSet::from(DEFAULT_X86));
        assert_eq!(families(&["default_x86_64"]), families(&["optimal"]));
        assert_eq!(families(&["default_arm64"]), BTreeSet::from(DEFAULT_ARM));
        assert!(expand(&["m6i"]).iter().all(|known| !known.is_metal()));
        assert_eq!(expand(&["m5.metal", "m5.metal"]).len(), 1);
    }

    #[test]
    fn unknown_and_mixed_types_are_refused() {
        check(&["optimal", "m5.large", "g5"]).unwrap();
        check(&["default_arm64", "m7g"]).unwrap();
        for wrong in ["m99", "m5.huge", "t3.large", "t4g", ""] {
            let found = check(&[wrong]).unwrap_err();
            assert!(found.starts_with("Instance type can only be one of [c5, c5.12xlarge, "), "{found}");
        }
        assert!(check(&["m6g.large", "m6i.large"]).unwrap_err().contains("arm-based"));
    }

    #[test]
    fn a_host_keeps_some_of_its_memory() {
        let size = |memory| Size { vcpu: 1_000, memory, gpu: 0 };
        assert_eq!(large_enough(&["m5.large"], size(7_953)).len(), 1);
        assert_eq!(large_enough(&["m5.large"], size(8_192)).len(), 0);
        let gpu = Size { vcpu: 1_000, memory: 1_024, gpu: 2 };
        let names: Vec<&str> =
            large_enough(&["m5", "g4dn"], gpu).iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names, ["g4dn.12xlarge"]);
    }
}
