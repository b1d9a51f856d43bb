//! Network interfaces: those of running tasks and of hosts, and those of NAT gateways and interface endpoints. They are
//! gone with these.

use super::describe::{flag, one, select};
use super::error::NETWORK_INTERFACE;
use super::state::{Region, region};
use super::{nat_gateway, vpc_endpoint};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::ids::digest_hex;
use crate::service::batch::{self, Holder};
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody's address in a subnet.
struct Interface {
    /// `interface`, `nat_gateway`, `vpc_endpoint`.
    kind: &'static str,
    description: String,
    /// The instance that it belongs to; without one AWS made it for one of its services.
    host: Option<String>,
    subnet: String,
    groups: Vec<String>,
    private_ip: String,
    public_ip: Option<String>,
    /// Whether it has a public address.
    is_public: bool,
}

fn all(state: &State, region_name: &str, now: Millis) -> BTreeMap<String, Interface> {
    let of_jobs = batch::interfaces(state, region_name).into_iter().map(|one| {
        let (description, host) = match one.holder {
            Holder::Task(task) => (format!("arn:aws:ecs:attachment/{task}"), None),
            Holder::Host(host) => (String::new(), Some(host)),
        };
        let interface = Interface {
            kind: "interface",
            description,
            host,
            subnet: one.subnet,
            groups: one.groups,
            private_ip: one.private_ip,
            public_ip: None,
            is_public: one.is_public,
        };
        (one.id, interface)
    });
    let mut all: BTreeMap<String, Interface> = of_jobs.collect();
    let Some(region) = state.ec2.regions.get(region_name) else { return all };
    for (id, nat) in &region.nat_gateways {
        if nat_gateway::stands(nat, now, &state.settings) {
            let address = nat.allocation.as_ref().and_then(|id| region.addresses.get(id));
            let interface = Interface {
                kind: "nat_gateway",
                description: format!("Interface for NAT Gateway {id}"),
                host: None,
                subnet: nat.subnet.clone(),
                groups: Vec::new(),
                private_ip: nat.private_ip.clone(),
                public_ip: address.map(|address| address.public_ip.clone()),
                is_public: address.is_some(),
            };
            all.insert(nat.interface.clone(), interface);
        }
    }
    for (id, endpoint) in &region.endpoints {
        if vpc_endpoint::state(endpoint, now, &state.settings).is_none() {
            continue;
        }
        for (subnet, (interface, private_ip)) in &endpoint.interfaces {
            let of_subnet = Interface {
                kind: "vpc_endpoint",
                description: format!("VPC Endpoint Interface {id}"),
                host: None,
                subnet: subnet.clone(),
                groups: endpoint.groups.iter().cloned().collect(),
                private_ip: private_ip.clone(),
                public_ip: None,
                is_public: false,
            };
            all.insert(interface.clone(), of_subnet);
        }
    }
    all
}

