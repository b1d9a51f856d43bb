//! Jobs as AWS shows them.

use super::job::{Attempt, Ending, Job, Shape, Spec, Status, TaskName, spec};
use super::{Moment, hosts, refused};
use crate::ACCOUNT_ID;
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::json::texts;
use serde_json::{Map, Value, json};

impl Job {
    /// Why it is where it is: what was written down, or how its last attempt ended.
    pub(super) fn reason(&self) -> Option<&str> {
        let ended =
            || Some(self.attempts.last().filter(|_| self.status.is_final())?.ending.status_reason.as_str());
        self.status_reason.as_deref().or_else(ended)
    }

    pub(super) fn array_properties(&self, in_detail: bool) -> Option<Value> {
        match &self.shape {
            Shape::Single => None,
            Shape::Child => Some(json!({ "index": self.index() })),
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
    pub(super) fn add_course(&self, shown: &mut Value, in_detail: bool) {
        for (field, at) in [("startedAt", self.started), ("stoppedAt", self.stopped)] {
            if let Some(at) = at {
                shown[field] = json!(at);
            }
        }
        if let Some(reason) = self.reason() {
            shown["statusReason"] = json!(reason);
        }
        if let Some(properties) = self.array_properties(in_detail) {
            shown["arrayProperties"] = properties;
        }
    }

    /// An entry of ListJobs.
    pub(super) fn summary(&self, moment: &Moment<'_>) -> Value {
        let spec = spec(moment.batch(), self);
        let mut shown = json!({
            "jobArn": moment.arn(&format!("job/{}", self.id)),
            "jobId": self.id,
            "jobName": spec.map(|spec| &spec.job_name),
            "createdAt": self.created,
            "status": self.status,
            "jobDefinition": spec.map(|spec| &spec.definition),
            "isCancelled": self.cancelled,
            "isTerminated": self.terminated,
        });
        self.add_course(&mut shown, false);
        if let Some(share) = spec.and_then(|spec| spec.share.as_ref()) {
            shown["shareIdentifier"] = json!(share);
        }
        if let Some(attempt) = self.attempts.last() {
            let mut container = json!({});
            add_ending(&mut container, &attempt.ending);
            shown["container"] = container;
        }
        shown
    }

    /// An entry of DescribeJobs.
    pub(super) fn detail(&self, moment: &Moment<'_>) -> Option<Value> {
        let spec = spec(moment.batch(), self)?;
        let mut retry = spec.retry.clone().unwrap_or_else(|| json!({ "attempts": 1 }));
        if retry.get("evaluateOnExit").is_none() {
            retry["evaluateOnExit"] = json!([]);
        }
        let attempts: Vec<Value> = (1..)
            .zip(&self.attempts)
            .map(|(number, attempt)| {
                attempt.shown(&TaskName::of(moment.state.seed(), self, spec, number), moment)
            })
            .collect();
        let mut shown = json!({
            "jobArn": moment.arn(&format!("job/{}", self.id)),
            "jobName": spec.job_name,
            "jobId": self.id,
            "jobQueue": spec.queue,
            "status": self.status,
            "attempts": attempts,
            "createdAt": self.created,
            "retryStrategy": retry,
            "dependsOn": self.depends_on,
            "jobDefinition": spec.definition,
            "parameters": spec.parameters,
            "tags": spec.tags,
            "propagateTags": spec.propagate_tags,
            "platformCapabilities": [spec.platform.name()],
            "eksAttempts": [],
            "isCancelled": self.cancelled,
            "isTerminated": self.terminated,
        });
        self.add_course(&mut shown, true);
        if let Some(seconds) = spec.timeout {
            shown["timeout"] = json!({ "attemptDurationSeconds": seconds });
        }
        if let Some(priority) = spec.priority {
            shown["schedulingPriority"] = json!(priority);
        }
        if let Some(share) = &spec.share {
            shown["shareIdentifier"] = json!(share);
        }
        let mut container = json!({});
        if let Some(task) = &self.task {
            let started = self.status == Status::Running;
            TaskName::of(moment.state.seed(), self, spec, task.number).add_to(
                &mut container,
                moment.region,
                &task.cluster,
                started,
            );
            add_host(&mut container, moment, &task.cluster, task.host.as_deref());
        } else if let Some(attempt) = self.attempts.last() {
            let number = u32::try_from(self.attempts.len()).unwrap_or(u32::MAX);
            add_ending(&mut container, &attempt.ending);
            let name = TaskName::of(moment.state.seed(), self, spec, number);
            name.add_to(&mut container, moment.region, &attempt.cluster, attempt.started.is_some());
            add_host(&mut container, moment, &attempt.cluster, attempt.host.as_deref());
        }
        // A job of several containers has no container of its own (API reference, JobDetail).
        if let Some(ecs) = &spec.ecs {
            shown["ecsProperties"] = ecs_detail(ecs, spec, &container);
            return Some(shown);
        }
        let mut full = spec.container.clone();
        full["command"] = json!(spec.command);
        full["networkInterfaces"] = json!([]);
        for (field, value) in container.as_object().into_iter().flatten() {
            full[field] = value.clone();
        }
        shown["container"] = full;
        Some(shown)
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
        .filter_map(|job| job.detail(&moment))
        .collect();
    Ok(json!({ "jobs": jobs }))
}

pub(super) fn ecs_detail(ecs: &Value, spec: &Spec, course: &Value) -> Value {
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

pub(super) fn add_ending(shown: &mut Value, ending: &Ending) {
    if let Some(code) = ending.exit_code {
        shown["exitCode"] = json!(code);
    }
    if let Some(reason) = &ending.reason {
        shown["reason"] = json!(reason);
    }
}

/// Adds the container instance, as ECS calls a host.
fn add_host(shown: &mut Value, moment: &Moment<'_>, cluster: &str, host: Option<&str>) {
    let Some(host) = host else { return };
    let id = hosts::container_instance(moment.state.seed(), host);
    let region = moment.region;
    shown["containerInstanceArn"] =
        json!(format!("arn:aws:ecs:{region}:{ACCOUNT_ID}:container-instance/{cluster}/{id}"));
}

impl TaskName {
    /// Adds what AWS shows of it. There is a log only once the container has started.
    fn add_to(&self, shown: &mut Value, region: &str, cluster: &str, started: bool) {
        shown["taskArn"] = json!(format!("arn:aws:ecs:{region}:{ACCOUNT_ID}:task/{cluster}/{}", self.id));
        if let Some((_, stream)) = self.log.as_ref().filter(|_| started) {
            shown["logStreamName"] = json!(stream);
        }
        if let Some(ip) = &self.private_ip {
            shown["networkInterfaces"] = json!([{ "attachmentId": self.id, "privateIpv4Address": ip }]);
        }
    }
}

impl Attempt {
    fn shown(&self, name: &TaskName, moment: &Moment<'_>) -> Value {
        let mut container = json!({ "networkInterfaces": [] });
        add_ending(&mut container, &self.ending);
        name.add_to(&mut container, moment.region, &self.cluster, self.started.is_some());
        add_host(&mut container, moment, &self.cluster, self.host.as_deref());
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
