//! Where jobs can be submitted: the queues and job definitions of stacks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_batch::types::{JobDefinition as Registered, JobQueueDetail, JqState};

use super::{FairShare, JobTarget, StackQueue, platform::Platforms, shares, short};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::JobDefinition,
    error::AppError,
    resource::{PART_TAG, STACK_TAG, read_job_definition},
};

/// Every queue of every stack, as tagged `slipway:stack`: where jobs may be, whether or not more can be launched there.
pub async fn queues(session: &Session) -> Result<Vec<StackQueue>, AppError> {
    let found = tagged_queues(session).await?.into_iter();
    let mut queues: Vec<_> = found
        .map(|(stack, queue)| StackQueue {
            stack,
            name: queue.job_queue_name().unwrap_or_default().to_owned(),
        })
        .collect();
    queues.sort_by(|a, b| (&a.stack, &a.name).cmp(&(&b.stack, &b.name)));
    Ok(queues)
}

/// Every queue with every job definition of its stack that can run on it, as tagged `slipway:stack`: by stack, queue,
/// definition.
pub async fn targets(session: &Session) -> Result<Vec<JobTarget>, AppError> {
    let (queues, definitions, platforms) =
        tokio::join!(tagged_queues(session), newest(session), platforms(session));
    let (queues, definitions) = (queues?, definitions?);
    let policies: BTreeSet<&str> = queues.iter().filter_map(|(_, queue)| policy(queue)).collect();
    let known = shares::known(session, &policies.into_iter().collect::<Vec<_>>()).await;
    let mut targets = Vec::new();
    for (stack, queue) in queues.iter().filter(|(_, queue)| queue.state() != Some(&JqState::Disabled)) {
        let of_stack = definitions.iter().filter(|((of, _), _)| of == stack);
        for ((_, name), definition) in of_stack.filter(|(_, definition)| platforms.fit(queue, definition)) {
            targets.push(JobTarget {
                stack: stack.clone(),
                queue: queue.job_queue_name().unwrap_or_default().to_owned(),
                definition: name.clone(),
                defaults: defaults(stack, definition),
                fair_share: policy(queue).map(|arn| FairShare {
                    known: known.get(arn).cloned().unwrap_or_default(),
                    priority: definition.scheduling_priority().is_none().then_some(0),
                }),
            });
        }
    }
    targets.sort_by(|a, b| (&a.stack, &a.queue, &a.definition).cmp(&(&b.stack, &b.queue, &b.definition)));
    Ok(targets)
}

/// The names of a stack's queues, and of its job definitions.
pub(crate) async fn queues_and_definitions(
    session: &Session,
    stack: &str,
) -> Result<(Vec<String>, Vec<String>), AppError> {
    let (queues, definitions) = tokio::join!(tagged_queues(session), newest(session));
    let queues = queues?.into_iter().filter(|(of, _)| of == stack);
    let queues = queues.filter_map(|(_, queue)| queue.job_queue_name).collect();
    let definitions = definitions?.into_keys().filter(|(of, _)| of == stack);
    Ok((queues, definitions.map(|(_, name)| name).collect()))
}

async fn tagged_queues(session: &Session) -> Result<Vec<(String, JobQueueDetail)>, AwsFault> {
    let request = session.aws.read.batch.describe_job_queues();
    let queues = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let queues = queues.map_err(fault("batch:DescribeJobQueues"))?.into_iter();
    Ok(queues.filter_map(|queue| Some((stack_of(queue.tags())?, queue))).collect())
}

/// The newest active revision of each definition, by stack and name.
async fn newest(session: &Session) -> Result<BTreeMap<(String, String), Registered>, AwsFault> {
    let request = session.aws.read.batch.describe_job_definitions().status("ACTIVE");
    let definitions = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let mut newest: BTreeMap<(String, String), Registered> = BTreeMap::new();
    for definition in definitions.map_err(fault("batch:DescribeJobDefinitions"))? {
        let Some(stack) = stack_of(definition.tags()) else { continue };
        let key = (stack, definition.job_definition_name().unwrap_or_default().to_owned());
        if newest.get(&key).is_none_or(|found| found.revision() < definition.revision()) {
            newest.insert(key, definition);
        }
    }
    Ok(newest)
}

/// Launching needs no leave to look at environments: without it everything is offered, and AWS says what does not go.
async fn platforms(session: &Session) -> Platforms {
    let request = session.aws.read.batch.describe_compute_environments();
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    found.map(|environments| Platforms::of(&environments)).unwrap_or_default()
}

fn policy(queue: &JobQueueDetail) -> Option<&str> {
    queue.scheduling_policy_arn().filter(|arn| !arn.is_empty())
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
