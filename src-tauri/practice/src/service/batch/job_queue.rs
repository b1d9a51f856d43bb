//! Job queues.

use super::agenda::Due;
use super::environment::Environment;
use super::size::Platform;
use super::{
    Moment, Status, instance_choice, is_name, job, page, refused, scheduling_policy, short, state_name,
    state_of, stop, tags_of, taken, wrong,
};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::json::{has, list, number, text, texts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A job queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Queue {
    pub(super) name: String,
    pub(super) enabled: bool,
    pub(super) status: Status,
    pub(super) priority: i64,
    /// Names of environments and their places, in that order.
    environments: Vec<(i64, String)>,
    pub(super) time_limits: Vec<Value>,
    pub(super) tags: BTreeMap<String, String>,
    /// The ARN of its scheduling policy; without one it is first in, first out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<String>,
    /// What each share's jobs have of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) shares: BTreeMap<String, scheduling_policy::Share>,
    /// RUNNABLE jobs in the order in which they are to run.
    #[serde(default)]
    pub(super) waiting: BTreeSet<(u64, u32)>,
}

impl Queue {
    pub(super) fn uses(&self, environment: &str) -> bool {
        self.environments.iter().any(|(_, name)| name == environment)
    }

    /// Its environments, the preferred first.
    pub(super) fn environments(&self) -> impl Iterator<Item = &String> {
        self.environments.iter().map(|(_, name)| name)
    }

    /// Where its jobs run: an environment's kind cannot change, so any of them tells.
    pub(super) fn platform(&self, environments: &BTreeMap<String, Environment>) -> Platform {
        self.environments()
            .filter_map(|name| environments.get(name)?.kind())
            .map(super::environment::Kind::platform)
            .next()
            .unwrap_or(Platform::Ec2)
    }

    fn shown(&self, moment: &Moment<'_>) -> Value {
        let order: Vec<Value> = self
            .environments
            .iter()
            .map(|(order, name)| {
                json!({ "order": order, "computeEnvironment": moment.arn(&format!("compute-environment/{name}")) })
            })
            .collect();
        let kind = match self.platform(&moment.batch().environments) {
            Platform::Fargate => "ECS_FARGATE",
            Platform::Ec2 => "ECS",
        };
        let mut shown = json!({
            "jobQueueName": self.name,
            "jobQueueArn": moment.arn(&format!("job-queue/{}", self.name)),
            "state": state_name(self.enabled),
            "status": self.status,
            "statusReason": if self.status == Status::Valid { "JobQueue Healthy" } else { "" },
            "priority": self.priority,
            "computeEnvironmentOrder": order,
            "serviceEnvironmentOrder": [],
            "jobQueueType": kind,
            "tags": self.tags,
            "jobStateTimeLimitActions": self.time_limits,
        });
        if let Some(policy) = &self.policy {
            shown["schedulingPolicyArn"] = json!(policy);
        }
        shown
    }
}

/// Reads a queue's environments: one to three, all there and VALID, all of one kind.
fn environments(moment: &Moment<'_>, input: &Value) -> Result<Vec<(i64, String)>, String> {
    let wanted = list(input, "computeEnvironmentOrder");
    if wanted.is_empty() {
        return Err("computeEnvironmentOrder is required.".to_owned());
    }
    if wanted.len() > 3 {
        return Err("Only 3 environments are allowed in job queue request.".to_owned());
    }
    let mut order = Vec::new();
    for entry in wanted {
        let name = short(text(entry, "computeEnvironment").unwrap_or_default());
        order.push((number(entry, "order").unwrap_or(0), name.to_owned()));
    }
    order.sort();
    let distinct: BTreeSet<&String> = order.iter().map(|(_, name)| name).collect();
    if distinct.len() < order.len() {
        return Err("Duplicate ComputeEnvironments within order list.".to_owned());
    }
    if order.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err("Duplicate ComputeEnvironment order values.".to_owned());
    }
    let mut platforms = BTreeSet::new();
    let mut machines = BTreeSet::new();
    for (_, name) in &order {
        let environment = moment.batch().environments.get(name).filter(|found| found.status == Status::Valid);
        let Some(environment) = environment else {
            return Err(
                "Compute Environments must be created and valid before attaching them to a job queue"
                    .to_owned(),
            );
        };
        if let Some(kind) = environment.kind() {
            platforms.insert(kind.platform().name());
            if kind.platform() == Platform::Ec2 {
                machines
                    .insert(environment.instance_types().iter().any(|name| instance_choice::is_arm(name)));
            }
        }
    }
    if platforms.len() > 1 {
        return Err("Fargate and EC2 compute environments can not be mixed.".to_owned());
    }
    if machines.len() > 1 {
        return Err("Compute environments of different architectures can not be mixed.".to_owned());
    }
    Ok(order)
}

