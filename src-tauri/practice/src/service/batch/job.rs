//! Jobs: what is remembered of one, and how AWS shows it.

use super::agenda::Due;
use super::container::{Platform, Size};
use super::{Moment, Region, array, refused};
use crate::ACCOUNT_ID;
use crate::account::Account;
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::texts;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The history keeps a job for so long after its end.
const KEPT: i64 = 7 * 86_400_000;

/// A job's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    Submitted,
    Pending,
    Runnable,
    Starting,
    Running,
    Succeeded,
    Failed,
}

impl Status {
    pub(super) const ALL: [Self; 7] = [
        Self::Submitted,
        Self::Pending,
        Self::Runnable,
        Self::Starting,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "SUBMITTED",
            Self::Pending => "PENDING",
            Self::Runnable => "RUNNABLE",
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
        }
    }

    pub(super) const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }

    /// Whether CancelJob still acts.
    pub(super) const fn can_be_cancelled(self) -> bool {
        matches!(self, Self::Submitted | Self::Pending | Self::Runnable)
    }
}

/// A job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) name: String,
    /// ARN.
    pub(super) queue: String,
    /// ARN.
    pub(super) definition: String,
    /// Its place in the order of submission; an array's children share it.
    pub(super) order: u64,
    pub(super) shape: Shape,
    /// What it runs; an array's children have their parent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) spec: Option<Spec>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) depends_on: Vec<Dependency>,
    pub(super) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status_reason: Option<String>,
    pub(super) created: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) runnable_since: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) started: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stopped: Option<Millis>,
    /// Attempts that have ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) attempts: Vec<Attempt>,
    /// The attempt that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) task: Option<Task>,
    #[serde(default)]
    pub(super) cancelled: bool,
    #[serde(default)]
    pub(super) terminated: bool,
    /// Whether somebody will look why it stays at the head of its queue.
    #[serde(default)]
    pub(super) head_is_watched: bool,
}

/// One job, or an array of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Shape {
    Single,
    /// How many children, how many of them in each state, and whether they have been made.
    Array {
        size: u32,
        counts: [u32; 7],
        counted: Millis,
        made: bool,
    },
    Child {
        parent: String,
        index: u32,
    },
}

/// What a job runs, overrides included.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Spec {
    pub(super) definition_name: String,
    pub(super) platform: Platform,
    pub(super) size: Size,
    /// With the command as the job definition has it, parameters not filled in.
    pub(super) container: Value,
    pub(super) command: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ecs: Option<Value>,
    pub(super) parameters: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timeout: Option<i64>,
    pub(super) propagate_tags: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) priority: Option<i64>,
    pub(super) tags: BTreeMap<String, String>,
    /// Bytes of the overrides: ECS takes 8192.
    pub(super) override_bytes: usize,
}

/// `dependsOn`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dependency {
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "jobId")]
    pub(super) job_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "type")]
    pub(super) kind: Option<String>,
}

/// An attempt that has ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) started: Option<Millis>,
    pub(super) stopped: Millis,
    pub(super) ending: Ending,
    pub(super) task: TaskName,
}

/// Where an attempt ran.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TaskName {
    /// 32 hexadecimal digits.
    pub(super) id: String,
    pub(super) cluster: String,
    /// The log stream, once the container has started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) private_ip: Option<String>,
}

/// How an attempt ends, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ending {
    pub(super) status_reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) exit_code: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// Ended by a timeout or by somebody: such an attempt is never retried, whatever its exit code.
    #[serde(default)]
    pub(super) stopped: bool,
}

/// The attempt that is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) number: u32,
    pub(super) name: TaskName,
    /// The compute environment's name.
    pub(super) environment: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) log_group: Option<String>,
    /// When and how it ends as things stand; none while it runs until somebody stops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ends: Option<(Millis, Ending)>,
}

impl Job {
    pub(super) fn is_array(&self) -> bool {
        matches!(self.shape, Shape::Array { .. })
    }

    pub(super) fn is_child(&self) -> bool {
        matches!(self.shape, Shape::Child { .. })
    }

    pub(super) fn index(&self) -> Option<u32> {
        match self.shape {
            Shape::Child { index, .. } => Some(index),
            _ => None,
        }
    }

    pub(super) fn queue_name(&self) -> &str {
        super::short(&self.queue)
    }

    /// Its place among the RUNNABLE jobs of its queue.
    pub(super) fn place(&self) -> (u64, u32, String) {
        (self.order, self.index().unwrap_or(0), self.id.clone())
    }

