//! SubmitJob, and what happens to a job until it is RUNNABLE.

use super::agenda::Due;
use super::container;
use super::job::{self, Dependency, Job, Shape, Spec, Status};
use super::size::Size;
use super::{
    Moment, Region, is_name, job_definition, job_queue, refused, scheduling_policy, short, tags_of, wrong,
};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::json::{flag, has, list, number, object, text, texts};
use serde_json::{Value, json};
use std::sync::Arc;

/// The status reason of a job whose dependency failed.
pub(super) const DEPENDENCY_FAILED: &str = "Dependent Job failed";

/// How far a job's dependencies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Waiting,
    Met,
    Failed,
}

/// `SubmitJob`.
pub(super) fn submit_job(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    if input.to_string().len() > 30 * 1_024 {
        return Err(refused("SubmitJob payload should be at most 30 KiB."));
    }
    let job = {
        let moment = Moment::of(account);
        read(&moment, input)?
    };
    let id = account.state.ids.uuid();
    let mut moment = Moment::of(account);
    let region = moment.change();
    region.submitted += 1;
    let job = Job { id: id.clone(), order: region.submitted, ..job };
    remember_dependencies(region, &job);
    let name = text(input, "jobName").unwrap_or_default();
    region.orders.insert(job.order, id.clone());
    region.jobs.insert(id.clone(), Arc::new(job));
    let looked_at = moment.later(0.8 + 0.8 * moment.jitter(&id));
    moment.schedule(looked_at, Due::Evaluate { job: id.clone() });
    Ok(json!({ "jobArn": moment.arn(&format!("job/{id}")), "jobName": name, "jobId": id }))
}

fn read(moment: &Moment<'_>, input: &Value) -> Result<Job, Fault> {
    let say = |message: &str| wrong(moment.state, moment.now, message);
    let name = text(input, "jobName").unwrap_or_default();
    if !is_name(name) {
        return Err(say("Job name should match valid pattern"));
    }
    let queue = queue(moment, input)?;
    let wanted = text(input, "jobDefinition").unwrap_or_default();
    let Some(definition) = job_definition::find(moment, wanted) else {
        return Err(refused(format!("JobDefinition {wanted} not found.")));
    };
    if definition.platform != queue.platform(&moment.batch().environments) {
        return Err(refused(format!(
            "Job Queue is attached to Compute Environment that can not run Jobs with capability {}.",
            definition.platform.name()
        )));
    }
    let share = share(input, queue).map_err(refused)?;
    let priority = number(input, "schedulingPriorityOverride").or(definition.priority);
    if priority.is_some_and(|priority| !(0..=9_999).contains(&priority)) {
        return Err(say("Scheduling priority must be between 0 and 9999."));
    }
    if share.is_some() && priority.is_none() {
        // nextflow-io/nextflow 3505 (GitHub).
        return Err(refused(
            "Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.",
        ));
    }
    let overrides = match (&definition.ecs, has(input, "containerOverrides")) {
        (Some(_), true) => {
            return Err(refused(
                "containerOverrides is not applicable for a job definition with ecsProperties.",
            ));
        }
        (Some(_), false) => ecs_overrides(&input["ecsPropertiesOverride"], &definition.container),
        (None, _) => input.get("containerOverrides").cloned().unwrap_or(Value::Null),
    };
    for variable in list(&overrides, "environment") {
        container::check_variable(variable).map_err(|message| say(&message))?;
    }
    let merged = container::overridden(&definition.container, &overrides);
    let size = Size::of(&merged, definition.platform)
        .and_then(|size| size.check(definition.platform).map(|()| size));
    let size = size.map_err(refused)?;
    let mut parameters = definition.parameters.clone();
    parameters.extend(object(input, "parameters").cloned().unwrap_or_default());
    let command = container::substituted(&texts(&merged, "command"), &parameters).map_err(refused)?;
    let spec = Spec {
        job_name: name.to_owned(),
        queue: moment.arn(&format!("job-queue/{}", queue.name)),
        definition: definition.arn(moment.region),
        definition_name: definition.name.clone(),
        platform: definition.platform,
        size,
        container: merged,
        command,
        ecs: definition.ecs.clone(),
        parameters,
        retry: job_definition::retry_strategy(input)
            .map_err(|message| say(&message))?
            .or(definition.retry.clone()),
        timeout: job_definition::timeout(input).map_err(|message| say(&message))?.or(definition.timeout),
        propagate_tags: flag(input, "propagateTags").or(definition.propagate_tags).unwrap_or(false),
        priority,
        share,
        tags: tags_of(input),
        override_bytes: if overrides.is_null() { 0 } else { overrides.to_string().len() },
    };
    let shape = match input.get("arrayProperties").and_then(|array| number(array, "size")) {
        None => Shape::Single,
        Some(size) => match u32::try_from(size) {
            Ok(size @ 2..=10_000) => Shape::Array { size, counts: [0; 7], counted: moment.now, made: false },
            _ => return Err(say("Array size should be between 2 and 10000.")),
        },
    };
    let depends_on = dependencies(moment.batch(), input, &shape).map_err(|message| say(&message))?;
    Ok(Job {
        id: String::new(),
        order: 0,
        shape,
        spec: Some(spec),
        depends_on,
        status: Status::Submitted,
        status_reason: None,
        created: moment.now,
        runnable_since: None,
        started: None,
        stopped: None,
        attempts: Vec::new(),
        task: None,
        cancelled: false,
        terminated: false,
        head_is_watched: false,
    })
}

