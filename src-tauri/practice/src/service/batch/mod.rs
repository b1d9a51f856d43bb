//! AWS Batch.
//!
//! ```text
//! request ─► handler ─► Region (environments, queues, definitions, jobs) ─► agenda: what falls due, and when
//!                          ▲                                                  │
//!                          └──────────────── agenda::work_off ◄── catch_up ◄──┘
//! ```
//!
//! Nothing happens by itself. A handler writes down what will fall due; before the next request, whatever it
//! is, [`catch_up`] works off what fell due meanwhile in the order of its time stamps. So the account is the
//! same whether it was asked once an hour or a hundred times a second.

mod agenda;
mod array;
mod attempt;
mod compute_environment;
mod connections;
mod container;
mod disk;
mod dispatch;
mod environment;
mod environment_rules;
mod fate;
mod hosts;
mod instance_choice;
mod instances;
mod interfaces;
mod job;
mod job_definition;
mod job_queue;
mod list;
mod retry;
mod scheduling_policy;
mod secrets;
mod show;
mod size;
mod stop;
mod submit;
mod tags;
mod volumes;
mod world;

pub(crate) use instances::{Instance, instances};
pub(crate) use interfaces::{Holder, interfaces};
pub(crate) use tags::of_thing as tags_of_thing;
pub(crate) use world::{batch_service_linked_role, role_arn};

use super::{Call, json};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::ids;
use crate::state::State;
use crate::time::Millis;
use agenda::Due;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// What the account remembers of it, by region.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Batch {
    regions: BTreeMap<String, Region>,
}

/// One region's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Region {
    environments: BTreeMap<String, environment::Environment>,
    queues: BTreeMap<String, job_queue::Queue>,
    policies: BTreeMap<String, scheduling_policy::Policy>,
    definitions: BTreeMap<String, job_definition::Family>,
    /// Shared until written to: one job's step must not copy a hundred thousand others.
    #[serde(with = "job::as_list")]
    jobs: BTreeMap<String, Arc<job::Job>>,
    /// Top-level jobs by their place in the order of submission.
    orders: BTreeMap<u64, String>,
    /// How many jobs were submitted so far; jobs run in this order.
    submitted: u64,
    /// What falls due, in order of time.
    agenda: BTreeSet<(Millis, Due)>,
    /// Whether the scheduler will look again at what a quota held back.
    trying_again: bool,
    /// Which jobs wait for a job.
    dependents: BTreeMap<String, BTreeSet<String>>,
}

impl Region {
    /// The job that stands at a place in a queue's line.
    fn id_at(&self, (order, index): (u64, u32)) -> Option<String> {
        let id = self.orders.get(&order)?;
        Some(if self.jobs.get(id)?.is_array() { format!("{id}:{index}") } else { id.clone() })
    }
}

/// The calls it knows.
pub const CALLS: &[Call] = &[
    json("CancelJob", stop::cancel_job),
    json("CancelJobs", stop::cancel_jobs),
    json("CreateComputeEnvironment", compute_environment::create),
    json("CreateJobQueue", job_queue::create),
    json("CreateSchedulingPolicy", scheduling_policy::create),
    json("DeleteComputeEnvironment", compute_environment::delete),
    json("DeleteJobQueue", job_queue::delete),
    json("DeleteSchedulingPolicy", scheduling_policy::delete),
    json("DeregisterJobDefinition", job_definition::deregister),
    json("DescribeComputeEnvironments", compute_environment::describe),
    json("DescribeJobDefinitions", job_definition::describe),
    json("DescribeJobQueues", job_queue::describe),
    json("DescribeJobs", show::describe_jobs),
    json("DescribeSchedulingPolicies", scheduling_policy::describe),
    json("GetJobQueueSnapshot", list::get_job_queue_snapshot),
    json("ListJobs", list::list_jobs),
    json("ListSchedulingPolicies", scheduling_policy::list_policies),
    json("ListTagsForResource", tags::list_tags_for_resource),
    json("RegisterJobDefinition", job_definition::register),
    json("SubmitJob", submit::submit_job),
    json("TagResource", tags::tag_resource),
    json("TerminateJob", stop::terminate_job),
    json("TerminateJobs", stop::terminate_jobs),
    json("UntagResource", tags::untag_resource),
    json("UpdateComputeEnvironment", compute_environment::update),
    json("UpdateJobQueue", job_queue::update),
    json("UpdateSchedulingPolicy", scheduling_policy::update),
];

