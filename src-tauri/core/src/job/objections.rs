//! What AWS would refuse of a submission on account of its queue and its definition, or take and never start.
//!
//! Launching needs no leave to look at either: who has none hears it from AWS.

use aws_sdk_batch::types::{
    ComputeEnvironmentDetail, ComputeResource, JobDefinition, JobQueueDetail, PlatformCapability,
};
use futures::future::try_join_all;

use super::{Submit, shares, size};
use crate::{
    account::Session,
    blueprint::{FieldProblem, Platform},
    offer::{Demand, Room, types_of},
    resource::read_job_definition,
    words::{Text, say},
};

/// Every such reason, each naming its field.
pub(super) async fn objections(session: &Session, wanted: &Submit) -> Vec<FieldProblem> {
    let (queue, definition) =
        tokio::join!(queue(session, &wanted.queue), definition(session, &wanted.definition));
    let mut problems: Vec<_> = definition.iter().flat_map(|definition| sizes(definition, wanted)).collect();
    let Some(queue) = queue else { return problems };
    problems.extend(no_room(session, &queue, definition.as_ref(), wanted).await);
    match queue.scheduling_policy_arn().filter(|arn| !arn.is_empty()) {
        Some(policy) => problems.extend(shared(session, policy, definition.as_ref(), wanted).await),
        None => problems.extend(first_in_first_out(wanted)),
    }
    problems
}

async fn queue(session: &Session, name: &str) -> Option<JobQueueDetail> {
    let found = session.aws.read.batch.describe_job_queues().job_queues(name).send().await.ok()?;
    found.job_queues().first().cloned()
}

/// The newest active revision of a definition, named in any way SubmitJob takes.
async fn definition(session: &Session, name: &str) -> Option<JobDefinition> {
    let request = session.aws.read.batch.describe_job_definitions().status("ACTIVE");
    // A revision is asked for as `name:revision` or ARN, the newest only through its name.
    let request =
        if name.contains(':') { request.job_definitions(name) } else { request.job_definition_name(name) };
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.ok()?;
    found.into_iter().max_by_key(JobDefinition::revision)
}

/// Half of a size that is overridden must go with the half that is not.
fn sizes(definition: &JobDefinition, wanted: &Submit) -> Vec<FieldProblem> {
    let asked = wanted.vcpu.is_some() || wanted.memory_mib.is_some();
    // Several containers have sizes of their own, and other platforms other rules.
    let managed = definition.platform_capabilities().contains(&PlatformCapability::ManagedInstances);
    if !asked || managed || definition.container_properties().is_none() {
        return vec![];
    }
    let defined = read_job_definition("", definition);
    let vcpu = wanted.vcpu.as_deref().unwrap_or(&defined.vcpu);
    size::check(defined.platform, vcpu, wanted.memory_mib.unwrap_or(defined.memory_mib))
}

/// A job larger than every environment of its queue, or than every instance they may start, would wait for ever, and all
/// later ones behind it.
async fn no_room(
    session: &Session,
    queue: &JobQueueDetail,
    definition: Option<&JobDefinition>,
    wanted: &Submit,
) -> Option<FieldProblem> {
    let order = queue.compute_environment_order().iter();
    let names: Vec<_> = order.filter_map(|one| one.compute_environment().map(str::to_owned)).collect();
    if names.is_empty() {
        return None;
    }
    let request = session.aws.read.batch.describe_compute_environments();
    let found = request.set_compute_environments(Some(names)).send().await.ok()?;
    let environments = found.compute_environments().iter();
    let compute: Vec<_> = environments.filter_map(ComputeEnvironmentDetail::compute_resources).collect();
    match over_the_most(&compute, wanted) {
        Some(problem) => Some(problem),
        None => too_large(session, &compute, definition?, wanted).await,
    }
}

fn over_the_most(compute: &[&ComputeResource], wanted: &Submit) -> Option<FieldProblem> {
    let vcpu = wanted.vcpu.as_deref()?;
    let most = compute.iter().filter_map(|one| one.maxv_cpus()).max()?;
    (vcpu.parse::<f64>().ok()? > f64::from(most))
        .then(|| problem("vcpu", say("rule-vcpu-no-room", &[("vcpu", vcpu), ("room", &most.to_string())])))
}

/// Larger than each instance type. Nothing is said of environments that are not EC2's, or name no types.
async fn too_large(
    session: &Session,
    compute: &[&ComputeResource],
    definition: &JobDefinition,
    wanted: &Submit,
) -> Option<FieldProblem> {
    let mut job = read_job_definition("", definition);
    if job.platform != Platform::Ec2 || definition.container_properties().is_none() {
        return None;
    }
    job.vcpu = wanted.vcpu.clone().unwrap_or(job.vcpu);
    job.memory_mib = wanted.memory_mib.unwrap_or(job.memory_mib);
    let demand = Demand::of(&job)?;
    let types = compute.iter().map(|one| types_of(session, one.instance_types()));
    let types = try_join_all(types).await.ok()?;
    let Room::None(nearest) = Room::find(demand, &types) else { return None };
    let field = if demand.vcpus > nearest.vcpus { "vcpu" } else { "memory_mib" };
    let has = nearest.for_jobs();
    let mut params = vec![("queue", wanted.queue.as_str())];
    params.extend(has.iter().map(|(what, value)| (*what, value.as_str())));
    Some(problem(field, say("submit-no-instance", &params)))
}

/// "If the job queue has a fair-share scheduling policy, then this parameter must be specified" (SubmitJob,
/// `shareIdentifier`). A priority must then come from the job or its definition: "Either schedulingPriority in job
/// definition or schedulingPriorityOverride should be specified." (AWS's words in nextflow-io/nextflow 3505, GitHub.)
async fn shared(
    session: &Session,
    policy: &str,
    definition: Option<&JobDefinition>,
    wanted: &Submit,
) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if wanted.share.is_none() {
        let known = shares::known(session, &[policy]).await.remove(policy).unwrap_or_default();
        let missing = if known.is_empty() {
            say("submit-share-missing", &[("queue", &wanted.queue)])
        } else {
            let params = [("queue", wanted.queue.as_str()), ("known", &known.join(", "))];
            say("submit-share-missing-known", &params)
        };
        problems.push(problem("share", missing));
    }
    let defined = definition.is_none_or(|definition| definition.scheduling_priority().is_some());
    if wanted.scheduling_priority.is_none() && !defined {
        let params = [("definition", wanted.definition.as_str())];
        problems.push(problem("scheduling_priority", say("submit-priority-missing", &params)));
    }
    problems
}

/// Without a policy "you can't specify a share identifier or fair-share scheduling priority" (AWS Batch User Guide, "Use
/// share identifiers to identify workloads").
fn first_in_first_out(wanted: &Submit) -> Vec<FieldProblem> {
    let params = [("queue", wanted.queue.as_str())];
    let share = wanted.share.as_ref().map(|_| problem("share", say("submit-share-fifo", &params)));
    let priority = wanted
        .scheduling_priority
        .map(|_| problem("scheduling_priority", say("submit-priority-fifo", &params)));
    share.into_iter().chain(priority).collect()
}

fn problem(field: &str, problem: Text) -> FieldProblem {
    FieldProblem { field: field.to_owned(), problem }
}
