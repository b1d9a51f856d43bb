//! The scheduler: which RUNNABLE job goes where, and why one does not go.

use super::agenda::Due;
use super::environment::{Environment, Kind};
use super::hosts::{self, Found};
use super::instance_choice::large_enough;
use super::job::{self, Status};
use super::job_queue::Queue;
use super::size::{Platform, Size};
use super::{Moment, Status as EnvironmentStatus, attempt, scheduling_policy, world};
use crate::service::ec2::InstanceType;
use std::collections::BTreeMap;

/// So many waiting jobs are counted before hosts are launched for them.
const COUNTED: usize = 1_000;

/// What came of looking for a place.
enum Place {
    /// In this environment, and on this host where it has hosts.
    In(String, Option<String>),
    /// Something that changes by itself or by a request will open one.
    Wait,
    /// What is in the way changes without Batch being told: the account's own limit, or a host's way out.
    Later,
}

/// Places what can be placed. A queue's jobs run in order: the first that finds no place holds up the rest.
pub(super) fn dispatch(moment: &mut Moment<'_>) {
    let mut queues: Vec<(i64, String)> =
        moment.batch().queues.values().map(|queue| (-queue.priority, queue.name.clone())).collect();
    queues.sort();
    keep_hosts(moment);
    let mut later = false;
    for (_, queue) in queues {
        while let Some(id) = head(moment, &queue) {
            match place(moment, &queue, &id) {
                Place::In(environment, host) => attempt::begin(moment, &id, &environment, host),
                blocked => {
                    later |= matches!(blocked, Place::Later);
                    watch(moment, &id);
                    break;
                }
            }
        }
    }
    if later && !moment.batch().trying_again {
        moment.change().trying_again = true;
        // Not oftener than every second, however fast the account's time runs.
        let again = moment.later(30.0).max(moment.now.plus(1_000));
        moment.schedule(again, Due::TryAgain);
    }
}

/// The scheduler looks again at what the account's own limit held back.
pub(super) fn try_again(moment: &mut Moment<'_>) {
    moment.change().trying_again = false;
    dispatch(moment);
}

/// Environments that are to have hosts with nothing to do have them.
fn keep_hosts(moment: &mut Moment<'_>) {
    let kept: Vec<(String, i64)> = moment
        .batch()
        .environments
        .iter()
        .filter(|(_, environment)| {
            environment.min_vcpus() > 0 && environment.status == EnvironmentStatus::Valid
        })
        .map(|(name, environment)| (name.clone(), environment.min_vcpus()))
        .collect();
    for (name, least) in kept {
        hosts::keep(moment, &name, least);
    }
}

fn head(moment: &Moment<'_>, queue: &str) -> Option<String> {
    let region = moment.batch();
    let queue = region.queues.get(queue)?;
    region.id_at(line(moment, queue, 1).pop()?)
}

/// The first jobs of a queue in the order in which they will start. With a fair-share policy that is the turn of
/// whoever has used least by weight, and of a share's jobs the one of the highest priority. What a policy
/// reserves for newcomers is left out.
pub(super) fn line(moment: &Moment<'_>, queue: &Queue, most: usize) -> Vec<(u64, u32)> {
    let policy = queue.policy.as_deref().and_then(|arn| scheduling_policy::named(moment, arn));
    let Some(policy) = policy else { return queue.waiting.iter().take(most).copied().collect() };
    let region = moment.batch();
    // An array's children are alike, so each job is looked at once.
    let mut jobs = Vec::new();
    let mut next = queue.waiting.first().copied();
    while let Some((order, first)) = next {
        let behind = (order.saturating_add(1), 0);
        let job = region.orders.get(&order).and_then(|id| region.jobs.get(id));
        if let Some(spec) = job.and_then(|job| job::spec(region, job)) {
            let share = spec.share.as_deref().unwrap_or_default();
            let rank = (std::cmp::Reverse(spec.priority.unwrap_or(0)), order);
            jobs.push((share, rank, spec.size.vcpu, queue.waiting.range((order, first)..behind).peekable()));
        }
        next = queue.waiting.range(behind..).next().copied();
    }
    let mut used: BTreeMap<&str, f64> = BTreeMap::new();
    for (share, ..) in &jobs {
        let known = queue.shares.get(*share).copied().unwrap_or_default();
        let count = || policy.use_of(share, known, moment.now, &moment.state.settings);
        used.entry(share).or_insert_with(count);
    }
    let mut line = Vec::new();
    while line.len() < most {
        let turn = jobs
            .iter_mut()
            .filter_map(|job| job.3.peek().is_some().then_some(job))
            .min_by(|a, b| used[a.0].total_cmp(&used[b.0]).then_with(|| (a.0, &a.1).cmp(&(b.0, &b.1))));
        let Some((share, _, vcpu, places)) = turn else { break };
        line.extend(places.next());
        if let Some(used) = used.get_mut(share) {
            *used += f64::from(*vcpu) * policy.weight(share);
        }
    }
    line
}

