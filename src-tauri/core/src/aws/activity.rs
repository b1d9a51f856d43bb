//! Every AWS call as it happened: service, action, outcome, request id. Never its contents, so no secrets.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::FinalizerInterceptorContextRef},
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::fault::changes;
use crate::world::{Moment, World};

/// How many entries are kept to look back at.
const KEPT: usize = 2_000;

/// One AWS call.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct ActivityEntry {
    /// When its answer came.
    pub at: Moment,
    /// The service, as IAM names it: `iam`, `ec2`, `batch` …
    pub service: String,
    /// The action: `CreateRole`.
    pub action: String,
    /// `ok`, or AWS's error code.
    pub outcome: String,
    /// How long it took, retries included.
    #[specta(type = u32)]
    pub milliseconds: u64,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// Whether it could change the account.
    pub changes: bool,
}

type Listener = Arc<dyn Fn(&ActivityEntry) + Send + Sync>;

/// Notes every call of the clients it is handed to.
#[derive(Clone)]
pub struct Activity {
    world: World,
    entries: Arc<Mutex<VecDeque<ActivityEntry>>>,
    listener: Option<Listener>,
}

impl Activity {
    /// Notes calls, and tells `listener` of each.
    pub fn new(world: World, listener: Option<Listener>) -> Self {
        Self { world, entries: Arc::default(), listener }
    }

    /// What was noted, oldest first.
    pub fn entries(&self) -> Vec<ActivityEntry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn note(&self, entry: ActivityEntry) {
        if let Some(listener) = &self.listener {
            listener(&entry);
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }
}

impl std::fmt::Debug for Activity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Activity")
    }
}

#[derive(Debug)]
struct Started(Instant);

impl aws_smithy_types::config_bag::Storable for Started {
    type Storer = aws_smithy_types::config_bag::StoreReplace<Self>;
}

impl Intercept for Activity {
    fn name(&self) -> &'static str {
        "SlipwayActivity"
    }

    fn read_before_execution(
        &self,
        _context: &aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(Started(Instant::now()));
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(metadata) = bag.load::<Metadata>() else { return Ok(()) };
        let action = metadata.name().to_owned();
        let headers = context.response().map(aws_smithy_runtime_api::http::Response::headers);
        let request_id = headers
            .and_then(|h| h.get("x-amzn-requestid").or_else(|| h.get("x-amz-request-id")))
            .map(str::to_owned);
        let outcome = match context.output_or_error() {
            Some(Ok(_)) => "ok".to_owned(),
            Some(Err(_)) => context.response().map_or_else(
                || "no answer".to_owned(),
                |response| format!("HTTP {}", response.status().as_u16()),
            ),
            None => "no answer".to_owned(),
        };
        let milliseconds = bag.load::<Started>().map_or(0, |s| s.0.elapsed().as_millis());
        self.note(ActivityEntry {
            at: self.world.now(),
            service: service_prefix(metadata.service()).to_owned(),
            changes: changes(&action),
            action,
            outcome,
            milliseconds: u64::try_from(milliseconds).unwrap_or(u64::MAX),
            request_id,
        });
        Ok(())
    }
}

/// The SDK's service name as IAM policies write it.
fn service_prefix(sdk_name: &str) -> &str {
    match sdk_name {
        "CloudWatch Logs" => "logs",
        "Service Quotas" => "servicequotas",
        "Batch" => "batch",
        "EC2" => "ec2",
        "ECR" => "ecr",
        "IAM" => "iam",
        "STS" => "sts",
        other => other,
    }
}
