//! A stack read back from the account: what a blueprint would have to say for what carries the stack's tags. So a
//! stack can be worked with where this computer has no record of it, and what an earlier blueprint made and the
//! present one no longer names is still removed with the stack.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_batch::types::{
    self as batch, ComputeEnvironmentDetail, JobQueueDetail, JqState, SchedulingPolicyDetail,
};
use aws_sdk_cloudwatchlogs::types::LogGroup;
use aws_sdk_ec2::types::{NatGatewayState, SecurityGroupRule, Subnet};
use futures::future::try_join_all;

use super::{Generation, Wanted};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{
        AllocationStrategy, Ami, Blueprint, ComputeEnvironment, ComputeKind, Flow, Instances, JobDefinition,
        JobQueue, LaunchTemplate, Logs, Network, Repository, SchedulingPolicy, ServiceRole, State, WayOut,
        names,
    },
    resource::{
        PART_TAG, STACK_ID_TAG, STACK_TAG, Stack, Tags, absent_is_none, filter, from_ec2, from_map,
        policy_document, read_access, read_compute_environment, read_job_definition, read_launch_template,
        read_scheduling_policy,
    },
    words::say,
};

/// What the account shows of the stack with this name and id: the present state last, before it whatever generations
/// of compute environments there are besides.
pub(super) async fn recover(session: &Session, name: &str, id: &str) -> Result<Vec<Wanted>, AwsFault> {
    let stack = Traces { session, name, id };
    let (environments, templates, policies, queues, definitions, flows, logs, repositories) = tokio::try_join!(
        stack.compute_environments(),
        stack.launch_templates(),
        stack.scheduling_policies(),
        stack.job_queues(),
        stack.job_definitions(),
        stack.flows(),
        stack.logs(),
        stack.repositories(),
    )?;
    let all = environments.iter().map(|found| from_map(found.tags()));
    let tags = all.chain(queues.iter().map(|found| from_map(found.tags()))).next().unwrap_or_default();
    let (service_role, network, job_definitions) = tokio::try_join!(
        stack.service_role(&environments),
        stack.network(&environments),
        stack.with_access(definitions),
    )?;
    let (present, besides) = by_generation(&environments, &queues);
    let generations: BTreeMap<_, _> = present
        .iter()
        .filter_map(|found| environment_of(found))
        .filter(|(_, number)| *number > 1)
        .map(|(name, number)| (name, Generation { number, why: say("why-compute-environment", &[]) }))
        .collect();
    let blueprint = Blueprint {
        name: name.to_owned(),
        service_role,
        tags: tags.into_iter().filter(|(key, _)| !key.starts_with("slipway:")).collect(),
        network,
        flows,
        logs,
        repositories,
        job_queues: queues.iter().filter_map(|queue| job_queue(queue, &environments, &policies)).collect(),
        compute_environments: with_templates(&present, templates),
        scheduling_policies: policies.iter().filter_map(scheduling_policy).collect(),
        job_definitions,
    };
    let former = besides.into_iter().filter_map(|found| {
        let (name, number) = environment_of(found)?;
        let environment = read_compute_environment(&name, found);
        let why = say("why-compute-environment", &[]);
        Some(Wanted {
            blueprint: Blueprint {
                compute_environments: vec![environment],
                job_queues: vec![],
                ..blueprint.clone()
            },
            generations: [(name, Generation { number, why })].into(),
            accepted: BTreeMap::new(),
        })
    });
    let former: Vec<_> = former.collect();
    Ok(former.into_iter().chain([Wanted { blueprint, generations, accepted: BTreeMap::new() }]).collect())
}

/// Of each name the environment that is the present one, and the others. The present one is what a queue stands on;
/// without a queue it is the youngest.
fn by_generation<'f>(
    environments: &'f [ComputeEnvironmentDetail],
    queues: &[JobQueueDetail],
) -> (Vec<&'f ComputeEnvironmentDetail>, Vec<&'f ComputeEnvironmentDetail>) {
    let orders = queues.iter().flat_map(JobQueueDetail::compute_environment_order);
    let used: Vec<_> = orders.filter_map(|order| order.compute_environment()).collect();
    let rank = |found: &ComputeEnvironmentDetail| {
        let in_use = found.compute_environment_arn().is_some_and(|arn| used.contains(&arn));
        environment_of(found).map(|(name, number)| (name, (in_use, number)))
    };
    let mut first: BTreeMap<String, (bool, u32)> = BTreeMap::new();
    for (name, rank) in environments.iter().filter_map(rank) {
        let best = first.entry(name).or_insert(rank);
        *best = rank.max(*best);
    }
    environments
        .iter()
        .partition(|found| rank(found).is_none_or(|(name, rank)| first.get(&name) == Some(&rank)))
}

