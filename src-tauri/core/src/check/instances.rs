//! What instances are started with: types that the region has, a key pair that is there.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, LocationType};

use super::{CheckItem, CheckVerdict, Fix, Group};
use crate::{
    account::Session,
    aws::{AwsFault, fault},
    blueprint::{
        Amendment, Architecture, Blueprint, Instances, Network, architecture_of, families_of, has_gpu,
    },
    resource::{Evidence, absent_is_none},
    words::{Text, say},
};

pub(super) async fn check(session: &Session, blueprint: &Blueprint) -> Vec<CheckItem> {
    let instances: Vec<&Instances> =
        blueprint.compute_environments.iter().filter_map(|e| e.instances.as_ref()).collect();
    let types: BTreeSet<&str> = instances.iter().flat_map(|i| &i.types).map(String::as_str).collect();
    let keys: BTreeSet<&str> = instances.iter().filter_map(|i| i.key_pair.as_deref()).collect();
    let (types, keys) = tokio::join!(offered(session, blueprint, &types), there(session, blueprint, &keys));
    types.into_iter().chain(keys).collect()
}

/// Where each type that is named is to be had: the types of each place.
type Offered = BTreeMap<String, BTreeSet<String>>;

async fn offered(session: &Session, blueprint: &Blueprint, types: &BTreeSet<&str>) -> Option<CheckItem> {
    if types.is_empty() {
        return None;
    }
    let (region, zones) = tokio::join!(offers(session, types, LocationType::Region, &[]), async {
        let zones = zones(session, blueprint).await?;
        let offers = offers(session, types, LocationType::AvailabilityZone, &zones).await?;
        let of = |zone: String| {
            let there = offers.get(&zone).cloned().unwrap_or_default();
            (zone, there)
        };
        Ok::<Offered, AwsFault>(zones.into_iter().map(of).collect())
    });
    let mut fix = None;
    let (verdict, finding) = match (region, zones) {
        (Err(fault), _) => {
            (CheckVerdict::CannotTell, say("instance-types-unknown", &[("words", &fault.text().text)]))
        }
        (Ok(region), zones) => {
            let here = region.into_values().flatten().collect();
            let zones = zones.ok();
            let (verdict, finding) = judge(&session.region, types, &here, zones.as_ref());
            if verdict != CheckVerdict::Ready {
                fix = Box::pin(others(session, blueprint, zones.as_ref().unwrap_or(&Offered::new()))).await;
            }
            (verdict, finding)
        }
    };
    let mut item = CheckItem::answer("instance-types", Group::Batch, verdict, finding);
    item.remedy = match verdict {
        CheckVerdict::Wrong => Some(say("instance-types-missing-advice", &[])),
        CheckVerdict::Warning => Some(say("instance-types-zones-advice", &[])),
        _ => None,
    };
    item.evidence = types.iter().map(|name| Evidence::new(name, families_of(name).join(", "))).collect();
    item.fixes.extend(fix);
    Some(item)
}

/// For each environment with a type that one of the zones lacks: those of its types that all of them have, or else AWS's
/// own choice for its processor, where they have that.
async fn others(session: &Session, blueprint: &Blueprint, zones: &Offered) -> Option<Fix> {
    const CHOICES: [&str; 2] = ["default_x86_64", "default_arm64"];
    let names: Vec<String> = zones.keys().cloned().collect();
    if names.is_empty() {
        return None;
    }
    let choices = CHOICES.into_iter().collect();
    let chosen = offers(session, &choices, LocationType::AvailabilityZone, &names).await.ok()?;
    let everywhere = |name: &str, offered: &Offered| {
        names.iter().all(|zone| offered.get(zone).is_some_and(|there| is_among(name, there)))
    };
    let mut amendments = vec![];
    for environment in &blueprint.compute_environments {
        let Some(instances) = &environment.instances else { continue };
        let (good, bad): (Vec<_>, Vec<_>) =
            instances.types.iter().cloned().partition(|name| everywhere(name, zones));
        let Some(first) = bad.first() else { continue };
        let types = if good.is_empty() {
            let arm = architecture_of(first) == Architecture::Arm64;
            let choice = CHOICES[usize::from(arm)];
            if bad.iter().any(|name| has_gpu(name)) || !everywhere(choice, &chosen) {
                return None;
            }
            vec![choice.to_owned()]
        } else {
            good
        };
        amendments.push(Amendment::InstanceTypes { environment: environment.name.clone(), types });
    }
    Fix::blueprint(blueprint, amendments)
}

