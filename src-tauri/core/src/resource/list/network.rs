//! Where jobs run: a network of somebody else, or one of the stack's own with its way out.

use std::{net::Ipv4Addr, sync::Arc};

use ipnet::Ipv4Net;

use super::Resources;
use crate::{
    blueprint::{Blueprint, Network, WayOut, by_route, endpoints, names},
    resource::{
        Groups, Kind, Ref, ResourceId, Stack, SubnetId, Subnets, VpcId,
        default_vpc::DefaultVpc,
        elastic_ip::ElasticIp,
        existing_vpc::ExistingVpc,
        internet_gateway::InternetGateway,
        nat_gateway::NatGateway,
        route_table::{Exit, RouteTable},
        security_group::{InVpc, Purpose, SecurityGroup},
        subnet::Subnet,
        vpc::Vpc,
        vpc_endpoint::{By, VpcEndpoint},
    },
};

/// Where jobs run.
pub(super) struct Place {
    pub(super) subnets: Subnets,
    pub(super) groups: Groups,
    /// What must be there for the subnets to have a way out.
    pub(super) after: Vec<ResourceId>,
}

pub(super) fn network(blueprint: &Blueprint, stack: &Arc<Stack>, resources: &mut Resources) -> Place {
    let (vpc, in_vpc, subnets, after) = match &blueprint.network {
        Network::DefaultVpc {} => {
            let vpc = ResourceId::main(Kind::DefaultVpc);
            resources.push(Box::new(DefaultVpc { stack: stack.clone() }));
            (vpc.clone(), InVpc::Default, Subnets::OfVpc(Ref::to(vpc)), vec![])
        }
        Network::ExistingVpc { vpc, subnets, security_groups } => {
            let id = ResourceId::main(Kind::ExistingVpc);
            resources.push(Box::new(ExistingVpc {
                stack: stack.clone(),
                vpc: vpc.clone(),
                subnets: subnets.clone(),
                security_groups: security_groups.clone(),
            }));
            let subnets = Subnets::OfVpc(Ref::to(id.clone()));
            if !security_groups.is_empty() {
                return Place { subnets, groups: Groups::Given(security_groups.clone()), after: vec![id] };
            }
            (id, InVpc::Given(vpc.clone()), subnets, vec![])
        }
        Network::NewVpc { cidr, way_out } => {
            let mut new = NewVpc::new(stack, cidr, resources);
            match way_out {
                WayOut::PublicIps => new.with_public_ips(),
                WayOut::NatGateway => new.with_nat_gateway(),
                WayOut::Endpoints => new.with_endpoints(blueprint),
            }
            (ResourceId::main(Kind::Vpc), InVpc::Own, Subnets::Each(new.subnets), new.after)
        }
    };
    resources.push(Box::new(SecurityGroup {
        stack: stack.clone(),
        purpose: Purpose::Jobs,
        name: names::security_group(&stack.name),
        vpc: Ref::to(vpc),
        in_vpc,
    }));
    Place { subnets, groups: Groups::Own(Ref::to(ResourceId::main(Kind::SecurityGroup))), after }
}

/// A VPC of the stack's own, as far as it has come.
struct NewVpc<'n> {
    stack: &'n Arc<Stack>,
    cidr: &'n str,
    resources: &'n mut Resources,
    /// Those that jobs run in.
    subnets: Vec<Ref<SubnetId>>,
    after: Vec<ResourceId>,
}

impl<'n> NewVpc<'n> {
    fn new(stack: &'n Arc<Stack>, cidr: &'n str, resources: &'n mut Resources) -> Self {
        resources.push(Box::new(Vpc { stack: stack.clone(), cidr: cidr.to_owned() }));
        Self { stack, cidr, resources, subnets: vec![], after: vec![] }
    }

    fn vpc() -> Ref<VpcId> {
        Ref::to(ResourceId::main(Kind::Vpc))
    }

    /// Public subnets: what runs in them has an address of its own.
    fn with_public_ips(&mut self) {
        let gateway = self.internet_gateway();
        self.job_subnets(true);
        self.route_table("main", Some(gateway), self.subnets.clone());
    }

