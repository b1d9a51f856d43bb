//! Subnets.

use super::describe::{flag, one, select};
use super::error::{SUBNET, VPC, cidr, has_dependencies, invalid, missing, required};
use super::region::{ZONES, zone_id, zones};
use super::state::{Association, Region, Subnet, Vpc, region, region_mut};
use super::{network_interface, tags, vpc};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::wire::{Params, Xml};
use std::collections::BTreeMap;

pub(super) fn create(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let vpc_id = required(params, "VpcId")?.to_owned();
    let text = required(params, "CidrBlock")?;
    let cidr = cidr(text, "cidrBlock")?;
    let zone = zone(account.region, params)?;
    let given = tags::given(params, "subnet")?;
    let (id, acl_association) = (account.state.ids.ec2("subnet"), account.state.ids.ec2("aclassoc"));
    let name = account.region;
    let region = region_mut(account);
    let vpc = region.vpcs.get(&vpc_id).ok_or_else(|| VPC.not_found(&vpc_id))?;
    if !vpc.cidr.contains(&cidr) || !(16..=28).contains(&cidr.prefix_len()) {
        return Err(Fault::new("InvalidSubnet.Range", format!("The CIDR '{text}' is invalid.")));
    }
    let overlaps =
        |other: &Subnet| other.vpc == vpc_id && (other.cidr.contains(&cidr) || cidr.contains(&other.cidr));
    if region.subnets.values().any(overlaps) {
        return Err(Fault::new(
            "InvalidSubnet.Conflict",
            format!("The CIDR '{text}' conflicts with another subnet"),
        ));
    }
    let subnet = Subnet {
        vpc: vpc_id,
        cidr,
        zone,
        is_default_for_zone: false,
        maps_public_ip: false,
        resource_name_dns_a: false,
        acl_association,
        acl: None,
    };
    tags::put(region, &id, given);
    let answer = xml(region, name, &id, &subnet, free_addresses(&subnet, 0));
    region.subnets.insert(id, subnet);
    Ok(vec![Xml::tree("subnet", answer)])
}

fn zone(region: &str, params: &Params) -> Result<String, Fault> {
    let zones = zones(region);
    if let Some(id) = params.text("AvailabilityZoneId") {
        return zones
            .into_iter()
            .find(|zone| zone_id(region, zone) == id)
            .ok_or_else(|| invalid(format!("Value ({id}) for parameter availabilityZoneId is invalid.")));
    }
    let Some(wanted) = params.text("AvailabilityZone") else { return Ok(format!("{region}{}", ZONES[0])) };
    if zones.iter().any(|zone| zone == wanted) {
        return Ok(wanted.to_owned());
    }
    Err(invalid(format!(
        "Value ({wanted}) for parameter availabilityZone is invalid. Subnets can currently only be created in \
         the following availability zones: {}.",
        zones.join(", ")
    )))
}

pub(super) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let (name, held) = (account.region, network_interface::by_subnet(account));
    let region = region(account);
    let all: BTreeMap<&String, (&Subnet, u64)> = region
        .subnets
        .iter()
        .map(|(id, subnet)| (id, (subnet, free_addresses(subnet, held.get(id).copied().unwrap_or(0)))))
        .collect();
    let all = all.iter().map(|(id, seen)| (*id, seen));
    let (found, mut tail) =
        select(region, params, "SubnetId", SUBNET, all, |region, id, (subnet, free), filter| match filter {
            "subnet-id" => one(id),
            "vpc-id" => one(&subnet.vpc),
            "availability-zone" | "availabilityZone" => one(&subnet.zone),
            "availability-zone-id" | "availabilityZoneId" => {
                let region = subnet.zone.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                one(zone_id(region, &subnet.zone))
            }
            "cidr" | "cidr-block" | "cidrBlock" => one(subnet.cidr.to_string()),
            "available-ip-address-count" => one(free.to_string()),
            "default-for-az" | "defaultForAz" => flag(subnet.is_default_for_zone),
            "map-public-ip-on-launch" => flag(subnet.maps_public_ip),
            "owner-id" => one(owner(region, subnet)),
            "state" => one("available"),
            _ => None,
        })?;
    let mut answer = vec![Xml::items(
        "subnetSet",
        found.into_iter().map(|(id, (subnet, free))| xml(region, name, id, subnet, *free)),
    )];
    answer.append(&mut tail);
    Ok(answer)
}

