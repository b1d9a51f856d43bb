//! Job definitions: image, size, environment, tries.

use std::collections::{BTreeMap, HashSet};

use super::{
    Problems, access,
    compute::{self, environments_of},
    key, name, retry, storage,
};
use crate::{
    blueprint::{Blueprint, FARGATE_SIZES, FargateSize, ImageName, JobDefinition, Platform, has_gpu, image},
    words::say,
};

/// The limits that ECS knows (Ulimit, `name`).
const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// RegisterJobDefinition takes 24 KiB (AWS Batch User Guide, "AWS Batch service quotas"); this leaves room for roles, log
/// and image.
const MOST_BYTES: usize = 22 * 1024;

pub(super) fn check(blueprint: &Blueprint, problems: &mut Problems) {
    let definitions = &blueprint.job_definitions;
    if definitions.is_empty() {
        problems.add("job_definitions", say("rule-list-empty", &[("list", "job_definitions")]));
    }
    name::parts("job_definitions", definitions.iter().map(|d| d.name.as_str()), problems);
    for (index, definition) in definitions.iter().enumerate() {
        let at = format!("job_definitions[{index}]");
        runs(&at, definition, problems);
        registry(&at, definition, problems);
        place(&at, definition, blueprint, problems);
        size(&at, definition, blueprint, problems);
        environment(&at, definition, problems);
        secrets(&at, definition, problems);
        parameters(&at, definition, problems);
        host(&at, definition, problems);
        storage::check(&at, definition, problems);
        retry::check(&at, definition, problems);
        access::check(&at, definition, problems);
    }
}