/// Works off what fell due up to `now`; writes nothing when nothing did.
pub fn catch_up(state: &mut State, now: Millis) {
    let due = |region: &Region| region.agenda.first().is_some_and(|(at, _)| *at <= now);
    let regions: Vec<String> =
        state.batch.regions.iter().filter(|(_, region)| due(region)).map(|(name, _)| name.clone()).collect();
    for region in regions {
        agenda::work_off(state, &region, now);
    }
}

/// A moment in a region of the account: what handlers and due events work on.
struct Moment<'a> {
    state: &'a mut State,
    region: &'a str,
    now: Millis,
}

static NOTHING: LazyLock<Region> = LazyLock::new(Region::default);

impl<'a> Moment<'a> {
    fn of(account: &'a mut Account<'_>) -> Self {
        Self { now: account.now, region: account.region, state: account.state }
    }

    /// The region, to read.
    fn batch(&self) -> &Region {
        self.state.batch.regions.get(self.region).unwrap_or(&NOTHING)
    }

    /// The region, to write.
    fn change(&mut self) -> &mut Region {
        self.state.batch.regions.entry(self.region.to_owned()).or_default()
    }

    /// Where new identifiers come from.
    fn change_ids(&mut self) -> &mut ids::Ids {
        &mut self.state.ids
    }

    /// The moment that comes so many seconds later, at AWS's speed.
    fn later(&self, seconds: f64) -> Millis {
        self.now.plus(self.state.settings.paced(seconds))
    }

    fn schedule(&mut self, at: Millis, due: Due) {
        self.change().agenda.insert((at, due));
    }

    fn arn(&self, resource: &str) -> String {
        arn(self.region, resource)
    }

    /// A number between 0 and 1 that belongs to `of` and nothing else: no two jobs take equally long, and each
    /// takes as long in every repetition.
    #[allow(clippy::cast_precision_loss, reason = "32 bits fit a double exactly")]
    fn jitter(&self, of: &str) -> f64 {
        let digest = ids::digest_hex(self.state.seed(), of);
        u32::from_str_radix(&digest[..8], 16).map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
    }
}

fn arn(region: &str, resource: &str) -> String {
    format!("arn:aws:batch:{region}:{ACCOUNT_ID}:{resource}")
}

/// The last part of a name or an ARN: `q` of `arn:aws:batch:…:job-queue/q`.
fn short(name: &str) -> &str {
    if name.starts_with("arn:") { name.rsplit('/').next().unwrap_or(name) } else { name }
}

/// Batch's one code for everything that is the client's mistake.
fn refused(message: impl Into<String>) -> Fault {
    Fault::new("ClientException", message)
}

/// A mistake that Batch's control plane wraps in this sentence.
fn wrong(state: &State, now: Millis, message: &str) -> Fault {
    let id = ids::uuid(state.seed(), &format!("{}/{message}", now.0));
    refused(format!("Error executing request, Exception : {message}, RequestId: {id}"))
}

/// What is created under a name that is there already.
fn taken() -> Fault {
    Fault::with_status(409, "ClientException", "Object already exists.")
}

/// Names of environments, queues, definitions and jobs.
fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// The tags of a request.
fn tags_of(input: &Value) -> BTreeMap<String, String> {
    crate::wire::json::object(input, "tags")
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// `ENABLED` or `DISABLED`.
fn state_of(input: &Value) -> Result<Option<bool>, &'static str> {
    match crate::wire::json::text(input, "state") {
        None => Ok(None),
        Some("ENABLED") => Ok(Some(true)),
        Some("DISABLED") => Ok(Some(false)),
        Some(_) => Err("state should be one of [ENABLED, DISABLED]"),
    }
}

fn state_name(enabled: bool) -> &'static str {
    if enabled { "ENABLED" } else { "DISABLED" }
}

/// Where an environment or a queue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Creating,
    Updating,
    Deleting,
    Valid,
    Invalid,
}

impl Status {
    fn settles(self) -> bool {
        matches!(self, Self::Creating | Self::Updating | Self::Deleting)
    }
}

/// One page of a list: at most `maxResults` from the position that `nextToken` names.
fn page(input: &Value, field: &str, mut all: Vec<Value>, most: usize) -> Result<Value, Fault> {
    use crate::wire::json::{number, text};
    let size = number(input, "maxResults").and_then(|size| usize::try_from(size).ok()).unwrap_or(most);
    let size = size.clamp(1, most);
    let start = match text(input, "nextToken").filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => token.parse::<usize>().map_err(|_| refused("nextToken is not valid"))?,
    };
    let more = all.len() > start.saturating_add(size);
    all.drain(..start.min(all.len()));
    all.truncate(size);
    let mut answer = serde_json::json!({ field: all });
    if more {
        answer["nextToken"] = Value::String((start + size).to_string());
    }
    Ok(answer)
}

#[cfg(test)]
mod tests;