fn time_limits(input: &Value) -> Result<Vec<Value>, String> {
    let actions = list(input, "jobStateTimeLimitActions");
    for (position, action) in actions.iter().enumerate() {
        if text(action, "action") != Some("CANCEL") {
            return Err("Invalid job action. Valid job actions: [CANCEL]".to_owned());
        }
        if text(action, "state") != Some("RUNNABLE") {
            return Err("Invalid job state. Valid job states: [RUNNABLE]".to_owned());
        }
        if !number(action, "maxTimeSeconds").is_some_and(|seconds| (600..=86_400).contains(&seconds)) {
            return Err("maxTimeSeconds should be between 600 and 86400.".to_owned());
        }
        if actions[..position].iter().any(|other| other["reason"] == action["reason"]) {
            return Err("Duplicate job state limit actions are not allowed.".to_owned());
        }
    }
    Ok(actions.to_vec())
}

fn priority(input: &Value) -> Result<Option<i64>, String> {
    match number(input, "priority") {
        Some(priority) if !(0..=1_000).contains(&priority) => {
            Err("Job Queue priority should be between 0 and 1000.".to_owned())
        }
        priority => Ok(priority),
    }
}

/// Reads a queue's scheduling policy: a queue that has one keeps one, and one without stays first in, first out
/// (API reference, CreateJobQueue).
fn policy(moment: &Moment<'_>, input: &Value, there: Option<&Queue>) -> Result<Option<String>, String> {
    let own = there.and_then(|queue| queue.policy.clone());
    let Some(arn) = text(input, "schedulingPolicyArn") else { return Ok(own) };
    let is_fifo = there.is_some_and(|queue| queue.policy.is_none());
    if arn.is_empty() {
        return if own.is_none() {
            Ok(None)
        } else {
            Err("schedulingPolicyArn cannot be removed.".to_owned())
        };
    }
    let Some(policy) = scheduling_policy::named(moment, arn) else {
        return Err(format!("SchedulingPolicy {arn} not found."));
    };
    if policy.is_quota_share() {
        return Err(
            "Quota Management feature is only supported for SageMaker Training job queues.".to_owned()
        );
    }
    if is_fifo {
        // No source for this sentence and the one above about removing; the rules are the API reference's.
        return Err("A scheduling policy cannot be added to a job queue without one.".to_owned());
    }
    Ok(Some(arn.to_owned()))
}

/// `CreateJobQueue`.
pub(super) fn create(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let name = text(input, "jobQueueName").unwrap_or_default().to_owned();
    if moment.batch().queues.contains_key(&name) {
        return Err(taken());
    }
    if moment.batch().queues.len() >= 50 {
        return Err(refused("Job Queue limit of 50 is reached."));
    }
    let read = || -> Result<Queue, String> {
        if !is_name(&name) {
            return Err("Job Queue name should match a valid pattern.".to_owned());
        }
        Ok(Queue {
            name: name.clone(),
            enabled: state_of(input)?.unwrap_or(true),
            status: Status::Creating,
            priority: priority(input)?.ok_or("Job Queue priority is required.")?,
            environments: environments(&moment, input)?,
            time_limits: time_limits(input)?,
            tags: tags_of(input),
            policy: policy(&moment, input, None)?,
            shares: BTreeMap::new(),
            waiting: BTreeSet::new(),
        })
    };
    let queue = read().map_err(|message| wrong(moment.state, moment.now, &message))?;
    moment.change().queues.insert(name.clone(), queue);
    moment.schedule(moment.later(5.0), Due::QueueSettles { name: name.clone() });
    Ok(json!({ "jobQueueName": name, "jobQueueArn": moment.arn(&format!("job-queue/{name}")) }))
}

