//! What helps against each finding: a change of the blueprint mends what it is offered for, and where nothing helps that
//! is done here, there are words for whoever can.

use std::collections::BTreeSet;

use slipway_core::{
    blueprint::{Blueprint, Network, Preset, WayOut},
    check::{self, CheckItem, CheckReport, CheckVerdict, Fix},
    quota,
};
use slipway_practice::Access;
use slipway_tests::seen;
use tokio::time::{Duration, sleep};

use crate::{
    account::{Account, fresh},
    images::{HERE, push, single, with_image},
    reach,
};

async fn checked(account: &Account, blueprint: &Blueprint) -> CheckReport {
    check::check(&account.session, blueprint.clone(), |_| ()).await.unwrap()
}

fn of<'r>(report: &'r CheckReport, id: &str) -> Option<&'r CheckItem> {
    report.items.iter().find(|item| item.id == id)
}

/// The blueprint's changes that are offered for a finding, each with what a button says.
fn amended(item: &CheckItem, blueprint: &Blueprint) -> Vec<(String, Blueprint)> {
    let each = item.fixes.iter().filter_map(|fix| match fix {
        Fix::Blueprint { says, amendments } => Some((says, amendments)),
        _ => None,
    });
    let apply =
        |(says, amendments): (&slipway_core::words::Text, &Vec<slipway_core::blueprint::Amendment>)| {
            let new = amendments.iter().fold(blueprint.clone(), |new, amendment| amendment.applied(&new));
            (says.code.clone(), new)
        };
    each.map(apply).collect()
}

/// An account, a blueprint, the finding that it complains with, and what is offered.
struct Case {
    name: &'static str,
    account: Account,
    blueprint: Blueprint,
    id: &'static str,
    code: &'static str,
    offered: &'static [&'static str],
}

async fn instances(preset: Preset, types: &[&str]) -> (Account, Blueprint) {
    let mut blueprint = preset.blueprint("imaging");
    let instances = blueprint.compute_environments[0].instances.as_mut().unwrap();
    instances.types = types.iter().map(|one| (*one).to_owned()).collect();
    (fresh(3).await, blueprint)
}

/// A VPC with two public subnets in two zones on one table, and a small one.
async fn vpc() -> (Account, Vec<String>, Blueprint) {
    let account = fresh(3).await;
    let ec2 = &account.session.aws.once.ec2;
    let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap();
    let gateway = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap();
    let gateway = gateway.internet_gateway_id.unwrap();
    ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send().await.unwrap();
    let table = ec2.create_route_table().vpc_id(&vpc).send().await.unwrap().route_table.unwrap();
    let table = table.route_table_id.unwrap();
    let out = ec2.create_route().route_table_id(&table).gateway_id(&gateway);
    out.destination_cidr_block("0.0.0.0/0").send().await.unwrap();
    let mut subnets = vec![];
    for (block, zone) in
        [("10.0.0.0/24", "us-east-1a"), ("10.0.1.0/24", "us-east-1b"), ("10.0.2.0/28", "us-east-1a")]
    {
        let made = ec2.create_subnet().vpc_id(&vpc).cidr_block(block).availability_zone(zone);
        let id = made.send().await.unwrap().subnet.unwrap().subnet_id.unwrap();
        ec2.associate_route_table().route_table_id(&table).subnet_id(&id).send().await.unwrap();
        subnets.push(id);
    }
    let network = Network::ExistingVpc { vpc, subnets: vec![subnets[0].clone()], security_groups: vec![] };
    let mut blueprint = Blueprint { network, ..Preset::Fargate.blueprint("imaging") };
    blueprint.job_definitions[0].assign_public_ip = true;
    (account, subnets, blueprint)
}

fn in_subnets(blueprint: &mut Blueprint, wanted: &[&String]) {
    if let Network::ExistingVpc { subnets, .. } = &mut blueprint.network {
        *subnets = wanted.iter().map(|one| (*one).clone()).collect();
    }
}

