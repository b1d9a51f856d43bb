//! Whether each job finds room on an instance that the blueprint's environments may start.

use std::collections::BTreeSet;

use futures::future::join_all;

use super::{CheckItem, CheckVerdict, Fix, Group, Once};
use crate::{
    account::Session,
    aws::AwsFault,
    blueprint::{
        AllocationStrategy, Amendment, Blueprint, ComputeEnvironment, ComputeKind, Instances, JobDefinition,
        Platform, architecture_of,
    },
    offer::{Demand, InstanceType, Room, Types, instance_types, types_of},
    resource::Evidence,
    words::{Text, say},
};

pub(super) async fn check(
    session: &Session,
    blueprint: &Blueprint,
    types: Once<'_, Types>,
) -> Vec<CheckItem> {
    let jobs: Vec<_> = blueprint.job_definitions.iter().filter(|one| one.platform == Platform::Ec2).collect();
    if jobs.is_empty() {
        return vec![];
    }
    let queued =
        |name: &String| blueprint.job_queues.iter().any(|one| one.compute_environments.contains(name));
    let environments = blueprint.compute_environments.iter().filter(|one| queued(&one.name));
    let environments: Vec<_> = environments.filter_map(|one| Some((one, one.instances.as_ref()?))).collect();
    let types = types.await.map(|types| {
        let of =
            |(one, _): &(&ComputeEnvironment, &Instances)| types.get(&one.name).cloned().unwrap_or_default();
        environments.iter().map(of).collect::<Vec<_>>()
    });
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
        let homes: Vec<_> = environments
            .iter()
            .filter(|(one, instances)| takes(one, instances))
            .map(|(one, _)| *one)
            .collect();
        let job = job.clone();
        async move {
            let here = here.map_err(Clone::clone);
            // Only what fits nowhere makes it worth to ask for more.
            let more = match &here {
                Ok(here) if !here.is_empty() => larger(session, &job, here).await,
                _ => None,
            };
            let fixes = fixes(blueprint, &job, &homes, here.as_deref().unwrap_or_default(), more.as_ref());
            item(&job, here.as_deref(), more.as_ref(), fixes)
        }
    };
    join_all(jobs.into_iter().map(item_of)).await
}

/// The smallest type on which a job fits that fits on none of these: of the same families, and else of any.
async fn larger(session: &Session, job: &JobDefinition, types: &[Vec<InstanceType>]) -> Option<InstanceType> {
    let demand = Demand::of(job)?;
    let known = || types.iter().flatten();
    if demand.smallest(known()).is_some() || types.iter().any(Vec::is_empty) {
        return None;
    }
    let families: BTreeSet<_> = known().filter_map(|one| one.name.split('.').next()).collect();
    let families: Vec<_> = families.into_iter().map(str::to_owned).collect();
    let same = types_of(session, &families).await.unwrap_or_default();
    if let Some(found) = demand.smallest(&same) {
        return Some(found.clone());
    }
    let all = instance_types(session).await.unwrap_or_default();
    let all = all.iter().filter(|one| one.architecture == job.architecture && one.current);
    demand.smallest(all).cloned()
}

fn item(
    job: &JobDefinition,
    types: Result<&[Vec<InstanceType>], &AwsFault>,
    more: Option<&InstanceType>,
    fixes: Vec<Fix>,
) -> CheckItem {
    let (verdict, finding, on) = judge(job, types);
    let mut item = CheckItem::answer(&format!("fit:{}", job.name), Group::Batch, verdict, finding);
    item.name = Some(job.name.clone());
    item.evidence = vec![
        Evidence::new("VCPU", &job.vcpu),
        Evidence::new("MEMORY", job.memory_mib),
        Evidence::new("GPU", job.gpus),
    ];
    if let Some(on) = on {
        let (memory, left) = (on.memory_mib.to_string(), on.memory_for_jobs().to_string());
        let params = [("left", left.as_str()), ("memory", memory.as_str())];
        item.evidence.push(Evidence::new(&on.name, say("fit-source", &params).text));
    }
    if matches!(verdict, CheckVerdict::Wrong | CheckVerdict::Warning) {
        item.remedy = Some(advice(job, on, more));
        item.fixes = fixes;
    }
    item
}

