//! Stacks as the account knows them: by the tags on what Slipway made.

use std::collections::{BTreeMap, HashMap};

use crate::{
    account::Session,
    aws::fault,
    blueprint::names,
    resource::{STACK_ID_TAG, STACK_TAG},
};

/// A stack seen in the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundStack {
    /// The value of its tag `slipway:stack-id`.
    pub id: String,
    /// The names of its queues.
    pub queues: Vec<String>,
}

/// Every stack whose compute environments or queues carry our tags, by name.
pub async fn find(session: &Session) -> BTreeMap<String, FoundStack> {
    let batch = &session.aws.read.batch;
    let environments = batch.describe_compute_environments().into_paginator().items().send();
    let queues = batch.describe_job_queues().into_paginator().items().send();
    let (environments, queues) =
        tokio::join!(environments.collect::<Result<Vec<_>, _>>(), queues.collect::<Result<Vec<_>, _>>());
    let mut found = BTreeMap::new();
    // What may not be listed is not found; the stacks kept on this computer are shown all the same.
    for environment in environments.map_err(fault("batch:DescribeComputeEnvironments")).unwrap_or_default() {
        note(&mut found, environment.tags());
    }
    for queue in queues.map_err(fault("batch:DescribeJobQueues")).unwrap_or_default() {
        if let Some(stack) = note(&mut found, queue.tags()) {
            stack.queues.extend(queue.job_queue_name().map(str::to_owned));
        }
    }
    found
}

fn note<'f>(
    found: &'f mut BTreeMap<String, FoundStack>,
    tags: Option<&HashMap<String, String>>,
) -> Option<&'f mut FoundStack> {
    let tags = tags?;
    let (name, id) = (tags.get(STACK_TAG)?, tags.get(STACK_ID_TAG)?);
    Some(found.entry(name.clone()).or_insert_with(|| FoundStack { id: id.clone(), queues: vec![] }))
}

/// The id of the stack of this name, when something in the account still tells it.
///
/// The execution role is the first thing a create makes and the last that a teardown removes.
pub(crate) async fn id_in_account(session: &Session, name: &str) -> Option<String> {
    let role = session.aws.read.iam.get_role().role_name(names::execution_role(name)).send().await.ok();
    let tags =
        role.and_then(|found| found.role).map(|role| role.tags.unwrap_or_default()).unwrap_or_default();
    let value = |key| tags.iter().find(|tag| tag.key() == key).map(|tag| tag.value().to_owned());
    if value(STACK_TAG).as_deref() == Some(name) {
        return value(STACK_ID_TAG);
    }
    find(session).await.remove(name).map(|stack| stack.id)
}
