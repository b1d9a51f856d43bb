//! What AWS Batch's calls are about.

use super::asked::Asked;
use super::need::Brought;
use crate::service::batch::{batch_service_linked_role, role_arn};
use crate::service::iam::{instance_profile, role_by_arn};
use crate::wire::json::{flag, list, text};
use serde_json::Value;

/// The things of a kind that a call names.
pub(super) fn named(asked: &Asked<'_>, kind: &str) -> Vec<String> {
    let of = |name: &str| if name.starts_with("arn:") { name.to_owned() } else { asked.arn(kind, &[name]) };
    let all = |names: &[&str]| -> Vec<String> {
        names.iter().filter_map(|field| asked.text(field)).map(of).collect()
    };
    if let Some(arn) = asked.text("resourceArn") {
        return if kind_of(arn) == Some(kind) { vec![arn.to_owned()] } else { Vec::new() };
    }
    match kind {
        "compute-environment" => {
            let order = asked.json("computeEnvironmentOrder").as_array().into_iter().flatten();
            let ordered = order.filter_map(|one| text(one, "computeEnvironment")).map(of);
            all(&["computeEnvironmentName", "computeEnvironment"]).into_iter().chain(ordered).collect()
        }
        "job-queue" => all(&["jobQueueName", "jobQueue"]),
        "scheduling-policy" if asked.operation == "CreateSchedulingPolicy" => all(&["name"]),
        "scheduling-policy" => all(&["arn", "schedulingPolicyArn"]),
        "job-definition" if asked.operation == "RegisterJobDefinition" => all(&["jobDefinitionName"]),
        // A definition without a number is its newest revision, and what is asked about is what was sent.
        "job-definition" => definition(asked)
            .filter(|(_, revision)| revision.is_none())
            .map(|(whole, _)| of(whole))
            .into_iter()
            .collect(),
        "job-definition-revision" => {
            let numbered = definition(asked).filter(|(_, revision)| revision.is_some());
            numbered
                .map(|(whole, revision)| {
                    match whole.strip_suffix(&format!(":{}", revision.unwrap_or_default())) {
                        Some(name) if !whole.starts_with("arn:") => {
                            asked.arn(kind, &[name, revision.unwrap_or("*")])
                        }
                        _ => whole.to_owned(),
                    }
                })
                .into_iter()
                .collect()
        }
        // The identifier of a job that is submitted is not known yet.
        "job" => all(&["jobId"]).into_iter().chain(asked.texts("jobs").into_iter().map(of)).collect(),
        _ => Vec::new(),
    }
}

/// The job definition of the call, and the revision in it.
fn definition<'a>(asked: &Asked<'a>) -> Option<(&'a str, Option<&'a str>)> {
    let whole = asked.text("jobDefinition")?;
    let name = whole.rsplit('/').next().unwrap_or(whole);
    Some((whole, name.split_once(':').map(|(_, revision)| revision)))
}

/// The kind of thing that an ARN names. Definitions have no tags, only their revisions have.
fn kind_of(arn: &str) -> Option<&str> {
    let (kind, _) = arn.splitn(6, ':').nth(5)?.split_once('/')?;
    Some(if kind == "job-definition" { "job-definition-revision" } else { kind })
}

/// What the call brings: tags, and what a definition's conditions ask for.
pub(super) fn brought(asked: &Asked<'_>) -> Brought {
    let container = asked.json("containerProperties");
    let logs = &container["logConfiguration"];
    let option = |name: &str| text(&logs["options"], name);
    let mut keys = Vec::new();
    let mut add = |key, value: Option<&str>| keys.extend(value.map(|value| (key, value.to_owned())));
    add("batch:ShareIdentifier", asked.text("shareIdentifier"));
    add("batch:Image", text(container, "image"));
    add("batch:User", text(container, "user"));
    add("batch:LogDriver", text(logs, "logDriver"));
    add("batch:AWSLogsGroup", option("awslogs-group"));
    add("batch:AWSLogsRegion", option("awslogs-region"));
    add("batch:AWSLogsStreamPrefix", option("awslogs-stream-prefix"));
    add("batch:AWSLogsCreateGroup", option("awslogs-create-group"));
    let privileged = flag(container, "privileged").map(|privileged| privileged.to_string());
    add("batch:Privileged", privileged.as_deref());
    Brought { tags: asked.tags(), keys }
}

/// What carries the tags of a creating call: of a definition, the revision that it will be.
pub(super) fn tagged(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "CreateComputeEnvironment" => "compute-environment",
        "CreateJobQueue" => "job-queue",
        "CreateSchedulingPolicy" => "scheduling-policy",
        "RegisterJobDefinition" => "job-definition-revision",
        "SubmitJob" => "job",
        _ => return None,
    })
}

/// The roles that the call hands over, and to whom. The reference is silent here; which service each role is passed to
/// is what its trust policy says that role is for (AWS Batch User Guide, "AWS Batch IAM policies, roles, and
/// permissions"), and that instance roles are passed says AWSBatchFullAccess.
pub(super) fn passed(asked: &Asked<'_>) -> Vec<(String, &'static str)> {
    let resources = asked.json("computeResources");
    let mut passed = Vec::new();
    let mut add = |role: Option<&str>, to| {
        passed.extend(role.filter(|role| !role.is_empty()).map(|role| (role_arn(role), to)));
    };
    add(asked.text("serviceRole"), "batch.amazonaws.com");
    let profile = text(resources, "instanceRole");
    let in_profile =
        profile.and_then(|profile| instance_profile(asked.state, profile)).and_then(|p| p.role_arn);
    // A role is no profile, and Batch refuses it later; here it is the role that would be passed.
    add(in_profile.as_deref().or(profile.filter(|name| name.contains(":role/"))), "ec2.amazonaws.com");
    add(text(resources, "spotIamFleetRole"), "spotfleet.amazonaws.com");
    let mut of_task = |container: &Value| {
        for field in ["jobRoleArn", "executionRoleArn", "taskRoleArn"] {
            add(text(container, field), "ecs-tasks.amazonaws.com");
        }
    };
    of_task(asked.json("containerProperties"));
    list(asked.json("ecsProperties"), "taskProperties").iter().for_each(of_task);
    passed
}

/// The role that Batch makes in the caller's name where an environment names none.
pub(super) fn makes_role(asked: &Asked<'_>) -> Option<(String, &'static str)> {
    let role = batch_service_linked_role();
    let wanted = asked.operation == "CreateComputeEnvironment" && asked.text("serviceRole").is_none();
    (wanted && role_by_arn(asked.state, &role).is_none()).then_some((role, "batch.amazonaws.com"))
}
