//! Regions, their zones, and what the account may have in them.

use super::describe::accepts;
use super::error::invalid;
use super::state::region;
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

/// The letters of each region's availability zones.
pub(super) const ZONES: [&str; 3] = ["a", "b", "c"];

/// A Local Zone with its id, in regions that have one here: it has subnets, and few of the instance types (Amazon EC2 User
/// Guide, "Local Zones"). The account has opted in as soon as somebody makes a subnet there.
const LOCAL_ZONES: [(&str, &str, &str); 2] =
    [("us-east-1", "us-east-1-atl-2a", "use1-atl2-az1"), ("us-west-2", "us-west-2-lax-1a", "usw2-lax1-az1")];

/// The zones of a region by their names, with the Local Zone behind them.
pub(super) fn zones(region: &str) -> Vec<String> {
    let local = LOCAL_ZONES.iter().filter(|(of, ..)| *of == region).map(|(_, name, _)| (*name).to_owned());
    ZONES.iter().map(|letter| format!("{region}{letter}")).chain(local).collect()
}

/// Whether a zone is a Local Zone.
pub(super) fn is_local(zone: &str) -> bool {
    LOCAL_ZONES.iter().any(|(_, name, _)| *name == zone)
}

/// Name, the prefix of its zone ids, and whether an account must opt in.
const REGIONS: &[(&str, &str, bool)] = &[
    ("af-south-1", "afs1", true),
    ("ap-east-1", "ape1", true),
    ("ap-northeast-1", "apne1", false),
    ("ap-northeast-2", "apne2", false),
    ("ap-northeast-3", "apne3", false),
    ("ap-south-1", "aps1", false),
    ("ap-south-2", "aps2", true),
    ("ap-southeast-1", "apse1", false),
    ("ap-southeast-2", "apse2", false),
    ("ap-southeast-3", "apse3", true),
    ("ap-southeast-4", "apse4", true),
    ("ca-central-1", "cac1", false),
    ("ca-west-1", "caw1", true),
    ("eu-central-1", "euc1", false),
    ("eu-central-2", "euc2", true),
    ("eu-north-1", "eun1", false),
    ("eu-south-1", "eus1", true),
    ("eu-south-2", "eus2", true),
    ("eu-west-1", "euw1", false),
    ("eu-west-2", "euw2", false),
    ("eu-west-3", "euw3", false),
    ("il-central-1", "ilc1", true),
    ("me-central-1", "mec1", true),
    ("me-south-1", "mes1", true),
    ("sa-east-1", "sae1", false),
    ("us-east-1", "use1", false),
    ("us-east-2", "use2", false),
    ("us-west-1", "usw1", false),
    ("us-west-2", "usw2", false),
];

/// Whether AWS has a region of that name (commercial partition). One must not opt in to practise.
pub fn region_exists(name: &str) -> bool {
    REGIONS.iter().any(|(known, ..)| *known == name)
}

/// The id of a zone, the same for every account: `euw1-az1` for `eu-west-1a`.
pub(super) fn zone_id(region: &str, zone: &str) -> String {
    if let Some((.., id)) = LOCAL_ZONES.iter().find(|(_, name, _)| *name == zone) {
        return (*id).to_owned();
    }
    let prefix = REGIONS.iter().find(|(name, ..)| *name == region).map_or(region, |(_, prefix, _)| prefix);
    let number = ZONES.iter().position(|letter| zone.ends_with(letter)).map_or(1, |at| at + 1);
    format!("{prefix}-az{number}")
}

pub(super) fn describe_regions(_: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let all = params.flag("AllRegions") == Some(true);
    let named = params.texts("RegionName");
    if let Some(wrong) = named.iter().find(|name| !region_exists(name)) {
        return Err(invalid(format!("Invalid region parameters: {wrong}")));
    }
    let mut found: Vec<_> = REGIONS
        .iter()
        .filter(|(name, _, opt_in)| (named.is_empty() && (all || !opt_in)) || named.contains(name))
        .collect();
    for filter in params.list("Filter") {
        let name = filter.text("Name").unwrap_or_default();
        let accepted = filter.texts("Value");
        let value = |(region, _, opt_in): &(&str, &str, bool)| match name {
            "region-name" => Some((*region).to_owned()),
            "endpoint" => Some(format!("ec2.{region}.amazonaws.com")),
            "opt-in-status" => Some(opt_in_status(*opt_in).to_owned()),
            _ => None,
        };
        if value(&("", "", false)).is_none() {
            return Err(invalid(format!("The filter '{name}' is invalid")));
        }
        found.retain(|region| value(region).is_some_and(|v| accepted.iter().any(|a| accepts(a, &v))));
    }
    Ok(vec![Xml::items(
        "regionInfo",
        found.into_iter().map(|(name, _, opt_in)| {
            vec![
                Xml::text("regionName", *name),
                Xml::text("regionEndpoint", format!("ec2.{name}.amazonaws.com")),
                Xml::text("optInStatus", opt_in_status(*opt_in)),
            ]
        }),
    )])
}

