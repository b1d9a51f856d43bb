//! Whether the subnets themselves do: enough addresses for what could run at once, more than one zone, and none that
//! Fargate does not take.

mod zones;

use super::{
    super::{CheckItem, CheckVerdict, Fix, Group},
    picture::{DrawnWay, WayState},
};
use crate::{
    blueprint::{
        Amendment, Architecture, Blueprint, ComputeEnvironment, Instances, Network, Platform, architecture_of,
    },
    network::{Subnet, VpcFacts},
    resource::Evidence,
    words::say,
};

pub(super) fn check(
    facts: &VpcFacts,
    blueprint: &Blueprint,
    region: &str,
    subnets: &[String],
) -> Vec<CheckItem> {
    let subnets: Vec<_> = subnets.iter().filter_map(|id| facts.subnet(id)).collect();
    // What could not be looked at is said of the ways.
    if subnets.is_empty() {
        return vec![];
    }
    let mut items = vec![addresses(blueprint, &subnets), several_zones(&subnets)];
    items[1].fixes.extend(another_zone(facts, blueprint, region, &subnets));
    items.extend(local_zones(blueprint, region, &subnets));
    items.extend(zones::without_fargate(blueprint, region, &subnets));
    items
}

/// EC2 keeps five addresses of each subnet to itself and counts none of them as free (Amazon VPC User Guide, "Subnet
/// CIDR blocks").
fn addresses(blueprint: &Blueprint, subnets: &[&Subnet]) -> CheckItem {
    let free: u64 = subnets.iter().map(|subnet| u64::from(subnet.free_addresses)).sum();
    let most: u64 = blueprint.compute_environments.iter().map(|one| most_addresses(blueprint, one)).sum();
    let full: Vec<_> =
        subnets.iter().filter(|one| one.free_addresses == 0).map(|one| one.id.as_str()).collect();
    let (free, wanted, full, count) = (free, most.to_string(), full.join(", "), subnets.len().to_string());
    let shown = free.to_string();
    let params = [("free", shown.as_str()), ("most", wanted.as_str()), ("count", count.as_str())];
    let (verdict, finding, remedy) = if !full.is_empty() {
        let full = [("subnets", full.as_str())];
        let (finding, remedy) = (say("addresses-none", &full), say("addresses-none-advice", &full));
        (CheckVerdict::Wrong, finding, Some(remedy))
    } else if free < most {
        let remedy = say("addresses-few-advice", &[]);
        (CheckVerdict::Warning, say("addresses-few", &params), Some(remedy))
    } else {
        (CheckVerdict::Ready, say("addresses-enough", &params), None)
    };
    let evidence = subnets.iter().map(|one| {
        let block = one.cidr.map(|block| block.to_string()).unwrap_or_default();
        Evidence::new(&one.id, format!("AvailableIpAddressCount {} ({block})", one.free_addresses))
    });
    let evidence = evidence.collect();
    let fix = match verdict {
        CheckVerdict::Wrong => without(blueprint, subnets, |one| one.free_addresses == 0),
        CheckVerdict::Warning => fewer(blueprint, free),
        _ => None,
    };
    let item = CheckItem::answer("subnet-addresses", Group::Network, verdict, finding);
    CheckItem { evidence, remedy, fixes: fix.into_iter().collect(), ..item }
}

/// The subnets without those that do not do, where some are left.
fn without(blueprint: &Blueprint, subnets: &[&Subnet], bad: impl Fn(&Subnet) -> bool) -> Option<Fix> {
    let left = subnets.iter().filter(|one| !bad(one)).map(|one| one.id.clone()).collect();
    let theirs = matches!(blueprint.network, Network::ExistingVpc { .. });
    theirs.then(|| Fix::blueprint(blueprint, vec![Amendment::Subnets { subnets: left }]))?
}

/// The subnets without those that do not lead to everything, where some do.
pub(super) fn leave_out(
    facts: &VpcFacts,
    blueprint: &Blueprint,
    subnets: &[String],
    ways: &[DrawnWay],
) -> Option<Fix> {
    let subnets: Vec<_> = subnets.iter().filter_map(|id| facts.subnet(id)).collect();
    let lost = |one: &Subnet| ways.iter().any(|way| way.subnet == one.id && way.state != WayState::Reaches);
    without(blueprint, &subnets, lost)
}

