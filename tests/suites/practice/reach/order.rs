//! Which cure is offered first, and what no click does: what is closest to what somebody evidently wanted comes first, and
//! what carries something is not taken away.

use slipway_core::{
    check::{By, CureKind, Fix},
    mend::What,
};
use slipway_tests::seen;

use super::{
    cures::{broken, cures},
    found,
    situations::all,
};

/// Situations, and the cure that is closest to what is there.
const FIRST: [(&str, CureKind); 13] = [
    ("reach-no-route", CureKind::PublicIps),
    ("reach-job-unaddressed", CureKind::PublicIps),
    ("reach-host-unaddressed", CureKind::PublicIps),
    ("reach-blackhole", CureKind::PublicIps),
    ("reach-blackhole-nat", CureKind::NatGateway),
    ("reach-nat-private", CureKind::NatGateway),
    ("reach-nat-private-subnet", CureKind::NatGateway),
    ("reach-no-route-registry", CureKind::Endpoints),
    ("reach-endpoint-missing-logs", CureKind::Endpoints),
    ("reach-endpoint-missing-layers", CureKind::Endpoints),
    ("reach-endpoint-table", CureKind::Endpoints),
    ("reach-endpoint-nameless", CureKind::Endpoints),
    ("reach-no-hostnames", CureKind::Endpoints),
];

/// Those in which endpoints are there and only have to be found: one click, and nothing to pay.
const ONE_CLICK: [&str; 3] = ["reach-endpoint-table", "reach-endpoint-nameless", "reach-no-hostnames"];

#[tokio::test(start_paused = true)]
async fn what_is_closest_to_what_is_there_is_offered_first() {
    let mut first = 0;
    for (name, kind) in FIRST {
        let (_, report) = found(name).await;
        assert_eq!(cures(&report)[0].kind, kind, "{name}");
        first += 1;
        if !ONE_CLICK.contains(&name) {
            continue;
        }
        let broken =
            report.items.iter().filter(|item| item.id.starts_with("reach-") && !item.fixes.is_empty());
        for item in broken {
            let Fix::Account { says, .. } = &item.fixes[0] else { panic!("{name}: {:?}", item.fixes) };
            assert_eq!(says.code, "fix-endpoints", "{name}: {}", item.id);
        }
    }
    seen::all("broken networks whose closest cure comes first", first, FIRST.len());
}

#[tokio::test(start_paused = true)]
async fn no_click_takes_a_route_from_what_it_carries() {
    let (mut replaced, mut told) = (0, 0);
    for situation in &all() {
        let (lab, _, report) = broken(situation).await;
        let ec2 = &lab.account.session.aws.once.ec2;
        let nats = ec2.describe_nat_gateways().send().await.unwrap();
        let private = |id: &str| {
            let mut all = nats.nat_gateways().iter().filter(|one| one.nat_gateway_id() == Some(id));
            all.any(|one| one.connectivity_type().is_some_and(|kind| kind.as_str() == "private"))
        };
        let gateways = ec2.describe_internet_gateways().send().await.unwrap();
        let attached = |id: &str| {
            let mut all = gateways.internet_gateways().iter();
            all.any(|one| one.internet_gateway_id() == Some(id) && !one.attachments().is_empty())
        };
        for step in cures(&report).iter().flat_map(|cure| &cure.steps) {
            if let By::Slipway { changes } = &step.by {
                for change in changes.iter().filter(|one| matches!(one.what, What::Route { .. })) {
                    let Some(now) = &change.difference.found else { continue };
                    assert!(!private(now) && !attached(now), "{}: {change:?}", situation.name);
                    replaced += 1;
                }
            }
            if step.says.code == "cure-route-point-private" || step.says.code == "cure-route-point-live" {
                assert_eq!(step.by, By::Person, "{}", situation.name);
                for part in ["table", "subnets", "now", "target"] {
                    let named = &step.says.params[part];
                    assert!(!named.is_empty() && step.says.text.contains(named.as_str()), "{part}: {step:?}");
                }
                told += 1;
            }
        }
    }
    assert!(replaced >= 3 && told >= 4, "{replaced} routes that lead nowhere, {told} that carry something");
}
