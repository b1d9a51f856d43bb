//! Job definitions and their revisions.

use super::container;
use super::size::Platform;
use super::{Moment, is_name, page, refused, retry, short, tags_of, wrong};
use crate::account::Account;
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{flag, has, list, number, object, text, texts};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Inactive definitions are kept for 180 days.
const INACTIVE_KEPT: i64 = 180 * 86_400_000;

/// All revisions of a name. Numbers are never used again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Family {
    last: u32,
    pub(super) revisions: BTreeMap<u32, Arc<Definition>>,
}

/// One revision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) revision: u32,
    pub(super) platform: Platform,
    /// Whether the request said where it runs.
    platform_given: bool,
    /// The container that decides how a job ends.
    pub(super) container: Value,
    /// `ecsProperties`, when it was registered with those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ecs: Option<Value>,
    pub(super) parameters: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retry: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timeout: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) propagate_tags: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) priority: Option<i64>,
    pub(super) tags: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deregistered: Option<Millis>,
}

impl Definition {
    pub(super) fn is_active(&self) -> bool {
        self.deregistered.is_none()
    }

    pub(super) fn arn(&self, region: &str) -> String {
        super::arn(region, &format!("job-definition/{}:{}", self.name, self.revision))
    }

    fn is_kept(&self, now: Millis) -> bool {
        self.deregistered.is_none_or(|then| now.since(then) < INACTIVE_KEPT)
    }

    fn shown(&self, region: &str) -> Value {
        let mut shown = json!({
            "jobDefinitionName": self.name,
            "jobDefinitionArn": self.arn(region),
            "revision": self.revision,
            "status": if self.is_active() { "ACTIVE" } else { "INACTIVE" },
            "type": "container",
            "parameters": self.parameters,
            "tags": self.tags,
            "containerOrchestrationType": "ECS",
        });
        match &self.ecs {
            Some(ecs) => shown["ecsProperties"] = ecs.clone(),
            None => shown["containerProperties"] = self.container.clone(),
        }
        if self.platform_given {
            shown["platformCapabilities"] = json!([self.platform.name()]);
        }
        if let Some(retry) = &self.retry {
            shown["retryStrategy"] = retry.clone();
        }
        if let Some(seconds) = self.timeout {
            shown["timeout"] = json!({ "attemptDurationSeconds": seconds });
        }
        if let Some(propagate) = self.propagate_tags {
            shown["propagateTags"] = json!(propagate);
        }
        if let Some(priority) = self.priority {
            shown["schedulingPriority"] = json!(priority);
        }
        shown
    }
}

/// What is wrong with a timeout.
pub(super) fn timeout(input: &Value) -> Result<Option<i64>, String> {
    let Some(timeout) = input.get("timeout").filter(|timeout| timeout.is_object()) else { return Ok(None) };
    match number(timeout, "attemptDurationSeconds") {
        Some(seconds) if seconds < 60 => {
            Err("attemptDurationSeconds should be at least 60 seconds.".to_owned())
        }
        seconds => Ok(seconds),
    }
}

/// What is wrong with a retry strategy.
pub(super) fn retry_strategy(input: &Value) -> Result<Option<Value>, String> {
    let Some(strategy) = input.get("retryStrategy").filter(|strategy| strategy.is_object()) else {
        return Ok(None);
    };
    retry::check(strategy)?;
    Ok(Some(strategy.clone()))
}

/// The container of `ecsProperties` that a job stands and falls with, in the shape of `containerProperties`.
pub(super) fn main_container(ecs: &Value) -> Result<Value, String> {
    let task = list(ecs, "taskProperties").first().ok_or("ecsProperties should have one taskProperties.")?;
    let containers = list(task, "containers");
    let main = containers.iter().find(|container| flag(container, "essential") != Some(false));
    let mut container = main.or(containers.first()).ok_or("Containers are required.")?.clone();
    for (field, named) in [
        ("executionRoleArn", "executionRoleArn"),
        ("taskRoleArn", "jobRoleArn"),
        ("networkConfiguration", "networkConfiguration"),
        ("runtimePlatform", "runtimePlatform"),
        ("ephemeralStorage", "ephemeralStorage"),
        ("volumes", "volumes"),
    ] {
        if has(task, field) {
            container[named] = task[field].clone();
        }
    }
    Ok(container)
}

