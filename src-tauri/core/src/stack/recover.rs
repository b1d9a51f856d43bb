//! A stack read back from the account: what a blueprint would have to say for what carries the stack's tags. So a
//! stack can be worked with where this computer has no record of it, and what an earlier blueprint made and the
//! present one no longer names is still removed with the stack.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_batch::types::{
    self as batch, AssignPublicIp, ComputeEnvironmentDetail, JobQueueDetail, ResourceType,
};
use aws_sdk_cloudwatchlogs::types::LogGroup;
use futures::future::try_join_all;

use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{
        Architecture, Blueprint, ComputeEnvironment, ComputeKind, JobDefinition, JobQueue, Logs, Network,
        Repository, ServiceRole, names,
    },
    resource::{PART_TAG, STACK_ID_TAG, STACK_TAG, Tags, absent_is_none, filter, from_map},
};

/// What the account shows of the stack with this name and id.
pub(super) async fn recover(session: &Session, name: &str, id: &str) -> Result<Blueprint, AwsFault> {
    let stack = Traces { session, name, id };
    let (environments, queues, definitions, network, logs, repositories) = tokio::try_join!(
        stack.compute_environments(),
        stack.job_queues(),
        stack.job_definitions(),
        stack.network(),
        stack.logs(),
        stack.repositories(),
    )?;
    let all = environments.iter().map(|found| from_map(found.tags()));
    let tags = all.chain(queues.iter().map(|found| from_map(found.tags()))).next().unwrap_or_default();
    Ok(Blueprint {
        name: name.to_owned(),
        service_role: stack.service_role(&environments).await?,
        tags: tags.into_iter().filter(|(key, _)| !key.starts_with("slipway:")).collect(),
        network,
        logs,
        repositories,
        compute_environments: environments.iter().filter_map(compute_environment).collect(),
        job_queues: queues.iter().filter_map(|queue| job_queue(queue, &environments)).collect(),
        job_definitions: definitions.iter().filter_map(job_definition).collect(),
    })
}

/// A stack whose traces are looked for.
struct Traces<'s> {
    session: &'s Session,
    name: &'s str,
    id: &'s str,
}

impl Traces<'_> {
    fn owns(&self, tags: &Tags) -> bool {
        tags.get(STACK_ID_TAG).is_some_and(|id| id == self.id)
            && tags.get(STACK_TAG).is_some_and(|name| name == self.name)
    }

    async fn compute_environments(&self) -> Result<Vec<ComputeEnvironmentDetail>, AwsFault> {
        let all = self.session.aws.read.batch.describe_compute_environments().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await;
        let all = all.map_err(fault("batch:DescribeComputeEnvironments"))?;
        Ok(all.into_iter().filter(|found| self.owns(&from_map(found.tags()))).collect())
    }

    async fn job_queues(&self) -> Result<Vec<JobQueueDetail>, AwsFault> {
        let all = self.session.aws.read.batch.describe_job_queues().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:DescribeJobQueues"))?;
        Ok(all.into_iter().filter(|found| self.owns(&from_map(found.tags()))).collect())
    }

    /// The newest active revision of each.
    async fn job_definitions(&self) -> Result<Vec<batch::JobDefinition>, AwsFault> {
        let request = self.session.aws.read.batch.describe_job_definitions().status("ACTIVE");
        let all = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let all = all.map_err(fault("batch:DescribeJobDefinitions"))?;
        let mut newest = BTreeMap::new();
        for found in all.into_iter().filter(|found| self.owns(&from_map(found.tags()))) {
            let name = found.job_definition_name().unwrap_or_default().to_owned();
            let known = newest.get(&name).and_then(batch::JobDefinition::revision);
            if known < found.revision() {
                newest.insert(name, found);
            }
        }
        Ok(newest.into_values().collect())
    }

    async fn network(&self) -> Result<Network, AwsFault> {
        let ours = filter(&format!("tag:{STACK_ID_TAG}"), self.id);
        let found = self.session.aws.read.ec2.describe_vpcs().filters(ours).send().await;
        let found = found.map_err(fault("ec2:DescribeVpcs"))?;
        let cidr = found.vpcs().first().and_then(|vpc| vpc.cidr_block());
        Ok(cidr.map_or(Network::DefaultVpc {}, |cidr| Network::NewVpc { cidr: cidr.to_owned() }))
    }

    /// Read by its name: a group of another owner is judged as such wherever it is looked at.
    async fn logs(&self) -> Result<Logs, AwsFault> {
        let name = names::log_group(self.name);
        let found =
            self.session.aws.read.logs.describe_log_groups().log_group_name_prefix(&name).send().await;
        let found = found.map_err(fault("logs:DescribeLogGroups"))?;
        let group = found.log_groups().iter().find(|group| group.log_group_name() == Some(&name));
        let days = group.and_then(LogGroup::retention_in_days).and_then(|days| u32::try_from(days).ok());
        Ok(days.map_or_else(Logs::default, |retention_days| Logs { retention_days }))
    }

    async fn repositories(&self) -> Result<Vec<Repository>, AwsFault> {
        let ecr = &self.session.aws.read.ecr;
        let all = ecr.describe_repositories().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("ecr:DescribeRepositories"))?;
        let prefix = names::repository(self.name, "");
        let named = all.iter().filter_map(|found| {
            let part = found.repository_name()?.strip_prefix(&prefix)?;
            Some((part.to_owned(), found.repository_arn()?.to_owned()))
        });
        let ours = named.map(|(part, arn)| async move {
            let tags = ecr.list_tags_for_resource().resource_arn(arn).send().await;
            let tags = tags.map_err(fault("ecr:ListTagsForResource"))?;
            let tags: Tags =
                tags.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
            Ok(self.owns(&tags).then_some(Repository { name: part }))
        });
        Ok(try_join_all(ours).await?.into_iter().flatten().collect())
    }

    /// Classic where an environment uses the stack's own role, or that role is there.
    async fn service_role(&self, environments: &[ComputeEnvironmentDetail]) -> Result<ServiceRole, AwsFault> {
        let name = names::service_role(self.name);
        let used = |found: &ComputeEnvironmentDetail| {
            found.service_role().is_some_and(|role| role.ends_with(&format!("/{name}")))
        };
        if environments.iter().any(used) {
            return Ok(ServiceRole::Classic);
        }
        let found = self.session.aws.read.iam.get_role().role_name(&name).send().await;
        let found = absent_is_none(found.map_err(fault("iam:GetRole")))?;
        let tags = found.and_then(|found| found.role).and_then(|role| role.tags).unwrap_or_default();
        let tags: Tags = tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
        Ok(if self.owns(&tags) { ServiceRole::Classic } else { ServiceRole::ServiceLinked })
    }
}

