//! The account's limits of vCPUs against what the environments may use and what runs already. Each kind of compute, and
//! for instances each class of families, has a limit of its own, on demand and for Spot.

use std::collections::BTreeMap;

use futures::{FutureExt, future::join_all};

use super::{
    Once,
    below::{self, Below},
    classes::{Limit, limits_of, of_type},
    evidence, item,
    running::{self, Environment},
    too_low,
};
use crate::{
    account::Session,
    blueprint::{Amendment, Blueprint, ComputeEnvironment, ComputeKind},
    check::{CheckItem, CheckVerdict, Fix},
    offer::Types,
    quota::{self, Reading},
    resource::Evidence,
    words::say,
};

pub(super) async fn check(
    session: &Session,
    blueprint: &Blueprint,
    environments: Once<'_, Vec<Environment>>,
    types: Once<'_, Types>,
) -> Vec<CheckItem> {
    let mut wanted: BTreeMap<Limit, u32> = BTreeMap::new();
    for environment in &blueprint.compute_environments {
        for limit in limits_of(environment) {
            let sum = wanted.entry(limit).or_default();
            *sum = sum.saturating_add(environment.max_vcpus);
        }
    }
    let running: Once<'_, _> = running::vcpus(session, &blueprint.name).boxed().shared();
    let read = async {
        join_all(wanted.into_iter().map(|(limit, wanted)| {
            let (running, environments) = (running.clone(), environments.clone());
            async move {
                let Some(kind) = limit.of_fargate() else {
                    let used = async { Ok(running.await?.get(&limit).copied().unwrap_or_default()) };
                    return (limit, wanted, quota::read(session, limit.quota, wanted, used).await, None);
                };
                let unknown = async { Ok(0) };
                let reading = quota::read(session, limit.quota, wanted, unknown);
                let (reading, environments) = tokio::join!(reading, environments);
                let others = environments.ok().map(|all| others(&all, kind, &blueprint.name));
                (limit, wanted, reading, others)
            }
        }))
        .await
    };
    let (read, types) = tokio::join!(read, types);
    // What cannot be read is not known, and stops nothing.
    let types = types.unwrap_or_default();
    let known =
        read.iter().filter_map(|(limit, _, reading, _)| Some((*limit, *reading.value.as_ref().ok()?)));
    let below = below::below(blueprint, &types, &known.collect());
    let none: Vec<_> = read.iter().filter(|(_, _, reading, _)| reading.value.as_ref() == Ok(&0)).collect();
    let none: Vec<_> = none.into_iter().map(|(limit, ..)| *limit).collect();
    let judged = read.iter().map(|(limit, wanted, reading, others)| {
        let below = below.get(limit).copied();
        let stuck = below.is_some() || is_all_there_is(blueprint, *limit, &none);
        let item = judge(session, *limit, *wanted, reading, *others, stuck, below);
        with_fewer(blueprint, *limit, *wanted, reading, item)
    });
    judged.collect()
}

/// Whether a queue has nothing but environments that may start nothing, and one of them by this limit: a type that counts
/// as another class, and another environment of the queue, may be started all the same.
fn is_all_there_is(blueprint: &Blueprint, limit: Limit, none: &[Limit]) -> bool {
    let starts_nothing = |one: &ComputeEnvironment| {
        let limits = limits_of(one);
        let known = one.instances.as_ref().is_none_or(|instances| {
            let spot = one.kind == ComputeKind::Spot;
            instances.types.iter().all(|name| of_type(name, spot).is_some())
        });
        known && limits.iter().all(|one| none.contains(one))
    };
    let counts = |one: &ComputeEnvironment| limits_of(one).contains(&limit);
    blueprint.job_queues.iter().any(|queue| {
        let of = blueprint
            .compute_environments
            .iter()
            .filter(|one| queue.compute_environments.contains(&one.name));
        let of: Vec<_> = of.collect();
        of.iter().all(|one| starts_nothing(one)) && of.iter().any(|one| counts(one))
    })
}

/// As many vCPUs as the limit leaves, shared out as they are now; where that is too few for a job, none.
fn with_fewer(
    blueprint: &Blueprint,
    limit: Limit,
    wanted: u32,
    reading: &Reading,
    mut item: CheckItem,
) -> CheckItem {
    let left = reading.value.as_ref().unwrap_or(&0).saturating_sub(*reading.used.as_ref().unwrap_or(&0));
    if item.verdict != CheckVerdict::Warning || left == 0 {
        return item;
    }
    let counting = blueprint.compute_environments.iter().filter(|one| limits_of(one).contains(&limit));
    let share = |one: &ComputeEnvironment| {
        let share = u64::from(one.max_vcpus) * u64::from(left) / u64::from(wanted.max(1));
        u32::try_from(share).unwrap_or(left)
    };
    let largest = blueprint.job_definitions.iter().filter_map(|job| job.vcpu.parse::<f64>().ok());
    let largest = largest.fold(1.0, f64::max);
    let fewer: Vec<_> = counting
        .map(|one| Amendment::MaxVcpus { environment: one.name.clone(), vcpus: share(one) })
        .collect();
    let enough =
        |one: &Amendment| matches!(one, Amendment::MaxVcpus { vcpus, .. } if f64::from(*vcpus) >= largest);
    if fewer.iter().all(enough) {
        item.fixes.extend(Fix::blueprint(blueprint, fewer));
    }
    item
}

