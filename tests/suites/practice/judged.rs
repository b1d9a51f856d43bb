//! What a blueprint's jobs fit and cost: by what instances really offer, where they are to be had, and what they cost
//! here and now.

use slipway_core::{
    blueprint::{Blueprint, ComputeKind, Network, Preset},
    check::{self, CheckItem, CheckVerdict},
    cost::{Costs, PriceSource},
    run,
};
use tokio::time::{Duration, sleep};

use crate::{
    account::{Account, fresh},
    seam::Fault,
};

fn on(types: &[&str], memory_mib: u32) -> Blueprint {
    let mut blueprint = Preset::OnDemand.blueprint("imaging");
    let instances = blueprint.compute_environments[0].instances.as_mut().unwrap();
    instances.types = types.iter().map(|name| (*name).to_owned()).collect();
    (blueprint.job_definitions[0].vcpu, blueprint.job_definitions[0].memory_mib) =
        ("1".to_owned(), memory_mib);
    blueprint
}

async fn item(account: &Account, blueprint: Blueprint, subject: &str) -> CheckItem {
    let report = check::check(&account.session, blueprint, |_| ()).await.unwrap();
    report.items.into_iter().find(|item| item.subject == subject).unwrap()
}

#[tokio::test(start_paused = true)]
async fn memory_is_what_ecs_sees_and_both_ways_out_are_named() {
    let account = fresh(7).await;
    let fit = |blueprint| item(&account, blueprint, "fit");
    let fits = fit(on(&["m6i.2xlarge"], 30_500)).await;
    assert_eq!((fits.verdict, &*fits.finding.code), (CheckVerdict::Ready, "fit-ready"));
    assert_eq!(fits.finding.params["left"], "31908");
    let evidence = fits.evidence.iter().find(|evidence| evidence.label == "m6i.2xlarge").unwrap();
    assert!(evidence.value.contains("Compute resource memory management"), "{evidence:?}");

    let none = fit(on(&["m6i.2xlarge"], 32_768)).await;
    assert_eq!((none.verdict, &*none.finding.code), (CheckVerdict::Wrong, "fit-none"));
    let advice = none.remedy.unwrap();
    assert_eq!(advice.text, "31908 MiB or less fits m6i.2xlarge; 32768 MiB needs m6i.4xlarge.");
    // With the larger one among the types it is not wrong, but still more than was meant.
    let missed = fit(on(&["m6i.2xlarge", "m6i.4xlarge"], 32_768)).await;
    assert_eq!((missed.verdict, &*missed.finding.code), (CheckVerdict::Ready, "fit-ready-missed"));
    assert_eq!(
        (&*missed.finding.params["smaller"], &*missed.finding.params["type"]),
        ("m6i.2xlarge", "m6i.4xlarge")
    );
    // Families and AWS's own choices are all their types.
    for types in [&["m6i"][..], &["default_x86_64"], &["optimal"]] {
        assert_eq!(fit(on(types, 30_500)).await.verdict, CheckVerdict::Ready, "{types:?}");
    }
    // What is short is not memory but GPUs: another type is the only advice.
    let mut gpus = on(&["g5.xlarge"], 2_048);
    gpus.job_definitions[0].gpus = 4;
    let larger = fit(gpus).await.remedy.unwrap();
    assert_eq!((&*larger.code, &*larger.params["larger"]), ("fit-larger", "g5.12xlarge"));
}