const fn opt_in_status(opt_in: bool) -> &'static str {
    if opt_in { "not-opted-in" } else { "opt-in-not-required" }
}

pub(super) fn describe_zones(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let name = account.region;
    let all = params.flag("AllAvailabilityZones") == Some(true);
    let opted_in = region(account).subnets.values().any(|subnet| is_local(&subnet.zone));
    let region = name;
    let mut found: Vec<(String, String)> = zones(region)
        .into_iter()
        .filter(|zone| all || opted_in || !is_local(zone))
        .map(|zone| {
            let id = zone_id(region, &zone);
            (zone, id)
        })
        .collect();
    for (parameter, what) in [("ZoneName", "name"), ("ZoneId", "id")] {
        let wanted = params.texts(parameter);
        let part = |zone: &(String, String)| if what == "name" { zone.0.clone() } else { zone.1.clone() };
        if let Some(wrong) = wanted.iter().find(|w| !found.iter().any(|zone| part(zone) == ***w)) {
            return Err(invalid(format!("Invalid availability zone: [{wrong}]")));
        }
        if !wanted.is_empty() {
            found.retain(|zone| wanted.contains(&part(zone).as_str()));
        }
    }
    for filter in params.list("Filter") {
        let name = filter.text("Name").unwrap_or_default();
        let accepted = filter.texts("Value");
        let value = |(zone, id): &(String, String)| match name {
            "zone-name" => Some(zone.clone()),
            "zone-id" => Some(id.clone()),
            "region-name" | "group-name" => Some(region.to_owned()),
            "state" => Some("available".to_owned()),
            "zone-type" => Some(zone_type(zone).to_owned()),
            "opt-in-status" => Some(status(zone, opted_in).to_owned()),
            "message" => Some(String::new()),
            _ => None,
        };
        if value(&(String::new(), String::new())).is_none() {
            return Err(invalid(format!("The filter '{name}' is invalid")));
        }
        found.retain(|zone| value(zone).is_some_and(|v| accepted.iter().any(|a| accepts(a, &v))));
    }
    Ok(vec![Xml::items(
        "availabilityZoneInfo",
        found.into_iter().map(|(zone, id)| {
            let (kind, status) = (zone_type(&zone), status(&zone, opted_in));
            vec![
                Xml::text("zoneName", zone),
                Xml::text("zoneId", id),
                Xml::text("zoneState", "available"),
                Xml::text("regionName", region),
                Xml::text("zoneType", kind),
                Xml::text("groupName", format!("{region}-zg-1")),
                Xml::text("networkBorderGroup", region),
                Xml::text("optInStatus", status),
                Xml::tree("messageSet", Vec::new()),
            ]
        }),
    )])
}

fn zone_type(zone: &str) -> &'static str {
    if is_local(zone) { "local-zone" } else { "availability-zone" }
}

fn status(zone: &str, opted_in: bool) -> &'static str {
    match (is_local(zone), opted_in) {
        (false, _) => "opt-in-not-required",
        (true, true) => "opted-in",
        (true, false) => "not-opted-in",
    }
}

pub(super) fn describe_account_attributes(
    account: &mut Account<'_>,
    params: &Params,
) -> Result<Vec<Xml>, Fault> {
    let default_vpc = region(account).default_vpc().map_or("none", |(id, _)| id);
    let all = [
        ("supported-platforms", "VPC"),
        ("default-vpc", default_vpc),
        ("max-instances", "20"),
        ("vpc-max-security-groups-per-interface", "5"),
        ("max-elastic-ips", "5"),
        ("vpc-max-elastic-ips", "5"),
    ];
    let wanted = params.texts("AttributeName");
    if let Some(wrong) = wanted.iter().find(|w| !all.iter().any(|(name, _)| name == *w)) {
        return Err(invalid(format!("Attribute {wrong} is not valid")));
    }
    let shown = all.into_iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
    Ok(vec![Xml::items(
        "accountAttributeSet",
        shown.map(|(name, value)| {
            vec![
                Xml::text("attributeName", name),
                Xml::items("attributeValueSet", [vec![Xml::text("attributeValue", value)]]),
            ]
        }),
    )])
}
