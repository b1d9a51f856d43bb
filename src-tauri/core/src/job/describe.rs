//! DescribeJobs, with the answer as AWS wrote it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_batch::{Client, types::JobDetail};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::AfterDeserializationInterceptorContextRef},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use crate::{
    account::Session,
    aws::{AwsFault, fault},
    error::AppError,
    words::say,
};

/// As many jobs as one DescribeJobs takes.
const AT_ONCE: usize = 100;
/// Requests under way at one time.
const REQUESTS: usize = 4;

/// A job as described.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub(super) detail: JobDetail,
    /// AWS's own JSON, set out for reading.
    pub(super) json: String,
}

/// The jobs of these ids that AWS knows; the others are simply not there.
pub(super) async fn describe(session: &Session, ids: &[String]) -> Result<Vec<Described>, AwsFault> {
    let batch = &session.aws.read.batch;
    let requests: Vec<_> = ids.chunks(AT_ONCE).map(|ids| some(batch.clone(), ids.to_vec())).collect();
    let found: Vec<Vec<Described>> = stream::iter(requests).buffered(REQUESTS).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// The one job of this id, or an error that says where it may have gone.
pub(super) async fn one(session: &Session, id: &str) -> Result<Described, AppError> {
    let found = describe(session, &[id.to_owned()]).await?;
    found.into_iter().next().ok_or_else(|| unknown(session, id))
}

/// A job that AWS Batch does not know.
pub(super) fn unknown(session: &Session, id: &str) -> AppError {
    AppError::new(say("job-unknown", &[("id", id), ("region", &session.region)]))
        .advise(say("job-unknown-advice", &[]))
}

async fn some(batch: Client, ids: Vec<String>) -> Result<Vec<Described>, AwsFault> {
    let answer = Answer::default();
    let request = batch.describe_jobs().set_jobs(Some(ids)).customize().interceptor(answer.clone());
    let described = request.send().await.map_err(fault("batch:DescribeJobs"))?;
    let mut written = answer.jobs();
    let jobs = described.jobs.unwrap_or_default().into_iter();
    let with_json = jobs.map(|detail| {
        let json = detail.job_id().and_then(|id| written.remove(id)).unwrap_or_default();
        Described { detail, json }
    });
    Ok(with_json.collect())
}

/// Keeps the answer's text: the SDK's types cannot be written back as JSON.
#[derive(Debug, Clone, Default)]
struct Answer(Arc<Mutex<Option<Value>>>);

impl Answer {
    /// The jobs' JSON by id.
    fn jobs(&self) -> HashMap<String, String> {
        let answer = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let jobs = answer.as_ref().and_then(|answer| answer.get("jobs")?.as_array());
        let with_id = |job: &Value| {
            let id = job.get("jobId")?.as_str()?.to_owned();
            Some((id, serde_json::to_string_pretty(job).ok()?))
        };
        jobs.into_iter().flatten().filter_map(with_id).collect()
    }
}

impl Intercept for Answer {
    fn name(&self) -> &'static str {
        "SlipwayAnswer"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = serde_json::from_slice(body).ok();
        Ok(())
    }
}
