//! A blueprint that sets whatever can be set: made, found healthy and as wanted, used, and gone again.

use std::collections::BTreeMap;

use serde_json::Value;
use slipway_core::{
    blueprint::{self, Blueprint},
    run::{self, RunState},
    stack::{self, Health},
};
use slipway_tests::seen;
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    seam::Fault,
    stack::left_over,
};

pub(crate) async fn everything(account: &Account) -> Blueprint {
    let ec2 = &account.session.aws.read.ec2;
    let vpc = ec2.describe_vpcs().send().await.unwrap().vpcs()[0].vpc_id().unwrap().to_owned();
    let subnets = ec2.describe_subnets().send().await.unwrap();
    let subnet = |at: usize| subnets.subnets()[at].subnet_id().unwrap().to_owned();
    let groups = ec2.describe_security_groups().send().await.unwrap();
    let group = groups.security_groups()[0].group_id().unwrap().to_owned();
    let secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:imaging-AbCdEf";
    let text = include_str!("../../src/everything.toml")
        .replace("{VPC}", &vpc)
        .replace("{SUBNET_1}", &subnet(0))
        .replace("{SUBNET_2}", &subnet(1))
        .replace("{GROUP}", &group)
        .replace("{SECRET}", secret);
    blueprint::read(&text).unwrap_or_else(|error| panic!("{error}: {:?}", error.causes))
}

/// How often each setting is set to something, by its path without places in lists.
pub(crate) fn settings(value: &Value, path: &str, found: &mut BTreeMap<String, usize>) {
    let set = match value {
        Value::Null => false,
        Value::Array(entries) => !entries.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    *found.entry(path.to_owned()).or_default() += usize::from(set);
    match value {
        // The entries of a map are a person's own words.
        Value::Object(_)
            if ["tags", "environment", "secrets", "parameters", "shares"]
                .iter()
                .any(|map| path.ends_with(map)) => {}
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| settings(value, &format!("{path}.{name}"), found));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| settings(entry, path, found)),
        _ => {}
    }
}

#[tokio::test(start_paused = true)]
async fn every_setting_is_made_found_as_wanted_and_gone() {
    let account = fresh(7).await;
    let session = &account.session;
    session.aws.once.ec2.create_key_pair().key_name("ana").send().await.unwrap();
    let before = account.practice.dump().unwrap();
    let wanted = everything(&account).await;
    let mut found = BTreeMap::new();
    settings(&serde_json::to_value(&wanted).unwrap(), "", &mut found);
    let unset: Vec<_> = found.iter().filter(|(_, count)| **count == 0).map(|(path, _)| path).collect();
    assert!(unset.is_empty(), "not set anywhere: {unset:?}");
    seen::figure("settings of a blueprint, all made and found as wanted", &found.len().to_string());

    let stop = CancellationToken::new();
    let view = run::create_despite_findings(session, wanted.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let view = stack::stack(session, "whole").await.unwrap();
    assert_eq!(view.summary.health, Health::Healthy, "{:?}", view.summary.finding);
    account.seam.set(Fault::None);
    run::create_despite_findings(session, wanted.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(account.seam.changing(), 0, "a second create changed something");

    // What a fresh pair of eyes makes of the account is what was wanted.
    std::fs::remove_dir_all(session.folder.join("stacks")).unwrap();
    let found = stack::OpenStack::named(session, "whole").await.unwrap().wanted.blueprint;
    let sorted = |mut blueprint: Blueprint| {
        blueprint.compute_environments.sort_by(|a, b| a.name.cmp(&b.name));
        blueprint.job_queues.sort_by(|a, b| a.name.cmp(&b.name));
        blueprint.job_definitions.sort_by(|a, b| a.name.cmp(&b.name));
        blueprint::write(&blueprint)
    };
    let mut wanted = wanted;
    // Batch changes it as jobs come and go, so nobody can read back how it began.
    wanted.compute_environments[0].instances.as_mut().unwrap().desired_vcpus = None;
    let (found, wanted) = (sorted(found), sorted(wanted));
    let only = |of: &str, other: &str| {
        let other: Vec<&str> = other.lines().collect();
        of.lines().filter(|line| !other.contains(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(only(&found, &wanted), only(&wanted, &found));
    assert_eq!(found, wanted);

    let view = run::teardown(session, "whole", &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let left = left_over(&before, &account.practice.dump().unwrap());
    assert_eq!(left, Vec::<String>::new());
}
