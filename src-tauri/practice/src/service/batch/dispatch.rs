//! The scheduler: which RUNNABLE job goes where, and why one does not go.

use super::agenda::Due;
use super::compute_environment::{Environment, Kind};
use super::container::{Platform, Size};
use super::job::{self, Status};
use super::{Moment, Status as EnvironmentStatus, attempt, world};

/// Hosts of an environment with nothing to do are taken away after so many seconds.
const HOSTS_LINGER: f64 = 300.0;

/// What came of looking for a place.
enum Place {
    In(String),
    /// Something that changes by itself or by a request will open one.
    Wait,
    /// Only the account's own limit is in the way, which changes without Batch being told.
    Quota,
}

/// Places what can be placed. A queue's jobs run in order: the first that finds no place holds up the rest.
pub(super) fn dispatch(moment: &mut Moment<'_>) {
    let mut queues: Vec<(i64, String)> =
        moment.batch().queues.values().map(|queue| (-queue.priority, queue.name.clone())).collect();
    queues.sort();
    let mut by_quota = false;
    for (_, queue) in queues {
        while let Some(id) = head(moment, &queue) {
            match place(moment, &queue, &id) {
                Place::In(environment) => attempt::begin(moment, &id, &environment),
                blocked => {
                    by_quota |= matches!(blocked, Place::Quota);
                    watch(moment, &id);
                    break;
                }
            }
        }
    }
    if by_quota && !moment.batch().trying_again {
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

fn head(moment: &Moment<'_>, queue: &str) -> Option<String> {
    let region = moment.batch();
    region.id_at(*region.queues.get(queue)?.waiting.first()?)
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
        if environment.used.saturating_add(size.vcpu) > environment.max_vcpu() {
            continue;
        }
        match kind.platform() {
            Platform::Fargate if !fits_quota(moment, kind, size) => found = Place::Quota,
            Platform::Fargate => return Place::In(name),
            Platform::Ec2 => {
                if world::fits_a_host(&environment.instance_types(), size) && hosts_ready(moment, &name) {
                    return Place::In(name);
                }
            }
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

/// Whether an environment has hosts; orders some when it has none and they could join.
fn hosts_ready(moment: &mut Moment<'_>, name: &str) -> bool {
    let (now, up) = (moment.now, moment.later(60.0 + 60.0 * moment.jitter(&format!("hosts/{name}"))));
    let linger = moment.state.settings.paced(HOSTS_LINGER);
    let Some(environment) = moment.batch().environments.get(name) else { return false };
    let gone = environment.idle_since.is_some_and(|since| now.since(since) > linger);
    match environment.hosts_up {
        Some(there) if !gone => there <= now,
        _ if !world::hosts_can_join(moment, environment) => false,
        _ => {
            if let Some(environment) = moment.change().environments.get_mut(name) {
                environment.hosts_up = Some(up);
                environment.idle_since = None;
            }
            moment.schedule(up, Due::Dispatch);
            false
        }
    }
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
    if job.status_reason.as_deref() == reason {
        return;
    }
    job::alter(moment, id, |job| job.status_reason = reason.map(str::to_owned));
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
fn reason(moment: &Moment<'_>, queue: &str, size: Size) -> Option<&'static str> {
    let region = moment.batch();
    let environments: Vec<&Environment> =
        region.queues.get(queue)?.environments().filter_map(|name| region.environments.get(name)).collect();
    if environments.iter().all(|environment| environment.status == EnvironmentStatus::Invalid) {
        return Some("ACTION_REQUIRED - CE(s) associated with the job queue are invalid.");
    }
    if environments.iter().all(|environment| size.vcpu > environment.max_vcpu()) {
        return Some(
            "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet \
             the CPU requirement of the job.",
        );
    }
    let on_hosts =
        |environment: &&&Environment| environment.kind().is_some_and(|kind| kind.platform() == Platform::Ec2);
    let hosts: Vec<&&Environment> = environments.iter().filter(on_hosts).collect();
    if hosts.is_empty() {
        return None;
    }
    if hosts.iter().all(|environment| !world::fits_a_host(&environment.instance_types(), size)) {
        return Some(
            "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher \
             than that can be met by the CE(s) attached to the job queue.",
        );
    }
    hosts
        .iter()
        .all(|environment| environment.hosts_up.is_none() && !world::hosts_can_join(moment, environment))
        .then_some("UNDETERMINED - Batch job is blocked, root cause is undetermined.")
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
