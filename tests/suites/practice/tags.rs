//! The account is the truth: a stack is told by its tags alone, by whoever has no record of it, and with parts that its
//! blueprint has forgotten.

use std::{collections::BTreeMap, fs};

use slipway_core::{
    blueprint::{Architecture, Blueprint, JobDefinition},
    run::{self, RunState},
    stack::{self, Health, OpenStack},
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, blueprints, fresh},
    stack::left_over,
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

async fn create(account: &Account, blueprint: &Blueprint) {
    let stop = CancellationToken::new();
    let view = run::create(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
}

async fn tear_down(account: &Account) {
    let stop = CancellationToken::new();
    let view = run::teardown(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
}

#[tokio::test(start_paused = true)]
async fn without_a_record_a_stack_is_read_back_from_its_tags() {
    for blueprint in blueprints().into_iter().map(rich) {
        let mut account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        create(&account, &blueprint).await;
        fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
        account.start_again().await;

        let listed = stack::stacks(&account.session).await.unwrap();
        let told: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.health)).collect();
        assert_eq!(told, [("imaging", Health::Healthy)]);
        let open = OpenStack::named(&account.session, "imaging").await.unwrap();
        assert_eq!(open.blueprint, blueprint);
        tear_down(&account).await;
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_blueprint_no_longer_names_goes_with_the_stack() {
    for blueprint in blueprints() {
        let account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        create(&account, &rich(blueprint.clone())).await;
        create(&account, &blueprint).await;
        tear_down(&account).await;
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_nothing_carries_is_unknown() {
    let account = fresh(7).await;
    let error = OpenStack::named(&account.session, "imaging").await.unwrap_err();
    assert_eq!(error.code, "stack-unknown");
}