/// A queue with a policy wants to know whose job it is (boto/boto3 3158, GitHub), one without refuses to hear it.
fn share(input: &Value, queue: &job_queue::Queue) -> Result<Option<String>, String> {
    let share = text(input, "shareIdentifier").filter(|share| !share.is_empty());
    if queue.policy.is_none() {
        if share.is_some() || has(input, "schedulingPriorityOverride") {
            return Err(
                "Job with shareIdentifier or schedulingPriority can onlybe submitted to job queue with fair share \
                 scheduling policy."
                    .to_owned(),
            );
        }
        return Ok(None);
    }
    let share = share.ok_or("shareIdentifier must be specified.")?;
    scheduling_policy::check_share(share)?;
    Ok(Some(share.to_owned()))
}

fn queue<'m>(moment: &'m Moment<'_>, input: &Value) -> Result<&'m job_queue::Queue, Fault> {
    let wanted = text(input, "jobQueue").unwrap_or_default();
    let Some(queue) = moment.batch().queues.get(short(wanted)) else {
        return Err(refused(format!("JobQueue {wanted} not found.")));
    };
    if !queue.enabled || queue.status == super::Status::Deleting {
        return Err(refused(format!("JobQueue {wanted} is not in ENABLED state.")));
    }
    Ok(queue)
}

/// The overrides for the container that a job stands and falls with.
fn ecs_overrides(overrides: &Value, main: &Value) -> Value {
    let task = list(overrides, "taskProperties").first();
    let named = |container: &&Value| container.get("name") == main.get("name") || main.get("name").is_none();
    task.and_then(|task| list(task, "containers").iter().find(named)).cloned().unwrap_or(Value::Null)
}

fn dependencies(region: &Region, input: &Value, shape: &Shape) -> Result<Vec<Dependency>, String> {
    let wanted = list(input, "dependsOn");
    if wanted.len() > 20 {
        return Err("Only 20 job dependencies are allowed.".to_owned());
    }
    let size_of = |job: &Job| match job.shape {
        Shape::Array { size, .. } => Some(size),
        _ => None,
    };
    let own_size = match shape {
        Shape::Array { size, .. } => Some(*size),
        _ => None,
    };
    let mut all = Vec::new();
    for entry in wanted {
        let (job_id, kind) = (text(entry, "jobId").map(short), text(entry, "type"));
        match (job_id, kind) {
            (None, Some("SEQUENTIAL")) if own_size.is_some() => {}
            (None, _) => {
                return Err("A dependency without jobId should be SEQUENTIAL, on an array job.".to_owned());
            }
            (Some(id), kind) => {
                let Some(job) = region.jobs.get(id) else {
                    return Err(format!("Dependent job {id} does not exist."));
                };
                match kind {
                    None | Some("SEQUENTIAL") => {}
                    Some("N_TO_N") if own_size.is_some() && size_of(job) == own_size => {}
                    Some("N_TO_N") => {
                        return Err(format!(
                            "N_TO_N dependency on {id} should be between array jobs of one size."
                        ));
                    }
                    Some(other) => return Err(format!("Dependency type {other} is not valid.")),
                }
            }
        }
        // A dependency on a job that is called SEQUENTIAL is an ordinary one: the whole job comes first.
        let kind = kind.filter(|kind| *kind == "N_TO_N" || job_id.is_none());
        all.push(Dependency { job_id: job_id.map(str::to_owned), kind: kind.map(str::to_owned) });
    }
    Ok(all)
}

/// Has a job called when one that it waits for ends. What binds child to child calls the children.
pub(super) fn remember_dependencies(region: &mut Region, job: &Job) {
    for on in job.depends_on.iter().filter(|on| on.kind.is_none()).filter_map(|on| on.job_id.as_ref()) {
        if region.jobs.get(on).is_some_and(|on| !on.status.is_final()) || job.is_child() {
            region.dependents.entry(on.clone()).or_default().insert(job.id.clone());
        }
    }
}

/// How far these dependencies are.
pub(super) fn standing(region: &Region, on: &[Dependency]) -> Standing {
    let mut standing = Standing::Met;
    for id in on.iter().filter_map(|on| on.job_id.as_ref()) {
        match region.jobs.get(id).map(|job| job.status) {
            Some(Status::Failed) => return Standing::Failed,
            Some(Status::Succeeded) => {}
            Some(_) => standing = Standing::Waiting,
            None => {
                // A child that its array has not made yet, or a job that the history has forgotten.
                let parent = id.split_once(':').and_then(|(parent, _)| region.jobs.get(parent));
                match parent.map(|parent| parent.status) {
                    Some(Status::Failed) => return Standing::Failed,
                    Some(status) if !status.is_final() => standing = Standing::Waiting,
                    _ => {}
                }
            }
        }
    }
    standing
}

/// A job's dependencies are looked at.
pub(super) fn evaluate(moment: &mut Moment<'_>, id: &str) {
    let Some(job) = moment.batch().jobs.get(id) else { return };
    if !matches!(job.status, Status::Submitted | Status::Pending) {
        return;
    }
    match standing(moment.batch(), &job.depends_on) {
        Standing::Failed => job::finish(moment, id, Status::Failed, Some(DEPENDENCY_FAILED)),
        Standing::Waiting => job::move_to(moment, id, Status::Pending),
        Standing::Met => {
            job::move_to(moment, id, Status::Runnable);
            let noticed = moment.later(2.0 + 2.0 * moment.jitter(&format!("schedule/{id}")));
            moment.schedule(noticed, Due::Dispatch);
        }
    }
}