/// A type on which it fits beside those that are named, and as much memory as there is.
fn fixes(
    blueprint: &Blueprint,
    job: &JobDefinition,
    homes: &[&ComputeEnvironment],
    types: &[Vec<InstanceType>],
    more: Option<&InstanceType>,
) -> Vec<Fix> {
    let takes_it = |one: &&ComputeEnvironment, more: &InstanceType| {
        let best_fit = one.instances.as_ref().map(|instances| instances.allocation_strategy)
            == Some(AllocationStrategy::BestFit);
        // The other strategies go beyond the most vCPUs by one instance at most (AWS Batch User Guide, "Allocation
        // strategies").
        (!best_fit || more.vcpus <= one.max_vcpus) && (one.kind != ComputeKind::Spot || more.spot)
    };
    let larger = more.and_then(|more| {
        let home = homes.iter().find(|one| takes_it(one, more))?;
        let mut types = home.instances.as_ref()?.types.clone();
        types.push(more.name.clone());
        Fix::blueprint(blueprint, vec![Amendment::InstanceTypes { environment: home.name.clone(), types }])
    });
    let less = Demand::of(job).and_then(|demand| {
        let on = match Room::find(demand, types) {
            Room::Tight(on) | Room::None(on) => on,
            Room::On(_) | Room::Unknown => return None,
        };
        let memory_mib = on.memory_for_jobs();
        let enough = demand.fits_but_for_memory(on) && memory_mib < job.memory_mib;
        let amendment = Amendment::Memory { job: job.name.clone(), memory_mib };
        Fix::blueprint(blueprint, vec![amendment]).filter(|_| enough)
    });
    larger.into_iter().chain(less).collect()
}

/// The most that fits the type that is there, and the type that fits what was asked for.
fn advice(job: &JobDefinition, on: Option<&InstanceType>, more: Option<&InstanceType>) -> Text {
    let (Some(on), Some(demand)) = (on, Demand::of(job)) else { return say("fit-none-advice", &[]) };
    // Less memory only helps where it is memory that is short.
    let by_memory = demand.fits_but_for_memory(on);
    let (asks, most) = (job.memory_mib.to_string(), on.memory_for_jobs().to_string());
    let params = [("asks", asks.as_str()), ("most", &most), ("type", &on.name)];
    match more {
        Some(more) if by_memory => {
            say("fit-less-or-larger", &[&params[..], &[("larger", &more.name)]].concat())
        }
        None if by_memory => say("fit-less", &params),
        Some(more) => say("fit-larger", &[("larger", &more.name)]),
        None => say("fit-none-advice", &[]),
    }
}

/// The verdict, the sentence, and the type that it is about.
fn judge<'t>(
    job: &JobDefinition,
    types: Result<&'t [Vec<InstanceType>], &AwsFault>,
) -> (CheckVerdict, Text, Option<&'t InstanceType>) {
    let name = ("job", job.name.as_str());
    let types = match types {
        Ok(types) => types,
        Err(fault) => {
            let words = fault.text().text;
            return (CheckVerdict::CannotTell, say("fit-unknown", &[name, ("words", &words)]), None);
        }
    };
    let Some(demand) = Demand::of(job) else {
        return (CheckVerdict::CannotTell, say("fit-no-types", &[name]), None);
    };
    let asks = job.memory_mib.to_string();
    match Room::find(demand, types) {
        Room::On(smallest) => {
            let left = smallest.memory_for_jobs().to_string();
            let params = [name, ("asks", &asks), ("type", &smallest.name), ("left", &left)];
            let missed = demand.just_missed(types.iter().flatten());
            let finding = match missed.filter(|missed| missed.memory_mib < smallest.memory_mib) {
                None => say("fit-ready", &params),
                Some(missed) => {
                    let most = missed.memory_for_jobs().to_string();
                    say(
                        "fit-ready-missed",
                        &[&params[..], &[("smaller", &missed.name), ("most", &most)]].concat(),
                    )
                }
            };
            (CheckVerdict::Ready, finding, Some(smallest))
        }
        Room::Tight(smallest) => {
            let (memory, left) = (smallest.memory_mib.to_string(), smallest.memory_for_jobs().to_string());
            let params =
                [name, ("asks", &asks), ("type", &smallest.name), ("memory", &memory), ("left", &left)];
            (CheckVerdict::Warning, say("fit-tight", &params), Some(smallest))
        }
        Room::None(nearest) => {
            let has = nearest.for_jobs();
            let mut params = vec![name];
            params.extend(has.iter().map(|(what, value)| (*what, value.as_str())));
            (CheckVerdict::Wrong, say("fit-none", &params), Some(nearest))
        }
        Room::Unknown => (CheckVerdict::CannotTell, say("fit-no-types", &[name]), None),
    }
}
