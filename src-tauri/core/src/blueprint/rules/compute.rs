//! Compute environments and the queues before them.

use std::collections::HashSet;

use super::{Problems, instances, name};
use crate::{
    blueprint::{Architecture, Blueprint, ComputeEnvironment, JobQueue, Platform, architecture_of},
    words::say,
};

/// Batch allows so many compute environments, and so many queues, in an account and region.
const MOST: usize = 50;

pub(super) fn check(blueprint: &Blueprint, problems: &mut Problems) {
    let environments = &blueprint.compute_environments;
    counted("compute_environments", environments.len(), problems);
    name::parts("compute_environments", environments.iter().map(|e| e.name.as_str()), problems);
    for (index, environment) in environments.iter().enumerate() {
        let at = format!("compute_environments[{index}]");
        // maxvCpus is a signed 32-bit number.
        if environment.max_vcpus == 0 || i32::try_from(environment.max_vcpus).is_err() {
            let found = environment.max_vcpus.to_string();
            problems.add(format!("{at}.max_vcpus"), say("rule-max-vcpus", &[("found", &found)]));
        }
        instances::check(&at, environment, problems);
    }

    policies(blueprint, problems);

    let queues = &blueprint.job_queues;
    counted("job_queues", queues.len(), problems);
    name::parts("job_queues", queues.iter().map(|q| q.name.as_str()), problems);
    for (index, queue) in queues.iter().enumerate() {
        job_queue(&format!("job_queues[{index}]"), queue, blueprint, problems);
    }
}

fn job_queue(at: &str, queue: &JobQueue, blueprint: &Blueprint, problems: &mut Problems) {
    if queue.priority > 1000 {
        let found = queue.priority.to_string();
        problems.add(format!("{at}.priority"), say("rule-priority", &[("found", &found)]));
    }
    let field = format!("{at}.compute_environments");
    let wanted = &queue.compute_environments;
    if !(1..=3).contains(&wanted.len()) {
        let found = wanted.len().to_string();
        problems.add(&field, say("rule-queue-environments", &[("found", &found)]));
    }
    let known: Vec<&str> = blueprint.compute_environments.iter().map(|e| e.name.as_str()).collect();
    let mut seen = HashSet::new();
    for (index, environment) in wanted.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if !known.contains(&environment.as_str()) {
            let params = [("name", environment.as_str()), ("known", &known.join(", "))];
            problems.add(field, say("rule-queue-unknown-environment", &params));
        } else if !seen.insert(environment) {
            problems.add(field, say("rule-queue-environment-twice", &[("name", environment)]));
        }
    }
    let of_queue = environments_of(blueprint, queue);
    let platforms: HashSet<Platform> = of_queue.iter().map(|e| e.kind.platform()).collect();
    if platforms.len() > 1 {
        problems.add(&field, say("rule-queue-mixed-platforms", &[]));
    }
    let processors: HashSet<Architecture> = of_queue.iter().filter_map(|e| architecture(e)).collect();
    if processors.len() > 1 {
        problems.add(&field, say("rule-queue-mixed-processors", &[]));
    }
    if let Some(policy) = &queue.scheduling_policy
        && blueprint.scheduling_policies.iter().all(|known| known.name != *policy)
    {
        let known: Vec<_> = blueprint.scheduling_policies.iter().map(|known| known.name.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let params = [("name", policy.as_str()), ("known", known.as_str())];
        problems.add(format!("{at}.scheduling_policy"), say("rule-queue-unknown-policy", &params));
    }
}

/// The environments that a queue names and that are there.
pub(super) fn environments_of<'b>(blueprint: &'b Blueprint, queue: &JobQueue) -> Vec<&'b ComputeEnvironment> {
    let named = |environment: &&ComputeEnvironment| queue.compute_environments.contains(&environment.name);
    blueprint.compute_environments.iter().filter(named).collect()
}

/// The processor of an environment's instances; Fargate has both.
pub(super) fn architecture(environment: &ComputeEnvironment) -> Option<Architecture> {
    let types = &environment.instances.as_ref()?.types;
    types.first().map(|first| architecture_of(first))
}

/// Fair-share policies (FairsharePolicy in the API reference of AWS Batch).
fn policies(blueprint: &Blueprint, problems: &mut Problems) {
    let policies = &blueprint.scheduling_policies;
    name::parts("scheduling_policies", policies.iter().map(|p| p.name.as_str()), problems);
    for (index, policy) in policies.iter().enumerate() {
        let at = format!("scheduling_policies[{index}]");
        if policy.share_decay_seconds > 604_800 {
            let found = policy.share_decay_seconds.to_string();
            problems.add(format!("{at}.share_decay_seconds"), say("rule-share-decay", &[("found", &found)]));
        }
        if policy.compute_reservation > 99 {
            let found = policy.compute_reservation.to_string();
            problems.add(
                format!("{at}.compute_reservation"),
                say("rule-compute-reservation", &[("found", &found)]),
            );
        }
        if policy.shares.len() > 500 {
            let found = policy.shares.len().to_string();
            problems.add(format!("{at}.shares"), say("rule-shares-too-many", &[("found", &found)]));
        }
        for (index, share) in policy.shares.keys().enumerate() {
            // A prefix and a name that begins so would both hold (ShareAttributes, `shareIdentifier`).
            let covers = |other: &&String| {
                other
                    .strip_suffix('*')
                    .is_some_and(|stem| share.strip_suffix('*').unwrap_or(share).starts_with(stem))
            };
            let others =
                policy.shares.keys().enumerate().filter(|(at, _)| *at != index).map(|(_, other)| other);
            if let Some(other) = others.into_iter().find(covers) {
                let params = [("name", share.as_str()), ("other", other.as_str())];
                problems
                    .add(format!("{at}.shares.{}", super::key(share)), say("rule-share-overlaps", &params));
            }
        }
        for (share, weight) in &policy.shares {
            let field = format!("{at}.shares.{}", super::key(share));
            if !name::is_share(share) {
                problems.add(&field, say("rule-share-name", &[("name", share)]));
            }
            if !(0.0001..=999.9999).contains(weight) {
                problems.add(field, say("rule-share-weight", &[("found", &weight.to_string())]));
            }
        }
    }
}

fn counted(list: &str, count: usize, problems: &mut Problems) {
    if count == 0 {
        problems.add(list, say("rule-list-empty", &[("list", list)]));
    } else if count > MOST {
        let params = [("list", list), ("count", &count.to_string()), ("most", &MOST.to_string())];
        problems.add(list, say("rule-list-too-long", &params));
    }
}