#[tokio::test(start_paused = true)]
async fn types_are_looked_for_in_the_zones_of_the_chosen_subnets() {
    let account = fresh(7).await;
    let ec2 = &account.session.aws.read.ec2;
    let found = ec2.describe_subnets().send().await.unwrap();
    let vpc = found.subnets()[0].vpc_id().unwrap().to_owned();
    let in_zones = |letters: &str| {
        let there = found
            .subnets()
            .iter()
            .filter(|one| one.availability_zone().unwrap().ends_with(|letter| letters.contains(letter)));
        let subnets = there.map(|one| one.subnet_id().unwrap().to_owned()).collect();
        Network::ExistingVpc { vpc: vpc.clone(), subnets, security_groups: vec![] }
    };
    let told = |types: &'static [&'static str], network: Network| {
        let account = &account;
        async move {
            let item = item(account, Blueprint { network, ..on(types, 2_048) }, "instance-types").await;
            (item.verdict, item.finding.code)
        }
    };
    let of = |verdict, code: &str| (verdict, code.to_owned());
    assert_eq!(
        told(&["m6i", "optimal"], in_zones("ab")).await,
        of(CheckVerdict::Ready, "instance-types-zones")
    );
    assert_eq!(
        told(&["p3.2xlarge"], in_zones("abc")).await,
        of(CheckVerdict::Ready, "instance-types-some-zones"),
        "two zones have it"
    );
    assert_eq!(
        told(&["p3.2xlarge"], in_zones("bc")).await,
        of(CheckVerdict::Warning, "instance-types-some-zones")
    );
    assert_eq!(told(&["p3.2xlarge"], in_zones("c")).await, of(CheckVerdict::Wrong, "instance-types-nowhere"));
    let fresh_network = Network::new_vpc("10.42.0.0/16");
    assert_eq!(told(&["m6i"], fresh_network).await, of(CheckVerdict::Ready, "instance-types-zones"));
    account.seam.set(Fault::Deny(&["DescribeSubnets"]));
    assert_eq!(told(&["m6i"], in_zones("ab")).await, of(CheckVerdict::Ready, "instance-types-offered"));
}

async fn costs(account: &Account, blueprint: &Blueprint) -> Costs {
    run::plan_create(&account.session, blueprint.clone()).await.unwrap().costs
}

#[tokio::test(start_paused = true)]
async fn what_runs_costs_between_two_prices_that_say_where_they_are_from() {
    let account = fresh(7).await;
    let mut blueprint = on(&["c5", "r5.large"], 2_048);
    let found = costs(&account, &blueprint).await;
    let (job, most) = (&found.jobs[0].hour, &found.most[0].hour);
    // c5 costs $0.0425 a vCPU and hour, and a quarter of its memory no more; r5.large $0.063.
    assert!((job.low - 0.0425).abs() < 1e-9 && (job.high - 0.063).abs() < 1e-9, "{job:?}");
    assert_eq!(job.at_worst.as_deref(), Some("r5.large"));
    let vcpus = f64::from(found.most[0].vcpus);
    assert!((most.low - 0.0425 * vcpus).abs() < 1e-9 && most.high >= 0.063 * vcpus, "{most:?}");
    assert_eq!(job.source, PriceSource::PriceList { at: account.session.world.now() });
    assert!(found.spot.is_empty());
    blueprint.compute_environments[0].kind = ComputeKind::Spot;
    blueprint.compute_environments[0].instances.as_mut().unwrap().allocation_strategy =
        slipway_core::blueprint::AllocationStrategy::SpotPriceCapacityOptimized;
    let spot = costs(&account, &blueprint).await;
    assert!(spot.jobs[0].hour.high < job.high && spot.jobs[0].hour.low < job.low, "{spot:?}");
    assert!(matches!(spot.jobs[0].hour.source, PriceSource::SpotMarket { .. }));

    account.seam.set(Fault::Deny(&["GetProducts"]));
    let carried = costs(&account, &blueprint).await;
    assert!(
        matches!(carried.jobs[0].hour.source, PriceSource::Carried { estimated: true, .. }),
        "{carried:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_spot_market_is_told_for_the_last_seven_days_in_each_zone() {
    let account = fresh(7).await;
    let blueprint = Preset::Spot.blueprint("imaging");
    let week = |costs: Costs| costs.spot.into_iter().next().unwrap();
    let found = week(costs(&account, &blueprint).await);
    assert!(found.zones.len() > 1 && found.until.since(found.since) == 7 * 86_400_000, "{found:?}");
    for zone in &found.zones {
        assert!(zone.low < zone.high && zone.low <= zone.now && zone.now <= zone.high, "{zone:?}");
        assert!(zone.high < found.on_demand, "{zone:?}");
        assert_eq!(
            zone.points.first().unwrap().at,
            found.since,
            "what held when the week began is part of it"
        );
        assert!(zone.points.is_sorted_by_key(|point| point.at) && zone.points.len() > 14, "{zone:?}");
    }
    assert_eq!(week(costs(&account, &blueprint).await), found, "the same, however often it is asked");
    sleep(Duration::from_hours(72)).await;
    let later = week(costs(&account, &blueprint).await);
    assert!(later.since > found.since && later.zones != found.zones, "prices move from day to day");
    account.seam.set(Fault::Deny(&["DescribeSpotPriceHistory"]));
    assert!(costs(&account, &blueprint).await.spot.is_empty());
}
