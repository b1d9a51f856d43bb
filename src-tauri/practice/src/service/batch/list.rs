//! ListJobs and GetJobQueueSnapshot.

use super::job::{self, Job, Spec, Status};
use super::{Moment, array, refused, short};
use crate::account::Account;
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{list, number, text, texts};
use serde_json::{Value, json};
use std::sync::Arc;

/// `ListJobs`: the newest first; without a state and without a filter only what is RUNNING.
pub(super) fn list_jobs(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let region = moment.batch();
    let filter = Filter::read(input)?;
    let status = match text(input, "jobStatus") {
        None => Status::Running,
        Some(name) => Status::ALL
            .into_iter()
            .find(|status| status.name() == name)
            .ok_or_else(|| refused(format!("jobStatus {name} is not valid.")))?,
    };
    let fits = |job: &Job| match &filter {
        // The one filter that leaves jobStatus its meaning (API reference, ListJobs).
        Some(filter @ Filter::Share(_)) => {
            (text(input, "jobStatus").is_none() || job.status == status)
                && job::spec(region, job).is_some_and(|spec| filter.fits(job, spec))
        }
        Some(filter) => job::spec(region, job).is_some_and(|spec| filter.fits(job, spec)),
        None => job.status == status,
    };
    let mut jobs: Vec<&Arc<Job>> = match (text(input, "jobQueue"), text(input, "arrayJobId")) {
        (Some(queue), None) => {
            let Some(queue) = region.queues.get(short(queue)) else {
                return Err(refused(format!("JobQueue {queue} not found.")));
            };
            let name = queue.name.as_str();
            let of_queue = |job: &&Arc<Job>| !job.is_child() && job::queue_of(region, job) == name;
            region.jobs.values().filter(of_queue).filter(|job| fits(job)).collect()
        }
        (None, Some(parent)) => match region.jobs.get(short(parent)) {
            Some(parent) => array::children(region, parent).filter(|job| fits(job)).collect(),
            None => Vec::new(),
        },
        (None, None) if text(input, "multiNodeJobId").is_some() => Vec::new(),
        _ => return Err(refused("One of jobQueue, arrayJobId, multiNodeJobId is required.")),
    };
    jobs.sort_by_key(|job| (std::cmp::Reverse(job.order), job.index()));

    let most = if filter.is_some() { 100 } else { 1_000 };
    let size = number(input, "maxResults")
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(most)
        .clamp(1, most);
    // The token names the last job shown, so that new ones do not push the page around.
    let start = match text(input, "nextToken").filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => {
            let (order, index) = token
                .split_once('.')
                .and_then(|(order, index)| Some((order.parse::<u64>().ok()?, index.parse::<u32>().ok()?)))
                .ok_or_else(|| refused("nextToken is not valid"))?;
            jobs.partition_point(|job| {
                (std::cmp::Reverse(job.order), job.index().unwrap_or(0)) <= (std::cmp::Reverse(order), index)
            })
        }
    };
    let page = &jobs[start..(start + size).min(jobs.len())];
    let shown: Vec<Value> = page.iter().map(|job| job.summary(&moment)).collect();
    let mut answer = json!({ "jobSummaryList": shown });
    if start + size < jobs.len()
        && let Some(last) = page.last()
    {
        answer["nextToken"] = json!(format!("{}.{}", last.order, last.index().unwrap_or(0)));
    }
    Ok(answer)
}

enum Filter {
    Name(Vec<String>),
    Definition(Vec<String>),
    Before(Millis),
    After(Millis),
    Share(Vec<String>),
}

impl Filter {
    fn read(input: &Value) -> Result<Option<Self>, Fault> {
        let filters = list(input, "filters");
        let Some(filter) = filters.first() else { return Ok(None) };
        if filters.len() > 1 {
            return Err(refused("Only one filter is allowed."));
        }
        let values: Vec<String> = texts(filter, "values").into_iter().map(str::to_lowercase).collect();
        let moment = || {
            values
                .first()
                .and_then(|value| value.parse().ok())
                .map(Millis)
                .ok_or_else(|| refused("The filter's value should be a time stamp in milliseconds."))
        };
        Ok(Some(match text(filter, "name").unwrap_or_default() {
            "JOB_NAME" => Self::Name(values),
            "JOB_DEFINITION" => Self::Definition(values),
            "BEFORE_CREATED_AT" => Self::Before(moment()?),
            "AFTER_CREATED_AT" => Self::After(moment()?),
            "SHARE_IDENTIFIER" => Self::Share(values),
            other => return Err(refused(format!("Filter {other} is not known to the practice account."))),
        }))
    }

    fn fits(&self, job: &Job, spec: &Spec) -> bool {
        let matches = |pattern: &String, found: &str| match pattern.strip_suffix('*') {
            Some(start) => found.starts_with(start),
            None => found == pattern,
        };
        match self {
            Self::Name(names) => names.iter().any(|name| matches(name, &spec.job_name.to_lowercase())),
            Self::Definition(names) => {
                let arn = spec.definition.to_lowercase();
                let revision = short(&arn);
                let family = revision.split(':').next().unwrap_or(revision);
                names
                    .iter()
                    .any(|name| [arn.as_str(), revision, family].iter().any(|found| matches(name, found)))
            }
            Self::Before(at) => job.created < *at,
            Self::After(at) => job.created > *at,
            Self::Share(shares) => spec
                .share
                .as_ref()
                .is_some_and(|share| shares.iter().any(|wanted| matches(wanted, &share.to_lowercase()))),
        }
    }
}

/// `GetJobQueueSnapshot`: the first hundred RUNNABLE jobs in the order in which they will start.
pub(super) fn get_job_queue_snapshot(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let region = moment.batch();
    let wanted = text(input, "jobQueue").unwrap_or_default();
    let Some(queue) = region.queues.get(short(wanted)) else {
        return Err(refused(format!("JobQueue {wanted} not found.")));
    };
    let jobs: Vec<Value> = super::dispatch::line(&moment, queue, 100)
        .into_iter()
        .filter_map(|place| region.jobs.get(&region.id_at(place)?))
        .map(|job| {
            json!({
                "jobArn": moment.arn(&format!("job/{}", job.id)),
                "earliestTimeAtPosition": job.runnable_since.unwrap_or(job.created),
            })
        })
        .collect();
    Ok(json!({ "frontOfQueue": { "jobs": jobs, "lastUpdatedAt": moment.now } }))
}
