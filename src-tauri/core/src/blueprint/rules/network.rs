//! Where jobs run: a new VPC's addresses, an existing one's ids, doors in the groups of others.

use std::{collections::HashSet, net::Ipv4Addr};

use ipnet::Ipv4Net;

use super::{Problems, name};
use crate::{
    blueprint::{Blueprint, Flow, Network, Platform},
    words::say,
};

pub(super) fn check(blueprint: &Blueprint, problems: &mut Problems) {
    match &blueprint.network {
        Network::DefaultVpc {} => {}
        Network::NewVpc { cidr, .. } => addresses(cidr, problems),
        Network::ExistingVpc { vpc, subnets, security_groups } => {
            if !name::is_ec2_id("vpc", vpc) {
                problems.add("network.vpc", say("rule-vpc-id", &[("found", vpc)]));
            }
            let most = if on_fargate(blueprint) { MOST_FARGATE_SUBNETS } else { usize::MAX };
            if subnets.is_empty() {
                problems.add("network.subnets", say("rule-subnets-empty", &[]));
            } else if subnets.len() > most {
                let found = subnets.len().to_string();
                problems.add("network.subnets", say("rule-subnets-too-many", &[("found", &found)]));
            }
            ids("network.subnets", "subnet", subnets, "rule-subnet-id", problems);
            if security_groups.len() > MOST_GROUPS {
                let found = security_groups.len().to_string();
                problems.add("network.security_groups", say("rule-groups-too-many", &[("found", &found)]));
            }
            ids("network.security_groups", "sg", security_groups, "rule-group-id", problems);
        }
    }
    flows(&blueprint.flows, problems);
}

/// Fargate takes sixteen subnets and five security groups; an EC2 network interface five groups as well
/// (ComputeResource, `subnets` and `securityGroupIds`; Amazon VPC quotas).
const MOST_FARGATE_SUBNETS: usize = 16;
const MOST_GROUPS: usize = 5;

fn on_fargate(blueprint: &Blueprint) -> bool {
    blueprint.compute_environments.iter().any(|environment| environment.kind.platform() == Platform::Fargate)
}

fn ids(list: &str, kind: &str, found: &[String], code: &'static str, problems: &mut Problems) {
    let mut seen = HashSet::new();
    for (index, id) in found.iter().enumerate() {
        let field = format!("{list}[{index}]");
        if !name::is_ec2_id(kind, id) {
            problems.add(field, say(code, &[("found", id)]));
        } else if !seen.insert(id) {
            problems.add(field, say("rule-id-twice", &[("found", id)]));
        }
    }
}

fn flows(flows: &[Flow], problems: &mut Problems) {
    name::parts("flows", flows.iter().map(|flow| flow.name.as_str()), problems);
    let mut seen = HashSet::new();
    for (index, flow) in flows.iter().enumerate() {
        let field = |of: &str| format!("flows[{index}].{of}");
        if !name::is_ec2_id("sg", &flow.security_group) {
            problems.add(field("security_group"), say("rule-group-id", &[("found", &flow.security_group)]));
        } else if !seen.insert((&flow.security_group, flow.port)) {
            problems.add(field("port"), say("rule-flow-twice", &[("group", &flow.security_group)]));
        }
        if flow.port == 0 {
            problems.add(field("port"), say("rule-flow-port", &[]));
        }
    }
}

fn addresses(cidr: &str, problems: &mut Problems) {
    let field = "network.cidr";
    let Ok(net) = cidr.parse::<Ipv4Net>() else {
        return problems.add(field, say("rule-cidr", &[("cidr", cidr)]));
    };
    if net.addr() != net.network() {
        let params = [("cidr", cidr), ("network", &net.trunc().to_string())];
        return problems.add(field, say("rule-cidr-host-bits", &params));
    }
    // CreateVpc takes /16 to /28; below /24 the two subnets hold too few addresses for jobs.
    if !(16..=24).contains(&net.prefix_len()) {
        return problems.add(field, say("rule-cidr-size", &[("cidr", cidr)]));
    }
    if !is_private(net) {
        problems.add(field, say("rule-cidr-private", &[("cidr", cidr)]));
    }
}

/// RFC 1918 and the shared addresses of RFC 6598. AWS would also take public ranges; jobs could then not
/// reach whoever really has those addresses.
fn is_private(net: Ipv4Net) -> bool {
    [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16), ([100, 64, 0, 0], 10)]
        .into_iter()
        .filter_map(|(address, prefix)| Ipv4Net::new(Ipv4Addr::from(address), prefix).ok())
        .any(|private| private.contains(&net))
}