async fn cases() -> Vec<Case> {
    let mut cases = vec![];
    let mut add = |name, (account, blueprint), id, code, offered| {
        cases.push(Case { name, account, blueprint, id, code, offered });
    };
    // Types.
    let (account, mut blueprint) = instances(Preset::OnDemand, &["m6i.large"]).await;
    blueprint.job_definitions[0].memory_mib = 16_384;
    add(
        "a job that is too large",
        (account, blueprint),
        "fit:job",
        "fit-none",
        &["fix-types", "fix-memory"][..],
    );
    let (account, mut blueprint) = instances(Preset::OnDemand, &["m6i.large"]).await;
    blueprint.job_definitions[0].memory_mib = 8_000;
    add(
        "all of a machine's memory",
        (account, blueprint),
        "fit:job",
        "fit-tight",
        &["fix-types", "fix-memory"],
    );
    let none = instances(Preset::OnDemand, &["m9z.large"]).await;
    add("a type that nobody has", none, "instance-types", "instance-types-missing", &["fix-types"]);
    let some = instances(Preset::OnDemand, &["m9z.large", "m6i"]).await;
    add(
        "one that nobody has beside another",
        some,
        "instance-types",
        "instance-types-missing",
        &["fix-types"],
    );
    let (account, mut blueprint) = instances(Preset::OnDemand, &["m6i"]).await;
    blueprint.compute_environments[0].instances.as_mut().unwrap().key_pair = Some("gone".to_owned());
    add(
        "a key pair that is gone",
        (account, blueprint),
        "key-pair:gone",
        "key-pair-missing",
        &["fix-no-key-pair"],
    );
    // Limits.
    let (account, mut blueprint) = instances(Preset::OnDemand, &["m6i"]).await;
    blueprint.compute_environments[0].max_vcpus = 4_000;
    add(
        "more vCPUs than the account may have",
        (account, blueprint),
        "ec2-vcpus",
        "limit-short",
        &["fix-vcpus"],
    );
    // Images.
    for (name, repository, manifest, id, code, offered) in [
        (
            "an image for ARM",
            "arm",
            single("arm64", 5_000_000, ""),
            "image:job",
            "image-other-processor",
            &["fix-processor"][..],
        ),
        (
            "a large image",
            "large",
            single("amd64", 30 << 30, ""),
            "image:job:size",
            "image-too-large",
            &["fix-disk"],
        ),
        (
            "a tight image",
            "tight",
            single("amd64", 6 << 30, ""),
            "image:job:size",
            "image-tight",
            &["fix-disk"],
        ),
    ] {
        for preset in [Preset::Fargate, Preset::OnDemand] {
            let account = fresh(3).await;
            push(&account, repository, &manifest).await;
            let mut blueprint = with_image(preset, &format!("{HERE}/{repository}:1"));
            if let Some(one) = blueprint.compute_environments[0].instances.as_mut() {
                one.launch_template = None;
            }
            if code == "image-tight" && preset == Preset::OnDemand {
                continue;
            }
            let on_instances = code == "image-too-large" && preset == Preset::OnDemand;
            let code = if on_instances { "image-too-large-instance" } else { code };
            add(name, (account, blueprint), id, code, offered);
        }
    }
    // Networks.
    let (account, _, blueprint) = vpc().await;
    add("one zone", (account, blueprint), "subnet-zones", "zones-one", &["fix-subnets"]);
    let (account, subnets, mut blueprint) = vpc().await;
    in_subnets(&mut blueprint, &[&subnets[2]]);
    blueprint.compute_environments[0].max_vcpus = 16;
    "1".clone_into(&mut blueprint.job_definitions[0].vcpu);
    blueprint.job_definitions[0].memory_mib = 2048;
    add("few addresses", (account, blueprint), "subnet-addresses", "addresses-few", &["fix-vcpus"]);
    let (account, subnets, mut blueprint) = vpc().await;
    in_subnets(&mut blueprint, &[&subnets[0], &"subnet-00000000000000000".to_owned()]);
    add(
        "a subnet that is gone",
        (account, blueprint),
        "resource:existing-vpc/main",
        "existing-subnets-missing",
        &["fix-subnets"],
    );
    let (account, _, mut blueprint) = vpc().await;
    if let Network::ExistingVpc { security_groups, .. } = &mut blueprint.network {
        security_groups.push("sg-00000000000000000".to_owned());
    }
    add(
        "a group that is gone",
        (account, blueprint),
        "resource:existing-vpc/main",
        "existing-groups-missing",
        &["fix-own-group"],
    );
    let (account, _, mut blueprint) = vpc().await;
    blueprint.job_definitions[0].assign_public_ip = false;
    add(
        "no public address",
        (account, blueprint),
        "reach-logs",
        "reach-job-unaddressed",
        &["fix-job-addresses", "fix-new-vpc"],
    );
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    blueprint.network = Network::new_vpc("10.42.0.0/16");
    blueprint.job_definitions[0].assign_public_ip = false;
    add(
        "a new network, and no public address",
        (fresh(3).await, blueprint),
        "reach-logs",
        "reach-will-be-unaddressed",
        &["fix-job-addresses"],
    );
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    blueprint.network = Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out: WayOut::Endpoints };
    blueprint.job_definitions[0].assign_public_ip = false;
    add(
        "endpoints, and an image that none leads to",
        (fresh(3).await, blueprint),
        "reach-registry",
        "reach-no-endpoint",
        &["fix-new-vpc-nat"],
    );
    // Names.
    let account = fresh(3).await;
    account.session.aws.once.logs.create_log_group().log_group_name("/slipway/imaging").send().await.unwrap();
    let blueprint = Preset::Fargate.blueprint("imaging");
    add("a name that is taken", (account, blueprint), "resource:log-group/main", "foreign", &["fix-name"]);
    cases
}

