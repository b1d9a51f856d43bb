//! The one list: a blueprint as the resources it asks for.

mod network;

use std::sync::Arc;

use self::network::network;
pub(crate) use self::network::quarter_of;
use super::{
    AnyResource, Kind, Ref, ResourceId, RoleArn, Stack,
    compute_environment::{ComputeEnvironment, Hosts},
    execution_role::execution_role,
    flow::Flow,
    instance_profile::InstanceProfile,
    instance_role::instance_role,
    job_definition::JobDefinition,
    job_queue::JobQueue,
    job_role::job_role,
    launch_template::LaunchTemplate,
    log_group::LogGroup,
    repository::Repository,
    scheduling_policy::SchedulingPolicy,
    service_linked_role::{Service, ServiceLinkedRole},
    service_role::service_role,
    spot_fleet_role::spot_fleet_role,
};
use crate::blueprint::{self, AllocationStrategy, Blueprint, ComputeKind, Instances, ServiceRole, names};

/// A resource of any kind.
pub type Resources = Vec<Box<dyn AnyResource>>;

/// Every resource that this blueprint asks for, each after what it depends on.
pub fn list(blueprint: &Blueprint, stack: Stack) -> Resources {
    let stack = Arc::new(stack);
    let mut resources: Resources = Vec::new();
    let service_role = roles(blueprint, &stack, &mut resources);
    let mut place = network(blueprint, &stack, &mut resources);
    place.after.extend(linked(blueprint).into_iter().map(ServiceLinkedRole::id_of));
    for flow in &blueprint.flows {
        resources.push(Box::new(Flow {
            stack: stack.clone(),
            part: flow.name.clone(),
            group: flow.security_group.clone(),
            port: flow.port,
            from: place.groups.clone(),
        }));
    }
    resources.push(Box::new(LogGroup {
        stack: stack.clone(),
        name: names::log_group(&stack.name),
        retention_days: blueprint.logs.retention_days.try_into().unwrap_or(i32::MAX),
    }));
    for repository in &blueprint.repositories {
        resources.push(Box::new(Repository {
            stack: stack.clone(),
            part: repository.name.clone(),
            name: names::repository(&stack.name, &repository.name),
        }));
    }
    for environment in &blueprint.compute_environments {
        let template = environment.instances.as_ref().and_then(|instances| instances.launch_template.clone());
        if let Some(wanted) = template {
            resources.push(Box::new(LaunchTemplate {
                stack: stack.clone(),
                part: environment.name.clone(),
                name: names::launch_template(&stack.name, &environment.name),
                wanted,
            }));
        }
    }
    for environment in &blueprint.compute_environments {
        resources.push(Box::new(ComputeEnvironment {
            stack: stack.clone(),
            id: stack.environment(&environment.name),
            name: names::compute_environment(
                &stack.name,
                &environment.name,
                stack.generation(&environment.name),
            ),
            wanted: environment.clone(),
            service_role: service_role.clone(),
            subnets: place.subnets.clone(),
            groups: place.groups.clone(),
            hosts: hosts(environment),
            after: place.after.clone(),
        }));
    }
    for policy in &blueprint.scheduling_policies {
        resources.push(Box::new(SchedulingPolicy {
            stack: stack.clone(),
            name: names::scheduling_policy(&stack.name, &policy.name),
            wanted: policy.clone(),
        }));
    }
    for queue in &blueprint.job_queues {
        let environments = queue.compute_environments.iter();
        let policy = queue.scheduling_policy.as_ref();
        resources.push(Box::new(JobQueue {
            stack: stack.clone(),
            part: queue.name.clone(),
            name: names::job_queue(&stack.name, &queue.name),
            priority: queue.priority.try_into().unwrap_or(i32::MAX),
            state: queue.state,
            environments: environments.map(|name| Ref::to(stack.environment(name))).collect(),
            policy: policy.map(|name| Ref::to(ResourceId::new(Kind::SchedulingPolicy, name))),
        }));
    }
    for definition in &blueprint.job_definitions {
        resources.push(Box::new(JobDefinition {
            stack: stack.clone(),
            name: names::job_definition(&stack.name, &definition.name),
            wanted: definition.clone(),
            execution_role: Ref::to(ResourceId::main(Kind::ExecutionRole)),
            job_role: Ref::to(ResourceId::new(Kind::JobRole, &definition.name)),
            log_group: Ref::to(ResourceId::main(Kind::LogGroup)),
        }));
    }
    resources
}

fn instances_of(blueprint: &Blueprint) -> impl Iterator<Item = (&blueprint::ComputeEnvironment, &Instances)> {
    let environments = blueprint.compute_environments.iter();
    environments.filter_map(|environment| Some((environment, environment.instances.as_ref()?)))
}

/// Only this strategy goes by way of Spot Fleet.
fn needs_spot_fleet(environment: &blueprint::ComputeEnvironment, instances: &Instances) -> bool {
    environment.kind == ComputeKind::Spot && instances.allocation_strategy == AllocationStrategy::BestFit
}

/// The services whose service-linked roles the stack needs.
fn linked(blueprint: &Blueprint) -> Vec<Service> {
    let mut services = Vec::new();
    if blueprint.service_role == ServiceRole::ServiceLinked {
        services.push(Service::Batch);
    }
    services.push(Service::Ecs);
    if blueprint.compute_environments.iter().any(|environment| environment.kind == ComputeKind::Spot) {
        services.push(Service::Spot);
    }
    if instances_of(blueprint).any(|(environment, instances)| needs_spot_fleet(environment, instances)) {
        services.push(Service::SpotFleet);
    }
    services
}

/// The roles; the classic service role, where there is one.
fn roles(blueprint: &Blueprint, stack: &Arc<Stack>, resources: &mut Resources) -> Option<Ref<RoleArn>> {
    let classic = blueprint.service_role == ServiceRole::Classic;
    if classic {
        resources.push(Box::new(service_role(stack)));
    }
    for service in linked(blueprint) {
        resources.push(Box::new(ServiceLinkedRole { stack: stack.clone(), service }));
    }
    if instances_of(blueprint).next().is_some() {
        resources.push(Box::new(instance_role(stack, &blueprint.job_definitions)));
        resources.push(Box::new(InstanceProfile {
            stack: stack.clone(),
            name: names::instance_profile(&stack.name),
            role: Ref::to(ResourceId::main(Kind::InstanceRole)),
        }));
    }
    if instances_of(blueprint).any(|(environment, instances)| needs_spot_fleet(environment, instances)) {
        resources.push(Box::new(spot_fleet_role(stack)));
    }
    resources.push(Box::new(execution_role(stack, &blueprint.job_definitions)));
    for definition in &blueprint.job_definitions {
        resources.push(Box::new(job_role(stack, definition)));
    }
    classic.then(|| Ref::to(ResourceId::main(Kind::ServiceRole)))
}

/// What the instances of an environment are given, where it has instances.
fn hosts(environment: &blueprint::ComputeEnvironment) -> Option<Hosts> {
    let instances = environment.instances.as_ref()?;
    let template = ResourceId::new(Kind::LaunchTemplate, &environment.name);
    Some(Hosts {
        profile: Ref::to(ResourceId::main(Kind::InstanceProfile)),
        template: instances.launch_template.as_ref().map(|_| (Ref::to(template.clone()), Ref::to(template))),
        spot_fleet_role: needs_spot_fleet(environment, instances)
            .then(|| Ref::to(ResourceId::main(Kind::SpotFleetRole))),
    })
}
