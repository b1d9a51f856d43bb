//! Compute environments and the queues before them.

use std::collections::HashSet;

use super::{Problems, name};
use crate::{blueprint::Blueprint, words::say};

/// Batch allows so many compute environments, and so many queues, in an account and region.
const MOST: usize = 50;

pub(super) fn check(blueprint: &Blueprint, problems: &mut Problems) {
    let environments = &blueprint.compute_environments;
    counted("compute_environments", environments.len(), problems);
    name::parts("compute_environments", environments.iter().map(|e| e.name.as_str()), problems);
    for (index, environment) in environments.iter().enumerate() {
        // maxvCpus is a signed 32-bit number.
        if environment.max_vcpus == 0 || i32::try_from(environment.max_vcpus).is_err() {
            problems.add(
                format!("compute_environments[{index}].max_vcpus"),
                say("rule-max-vcpus", &[("found", &environment.max_vcpus.to_string())]),
            );
        }
    }

    let queues = &blueprint.job_queues;
    counted("job_queues", queues.len(), problems);
    name::parts("job_queues", queues.iter().map(|q| q.name.as_str()), problems);
    let known: Vec<&str> = environments.iter().map(|e| e.name.as_str()).collect();
    for (index, queue) in queues.iter().enumerate() {
        let field = |of: &str| format!("job_queues[{index}].{of}");
        if queue.priority > 1000 {
            let found = queue.priority.to_string();
            problems.add(field("priority"), say("rule-priority", &[("found", &found)]));
        }
        let wanted = &queue.compute_environments;
        if !(1..=3).contains(&wanted.len()) {
            let found = wanted.len().to_string();
            problems.add(field("compute_environments"), say("rule-queue-environments", &[("found", &found)]));
        }
        let mut seen = HashSet::new();
        for (at, environment) in wanted.iter().enumerate() {
            let field = field(&format!("compute_environments[{at}]"));
            if !known.contains(&environment.as_str()) {
                let params = [("name", environment.as_str()), ("known", &known.join(", "))];
                problems.add(field, say("rule-queue-unknown-environment", &params));
            } else if !seen.insert(environment) {
                problems.add(field, say("rule-queue-environment-twice", &[("name", environment)]));
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