/// By all types that the region has, and by what each of the jobs' zones has, where those could be looked at.
fn judge(
    region: &str,
    types: &BTreeSet<&str>,
    here: &BTreeSet<String>,
    zones: Option<&Offered>,
) -> (CheckVerdict, Text) {
    let missing: Vec<_> = types.iter().copied().filter(|name| !is_among(name, here)).collect();
    if !missing.is_empty() {
        let params = [("types", &*missing.join(", ")), ("region", region)];
        return (CheckVerdict::Wrong, say("instance-types-missing", &params));
    }
    let Some(zones) = zones.filter(|zones| !zones.is_empty()) else {
        return (CheckVerdict::Ready, say("instance-types-offered", &[("region", region)]));
    };
    let names = zones.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let of = |name: &str| {
        let there = zones.iter().filter(|(_, there)| is_among(name, there));
        there.map(|(zone, _)| zone.as_str()).collect::<Vec<_>>()
    };
    let nowhere: Vec<_> = types.iter().copied().filter(|name| of(name).is_empty()).collect();
    if !nowhere.is_empty() {
        let params = [("types", &*nowhere.join(", ")), ("zones", &names), ("region", region)];
        return (CheckVerdict::Wrong, say("instance-types-nowhere", &params));
    }
    let some: Vec<_> = types.iter().filter(|name| of(name).len() < zones.len()).collect();
    if some.is_empty() {
        return (CheckVerdict::Ready, say("instance-types-zones", &[("zones", &names)]));
    }
    // Batch starts instances in the zones that have them; hardly a default VPC is without a zone that has few. A type
    // that is left with a single zone runs out when that zone does.
    let verdict =
        if some.iter().any(|name| of(name).len() < 2) { CheckVerdict::Warning } else { CheckVerdict::Ready };
    let some: Vec<_> = some.iter().map(|name| format!("{name}: {}", of(name).join(", "))).collect();
    let params = [("which", &*some.join("; ")), ("zones", &names)];
    (verdict, say("instance-types-some-zones", &params))
}

/// Whether a type, or any one that a family or one of AWS's own choices stands for, is among these.
fn is_among(name: &str, types: &BTreeSet<String>) -> bool {
    let families = families_of(name);
    types.iter().any(|one| {
        families.iter().any(|family| one == family || one.split('.').next() == Some(family.as_str()))
    })
}

/// Families are asked for by a wildcard. An endpoint that knows none finds nothing by it, as LocalStack and its like do; then
/// all types are asked for.
async fn offers(
    session: &Session,
    types: &BTreeSet<&str>,
    by: LocationType,
    places: &[String],
) -> Result<Offered, AwsFault> {
    let names: Vec<_> = types.iter().flat_map(|name| families_of(name)).collect();
    let pattern = |name: &String| if name.contains('.') { name.clone() } else { format!("{name}.*") };
    let found = ask_for(session, Some(names.iter().map(pattern).collect()), by.clone(), places).await?;
    let families: Vec<_> = names.iter().filter(|name| !name.contains('.')).collect();
    let there = |name: &&String| found.values().any(|there| is_among(name, there));
    if families.is_empty() || families.iter().any(there) {
        return Ok(found);
    }
    ask_for(session, None, by, places).await
}

async fn ask_for(
    session: &Session,
    types: Option<Vec<String>>,
    by: LocationType,
    places: &[String],
) -> Result<Offered, AwsFault> {
    let filter =
        |name: &str, values: Vec<String>| Filter::builder().name(name).set_values(Some(values)).build();
    let places = (!places.is_empty()).then(|| filter("location", places.to_vec()));
    let filters: Vec<_> =
        types.map(|types| filter("instance-type", types)).into_iter().chain(places).collect();
    let request = session.aws.read.ec2.describe_instance_type_offerings().location_type(by);
    let request = request.set_filters((!filters.is_empty()).then_some(filters));
    let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let mut offered = Offered::new();
    for offer in found.map_err(fault("ec2:DescribeInstanceTypeOfferings"))? {
        let (Some(name), Some(place)) = (offer.instance_type(), offer.location()) else { continue };
        offered.entry(place.to_owned()).or_default().insert(name.as_str().to_owned());
    }
    Ok(offered)
}

