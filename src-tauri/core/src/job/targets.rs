//! Where jobs can be submitted: the queues and job definitions of stacks.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_batch::types::{JobDefinition as Registered, JobQueueDetail, JqState};

use super::{JobTarget, short};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::JobDefinition,
    error::AppError,
    resource::{PART_TAG, STACK_TAG, read_job_definition},
};

/// Every queue with every job definition of its stack, as tagged `slipway:stack`: by stack, queue, definition.
pub async fn targets(session: &Session) -> Result<Vec<JobTarget>, AppError> {
    let batch = &session.aws.read.batch;
    let queues = batch.describe_job_queues().into_paginator().items().send();
    let definitions = batch.describe_job_definitions().status("ACTIVE").into_paginator().items().send();
    let (queues, definitions) =
        tokio::join!(queues.collect::<Result<Vec<_>, _>>(), definitions.collect::<Result<Vec<_>, _>>());
    let queues = queues.map_err(fault("batch:DescribeJobQueues"))?;
    let definitions = definitions.map_err(fault("batch:DescribeJobDefinitions"))?;
    let mut newest: BTreeMap<(String, String), Registered> = BTreeMap::new();
    for definition in definitions {
        let Some(stack) = stack_of(definition.tags()) else { continue };
        let key = (stack, definition.job_definition_name().unwrap_or_default().to_owned());
        if newest.get(&key).is_none_or(|found| found.revision() < definition.revision()) {
            newest.insert(key, definition);
        }
    }
    let mut targets = Vec::new();
    for queue in queues.iter().filter(|queue| queue.state() != Some(&JqState::Disabled)) {
        let Some(stack) = stack_of(queue.tags()) else { continue };
        for ((_, name), definition) in newest.iter().filter(|((of, _), _)| *of == stack) {
            targets.push(JobTarget {
                stack: stack.clone(),
                queue: queue.job_queue_name().unwrap_or_default().to_owned(),
                definition: name.clone(),
                defaults: defaults(&stack, definition),
            });
        }
    }
    targets.sort_by(|a, b| (&a.stack, &a.queue, &a.definition).cmp(&(&b.stack, &b.queue, &b.definition)));
    Ok(targets)
}

/// vCPUs and memory of the newest active revision of a definition, named in any way SubmitJob takes.
pub(super) async fn size_of(session: &Session, definition: &str) -> Result<Option<(String, u32)>, AppError> {
    let batch = &session.aws.read.batch;
    let request = batch.describe_job_definitions().status("ACTIVE");
    // A revision is asked for as `name:revision` or ARN, the newest only through its name.
    let request = if definition.contains(':') {
        request.job_definitions(definition)
    } else {
        request.job_definition_name(definition)
    };
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let found = found.map_err(fault("batch:DescribeJobDefinitions"))?;
    let newest = found.iter().max_by_key(|definition| definition.revision());
    Ok(newest.filter(|newest| newest.container_properties().is_some()).map(|newest| {
        let defaults = defaults("", newest);
        (defaults.vcpu, defaults.memory_mib)
    }))
}

/// The most vCPUs that any environment of this queue may use.
pub(super) async fn room(session: &Session, queue: &str) -> Result<Option<i32>, AwsFault> {
    let batch = &session.aws.read.batch;
    let queues = batch.describe_job_queues().job_queues(queue).send().await;
    let queues = queues.map_err(fault("batch:DescribeJobQueues"))?;
    let order =
        queues.job_queues().first().map(JobQueueDetail::compute_environment_order).unwrap_or_default();
    let names: Vec<_> = order.iter().filter_map(|one| one.compute_environment().map(str::to_owned)).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let found = batch.describe_compute_environments().set_compute_environments(Some(names)).send().await;
    let found = found.map_err(fault("batch:DescribeComputeEnvironments"))?;
    Ok(found.compute_environments().iter().filter_map(|one| one.compute_resources()?.maxv_cpus()).max())
}

fn stack_of(tags: Option<&HashMap<String, String>>) -> Option<String> {
    tags?.get(STACK_TAG).cloned()
}

/// A registered definition as a blueprint has it.
fn defaults(stack: &str, definition: &Registered) -> JobDefinition {
    read_job_definition(&part(stack, definition), definition)
}

/// Its name in the blueprint: what the part's tag says, else its name without the stack's.
fn part(stack: &str, definition: &Registered) -> String {
    let name = definition.job_definition_name().unwrap_or_default();
    let tagged = definition.tags().and_then(|tags| tags.get(PART_TAG)).map(|part| short(part));
    let own = name.strip_prefix(stack).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name);
    tagged.unwrap_or(own).to_owned()
}