/// The name in the blueprint and the generation.
fn environment_of(found: &ComputeEnvironmentDetail) -> Option<(String, u32)> {
    let part = part(found.tags())?;
    let (name, number) = names::generation_of(&part);
    Some((name.to_owned(), number))
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

    async fn scheduling_policies(&self) -> Result<Vec<SchedulingPolicyDetail>, AwsFault> {
        let batch = &self.session.aws.read.batch;
        let all = batch.list_scheduling_policies().into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("batch:ListSchedulingPolicies"))?;
        let arns: Vec<_> = all.iter().filter_map(|policy| policy.arn().map(str::to_owned)).collect();
        let mut found = Vec::new();
        // "The scheduling policies … up to 100" (DescribeSchedulingPolicies, `arns`).
        for arns in arns.chunks(100) {
            let some = batch.describe_scheduling_policies().set_arns(Some(arns.to_vec())).send().await;
            let some = some.map_err(fault("batch:DescribeSchedulingPolicies"))?;
            found.extend(some.scheduling_policies.unwrap_or_default());
        }
        Ok(found.into_iter().filter(|found| self.owns(&from_map(found.tags()))).collect())
    }

    /// By the environments that they are for.
    async fn launch_templates(&self) -> Result<BTreeMap<String, LaunchTemplate>, AwsFault> {
        let ec2 = &self.session.aws.read.ec2;
        let ours = filter(&format!("tag:{STACK_ID_TAG}"), self.id);
        let all = ec2.describe_launch_templates().filters(ours).into_paginator().items().send();
        let all = all.collect::<Result<Vec<_>, _>>().await.map_err(fault("ec2:DescribeLaunchTemplates"))?;
        let mut templates = BTreeMap::new();
        for template in all {
            let Some(part) = part_of(&from_ec2(template.tags())) else { continue };
            let id = template.launch_template_id().unwrap_or_default();
            let request = ec2.describe_launch_template_versions().launch_template_id(id).versions("$Default");
            let found = request.send().await.map_err(fault("ec2:DescribeLaunchTemplateVersions"))?;
            let version = found.launch_template_versions().first();
            templates.insert(part, read_launch_template(version.and_then(|v| v.launch_template_data())));
        }
        Ok(templates)
    }

    async fn flows(&self) -> Result<Vec<Flow>, AwsFault> {
        let ours = filter(&format!("tag:{STACK_ID_TAG}"), self.id);
        let all = self.session.aws.read.ec2.describe_security_group_rules().filters(ours);
        let all = all.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let all = all.map_err(fault("ec2:DescribeSecurityGroupRules"))?;
        Ok(all.iter().filter(|rule| rule.is_egress() != Some(true)).filter_map(flow).collect())
    }

    async fn network(&self, environments: &[ComputeEnvironmentDetail]) -> Result<Network, AwsFault> {
        let ec2 = &self.session.aws.read.ec2;
        let ours = || filter(&format!("tag:{STACK_ID_TAG}"), self.id);
        let vpcs = ec2.describe_vpcs().filters(ours()).send().await.map_err(fault("ec2:DescribeVpcs"))?;
        if let Some(cidr) = vpcs.vpcs().first().and_then(|vpc| vpc.cidr_block()) {
            return Ok(Network::NewVpc { cidr: cidr.to_owned(), way_out: self.way_out().await? });
        }
        let Some(resources) = environments.iter().find_map(|found| found.compute_resources()) else {
            return Ok(Network::DefaultVpc {});
        };
        let mut subnets = resources.subnets().to_vec();
        subnets.sort();
        let asked =
            ec2.describe_subnets().set_subnet_ids(Some(subnets.clone()).filter(|ids| !ids.is_empty()));
        let defaults = ec2.describe_subnets().filters(filter("default-for-az", "true")).send();
        let groups = ec2.describe_security_groups().filters(ours()).send();
        let (found, defaults, own) = tokio::join!(asked.send(), defaults, groups);
        let found = found.map_err(fault("ec2:DescribeSubnets"))?;
        let defaults = defaults.map_err(fault("ec2:DescribeSubnets"))?;
        let own = own.map_err(fault("ec2:DescribeSecurityGroups"))?;
        let mut security_groups = resources.security_group_ids().to_vec();
        security_groups.retain(|id| own.security_groups().iter().all(|group| group.group_id() != Some(id)));
        security_groups.sort();
        let is_default = |subnet: &Subnet| subnet.default_for_az() == Some(true);
        // All default subnets and a group of the stack's own: the default VPC as a whole.
        let whole =
            found.subnets().iter().all(is_default) && subnets.len() == defaults.subnets().len().min(16);
        let vpc = found.subnets().first().and_then(|subnet| subnet.vpc_id());
        let Some(vpc) = vpc.filter(|_| !(whole && security_groups.is_empty())) else {
            return Ok(Network::DefaultVpc {});
        };
        Ok(Network::ExistingVpc { vpc: vpc.to_owned(), subnets, security_groups })
    }

    /// How jobs get out of the stack's own VPC.
    async fn way_out(&self) -> Result<WayOut, AwsFault> {
        let ec2 = &self.session.aws.read.ec2;
        let ours = || filter(&format!("tag:{STACK_ID_TAG}"), self.id);
        let nats = ec2.describe_nat_gateways().filter(ours()).send();
        let (nats, endpoints) = tokio::join!(nats, ec2.describe_vpc_endpoints().filters(ours()).send());
        let nats = nats.map_err(fault("ec2:DescribeNatGateways"))?;
        let endpoints = endpoints.map_err(fault("ec2:DescribeVpcEndpoints"))?;
        // AWS remembers a deleted gateway for an hour.
        let going = [NatGatewayState::Deleting, NatGatewayState::Deleted].map(Some);
        let there = nats.nat_gateways().iter().any(|nat| !going.contains(&nat.state().cloned()));
        Ok(match (there, endpoints.vpc_endpoints().is_empty()) {
            (true, _) => WayOut::NatGateway,
            (false, false) => WayOut::Endpoints,
            (false, true) => WayOut::PublicIps,
        })
    }

    /// Definitions with what their job roles may do.
    async fn with_access(&self, found: Vec<batch::JobDefinition>) -> Result<Vec<JobDefinition>, AwsFault> {
        let stack = Stack { id: self.id.to_owned(), ..Stack::called(self.name, self.session) };
        let each =
            found.iter().filter_map(|found| Some((part(found.tags())?, found))).map(|(part, found)| {
                let role = names::job_role(self.name, &part);
                let stack = &stack;
                async move {
                    let request = self.session.aws.read.iam.get_role_policy().role_name(role);
                    let policy =
                        request.policy_name("access").send().await.map_err(fault("iam:GetRolePolicy"));
                    let policy =
                        absent_is_none(policy)?.map(|found| policy_document(found.policy_document()));
                    let access = policy.map(|policy| read_access(stack, &policy)).unwrap_or_default();
                    Ok(JobDefinition { access, ..read_job_definition(&part, found) })
                }
            });
        try_join_all(each).await
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
    part_of(&from_map(tags))
}