/// How many environments of a kind others have, and how many vCPUs those may use.
fn others(all: &[Environment], kind: ComputeKind, stack: &str) -> (usize, u32) {
    let own = format!("{stack}-");
    let others: Vec<_> = all
        .iter()
        .filter(|one| one.is_enabled && one.kind == Some(kind) && !one.name.starts_with(&own))
        .collect();
    (others.len(), others.iter().fold(0, |sum: u32, one| sum.saturating_add(one.max_vcpus)))
}

/// `others` of Fargate alone, whose use nobody shows; `stuck` where jobs have nothing else, `below` the one that
/// needs most.
fn judge(
    session: &Session,
    limit: Limit,
    wanted: u32,
    reading: &Reading,
    others: Option<(usize, u32)>,
    stuck: bool,
    below: Option<Below<'_>>,
) -> CheckItem {
    let of_fargate = limit.of_fargate().is_some();
    let value = match &reading.value {
        Ok(value) => *value,
        Err(fault) => {
            let what = limit.what().text;
            let params = [("what", what.as_str()), ("words", &fault.text().text)];
            let mut item = item(limit.id, CheckVerdict::CannotTell, say("limit-unknown", &params));
            item.evidence = evidence(limit.quota, reading);
            item.evidence.push(Evidence::new("maxvCpus", wanted));
            return item;
        }
    };
    let used = *reading.used.as_ref().unwrap_or(&0);
    let left = value.saturating_sub(used);
    let (count, more) = others.unwrap_or_default();
    let what = limit.what().text;
    let shown = [value, wanted, used, left, more].map(|number| number.to_string());
    let params = [
        ("limit", shown[0].as_str()),
        ("wanted", shown[1].as_str()),
        ("what", what.as_str()),
        ("used", shown[2].as_str()),
        ("left", shown[3].as_str()),
    ];
    let below = below.filter(|_| value > 0);
    let mut item = if let Some(below) = below {
        let job = [("job", below.job.to_owned()), ("needed", below.needed.to_string())];
        let job = job.iter().map(|(name, text)| (*name, text.as_str()));
        let params: Vec<_> = params.into_iter().chain(job).collect();
        item(limit.id, CheckVerdict::Wrong, say("limit-below", &params))
    } else if value == 0 && stuck {
        item(limit.id, CheckVerdict::Wrong, say("limit-none", &params))
    } else if value == 0 {
        item(limit.id, CheckVerdict::Warning, say("limit-none-beside", &params))
    } else if wanted > value {
        item(limit.id, CheckVerdict::Warning, say("limit-short", &params))
    } else if wanted > left {
        item(limit.id, CheckVerdict::Warning, say("limit-busy", &params))
    } else if more > 0 && more.saturating_add(wanted) > value {
        let others = [("count", count.to_string()), ("others", shown[4].clone())];
        let others = others.iter().map(|(name, text)| (*name, text.as_str()));
        let params: Vec<_> = params.into_iter().chain(others).collect();
        item(limit.id, CheckVerdict::Ready, say("limit-shared", &params))
    } else if used > 0 {
        item(limit.id, CheckVerdict::Ready, say("limit-enough-used", &params))
    } else {
        item(limit.id, CheckVerdict::Ready, say("limit-enough", &params))
    };
    if matches!(item.verdict, CheckVerdict::Warning | CheckVerdict::Wrong) {
        let wanted = wanted.max(below.map_or(0, |below| below.needed));
        too_low(session, &mut item, limit.quota, reading, wanted.saturating_add(used));
    }
    item.evidence = evidence(limit.quota, reading);
    if of_fargate {
        // Zero is what is not known.
        item.evidence.retain(|one| one.label != "inUse");
        item.evidence.push(Evidence::new("inUse", "?"));
        item.evidence.extend(
            others
                .filter(|(count, _)| *count > 0)
                .map(|(count, more)| Evidence::new("otherEnvironments", format!("{count}: {more} vCPU"))),
        );
    }
    item.evidence.push(Evidence::new("maxvCpus", wanted));
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_those_of_the_same_kind_that_take_jobs() {
        let one = |name: &str, kind, max_vcpus, is_enabled| Environment {
            name: name.to_owned(),
            kind: Some(kind),
            max_vcpus,
            is_enabled,
        };
        let all = [
            one("first-fargate", ComputeKind::Fargate, 1, true),
            one("theirs", ComputeKind::Fargate, 8, true),
            one("off", ComputeKind::Fargate, 16, false),
            one("spot", ComputeKind::Spot, 32, true),
        ];
        assert_eq!(others(&all, ComputeKind::Fargate, "first"), (1, 8));
    }
}