    fn array_properties(&self, in_detail: bool) -> Option<Value> {
        match &self.shape {
            Shape::Single => None,
            Shape::Child { index, .. } => Some(json!({ "index": index })),
            Shape::Array { size, counts, counted, .. } => {
                let mut shown = json!({ "size": size });
                if in_detail {
                    let summary: Map<String, Value> = Status::ALL
                        .iter()
                        .zip(counts)
                        .map(|(status, count)| (status.name().to_owned(), json!(count)))
                        .collect();
                    shown["statusSummary"] = Value::Object(summary);
                    shown["statusSummaryLastUpdatedAt"] = json!(counted);
                }
                Some(shown)
            }
        }
    }

    /// The times, the reason and the array's part: what details and summaries share.
    fn add_course(&self, shown: &mut Value, in_detail: bool) {
        for (field, at) in [("startedAt", self.started), ("stoppedAt", self.stopped)] {
            if let Some(at) = at {
                shown[field] = json!(at);
            }
        }
        if let Some(reason) = &self.status_reason {
            shown["statusReason"] = json!(reason);
        }
        if let Some(properties) = self.array_properties(in_detail) {
            shown["arrayProperties"] = properties;
        }
    }

    /// An entry of ListJobs.
    pub(super) fn summary(&self, region: &str) -> Value {
        let mut shown = json!({
            "jobArn": super::arn(region, &format!("job/{}", self.id)),
            "jobId": self.id,
            "jobName": self.name,
            "createdAt": self.created,
            "status": self.status,
            "jobDefinition": self.definition,
            "isCancelled": self.cancelled,
            "isTerminated": self.terminated,
        });
        self.add_course(&mut shown, false);
        if let Some(attempt) = self.attempts.last() {
            let mut container = json!({});
            add_ending(&mut container, &attempt.ending);
            shown["container"] = container;
        }
        shown
    }

    /// An entry of DescribeJobs.
    fn detail(&self, moment: &Moment<'_>) -> Value {
        let region = moment.region;
        let mut shown = json!({
            "jobArn": super::arn(region, &format!("job/{}", self.id)),
            "jobName": self.name,
            "jobId": self.id,
            "jobQueue": self.queue,
            "status": self.status,
            "attempts": self.attempts.iter().map(|attempt| attempt.shown(region)).collect::<Vec<_>>(),
            "createdAt": self.created,
            "dependsOn": self.depends_on,
            "jobDefinition": self.definition,
            "eksAttempts": [],
            "isCancelled": self.cancelled,
            "isTerminated": self.terminated,
        });
        self.add_course(&mut shown, true);
        let Some(spec) = spec(moment.batch(), self) else { return shown };
        shown["parameters"] = json!(spec.parameters);
        shown["tags"] = json!(spec.tags);
        shown["propagateTags"] = json!(spec.propagate_tags);
        shown["platformCapabilities"] = json!([spec.platform.name()]);
        let mut retry = spec.retry.clone().unwrap_or_else(|| json!({ "attempts": 1 }));
        if retry.get("evaluateOnExit").is_none() {
            retry["evaluateOnExit"] = json!([]);
        }
        shown["retryStrategy"] = retry;
        if let Some(seconds) = spec.timeout {
            shown["timeout"] = json!({ "attemptDurationSeconds": seconds });
        }
        if let Some(priority) = spec.priority {
            shown["schedulingPriority"] = json!(priority);
        }
        let mut container = json!({});
        let (name, ending) = match (&self.task, self.attempts.last()) {
            (Some(task), _) => (Some(&task.name), None),
            (None, Some(attempt)) => (Some(&attempt.task), Some(&attempt.ending)),
            (None, None) => (None, None),
        };
        if let Some(ending) = ending {
            add_ending(&mut container, ending);
        }
        if let Some(name) = name {
            name.add_to(&mut container, region);
        }
        // A job of several containers has no container of its own (API reference, JobDetail).
        if let Some(ecs) = &spec.ecs {
            shown["ecsProperties"] = ecs_detail(ecs, spec, &container);
            return shown;
        }
        let mut full = spec.container.clone();
        full["command"] = json!(spec.command);
        full["networkInterfaces"] = json!([]);
        for (field, value) in container.as_object().into_iter().flatten() {
            full[field] = value.clone();
        }
        shown["container"] = full;
        shown
    }
}

fn ecs_detail(ecs: &Value, spec: &Spec, course: &Value) -> Value {
    let mut ecs = ecs.clone();
    let Some(task) = ecs.get_mut("taskProperties").and_then(|tasks| tasks.get_mut(0)) else { return ecs };
    for field in ["taskArn", "containerInstanceArn"] {
        if let Some(value) = course.get(field) {
            task[field] = value.clone();
        }
    }
    let main = spec.container.get("name");
    for container in task.get_mut("containers").and_then(Value::as_array_mut).into_iter().flatten() {
        if container.get("name") == main {
            container["command"] = json!(spec.command);
            container["environment"] = spec.container["environment"].clone();
            container["resourceRequirements"] = spec.container["resourceRequirements"].clone();
            for field in ["exitCode", "reason", "logStreamName", "networkInterfaces"] {
                if let Some(value) = course.get(field) {
                    container[field] = value.clone();
                }
            }
        }
    }
    ecs
}

