//! Cancelling and terminating, each where it acts.

use std::collections::HashMap;

use futures::{StreamExt, stream};

use super::{
    JobView, Stopped,
    backoff::{self, TRIES},
    describe, submit,
};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::FieldProblem,
    error::AppError,
    words::say,
};

/// Calls under way at one time.
const AT_ONCE: usize = 8;
/// What AWS takes as a reason (API reference, CancelJob).
const LONGEST_REASON: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Cancel,
    Terminate,
}

/// Cancels jobs that wait. One whose container has been started is refused with the advice to terminate it, since
/// CancelJob would succeed and do nothing. All failures come back in one error; the other jobs are cancelled.
pub async fn cancel(session: &Session, ids: &[String], reason: &str) -> Result<Stopped, AppError> {
    stop(session, ids, reason, How::Cancel).await
}

/// Terminates jobs in whatever state: a running container gets SIGTERM, and SIGKILL 30 seconds later. One that has
/// ended is left as it is. All failures come back in one error; the other jobs are terminated.
pub async fn terminate(session: &Session, ids: &[String], reason: &str) -> Result<Stopped, AppError> {
    stop(session, ids, reason, How::Terminate).await
}

async fn stop(session: &Session, ids: &[String], reason: &str, how: How) -> Result<Stopped, AppError> {
    let reason = checked(reason)?;
    let jobs = by_id(session, ids).await?;
    let mut failures = Vec::new();
    let mut wanted = Vec::new();
    let mut ended = Vec::new();
    for id in ids {
        match jobs.get(id.as_str()) {
            None => failures.push((id.clone(), describe::unknown(session, id))),
            Some(job) if job.summary.state.is_final() => ended.push(id.clone()),
            Some(job) if how == How::Cancel && !job.can.cancel && job.can.terminate => {
                failures.push((id.clone(), too_late(job)));
            }
            Some(_) => wanted.push(id.clone()),
        }
    }
    let calls: Vec<_> = wanted.iter().map(|id| one(session, id, reason, how)).collect();
    let outcomes: Vec<_> = stream::iter(calls).buffered(AT_ONCE).collect().await;
    let mut sent = Vec::new();
    for (id, outcome) in wanted.into_iter().zip(outcomes) {
        match outcome {
            Ok(()) => sent.push(id),
            Err(fault) => failures.push((id, fault.into())),
        }
    }
    if how == How::Cancel {
        // CancelJob says yes even to a job that started a moment before, so the jobs themselves are asked.
        let after = by_id(session, &sent).await?;
        let started = sent.iter().filter_map(|id| after.get(id.as_str()));
        let started = started.filter(|job| job.array.is_none() && job.summary.state.has_started());
        failures.extend(started.map(|job| (job.summary.id.clone(), too_late(job))));
    }
    all(failures, ids.len(), how)?;
    Ok(Stopped { stopped: sent, ended })
}

fn checked(reason: &str) -> Result<&str, AppError> {
    let reason = reason.trim();
    if (1..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    let problem = say("stop-reason", &[("longest", &LONGEST_REASON.to_string())]);
    Err(submit::invalid(vec![FieldProblem { field: "reason".to_owned(), problem }]))
}

async fn by_id(session: &Session, ids: &[String]) -> Result<HashMap<String, JobView>, AppError> {
    let found = describe::describe(session, ids).await?;
    Ok(found.iter().map(JobView::of).map(|job| (job.summary.id.clone(), job)).collect())
}

/// Sends it, again where that can help: stopping a stopped job changes nothing.
async fn one(session: &Session, id: &str, reason: &str, how: How) -> Result<(), AwsFault> {
    let batch = &session.aws.once.batch;
    let mut tries = 0;
    loop {
        let sent = match how {
            How::Cancel => {
                let sent = batch.cancel_job().job_id(id).reason(reason).send().await;
                sent.map(|_| ()).map_err(fault("batch:CancelJob"))
            }
            How::Terminate => {
                let sent = batch.terminate_job().job_id(id).reason(reason).send().await;
                sent.map(|_| ()).map_err(fault("batch:TerminateJob"))
            }
        };
        tries += 1;
        match sent {
            Err(fault) if backoff::may_pass(&fault) && tries < TRIES => backoff::pause(session, tries).await,
            outcome => return outcome,
        }
    }
}

fn too_late(job: &JobView) -> AppError {
    AppError::new(say("cancel-too-late", &[("name", &job.summary.name), ("id", &job.summary.id)]))
        .advise(say("cancel-too-late-advice", &[]))
}

/// One failure is itself the error; of several each is a cause.
fn all(mut failures: Vec<(String, AppError)>, asked: usize, how: How) -> Result<(), AppError> {
    if failures.len() == 1 && asked == 1 {
        return failures.pop().map_or(Ok(()), |(_, error)| Err(error));
    }
    let Some((_, first)) = failures.first() else { return Ok(()) };
    let params = [("failed", &*failures.len().to_string()), ("asked", &asked.to_string())];
    let mut error = AppError::new(match how {
        How::Cancel => say("cancel-failed", &params),
        How::Terminate => say("terminate-failed", &params),
    });
    error.advice.clone_from(&first.advice);
    error.request_id.clone_from(&first.request_id);
    error.causes = failures.iter().map(|(id, error)| format!("{id}: {error}")).collect();
    Err(error)
}