/// As many vCPUs as find an address, where one environment wants them.
fn fewer(blueprint: &Blueprint, free: u64) -> Option<Fix> {
    let [environment] = blueprint.compute_environments.as_slice() else { return None };
    let mut vcpus = environment.max_vcpus;
    let fits = |vcpus| {
        most_addresses(blueprint, &ComputeEnvironment { max_vcpus: vcpus, ..environment.clone() }) <= free
    };
    while vcpus > 0 && !fits(vcpus) {
        vcpus -= 1;
    }
    let largest = blueprint.job_definitions.iter().filter_map(|job| job.vcpu.parse::<f64>().ok());
    let enough = f64::from(vcpus) >= largest.fold(1.0, f64::max);
    let amendment = Amendment::MaxVcpus { environment: environment.name.clone(), vcpus };
    enough.then(|| Fix::blueprint(blueprint, vec![amendment]))?
}

/// A subnet more, in another zone: one that follows the same table and gives addresses alike, so that the same ways lead
/// out of it.
fn another_zone(facts: &VpcFacts, blueprint: &Blueprint, region: &str, subnets: &[&Subnet]) -> Option<Fix> {
    let first = subnets.first().filter(|first| subnets.iter().all(|one| one.zone == first.zone))?;
    let Network::ExistingVpc { subnets: named, .. } = &blueprint.network else { return None };
    let table = |id: &str| facts.table_of(id).ok().flatten().map(|table| &table.id);
    let alike = |one: &&Subnet| {
        one.zone != first.zone
            && is_plain(&one.zone, region)
            && one.free_addresses > 0
            && one.gives_public_ips == first.gives_public_ips
            && table(&one.id) == table(&first.id)
    };
    let more = facts.subnets.iter().flatten().find(alike)?;
    let subnets = named.iter().chain([&more.id]).cloned().collect();
    Fix::blueprint(blueprint, vec![Amendment::Subnets { subnets }])
}

/// How many addresses an environment could want at once. Every job on Fargate has one of its own, every instance one for
/// all its jobs.
fn most_addresses(blueprint: &Blueprint, environment: &ComputeEnvironment) -> u64 {
    let vcpus = f64::from(environment.max_vcpus);
    let of_jobs = || {
        let jobs = blueprint.job_definitions.iter().filter(|job| job.platform == Platform::Fargate);
        let sizes = jobs.filter_map(|job| job.vcpu.parse::<f64>().ok()).filter(|size| *size > 0.0);
        sizes.fold(f64::INFINITY, f64::min)
    };
    let each = environment.instances.as_ref().map_or_else(of_jobs, smallest);
    // Without a job nothing wants an address.
    let most = (vcpus / each).ceil();
    if most.is_finite() { format!("{most}").parse().unwrap_or(u64::MAX) } else { 0 }
}

/// The vCPUs of the smallest instance that may start, by the names of the types: `medium` has one, `large` two, and each
/// `xlarge` four (Amazon EC2 Instance Types guide). A family begins with `large`, and with Graviton with `medium`.
fn smallest(instances: &Instances) -> f64 {
    let of_name = |name: &String| match name.split_once('.') {
        Some((_, "medium" | "small" | "micro" | "nano")) => 1.0,
        Some((_, "large")) => 2.0,
        Some((_, size)) => {
            let times = size.strip_suffix("xlarge").map(|n| if n.is_empty() { "1" } else { n });
            times.and_then(|n| n.parse::<f64>().ok()).map_or(2.0, |n| 4.0 * n)
        }
        None if architecture_of(name) == Architecture::Arm64 => 1.0,
        None => 2.0,
    };
    instances.types.iter().map(of_name).fold(f64::INFINITY, f64::min)
}

fn several_zones(subnets: &[&Subnet]) -> CheckItem {
    let mut zones: Vec<_> = subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    zones.sort_unstable();
    zones.dedup();
    let params = [("zones", zones.join(", ")), ("count", zones.len().to_string())];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (verdict, finding, remedy) = if zones.len() < 2 {
        let remedy = say("zones-one-advice", &[]);
        (CheckVerdict::Warning, say("zones-one", &params), Some(remedy))
    } else {
        (CheckVerdict::Ready, say("zones-several", &params), None)
    };
    let evidence = subnets.iter().map(|one| Evidence::new(&one.id, &one.zone)).collect();
    let item = CheckItem::answer("subnet-zones", Group::Network, verdict, finding);
    CheckItem { evidence, remedy, ..item }
}