/// Whose VPC it is in.
fn owner<'r>(region: &'r Region, subnet: &Subnet) -> &'r str {
    region.vpcs.get(&subnet.vpc).map_or(ACCOUNT_ID, Vpc::owner)
}

/// AWS keeps five addresses of every subnet.
fn free_addresses(subnet: &Subnet, held: u64) -> u64 {
    (1_u64 << (32 - subnet.cidr.prefix_len())).saturating_sub(5 + held)
}

fn xml(region: &Region, region_name: &str, id: &str, subnet: &Subnet, free: u64) -> Vec<Xml> {
    let owner = owner(region, subnet);
    vec![
        Xml::text("subnetId", id),
        Xml::text("subnetArn", format!("arn:aws:ec2:{region_name}:{owner}:subnet/{id}")),
        Xml::text("state", "available"),
        Xml::text("ownerId", owner),
        Xml::text("vpcId", &subnet.vpc),
        Xml::text("cidrBlock", subnet.cidr.to_string()),
        Xml::tree("ipv6CidrBlockAssociationSet", Vec::new()),
        Xml::shown("assignIpv6AddressOnCreation", false),
        Xml::shown("enableDns64", false),
        Xml::shown("ipv6Native", false),
        Xml::shown("mapCustomerOwnedIpOnLaunch", false),
        Xml::shown("availableIpAddressCount", free),
        Xml::text("availabilityZone", &subnet.zone),
        Xml::text("availabilityZoneId", zone_id(region_name, &subnet.zone)),
        Xml::shown("defaultForAz", subnet.is_default_for_zone),
        Xml::shown("mapPublicIpOnLaunch", subnet.maps_public_ip),
        Xml::tree(
            "privateDnsNameOptionsOnLaunch",
            vec![
                Xml::text("hostnameType", "ip-name"),
                Xml::shown("enableResourceNameDnsARecord", subnet.resource_name_dns_a),
                Xml::shown("enableResourceNameDnsAAAARecord", false),
            ],
        ),
        tags::xml(region, id),
    ]
}

pub(super) fn delete(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "SubnetId")?;
    let is_used = network_interface::in_subnet(account, id) > 0;
    let region = region_mut(account);
    if !region.subnets.contains_key(id) {
        return Err(SUBNET.not_found(id));
    }
    if is_used {
        return Err(has_dependencies(&format!("subnet '{id}'")));
    }
    region.subnets.remove(id);
    region.exclusions.retain(|_, one| one.of != id);
    // Its association with a route table goes with it.
    for table in region.route_tables.values_mut() {
        table.associations.retain(|_, association| *association != Association::Subnet(id.to_owned()));
    }
    vpc::forget_tags(region);
    Ok(vec![Xml::shown("return", true)])
}

pub(super) fn modify_attribute(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let id = required(params, "SubnetId")?;
    let wanted = |name: &str| params.structure(name).and_then(|value| value.flag("Value"));
    let subnet = region_mut(account).subnets.get_mut(id).ok_or_else(|| SUBNET.not_found(id))?;
    if let Some(value) = wanted("MapPublicIpOnLaunch") {
        subnet.maps_public_ip = value;
    } else if let Some(value) = wanted("EnableResourceNameDnsARecordOnLaunch") {
        subnet.resource_name_dns_a = value;
    } else {
        return Err(missing("attribute"));
    }
    Ok(vec![Xml::shown("return", true)])
}
