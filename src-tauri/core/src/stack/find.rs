//! Stacks as the account knows them: by the tags on what Slipway made.

use std::collections::{BTreeMap, HashMap};

use crate::{
    account::Session,
    aws::fault,
    blueprint::names,
    resource::{STACK_ID_TAG, STACK_TAG, filter},
};

/// A stack seen in the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
/// Not only environments and queues do: a create that was cut short has made roles and a VPC so far, and a teardown
/// leaves a repository with its images.
pub(crate) async fn id_in_account(session: &Session, name: &str) -> Option<String> {
    let (role, vpc, repository, mut stacks) = tokio::join!(
        id_on_role(session, name),
        id_on_vpc(session, name),
        id_on_repository(session, name),
        find(session)
    );
    role.or(vpc).or_else(|| stacks.remove(name).map(|stack| stack.id)).or(repository)
}

/// The id among these tags, when they are of the stack of this name.
fn id_among(name: &str, tags: impl IntoIterator<Item = (String, String)>) -> Option<String> {
    let tags: HashMap<_, _> = tags.into_iter().collect();
    tags.get(STACK_ID_TAG).filter(|_| tags.get(STACK_TAG).is_some_and(|stack| stack == name)).cloned()
}

async fn id_on_role(session: &Session, name: &str) -> Option<String> {
    let role = session.aws.read.iam.get_role().role_name(names::execution_role(name)).send().await.ok()?;
    let tags = role.role?.tags.unwrap_or_default();
    id_among(name, tags.into_iter().map(|tag| (tag.key, tag.value)))
}

async fn id_on_vpc(session: &Session, name: &str) -> Option<String> {
    let ours = filter(&format!("tag:{STACK_TAG}"), name);
    let found = session.aws.read.ec2.describe_vpcs().filters(ours).send().await.ok()?;
    let tags = found.vpcs?.into_iter().next()?.tags.unwrap_or_default();
    id_among(name, tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value?))))
}

async fn id_on_repository(session: &Session, name: &str) -> Option<String> {
    let ecr = &session.aws.read.ecr;
    let all = ecr.describe_repositories().into_paginator().items().send();
    let all = all.collect::<Result<Vec<_>, _>>().await.ok()?;
    let prefix = names::repository(name, "");
    let named =
        all.into_iter().filter(|found| found.repository_name().is_some_and(|n| n.starts_with(&prefix)));
    for arn in named.filter_map(|found| found.repository_arn) {
        let found = ecr.list_tags_for_resource().resource_arn(arn).send().await.ok();
        let tags = found.and_then(|found| found.tags).unwrap_or_default();
        if let Some(id) = id_among(name, tags.into_iter().map(|tag| (tag.key, tag.value))) {
            return Some(id);
        }
    }
    None
}