/// About as many bytes as AWS Batch keeps of what can be long: each entry with the JSON around it.
fn written_bytes(definition: &JobDefinition) -> usize {
    let words = definition.command.iter().map(|word| word.len() + 3);
    let pairs = |map: &BTreeMap<String, String>, around: usize| -> usize {
        map.iter().map(|(name, value)| name.len() + value.len() + around).sum()
    };
    let volumes = definition.volumes.iter().map(|volume| volume.name().len() + 160);
    let mounts = definition.mounts.iter().map(|mount| mount.volume.len() + mount.path.len() + 56);
    words.chain(volumes).chain(mounts).sum::<usize>()
        + pairs(&definition.environment, r#"{"name":"","value":""},"#.len())
        + pairs(&definition.secrets, r#"{"name":"","valueFrom":""},"#.len())
        + pairs(&definition.parameters, r#""":"","#.len())
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
    let bytes = written_bytes(definition);
    if bytes > MOST_BYTES {
        let params = [("bytes", bytes.to_string()), ("most", MOST_BYTES.to_string())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        problems.add(format!("{at}.command"), say("rule-definition-large", &params));
    }
}

/// "If your job definition references an image that's stored in Amazon ECR, this topic doesn't apply": there jobs sign in by
/// their role. A secret of another region or account is known by its whole ARN alone (AWS Batch User Guide, "Private
/// registry authentication for jobs").
fn registry(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    let Some(secret) = &definition.registry_secret else { return };
    let field = format!("{at}.registry_secret");
    if !access::is_whole_secret(secret) && !access::is_secret_name(secret) {
        problems.add(field, say("rule-registry-secret", &[("found", secret)]));
    } else if ImageName::parse(&definition.image).in_ecr().is_some() {
        problems.add(field, say("rule-registry-secret-ecr", &[]));
    }
}

/// A definition must find a queue whose compute can run it, or its jobs would be refused or wait for ever.
fn place(at: &str, definition: &JobDefinition, blueprint: &Blueprint, problems: &mut Problems) {
    let queues: Vec<_> = blueprint.job_queues.iter().map(|queue| environments_of(blueprint, queue)).collect();
    if queues.is_empty() || queues.iter().any(Vec::is_empty) {
        // What queues will hold is not said yet, and is said to be missing elsewhere.
        return;
    }
    let fitting: Vec<_> = queues
        .into_iter()
        .filter(|environments| environments.iter().any(|e| e.kind.platform() == definition.platform))
        .collect();
    if fitting.is_empty() {
        let platform = definition.platform.batch();
        return problems
            .add(format!("{at}.platform"), say("rule-no-queue-for-platform", &[("platform", platform)]));
    }
    let mut environments = fitting.into_iter().flatten();
    if definition.platform == Platform::Ec2
        && !environments
            .any(|e| compute::architecture(e).is_none_or(|found| found == definition.architecture))
    {
        let wanted = definition.architecture.batch();
        problems.add(format!("{at}.architecture"), say("rule-no-queue-for-processor", &[("wanted", wanted)]));
    }
    let all = blueprint.compute_environments.iter().filter_map(|environment| environment.instances.as_ref());
    let mut types = all.flat_map(|instances| &instances.types);
    if definition.platform == Platform::Ec2 && definition.gpus > 0 && !types.any(|name| has_gpu(name)) {
        problems.add(format!("{at}.gpus"), say("rule-no-queue-for-gpus", &[]));
    }
}

fn size(at: &str, definition: &JobDefinition, blueprint: &Blueprint, problems: &mut Problems) {
    let milli_vcpu = match definition.platform {
        Platform::Fargate => fargate_size(at, definition, problems),
        Platform::Ec2 => ec2_size(at, definition, problems),
    };
    // Wherever a job may land, the largest environment decides whether it can ever start.
    let room = blueprint.compute_environments.iter();
    let room = room.filter(|e| e.kind.platform() == definition.platform).map(|e| e.max_vcpus).max();
    if let Some(milli_vcpu) = milli_vcpu
        && let Some(room) = room.filter(|room| *room > 0 && u64::from(*room) * 1000 < milli_vcpu)
    {
        let params = [("vcpu", definition.vcpu.as_str()), ("room", &room.to_string())];
        problems.add(format!("{at}.vcpu"), say("rule-vcpu-no-room", &params));
    }
}

fn fargate_size(at: &str, definition: &JobDefinition, problems: &mut Problems) -> Option<u64> {
    let Some(size) = FargateSize::of(&definition.vcpu) else {
        let known: Vec<_> = FARGATE_SIZES.iter().map(|size| size.vcpu).collect();
        let params = [("vcpu", definition.vcpu.as_str()), ("known", &known.join(", "))];
        problems.add(format!("{at}.vcpu"), say("rule-fargate-vcpu", &params));
        return None;
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
    Some(size.milli_vcpu.into())
}

/// "For jobs that are running on EC2 resources, you must specify at least one vCPU", in whole ones, and 4 MiB
/// (ResourceRequirement, `value`).
fn ec2_size(at: &str, definition: &JobDefinition, problems: &mut Problems) -> Option<u64> {
    if definition.memory_mib < 4 || i32::try_from(definition.memory_mib).is_err() {
        let found = definition.memory_mib.to_string();
        problems.add(format!("{at}.memory_mib"), say("rule-ec2-memory", &[("found", &found)]));
    }
    let whole = definition.vcpu.parse::<u32>().ok().filter(|vcpu| *vcpu > 0);
    let Some(whole) = whole.filter(|vcpu| vcpu.to_string() == definition.vcpu) else {
        problems.add(format!("{at}.vcpu"), say("rule-ec2-vcpu", &[("found", &definition.vcpu)]));
        return None;
    };
    Some(u64::from(whole) * 1000)
}

/// What only the instances of the account can give, and what only Fargate asks for.
fn host(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    let on_fargate = definition.platform == Platform::Fargate;
    if on_fargate && definition.privileged {
        problems.add(format!("{at}.privileged"), say("rule-privileged-on-fargate", &[]));
    }
    if on_fargate && definition.gpus > 0 {
        problems.add(format!("{at}.gpus"), say("rule-gpus-on-fargate", &[]));
    }
    if on_fargate && !definition.ulimits.is_empty() {
        problems.add(format!("{at}.ulimits"), say("rule-ulimits-on-fargate", &[]));
    }
    let mut seen = HashSet::new();
    for (index, limit) in definition.ulimits.iter().enumerate() {
        let field = |of: &str| format!("{at}.ulimits[{index}].{of}");
        if !ULIMITS.contains(&limit.name.as_str()) {
            let params = [("name", limit.name.as_str()), ("known", &ULIMITS.join(", "))];
            problems.add(field("name"), say("rule-ulimit-name", &params));
        } else if !seen.insert(&limit.name) {
            problems.add(field("name"), say("rule-name-twice", &[("name", &limit.name)]));
        }
        if limit.soft > limit.hard {
            let params = [("soft", &*limit.soft.to_string()), ("hard", &*limit.hard.to_string())];
            problems.add(field("soft"), say("rule-ulimit-order", &params));
        }
        if i32::try_from(limit.hard).is_err() {
            problems.add(field("hard"), say("rule-ulimit-large", &[("found", &limit.hard.to_string())]));
        }
    }
    if let Some(user) = &definition.user
        && (user.trim() != user || user.is_empty() || user.contains(char::is_whitespace))
    {
        problems.add(format!("{at}.user"), say("rule-user", &[("found", user)]));
    }
    if let Some(priority) = definition.scheduling_priority.filter(|priority| *priority > 9999) {
        let found = priority.to_string();
        problems
            .add(format!("{at}.scheduling_priority"), say("rule-scheduling-priority", &[("found", &found)]));
    }
}

fn secrets(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    for (name, from) in &definition.secrets {
        let field = format!("{at}.secrets.{}", key(name));
        variable_name(&field, name, problems);
        if definition.environment.contains_key(name) {
            problems.add(&field, say("rule-secret-and-variable", &[("name", name)]));
        }
        // Of a secret's value one key, one stage and one version may be meant: three more parts.
        let in_store = access::is_arn(from, "ssm", "parameter/") || access::is_parameter(from);
        if !in_store && !access::is_secret(from) {
            problems.add(field, say("rule-secret-from", &[("found", from)]));
        }
    }
}

fn parameters(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    for (name, value) in &definition.parameters {
        let field = format!("{at}.parameters.{}", key(name));
        let used = definition.command.iter().any(|word| word == &format!("Ref::{name}"));
        if name.is_empty() || name.contains(char::is_whitespace) {
            problems.add(field, say("rule-parameter", &[("name", name)]));
        } else if !used {
            problems.add(field, say("rule-parameter-unused", &[("name", name)]));
        } else if value.contains('\0') {
            problems.add(field, say("rule-nul", &[]));
        }
    }
}

fn environment(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    for (name, value) in &definition.environment {
        let field = format!("{at}.environment.{}", key(name));
        variable_name(&field, name, problems);
        if value.is_empty() {
            problems.add(field, say("rule-env-empty", &[("name", name)]));
        } else if value.contains('\0') {
            problems.add(field, say("rule-nul", &[]));
        }
    }
}

fn variable_name(field: &str, name: &str, problems: &mut Problems) {
    if name.is_empty() || name.contains('=') || name.chars().any(|c| c.is_whitespace() || c.is_control()) {
        problems.add(field, say("rule-env-name", &[("name", name)]));
    } else if name.starts_with("AWS_BATCH") {
        problems.add(field, say("rule-env-reserved", &[("name", name)]));
    }
}
