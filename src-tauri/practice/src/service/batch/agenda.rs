//! What falls due, and working it off in the order of its time stamps.

use super::{Moment, Region, array, attempt, compute_environment, dispatch, hosts, job, job_queue, submit};
use crate::state::State;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// Something that happens at a moment known in advance. Of what falls due in one moment, what stands first
/// here comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Due {
    /// A compute environment has been created or changed: it turns VALID or INVALID.
    EnvironmentSettles { name: String },
    /// A compute environment has been taken down.
    EnvironmentGone { name: String },
    /// A queue has been created or changed.
    QueueSettles { name: String },
    /// A queue has been taken down.
    QueueGone { name: String },
    /// A job's container ends, or its attempt fails.
    AttemptEnds { job: String, number: u32 },
    /// A job's container starts.
    AttemptStarts { job: String, number: u32 },
    /// A job's dependencies are looked at.
    Evaluate { job: String },
    /// A job has stood at the head of its queue for a while: why?
    HeadOfQueue { job: String },
    /// A queue's time limit for a blocked job is up.
    TimeLimit { job: String, reason: String },
    /// A host has had nothing to do for a while.
    HostIdle { environment: String, host: String },
    /// The scheduler looks again at what a quota held back.
    TryAgain,
    /// The scheduler places what it can.
    Dispatch,
    /// A job leaves the history.
    Forget { job: String },
}

/// Works off everything that falls due up to `now` in a region, also what falls due because of it.
pub(super) fn work_off(state: &mut State, region: &str, now: Millis) {
    loop {
        let next = state.batch.regions.get_mut(region).and_then(|region| next(region, now));
        let Some((at, due)) = next else { return };
        happen(&mut Moment { state, region, now: at }, due);
    }
}

fn next(region: &mut Region, now: Millis) -> Option<(Millis, Due)> {
    if region.agenda.first().is_some_and(|(at, _)| *at <= now) { region.agenda.pop_first() } else { None }
}

fn happen(moment: &mut Moment<'_>, due: Due) {
    match due {
        Due::EnvironmentSettles { name } => compute_environment::settle(moment, &name),
        Due::EnvironmentGone { name } => compute_environment::gone(moment, &name),
        Due::QueueSettles { name } => job_queue::settle(moment, &name),
        Due::QueueGone { name } => job_queue::gone(moment, &name),
        Due::AttemptEnds { job, number } => attempt::ends(moment, &job, number),
        Due::AttemptStarts { job, number } => attempt::starts(moment, &job, number),
        Due::Evaluate { job } => match moment.batch().jobs.get(&job).map(|job| job.is_array()) {
            Some(true) => array::evaluate(moment, &job),
            Some(false) => submit::evaluate(moment, &job),
            None => {}
        },
        Due::HeadOfQueue { job } => dispatch::explain(moment, &job),
        Due::TimeLimit { job, reason } => dispatch::time_limit(moment, &job, &reason),
        Due::HostIdle { environment, host } => hosts::idle(moment, &environment, &host),
        Due::TryAgain => dispatch::try_again(moment),
        Due::Dispatch => dispatch::dispatch(moment),
        Due::Forget { job } => job::forget(moment, &job),
    }
}
