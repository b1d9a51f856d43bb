//! How many jobs are at work on a compute environment, or made from a definition and not ended, whichever queue they
//! are in.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::AtomicUsize,
};

use aws_sdk_batch::types::{EcsPropertiesDetail, JobDetail, JobQueueDetail};
use futures::future::try_join_all;

use super::{
    JobState,
    describe::describe,
    list::{MOST, children, of_state},
    short,
};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    resource::STACK_ID_TAG,
};

/// The states in which a job has a place on an environment.
const PLACED: [JobState; 2] = [JobState::Starting, JobState::Running];

/// The jobs that have been placed on this environment and have not ended.
///
/// AWS Batch does not say it: the environment names its ECS cluster, and each placed job the task that it runs as,
/// whose ARN has the cluster in it.
pub(crate) async fn at_work(session: &Session, environment: &str) -> Result<u32, AwsFault> {
    let batch = &session.aws.read.batch;
    let found = batch.describe_compute_environments().compute_environments(environment).send().await;
    let found = found.map_err(fault("batch:DescribeComputeEnvironments"))?;
    let Some(environment) = found.compute_environments().first() else { return Ok(0) };
    let cluster = environment.ecs_cluster_arn().map(short).unwrap_or_default();
    let stack = environment.tags().and_then(|tags| tags.get(STACK_ID_TAG));
    let queues = batch.describe_job_queues().into_paginator().items().send();
    let queues = queues.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:DescribeJobQueues"))?;
    let counts = queues.iter().map(|queue| async move {
        let of_stack = stack.is_some() && queue.tags().and_then(|tags| tags.get(STACK_ID_TAG)) == stack;
        let jobs = placed(session, queue).await?;
        let on_it = jobs.iter().filter(|job| match cluster_of(job) {
            Some(named) => named == cluster,
            // A moment ago it was placed, or it is of a kind that does not tell: the stack's own are taken for it.
            None => of_stack && job.array_properties().is_none_or(|array| array.size().is_none()),
        });
        Ok::<_, AwsFault>(on_it.count())
    });
    let count = try_join_all(counts).await?.into_iter().sum::<usize>();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The queues that are not this stack's and send jobs to environments, by the environments' names.
pub(crate) async fn queues_of_others(
    session: &Session,
    stack_id: &str,
) -> Result<BTreeMap<String, Vec<String>>, AwsFault> {
    let queues = session.aws.read.batch.describe_job_queues().into_paginator().items().send();
    let queues = queues.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:DescribeJobQueues"))?;
    let ours = |queue: &&JobQueueDetail| {
        queue.tags().and_then(|tags| tags.get(STACK_ID_TAG)).is_some_and(|id| id == stack_id)
    };
    let mut by_environment = BTreeMap::<String, Vec<String>>::new();
    for queue in queues.iter().filter(|queue| !ours(queue)) {
        for entry in queue.compute_environment_order() {
            let environment = short(entry.compute_environment().unwrap_or_default());
            let name = queue.job_queue_name().unwrap_or_default();
            by_environment.entry(environment.to_owned()).or_default().push(name.to_owned());
        }
    }
    Ok(by_environment)
}

/// The jobs that were made from any revision of this definition and have not ended.
pub(crate) async fn unfinished_of(session: &Session, definition: &str) -> Result<u32, AwsFault> {
    let batch = &session.aws.read.batch;
    let queues = batch.describe_job_queues().into_paginator().items().send();
    let queues = queues.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:DescribeJobQueues"))?;
    let open = JobState::ALL.into_iter().filter(|state| !state.is_final());
    let asked = queues.iter().flat_map(|queue| open.clone().map(move |state| (queue, state)));
    let counts = asked.map(|(queue, state)| async move {
        let request = batch.list_jobs().job_queue(queue.job_queue_name().unwrap_or_default());
        let jobs = request.job_status(state.batch()).into_paginator().items().send();
        let jobs = jobs.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:ListJobs"))?;
        let of_it = jobs.iter().filter(|job| {
            let revision = job.job_definition().map(short).unwrap_or_default();
            revision.split(':').next() == Some(definition)
        });
        Ok::<_, AwsFault>(of_it.count())
    });
    let count = try_join_all(counts).await?.into_iter().sum::<usize>();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

async fn placed(session: &Session, queue: &JobQueueDetail) -> Result<Vec<JobDetail>, AwsFault> {
    let name = queue.job_queue_name().unwrap_or_default();
    let budget = AtomicUsize::new(MOST);
    let listed = try_join_all(PLACED.map(|state| of_state(session, name, state, &budget))).await?;
    let listed: Vec<_> = listed.into_iter().flat_map(|found| found.jobs).collect();
    let arrays = listed.iter().filter(|job| job.array_size.is_some());
    let families = arrays.flat_map(|job| PLACED.map(|state| children(session, &job.id, state)));
    let children = try_join_all(families).await?.into_iter().flatten();
    // Between two of the questions a job may have moved from one state to the next.
    let ids: BTreeSet<_> = children.chain(listed.iter().map(|job| job.id.clone())).collect();
    let described = describe(session, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(described.into_iter().map(|job| job.detail).collect())
}

/// The cluster in the ARN of the job's task, `arn:aws:ecs:…:task/CLUSTER/ID`.
fn cluster_of(job: &JobDetail) -> Option<&str> {
    let container = job.container().and_then(|container| container.task_arn());
    let tasks = job.ecs_properties().map(EcsPropertiesDetail::task_properties).unwrap_or_default();
    let task = container.or_else(|| tasks.first()?.task_arn())?;
    let mut parts = task.rsplit('/');
    let (_id, cluster, _kind) = (parts.next()?, parts.next()?, parts.next()?);
    Some(cluster)
}
