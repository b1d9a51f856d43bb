//! A stack read back from the account: what a blueprint would have to say for what carries the stack's tags. So a
//! stack can be worked with where this computer has no record of it, and what an earlier blueprint made and the
//! present one no longer names is still removed with the stack.

mod traces;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_batch::types::{
    self as batch, ComputeEnvironmentDetail, JobQueueDetail, JqState, SchedulingPolicyDetail,
};
use aws_sdk_cloudwatchlogs::types::LogGroup;
use aws_sdk_ec2::types::{NatGatewayState, SecurityGroupRule, Subnet};

pub(super) use self::traces::Traces;
use super::{Generation, Wanted};
use crate::{
    account::Session,
    blueprint::{
        AllocationStrategy, Ami, Blueprint, ComputeEnvironment, ComputeKind, Flow, Instances, JobDefinition,
        JobQueue, LaunchTemplate, Logs, Network, Repository, SchedulingPolicy, ServiceRole, State, WayOut,
        names,
    },
    resource::{
        PART_TAG, STACK_ID_TAG, STACK_TAG, Stack, Tags, from_ec2, from_map, read_access,
        read_compute_environment, read_job_definition, read_launch_template, read_scheduling_policy,
    },
    words::say,
};

/// What these traces tell of the stack with this id: the present state last, before it whatever generations of compute
/// environments there are besides.
pub(super) fn recover(session: &Session, traces: Traces, id: &str) -> Vec<Wanted> {
    let stack = Stack { id: id.to_owned(), ..Stack::called(&traces.name, session) };
    let traces = traces.of(id);
    let tags = traces.tags();
    let (present, besides) = by_generation(&traces.environments, &traces.queues);
    let generations: BTreeMap<_, _> = present
        .iter()
        .filter_map(|found| environment_of(found))
        .filter(|(_, number)| *number > 1)
        .map(|(name, number)| (name, Generation { number, why: say("why-compute-environment", &[]) }))
        .collect();
    let queues = traces.queues.iter();
    let blueprint = Blueprint {
        name: traces.name.clone(),
        service_role: traces.service_role(),
        tags: tags.into_iter().filter(|(key, _)| !key.starts_with("slipway:")).collect(),
        network: traces.network(),
        flows: traces.flows.iter().filter_map(flow).collect(),
        logs: traces.logs(),
        repositories: traces.repositories.iter().map(|(name, _)| Repository { name: name.clone() }).collect(),
        job_queues: queues
            .filter_map(|queue| job_queue(queue, &traces.environments, &traces.policies))
            .collect(),
        compute_environments: with_templates(&present, traces.launch_templates()),
        scheduling_policies: traces.policies.iter().filter_map(scheduling_policy).collect(),
        job_definitions: traces.job_definitions(&stack),
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
    former.into_iter().chain([Wanted { blueprint, generations, accepted: BTreeMap::new() }]).collect()
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

impl Traces {
    fn owns(&self, id: &str, tags: &Tags) -> bool {
        tags.get(STACK_ID_TAG).is_some_and(|its| its == id)
            && tags.get(STACK_TAG).is_some_and(|name| *name == self.name)
    }

    /// Those that carry this id, of whatever has the stack's name.
    fn of(mut self, id: &str) -> Self {
        macro_rules! keep {
            ($($field:ident by $tags:expr),* $(,)?) => {$(
                let mut found = std::mem::take(&mut self.$field);
                found.retain(|one| self.owns(id, &($tags)(one)));
                self.$field = found;
            )*};
        }
        keep!(
            environments by |one: &ComputeEnvironmentDetail| from_map(one.tags()),
            queues by |one: &JobQueueDetail| from_map(one.tags()),
            definitions by |(one, _): &(batch::JobDefinition, _)| from_map(one.tags()),
            policies by |one: &SchedulingPolicyDetail| from_map(one.tags()),
            templates by |(one, _): &(aws_sdk_ec2::types::LaunchTemplate, _)| from_ec2(one.tags()),
            flows by |one: &SecurityGroupRule| from_ec2(one.tags()),
            repositories by |(_, tags): &(String, Tags)| tags.clone(),
            vpcs by |one: &aws_sdk_ec2::types::Vpc| from_ec2(one.tags()),
            nats by |one: &aws_sdk_ec2::types::NatGateway| from_ec2(one.tags()),
            endpoints by |one: &aws_sdk_ec2::types::VpcEndpoint| from_ec2(one.tags()),
            groups by |one: &aws_sdk_ec2::types::SecurityGroup| from_ec2(one.tags()),
        );
        self.service_role = self.service_role.take().filter(|tags| self.owns(id, tags));
        self
    }

    /// As they are on what jobs need.
    fn tags(&self) -> Tags {
        let environments = self.environments.iter().map(|found| from_map(found.tags()));
        environments.chain(self.queues.iter().map(|found| from_map(found.tags()))).next().unwrap_or_default()
    }

    /// The newest active revision of each, with what its job role may do.
    fn job_definitions(&self, stack: &Stack) -> Vec<JobDefinition> {
        let mut newest = BTreeMap::new();
        for (found, policy) in &self.definitions {
            let name = found.job_definition_name().unwrap_or_default();
            let known = newest.get(name).and_then(|(known, _): &(&batch::JobDefinition, _)| known.revision());
            if known < found.revision() {
                newest.insert(name, (found, policy));
            }
        }
        let each = newest.into_values().filter_map(|(found, policy)| {
            let access = policy.as_ref().map(|policy| read_access(stack, policy)).unwrap_or_default();
            Some(JobDefinition { access, ..read_job_definition(&part(found.tags())?, found) })
        });
        each.collect()
    }

    /// By the environments that they are for.
    fn launch_templates(&self) -> BTreeMap<String, LaunchTemplate> {
        let of_part = self.templates.iter().filter_map(|(template, version)| {
            let part = part_of(&from_ec2(template.tags()))?;
            Some((part, read_launch_template(version.as_ref().and_then(|one| one.launch_template_data()))))
        });
        of_part.collect()
    }

    fn network(&self) -> Network {
        if let Some(cidr) = self.vpcs.first().and_then(|vpc| vpc.cidr_block()) {
            return Network::NewVpc { cidr: cidr.to_owned(), way_out: self.way_out() };
        }
        let Some(resources) = self.environments.iter().find_map(|found| found.compute_resources()) else {
            return Network::DefaultVpc {};
        };
        let mut subnets = resources.subnets().to_vec();
        subnets.sort();
        let mut security_groups = resources.security_group_ids().to_vec();
        security_groups.retain(|id| self.groups.iter().all(|group| group.group_id() != Some(id)));
        security_groups.sort();
        let named = |one: &&Subnet| one.subnet_id().is_some_and(|id| subnets.iter().any(|named| named == id));
        let found: Vec<_> = self.subnets.iter().filter(named).collect();
        let is_default = |subnet: &&Subnet| subnet.default_for_az() == Some(true);
        // All default subnets and a group of the stack's own: the default VPC as a whole.
        let whole = found.iter().all(is_default) && subnets.len() == self.default_subnets.min(16);
        let vpc = found.first().and_then(|subnet| subnet.vpc_id());
        match vpc.filter(|_| !(whole && security_groups.is_empty())) {
            Some(vpc) => Network::ExistingVpc { vpc: vpc.to_owned(), subnets, security_groups },
            None => Network::DefaultVpc {},
        }
    }

    /// How jobs get out of the stack's own VPC.
    fn way_out(&self) -> WayOut {
        // AWS remembers a deleted gateway for an hour.
        let going = [NatGatewayState::Deleting, NatGatewayState::Deleted].map(Some);
        let there = self.nats.iter().any(|nat| !going.contains(&nat.state().cloned()));
        match (there, self.endpoints.is_empty()) {
            (true, _) => WayOut::NatGateway,
            (false, false) => WayOut::Endpoints,
            (false, true) => WayOut::PublicIps,
        }
    }

    /// By its name: a group of another owner is judged as such wherever it is looked at.
    fn logs(&self) -> Logs {
        let days = self.log_group.as_ref().and_then(LogGroup::retention_in_days);
        let days = days.and_then(|days| u32::try_from(days).ok());
        days.map_or_else(Logs::default, |retention_days| Logs { retention_days })
    }

    /// Classic where an environment uses the stack's own role, or that role is there.
    fn service_role(&self) -> ServiceRole {
        let name = names::service_role(&self.name);
        let used = |found: &ComputeEnvironmentDetail| {
            found.service_role().is_some_and(|role| role.ends_with(&format!("/{name}")))
        };
        if self.environments.iter().any(used) || self.service_role.is_some() {
            ServiceRole::Classic
        } else {
            ServiceRole::ServiceLinked
        }
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