/// An address of a subnet that neither a NAT gateway nor an endpoint was given before.
pub(super) fn free_address(region: &Region, subnet: &str) -> String {
    let Some(block) = region.subnets.get(subnet).map(|subnet| subnet.cidr) else { return String::new() };
    let of_gateways = region.nat_gateways.values().map(|nat| nat.private_ip.as_str());
    let interfaces = region.endpoints.values().flat_map(|endpoint| endpoint.interfaces.values());
    let taken: BTreeSet<&str> = of_gateways.chain(interfaces.map(|(_, ip)| ip.as_str())).collect();
    let places = (1_u32 << (32 - u32::from(block.prefix_len()))).saturating_sub(5).max(1);
    let from = u32::from_str_radix(&digest_hex(0, subnet)[..6], 16).unwrap_or(0) % places;
    // AWS keeps the first four and the last address of every subnet.
    let address = |place| std::net::Ipv4Addr::from_bits(block.network().to_bits() + 4 + place).to_string();
    let mut all = (0..places).map(|n| address((from + n) % places));
    all.find(|ip| !taken.contains(ip.as_str())).unwrap_or_default()
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let all = all(account.state, account.region, account.now);
    let region = region(account);
    let (found, mut tail) = select(
        region,
        params,
        "NetworkInterfaceId",
        NETWORK_INTERFACE,
        &all,
        |region, id, interface, filter| match filter {
            "network-interface-id" => one(id),
            "subnet-id" => one(&interface.subnet),
            "group-id" => Some(interface.groups.clone()),
            "vpc-id" => Some(vpc(region, interface).into_iter().collect()),
            "private-ip-address" => one(&interface.private_ip),
            "status" => one("in-use"),
            "attachment.status" => one("attached"),
            "interface-type" => one(interface.kind),
            "owner-id" => one(ACCOUNT_ID),
            "requester-managed" => flag(interface.host.is_none()),
            "attachment.instance-id" => Some(interface.host.clone().into_iter().collect()),
            "description" => one(&interface.description),
            // Interfaces of other makers: Lambda, load balancers.
            "requester-id" | "attachment.instance-owner-id" | "attachment.attachment-id" => Some(Vec::new()),
            _ => None,
        },
    )?;
    let mut answer = vec![Xml::items(
        "networkInterfaceSet",
        found.into_iter().map(|(id, interface)| xml(region, id, interface)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

fn vpc(region: &Region, interface: &Interface) -> Option<String> {
    region.subnets.get(&interface.subnet).map(|subnet| subnet.vpc.clone())
}

fn xml(region: &Region, id: &str, interface: &Interface) -> Vec<Xml> {
    let subnet = region.subnets.get(&interface.subnet);
    let mut attachment = vec![
        Xml::text("instanceOwnerId", ACCOUNT_ID),
        Xml::text("status", "attached"),
        Xml::shown("deleteOnTermination", interface.host.is_some()),
    ];
    attachment.extend(interface.host.as_ref().map(|host| Xml::text("instanceId", host)));
    let public = interface.public_ip.iter().map(|ip| {
        Xml::tree("association", vec![Xml::text("publicIp", ip), Xml::text("ipOwnerId", ACCOUNT_ID)])
    });
    let mut fields = vec![
        Xml::text("networkInterfaceId", id),
        Xml::text("subnetId", &interface.subnet),
        Xml::text("vpcId", subnet.map_or("", |subnet| subnet.vpc.as_str())),
        Xml::text("availabilityZone", subnet.map_or("", |subnet| subnet.zone.as_str())),
        Xml::text("description", &interface.description),
        Xml::text("ownerId", ACCOUNT_ID),
        Xml::shown("requesterManaged", interface.host.is_none()),
        Xml::text("status", "in-use"),
        Xml::text("privateIpAddress", &interface.private_ip),
        Xml::text("interfaceType", interface.kind),
        Xml::items(
            "groupSet",
            interface.groups.iter().map(|group| {
                let name = region.security_groups.get(group).map_or("", |group| group.name.as_str());
                vec![Xml::text("groupId", group), Xml::text("groupName", name)]
            }),
        ),
        Xml::tree("attachment", attachment),
        Xml::tree("tagSet", Vec::new()),
    ];
    fields.extend(public);
    fields
}

/// How many of them a subnet holds.
pub(super) fn in_subnet(account: &Account<'_>, subnet: &str) -> usize {
    let all = all(account.state, account.region, account.now);
    all.values().filter(|interface| interface.subnet == subnet).count()
}

/// How many of them each subnet holds.
pub(super) fn by_subnet(account: &Account<'_>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for interface in all(account.state, account.region, account.now).into_values() {
        *counts.entry(interface.subnet).or_default() += 1;
    }
    counts
}

/// Whether any of them is in the security group.
pub(super) fn in_group(account: &Account<'_>, group: &str) -> bool {
    let all = all(account.state, account.region, account.now);
    all.values().any(|interface| interface.groups.iter().any(|id| id == group))
}

/// The subnets in which any of them has a public address.
pub(super) fn public_subnets(account: &Account<'_>) -> Vec<String> {
    let all = all(account.state, account.region, account.now);
    all.into_values().filter(|interface| interface.is_public).map(|interface| interface.subnet).collect()
}
