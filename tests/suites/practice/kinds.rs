//! Every preset, on every network, with both service roles: made, found healthy, used for a job, written down as
//! Terraform, and gone again.

use slipway_core::{
    account::Session,
    blueprint::{self, Blueprint, Network, Platform, Preset, ServiceRole, WayOut},
    job::{self, JobState},
    run::{self, RunState},
    stack::{self, Health},
    terraform::{self, Options},
};
use slipway_tests::seen;
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    launch::{IMAGE, job_for, push_image, see_through},
    stack::left_over,
};

/// How many networks there are to choose from.
const NETWORKS: usize = 6;

/// The networks to choose from; of the existing one what is there.
async fn networks(account: &Account) -> Vec<Network> {
    let ec2 = &account.session.aws.read.ec2;
    let vpc = ec2.describe_vpcs().send().await.unwrap().vpcs()[0].vpc_id().unwrap().to_owned();
    let subnets = ec2.describe_subnets().send().await.unwrap();
    let subnets: Vec<_> = subnets.subnets().iter().filter_map(|s| s.subnet_id().map(str::to_owned)).collect();
    let groups = ec2.describe_security_groups().send().await.unwrap();
    let group = groups.security_groups()[0].group_id().unwrap().to_owned();
    let existing = |subnets: &[String], security_groups| Network::ExistingVpc {
        vpc: vpc.clone(),
        subnets: subnets.to_vec(),
        security_groups,
    };
    vec![
        Network::DefaultVpc {},
        Network::new_vpc("10.42.0.0/16"),
        private(WayOut::NatGateway),
        private(WayOut::Endpoints),
        existing(&subnets[..2], vec![]),
        existing(&subnets[1..], vec![group]),
    ]
}

fn private(way_out: WayOut) -> Network {
    Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out }
}

async fn run_a_job(session: &Session) {
    let target = job::targets(session).await.unwrap().remove(0);
    let mut wanted = job_for(&target, "first");
    wanted.environment.insert("MESSAGE".to_owned(), "kittiwake-7213".to_owned());
    let (last, lines) = see_through(session, &wanted).await;
    assert_eq!(last.summary.state, JobState::Succeeded, "{}", last.doing);
    assert!(lines.iter().any(|line| line.contains("kittiwake-7213")), "{lines:?}");
}

async fn all_the_way(account: &Account, blueprint: &Blueprint) {
    let session = &account.session;
    let stop = CancellationToken::new();
    let before = account.practice.dump().unwrap();
    let view = run::create_despite_findings(session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let found = stack::stack(session, &blueprint.name).await.unwrap();
    assert_eq!(found.summary.health, Health::Healthy, "{:?}", found.summary.finding);
    account.seam.set(crate::seam::Fault::None);
    run::create_despite_findings(session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(account.seam.changing(), 0, "a second create changed something");
    run_a_job(session).await;
    for imports in [true, false] {
        let options = Options { imports, ..Options::default() };
        let files = terraform::of_stack(session, &blueprint.name, options).await.unwrap();
        assert!(files.len() >= 6, "{}", files.len());
    }
    // What a fresh pair of eyes would make of it is what was wanted.
    std::fs::remove_dir_all(session.folder.join("stacks")).unwrap();
    let mut found = stack::OpenStack::named(session, &blueprint.name).await.unwrap().wanted.blueprint;
    // Lists come in the order of their names.
    let mut wanted = blueprint.clone();
    for blueprint in [&mut found, &mut wanted] {
        blueprint.compute_environments.sort_by(|a, b| a.name.cmp(&b.name));
    }
    assert_eq!(found, wanted);
    let view = run::teardown(session, &blueprint.name, &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let left = left_over(&before, &account.practice.dump().unwrap());
    assert_eq!(left, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn every_preset_on_every_network_with_both_service_roles() {
    let mut count = 0;
    for preset in Preset::ALL {
        for service_role in [ServiceRole::ServiceLinked, ServiceRole::Classic] {
            for index in 0..NETWORKS {
                let account = fresh(7).await;
                // A new account may not start a single instance with a GPU: first it asks for some.
                let quotas = account.session.aws.once.quotas.request_service_quota_increase();
                let quotas = quotas.service_code("ec2").quota_code("L-DB2E81BA").desired_value(8.0);
                quotas.send().await.unwrap();
                let network = networks(&account).await.remove(index);
                let mut blueprint = Blueprint { service_role, network, ..preset.blueprint("imaging") };
                let definition = &mut blueprint.job_definitions[0];
                if [WayOut::NatGateway, WayOut::Endpoints].map(private).contains(&blueprint.network) {
                    definition.assign_public_ip = definition.platform == Platform::Ec2;
                }
                if blueprint.network == private(WayOut::Endpoints) {
                    push_image(&account).await;
                    definition.image = IMAGE.to_owned();
                }
                blueprint::require_sound(&blueprint).unwrap();
                eprintln!("{preset} {service_role:?} {:?}", blueprint.network);
                Box::pin(all_the_way(&account, &blueprint)).await;
                count += 1;
            }
        }
    }
    seen::figure("presets with networks and service roles, each all the way", &count.to_string());
    assert_eq!(count, Preset::ALL.len() * 2 * NETWORKS);
}
