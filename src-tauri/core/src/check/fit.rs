//! Whether each job finds room on an instance that the blueprint's environments may start.

use futures::future::try_join_all;

use super::{CheckItem, CheckVerdict, Group};
use crate::{
    account::Session,
    aws::AwsFault,
    blueprint::{Blueprint, ComputeEnvironment, Instances, JobDefinition, Platform, architecture_of},
    offer::{Demand, InstanceType, Room, types_of},
    resource::Evidence,
    words::{Text, say},
};

pub(super) async fn check(session: &Session, blueprint: &Blueprint) -> Vec<CheckItem> {
    let jobs: Vec<_> = blueprint.job_definitions.iter().filter(|one| one.platform == Platform::Ec2).collect();
    if jobs.is_empty() {
        return vec![];
    }
    let queued =
        |name: &String| blueprint.job_queues.iter().any(|one| one.compute_environments.contains(name));
    let environments = blueprint.compute_environments.iter().filter(|one| queued(&one.name));
    let environments: Vec<_> = environments.filter_map(|one| Some((one, one.instances.as_ref()?))).collect();
    let types =
        try_join_all(environments.iter().map(|(_, instances)| types_of(session, &instances.types))).await;
    let item_of = |job: &JobDefinition| {
        // Where it could be sent: to a queue's environment of its processor that may use so many vCPUs.
        let takes = |environment: &ComputeEnvironment, instances: &Instances| {
            instances.types.iter().all(|name| architecture_of(name) == job.architecture)
                && job.vcpu.parse().is_ok_and(|vcpus: u32| vcpus <= environment.max_vcpus)
        };
        let here = types.as_ref().map(|types| {
            let of = types.iter().zip(&environments);
            let of = of.filter(|(_, (environment, instances))| takes(environment, instances));
            of.map(|(types, _)| types.clone()).collect::<Vec<_>>()
        });
        item(job, here.as_deref().map_err(|fault| *fault))
    };
    jobs.into_iter().map(item_of).collect()
}

fn item(job: &JobDefinition, types: Result<&[Vec<InstanceType>], &AwsFault>) -> CheckItem {
    let (verdict, finding) = judge(job, types);
    let mut item = CheckItem::answer(&format!("fit:{}", job.name), Group::Batch, verdict, finding);
    item.name = Some(job.name.clone());
    item.evidence = vec![
        Evidence::new("VCPU", &job.vcpu),
        Evidence::new("MEMORY", job.memory_mib),
        Evidence::new("GPU", job.gpus),
    ];
    if matches!(verdict, CheckVerdict::Wrong | CheckVerdict::Warning) {
        item.remedy = Some(say("fit-none-advice", &[]));
    }
    item
}

fn judge(job: &JobDefinition, types: Result<&[Vec<InstanceType>], &AwsFault>) -> (CheckVerdict, Text) {
    let name = ("job", job.name.as_str());
    let types = match types {
        Ok(types) => types,
        Err(fault) => {
            return (CheckVerdict::CannotTell, say("fit-unknown", &[name, ("words", &fault.text().text)]));
        }
    };
    match Demand::of(job).map_or(Room::Unknown, |demand| Room::find(demand, types)) {
        Room::On(smallest) => (CheckVerdict::Ready, say("fit-ready", &[name, ("type", &smallest.name)])),
        Room::Tight(smallest) => {
            let (memory, left) = (smallest.memory_mib, smallest.memory_for_jobs());
            let params = [
                name,
                ("asks", &job.memory_mib.to_string()),
                ("type", &smallest.name),
                ("memory", &memory.to_string()),
                ("left", &left.to_string()),
            ];
            (CheckVerdict::Warning, say("fit-tight", &params))
        }
        Room::None(nearest) => {
            let has = nearest.for_jobs();
            let mut params = vec![name];
            params.extend(has.iter().map(|(what, value)| (*what, value.as_str())));
            (CheckVerdict::Wrong, say("fit-none", &params))
        }
        Room::Unknown => (CheckVerdict::CannotTell, say("fit-no-types", &[name])),
    }
}