fn part_of(tags: &Tags) -> Option<String> {
    tags.get(PART_TAG)?.split_once('/').map(|(_, part)| part.to_owned())
}

/// Environments with their launch templates; a template whose environment is gone brings one along, since it would
/// not be told of otherwise.
fn with_templates(
    found: &[&ComputeEnvironmentDetail],
    mut templates: BTreeMap<String, LaunchTemplate>,
) -> Vec<ComputeEnvironment> {
    let mut environments: Vec<_> = found
        .iter()
        .filter_map(|found| {
            let mut environment = read_compute_environment(&environment_of(found)?.0, found);
            if let Some(instances) = &mut environment.instances {
                instances.launch_template = templates.remove(&environment.name);
            }
            Some(environment)
        })
        .collect();
    environments.extend(templates.into_iter().map(|(name, template)| ComputeEnvironment {
        name,
        kind: ComputeKind::Ec2,
        state: State::Enabled,
        max_vcpus: 1,
        instances: Some(Instances {
            types: vec!["default_x86_64".to_owned()],
            allocation_strategy: AllocationStrategy::BestFitProgressive,
            min_vcpus: 0,
            desired_vcpus: None,
            bid_percentage: None,
            key_pair: None,
            ami: Ami::default(),
            launch_template: Some(template),
        }),
    }));
    environments
}

fn flow(found: &SecurityGroupRule) -> Option<Flow> {
    Some(Flow {
        name: part_of(&from_ec2(found.tags()))?,
        security_group: found.group_id()?.to_owned(),
        port: found.to_port().and_then(|port| u16::try_from(port).ok())?,
    })
}

fn scheduling_policy(found: &SchedulingPolicyDetail) -> Option<SchedulingPolicy> {
    Some(read_scheduling_policy(&part(found.tags())?, found.fairshare_policy()))
}

fn job_queue(
    found: &JobQueueDetail,
    environments: &[ComputeEnvironmentDetail],
    policies: &[SchedulingPolicyDetail],
) -> Option<JobQueue> {
    let named = |arn: Option<&str>| {
        let of = environments.iter().find(|environment| environment.compute_environment_arn() == arn)?;
        Some(environment_of(of)?.0)
    };
    let mut order = found.compute_environment_order().to_vec();
    order.sort_by_key(batch::ComputeEnvironmentOrder::order);
    let policy = found.scheduling_policy_arn().and_then(|arn| {
        let of = policies.iter().find(|policy| policy.arn() == Some(arn))?;
        part(of.tags())
    });
    Some(JobQueue {
        name: part(found.tags())?,
        priority: found.priority().and_then(|priority| u32::try_from(priority).ok())?,
        state: if found.state() == Some(&JqState::Disabled) { State::Disabled } else { State::Enabled },
        compute_environments: order.iter().filter_map(|one| named(one.compute_environment())).collect(),
        scheduling_policy: policy,
    })
}
