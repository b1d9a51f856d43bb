//! The account is the truth: a stack is told by its tags alone, by whoever has no record of it, and with parts that its
//! blueprint has forgotten. And tags that change reach whatever carries them.

use std::{collections::BTreeMap, fs};

use slipway_core::{
    blueprint::{AllocationStrategy, Architecture, Blueprint, JobDefinition, Network, Preset, ServiceRole},
    plan::Act,
    run::{self, RunState},
    stack::{self, Health, OpenStack},
};
use slipway_tests::seen;
use tokio::time::{Duration, timeout};

use crate::{
    account::{Account, blueprints, fresh},
    everything::everything,
    runs::{create, done, resume, tear_down},
    seam::Fault,
    stack::{left_over, shape},
};

/// With everything that a blueprint can say besides.
fn rich(mut blueprint: Blueprint) -> Blueprint {
    blueprint.tags = BTreeMap::from([("team".to_owned(), "imaging".to_owned())]);
    blueprint.logs.retention_days = 90;
    blueprint.compute_environments[0].max_vcpus = 3;
    let first = &blueprint.job_definitions[0];
    let second = JobDefinition {
        name: "align".to_owned(),
        command: vec![],
        vcpu: "1".to_owned(),
        memory_mib: 2048,
        architecture: Architecture::Arm64,
        environment: BTreeMap::new(),
        attempts: 3,
        timeout_seconds: None,
        ..first.clone()
    };
    blueprint.job_definitions.insert(0, second);
    blueprint
}

#[tokio::test(start_paused = true)]
async fn without_a_record_a_stack_is_read_back_from_its_tags() {
    for blueprint in blueprints().into_iter().map(rich) {
        let mut account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        done(&create(&account, &blueprint).await);
        fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
        account.start_again().await;

        let listed = stack::stacks(&account.session).await.unwrap();
        let told: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.health)).collect();
        assert_eq!(told, [("imaging", Health::Healthy)]);
        let open = OpenStack::named(&account.session, "imaging").await.unwrap();
        assert_eq!(open.wanted.blueprint, blueprint);
        done(&tear_down(&account).await);
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_blueprint_no_longer_names_goes_with_the_stack() {
    for blueprint in blueprints() {
        let account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        done(&create(&account, &rich(blueprint.clone())).await);
        done(&create(&account, &blueprint).await);
        done(&tear_down(&account).await);
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_nothing_carries_is_unknown() {
    let account = fresh(7).await;
    let error = OpenStack::named(&account.session, "imaging").await.unwrap_err();
    assert_eq!(error.code, "stack-unknown");
}

fn tags(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Every sort of thing that carries tags, among them.
async fn tagged_blueprints(account: &Account) -> [Blueprint; 2] {
    let mut spot = Preset::Spot.blueprint("imaging");
    spot.network = Network::new_vpc("10.0.0.0/24");
    let mut whole = everything(account).await;
    whole.name = "imaging".into();
    // Instances can be given other tags only where Batch may replace them.
    whole.service_role = ServiceRole::ServiceLinked;
    let instances = whole.compute_environments[0].instances.as_mut().unwrap();
    instances.allocation_strategy = AllocationStrategy::SpotCapacityOptimized;
    [spot, whole].map(|one| Blueprint { tags: before(), ..one })
}

fn before() -> BTreeMap<String, String> {
    tags(&[("application", "imaging"), ("cost center", "4711")])
}

fn after() -> BTreeMap<String, String> {
    tags(&[("application", "tiles"), ("owner", "ana")])
}

/// How often a key stands beside a value, in whatever way a service writes tags.
fn carried(account: &Account, key: &str, value: &str) -> usize {
    fn count(within: &serde_json::Value, key: &str, value: &str) -> usize {
        match within {
            serde_json::Value::Object(fields) => {
                let is = |name: &str, text: &str| fields.get(name).is_some_and(|found| found == text);
                let pair = |k: &str, v: &str| is(k, key) && is(v, value);
                let here = is(key, value) || pair("Key", "Value") || pair("key", "value");
                usize::from(here) + fields.values().map(|one| count(one, key, value)).sum::<usize>()
            }
            serde_json::Value::Array(entries) => entries.iter().map(|one| count(one, key, value)).sum(),
            _ => 0,
        }
    }
    count(&serde_json::to_value(account.practice.dump().unwrap()).unwrap(), key, value)
}

#[tokio::test(start_paused = true)]
async fn changed_tags_reach_whatever_carries_them_and_those_of_others_stay() {
    for which in 0..2 {
        let account = fresh(7).await;
        let session = &account.session;
        session.aws.once.ec2.create_key_pair().key_name("ana").send().await.unwrap();
        let mut wanted = tagged_blueprints(&account).await[which].clone();
        done(&create(&account, &wanted).await);
        let carrying = carried(&account, "application", "imaging");
        assert!(carrying > 10, "only {carrying} things are tagged");
        assert_eq!(carried(&account, "cost center", "4711"), carrying);
        let queues = session.aws.read.batch.describe_job_queues().send().await.unwrap();
        let queue = queues.job_queues()[0].job_queue_arn().unwrap();
        session.aws.once.batch.tag_resource().resource_arn(queue).tags("audit", "yes").send().await.unwrap();

        wanted.tags = after();
        let plan = run::plan_create(session, wanted.clone()).await.unwrap();
        let role = plan.steps.iter().find(|step| step.id == "execution-role/main").unwrap();
        let told: Vec<_> = role.differences.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(
            (role.act, &told[..]),
            (Act::Change, &["tags.application", "tags.cost center", "tags.owner"][..])
        );
        done(&create(&account, &wanted).await);
        assert_eq!(carried(&account, "application", "tiles"), carrying);
        assert_eq!(carried(&account, "owner", "ana"), carrying);
        assert_eq!(carried(&account, "audit", "yes"), 1, "somebody else's tag is gone");
        // Only the first version of the launch template still says so, which nothing can change or starts any more.
        assert_eq!(carried(&account, "application", "imaging"), 1);
        assert_eq!(carried(&account, "cost center", "4711"), 1);
        account.seam.set(Fault::None);
        done(&create(&account, &wanted).await);
        assert_eq!(account.seam.changing(), 0, "a second create changed something");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_tags_killed_at_any_call_goes_on_to_the_same_stack() {
    let made = async || {
        let account = fresh(7).await;
        let [spot, _] = tagged_blueprints(&account).await;
        done(&create(&account, &spot).await);
        (account, Blueprint { tags: after(), ..spot })
    };
    let (account, changed) = made().await;
    account.seam.set(Fault::None);
    done(&create(&account, &changed).await);
    let (wanted, calls) = (shape(&account.practice.dump().unwrap()), account.seam.changing());
    assert!(calls > 10, "tags take more than {calls} calls");
    let mut tried = 0;
    for at in 1..=calls {
        for fault in [Fault::HangBefore(at), Fault::HangAfter(at), Fault::LoseReply(at), Fault::Refuse(at)] {
            let (mut account, changed) = made().await;
            account.seam.set(fault);
            let killed = timeout(Duration::from_secs(20), create(&account, &changed)).await.is_err();
            account.seam.set(Fault::None);
            if killed {
                account.start_again().await;
                let view = resume(&account).await;
                assert_eq!(view.state, RunState::Done, "{fault:?}: {:?}", view.failure);
            }
            assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "{fault:?}");
            tried += 1;
        }
    }
    seen::all("changes of tags killed, lost or refused at a call, the same in the end", tried, tried);
}
