//! Network ACLs: every VPC has its default one, which lets everything pass; others begin by letting nothing pass.

use super::describe::{flag, one, select};
use super::error::{ACL_ASSOCIATION, NETWORK_ACL, VPC, cidr, has_dependencies, invalid, required};
use super::state::{AclEntry, NetworkAcl, Region, region, region_mut};
use super::{tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

/// The rule that ends every list, and that nobody can change.
const LAST: u16 = 32767;

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let vpc_id = required(params, "VpcId")?.to_owned();
    let given = tags::given(params, "network-acl")?;
    if !region(account).vpcs.contains_key(&vpc_id) {
        return Err(VPC.not_found(&vpc_id));
    }
    let id = account.state.ids.ec2("acl");
    let region = region_mut(account);
    let acl = NetworkAcl { vpc: vpc_id, is_default: false, entries: BTreeMap::new() };
    tags::put(region, &id, given);
    let answer = xml(region, &id, &acl);
    region.network_acls.insert(id, acl);
    Ok(vec![Xml::tree("networkAcl", answer)])
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let (found, mut tail) = select(
        region,
        params,
        "NetworkAclId",
        NETWORK_ACL,
        &region.network_acls,
        |region, id, acl, filter| match filter {
            "network-acl-id" | "association.network-acl-id" => one(id),
            "vpc-id" => one(&acl.vpc),
            "default" => flag(acl.is_default),
            "owner-id" => one(ACCOUNT_ID),
            "association.subnet-id" => {
                Some(subnets(region, id).map(|(subnet, _)| subnet.to_owned()).collect())
            }
            "association.association-id" => {
                Some(subnets(region, id).map(|(_, association)| association.to_owned()).collect())
            }
            _ => None,
        },
    )?;
    let mut answer =
        vec![Xml::items("networkAclSet", found.into_iter().map(|(id, acl)| xml(region, id, acl)))];
    answer.append(&mut tail);
    Ok(answer)
}

fn subnets<'r>(region: &'r Region, id: &'r str) -> impl Iterator<Item = (&'r str, &'r str)> {
    region
        .subnets
        .iter()
        .filter(move |(_, subnet)| region.acl_of(subnet).is_some_and(|(acl, _)| acl == id))
        .map(|(id, subnet)| (id.as_str(), subnet.acl_association.as_str()))
}

fn xml(region: &Region, id: &str, acl: &NetworkAcl) -> Vec<Xml> {
    let entry =
        |number: u16, egress: bool, entry: &AclEntry| {
            let mut fields = vec![
                Xml::text("cidrBlock", entry.cidr.to_string()),
                Xml::shown("egress", egress),
                Xml::text("protocol", &entry.protocol),
                Xml::text("ruleAction", if entry.allow { "allow" } else { "deny" }),
                Xml::shown("ruleNumber", number),
            ];
            fields.extend(entry.ports.map(|(from, to)| {
                Xml::tree("portRange", vec![Xml::shown("from", from), Xml::shown("to", to)])
            }));
            fields
        };
    let deny =
        AclEntry { allow: false, protocol: "-1".to_owned(), cidr: super::seed::EVERYWHERE, ports: None };
    let of = |egress: bool| {
        let all = acl.entries.iter().filter(move |((direction, _), _)| *direction == egress);
        let all = all.map(|((_, number), one)| entry(*number, egress, one));
        all.chain([entry(LAST, egress, &deny)]).collect::<Vec<_>>()
    };
    let associations = subnets(region, id).map(|(subnet, association)| {
        vec![
            Xml::text("networkAclAssociationId", association),
            Xml::text("networkAclId", id),
            Xml::text("subnetId", subnet),
        ]
    });
    vec![
        Xml::text("networkAclId", id),
        Xml::text("vpcId", &acl.vpc),
        Xml::shown("default", acl.is_default),
        Xml::text("ownerId", ACCOUNT_ID),
        Xml::items("entrySet", of(true).into_iter().chain(of(false))),
        Xml::items("associationSet", associations),
        tags::xml(region, id),
    ]
}

