//! Network interfaces: the account has those of running tasks and of hosts, and they are gone with these.

use super::describe::{flag, one, select};
use super::error::NETWORK_INTERFACE;
use super::state::{Region, region};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::service::batch::{Holder, Interface, interfaces};
use crate::state::State;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let all: BTreeMap<String, Interface> =
        interfaces(account.state, account.region).into_iter().map(|i| (i.id.clone(), i)).collect();
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
            "interface-type" => one("interface"),
            "owner-id" => one(ACCOUNT_ID),
            "requester-managed" => flag(host(interface).is_none()),
            "attachment.instance-id" => Some(host(interface).map(str::to_owned).into_iter().collect()),
            "description" => one(description(interface)),
            // Interfaces of other makers: Lambda, load balancers.
            "requester-id" | "attachment.instance-owner-id" | "attachment.attachment-id" => Some(Vec::new()),
            _ => None,
        },
    )?;
    let mut answer = vec![Xml::items(
        "networkInterfaceSet",
        found.into_iter().map(|(_, interface)| xml(region, interface)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

fn vpc(region: &Region, interface: &Interface) -> Option<String> {
    region.subnets.get(&interface.subnet).map(|subnet| subnet.vpc.clone())
}

fn description(interface: &Interface) -> String {
    match &interface.holder {
        Holder::Task(task) => format!("arn:aws:ecs:attachment/{task}"),
        Holder::Host(_) => String::new(),
    }
}

fn host(interface: &Interface) -> Option<&str> {
    match &interface.holder {
        Holder::Host(host) => Some(host),
        Holder::Task(_) => None,
    }
}

fn xml(region: &Region, interface: &Interface) -> Vec<Xml> {
    let subnet = region.subnets.get(&interface.subnet);
    let mut attachment = vec![
        Xml::text("instanceOwnerId", ACCOUNT_ID),
        Xml::text("status", "attached"),
        Xml::shown("deleteOnTermination", host(interface).is_some()),
    ];
    attachment.extend(host(interface).map(|host| Xml::text("instanceId", host)));
    vec![
        Xml::text("networkInterfaceId", &interface.id),
        Xml::text("subnetId", &interface.subnet),
        Xml::text("vpcId", subnet.map_or("", |subnet| subnet.vpc.as_str())),
        Xml::text("availabilityZone", subnet.map_or("", |subnet| subnet.zone.as_str())),
        Xml::text("description", description(interface)),
        Xml::text("ownerId", ACCOUNT_ID),
        Xml::shown("requesterManaged", host(interface).is_none()),
        Xml::text("status", "in-use"),
        Xml::text("privateIpAddress", &interface.private_ip),
        Xml::text("interfaceType", "interface"),
        Xml::items(
            "groupSet",
            interface.groups.iter().map(|group| {
                let name = region.security_groups.get(group).map_or("", |group| group.name.as_str());
                vec![Xml::text("groupId", group), Xml::text("groupName", name)]
            }),
        ),
        Xml::tree("attachment", attachment),
        Xml::tree("tagSet", Vec::new()),
    ]
}

/// Whether a running task or a host is in the subnet.
pub(super) fn in_subnet(state: &State, region: &str, subnet: &str) -> bool {
    interfaces(state, region).iter().any(|interface| interface.subnet == subnet)
}

/// Whether a running task or a host is in the security group.
pub(super) fn in_group(state: &State, region: &str, group: &str) -> bool {
    interfaces(state, region).iter().any(|interface| interface.groups.iter().any(|id| id == group))
}

/// The subnets in which running tasks or hosts have a public address.
pub(super) fn public_subnets(state: &State, region: &str) -> Vec<String> {
    interfaces(state, region).into_iter().filter(|i| i.is_public).map(|i| i.subnet).collect()
}
