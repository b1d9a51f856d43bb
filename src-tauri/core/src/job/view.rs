//! A job with everything known of it.

use aws_sdk_batch::types::{JobDetail, JobTimeout, ResourceType, RetryStrategy};

use super::{
    JobArray, JobAttempt, JobCan, JobState, JobSummary, JobView,
    container::{Container, Trace},
    describe::{self, Described},
    doing::{self, Course},
    short,
};
use crate::{account::Session, error::AppError, world::Moment};

/// The job of this id. AWS Batch forgets jobs some seven days after their end, which the error then says.
pub async fn view(session: &Session, id: &str) -> Result<JobView, AppError> {
    Ok(JobView::of(&describe::one(session, id).await?))
}

impl JobView {
    pub(super) fn of(described: &Described) -> Self {
        let detail = &described.detail;
        let container = Container::of(detail);
        let attempts = attempts(detail, container.as_ref());
        let summary = summary(detail, container.as_ref(), &attempts);
        let array = array(detail);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let positive = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
        let pairs = container.map(|container| container.environment).unwrap_or_default().iter();
        let need = |kind| container.and_then(|container| container.need(kind));
        let doing =
            doing::doing(&Course { detail, summary: &summary, attempts: &attempts, array: array.as_ref() });
        Self {
            arn: text(detail.job_arn()),
            queue: short(detail.job_queue().unwrap_or_default()).to_owned(),
            definition: short(detail.job_definition().unwrap_or_default()).to_owned(),
            command: container.map(|container| container.command.to_vec()).unwrap_or_default(),
            environment: pairs.filter_map(|p| Some((p.name()?.to_owned(), p.value()?.to_owned()))).collect(),
            vcpu: need(&ResourceType::Vcpu).map(str::to_owned),
            memory_mib: need(&ResourceType::Memory).and_then(|memory| memory.parse().ok()),
            image: container.and_then(|container| container.image).map(str::to_owned),
            log_group: container.and_then(|container| container.log_group()).map(str::to_owned),
            log_stream: attempts.iter().rev().find_map(|attempt| attempt.log_stream.clone()),
            depends_on: detail.depends_on().iter().filter_map(|on| on.job_id().map(str::to_owned)).collect(),
            timeout_seconds: positive(detail.timeout().and_then(JobTimeout::attempt_duration_seconds)),
            max_attempts: positive(detail.retry_strategy().and_then(RetryStrategy::attempts)).unwrap_or(1),
            share: detail.share_identifier().filter(|share| !share.is_empty()).map(str::to_owned),
            scheduling_priority: positive(detail.scheduling_priority()),
            can: can(detail, summary.state, array.as_ref()),
            doing,
            json: described.json.clone(),
            summary,
            attempts,
            array,
        }
    }
}

/// A time that AWS has set. `startedAt` is required of a job in the service's model, so that the SDK gives 0 for one
/// that has not started.
pub(super) fn moment(milliseconds: Option<i64>) -> Option<Moment> {
    milliseconds.filter(|set| *set > 0).map(Moment)
}

fn summary(detail: &JobDetail, container: Option<&Container<'_>>, attempts: &[JobAttempt]) -> JobSummary {
    let exit_code = container
        .and_then(|container| container.exit_code)
        .or_else(|| attempts.last().and_then(|attempt| attempt.exit_code));
    JobSummary {
        id: detail.job_id().unwrap_or_default().to_owned(),
        name: detail.job_name().unwrap_or_default().to_owned(),
        state: state(detail, exit_code),
        reason: detail.status_reason().map(str::to_owned),
        created_at: Moment(detail.created_at().unwrap_or_default()),
        started_at: moment(detail.started_at()),
        stopped_at: moment(detail.stopped_at()),
        exit_code,
        array_size: detail
            .array_properties()
            .and_then(aws_sdk_batch::types::ArrayPropertiesDetail::size)
            .and_then(|size| u32::try_from(size).ok()),
    }
}

/// Its state, or for one that AWS invented since, the nearest by its times.
fn state(detail: &JobDetail, exit_code: Option<i32>) -> JobState {
    if let Some(known) = detail.status().and_then(JobState::known) {
        return known;
    }
    match (moment(detail.started_at()), moment(detail.stopped_at())) {
        (_, Some(_)) if exit_code == Some(0) => JobState::Succeeded,
        (_, Some(_)) => JobState::Failed,
        (Some(_), None) => JobState::Running,
        (None, None) => JobState::Pending,
    }
}

fn attempts(detail: &JobDetail, container: Option<&Container<'_>>) -> Vec<JobAttempt> {
    let mut attempts: Vec<JobAttempt> = Vec::new();
    for (number, attempt) in (1..).zip(detail.attempts()) {
        let trace = Trace::of(attempt, container);
        attempts.push(JobAttempt {
            number,
            started_at: moment(attempt.started_at()),
            stopped_at: moment(attempt.stopped_at()),
            exit_code: trace.exit_code,
            reason: trace.reason.or(attempt.status_reason()).map(str::to_owned),
            log_stream: trace.log_stream.map(str::to_owned),
        });
    }
    // DescribeJobs lists an attempt once it has ended; the one under way is the job's own container.
    let under_way = detail.status().and_then(JobState::known).is_some_and(JobState::has_started);
    let stream = container.and_then(|container| container.log_stream);
    let listed = attempts.last().is_some_and(|last| {
        last.stopped_at.is_none() || (stream.is_some() && last.log_stream.as_deref() == stream)
    });
    let is_array = detail.array_properties().is_some_and(|array| array.size().is_some());
    if under_way && !listed && !is_array {
        attempts.push(JobAttempt {
            number: u32::try_from(attempts.len()).unwrap_or(u32::MAX).saturating_add(1),
            started_at: moment(detail.started_at()).filter(|_| stream.is_some()),
            stopped_at: None,
            exit_code: None,
            reason: None,
            log_stream: stream.map(str::to_owned),
        });
    }
    attempts
}

fn array(detail: &JobDetail) -> Option<JobArray> {
    let array = detail.array_properties()?;
    let size = u32::try_from(array.size()?).ok()?;
    let counted = |state: JobState| {
        let count = array.status_summary()?.get(state.name())?;
        Some((state, u32::try_from(*count).ok()?))
    };
    Some(JobArray { size, counts: JobState::ALL.into_iter().filter_map(counted).collect() })
}

/// From STARTING on CancelJob succeeds and does nothing; of an array it leaves alone the children that have
/// started (API reference, CancelJob).
fn can(detail: &JobDetail, state: JobState, array: Option<&JobArray>) -> JobCan {
    let ending = detail.is_terminated() == Some(true);
    let children_started = array
        .is_some_and(|array| array.counts.iter().any(|(state, count)| state.has_started() && *count > 0));
    JobCan {
        cancel: !state.is_final()
            && !state.has_started()
            && !children_started
            && !ending
            && detail.is_cancelled() != Some(true),
        terminate: !state.is_final() && !ending,
    }
}