/// Thousandths of a vCPU that a queue's waiting jobs ask for.
fn demand(moment: &Moment<'_>, queue: &str) -> u32 {
    let region = moment.batch();
    let Some(queue) = region.queues.get(queue) else { return 0 };
    let of = |order: &u64| {
        let job = region.jobs.get(region.orders.get(order)?)?;
        Some(job::spec(region, job)?.size.vcpu)
    };
    let waiting = queue.waiting.iter().take(COUNTED).filter_map(|(order, _)| of(order));
    waiting.fold(0, u32::saturating_add)
}

fn place(moment: &mut Moment<'_>, queue: &str, id: &str) -> Place {
    let Some(size) = size_of(moment, id) else { return Place::Wait };
    let names: Vec<String> = moment
        .batch()
        .queues
        .get(queue)
        .map(|queue| queue.environments().cloned().collect())
        .unwrap_or_default();
    let mut found = Place::Wait;
    for name in names {
        let Some(environment) = moment.batch().environments.get(&name) else { continue };
        let Some(kind) = environment.kind().filter(|_| environment.takes_jobs()) else { continue };
        match kind.platform() {
            Platform::Fargate if environment.used.saturating_add(size.vcpu) > environment.max_vcpu() => {}
            Platform::Fargate if !fits_quota(moment, kind, size) => found = Place::Later,
            Platform::Fargate => return Place::In(name, None),
            Platform::Ec2 if size.vcpu > environment.max_vcpu() => {}
            Platform::Ec2 => match hosts::find(moment, &name, size, demand(moment, queue)) {
                Found::On(host) => return Place::In(name, Some(host)),
                // A host on its way calls; one that is up and cannot join has to be looked at again.
                Found::Quota | Found::Coming => found = Place::Later,
                Found::Nothing => {}
            },
        }
    }
    found
}

fn size_of(moment: &Moment<'_>, id: &str) -> Option<Size> {
    Some(job::spec(moment.batch(), moment.batch().jobs.get(id)?)?.size)
}

/// Whether the account's Fargate quota leaves room; on-demand and Spot have one each.
fn fits_quota(moment: &Moment<'_>, kind: Kind, size: Size) -> bool {
    let used: u32 = moment
        .batch()
        .environments
        .values()
        .filter(|environment| environment.kind() == Some(kind))
        .map(|environment| environment.used)
        .sum();
    used.saturating_add(size.vcpu) <= world::fargate_quota(moment, kind.is_spot())
}

/// Has somebody look in a while why a job is still at the head of its queue.
fn watch(moment: &mut Moment<'_>, id: &str) {
    if moment.batch().jobs.get(id).is_some_and(|job| job.head_is_watched) {
        return;
    }
    job::alter(moment, id, |job| job.head_is_watched = true);
    moment.schedule(moment.later(60.0), Due::HeadOfQueue { job: id.to_owned() });
}

