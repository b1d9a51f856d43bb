//! Security groups.

use super::describe::{one, select};
use super::error::{SECURITY_GROUP, VPC, invalid, required};
use super::security_group_rule::{permissions_xml, rule_filter_values};
use super::seed::everything_out;
use super::state::{Peer, Region, SecurityGroup, region, region_mut};
use super::{network_interface, tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = required(params, "GroupName")?.to_owned();
    let description = required(params, "GroupDescription")?.to_owned();
    check(&name, "GroupName")?;
    check(&description, "GroupDescription")?;
    if name.to_ascii_lowercase().starts_with("sg-") {
        return Err(invalid(format!(
            "Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
        )));
    }
    let given = tags::given(params, "security-group")?;
    let (id, rule) = (account.state.ids.ec2("sg"), account.state.ids.ec2("sgr"));
    let region_name = account.region;
    let region = region_mut(account);
    let vpc_id = match params.text("VpcId") {
        Some(id) => id.to_owned(),
        None => region
            .default_vpc()
            .map(|(id, _)| id.clone())
            .ok_or_else(|| Fault::new("VPCIdNotSpecified", "No default VPC for this user"))?,
    };
    if !region.vpcs.contains_key(&vpc_id) {
        return Err(VPC.not_found(&vpc_id));
    }
    if name == "default" {
        return Err(invalid(format!("Cannot use reserved security group name: {name}")));
    }
    if region.security_groups.values().any(|group| group.vpc == vpc_id && group.name == name) {
        return Err(Fault::new(
            "InvalidGroup.Duplicate",
            format!("The security group '{name}' already exists for VPC '{vpc_id}'"),
        ));
    }
    let group =
        SecurityGroup { vpc: vpc_id, name, description, rules: BTreeMap::from([(rule, everything_out())]) };
    region.security_groups.insert(id.clone(), group);
    tags::put(region, &id, given);
    Ok(vec![
        Xml::shown("return", true),
        Xml::text("groupId", &id),
        Xml::text("securityGroupArn", arn(region_name, &id)),
        tags::xml(region, &id),
    ])
}

/// 255 characters of `a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*` (EC2 API reference).
fn check(text: &str, parameter: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if text.len() <= 255 && text.chars().all(allowed) {
        return Ok(());
    }
    Err(invalid(format!(
        "Value ({text}) for parameter {parameter} is invalid. Character sets beyond ASCII are not supported."
    )))
}

fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:ec2:{region}:{ACCOUNT_ID}:security-group/{id}")
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region_name = account.region;
    let region = region(account);
    let names = params.texts("GroupName");
    let is_named = |group: &SecurityGroup| names.is_empty() || names.contains(&group.name.as_str());
    // By name only the default VPC's groups are found (EC2 API reference).
    let default_vpc = region.default_vpc().map(|(id, _)| id.as_str());
    if let Some(absent) = names.iter().find(|name| {
        !region.security_groups.values().any(|g| Some(g.vpc.as_str()) == default_vpc && g.name == **name)
    }) {
        return Err(Fault::new(
            "InvalidGroup.NotFound",
            format!(
                "The security group '{absent}' does not exist in default VPC '{}'",
                default_vpc.unwrap_or_default()
            ),
        ));
    }
    let all = region.security_groups.iter().filter(|(_, group)| {
        is_named(group) && (names.is_empty() || Some(group.vpc.as_str()) == default_vpc)
    });
    let (found, mut tail) =
        select(region, params, "GroupId", SECURITY_GROUP, all, |_, id, group, filter| match filter {
            "group-id" => one(id),
            "group-name" => one(&group.name),
            "description" => one(&group.description),
            "vpc-id" => one(&group.vpc),
            "owner-id" => one(ACCOUNT_ID),
            _ => rule_filter_values(group, filter),
        })?;
    let mut answer = vec![Xml::items(
        "securityGroupInfo",
        found.into_iter().map(|(id, group)| xml(region, region_name, id, group)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, region_name: &str, id: &str, group: &SecurityGroup) -> Vec<Xml> {
    vec![
        Xml::text("ownerId", ACCOUNT_ID),
        Xml::text("groupId", id),
        Xml::text("securityGroupArn", arn(region_name, id)),
        Xml::text("groupName", &group.name),
        Xml::text("groupDescription", &group.description),
        Xml::text("vpcId", &group.vpc),
        Xml::items("ipPermissions", permissions_xml(group.rules.values().filter(|rule| !rule.egress))),
        Xml::items("ipPermissionsEgress", permissions_xml(group.rules.values().filter(|rule| rule.egress))),
        tags::xml(region, id),
    ]
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "GroupId")?;
    let is_used = network_interface::in_group(account, id);
    let region = region_mut(account);
    let group = region.security_groups.get(id).ok_or_else(|| SECURITY_GROUP.not_found(id))?;
    if group.name == "default" {
        return Err(Fault::new(
            "CannotDelete",
            format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user"),
        ));
    }
    let is_named_elsewhere = region
        .security_groups
        .iter()
        .filter(|(other, _)| *other != id)
        .any(|(_, other)| other.rules.values().any(|rule| rule.peer == Peer::Group(id.to_owned())));
    if is_used || is_named_elsewhere {
        return Err(Fault::new("DependencyViolation", format!("resource {id} has a dependent object")));
    }
    region.security_groups.remove(id);
    vpc::forget_tags(region);
    Ok(vec![Xml::shown("return", true), Xml::text("groupId", id)])
}
