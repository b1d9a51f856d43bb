//! How long a check takes where every answer takes a second: what the network is asked comes with the rest.

use std::collections::BTreeMap;

use slipway_core::{
    blueprint::{Blueprint, Network, Preset},
    check, run,
};
use tokio::time::{Duration, Instant};

use crate::weather::{self, Fate, Open};

const EVERY_ANSWER: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn the_network_is_read_while_the_resources_are_looked_at() {
    for network in [default(), existing().await] {
        let open = weather::fresh(7).await;
        let blueprint = Blueprint { network, ..Preset::Fargate.blueprint("imaging") };
        open.weather.set(|_| Fate::Takes(EVERY_ANSWER));
        let looked = {
            let start = Instant::now();
            run::plan_create(&open.session, blueprint.clone()).await.unwrap();
            start.elapsed().as_secs_f64()
        };
        open.weather.set(|_| Fate::Takes(EVERY_ANSWER));
        let report = check::check(&open.session, blueprint.clone(), |_| ()).await.unwrap();
        assert!(report.network.is_some(), "{:?}", blueprint.network);
        let read = last_answer(&open);
        // A plan looks at the resources and at nothing else.
        assert!(read <= looked, "{:?}: the network takes {read} s, a plan {looked} s", blueprint.network);
        asked_once(&open);
    }
}

/// What only the ways need, and each once.
const FOR_WAYS: [&str; 6] = [
    "DescribeRouteTables",
    "DescribeNetworkAcls",
    "DescribeNatGateways",
    "DescribeVpcEndpoints",
    "DescribeDhcpOptions",
    "DescribeInternetGateways",
];

/// After how many seconds of the check the last of that has come.
fn last_answer(open: &Open) -> f64 {
    let seen = open.weather.seen();
    let began = seen.iter().map(|(passing, _)| passing.at).fold(f64::INFINITY, f64::min);
    let asked = seen.iter().filter(|(passing, _)| FOR_WAYS.contains(&passing.action.as_str()));
    asked.map(|(passing, _)| passing.at - began).fold(0.0, f64::max) + EVERY_ANSWER.as_secs_f64()
}

/// Of what nothing but the ways needs, nothing is asked twice.
fn asked_once(open: &Open) {
    let mut counts = BTreeMap::<String, usize>::new();
    for (passing, _) in open.weather.seen() {
        *counts.entry(passing.action).or_default() += 1;
    }
    for action in FOR_WAYS {
        assert_eq!(counts.get(action), Some(&1), "{action}: {counts:?}");
    }
}

const fn default() -> Network {
    Network::DefaultVpc {}
}

async fn existing() -> Network {
    // A seed is an account: the ids are those of the next one too.
    let ec2 = weather::fresh(7).await.session.aws.read.ec2.clone();
    let subnets = ec2.describe_subnets().send().await.unwrap();
    Network::ExistingVpc {
        vpc: subnets.subnets()[0].vpc_id().unwrap().to_owned(),
        subnets: subnets.subnets().iter().filter_map(|one| one.subnet_id().map(str::to_owned)).collect(),
        security_groups: vec![],
    }
}
