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
            start.elapsed().as_secs()
        };
        open.weather.set(|_| Fate::Takes(EVERY_ANSWER));
        let start = Instant::now();
        let report = check::check(&open.session, blueprint.clone(), |_| ()).await.unwrap();
        let checked = start.elapsed().as_secs();
        assert!(report.network.is_some(), "{:?}", blueprint.network);
        assert!(checked <= looked, "{:?}: a check takes {checked} s, a plan {looked} s", blueprint.network);
        asked_once(&open);
    }
}

/// Of what nothing but the ways needs, nothing is asked twice.
fn asked_once(open: &Open) {
    let mut counts = BTreeMap::<String, usize>::new();
    for (passing, _) in open.weather.seen() {
        *counts.entry(passing.action).or_default() += 1;
    }
    for (action, times) in [
        ("DescribeRouteTables", 1),
        ("DescribeNetworkAcls", 1),
        ("DescribeNatGateways", 1),
        ("DescribeVpcEndpoints", 1),
        ("DescribeDhcpOptions", 1),
        ("DescribeInternetGateways", 1),
    ] {
        assert_eq!(counts.get(action), Some(&times), "{action}: {counts:?}");
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
