//! The jobs of a queue.

use std::{
    collections::{BTreeMap, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use aws_sdk_batch::types::JobSummary as Listed;
use futures::future::try_join_all;

use super::{JobList, JobState, JobSummary, view::moment};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    error::AppError,
    world::Moment,
};

/// Jobs read at most, over all states.
pub(super) const MOST: usize = 100_000;
/// What ListJobs gives at most when asked by state.
const PAGE: i32 = 1_000;
/// Pages of one state at most: a service with small pages must not keep us for ever.
const PAGES: usize = 2_000;

/// The jobs of a queue in these states (all, when none is named) whose name, id or state contains `search`, newest
/// first. Children of arrays are not among them.
pub async fn list(
    session: &Session,
    queue: &str,
    states: &[JobState],
    search: &str,
) -> Result<JobList, AppError> {
    let budget = AtomicUsize::new(MOST);
    // Without a state ListJobs gives only what is RUNNING, so all seven are asked for.
    let by_state = try_join_all(JobState::ALL.map(|state| of_state(session, queue, state, &budget))).await?;
    let mut counts = BTreeMap::new();
    let mut jobs = Vec::new();
    let mut truncated = false;
    // A job that moves on between two of the questions is in both answers; the later state is the newer.
    let mut seen = HashSet::new();
    for (state, found) in JobState::ALL.into_iter().zip(by_state).rev() {
        truncated |= found.truncated;
        let fresh: Vec<_> = found.jobs.into_iter().filter(|job| seen.insert(job.id.clone())).collect();
        counts.insert(state, u32::try_from(fresh.len()).unwrap_or(u32::MAX));
        if states.is_empty() || states.contains(&state) {
            jobs.extend(fresh);
        }
    }
    let search = search.trim().to_lowercase();
    jobs.retain(|job| matches(job, &search));
    jobs.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    let total = counts.values().fold(0_u32, |sum, count| sum.saturating_add(*count));
    Ok(JobList { counts, jobs, total, as_of: session.world.now(), truncated })
}

fn matches(job: &JobSummary, search: &str) -> bool {
    search.is_empty()
        || job.name.to_lowercase().contains(search)
        || job.id.to_lowercase().contains(search)
        || job.state.name().to_lowercase().contains(search)
}

pub(super) struct OfState {
    pub(super) jobs: Vec<JobSummary>,
    truncated: bool,
}

/// The jobs of a queue in one state, as many as the budget has room for.
pub(super) async fn of_state(
    session: &Session,
    queue: &str,
    state: JobState,
    budget: &AtomicUsize,
) -> Result<OfState, AwsFault> {
    let mut jobs = Vec::new();
    let mut tokens = HashSet::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let request = session.aws.read.batch.list_jobs().job_queue(queue).job_status(state.batch());
        let page = request.max_results(PAGE).set_next_token(token).send().await;
        let page = page.map_err(fault("batch:ListJobs"))?;
        let found = page.job_summary_list();
        let left = budget.load(Ordering::Relaxed);
        budget.fetch_sub(found.len().min(left), Ordering::Relaxed);
        jobs.extend(found.iter().take(left).map(|job| summary(job, state)));
        if found.len() > left {
            return Ok(OfState { jobs, truncated: true });
        }
        match page.next_token().filter(|token| !token.is_empty()) {
            None => return Ok(OfState { jobs, truncated: false }),
            // A token that comes again would lead round in a circle.
            Some(next) if !tokens.insert(next.to_owned()) => break,
            Some(next) => token = Some(next.to_owned()),
        }
    }
    Ok(OfState { jobs, truncated: true })
}

/// The ids of an array's children in this state.
pub(super) async fn children(
    session: &Session,
    array: &str,
    state: JobState,
) -> Result<Vec<String>, AwsFault> {
    let request = session.aws.read.batch.list_jobs().array_job_id(array).job_status(state.batch());
    let all = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let all = all.map_err(fault("batch:ListJobs"))?;
    Ok(all.iter().filter_map(|job| job.job_id().map(str::to_owned)).collect())
}

fn summary(job: &Listed, asked: JobState) -> JobSummary {
    JobSummary {
        id: job.job_id().unwrap_or_default().to_owned(),
        name: job.job_name().unwrap_or_default().to_owned(),
        state: job.status().and_then(JobState::known).unwrap_or(asked),
        reason: job.status_reason().map(str::to_owned),
        created_at: Moment(job.created_at().unwrap_or_default()),
        started_at: moment(job.started_at()),
        stopped_at: moment(job.stopped_at()),
        exit_code: job.container().and_then(aws_sdk_batch::types::ContainerSummary::exit_code),
        array_size: job
            .array_properties()
            .and_then(aws_sdk_batch::types::ArrayPropertiesSummary::size)
            .and_then(|size| u32::try_from(size).ok()),
    }
}