    /// Private subnets, and a public one in which the gateway stands.
    fn with_nat_gateway(&mut self) {
        let gateway = self.internet_gateway();
        self.job_subnets(false);
        let public = self.subnet("public", 2, 0, false);
        let table = self.route_table("public", Some(gateway), vec![public.clone()]);
        self.resources.push(Box::new(ElasticIp { stack: self.stack.clone() }));
        self.resources.push(Box::new(NatGateway {
            stack: self.stack.clone(),
            subnet: public,
            address: Ref::to(ResourceId::main(Kind::ElasticIp)),
            after: vec![ResourceId::main(Kind::InternetGateway), table],
        }));
        let nat = Exit::Nat(Ref::to(ResourceId::main(Kind::NatGateway)));
        self.route_table("main", Some(nat), self.subnets.clone());
    }

    /// Private subnets without a way out, and endpoints of what jobs need.
    fn with_endpoints(&mut self, blueprint: &Blueprint) {
        self.job_subnets(false);
        let table = self.route_table("main", None, self.subnets.clone());
        let purpose = Purpose::Endpoints { cidr: self.cidr.to_owned() };
        let group = ResourceId::new(Kind::SecurityGroup, "endpoints");
        self.resources.push(Box::new(SecurityGroup {
            stack: self.stack.clone(),
            purpose,
            name: names::endpoints_group(&self.stack.name),
            vpc: Self::vpc(),
            in_vpc: InVpc::Own,
        }));
        for end in endpoints(blueprint) {
            let by = if by_route(end) {
                By::Route(Ref::to(table.clone()))
            } else {
                By::Interface { subnets: self.subnets.clone(), group: Ref::to(group.clone()) }
            };
            let endpoint = VpcEndpoint { stack: self.stack.clone(), end, vpc: Self::vpc(), by };
            self.after.push(endpoint.own_id());
            self.resources.push(Box::new(endpoint));
        }
    }

    fn internet_gateway(&mut self) -> Exit {
        self.resources.push(Box::new(InternetGateway { stack: self.stack.clone(), vpc: Self::vpc() }));
        Exit::Gateway(Ref::to(ResourceId::main(Kind::InternetGateway)))
    }

    /// The two that jobs run in, each in a zone of its own.
    fn job_subnets(&mut self, public_ips: bool) {
        for (at, part) in ["a", "b"].into_iter().enumerate() {
            let subnet = self.subnet(part, at, at, public_ips);
            self.subnets.push(subnet);
        }
    }

    fn subnet(&mut self, part: &str, quarter: usize, zone: usize, public_ips: bool) -> Ref<SubnetId> {
        self.resources.push(Box::new(Subnet {
            stack: self.stack.clone(),
            part: part.to_owned(),
            vpc: Self::vpc(),
            cidr: quarter_of(self.cidr, quarter),
            quarter,
            public_ips,
            zone,
        }));
        Ref::to(ResourceId::new(Kind::Subnet, part))
    }

    fn route_table(&mut self, part: &str, exit: Option<Exit>, subnets: Vec<Ref<SubnetId>>) -> ResourceId {
        let table = ResourceId::new(Kind::RouteTable, part);
        self.resources.push(Box::new(RouteTable {
            stack: self.stack.clone(),
            part: part.to_owned(),
            vpc: Self::vpc(),
            exit,
            subnets,
        }));
        self.after.push(table.clone());
        table
    }
}

/// One quarter of a range: two for jobs, one for what must be public, one left for later.
pub(crate) fn quarter_of(cidr: &str, quarter: usize) -> String {
    let range = cidr.parse().unwrap_or_else(|_| Ipv4Net::from(Ipv4Addr::UNSPECIFIED));
    let quarters = range.subnets((range.prefix_len() + 2).min(28));
    quarters.ok().and_then(|mut all| all.nth(quarter)).map(|net| net.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::quarter_of;

    #[test]
    fn subnets_take_a_quarter_each() {
        assert_eq!([0, 1].map(|n| quarter_of("10.42.0.0/16", n)), ["10.42.0.0/18", "10.42.64.0/18"]);
        assert_eq!([0, 2].map(|n| quarter_of("10.0.0.0/24", n)), ["10.0.0.0/26", "10.0.0.128/26"]);
    }
}