pub(super) fn create_entry(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (id, key) = which(params)?;
    let entry = entry(params)?;
    let acl = region_mut(account).network_acls.get_mut(id).ok_or_else(|| NETWORK_ACL.not_found(id))?;
    if acl.entries.contains_key(&key) {
        return Err(Fault::new(
            "NetworkAclEntryAlreadyExists",
            format!("The network acl entry identified by {} already exists.", key.1),
        ));
    }
    acl.entries.insert(key, entry);
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn replace_entry(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (id, key) = which(params)?;
    let entry = entry(params)?;
    let acl = region_mut(account).network_acls.get_mut(id).ok_or_else(|| NETWORK_ACL.not_found(id))?;
    *acl.entries.get_mut(&key).ok_or_else(|| no_entry(key))? = entry;
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn delete_entry(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (id, key) = which(params)?;
    let acl = region_mut(account).network_acls.get_mut(id).ok_or_else(|| NETWORK_ACL.not_found(id))?;
    acl.entries.remove(&key).ok_or_else(|| no_entry(key))?;
    Ok(vec![Xml::shown("return", true)])
}

fn no_entry((egress, number): (bool, u16)) -> Fault {
    let direction = if egress { "egress" } else { "ingress" };
    Fault::new(
        "InvalidNetworkAclEntry.NotFound",
        format!("The {direction} network acl entry identified by {number} does not exist"),
    )
}

fn which(params: &Params) -> Result<(&str, (bool, u16)), Fault> {
    let id = required(params, "NetworkAclId")?;
    let number = required(params, "RuleNumber")?;
    let number = number.parse().ok().filter(|number| (1..LAST).contains(number));
    let number = number.ok_or_else(|| {
        invalid("Value for parameter ruleNumber is invalid. Expecting a value between 1 and 32766.")
    })?;
    Ok((id, (params.flag("Egress") == Some(true), number)))
}

fn entry(params: &Params) -> Result<AclEntry, Fault> {
    let allow = match required(params, "RuleAction")? {
        "allow" => true,
        "deny" => false,
        other => return Err(invalid(format!("Value ({other}) for parameter ruleAction is invalid."))),
    };
    let protocol = match required(params, "Protocol")? {
        "tcp" => "6",
        "udp" => "17",
        "icmp" => "1",
        "all" => "-1",
        other => other,
    };
    let ports = params.structure("PortRange").and_then(|range| {
        let port = |name| u16::try_from(range.number(name)?).ok();
        Some((port("From")?, port("To")?))
    });
    if matches!(protocol, "6" | "17") && ports.is_none() {
        return Err(super::error::missing("portRange"));
    }
    let cidr = cidr(required(params, "CidrBlock")?, "cidrBlock")?;
    Ok(AclEntry { allow, protocol: protocol.to_owned(), cidr, ports })
}

pub(super) fn replace_association(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let old = required(params, "AssociationId")?;
    let id = required(params, "NetworkAclId")?.to_owned();
    let new = account.state.ids.ec2("aclassoc");
    let region = region_mut(account);
    let acl = region.network_acls.get(&id).ok_or_else(|| NETWORK_ACL.not_found(&id))?;
    let vpc_id = acl.vpc.clone();
    let subnet = region.subnets.values_mut().find(|subnet| subnet.acl_association == old);
    let subnet = subnet.ok_or_else(|| ACL_ASSOCIATION.not_found(old))?;
    if subnet.vpc != vpc_id {
        return Err(invalid(format!("network acl {id} and association {old} belong to different networks")));
    }
    (subnet.acl_association, subnet.acl) = (new.clone(), Some(id));
    Ok(vec![Xml::text("newAssociationId", new)])
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "NetworkAclId")?;
    let region = region_mut(account);
    let acl = region.network_acls.get(id).ok_or_else(|| NETWORK_ACL.not_found(id))?;
    if acl.is_default {
        return Err(invalid(format!("cannot delete default network ACL {id}")));
    }
    if subnets(region, id).next().is_some() {
        return Err(has_dependencies(&format!("networkAcl '{id}'")));
    }
    region.network_acls.remove(id);
    vpc::forget_tags(region);
    Ok(vec![Xml::shown("return", true)])
}
