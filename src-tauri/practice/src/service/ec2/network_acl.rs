//! Network ACLs: every VPC has its default one, which lets everything pass.

use super::describe::{flag, one, select};
use super::error::NETWORK_ACL;
use super::state::{NetworkAcl, Region, region};
use super::tags;
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};

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
                Some(subnets(region, acl).map(|(subnet, _)| subnet.to_owned()).collect())
            }
            "association.association-id" => {
                Some(subnets(region, acl).map(|(_, association)| association.to_owned()).collect())
            }
            _ => None,
        },
    )?;
    let mut answer =
        vec![Xml::items("networkAclSet", found.into_iter().map(|(id, acl)| xml(region, id, acl)))];
    answer.append(&mut tail);
    Ok(answer)
}

fn subnets<'r>(region: &'r Region, acl: &'r NetworkAcl) -> impl Iterator<Item = (&'r str, &'r str)> {
    region
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.vpc == acl.vpc)
        .map(|(id, subnet)| (id.as_str(), subnet.acl_association.as_str()))
}

fn xml(region: &Region, id: &str, acl: &NetworkAcl) -> Vec<Xml> {
    let entry = |number: u32, action: &str, egress: bool| {
        vec![
            Xml::text("cidrBlock", "0.0.0.0/0"),
            Xml::shown("egress", egress),
            Xml::text("protocol", "-1"),
            Xml::text("ruleAction", action),
            Xml::shown("ruleNumber", number),
        ]
    };
    let entries = [true, false]
        .into_iter()
        .flat_map(|egress| [entry(100, "allow", egress), entry(32767, "deny", egress)]);
    let associations = subnets(region, acl).map(|(subnet, association)| {
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
        Xml::items("entrySet", entries),
        Xml::items("associationSet", associations),
        tags::xml(region, id),
    ]
}