fn add_ending(shown: &mut Value, ending: &Ending) {
    if let Some(code) = ending.exit_code {
        shown["exitCode"] = json!(code);
    }
    if let Some(reason) = &ending.reason {
        shown["reason"] = json!(reason);
    }
}

impl TaskName {
    fn add_to(&self, shown: &mut Value, region: &str) {
        shown["taskArn"] =
            json!(format!("arn:aws:ecs:{region}:{ACCOUNT_ID}:task/{}/{}", self.cluster, self.id));
        if let Some(stream) = &self.stream {
            shown["logStreamName"] = json!(stream);
        }
        if let Some(ip) = &self.private_ip {
            shown["networkInterfaces"] = json!([{ "attachmentId": self.id, "privateIpv4Address": ip }]);
        }
    }
}

impl Attempt {
    fn shown(&self, region: &str) -> Value {
        let mut container = json!({ "networkInterfaces": [] });
        add_ending(&mut container, &self.ending);
        self.task.add_to(&mut container, region);
        let mut shown = json!({
            "container": container,
            "stoppedAt": self.stopped,
            "statusReason": self.ending.status_reason,
            "taskProperties": [],
        });
        if let Some(started) = self.started {
            shown["startedAt"] = json!(started);
        }
        shown
    }
}

/// What a job runs.
pub(super) fn spec<'r>(region: &'r Region, job: &'r Job) -> Option<&'r Spec> {
    match &job.shape {
        Shape::Child { parent, .. } => region.jobs.get(parent)?.spec.as_ref(),
        _ => job.spec.as_ref(),
    }
}

/// Changes a job.
pub(super) fn alter(moment: &mut Moment<'_>, id: &str, change: impl FnOnce(&mut Job)) {
    if let Some(job) = moment.change().jobs.get_mut(id) {
        change(Arc::make_mut(job));
    }
}

/// Takes a job to another state: its queue's line and its parent's counts follow.
pub(super) fn move_to(moment: &mut Moment<'_>, id: &str, status: Status) {
    let now = moment.now;
    let region = moment.change();
    let Some(job) = region.jobs.get_mut(id) else { return };
    let before = job.status;
    if before == status {
        return;
    }
    let job = Arc::make_mut(job);
    job.status = status;
    if status == Status::Runnable {
        job.runnable_since = Some(now);
    }
    let (queue, place) = (job.queue_name().to_owned(), job.place());
    let parent = match &job.shape {
        Shape::Child { parent, .. } => Some(parent.clone()),
        _ => None,
    };
    if let Some(queue) = region.queues.get_mut(&queue) {
        if before == Status::Runnable {
            queue.waiting.remove(&place);
        }
        if status == Status::Runnable {
            queue.waiting.insert(place);
        }
    }
    if let Some(parent) = parent {
        array::count(region, &parent, Some(before), status, now);
    }
}

/// Ends a job: those that wait for it are looked at, and in a week it is forgotten.
pub(super) fn finish(moment: &mut Moment<'_>, id: &str, status: Status, reason: Option<&str>) {
    let now = moment.now;
    move_to(moment, id, status);
    let mut parent = None;
    alter(moment, id, |job| {
        job.stopped = Some(now);
        job.status_reason = reason.map(str::to_owned);
        job.task = None;
        if let Shape::Child { parent: of, .. } = &job.shape {
            parent = Some(of.clone());
        }
    });
    let soon = moment.later(1.0);
    for waiting in moment.change().dependents.remove(id).unwrap_or_default() {
        moment.schedule(soon, Due::Evaluate { job: waiting });
    }
    match parent {
        // Children are forgotten with their parent.
        Some(parent) => array::child_finished(moment, &parent),
        None => moment.schedule(now.plus(KEPT), Due::Forget { job: id.to_owned() }),
    }
    moment.schedule(moment.later(1.0), Due::Dispatch);
}

/// A job leaves the history, with its children.
pub(super) fn forget(moment: &mut Moment<'_>, id: &str) {
    let region = moment.change();
    if let Some(job) = region.jobs.remove(id)
        && let Shape::Array { size, .. } = job.shape
    {
        for index in 0..size {
            region.jobs.remove(&format!("{id}:{index}"));
        }
    }
}

/// `DescribeJobs`. What it does not know is simply not there.
pub(super) fn describe_jobs(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let ids = texts(input, "jobs");
    if ids.len() > 100 {
        return Err(refused("Error executing request, Exception : Maximum number of jobs supported is  100"));
    }
    let jobs: Vec<Value> = ids
        .iter()
        .filter_map(|id| moment.batch().jobs.get(super::short(id)))
        .map(|job| job.detail(&moment))
        .collect();
    Ok(json!({ "jobs": jobs }))
}
