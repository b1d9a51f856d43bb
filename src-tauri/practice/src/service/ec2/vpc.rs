//! VPCs.

use super::describe::{flag, one, select};
use super::error::{VPC, cidr, has_dependencies, invalid, missing, required};
use super::seed::{default_group, default_group_rules, dhcp_options};
use super::state::{AclEntry, Association, NetworkAcl, Region, RouteTable, Vpc, region, region_mut};
use super::{nat_gateway, tags, vpc_endpoint};
use crate::account::Account;
use crate::fault::Fault;
use crate::service::quotas;
use crate::state::State;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let text = required(params, "CidrBlock")?;
    let cidr = cidr(text, "cidrBlock")?;
    if !(16..=28).contains(&cidr.prefix_len()) {
        return Err(Fault::new("InvalidVpc.Range", format!("The CIDR '{text}' is invalid.")));
    }
    let tenancy = params.text("InstanceTenancy").unwrap_or("default").to_owned();
    if !matches!(tenancy.as_str(), "default" | "dedicated") {
        return Err(invalid(format!("Value ({tenancy}) for parameter instanceTenancy is invalid.")));
    }
    if params.flag("AmazonProvidedIpv6CidrBlock") == Some(true) {
        return Err(invalid("The practice account has no IPv6 addresses to give."));
    }
    let given = tags::given(params, "vpc")?;
    let limit = quotas::value(account.state, "vpc", "L-F678F1CE").unwrap_or(5);
    if region(account).vpcs.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
        return Err(Fault::new("VpcLimitExceeded", "The maximum number of VPCs has been reached."));
    }

    let dhcp_options = dhcp_options(account.state.seed(), account.region);
    let mut new = |prefix| account.state.ids.ec2(prefix);
    let id = new("vpc");
    let cidr_association = new("vpc-cidr-assoc");
    let (table, main, acl, group) = (new("rtb"), new("rtbassoc"), new("acl"), new("sg"));
    let rules = default_group_rules(&group, [new("sgr"), new("sgr")]);

    let region = region_mut(account);
    region.vpcs.insert(
        id.clone(),
        Vpc {
            cidr,
            cidr_association,
            is_default: false,
            tenancy,
            dhcp_options,
            dns_support: true,
            dns_hostnames: false,
            usage_metrics: false,
            shared_by: None,
        },
    );
    region.route_tables.insert(
        table,
        RouteTable {
            vpc: id.clone(),
            routes: Vec::new(),
            associations: BTreeMap::from([(main, Association::Main)]),
            client_token: None,
        },
    );
    region
        .network_acls
        .insert(acl, NetworkAcl { vpc: id.clone(), is_default: true, entries: AclEntry::everything() });
    region.security_groups.insert(group, default_group(&id, rules));
    tags::put(region, &id, given);
    let vpc = &region.vpcs[&id];
    Ok(vec![Xml::tree("vpc", xml(region, &id, vpc, "pending"))])
}

/// The addresses of a VPC, if there is one of that identifier.
pub fn block(state: &State, region: &str, vpc: &str) -> Option<ipnet::Ipv4Net> {
    super::region_of(state, region).vpcs.get(vpc).map(|vpc| vpc.cidr)
}

/// Another account's it is from now on.
pub fn share(state: &mut State, region: &str, vpc: &str, owner: &str) {
    let vpc = state.ec2.regions.get_mut(region).and_then(|region| region.vpcs.get_mut(vpc));
    if let Some(vpc) = vpc {
        vpc.shared_by = Some(owner.to_owned());
    }
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = region(account);
    let (found, mut tail) =
        select(region, params, "VpcId", VPC, &region.vpcs, |_, id, vpc, filter| match filter {
            "vpc-id" => one(id),
            "cidr" | "cidr-block" | "cidrBlock" | "cidr-block-association.cidr-block" => {
                one(vpc.cidr.to_string())
            }
            "cidr-block-association.association-id" => one(&vpc.cidr_association),
            "cidr-block-association.state" => one("associated"),
            "is-default" | "isDefault" => flag(vpc.is_default),
            "state" => one("available"),
            "owner-id" => one(vpc.owner()),
            "dhcp-options-id" | "dhcpOptionsId" => one(&vpc.dhcp_options),
            _ => None,
        })?;
    let mut answer =
        vec![Xml::items("vpcSet", found.into_iter().map(|(id, vpc)| xml(region, id, vpc, "available")))];
    answer.append(&mut tail);
    Ok(answer)
}

