//! What is drawn of a network that is there: its subnets for jobs, the gateways and endpoints that lead out of them, and
//! whatever else is on a way.

use std::collections::BTreeSet;

use super::picture::{DrawnWay, NetworkPicture, SubnetDrawn, Thing, VpcDrawn};
use crate::{
    blueprint::Service,
    network::{
        Acl, Blocked, Endpoint, Group, HopKind, Nat, PrivateName, RouteTo, Rule, Subnet, Table, VpcFacts,
    },
    resource::Evidence,
};

/// The picture, without cures.
pub(super) fn draw(facts: &VpcFacts, for_jobs: &[String], ways: Vec<DrawnWay>) -> NetworkPicture {
    let met = |kind: HopKind| {
        let branches = ways.iter().flat_map(|way| &way.branches);
        let hops = branches.flat_map(|branch| &branch.hops).filter(move |hop| hop.kind == kind);
        hops.map(|hop| hop.id.as_str()).collect::<BTreeSet<_>>()
    };
    let services: BTreeSet<Service> = ways.iter().map(|way| way.service).collect();
    let mut things = nats(facts, &met(HopKind::NatGateway));
    let stand_in: BTreeSet<_> = things.iter().flat_map(|nat| nat.subnets.clone()).collect();
    let subnets = subnets(facts, for_jobs, &stand_in);
    let followed: BTreeSet<_> = subnets.iter().filter_map(|subnet| subnet.route_table.as_deref()).collect();
    let followed = &followed | &met(HopKind::RouteTable);
    let tables = facts.tables.iter().flatten().filter(|table| followed.contains(table.id.as_str()));
    things.extend(tables.map(table));
    let mut gateways = met(HopKind::InternetGateway);
    gateways.extend(facts.gateways.iter().flatten().map(String::as_str));
    things.extend(gateways.into_iter().map(|id| {
        let evidence = gateway(facts);
        Thing { evidence, ..Thing::new(HopKind::InternetGateway, id) }
    }));
    things.extend(endpoints(facts, &services, &met(HopKind::Endpoint)));
    let of_met = |kind: HopKind, evidence: &dyn Fn(&str) -> Vec<Evidence>| {
        let each = met(kind).into_iter().map(|id| Thing { evidence: evidence(id), ..Thing::new(kind, id) });
        each.collect::<Vec<_>>()
    };
    things.extend(of_met(HopKind::SecurityGroup, &|id| {
        facts.groups.iter().flatten().find(|group| group.id == id).map(group).unwrap_or_default()
    }));
    things.extend(of_met(HopKind::NetworkAcl, &|id| {
        facts.acls.iter().flatten().find(|acl| acl.id == id).map(acl).unwrap_or_default()
    }));
    things.extend(of_met(HopKind::Resolver, &|_| {
        let support = facts.dns_support.as_ref().map_or("?".to_owned(), bool::to_string);
        vec![Evidence::new("EnableDnsSupport", support)]
    }));
    things.extend(of_met(HopKind::Elsewhere, &|_| vec![]));
    let vpc = VpcDrawn { id: facts.id.clone(), name: facts.name.clone(), cidr: facts.cidr.clone() };
    NetworkPicture { to_be_made: false, vpc, subnets, things, ways, cures: vec![] }
}

impl Thing {
    pub(super) fn new(kind: HopKind, id: &str) -> Self {
        Self { id: id.to_owned(), kind, name: None, subnets: vec![], evidence: vec![] }
    }
}

fn subnets(facts: &VpcFacts, for_jobs: &[String], stand_in: &BTreeSet<String>) -> Vec<SubnetDrawn> {
    let drawn = |id: &String| {
        let table = facts.table_of(id).ok().flatten().map(|table| table.id.clone());
        let for_jobs = for_jobs.contains(id);
        match facts.subnet(id) {
            Some(found) => subnet(found, table, for_jobs),
            // It may not be looked at.
            None => SubnetDrawn {
                id: id.clone(),
                name: None,
                zone: String::new(),
                cidr: String::new(),
                free_addresses: None,
                gives_public_ips: false,
                route_table: table,
                for_jobs,
                evidence: vec![],
            },
        }
    };
    let others = stand_in.iter().filter(|id| !for_jobs.contains(id));
    let mut subnets: Vec<_> = for_jobs.iter().chain(others).map(drawn).collect();
    subnets.sort_by(|a, b| (&a.zone, !a.for_jobs, &a.cidr).cmp(&(&b.zone, !b.for_jobs, &b.cidr)));
    subnets
}

fn subnet(subnet: &Subnet, route_table: Option<String>, for_jobs: bool) -> SubnetDrawn {
    let cidr = subnet.cidr.map(|block| block.to_string()).unwrap_or_default();
    let mut evidence = vec![
        Evidence::new("AvailabilityZone", &subnet.zone),
        Evidence::new("CidrBlock", &cidr),
        Evidence::new("AvailableIpAddressCount", subnet.free_addresses),
        Evidence::new("MapPublicIpOnLaunch", subnet.gives_public_ips),
    ];
    evidence.extend(route_table.iter().map(|id| Evidence::new("RouteTableId", id)));
    SubnetDrawn {
        id: subnet.id.clone(),
        name: subnet.name.clone(),
        zone: subnet.zone.clone(),
        cidr,
        free_addresses: Some(subnet.free_addresses),
        gives_public_ips: subnet.gives_public_ips,
        route_table,
        for_jobs,
        evidence,
    }
}

/// An internet gateway, with what the account lets pass any of its own.
fn gateway(facts: &VpcFacts) -> Vec<Evidence> {
    let mut evidence = vec![Evidence::new("Attachments", &facts.id)];
    if let Ok(access) = &facts.public_access
        && access.blocked != Blocked::Nothing
    {
        evidence.push(Evidence::new("InternetGatewayBlockMode", access.blocked.mode()));
        evidence.extend(access.exclusions.iter().map(|one| Evidence::new(&one.of, one.mode())));
    }
    evidence
}