/// Fargate environments take no subnets in Local Zones (ComputeResource, `subnets`), nor in Wavelength Zones (Amazon ECS
/// Developer Guide, "Amazon ECS clusters in Local Zones, Wavelength Zones, and AWS Outposts").
fn local_zones(blueprint: &Blueprint, region: &str, subnets: &[&Subnet]) -> Option<CheckItem> {
    let fargate = blueprint.compute_environments.iter().any(|one| one.kind.platform() == Platform::Fargate);
    let local: Vec<_> = subnets.iter().filter(|subnet| !is_plain(&subnet.zone, region)).collect();
    if !fargate || local.is_empty() {
        return None;
    }
    let ids = local.iter().map(|subnet| subnet.id.as_str()).collect::<Vec<_>>().join(", ");
    let finding = say("local-zones", &[("subnets", &ids)]);
    let item = CheckItem::answer("subnet-local-zone", Group::Network, CheckVerdict::Wrong, finding);
    let evidence = local.iter().map(|one| Evidence::new(&one.id, &one.zone)).collect();
    let fix = without(blueprint, subnets, |one| !is_plain(&one.zone, region));
    let fixes = fix.into_iter().collect();
    Some(CheckItem { evidence, remedy: Some(say("local-zones-advice", &[])), fixes, ..item })
}

/// An Availability Zone is its region and a letter, `us-west-2a`; any other zone has a place between the two,
/// `us-west-2-lax-1a` (Amazon EC2 User Guide, "Regions and Zones").
fn is_plain(zone: &str, region: &str) -> bool {
    let letter = zone.strip_prefix(region);
    letter.is_none_or(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    fn subnet(id: &str, zone: &str, free_addresses: u32) -> Subnet {
        Subnet {
            id: id.to_owned(),
            name: None,
            zone: zone.to_owned(),
            zone_id: String::new(),
            cidr: "10.0.0.0/24".parse().ok(),
            free_addresses,
            gives_public_ips: false,
        }
    }

    fn code_and_verdict(item: &CheckItem) -> (&str, CheckVerdict) {
        (item.finding.code.as_str(), item.verdict)
    }

    #[test]
    fn addresses_are_counted_for_what_could_run_at_once() {
        let mut fargate = Preset::Fargate.blueprint("first");
        fargate.compute_environments[0].max_vcpus = 16;
        fargate.job_definitions[0].vcpu = "0.25".to_owned();
        assert_eq!(most_addresses(&fargate, &fargate.compute_environments[0]), 64, "a job has its own");
        let judged = |free: &[u32]| {
            let subnets: Vec<_> = free.iter().map(|free| subnet("subnet-1", "us-east-1a", *free)).collect();
            let item = addresses(&fargate, &subnets.iter().collect::<Vec<_>>());
            (item.finding.code, item.verdict)
        };
        assert_eq!(judged(&[32, 32]), ("addresses-enough".to_owned(), CheckVerdict::Ready));
        assert_eq!(judged(&[32, 31]), ("addresses-few".to_owned(), CheckVerdict::Warning));
        assert_eq!(judged(&[251, 0]), ("addresses-none".to_owned(), CheckVerdict::Wrong));
    }

    #[test]
    fn an_instance_has_one_for_all_its_jobs() {
        let mut spot = Preset::Spot.blueprint("first");
        spot.compute_environments[0].max_vcpus = 64;
        let mut most = |types: &[&str]| {
            let named = types.iter().map(|name| (*name).to_owned()).collect();
            spot.compute_environments[0].instances.as_mut().unwrap().types = named;
            most_addresses(&spot, &spot.compute_environments[0])
        };
        assert_eq!(most(&["m6i.xlarge", "m6i.4xlarge"]), 16);
        assert_eq!([most(&["m6i"]), most(&["m6g"]), most(&["default_arm64"])], [32, 64, 64]);
        assert_eq!(most(&["c6g.medium", "m6i.large"]), 64);
    }

    #[test]
    fn fargate_takes_no_local_zone_and_instances_do() {
        let local = subnet("subnet-lax", "us-west-2-lax-1a", 251);
        let plain = subnet("subnet-a", "us-west-2a", 251);
        let fargate = Preset::Fargate.blueprint("first");
        let found = local_zones(&fargate, "us-west-2", &[&plain, &local]).unwrap();
        assert_eq!(code_and_verdict(&found), ("local-zones", CheckVerdict::Wrong));
        assert!(found.finding.text.contains("subnet-lax") && !found.finding.text.contains("subnet-a"));
        assert!(local_zones(&fargate, "us-west-2", &[&plain]).is_none());
        assert!(local_zones(&Preset::Spot.blueprint("first"), "us-west-2", &[&local]).is_none());
    }

    #[test]
    fn one_zone_is_something_to_know() {
        let (a, b) = (subnet("subnet-a", "us-west-2a", 9), subnet("subnet-b", "us-west-2b", 9));
        assert_eq!(code_and_verdict(&several_zones(&[&a, &a])), ("zones-one", CheckVerdict::Warning));
        assert_eq!(code_and_verdict(&several_zones(&[&a, &b])), ("zones-several", CheckVerdict::Ready));
    }
}
