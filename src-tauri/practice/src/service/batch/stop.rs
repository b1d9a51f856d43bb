//! Cancelling and terminating.

use super::agenda::Due;
use super::attempt::GRACE_SECONDS;
use super::job::{self, Ending, Job, Status, TaskName};
use super::{Moment, array, refused, short};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::json::{text, texts};
use serde_json::{Value, json};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// Acts until a job starts, and then says so to nobody.
    Cancel,
    /// Acts until a job has ended.
    Terminate,
}

/// `CancelJob`.
pub(super) fn cancel_job(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    one(account, input, How::Cancel)
}

/// `TerminateJob`.
pub(super) fn terminate_job(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    one(account, input, How::Terminate)
}

/// `CancelJobs`.
pub(super) fn cancel_jobs(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    several(account, input, How::Cancel)
}

/// `TerminateJobs`.
pub(super) fn terminate_jobs(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    several(account, input, How::Terminate)
}

fn one(account: &mut Account<'_>, input: &Value, how: How) -> Result<Value, Fault> {
    let reason = reason(input)?;
    let mut moment = Moment::of(account);
    let id = short(text(input, "jobId").unwrap_or_default()).to_owned();
    if !moment.batch().jobs.contains_key(&id) {
        return Err(refused(format!("Job {id} not found.")));
    }
    stop(&mut moment, &id, how, &reason);
    Ok(json!({}))
}

fn several(account: &mut Account<'_>, input: &Value, how: How) -> Result<Value, Fault> {
    let reason = reason(input)?;
    let jobs = texts(input, "jobs");
    if jobs.is_empty() || jobs.len() > 50 {
        return Err(refused("The number of jobs should be between 1 and 50."));
    }
    let mut moment = Moment::of(account);
    let (mut successful, mut errors) = (Vec::new(), Vec::new());
    for job in jobs {
        if moment.batch().jobs.contains_key(short(job)) {
            stop(&mut moment, short(job), how, &reason);
            successful.push(job);
        } else {
            let message = format!("Job {} not found.", short(job));
            errors.push(json!({ "job": job, "code": "ClientException", "message": message }));
        }
    }
    Ok(json!({ "successful": successful, "errors": errors }))
}

fn reason(input: &Value) -> Result<String, Fault> {
    match text(input, "reason") {
        None | Some("") => Err(refused("Reason is required.")),
        Some(reason) if reason.chars().count() > 1_024 => {
            Err(refused("Reason should be at most 1024 characters."))
        }
        Some(reason) => Ok(reason.to_owned()),
    }
}

fn stop(moment: &mut Moment<'_>, id: &str, how: How, reason: &str) {
    let Some(found) = moment.batch().jobs.get(id).cloned() else { return };
    if found.status.is_final() {
        return;
    }
    if found.is_array() {
        stop_array(moment, &found, how, reason);
    } else if found.status.can_be_cancelled() {
        mark(moment, id, how);
        job::finish(moment, id, Status::Failed, Some(reason));
    } else if how == How::Terminate {
        mark(moment, id, how);
        stop_task(moment, id, reason);
    }
}

fn mark(moment: &mut Moment<'_>, id: &str, how: How) {
    job::alter(moment, id, |job| match how {
        How::Cancel => job.cancelled = true,
        How::Terminate => job.terminated = true,
    });
}

fn stop_array(moment: &mut Moment<'_>, parent: &Job, how: How, reason: &str) {
    mark(moment, &parent.id, how);
    job::alter(moment, &parent.id, |job| job.status_reason = Some(reason.to_owned()));
    let children: Vec<String> =
        array::children(moment.batch(), parent).map(|child| child.id.clone()).collect();
    if children.is_empty() {
        job::finish(moment, &parent.id, Status::Failed, Some(reason));
    }
    for child in children {
        stop(moment, &child, how, reason);
    }
}

/// Sends SIGTERM, and SIGKILL where that does not help: a shell as the first process of a container ignores the
/// first. A container that ends by itself meanwhile has still been terminated.
fn stop_task(moment: &mut Moment<'_>, id: &str, reason: &str) {
    let Some(found) = moment.batch().jobs.get(id).cloned() else { return };
    let Some(task) = &found.task else { return };
    let ran = found.status == Status::Running;
    let killed = moment.later(if ran { GRACE_SECONDS } else { 2.0 });
    let at = task.ends.as_ref().map_or(killed, |(at, _)| killed.min(*at));
    let ending = Ending {
        status_reason: reason.to_owned(),
        exit_code: ran.then_some(137),
        reason: None,
        stopped: true,
    };
    let number = task.number;
    let name =
        job::spec(moment.batch(), &found).map(|spec| TaskName::of(moment.state.seed(), &found, spec, number));
    if let Some((group, stream)) = name.and_then(|name| name.log).filter(|_| ran) {
        moment.state.logs.cut_stream(moment.region, &group, &stream, at);
    }
    job::alter(moment, id, |job| {
        if let Some(task) = &mut job.task {
            task.ends = Some((at, ending));
        }
    });
    moment.schedule(at, Due::AttemptEnds { job: id.to_owned(), number });
}

/// Ends all jobs of a queue that is being deleted.
pub(super) fn end_jobs_of_queue(moment: &mut Moment<'_>, queue: &str) {
    let region = moment.batch();
    let ids: Vec<String> = region
        .jobs
        .values()
        .filter(|job| !job.status.is_final() && !job.is_child() && job::queue_of(region, job) == queue)
        .map(|job| job.id.clone())
        .collect();
    for id in ids {
        stop(moment, &id, How::Terminate, "Job queue was deleted");
    }
}
