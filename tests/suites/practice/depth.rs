//! How many answers of AWS's a check waits for one after the other, where each takes a second.

use std::collections::BTreeMap;

use slipway_core::{
    blueprint::{Blueprint, Network, Preset, ServiceRole, WayOut},
    check, run,
};
use slipway_tests::seen;
use tokio::time::{Duration, Instant};

use crate::{
    account::{Account, fresh},
    everything::everything,
    launch::{IMAGE, push_image},
    roles::{EQUAL, with_policy},
    runs::{create, done},
    seam::Fault,
    weather::{self, Fate, Open},
};

const EVERY_ANSWER: Duration = Duration::from_secs(1);

/// The deepest that a check may be.
const DEEPEST: u64 = 4;

#[tokio::test(start_paused = true)]
async fn a_check_is_at_most_four_answers_deep() {
    let (mut checked, mut shallow) = (0, 0);
    let mut hold = async |what: &str, account: &Account, blueprint: &Blueprint| {
        let depth = depth(account, blueprint).await;
        checked += 1;
        shallow += usize::from(depth <= DEEPEST);
        assert!(depth <= DEEPEST, "{what}: {depth} answers");
    };
    for preset in Preset::ALL {
        let networks = if *preset == Preset::Fargate { 3 } else { 1 };
        for network in [default(), existing().await, new(WayOut::Endpoints)].into_iter().take(networks) {
            let what = format!("{preset:?}, {network:?}");
            let wanted =
                Blueprint { network, service_role: ServiceRole::Classic, ..preset.blueprint("imaging") };
            let account = fresh(7).await;
            hold(&format!("{what}, new"), &account, &wanted).await;
            done(&create(&account, &wanted).await);
            hold(&format!("{what}, made"), &account, &wanted).await;
            forget(&account);
            hold(&format!("{what}, made elsewhere"), &account, &wanted).await;
        }
    }
    let account = fresh(7).await;
    let wanted = everything(&account).await;
    account.session.aws.once.ec2.create_key_pair().key_name("ana").send().await.unwrap();
    hold("every setting, new", &account, &wanted).await;
    done(&create(&account, &wanted).await);
    hold("every setting, made", &account, &wanted).await;
    forget(&account);
    hold("every setting, made elsewhere", &account, &wanted).await;
    for (what, policy) in [("equal", EQUAL.to_owned()), ("lacking", EQUAL.replace("\"ecs:Poll\",", ""))] {
        let (account, wanted, _) = with_policy(&policy).await;
        hold(&format!("a policy of the account's own, {what}"), &account, &wanted).await;
        // Which policy's version holds is one question more, on top of finding the stack.
        forget(&account);
        assert_eq!(depth(&account, &wanted).await, DEEPEST + 1, "{what}, made elsewhere");
    }
    let account = fresh(7).await;
    push_image(&account).await;
    let mut wanted = Preset::OnDemand.blueprint("imaging");
    wanted.job_definitions[0].image = IMAGE.into();
    hold("an image in ECR", &account, &wanted).await;
    wanted.job_definitions[0].memory_mib = 4_000_000;
    hold("a job that fits nowhere", &account, &wanted).await;
    seen::all("checks at most four answers deep", shallow, checked);
}

/// How many answers the check waits for, one after the other.
async fn depth(account: &Account, blueprint: &Blueprint) -> u64 {
    account.seam.set(Fault::Slow(EVERY_ANSWER));
    let start = Instant::now();
    check::check(&account.session, blueprint.clone(), |_| ()).await.unwrap();
    account.seam.set(Fault::None);
    start.elapsed().as_secs()
}

/// Another computer, that has no record of the stack.
fn forget(account: &Account) {
    std::fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
}

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
const FOR_WAYS: [&str; 4] =
    ["DescribeRouteTables", "DescribeNetworkAcls", "DescribeDhcpOptions", "DescribeInternetGateways"];

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

fn new(way_out: WayOut) -> Network {
    Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out }
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