#[tokio::test(start_paused = true)]
async fn a_change_of_the_blueprint_mends_what_it_is_offered_for() {
    let (mut mended, mut tried, mut codes) = (0, 0, BTreeSet::new());
    for Case { name, account, blueprint, id, code, offered } in cases().await {
        sleep(Duration::from_mins(3)).await;
        let report = checked(&account, &blueprint).await;
        let ids: Vec<_> = report.items.iter().map(|item| (&item.id, &item.finding.code)).collect();
        let item = of(&report, id).unwrap_or_else(|| panic!("{name}: {ids:?}"));
        assert_eq!(item.finding.code, code, "{name}: {item:#?}");
        let each = amended(item, &blueprint);
        let said: Vec<_> = each.iter().map(|(says, _)| says.as_str()).collect();
        assert_eq!(said, offered, "{name}: {:#?}", item.fixes);
        for (says, new) in each {
            tried += 1;
            let after = checked(&account, &new).await;
            let left = of(&after, id)
                .filter(|left| !matches!(left.verdict, CheckVerdict::Ready | CheckVerdict::Make));
            assert!(left.is_none(), "{name}, {says}: {left:#?}");
            let worse = after.items.iter().filter(|one| one.verdict == CheckVerdict::Wrong).count();
            let before = report.items.iter().filter(|one| one.verdict == CheckVerdict::Wrong).count();
            assert!(worse <= before, "{name}, {says}: {:#?}", after.items);
            codes.insert(says);
            mended += 1;
        }
    }
    assert!(codes.len() >= 10, "{codes:?}");
    seen::all("changes of a blueprint that mended what they were offered for", mended, tried);
}

