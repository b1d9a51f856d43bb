//! SubmitJob's request, once as the SDK wants it and once as JSON, to measure and to show.

use aws_sdk_batch::{
    Client,
    operation::submit_job::builders::SubmitJobFluentBuilder,
    types::{
        ArrayProperties, ContainerOverrides, JobDependency, JobTimeout, KeyValuePair, ResourceRequirement,
        ResourceType, RetryStrategy,
    },
};
use serde_json::{Map, Value, json};

use super::Submit;
use crate::resource::STACK_TAG;

/// The container overrides as JSON; `None` when the job changes nothing of its definition's container.
pub(super) fn overrides(submit: &Submit) -> Option<Value> {
    let mut overrides = Map::new();
    if let Some(command) = command(submit) {
        overrides.insert("command".to_owned(), json!(command));
    }
    if !submit.environment.is_empty() {
        let pair = |(name, value)| json!({ "name": name, "value": value });
        overrides.insert("environment".to_owned(), submit.environment.iter().map(pair).collect());
    }
    let needs: Vec<Value> = needs(submit)
        .into_iter()
        .map(|(kind, value)| json!({ "type": kind.as_str(), "value": value }))
        .collect();
    if !needs.is_empty() {
        overrides.insert("resourceRequirements".to_owned(), needs.into());
    }
    (!overrides.is_empty()).then_some(Value::Object(overrides))
}

/// The tags that every job of a stack carries.
pub(super) fn tags(submit: &Submit) -> Value {
    json!({ STACK_TAG: submit.stack })
}

/// The size of the request, near enough to compare with AWS's limit.
pub(super) fn bytes(submit: &Submit) -> usize {
    let request = json!({
        "jobName": submit.name,
        "jobQueue": submit.queue,
        "jobDefinition": submit.definition,
        "arrayProperties": { "size": submit.array_size },
        "dependsOn": submit.depends_on.iter().map(|id| json!({ "jobId": id })).collect::<Vec<_>>(),
        "containerOverrides": overrides(submit),
        "retryStrategy": { "attempts": submit.attempts },
        "timeout": { "attemptDurationSeconds": submit.timeout_seconds },
        "shareIdentifier": submit.share,
        "schedulingPriorityOverride": submit.scheduling_priority,
        "tags": tags(submit),
    });
    request.to_string().len()
}

/// The request, not yet sent and without tags.
pub(super) fn build(batch: &Client, submit: &Submit) -> SubmitJobFluentBuilder {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let mut request = batch
        .submit_job()
        .job_name(&submit.name)
        .job_queue(&submit.queue)
        .job_definition(&submit.definition)
        .set_share_identifier(submit.share.clone())
        .set_scheduling_priority_override(submit.scheduling_priority.map(number))
        .set_array_properties(
            submit.array_size.map(|size| ArrayProperties::builder().size(number(size)).build()),
        )
        .set_retry_strategy(
            submit.attempts.map(|attempts| RetryStrategy::builder().attempts(number(attempts)).build()),
        )
        .set_timeout(
            submit
                .timeout_seconds
                .map(|seconds| JobTimeout::builder().attempt_duration_seconds(number(seconds)).build()),
        );
    for id in &submit.depends_on {
        request = request.depends_on(JobDependency::builder().job_id(id).build());
    }
    if overrides(submit).is_some() {
        let mut overrides =
            ContainerOverrides::builder().set_command(command(submit).map(<[String]>::to_vec));
        for (name, value) in &submit.environment {
            overrides = overrides.environment(KeyValuePair::builder().name(name).value(value).build());
        }
        for (kind, value) in needs(submit) {
            overrides = overrides
                .resource_requirements(ResourceRequirement::builder().r#type(kind).value(value).build());
        }
        request = request.container_overrides(overrides.build());
    }
    request
}

/// An empty command means the definition's, to AWS and so here.
fn command(submit: &Submit) -> Option<&[String]> {
    submit.command.as_deref().filter(|command| !command.is_empty())
}

fn needs(submit: &Submit) -> Vec<(ResourceType, String)> {
    let vcpu = submit.vcpu.iter().map(|vcpu| (ResourceType::Vcpu, vcpu.clone()));
    let memory = submit.memory_mib.iter().map(|memory| (ResourceType::Memory, memory.to_string()));
    vcpu.chain(memory).collect()
}
