//! Every AWS call as it happened: service, action, what it acted on, outcome, request id. Never its contents, so no
//! secrets.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{
                BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
                FinalizerInterceptorContextRef,
            },
        },
        orchestrator::Metadata,
        retries::RequestAttempts,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{answer, diary::Diary, fault::changes, subject};
use crate::world::{Moment, World};

/// How many entries are kept to look back at.
const KEPT: usize = 2_000;

/// One AWS call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ActivityEntry {
    /// When its answer came.
    pub at: Moment,
    /// The service, as IAM names it: `iam`, `ec2`, `batch` …
    pub service: String,
    /// The action: `CreateRole`.
    pub action: String,
    /// What it acted on: a name, an id or an ARN, where the call says so.
    pub resource: Option<String>,
    /// `ok`, AWS's error code, or `no-answer`, `not-sent`, `unreadable`, `HTTP 502` where there is none.
    pub outcome: String,
    /// Whether it did not end well.
    pub failed: bool,
    /// How long it took, retries included.
    #[specta(type = u32)]
    pub milliseconds: u64,
    /// How often it was sent.
    pub attempts: u32,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// Whether it could change the account.
    pub changes: bool,
}

/// Which calls are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ActivityFilter {
    /// Only those with this text in any of their parts, in whatever case.
    pub search: String,
    /// Only those that could change the account.
    pub changes: bool,
    /// Only those that failed.
    pub failed: bool,
}

impl ActivityFilter {
    /// Whether this call is meant.
    pub fn takes(&self, entry: &ActivityEntry) -> bool {
        let wanted = self.search.trim().to_lowercase();
        let said = || {
            let ActivityEntry { service, action, resource, outcome, request_id, .. } = entry;
            let parts = [resource.as_deref().unwrap_or_default(), request_id.as_deref().unwrap_or_default()];
            format!("{service}:{action} {outcome} {}", parts.join(" ")).to_lowercase()
        };
        (!self.changes || entry.changes)
            && (!self.failed || entry.failed)
            && (wanted.is_empty() || said().contains(&wanted))
    }
}

/// Calls as lines of JSON, for a file.
pub fn json_lines<'e>(entries: impl IntoIterator<Item = &'e ActivityEntry>) -> String {
    entries.into_iter().filter_map(|entry| Some(serde_json::to_string(entry).ok()? + "\n")).collect()
}

type Listener = Arc<dyn Fn(&ActivityEntry) + Send + Sync>;

/// Notes every call of the clients it is handed to.
#[derive(Clone)]
pub struct Activity {
    world: World,
    kept: Arc<Mutex<Kept>>,
    listener: Option<Listener>,
}

#[derive(Default)]
struct Kept {
    entries: VecDeque<ActivityEntry>,
    diary: Option<Diary>,
}

impl Activity {
    /// Notes calls, and tells `listener` of each.
    pub fn new(world: World, listener: Option<Listener>) -> Self {
        Self { world, kept: Arc::default(), listener }
    }

    /// What was noted, oldest first.
    pub fn entries(&self) -> Vec<ActivityEntry> {
        self.kept().entries.iter().cloned().collect()
    }

    /// Keeps in this folder what has been noted and will be, and remembers what is kept there.
    pub(crate) fn keep_in(&self, folder: &Path) {
        let diary = Diary::in_folder(folder);
        let earlier = diary.read(KEPT);
        let mut kept = self.kept();
        for entry in &kept.entries {
            diary.write(entry);
        }
        for entry in earlier.into_iter().rev() {
            if kept.entries.len() == KEPT {
                break;
            }
            kept.entries.push_front(entry);
        }
        kept.diary = Some(diary);
    }

    fn note(&self, entry: ActivityEntry) {
        if let Some(listener) = &self.listener {
            listener(&entry);
        }
        let mut kept = self.kept();
        if let Some(diary) = &kept.diary {
            diary.write(&entry);
        }
        if kept.entries.len() == KEPT {
            kept.entries.pop_front();
        }
        kept.entries.push_back(entry);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Activity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Activity")
    }
}

#[derive(Debug)]
struct Started(Instant);

impl Storable for Started {
    type Storer = StoreReplace<Self>;
}

#[derive(Debug)]
struct Subject(Vec<String>);

impl Storable for Subject {
    type Storer = StoreReplace<Self>;
}

/// It was signed and is on its way; without credentials a call never is.
#[derive(Debug)]
struct Sent;

impl Storable for Sent {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Activity {
    fn name(&self) -> &'static str {
        "SlipwayActivity"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(Started(Instant::now()));
        Ok(())
    }

    fn read_after_serialization(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Here, since a request is gone once it has been sent.
        bag.interceptor_state().store_put(Subject(subject::of_request(context.request())));
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(Sent);
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
        let response = context.response();
        let failed = !matches!(context.output_or_error(), Some(Ok(_)));
        let outcome = match response {
            _ if !failed => "ok".to_owned(),
            None if bag.load::<Sent>().is_some() => "no-answer".to_owned(),
            None => "not-sent".to_owned(),
            Some(response) if response.status().is_success() => "unreadable".to_owned(),
            Some(response) => {
                answer::error_code(response).unwrap_or_else(|| format!("HTTP {}", response.status().as_u16()))
            }
        };
        let milliseconds = bag.load::<Started>().map_or(0, |s| s.0.elapsed().as_millis());
        let mut resource = bag.load::<Subject>().map(|subject| subject.0.clone()).unwrap_or_default();
        if let Some(made) = response.filter(|_| !failed).and_then(|response| subject::made(&action, response))
        {
            resource.insert(0, made);
        }
        self.note(ActivityEntry {
            at: self.world.now(),
            service: service_prefix(metadata.service()).to_owned(),
            changes: changes(&action),
            action,
            resource: (!resource.is_empty()).then(|| resource.join(" · ")),
            outcome,
            failed,
            milliseconds: u64::try_from(milliseconds).unwrap_or(u64::MAX),
            attempts: bag.load::<RequestAttempts>().map_or(0, RequestAttempts::attempts),
            request_id: response.and_then(answer::request_id),
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
        "Pricing" => "pricing",
        "Route 53" => "route53",
        "STS" => "sts",
        other => other,
    }
}
