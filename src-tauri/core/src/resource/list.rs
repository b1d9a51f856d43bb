//! The one list: a blueprint as the resources it asks for.

use std::{net::Ipv4Addr, sync::Arc};

use ipnet::Ipv4Net;

use super::{
    AnyResource, Kind, Ref, ResourceId, Stack,
    compute_environment::{ComputeEnvironment, Subnets},
    default_vpc::DefaultVpc,
    execution_role::execution_role,
    internet_gateway::InternetGateway,
    job_definition::JobDefinition,
    job_queue::JobQueue,
    job_role::job_role,
    log_group::LogGroup,
    repository::Repository,
    route_table::RouteTable,
    security_group::SecurityGroup,
    service_linked_role::ServiceLinkedRole,
    service_role::service_role,
    subnet::Subnet,
    vpc::Vpc,
};
use crate::blueprint::{Blueprint, Network, ServiceRole, names};

/// A resource of any kind.
pub type Resources = Vec<Box<dyn AnyResource>>;

/// Every resource that this blueprint asks for, each after what it depends on.
pub fn list(blueprint: &Blueprint, stack: Stack) -> Resources {
    let stack = Arc::new(stack);
    let mut resources: Resources = Vec::new();

    let classic = match blueprint.service_role {
        ServiceRole::Classic => {
            resources.push(Box::new(service_role(&stack)));
            Some(Ref::to(ResourceId::main(Kind::ServiceRole)))
        }
        ServiceRole::ServiceLinked => {
            resources.push(Box::new(ServiceLinkedRole { stack: stack.clone() }));
            None
        }
    };
    resources.push(Box::new(execution_role(&stack)));
    for definition in &blueprint.job_definitions {
        resources.push(Box::new(job_role(&stack, &definition.name)));
    }

    let (vpc, subnets, way_out) = network(blueprint, &stack, &mut resources);
    resources.push(Box::new(SecurityGroup {
        stack: stack.clone(),
        name: names::security_group(&stack.name),
        vpc: Ref::to(vpc),
    }));
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

    let mut after = way_out;
    if classic.is_none() {
        after.push(ResourceId::main(Kind::ServiceLinkedRole));
    }
    for environment in &blueprint.compute_environments {
        resources.push(Box::new(ComputeEnvironment {
            stack: stack.clone(),
            part: environment.name.clone(),
            name: names::compute_environment(&stack.name, &environment.name),
            max_vcpus: environment.max_vcpus.try_into().unwrap_or(i32::MAX),
            service_role: classic.clone(),
            subnets: subnets.clone(),
            security_group: Ref::to(ResourceId::main(Kind::SecurityGroup)),
            after: after.clone(),
        }));
    }
    for queue in &blueprint.job_queues {
        let environments = queue.compute_environments.iter();
        resources.push(Box::new(JobQueue {
            stack: stack.clone(),
            part: queue.name.clone(),
            name: names::job_queue(&stack.name, &queue.name),
            priority: queue.priority.try_into().unwrap_or(i32::MAX),
            environments: environments
                .map(|name| Ref::to(ResourceId::new(Kind::ComputeEnvironment, name)))
                .collect(),
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

/// The network's resources; its VPC, its subnets, and what must be there for them to have a way out.
fn network(
    blueprint: &Blueprint,
    stack: &Arc<Stack>,
    resources: &mut Resources,
) -> (ResourceId, Subnets, Vec<ResourceId>) {
    let Network::NewVpc { cidr } = &blueprint.network else {
        let vpc = ResourceId::main(Kind::DefaultVpc);
        resources.push(Box::new(DefaultVpc { stack: stack.clone() }));
        return (vpc.clone(), Subnets::OfVpc(Ref::to(vpc)), vec![]);
    };
    let vpc = ResourceId::main(Kind::Vpc);
    let gateway = ResourceId::main(Kind::InternetGateway);
    resources.push(Box::new(Vpc { stack: stack.clone(), cidr: cidr.clone() }));
    resources.push(Box::new(InternetGateway { stack: stack.clone(), vpc: Ref::to(vpc.clone()) }));
    let mut subnets = Vec::new();
    for (zone, (part, cidr)) in ["a", "b"].into_iter().zip(halves(cidr)).enumerate() {
        resources.push(Box::new(Subnet {
            stack: stack.clone(),
            part: part.to_owned(),
            vpc: Ref::to(vpc.clone()),
            cidr,
            zone,
        }));
        subnets.push(Ref::to(ResourceId::new(Kind::Subnet, part)));
    }
    let table = ResourceId::main(Kind::RouteTable);
    resources.push(Box::new(RouteTable {
        stack: stack.clone(),
        vpc: Ref::to(vpc.clone()),
        gateway: Ref::to(gateway),
        subnets: subnets.clone(),
    }));
    (vpc, Subnets::Each(subnets), vec![table])
}

/// The first and second quarter of a range: two subnets, and half of the addresses left for later ones.
fn halves(cidr: &str) -> Vec<String> {
    let range = cidr.parse().unwrap_or_else(|_| Ipv4Net::from(Ipv4Addr::UNSPECIFIED));
    let quarter = (range.prefix_len() + 2).min(28);
    range
        .subnets(quarter)
        .map(|quarters| quarters.take(2).map(|net| net.to_string()).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn two_subnets_take_a_quarter_each() {
        assert_eq!(halves("10.42.0.0/16"), ["10.42.0.0/18", "10.42.64.0/18"]);
        assert_eq!(halves("10.0.0.0/24"), ["10.0.0.0/26", "10.0.0.64/26"]);
    }
}