/// The zones in which the jobs' subnets are, or will be: a new VPC has one in each of the region's first two.
async fn zones(session: &Session, blueprint: &Blueprint) -> Result<Vec<String>, AwsFault> {
    let ec2 = &session.aws.read.ec2;
    let filter =
        |name: &str, values: Vec<String>| Filter::builder().name(name).set_values(Some(values)).build();
    let subnets = match &blueprint.network {
        Network::DefaultVpc {} => filter("default-for-az", vec!["true".to_owned()]),
        Network::ExistingVpc { subnets, .. } => filter("subnet-id", subnets.clone()),
        Network::NewVpc { .. } => {
            let request = ec2.describe_availability_zones();
            let plain = vec!["availability-zone".to_owned()];
            let found = request.filters(filter("zone-type", plain)).send().await;
            let found = found.map_err(fault("ec2:DescribeAvailabilityZones"))?;
            let zones = found.availability_zones().iter();
            let zones: BTreeSet<_> = zones.filter_map(|zone| zone.zone_name().map(str::to_owned)).collect();
            return Ok(zones.into_iter().take(2).collect());
        }
    };
    let found = ec2.describe_subnets().filters(subnets).into_paginator().items().send();
    let found = found.collect::<Result<Vec<_>, _>>().await.map_err(fault("ec2:DescribeSubnets"))?;
    let zones: BTreeSet<_> = found.into_iter().filter_map(|subnet| subnet.availability_zone).collect();
    Ok(zones.into_iter().collect())
}

async fn there(session: &Session, blueprint: &Blueprint, keys: &BTreeSet<&str>) -> Vec<CheckItem> {
    let mut items = Vec::new();
    for key in keys {
        let found = session.aws.read.ec2.describe_key_pairs().key_names(*key).send().await;
        let id = format!("key-pair:{key}");
        let item = |verdict, finding| CheckItem::answer(&id, Group::Batch, verdict, finding);
        items.push(match absent_is_none(found.map_err(fault("ec2:DescribeKeyPairs"))) {
            Ok(Some(found)) if !found.key_pairs().is_empty() => {
                item(CheckVerdict::Ready, say("key-pair-there", &[("name", key)]))
            }
            Ok(_) => {
                let params = [("name", *key), ("region", session.region.as_str())];
                let mut item = item(CheckVerdict::Wrong, say("key-pair-missing", &params));
                item.remedy = Some(say("key-pair-missing-advice", &[]));
                let without = Amendment::NoKeyPair { key_pair: (*key).to_owned() };
                item.fixes.extend(Fix::blueprint(blueprint, vec![without]));
                item
            }
            Err(fault) => item(
                CheckVerdict::CannotTell,
                say("key-pair-unknown", &[("name", key), ("words", &fault.text().text)]),
            ),
        });
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_to_be_had_everywhere_in_some_zones_or_in_none() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let here = set(&["m6i.large", "c7i.large", "g5.xlarge", "p5.48xlarge"]);
        let zones = Offered::from([
            ("x-1a".to_owned(), set(&["m6i.large", "g5.xlarge"])),
            ("x-1b".to_owned(), set(&["c7i.large"])),
        ]);
        let of = |names: &[&'static str]| {
            let (verdict, finding) = judge("x-1", &names.iter().copied().collect(), &here, Some(&zones));
            (verdict, finding.code, finding.params.get("which").cloned().unwrap_or_default())
        };
        let told = |verdict, code: &str, which: &str| (verdict, code.to_owned(), which.to_owned());
        assert_eq!(of(&["default_x86_64"]), told(CheckVerdict::Ready, "instance-types-zones", ""));
        let some = "g5: x-1a; m6i.large: x-1a";
        assert_eq!(of(&["g5", "m6i.large"]), told(CheckVerdict::Warning, "instance-types-some-zones", some));
        let more = Offered::from(
            [("x-1a", "m6i.large"), ("x-1b", "m6i.large"), ("x-1e", "c3.large")]
                .map(|(zone, name)| (zone.to_owned(), set(&[name]))),
        );
        let (verdict, finding) = judge("x-1", &BTreeSet::from(["m6i"]), &here, Some(&more));
        assert_eq!((verdict, &*finding.params["which"]), (CheckVerdict::Ready, "m6i: x-1a, x-1b"));
        assert_eq!(of(&["p5"]), told(CheckVerdict::Wrong, "instance-types-nowhere", ""));
        assert_eq!(of(&["m9"]), told(CheckVerdict::Wrong, "instance-types-missing", ""));
        let (verdict, finding) = judge("x-1", &BTreeSet::from(["p5"]), &here, None);
        assert_eq!((verdict, &*finding.code), (CheckVerdict::Ready, "instance-types-offered"));
    }
}