fn xml(region: &Region, id: &str, vpc: &Vpc, state: &str) -> Vec<Xml> {
    vec![
        Xml::text("vpcId", id),
        Xml::text("ownerId", vpc.owner()),
        Xml::text("state", state),
        Xml::text("cidrBlock", vpc.cidr.to_string()),
        Xml::items(
            "cidrBlockAssociationSet",
            [vec![
                Xml::text("cidrBlock", vpc.cidr.to_string()),
                Xml::text("associationId", &vpc.cidr_association),
                Xml::tree("cidrBlockState", vec![Xml::text("state", "associated")]),
            ]],
        ),
        Xml::text("dhcpOptionsId", &vpc.dhcp_options),
        Xml::text("instanceTenancy", &vpc.tenancy),
        Xml::shown("isDefault", vpc.is_default),
        tags::xml(region, id),
    ]
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "VpcId")?;
    let (now, settings) = (account.now, account.state.settings.clone());
    let region = region_mut(account);
    if !region.vpcs.contains_key(id) {
        return Err(VPC.not_found(id));
    }
    // Main table, default group and default ACL go with their VPC; anything else holds it.
    let is_needed = region.subnets.values().any(|s| s.vpc == id)
        || region.internet_gateways.values().any(|g| g.vpc.as_deref() == Some(id))
        || region.route_tables.values().any(|t| t.vpc == id && !t.is_main())
        || region.security_groups.values().any(|g| g.vpc == id && g.name != "default")
        || region.network_acls.values().any(|a| a.vpc == id && !a.is_default)
        || region.nat_gateways.values().any(|n| n.vpc == id && nat_gateway::stands(n, now, &settings))
        || region.endpoints.values().any(|e| e.vpc == id && vpc_endpoint::state(e, now, &settings).is_some());
    if is_needed {
        return Err(has_dependencies(&format!("vpc '{id}'")));
    }
    region.vpcs.remove(id);
    region.exclusions.retain(|_, one| one.of != id);
    region.route_tables.retain(|_, table| table.vpc != id);
    region.security_groups.retain(|_, group| group.vpc != id);
    region.network_acls.retain(|_, acl| acl.vpc != id);
    forget_tags(region);
    Ok(vec![Xml::shown("return", true)])
}

/// Tags live no longer than what they are on.
pub(super) fn forget_tags(region: &mut Region) {
    let gone: Vec<String> = region.tags.keys().filter(|id| !region.has(id)).cloned().collect();
    for id in gone {
        region.tags.remove(&id);
    }
}

pub(super) fn describe_attribute(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "VpcId")?;
    let attribute = required(params, "Attribute")?;
    let vpc = region(account).vpcs.get(id).ok_or_else(|| VPC.not_found(id))?;
    let value = match attribute {
        "enableDnsSupport" => vpc.dns_support,
        "enableDnsHostnames" => vpc.dns_hostnames,
        "enableNetworkAddressUsageMetrics" => vpc.usage_metrics,
        other => {
            return Err(invalid(format!(
                "Value ({other}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    };
    Ok(vec![Xml::text("vpcId", id), Xml::tree(attribute, vec![Xml::shown("value", value)])])
}

pub(super) fn modify_attribute(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "VpcId")?;
    let wanted = |name: &str| params.structure(name).and_then(|value| value.flag("Value"));
    let region = region_mut(account);
    let vpc = region.vpcs.get_mut(id).ok_or_else(|| VPC.not_found(id))?;
    let mut sent = 0;
    for (name, field) in [
        ("EnableDnsSupport", &mut vpc.dns_support),
        ("EnableDnsHostnames", &mut vpc.dns_hostnames),
        ("EnableNetworkAddressUsageMetrics", &mut vpc.usage_metrics),
    ] {
        if let Some(value) = wanted(name) {
            *field = value;
            sent += 1;
        }
    }
    match sent {
        0 => Err(missing("attribute")),
        1 => Ok(vec![Xml::shown("return", true)]),
        // One attribute a call (EC2 API reference, ModifyVpcAttribute).
        _ => Err(Fault::new("InvalidParameterCombination", "Fields for multiple attribute types specified")),
    }
}
