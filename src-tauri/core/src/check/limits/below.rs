//! Jobs for which limits of vCPUs are too low whatever else runs: a job of 16 vCPUs where 5 may be used, or one of 1 vCPU
//! where the smallest instance that is named has 16. Batch starts nothing for them, and they wait in RUNNABLE.

use std::collections::BTreeMap;

use super::classes::{Limit, limits_of, of_type};
use crate::{
    blueprint::{Blueprint, ComputeEnvironment, ComputeKind, JobDefinition, Platform, architecture_of},
    offer::{Demand, Types},
};

/// A job, and the fewest vCPUs that something to run it on takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Below<'b> {
    pub(super) job: &'b str,
    pub(super) needed: u32,
}

/// By limit, the job that needs most and that no environment of a queue can start.
pub(super) fn below<'b>(
    blueprint: &'b Blueprint,
    types: &Types,
    values: &BTreeMap<Limit, u32>,
) -> BTreeMap<Limit, Below<'b>> {
    let mut all: BTreeMap<Limit, Below<'b>> = BTreeMap::new();
    for job in &blueprint.job_definitions {
        for (limit, needed) in stopped_by(blueprint, job, types, values).unwrap_or_default() {
            let below = Below { job: &job.name, needed };
            let most = all.entry(limit).or_insert(below);
            if needed > most.needed {
                *most = below;
            }
        }
    }
    all
}

/// The limits that stop a job, each with the fewest vCPUs that it would have to be. None where something can start it, or
/// nobody knows.
fn stopped_by(
    blueprint: &Blueprint,
    job: &JobDefinition,
    types: &Types,
    values: &BTreeMap<Limit, u32>,
) -> Option<BTreeMap<Limit, u32>> {
    let queued = |one: &&ComputeEnvironment| {
        blueprint.job_queues.iter().any(|queue| queue.compute_environments.contains(&one.name))
    };
    let mut stopped: BTreeMap<Limit, u32> = BTreeMap::new();
    for environment in blueprint.compute_environments.iter().filter(queued) {
        for (limit, needed) in needs(environment, job, types)? {
            if values.get(&limit).is_none_or(|value| *value >= needed) {
                return None;
            }
            let least = stopped.entry(limit).or_insert(needed);
            *least = needed.min(*least);
        }
    }
    Some(stopped)
}

/// The fewest vCPUs that an environment takes to run a job, by the limit that they count against; of one that does not take
/// it, nothing. None where what it may start is not known.
fn needs(
    environment: &ComputeEnvironment,
    job: &JobDefinition,
    types: &Types,
) -> Option<BTreeMap<Limit, u32>> {
    let vcpus: f64 = job.vcpu.parse().ok()?;
    let Some(instances) = &environment.instances else {
        let takes = job.platform == Platform::Fargate && vcpus <= f64::from(environment.max_vcpus);
        let limits = limits_of(environment).into_iter().filter(|_| takes);
        // A limit is a whole number, and a job of Fargate's may ask for a quarter.
        return Some(
            limits
                .map(|limit| {
                    (limit, (1..=environment.max_vcpus).find(|n| f64::from(*n) >= vcpus).unwrap_or(1))
                })
                .collect(),
        );
    };
    let processor = |name: &String| architecture_of(name) == job.architecture;
    if job.platform != Platform::Ec2
        || vcpus > f64::from(environment.max_vcpus)
        || !instances.types.iter().all(processor)
    {
        return Some(BTreeMap::new());
    }
    let demand = Demand::of(job)?;
    let spot = environment.kind == ComputeKind::Spot;
    let mut least: BTreeMap<Limit, u32> = BTreeMap::new();
    let types = types.get(&environment.name).filter(|types| !types.is_empty())?;
    for one in types.iter().filter(|one| demand.may_fit(one)) {
        let needed = least.entry(of_type(&one.name, spot)?).or_insert(one.vcpus);
        *needed = one.vcpus.min(*needed);
    }
    Some(least)
}
