//! Availability Zones in which AWS has no Fargate.

use super::without;
use crate::{
    blueprint::{Blueprint, Platform},
    check::{CheckItem, CheckVerdict, Group},
    network::Subnet,
    resource::Evidence,
    words::say,
};

/// The zones of a region that have Fargate, where not all do (Amazon ECS Developer Guide, "Supported Regions for Amazon ECS
/// on AWS Fargate", Linux containers). By their ids: which letter a zone has differs between accounts.
fn zones_with_fargate(region: &str) -> Option<&'static [&'static str]> {
    Some(match region {
        "ap-northeast-1" => &["apne1-az1", "apne1-az2", "apne1-az4"],
        "cn-north-1" => &["cnn1-az1", "cnn1-az2"],
        "us-west-1" => &["usw1-az1", "usw1-az3"],
        _ => return None,
    })
}

/// Subnets in which no job on Fargate starts: where none other is left, nothing runs.
pub(super) fn without_fargate(blueprint: &Blueprint, region: &str, subnets: &[&Subnet]) -> Option<CheckItem> {
    let fargate = blueprint.compute_environments.iter().any(|one| one.kind.platform() == Platform::Fargate);
    let with = zones_with_fargate(region).filter(|_| fargate)?;
    // An account may not be told the id.
    let lacks = |one: &Subnet| !one.zone_id.is_empty() && !with.contains(&one.zone_id.as_str());
    let lacking: Vec<_> = subnets.iter().filter(|one| lacks(one)).collect();
    if lacking.is_empty() {
        return None;
    }
    let ids = lacking.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(", ");
    let with = with.join(", ");
    let params = [("subnets", ids.as_str()), ("zones", with.as_str()), ("region", region)];
    let (verdict, finding) = if lacking.len() == subnets.len() {
        (CheckVerdict::Wrong, say("fargate-zones-none", &params))
    } else {
        (CheckVerdict::Warning, say("fargate-zones-some", &params))
    };
    let evidence =
        lacking.iter().map(|one| Evidence::new(&one.id, format!("{} ({})", one.zone, one.zone_id)));
    let evidence = evidence.collect();
    let fixes = without(blueprint, subnets, lacks).into_iter().collect();
    let remedy = Some(say("fargate-zones-advice", &params[1..2]));
    let item = CheckItem::answer("subnet-fargate-zone", Group::Network, verdict, finding);
    Some(CheckItem { evidence, remedy, fixes, ..item })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{blueprint::Preset, network::sketch};

    #[test]
    fn fargate_is_not_in_every_zone_of_every_region() {
        let subnet = |id: &str, zone: &str, zone_id: &str| Subnet {
            zone_id: zone_id.to_owned(),
            ..sketch::subnet(id, zone, "10.0.0.0/24")
        };
        let judged = |preset: Preset, region: &str, subnets: &[&Subnet]| {
            let item = without_fargate(&preset.blueprint("first"), region, subnets)?;
            Some((item.verdict, item.finding.code, item.finding.params["subnets"].clone()))
        };
        let (good, bad) =
            (subnet("subnet-a", "us-west-1a", "usw1-az3"), subnet("subnet-b", "us-west-1b", "usw1-az2"));
        let told = |verdict, code: &str| Some((verdict, code.to_owned(), "subnet-b".to_owned()));
        let fargate = |subnets: &[&Subnet]| judged(Preset::Fargate, "us-west-1", subnets);
        assert_eq!(fargate(&[&bad]), told(CheckVerdict::Wrong, "fargate-zones-none"));
        assert_eq!(fargate(&[&good, &bad]), told(CheckVerdict::Warning, "fargate-zones-some"));
        assert_eq!(fargate(&[&good]), None);
        assert_eq!(fargate(&[&subnet("subnet-c", "us-west-1b", "")]), None, "its id is not told");
        assert_eq!(judged(Preset::Spot, "us-west-1", &[&bad]), None);
        let tokyo = subnet("subnet-b", "ap-northeast-1a", "apne1-az3");
        let expected = told(CheckVerdict::Wrong, "fargate-zones-none");
        assert_eq!(judged(Preset::Fargate, "ap-northeast-1", &[&tokyo]), expected);
        assert_eq!(
            judged(Preset::Fargate, "us-east-1", &[&subnet("subnet-d", "us-east-1e", "use1-az3")]),
            None
        );
    }
}
