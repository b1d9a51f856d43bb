//! What an account has to choose from: networks, instance types, key pairs, prices, and what kept vCPUs cost by them.

use slipway_core::{
    blueprint::{Access, AccessMode, Architecture, Preset},
    network::Exit,
    offer::{self, InstancePrice},
    run, stack,
};

use crate::{
    account::{Account, fresh},
    seam::Fault,
};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

async fn prices(account: &Account, of: &[&str]) -> Vec<InstancePrice> {
    offer::prices(&account.session, &names(of)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn networks_with_what_leads_out_of_them() {
    let account = fresh(7).await;
    let found = offer::networks(&account.session).await.unwrap();
    let [vpc] = &found[..] else { panic!("a new account has one VPC: {found:?}") };
    assert!(vpc.is_default && vpc.subnets.len() >= 2, "{vpc:?}");
    assert!(vpc.subnets.is_sorted_by_key(|subnet| &subnet.zone));
    for subnet in &vpc.subnets {
        assert!(
            matches!(&subnet.exit, Some(Exit::InternetGateway(id)) if id.starts_with("igw-")),
            "{subnet:?}"
        );
        assert!(subnet.gives_public_ips && subnet.free_addresses > 4_000, "{subnet:?}");
    }
    assert_eq!(vpc.security_groups[0].name, "default");

    account.seam.set(Fault::Deny(&["DescribeRouteTables"]));
    let found = offer::networks(&account.session).await.unwrap();
    assert!(found[0].subnets.iter().all(|subnet| subnet.exit.is_none()), "not known is not nowhere");
    account.seam.set(Fault::Deny(&["DescribeVpcs"]));
    assert_eq!(offer::networks(&account.session).await.unwrap_err().code, "aws-denied");
}

#[tokio::test(start_paused = true)]
async fn instance_types_that_batch_takes_with_what_each_offers() {
    let account = fresh(7).await;
    let types = offer::instance_types(&account.session).await.unwrap();
    assert!(types.len() > 100, "{}", types.len());
    assert!(types.iter().all(|one| !one.name.starts_with('t')), "Batch takes no burstable types");
    let of = |name: &str| types.iter().find(|one| one.name == name).unwrap();
    let plain = of("m6i.large");
    assert_eq!((plain.vcpus, plain.memory_mib, plain.architecture), (2, 8_192, Architecture::X86_64));
    assert_eq!(of("m6g.large").architecture, Architecture::Arm64);
    let gpus = of("g4dn.12xlarge").gpus.clone().unwrap();
    assert_eq!((gpus.name.as_str(), gpus.count), ("NVIDIA T4", 4));
    assert!(plain.spot && plain.gpus.is_none());
}

#[tokio::test(start_paused = true)]
async fn prices_of_types_and_families() {
    let account = fresh(7).await;
    let found = prices(&account, &["m5.large", "g4dn.xlarge", "m9z.large"]).await;
    let [gpu, plain] = &found[..] else { panic!("{found:?}") };
    assert_eq!((plain.name.as_str(), plain.vcpus), ("m5.large", 2));
    assert!((plain.on_demand - 0.096).abs() < 1e-9, "{plain:?}");
    assert!((gpu.on_demand - 0.526).abs() < 1e-9, "{gpu:?}");
    let spot = plain.spot.unwrap();
    assert!(spot.low <= spot.high && spot.high < plain.on_demand && spot.low > 0.0, "{spot:?}");

    let family = prices(&account, &["m6i"]).await;
    assert!(family.len() > 5 && family.iter().all(|price| price.name.starts_with("m6i.")), "{family:?}");

    account.seam.set(Fault::Deny(&["DescribeSpotPriceHistory"]));
    assert!(prices(&account, &["m5.large"]).await[0].spot.is_none());
    account.seam.set(Fault::Deny(&["GetProducts"]));
    let denied = offer::prices(&account.session, &names(&["m5.large"])).await.unwrap_err();
    assert_eq!(denied.code, "aws-denied");
}

#[tokio::test(start_paused = true)]
async fn kept_vcpus_cost_what_the_cheapest_type_costs_here_and_now() {
    let account = fresh(7).await;
    let mut blueprint = Preset::OnDemand.blueprint("first");
    assert_eq!(offer::kept_costs(&account.session, &blueprint).await, [None], "nothing is kept");
    let instances = blueprint.compute_environments[0].instances.as_mut().unwrap();
    instances.types = names(&["m5.large", "c5"]);
    instances.min_vcpus = 4;
    let kept = offer::kept_costs(&account.session, &blueprint).await.remove(0).unwrap();
    // c5 costs $0.0425 a vCPU and hour, m5 $0.048.
    assert!((kept.usd - 4.0 * 0.0425 * 730.0).abs() < 0.01, "{kept:?}");
    let plan = run::plan_create(&account.session, blueprint.clone()).await.unwrap();
    assert!((plan.standing_cost.usd - kept.usd).abs() < 1e-9, "the plan says the same");

    // Without the right to read prices the list that Slipway carries has to do.
    account.seam.set(Fault::Deny(&["GetProducts"]));
    let listed = offer::kept_costs(&account.session, &blueprint).await.remove(0).unwrap();
    assert_eq!(listed.note.unwrap().code, "cost-list-price");
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_read_back_as_it_was_said_and_never_loosened() {
    let account = fresh(7).await;
    let mut definition = Preset::Fargate.blueprint("first").job_definitions.remove(0);
    assert_eq!(stack::policy_of(&account.session, &definition), None);
    definition.access = vec![
        Access::S3 { bucket: "scans".to_owned(), prefix: Some("in/".to_owned()), mode: AccessMode::Read },
        Access::DynamoDb { table: "results".to_owned(), mode: AccessMode::Write },
        Access::Statement {
            actions: names(&["sns:Publish"]),
            resources: names(&["arn:aws:sns:us-east-1:1:x"]),
        },
    ];
    let policy = stack::policy_of(&account.session, &definition).unwrap();
    let read = |text: &str| stack::access_of(&account.session, &definition, text);
    assert_eq!(read(&policy).unwrap(), definition.access);

    let loose = r#"{"Version": "2012-10-17", "Statement": {"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    let said = Access::Statement { actions: names(&["s3:*"]), resources: names(&["*"]) };
    assert_eq!(read(loose).unwrap(), [said]);

    let condition = policy.replace("\"in/*\"", "\"in/*\", \"out/*\"");
    assert_ne!(condition, policy);
    for (text, code) in [
        ("{", "policy-not-json"),
        ("[]", "policy-no-policy"),
        (&*loose.replace("Allow", "Deny"), "policy-not-sayable"),
        (&*loose.replace("\"Action\"", "\"NotAction\""), "policy-not-sayable"),
        (&*condition, "policy-not-sayable"),
    ] {
        assert_eq!(read(text).unwrap_err().code, code, "{text}");
    }
}
