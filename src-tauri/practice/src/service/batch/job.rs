//! Jobs: what is remembered of one, and how AWS shows it.

use super::agenda::Due;
use super::size::{Platform, Size};
use super::{Moment, Region, array, fate};
use crate::ids;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
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
    /// Its place in the order of submission; an array's children share it.
    pub(super) order: u64,
    #[serde(default, skip_serializing_if = "Shape::is_single")]
    pub(super) shape: Shape,
    /// What was asked for; an array's children have their parent's.
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
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) cancelled: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) terminated: bool,
    /// Whether somebody will look why it stays at the head of its queue.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) head_is_watched: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// One job, or an array of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) enum Shape {
    #[default]
    Single,
    /// How many children, how many of them in each state, and whether they have been made.
    Array { size: u32, counts: [u32; 7], counted: Millis, made: bool },
    /// One of an array; its id, `parent:index`, tells the rest.
    Child,
}

impl Shape {
    const fn is_single(&self) -> bool {
        matches!(self, Self::Single)
    }
}

/// What was asked for, the job definition's part and overrides included.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Spec {
    pub(super) job_name: String,
    /// ARN.
    pub(super) queue: String,
    /// ARN.
    pub(super) definition: String,
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
    /// `shareIdentifier`, on a queue with a scheduling policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) share: Option<String>,
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

/// An attempt that has ended. The number of the attempt tells its task's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// The ECS cluster it ran in.
    pub(super) cluster: String,
    /// The host it ran on, where there are hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) started: Option<Millis>,
    pub(super) stopped: Millis,
    pub(super) ending: Ending,
}

/// How an attempt ends, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ending {
    #[serde(default = "exited", skip_serializing_if = "is_exited")]
    pub(super) status_reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) exit_code: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// Ended by a timeout or by somebody: such an attempt is never retried, whatever its exit code.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) stopped: bool,
}

/// What AWS says of nearly every job that ran, whether it succeeded or not.
pub(super) const EXITED: &str = "Essential container in task exited";

fn exited() -> String {
    EXITED.to_owned()
}

fn is_exited(reason: &str) -> bool {
    reason == EXITED
}

/// The attempt that is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) number: u32,
    /// The compute environment's name.
    pub(super) environment: String,
    /// Its ECS cluster.
    pub(super) cluster: String,
    /// The host it runs on, where there are hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) host: Option<String>,
    /// When and how it ends as things stand; none while it runs until somebody stops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ends: Option<(Millis, Ending)>,
}

impl Job {
    pub(super) fn is_array(&self) -> bool {
        matches!(self.shape, Shape::Array { .. })
    }

    pub(super) fn is_child(&self) -> bool {
        matches!(self.shape, Shape::Child)
    }

    /// Parent and index of an array's child.
    pub(super) fn child_of(&self) -> Option<(&str, u32)> {
        let (parent, index) = self.id.split_once(':').filter(|_| self.is_child())?;
        Some((parent, index.parse().ok()?))
    }

    pub(super) fn index(&self) -> Option<u32> {
        Some(self.child_of()?.1)
    }

    /// Its place among the RUNNABLE jobs of its queue.
    pub(super) fn place(&self) -> (u64, u32) {
        (self.order, self.index().unwrap_or(0))
    }
}

/// The names of an attempt's task. They follow from the attempt, so nobody has to remember them.
pub(super) struct TaskName {
    /// 32 hexadecimal digits.
    pub(super) id: String,
    /// Where its container's log is, when it has one.
    pub(super) log: Option<(String, String)>,
    /// On Fargate, where a task has a network interface of its own.
    pub(super) private_ip: Option<String>,
}

impl TaskName {
    pub(super) fn of(seed: u64, job: &Job, spec: &Spec, number: u32) -> Self {
        let of = format!("{}/{number}", job.id);
        let id = ids::digest_hex(seed, &format!("task/{of}"))[..32].to_owned();
        let on_fargate = spec.platform == Platform::Fargate;
        let stream = fate::stream_name(spec, &id);
        Self {
            log: fate::log_group(spec).map(|(group, _)| (group.to_owned(), stream)),
            private_ip: on_fargate.then(|| private_ip(seed, &of)),
            id,
        }
    }
}

/// An address in the default VPC that belongs to `of`.
pub(super) fn private_ip(seed: u64, of: &str) -> String {
    let digest = ids::digest_hex(seed, &format!("ip/{of}"));
    let byte = |at: usize| u8::from_str_radix(&digest[at..at + 2], 16).unwrap_or(1);
    format!("172.31.{}.{}", byte(0), byte(2).clamp(4, 254))
}

/// A map of jobs is written down as a list: each job knows its id.
pub(super) mod as_list {
    use super::{Arc, BTreeMap, Deserialize, Job};
    use serde::{Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        jobs: &BTreeMap<String, Arc<Job>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(jobs.values())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Arc<Job>>, D::Error> {
        let jobs = Vec::<Arc<Job>>::deserialize(deserializer)?;
        Ok(jobs.into_iter().map(|job| (job.id.clone(), job)).collect())
    }
}

/// What was asked for.
pub(super) fn spec<'r>(region: &'r Region, job: &'r Job) -> Option<&'r Spec> {
    match job.child_of() {
        Some((parent, _)) => region.jobs.get(parent)?.spec.as_ref(),
        None => job.spec.as_ref(),
    }
}

/// The name of a job's queue.
pub(super) fn queue_of<'r>(region: &'r Region, job: &'r Job) -> &'r str {
    spec(region, job).map_or("", |spec| super::short(&spec.queue))
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
    let queue = moment.batch().jobs.get(id).map(|job| queue_of(moment.batch(), job).to_owned());
    let region = moment.change();
    let (Some(queue), Some(job)) = (queue, region.jobs.get_mut(id)) else { return };
    let before = job.status;
    if before == status {
        return;
    }
    let job = Arc::make_mut(job);
    job.status = status;
    if status == Status::Runnable {
        job.runnable_since = Some(now);
    }
    let (place, parent) = (job.place(), job.child_of().map(|(parent, _)| parent.to_owned()));
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
        parent = job.child_of().map(|(parent, _)| parent.to_owned());
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
    let Some(job) = region.jobs.remove(id) else { return };
    region.orders.remove(&job.order);
    if let Shape::Array { size, .. } = job.shape {
        for index in 0..size {
            region.jobs.remove(&format!("{id}:{index}"));
        }
    }
}