/// Those that are on a way, and those that could be.
fn nats(facts: &VpcFacts, met: &BTreeSet<&str>) -> Vec<Thing> {
    let there = |nat: &&Nat| met.contains(nat.id.as_str()) || !nat.state.starts_with("delet");
    let known = facts.nats.iter().flatten().filter(there);
    let mut things: Vec<_> = known
        .map(|nat| {
            let mut evidence = vec![
                Evidence::new("State", &nat.state),
                Evidence::new("ConnectivityType", if nat.public { "public" } else { "private" }),
            ];
            evidence.extend(nat.subnet.iter().map(|id| Evidence::new("SubnetId", id)));
            evidence.extend(nat.failure.iter().map(|words| Evidence::new("FailureMessage", words)));
            let subnets = nat.subnet.clone().into_iter().collect();
            Thing { subnets, evidence, ..Thing::new(HopKind::NatGateway, &nat.id) }
        })
        .collect();
    // One of another VPC is not listed with this one's.
    let elsewhere = met.iter().filter(|id| !things.iter().any(|thing| thing.id == **id));
    let elsewhere: Vec<_> = elsewhere.map(|id| Thing::new(HopKind::NatGateway, id)).collect();
    things.extend(elsewhere);
    things
}

fn endpoints(facts: &VpcFacts, services: &BTreeSet<Service>, met: &BTreeSet<&str>) -> Vec<Thing> {
    let needed = |one: &&Endpoint| {
        let of_a_service = services.iter().any(|service| service.endpoints().contains(&one.service.as_str()));
        met.contains(one.id.as_str()) || (of_a_service && !one.state.starts_with("delet"))
    };
    let drawn = |one: &Endpoint| {
        let mut evidence = vec![
            Evidence::new("ServiceName", &one.service),
            Evidence::new("VpcEndpointType", if one.gateway { "Gateway" } else { "Interface" }),
            Evidence::new("State", &one.state),
        ];
        if one.gateway {
            evidence.push(Evidence::new("RouteTableIds", one.tables.join(", ")));
        } else {
            evidence.push(Evidence::new("PrivateDnsEnabled", one.private_name != PrivateName::Nobody));
            if one.private_name == PrivateName::InboundResolvers {
                evidence.push(Evidence::new("PrivateDnsOnlyForInboundResolverEndpoint", true));
            }
            evidence.push(Evidence::new("SubnetIds", one.subnets.join(", ")));
            let groups = facts.groups.iter().flatten().filter(|group| one.groups.contains(&group.id));
            evidence.push(Evidence::new("Groups", one.groups.join(", ")));
            let let_in = groups.flat_map(|group| group.ingress.iter().map(move |rule| (group, rule)));
            evidence.extend(
                let_in.map(|(group, each)| Evidence::new(&format!("{} IpPermissions", group.id), rule(each))),
            );
        }
        evidence.extend(one.policy.iter().map(|policy| Evidence::new("PolicyDocument", policy)));
        let name = Some(one.service.clone());
        let subnets = one.subnets.clone();
        Thing { name, subnets, evidence, ..Thing::new(HopKind::Endpoint, &one.id) }
    };
    let mut things: Vec<_> = facts.endpoints.iter().flatten().filter(needed).map(drawn).collect();
    things.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    things
}

fn table(table: &Table) -> Thing {
    let evidence = table.routes.iter().map(|route| {
        let to = match &route.to {
            RouteTo::Addresses(block) => block.to_string(),
            RouteTo::PrefixList(list) => list.clone(),
        };
        let state = if route.active { "active" } else { "blackhole" };
        Evidence::new(&to, format!("{} ({state})", route.target))
    });
    let mut evidence: Vec<_> = evidence.collect();
    if table.main {
        evidence.push(Evidence::new("Main", true));
    }
    Thing { evidence, ..Thing::new(HopKind::RouteTable, &table.id) }
}

fn group(group: &Group) -> Vec<Evidence> {
    let mut evidence = vec![Evidence::new("GroupName", &group.name)];
    let out = group.egress.iter().map(|each| Evidence::new("IpPermissionsEgress", rule(each)));
    evidence.extend(out);
    evidence
}

/// `tcp 443 10.0.0.0/16, sg-1`.
fn rule(rule: &Rule) -> String {
    let blocks = rule.blocks.iter().map(ToString::to_string);
    let others = rule.groups.iter().chain(&rule.prefix_lists).cloned();
    let peers = blocks.chain(others).collect::<Vec<_>>().join(", ");
    format!("{} {peers}", passing(&rule.protocol, rule.ports))
}

fn passing(protocol: &str, ports: Option<(u16, u16)>) -> String {
    let protocol = match protocol {
        "-1" => "all",
        "6" => "tcp",
        "17" => "udp",
        other => other,
    };
    match ports {
        Some((from, to)) if from == to => format!("{protocol} {from}"),
        Some((from, to)) => format!("{protocol} {from}–{to}"),
        None => protocol.to_owned(),
    }
}

fn acl(acl: &Acl) -> Vec<Evidence> {
    let each = acl.entries.iter().filter_map(|entry| {
        let block = entry.block?;
        let number = if entry.number > 32_766 { "*".to_owned() } else { entry.number.to_string() };
        let (way, act) =
            (if entry.egress { "out" } else { "in" }, if entry.allow { "allow" } else { "deny" });
        let value = format!("{act} {} {block}", passing(&entry.protocol, entry.ports));
        Some(Evidence::new(&format!("{number} {way}"), value))
    });
    each.collect()
}