/// Writes down why a job at the head of its queue does not start, where AWS says so.
pub(super) fn explain(moment: &mut Moment<'_>, id: &str) {
    job::alter(moment, id, |job| job.head_is_watched = false);
    let Some(job) = moment.batch().jobs.get(id).cloned() else { return };
    let queue_name = job::queue_of(moment.batch(), &job).to_owned();
    if job.status != Status::Runnable || head(moment, &queue_name).as_deref() != Some(id) {
        return;
    }
    let reason = size_of(moment, id).and_then(|size| reason(moment, &queue_name, size));
    if job.status_reason == reason {
        return;
    }
    job::alter(moment, id, |job| job.status_reason.clone_from(&reason));
    let Some(reason) = reason else { return };
    let limits =
        moment.batch().queues.get(&queue_name).map(|queue| queue.time_limits.clone()).unwrap_or_default();
    for limit in limits {
        let named = crate::wire::json::text(&limit, "reason").unwrap_or_default();
        let seconds = crate::wire::json::number(&limit, "maxTimeSeconds").unwrap_or_default();
        if !named.is_empty() && reason.starts_with(named) {
            #[allow(clippy::cast_precision_loss, reason = "a day's seconds at most")]
            let at = moment.later(seconds as f64);
            moment.schedule(at, Due::TimeLimit { job: id.to_owned(), reason: named.to_owned() });
        }
    }
}

/// AWS's documented reasons for a blocked queue (User Guide, "Jobs stuck in RUNNABLE status").
fn reason(moment: &Moment<'_>, queue: &str, size: Size) -> Option<String> {
    let region = moment.batch();
    let environments: Vec<&Environment> =
        region.queues.get(queue)?.environments().filter_map(|name| region.environments.get(name)).collect();
    if environments.iter().all(|environment| environment.status == EnvironmentStatus::Invalid) {
        return Some("ACTION_REQUIRED - CE(s) associated with the job queue are invalid.".to_owned());
    }
    if environments.iter().all(|environment| size.vcpu > environment.max_vcpu()) {
        return Some(
            "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet \
             the CPU requirement of the job."
                .to_owned(),
        );
    }
    let on_hosts =
        |environment: &&&Environment| environment.kind().is_some_and(|kind| kind.platform() == Platform::Ec2);
    let hosts: Vec<&&Environment> = environments.iter().filter(on_hosts).collect();
    if hosts.is_empty() {
        return None;
    }
    let types = |environment: &Environment| large_enough(&environment.instance_types(), size);
    if hosts.iter().all(|environment| types(environment).is_empty()) {
        return Some(
            "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher \
             than that can be met by the CE(s) attached to the job queue."
                .to_owned(),
        );
    }
    if hosts.iter().all(|environment| !hosts::is_offered(moment, environment, &types(environment))) {
        return Some(
            "MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED - Your compute environment associated with \
             this job queue has an unsupported instance type configuration."
                .to_owned(),
        );
    }
    if hosts.iter().all(|environment| hosts::is_outbid(moment, environment, &types(environment))) {
        let all = hosts.iter().flat_map(|environment| types(environment));
        let names: Vec<&str> = all.map(|known: &InstanceType| known.name.as_str()).collect();
        return Some(format!(
            "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance \
             type [{}]",
            names.join(", ")
        ));
    }
    let cannot_join = |environment: &Environment| {
        !environment.hosts.iter().any(hosts::Host::has_joined) && !world::hosts_can_join(moment, environment)
    };
    hosts
        .iter()
        .all(|environment| cannot_join(environment))
        .then(|| "UNDETERMINED - Batch job is blocked, root cause is undetermined.".to_owned())
}

/// A queue's time limit for a blocked job is up: it is cancelled if it is still blocked for that reason.
pub(super) fn time_limit(moment: &mut Moment<'_>, id: &str, reason: &str) {
    let still = moment.batch().jobs.get(id).is_some_and(|job| {
        job.status == Status::Runnable
            && job.status_reason.as_ref().is_some_and(|found| found.starts_with(reason))
    });
    if still {
        let text = format!("Canceled by JobStateTimeLimit action due to reason: {reason}");
        job::finish(moment, id, Status::Failed, Some(&text));
    }
}
