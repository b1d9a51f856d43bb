//! A region as AWS hands it out to a new account.

use super::region::ZONES;
use super::state::{
    AclEntry, Association, InternetGateway, NetworkAcl, Peer, Region, Route, RouteTable, Rule, SecurityGroup,
    Subnet, Vpc,
};
use super::{nat_gateway, vpc, vpc_endpoint};
use crate::ids::ec2_id;
use crate::settings::Trouble;
use crate::state::State;
use crate::time::Millis;
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// Where a default route leads from.
pub(super) const EVERYWHERE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0);

/// The region with its default VPC: a subnet in each zone, an internet gateway and the route to it. It
/// depends on nothing but the account's seed and its troubles.
pub fn seeded(state: &State, name: &str) -> Region {
    let seed = state.seed();
    let id = |prefix: &str, of: &str| ec2_id(seed, prefix, &format!("{name}/{of}"));
    let (vpc, gateway, table) = (id("vpc", ""), id("igw", ""), id("rtb", ""));
    let mut region = Region::default();
    region.vpcs.insert(
        vpc.clone(),
        Vpc {
            cidr: Ipv4Net::new_assert(Ipv4Addr::new(172, 31, 0, 0), 16),
            cidr_association: id("vpc-cidr-assoc", ""),
            is_default: true,
            tenancy: "default".to_owned(),
            dhcp_options: dhcp_options(seed, name),
            dns_support: true,
            dns_hostnames: true,
            usage_metrics: false,
            shared_by: None,
        },
    );
    region.internet_gateways.insert(gateway, InternetGateway { vpc: Some(vpc.clone()) });
    region.route_tables.insert(
        table,
        RouteTable {
            vpc: vpc.clone(),
            routes: Vec::new(),
            associations: BTreeMap::from([(id("rtbassoc", ""), Association::Main)]),
            client_token: None,
        },
    );
    region.network_acls.insert(
        id("acl", ""),
        NetworkAcl { vpc: vpc.clone(), is_default: true, entries: AclEntry::everything() },
    );
    let group = id("sg", "");
    let group_rules = default_group_rules(&group, [id("sgr", "out"), id("sgr", "in")]);
    region.security_groups.insert(group, default_group(&vpc, group_rules));
    for (zone, third) in ZONES.iter().zip((0_u8..).step_by(16)) {
        region.subnets.insert(
            id("subnet", zone),
            Subnet {
                vpc: vpc.clone(),
                cidr: Ipv4Net::new_assert(Ipv4Addr::new(172, 31, third, 0), 20),
                zone: format!("{name}{zone}"),
                is_default_for_zone: true,
                maps_public_ip: true,
                resource_name_dns_a: false,
                acl_association: id("aclassoc", zone),
                acl: None,
            },
        );
    }
    route_out(&mut region, !state.settings.troubles.contains(&Trouble::NoRouteOut));
    region
}

/// `dopt-…`: the one set of DHCP options that every VPC of a region begins with.
pub(super) fn dhcp_options(seed: u64, region: &str) -> String {
    ec2_id(seed, "dopt", &format!("{region}/"))
}

/// The group that every VPC has.
pub(super) fn default_group(vpc: &str, rules: BTreeMap<String, Rule>) -> SecurityGroup {
    SecurityGroup {
        vpc: vpc.to_owned(),
        name: "default".to_owned(),
        description: "default VPC security group".to_owned(),
        rules,
    }
}

/// The default group lets everything out, and in what comes from its own members.
pub(super) fn default_group_rules(group: &str, [out_id, in_id]: [String; 2]) -> BTreeMap<String, Rule> {
    let within = Rule { egress: false, peer: Peer::Group(group.to_owned()), ..everything_out() };
    BTreeMap::from([(out_id, everything_out()), (in_id, within)])
}

/// The rule that every new group begins with.
pub(super) fn everything_out() -> Rule {
    Rule {
        egress: true,
        protocol: "-1".to_owned(),
        from_port: -1,
        to_port: -1,
        peer: Peer::Ipv4("0.0.0.0/0".to_owned()),
        description: None,
    }
}

/// Drops what is gone and only remembered, and then the regions that are as they were handed out: having been looked
/// at is no difference.
pub fn forget_untouched(state: &mut State, now: Millis) {
    for region in state.ec2.regions.values_mut() {
        let settings = &state.settings;
        region
            .nat_gateways
            .retain(|_, nat| nat_gateway::state(nat, now, settings).is_some_and(|state| state != "deleted"));
        region.endpoints.retain(|_, endpoint| vpc_endpoint::state(endpoint, now, settings).is_some());
        vpc::forget_tags(region);
    }
    let untouched: Vec<String> = state
        .ec2
        .regions
        .iter()
        .filter(|(name, region)| **region == seeded(state, name))
        .map(|(n, _)| n.clone())
        .collect();
    for name in untouched {
        state.ec2.regions.remove(&name);
    }
}

/// Gives the default VPC of every region its route to the internet gateway, or takes it away: what the
/// trouble *no route out* switches. Whoever learns from it may put the route back by hand.
pub fn default_route_out(state: &mut State, there: bool) {
    for region in state.ec2.regions.values_mut() {
        route_out(region, there);
    }
}

fn route_out(region: &mut Region, there: bool) {
    let Some(vpc) = region.default_vpc().map(|(id, _)| id.clone()) else { return };
    let gateway = region
        .internet_gateways
        .iter()
        .find(|(_, gateway)| gateway.vpc.as_deref() == Some(vpc.as_str()))
        .map(|(id, _)| id.clone());
    let Some(table) = region.route_tables.values_mut().find(|t| t.vpc == vpc && t.is_main()) else { return };
    let has_one = table.routes.iter().any(|route| route.destination == EVERYWHERE);
    match (there, gateway) {
        (true, Some(gateway)) if !has_one => {
            table.routes.push(Route { destination: EVERYWHERE, gateway });
        }
        (false, _) => table.routes.retain(|route| route.destination != EVERYWHERE),
        _ => {}
    }
}
