//! What the name of an instance type, a family or one of AWS's own choices tells. A name is all that a blueprint has.

use super::Architecture;

/// AWS's own choices, and the families that each stands for (API reference, ComputeResource).
pub const TYPE_CHOICES: [(&str, [&str; 4]); 2] =
    [("default_x86_64", ["c6i", "c7i", "m6i", "r6i"]), ("default_arm64", ["c6g", "c7g", "m6g", "r6g"])];

/// The families that one of AWS's own choices stands for; any other name as it is.
pub fn families_of(name: &str) -> Vec<String> {
    // The older word for the same.
    let name = if name == "optimal" { "default_x86_64" } else { name };
    match TYPE_CHOICES.into_iter().find(|(choice, _)| *choice == name) {
        Some((_, families)) => families.map(str::to_owned).to_vec(),
        None => vec![name.to_owned()],
    }
}

/// The processor that named instance types have, where their names tell.
///
/// `default_arm64`, and the families whose generation is followed by a `g`: `m6g`, `c7gn`, `t4g`; `a1` came before
/// that rule (EC2 User Guide, "Amazon EC2 instance type naming conventions"). So has `p6e-gb200`, whose superchips hold
/// a Grace processor.
pub fn architecture_of(instance_type: &str) -> Architecture {
    let family = instance_type.split('.').next().unwrap_or_default();
    let after_generation = family.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '-');
    let traits = after_generation.trim_start_matches(|c: char| c.is_ascii_digit());
    let arm =
        family == "default_arm64" || family == "a1" || traits.starts_with('g') || family.contains("-gb");
    if arm { Architecture::Arm64 } else { Architecture::X86_64 }
}

/// Whether instance types of this name have GPUs that Batch can hand out, which are NVIDIA's: the families `p…`,
/// `g…` and `gr…` (AWS Batch User Guide, "Use GPU jobs").
pub fn has_gpu(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    let class = family.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    ["p", "g", "gr"].contains(&class) && family != "g4ad"
}

/// `m6i.metal`, `m7i.metal-24xl`.
pub fn is_metal(name: &str) -> bool {
    name.split_once('.').is_some_and(|(_, size)| size == "metal" || size.starts_with("metal-"))
}

/// "Instance type can only be one of […]": no family of that list begins with a `t` and a digit.
pub fn is_burstable(name: &str) -> bool {
    name.strip_prefix('t').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_type_tells_its_processor() {
        for arm in [
            "m6g",
            "p6e-gb200.36xlarge",
            "m7g.large",
            "c7gn.16xlarge",
            "t4g.small",
            "a1.large",
            "default_arm64",
            "g5g.xlarge",
            "r8gd",
        ] {
            assert_eq!(architecture_of(arm), Architecture::Arm64, "{arm}");
        }
        for intel in [
            "m6i",
            "g5.xlarge",
            "g4dn",
            "p6-b200.48xlarge",
            "p4d.24xlarge",
            "optimal",
            "default_x86_64",
            "m6a.large",
            "u-6tb1.56xlarge",
        ] {
            assert_eq!(architecture_of(intel), Architecture::X86_64, "{intel}");
        }
    }

    #[test]
    fn the_name_of_a_type_tells_its_gpus() {
        for gpu in [
            "p6-b200.48xlarge",
            "p6e-gb200.36xlarge",
            "p3.2xlarge",
            "p4d.24xlarge",
            "g4dn.xlarge",
            "g5",
            "gr6.4xlarge",
            "g5g.xlarge",
        ] {
            assert!(has_gpu(gpu), "{gpu}");
        }
        for none in [
            "m6g.large",
            "optimal",
            "default_x86_64",
            "g4ad.xlarge",
            "c6gn.large",
            "inf2.xlarge",
            "trn1.2xlarge",
        ] {
            assert!(!has_gpu(none), "{none}");
        }
    }
}
