//! Looks that show nothing of what is there: an answer without anything in it, which the SDK reads as an empty list, or
//! one that breaks off, of which it reads what there is; and what EC2 has made and does not list yet. What is there is not taken for gone because of it, and not made again.

use slipway_core::{
    blueprint::{Blueprint, Network, Preset},
    plan::{Act, StepView},
    run::{self, RunState},
};
use slipway_tests::{
    inside::{
        account::{Account, fresh},
        seam::{Fault, Planted},
        shape::{left_over, shape},
        trouble::{Spoiled, Trouble},
    },
    seen,
    stories::KILLS,
};
use tokio_util::sync::CancellationToken;

use crate::runs::{create, done, resume, undo};

#[tokio::test(start_paused = true)]
async fn what_is_there_is_not_taken_for_gone() {
    let account = fresh(7).await;
    let blueprint = Preset::SpotThenOndemand.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    account.seam.plant(vec![]);
    run::plan_create(&account.session, blueprint.clone()).await.unwrap();
    let looks = account.seam.seen().len();
    let (mut tried, mut kept) = (0, 0);
    let spoiled = [Spoiled::Empty, Spoiled::Truncated];
    for (call, spoiled) in (1..=looks).flat_map(|call| spoiled.map(|spoiled| (call, spoiled))) {
        let trouble = Trouble::Spoiled(spoiled);
        tried += 1;
        account.seam.plant(vec![Planted { call, changing: false, trouble }]);
        let plan = run::plan_create(&account.session, blueprint.clone()).await;
        let met = account.seam.seen().into_iter().find(|call| call.trouble.is_some());
        let met = met.expect("every look comes again").action;
        // Who is told that something could not be looked at is told the truth.
        let steps = plan.iter().flat_map(|plan| &plan.steps);
        let taken_for_gone = |step: &&StepView| step.act == Act::Create && !step.calls.is_empty();
        let taken: Vec<_> = steps
            .filter(|step| taken_for_gone(step) || step.reason.code == "foreign")
            .map(|step| (&step.id, &step.reason.code))
            .collect();
        assert!(taken.is_empty(), "{met} {spoiled:?}: {taken:?}");
        kept += 1;
    }
    let what =
        "looks answered with nothing or half, after which nothing was taken for gone or for somebody else's";
    seen::all(what, kept, tried);
}

fn on_demand() -> Blueprint {
    let network = Network::new_vpc("10.0.0.0/16");
    Blueprint { network, ..Preset::OnDemand.blueprint("imaging") }
}

/// Killed at this changing call, and begun again while EC2 shows nothing of it.
async fn killed(at: usize, trouble: Trouble) -> Account {
    let mut account = fresh(7).await;
    let blueprint = on_demand();
    account.seam.plant(vec![Planted { call: at, changing: true, trouble }]);
    tokio::select! {
        biased;
        () = account.seam.hung() => {}
        _ = create(&account, &blueprint) => panic!("not killed at {at}"),
    }
    account.seam.revive();
    account.start_again().await;
    account.seam.set(Fault::NotYet);
    account
}

/// EC2 need not show at once what it made: a run that goes on the moment it was killed makes nothing twice, whatever the
/// first look says.
#[tokio::test(start_paused = true)]
async fn what_ec2_does_not_show_yet_is_not_made_twice() {
    let account = fresh(7).await;
    assert_eq!(create(&account, &on_demand()).await.state, RunState::Done);
    let (calls, whole) = (account.seam.changing(), shape(&account.practice.dump().unwrap()));
    let (mut tried, mut same) = (0, 0);
    for at in 1..=calls {
        for trouble in KILLS {
            let account = killed(at, trouble).await;
            tried += 1;
            let view = resume(&account).await;
            assert_eq!(view.state, RunState::Done, "{trouble:?} {at}: {:?}", view.failure);
            let found = shape(&account.practice.dump().unwrap());
            assert_eq!(found, whole, "{trouble:?} {at}");
            same += 1;
        }
    }
    seen::all("creates killed at a call and resumed before EC2 shows what it made", same, tried);
}

/// The same of an undo: what is not shown yet is not left behind.
#[tokio::test(start_paused = true)]
async fn what_ec2_does_not_show_yet_is_not_left_by_an_undo() {
    let account = fresh(7).await;
    let before = account.practice.dump().unwrap();
    assert_eq!(create(&account, &on_demand()).await.state, RunState::Done);
    let (mut tried, mut empty) = (0, 0);
    for at in 1..=account.seam.changing() {
        for trouble in KILLS {
            let account = killed(at, trouble).await;
            tried += 1;
            let view = undo(&account).await;
            assert_eq!(view.state, RunState::Done, "{trouble:?} {at}: {:?}", view.failure);
            let left = left_over(&before, &account.practice.dump().unwrap());
            assert!(left.is_empty(), "{trouble:?} {at}: {left:?}");
            empty += 1;
        }
    }
    seen::all("creates killed at a call and undone before EC2 shows what it made", empty, tried);
}

/// What may not be looked at blocks nothing, but where the blueprint wants something else of it than before, nobody can
/// call that done.
#[tokio::test(start_paused = true)]
async fn what_may_not_be_looked_at_is_not_called_changed() {
    let account = fresh(7).await;
    let before = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &before).await);
    let mut dearer = before.clone();
    dearer.job_queues[0].priority = 5;
    let mut larger = before;
    larger.compute_environments[0].max_vcpus = 16;
    account.seam.set(Fault::Deny(&["DescribeComputeEnvironments"]));
    let view = create(&account, &dearer).await;
    assert_eq!(view.state, RunState::Done, "the queue is another matter: {:?}", view.failure);
    let sent = account.seam.changing();
    let stop = CancellationToken::new();
    let refused =
        run::create_despite_findings(&account.session, larger, &stop, &mut |_| {}).await.unwrap_err();
    assert_eq!((refused.code.as_str(), account.seam.changing()), ("create-refused", sent));
    assert!(refused.message.contains("DescribeComputeEnvironments"), "{}", refused.message);
}
