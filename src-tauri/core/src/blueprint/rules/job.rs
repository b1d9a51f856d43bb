//! Job definitions: image, size, environment, tries.

use super::{Problems, key, name};
use crate::{
    blueprint::{Blueprint, FARGATE_SIZES, FargateSize, JobDefinition, image},
    words::say,
};

/// RegisterJobDefinition takes 24 KiB; this leaves room for what Slipway adds.
const MOST_BYTES: usize = 20 * 1024;

pub(super) fn check(blueprint: &Blueprint, problems: &mut Problems) {
    let definitions = &blueprint.job_definitions;
    if definitions.is_empty() {
        problems.add("job_definitions", say("rule-list-empty", &[("list", "job_definitions")]));
    }
    name::parts("job_definitions", definitions.iter().map(|d| d.name.as_str()), problems);
    // Wherever a job may land, the largest environment decides whether it can ever start.
    let room = blueprint.compute_environments.iter().map(|e| e.max_vcpus).max();
    for (index, definition) in definitions.iter().enumerate() {
        let at = format!("job_definitions[{index}]");
        runs(&at, definition, problems);
        size(&at, definition, room, problems);
        environment(&at, definition, problems);
        tries(&at, definition, problems);
    }
}

fn runs(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    let found = definition.image.as_str();
    if found.len() > image::LONGEST_IMAGE {
        problems.add(format!("{at}.image"), say("rule-image-long", &[("length", &found.len().to_string())]));
    } else if !image::is_image(found) {
        problems.add(format!("{at}.image"), say("rule-image", &[("image", found)]));
    }
    if definition.command.iter().any(|word| word.contains('\0')) {
        problems.add(format!("{at}.command"), say("rule-nul", &[]));
    }
    let words: usize = definition.command.iter().map(String::len).sum();
    let values: usize = definition.environment.iter().map(|(name, value)| name.len() + value.len()).sum();
    if words + values > MOST_BYTES {
        let params = [("bytes", (words + values).to_string()), ("most", MOST_BYTES.to_string())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        problems.add(format!("{at}.command"), say("rule-definition-large", &params));
    }
}

fn size(at: &str, definition: &JobDefinition, room: Option<u32>, problems: &mut Problems) {
    let Some(size) = FargateSize::of(&definition.vcpu) else {
        let known: Vec<_> = FARGATE_SIZES.iter().map(|size| size.vcpu).collect();
        let params = [("vcpu", definition.vcpu.as_str()), ("known", &known.join(", "))];
        return problems.add(format!("{at}.vcpu"), say("rule-fargate-vcpu", &params));
    };
    if size.vcpu != definition.vcpu {
        // AWS gives the number back in its own way, and Terraform would see a change for ever.
        let params = [("vcpu", definition.vcpu.as_str()), ("written", size.vcpu)];
        problems.add(format!("{at}.vcpu"), say("rule-vcpu-written", &params));
    }
    if !size.allows(definition.memory_mib) {
        let params = [
            ("vcpu", size.vcpu.to_owned()),
            ("memory", definition.memory_mib.to_string()),
            ("known", size.memories_in_words()),
            ("nearest", size.nearest_memory(definition.memory_mib).to_string()),
        ];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        problems.add(format!("{at}.memory_mib"), say("rule-fargate-memory", &params));
    }
    if let Some(room) = room.filter(|room| *room > 0 && u64::from(*room) * 1000 < u64::from(size.milli_vcpu))
    {
        let params = [("vcpu", size.vcpu), ("room", &room.to_string())];
        problems.add(format!("{at}.vcpu"), say("rule-vcpu-no-room", &params));
    }
}

fn environment(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    for (name, value) in &definition.environment {
        let field = format!("{at}.environment.{}", key(name));
        if name.is_empty() || name.contains('=') || name.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            problems.add(&field, say("rule-env-name", &[("name", name)]));
        } else if name.starts_with("AWS_BATCH") {
            problems.add(&field, say("rule-env-reserved", &[("name", name)]));
        }
        if value.is_empty() {
            problems.add(field, say("rule-env-empty", &[("name", name)]));
        } else if value.contains('\0') {
            problems.add(field, say("rule-nul", &[]));
        }
    }
}

fn tries(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    if !(1..=10).contains(&definition.attempts) {
        let found = definition.attempts.to_string();
        problems.add(format!("{at}.attempts"), say("rule-attempts", &[("found", &found)]));
    }
    if let Some(seconds) = definition.timeout_seconds
        && (seconds < 60 || i32::try_from(seconds).is_err())
    {
        let found = seconds.to_string();
        problems.add(format!("{at}.timeout_seconds"), say("rule-timeout", &[("found", &found)]));
    }
}