/// The part of the blueprint that a thing was made for: `job-queue/main` is of `main`.
fn part(tags: Option<&HashMap<String, String>>) -> Option<String> {
    tags?.get(PART_TAG)?.split_once('/').map(|(_, part)| part.to_owned())
}

fn compute_environment(found: &ComputeEnvironmentDetail) -> Option<ComputeEnvironment> {
    let resources = found.compute_resources()?;
    Some(ComputeEnvironment {
        name: part(found.tags())?,
        kind: ComputeKind::Fargate,
        max_vcpus: resources.maxv_cpus().and_then(|most| u32::try_from(most).ok())?,
    })
}

fn job_queue(found: &JobQueueDetail, environments: &[ComputeEnvironmentDetail]) -> Option<JobQueue> {
    let named = |arn: Option<&str>| {
        let of = environments.iter().find(|environment| environment.compute_environment_arn() == arn)?;
        part(of.tags())
    };
    let mut order = found.compute_environment_order().to_vec();
    order.sort_by_key(batch::ComputeEnvironmentOrder::order);
    Some(JobQueue {
        name: part(found.tags())?,
        priority: found.priority().and_then(|priority| u32::try_from(priority).ok())?,
        compute_environments: order.iter().filter_map(|one| named(one.compute_environment())).collect(),
    })
}

fn job_definition(found: &batch::JobDefinition) -> Option<JobDefinition> {
    let container = found.container_properties()?;
    let need = |kind: &ResourceType| {
        container.resource_requirements().iter().find(|need| need.r#type() == Some(kind))?.value()
    };
    let platform = container.runtime_platform().and_then(|platform| platform.cpu_architecture());
    let network = container.network_configuration().and_then(|network| network.assign_public_ip());
    let pairs = container.environment().iter();
    let attempts = found.retry_strategy().and_then(batch::RetryStrategy::attempts);
    let timeout = found.timeout().and_then(batch::JobTimeout::attempt_duration_seconds);
    Some(JobDefinition {
        name: part(found.tags())?,
        image: container.image()?.to_owned(),
        command: container.command().to_vec(),
        vcpu: need(&ResourceType::Vcpu)?.to_owned(),
        memory_mib: need(&ResourceType::Memory)?.parse().ok()?,
        architecture: if platform == Some(Architecture::Arm64.batch()) {
            Architecture::Arm64
        } else {
            Architecture::X86_64
        },
        environment: pairs.filter_map(|p| Some((p.name()?.to_owned(), p.value()?.to_owned()))).collect(),
        attempts: attempts.and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or(1),
        timeout_seconds: timeout.and_then(|seconds| u32::try_from(seconds).ok()),
        assign_public_ip: network == Some(&AssignPublicIp::Enabled),
    })
}
