//! Where instance types are to be had.

use super::super::describe::{one, page_by_position, retain};
use super::super::error::invalid;
use super::super::region::{is_local, zone_id, zones};
use super::table::{InstanceType, instance_types};
use crate::account::Account;
use crate::fault::Fault;
use crate::wire::{Params, Xml};

/// A Local Zone has few of a region's families; which, differs.
const IN_LOCAL_ZONES: [&str; 5] = ["c6i", "g4dn", "m6i", "r6i", "t3"];

/// `DescribeInstanceTypeOfferings`.
pub(crate) fn describe(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let region = account.region;
    let kind = params.text("LocationType").unwrap_or("region");
    if !["region", "availability-zone", "availability-zone-id"].contains(&kind) {
        return Err(invalid(format!("Invalid value '{kind}' for LocationType.")));
    }
    let all_zones = zones(region);
    let has = |known: &InstanceType, zone: &str| {
        if is_local(zone) { IN_LOCAL_ZONES.contains(&known.family.name) } else { known.is_offered_in(zone) }
    };
    let mut all: Vec<(&str, String)> = Vec::new();
    for known in instance_types() {
        let zones = all_zones.iter().filter(|zone| has(known, zone));
        match kind {
            "region" => all.push((&known.name, region.to_owned())),
            "availability-zone" => all.extend(zones.map(|zone| (known.name.as_str(), zone.clone()))),
            _ => all.extend(zones.map(|zone| (known.name.as_str(), zone_id(region, zone)))),
        }
    }
    retain(params, &mut all, |(name, location), filter| match filter {
        "instance-type" => one(*name),
        "location" => one(location),
        _ => None,
    })?;
    let (found, mut tail) = page_by_position(params, all, 5..=1000)?;
    let mut answer = vec![Xml::items(
        "instanceTypeOfferingSet",
        found.into_iter().map(|(name, location)| {
            vec![
                Xml::text("instanceType", name),
                Xml::text("locationType", kind),
                Xml::text("location", location),
            ]
        }),
    )];
    answer.append(&mut tail);
    Ok(answer)
}
