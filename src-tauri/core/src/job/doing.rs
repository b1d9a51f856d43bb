//! What AWS Batch is doing right now with a job, in one true sentence.

use aws_sdk_batch::types::{JobDetail, PlatformCapability};

use super::{JobArray, JobAttempt, JobState, JobSummary, container::Container, ending};
use crate::words::{Text, say};

/// A job as far as it has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course<'d> {
    pub(super) detail: &'d JobDetail,
    pub(super) summary: &'d JobSummary,
    pub(super) attempts: &'d [JobAttempt],
    pub(super) array: Option<&'d JobArray>,
}

impl Course<'_> {
    /// The attempt under way or last ended, and how many there may be.
    pub(super) fn tries(&self) -> (usize, usize) {
        let most =
            self.detail.retry_strategy().and_then(aws_sdk_batch::types::RetryStrategy::attempts).unwrap_or(1);
        (self.attempts.len().max(1), usize::try_from(most).unwrap_or(1).max(1))
    }

    /// AWS's status reason, or nothing.
    pub(super) fn reason(&self) -> &str {
        self.summary.reason.as_deref().unwrap_or_default()
    }
}

/// What AWS Batch is doing right now, or how the job ended.
pub(super) fn doing(job: &Course<'_>) -> Text {
    let detail = job.detail;
    let unknown = detail.status().filter(|status| JobState::known(status).is_none());
    if let Some(status) = unknown {
        return say("job-doing-unknown", &[("state", status.as_str())]);
    }
    let state = job.summary.state;
    if state.is_final() {
        return ending::ending(job);
    }
    if detail.is_terminated() == Some(true) {
        return say("job-doing-terminating", &[("reason", job.reason())]);
    }
    if detail.is_cancelled() == Some(true) {
        return say("job-doing-cancelling", &[("reason", job.reason())]);
    }
    if let Some(array) = job.array.filter(|array| !array.counts.is_empty()) {
        return children(array);
    }
    match state {
        JobState::Submitted => say("job-doing-submitted", &[]),
        JobState::Pending => pending(detail),
        JobState::Runnable => runnable(job),
        JobState::Starting => starting(detail),
        _ => running(job),
    }
}

fn children(array: &JobArray) -> Text {
    let count = |states: &[JobState]| -> String {
        let counts = states.iter().filter_map(|state| array.counts.get(state));
        counts.map(|count| u64::from(*count)).sum::<u64>().to_string()
    };
    let waiting = count(&[JobState::Submitted, JobState::Pending, JobState::Runnable, JobState::Starting]);
    say(
        "job-doing-array",
        &[
            ("size", &array.size.to_string()),
            ("waiting", &waiting),
            ("running", &count(&[JobState::Running])),
            ("succeeded", &count(&[JobState::Succeeded])),
            ("failed", &count(&[JobState::Failed])),
        ],
    )
}

fn pending(detail: &JobDetail) -> Text {
    match detail.depends_on().len() {
        0 => say("job-doing-pending", &[]),
        1 => say("job-doing-pending-one", &[]),
        count => say("job-doing-pending-some", &[("count", &count.to_string())]),
    }
}

/// The reasons that AWS gives for the job at the head of a queue (Batch User Guide, "Jobs stuck in RUNNABLE").
/// The dash between reason and words varies, so the beginning decides.
fn runnable(job: &Course<'_>) -> Text {
    let words = job.reason();
    let params = [("words", words)];
    let blocked = |beginning: &str| words.starts_with(beginning);
    if blocked("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY") {
        return say("job-runnable-capacity", &params);
    }
    if blocked("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE") {
        return say("job-runnable-max-vcpus", &params);
    }
    if blocked("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT") {
        return say("job-runnable-too-large", &params);
    }
    if blocked("MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED") {
        return say("job-runnable-instance-types", &params);
    }
    if blocked("MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS") {
        return say("job-runnable-service-role", &params);
    }
    if blocked("ACTION_REQUIRED") {
        return say("job-runnable-environment", &params);
    }
    if blocked("UNDETERMINED") {
        return say("job-runnable-undetermined", &params);
    }
    let (tried, most) = job.tries();
    if let Some(last) = job.attempts.last() {
        let params = [("attempt", &*tried.to_string()), ("most", &most.to_string())];
        return if let Some(code) = last.exit_code {
            let code = code.to_string();
            say("job-runnable-again-exit", &[params[0], params[1], ("exit", &code)])
        } else {
            let reason = last.reason.as_deref().unwrap_or_default();
            say("job-runnable-again", &[params[0], params[1], ("reason", reason)])
        };
    }
    if !words.is_empty() {
        return say("job-runnable-words", &params);
    }
    if job.detail.platform_capabilities().contains(&PlatformCapability::Fargate) {
        say("job-runnable-fargate", &[])
    } else {
        say("job-runnable", &[])
    }
}

fn starting(detail: &JobDetail) -> Text {
    match Container::of(detail).and_then(|container| container.image) {
        Some(image) => say("job-doing-starting", &[("image", image)]),
        None => say("job-doing-starting-several", &[]),
    }
}

fn running(job: &Course<'_>) -> Text {
    match job.tries() {
        (_, 1) => say("job-doing-running", &[]),
        (attempt, most) => {
            let params = [("attempt", &*attempt.to_string()), ("most", &most.to_string())];
            say("job-doing-running-attempt", &params)
        }
    }
}