#[tokio::test(start_paused = true)]
async fn whatever_is_not_ready_has_something_that_helps() {
    let mut reports = vec![];
    for case in cases().await {
        reports.push((
            case.name.to_owned(),
            case.account.session.clone(),
            checked(&case.account, &case.blueprint).await,
        ));
    }
    for situation in reach::situations() {
        let (account, report) = reach::found(situation).await;
        reports.push((format!("network {situation}"), account.session, report));
    }
    // Somebody who may look at nothing, and somebody who may do nothing.
    let nothing =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;
    let looking = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["*:Describe*","*:Get*","*:List*","iam:Simulate*"],"Resource":"*"}]}"#;
    for policy in [nothing, looking] {
        for preset in [Preset::Fargate, Preset::Spot] {
            let account = fresh(3).await;
            let access = Access { identity: vec![policy.to_owned()], ..Access::default() };
            account.practice.change_settings(|settings| settings.access = access).unwrap();
            let report = checked(&account, &preset.blueprint("imaging")).await;
            reports.push((format!("{preset:?} with {policy}"), account.session.clone(), report));
        }
    }
    let (mut helped, mut all, mut codes) = (0, 0, BTreeSet::new());
    for (name, session, report) in &reports {
        for item in &report.items {
            if item.verdict == CheckVerdict::Ready {
                assert!(item.fixes.is_empty(), "{name}: {item:#?}");
                continue;
            }
            all += 1;
            codes.insert(item.finding.code.clone());
            assert!(!item.fixes.is_empty(), "{name}: {item:#?}");
            helped += 1;
            for fix in &item.fixes {
                assert!(!fix.says().text.is_empty() && !fix.says().text.contains('{'), "{fix:?}");
                let Fix::Ask { letter, .. } = fix else { continue };
                for part in [&session.identity.account, &session.region, &session.identity.arn, &item.id] {
                    assert!(letter.text.contains(part.as_str()), "{name}: {}", letter.text);
                }
                // Of their rights the caller writes in words of their own.
                let own = item.id.starts_with("may-");
                assert!(own || letter.text.contains(&item.finding.text), "{name}: {}", letter.text);
                assert!(
                    !own || letter.text.contains("\n\n") && !letter.text.contains("\nYou "),
                    "{}",
                    letter.text
                );
                assert!(item.remedy.is_none() || !letter.text.contains("{needed}"), "{}", letter.text);
            }
        }
    }
    assert!(codes.len() >= 30, "{codes:?}");
    seen::all("findings that are not ready and have something that helps", helped, all);
}

/// A limit is asked for of AWS, and used less of; while a request is open, only the latter.
#[tokio::test(start_paused = true)]
async fn a_limit_is_asked_for_once_and_can_be_kept_within() {
    let (account, mut blueprint) = instances(Preset::OnDemand, &["m6i"]).await;
    blueprint.compute_environments[0].max_vcpus = 4_000;
    let kinds = |item: &CheckItem| {
        let kind = |fix: &Fix| serde_json::to_value(fix).unwrap()["kind"].as_str().unwrap().to_owned();
        item.fixes.iter().map(kind).collect::<Vec<_>>()
    };
    let report = checked(&account, &blueprint).await;
    assert_eq!(kinds(of(&report, "ec2-vcpus").unwrap()), ["blueprint", "limit", "ask"]);
    quota::request(&account.session, "ec2", "L-1216C47A", 4_000).await.unwrap();
    let report = checked(&account, &blueprint).await;
    assert_eq!(kinds(of(&report, "ec2-vcpus").unwrap()), ["blueprint"]);
}

/// Whether anything passes the new network's internet gateway is not known where the account's setting may not be looked at:
/// a doubt, which stops nothing, and none about endpoints, which need no gateway.
#[tokio::test(start_paused = true)]
async fn a_block_that_may_not_be_asked_for_is_a_doubt_of_a_network_that_is_to_be_made() {
    let account = fresh(3).await;
    push(&account, "theirs", &single("amd64", 5_000_000, "")).await;
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"ec2:DescribeVpcBlockPublicAccessOptions","Resource":"*"}]}"#;
    let access = Access { identity: vec![deny.to_owned()], ..Access::default() };
    account.practice.change_settings(|settings| settings.access = access).unwrap();
    for (way_out, verdict, code) in [
        (WayOut::PublicIps, CheckVerdict::CannotTell, "reach-unseen"),
        (WayOut::NatGateway, CheckVerdict::CannotTell, "reach-unseen"),
        (WayOut::Endpoints, CheckVerdict::Make, "reach-will-be-made-endpoints"),
    ] {
        let network = Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out };
        let mut blueprint = Blueprint { network, ..Preset::Fargate.blueprint("imaging") };
        blueprint.job_definitions[0].image = format!("{HERE}/theirs:1");
        blueprint.job_definitions[0].assign_public_ip = way_out == WayOut::PublicIps;
        let report = checked(&account, &blueprint).await;
        let found = of(&report, "reach-logs").unwrap();
        assert_eq!((found.verdict, found.finding.code.as_str()), (verdict, code), "{way_out:?}");
    }
}