fn read(input: &Value, name: &str) -> Result<Definition, String> {
    if !is_name(name) {
        return Err("Job Definition name should match a valid pattern.".to_owned());
    }
    let capabilities = texts(input, "platformCapabilities");
    let platform = match capabilities.as_slice() {
        [] | ["EC2"] => Platform::Ec2,
        ["FARGATE"] => Platform::Fargate,
        _ => return Err("platformCapabilities should be one of [EC2, FARGATE].".to_owned()),
    };
    match text(input, "type") {
        Some("container") => {}
        Some("multinode") if platform == Platform::Fargate => {
            return Err("Fargate does not support MNP jobs".to_owned());
        }
        Some("multinode") => return Err("The practice account has no multi-node jobs.".to_owned()),
        _ => return Err("type should be one of [container, multinode].".to_owned()),
    }
    if has(input, "containerProperties") && has(input, "ecsProperties") {
        return Err("Cannot use both ECS containerProperties and ecsProperties".to_owned());
    }
    let (properties, ecs) = if has(input, "ecsProperties") {
        (main_container(&input["ecsProperties"])?, Some(input["ecsProperties"].clone()))
    } else if has(input, "containerProperties") {
        (input["containerProperties"].clone(), None)
    } else {
        return Err("One of containerProperties, ecsProperties is required.".to_owned());
    };
    container::check(&properties, platform)?;
    if number(input, "schedulingPriority").is_some_and(|priority| !(0..=9_999).contains(&priority)) {
        return Err("Scheduling priority must be between 0 and 9999.".to_owned());
    }
    Ok(Definition {
        name: name.to_owned(),
        revision: 0,
        platform,
        platform_given: !capabilities.is_empty(),
        container: container::normal(&properties, platform),
        ecs,
        parameters: object(input, "parameters").cloned().unwrap_or_default(),
        retry: retry_strategy(input)?,
        timeout: timeout(input)?,
        propagate_tags: flag(input, "propagateTags"),
        priority: number(input, "schedulingPriority"),
        tags: tags_of(input),
        deregistered: None,
    })
}

/// `RegisterJobDefinition`: a new revision each time, also of what is there already.
pub(super) fn register(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let name = text(input, "jobDefinitionName").unwrap_or_default();
    let mut definition = read(input, name).map_err(|message| wrong(account.state, account.now, &message))?;
    if input.to_string().len() > 24 * 1_024 {
        return Err(refused("Job definition size should be at most 24 KiB."));
    }
    let mut moment = Moment::of(account);
    let family = moment.change().definitions.entry(name.to_owned()).or_default();
    family.last += 1;
    definition.revision = family.last;
    let arn = definition.arn(moment.region);
    let revision = definition.revision;
    if let Some(family) = moment.change().definitions.get_mut(name) {
        family.revisions.insert(revision, Arc::new(definition));
    }
    Ok(json!({ "jobDefinitionName": name, "jobDefinitionArn": arn, "revision": revision }))
}

/// Name and revision of `name`, `name:3` or an ARN.
fn reference(text: &str) -> (&str, Option<u32>) {
    match short(text).split_once(':') {
        Some((name, revision)) => (name, Some(revision.parse().unwrap_or(0))),
        None => (short(text), None),
    }
}

/// The definition that a submission names: that revision, or the latest active one.
pub(super) fn find(moment: &Moment<'_>, wanted: &str) -> Option<Arc<Definition>> {
    let (name, revision) = reference(wanted);
    let family = moment.batch().definitions.get(name)?;
    match revision {
        Some(revision) => family.revisions.get(&revision),
        None => family.revisions.values().rev().find(|definition| definition.is_active()),
    }
    .filter(|definition| definition.is_active())
    .cloned()
}

/// `DeregisterJobDefinition`. One that is not there is no error.
pub(super) fn deregister(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let mut moment = Moment::of(account);
    let now = moment.now;
    let (name, revision) = reference(text(input, "jobDefinition").unwrap_or_default());
    let Some(revision) = revision else {
        return Err(refused("JobDefinition must be given with its revision, as name:revision or as an ARN."));
    };
    if let Some(definition) =
        moment.change().definitions.get_mut(name).and_then(|family| family.revisions.get_mut(&revision))
        && definition.is_active()
    {
        Arc::make_mut(definition).deregistered = Some(now);
    }
    Ok(json!({}))
}

/// `DescribeJobDefinitions`.
pub(super) fn describe(account: &mut Account<'_>, input: &Value) -> Result<Value, Fault> {
    let moment = Moment::of(account);
    let wanted: Vec<(&str, Option<u32>)> =
        texts(input, "jobDefinitions").into_iter().map(reference).collect();
    let (name, status) = (text(input, "jobDefinitionName").map(short), text(input, "status"));
    let fits = |definition: &Definition| {
        (wanted.is_empty()
            || wanted.iter().any(|(name, revision)| {
                definition.name == *name && revision.is_none_or(|revision| revision == definition.revision)
            }))
            && name.is_none_or(|name| definition.name == name)
            && status.is_none_or(|status| (status == "ACTIVE") == definition.is_active())
            && definition.is_kept(moment.now)
    };
    let all = moment
        .batch()
        .definitions
        .values()
        .flat_map(|family| family.revisions.values().rev())
        .filter(|definition| fits(definition))
        .map(|definition| definition.shown(moment.region))
        .collect();
    page(input, "jobDefinitions", all, 100)
}
