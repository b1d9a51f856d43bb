//! Which sizes a job can have, by what it runs on.

use crate::{
    blueprint::{FARGATE_SIZES, FargateSize, FieldProblem, Platform},
    words::{Text, say},
};

/// What AWS Batch would refuse of a job of this size.
pub(super) fn check(platform: Platform, vcpu: &str, memory_mib: u32) -> Vec<FieldProblem> {
    match platform {
        Platform::Fargate => on_fargate(vcpu, memory_mib).into_iter().collect(),
        Platform::Ec2 => on_ec2(vcpu, memory_mib),
    }
}

fn on_fargate(vcpu: &str, memory_mib: u32) -> Option<FieldProblem> {
    let Some(size) = FargateSize::of(vcpu) else {
        let known: Vec<_> = FARGATE_SIZES.iter().map(|size| size.vcpu).collect();
        let params = [("vcpu", vcpu), ("known", &known.join(", "))];
        return Some(problem("vcpu", say("rule-fargate-vcpu", &params)));
    };
    if size.allows(memory_mib) {
        return None;
    }
    let params = [
        ("vcpu", size.vcpu),
        ("memory", &memory_mib.to_string()),
        ("known", &size.memories_in_words()),
        ("nearest", &size.nearest_memory(memory_mib).to_string()),
    ];
    Some(problem("memory_mib", say("rule-fargate-memory", &params)))
}

/// Whole vCPUs, at least one, and at least 4 MiB (ResourceRequirement, `value`).
fn on_ec2(vcpu: &str, memory_mib: u32) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let whole = vcpu.parse::<u32>().ok().filter(|whole| *whole > 0 && whole.to_string() == vcpu);
    if whole.is_none() {
        problems.push(problem("vcpu", say("rule-ec2-vcpu", &[("found", vcpu)])));
    }
    if memory_mib < 4 {
        problems.push(problem("memory_mib", say("rule-ec2-memory", &[("found", &memory_mib.to_string())])));
    }
    problems
}

fn problem(field: &str, problem: Text) -> FieldProblem {
    FieldProblem { field: field.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_has_sizes_of_its_own() {
        for (platform, vcpu, memory, expected) in [
            (Platform::Fargate, "0.25", 512, ""),
            (Platform::Fargate, "16", 122_880, ""),
            (Platform::Fargate, "3", 8192, "vcpu rule-fargate-vcpu"),
            (Platform::Fargate, "1", 4000, "memory_mib rule-fargate-memory"),
            (Platform::Ec2, "3", 4000, ""),
            (Platform::Ec2, "96", 4, ""),
            (Platform::Ec2, "0.25", 512, "vcpu rule-ec2-vcpu"),
            (Platform::Ec2, "2.0", 512, "vcpu rule-ec2-vcpu"),
            (Platform::Ec2, "0", 512, "vcpu rule-ec2-vcpu"),
            (Platform::Ec2, "1", 3, "memory_mib rule-ec2-memory"),
        ] {
            let found = check(platform, vcpu, memory);
            let found: Vec<_> = found.iter().map(|p| format!("{} {}", p.field, p.problem.code)).collect();
            assert_eq!(found.join(", "), expected, "{platform:?} {vcpu} {memory}");
        }
    }
}