/// A queue that was created or changed is VALID.
pub(super) fn settle(moment: &mut Moment<'_>, name: &str) {
    if let Some(queue) = moment.change().queues.get_mut(name)
        && matches!(queue.status, Status::Creating | Status::Updating)
    {
        queue.status = Status::Valid;
        moment.schedule(moment.now, Due::Dispatch);
    }
}

/// `DescribeJobQueues`.
pub(super) fn describe(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let wanted: Vec<&str> = texts(input, "jobQueues").into_iter().map(short).collect();
    let all = moment
        .batch()
        .queues
        .values()
        .filter(|queue| wanted.is_empty() || wanted.contains(&queue.name.as_str()))
        .map(|queue| queue.shown(&moment))
        .collect();
    page(input, "jobQueues", all, 100)
}

/// `UpdateJobQueue`.
pub(super) fn update(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let name = short(text(input, "jobQueue").unwrap_or_default()).to_owned();
    let Some(queue) = moment.batch().queues.get(&name) else {
        return Err(refused(format!("{name} does not exist")));
    };
    if queue.status.settles() {
        return Err(refused("Cannot update, resource is being modified."));
    }
    let read = || -> Result<Queue, String> {
        let mut changed = queue.clone();
        changed.policy = policy(&moment, input, Some(queue))?;
        changed.enabled = state_of(input)?.unwrap_or(changed.enabled);
        changed.priority = priority(input)?.unwrap_or(changed.priority);
        if has(input, "computeEnvironmentOrder") {
            changed.environments = environments(&moment, input)?;
        }
        if has(input, "jobStateTimeLimitActions") {
            changed.time_limits = time_limits(input)?;
        }
        changed.status = Status::Updating;
        Ok(changed)
    };
    let changed = read().map_err(|message| wrong(moment.state, moment.now, &message))?;
    moment.change().queues.insert(name.clone(), changed);
    moment.schedule(moment.later(3.0), Due::QueueSettles { name: name.clone() });
    Ok(json!({ "jobQueueName": name, "jobQueueArn": moment.arn(&format!("job-queue/{name}")) }))
}

/// `DeleteJobQueue`. One that is not there is no error.
pub(super) fn delete(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let name = short(text(input, "jobQueue").unwrap_or_default()).to_owned();
    let Some(queue) = moment.batch().queues.get(&name) else { return Ok(json!({})) };
    if queue.status.settles() {
        return Err(refused("Cannot delete, resource is being modified."));
    }
    if queue.enabled {
        return Err(refused("Cannot delete an enabled job queue, set the state to DISABLED first."));
    }
    if let Some(queue) = moment.change().queues.get_mut(&name) {
        queue.status = Status::Deleting;
    }
    stop::end_jobs_of_queue(&mut moment, &name);
    moment.schedule(moment.later(10.0), Due::QueueGone { name });
    Ok(json!({}))
}

/// A queue is gone once its last job has ended.
pub(super) fn gone(moment: &mut Moment<'_>, name: &str) {
    let region = moment.batch();
    if region.jobs.values().any(|job| !job.status.is_final() && job::queue_of(region, job) == name) {
        moment.schedule(moment.later(5.0), Due::QueueGone { name: name.to_owned() });
    } else {
        moment.change().queues.remove(name);
    }
}
