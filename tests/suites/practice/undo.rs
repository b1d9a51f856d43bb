//! What an undo must leave: whatever it cannot put back keeps what it works with, and every undo comes to its end.

use slipway_core::{
    blueprint::{Blueprint, Preset, ServiceRole},
    plan::Act,
    run::{self, RunState, RunView},
    stack::{self, Health},
};
use slipway_tests::seen;
use tokio::time::{Duration, Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    runs::{create, done_when},
    seam::Fault,
};

fn classic(preset: Preset) -> Blueprint {
    Blueprint { service_role: ServiceRole::Classic, ..preset.blueprint("imaging") }
}

/// Killed with this call done and its answer on the way. Whether it was: the create may have fewer calls.
async fn killed(account: &mut Account, blueprint: &Blueprint, at: usize) -> bool {
    account.seam.set(Fault::HangAfter(at));
    let hung = tokio::select! {
        view = create(account, blueprint) => { done_when(&view, "create"); false }
        () = account.seam.hung() => true,
    };
    account.seam.set(Fault::None);
    account.start_again().await;
    hung
}

async fn undo(account: &Account) -> RunView {
    let began = Instant::now();
    let stop = CancellationToken::new();
    let view = run::undo(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap();
    assert!(began.elapsed() < Duration::from_mins(10), "{:?}", began.elapsed());
    view
}

/// Every queue stands on an environment that is enabled and valid, whose roles are there: jobs can run.
async fn works(account: &Account, what: &str) {
    sleep(Duration::from_mins(2)).await;
    let batch = &account.session.aws.read.batch;
    let environments = batch.describe_compute_environments().send().await.unwrap();
    let queues = batch.describe_job_queues().send().await.unwrap();
    for queue in queues.job_queues() {
        for place in queue.compute_environment_order() {
            let arn = place.compute_environment();
            let found = environments.compute_environments().iter();
            let found = found.into_iter().find(|one| one.compute_environment_arn() == arn);
            let found = found.unwrap_or_else(|| panic!("{what}: {arn:?} is gone"));
            let state = (found.state().unwrap().as_str(), found.status().unwrap().as_str());
            assert_eq!(state, ("ENABLED", "VALID"), "{what}: {arn:?}");
            let role = found.service_role().unwrap().rsplit('/').next().unwrap();
            let role = account.session.aws.read.iam.get_role().role_name(role).send().await;
            assert!(role.is_ok(), "{what}: the role of {arn:?} is gone");
        }
    }
}

/// A queue of somebody's, on an environment of theirs, under the stack's name.
async fn somebody_has_a_queue(account: &Account) {
    done_when(&create(account, &Preset::Fargate.blueprint("legacy")).await, "theirs");
    let order = aws_sdk_batch::types::ComputeEnvironmentOrder::builder().order(1);
    let order = order.compute_environment("legacy-fargate").build();
    let batch = &account.session.aws.once.batch;
    let queue = batch.create_job_queue().job_queue_name("imaging-main").priority(42);
    queue.compute_environment_order(order).send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
}

/// Nobody has written down what a queue was that was taken over: it stays, with all that it works with by now.
#[tokio::test(start_paused = true)]
async fn what_was_taken_over_and_changed_keeps_what_it_works_with() {
    let blueprint = classic(Preset::Fargate);
    let (mut tried, mut well) = (0, 0);
    for adopting_ends in [true, false] {
        for at in 1.. {
            let mut account = fresh(7).await;
            somebody_has_a_queue(&account).await;
            let stop = CancellationToken::new();
            if adopting_ends {
                let view = run::adopt(&account.session, blueprint.clone(), &stop, &mut |_| {}).await;
                done_when(&view.unwrap(), "adopt");
            } else {
                account.seam.set(Fault::HangAfter(1));
                let mut quiet = |_: &RunView| {};
                tokio::select! {
                    _ = run::adopt(&account.session, blueprint.clone(), &stop, &mut quiet) => panic!("no hang"),
                    () = account.seam.hung() => {}
                }
                account.start_again().await;
            }
            if !killed(&mut account, &blueprint, at).await {
                assert!(at > 10, "{at}");
                break;
            }
            let what = format!("adopting ended: {adopting_ends}, killed at {at}");
            tried += 1;
            let view = undo(&account).await;
            done_when(&view, &what);
            works(&account, &what).await;
            well += 1;
        }
    }
    seen::all("undos after taking over, after which every queue works", well, tried);
}

/// Somebody removed the profile and its role; the run made both again, and instances that are there work with them.
#[tokio::test(start_paused = true)]
async fn what_is_needed_by_what_is_needed_stays() {
    let blueprint = Preset::OnDemand.blueprint("imaging");
    let mut dearer = blueprint.clone();
    dearer.job_queues[0].priority = 5;
    for at in 1.. {
        let mut account = fresh(7).await;
        done_when(&create(&account, &blueprint).await, "create");
        let iam = &account.session.aws.once.iam;
        let (name, policy) = ("imaging-instance", "service-role/AmazonEC2ContainerServiceforEC2Role");
        let policy = format!("arn:aws:iam::aws:policy/{policy}");
        let remove = iam.remove_role_from_instance_profile().instance_profile_name(name).role_name(name);
        remove.send().await.unwrap();
        iam.delete_instance_profile().instance_profile_name(name).send().await.unwrap();
        iam.detach_role_policy().role_name(name).policy_arn(policy).send().await.unwrap();
        iam.delete_role().role_name(name).send().await.unwrap();
        sleep(Duration::from_mins(1)).await;
        if !killed(&mut account, &dearer, at).await {
            assert!(at > 4, "{at}");
            break;
        }
        done_when(&undo(&account).await, &format!("killed at {at}"));
        works(&account, &format!("killed at {at}")).await;
    }
}

/// What a teardown removed on purpose is not made again by undoing a create that was begun after it.
#[tokio::test(start_paused = true)]
async fn a_create_after_a_teardown_that_was_cut_off_is_undone_to_what_the_teardown_left() {
    let blueprint = classic(Preset::Fargate);
    let stop = CancellationToken::new();
    let (mut tried, mut well) = (0, 0);
    for (removed, cut) in [(2, false), (4, false), (6, false), (2, true), (4, true), (6, true)] {
        for at in 1.. {
            let mut account = fresh(7).await;
            done_when(&create(&account, &blueprint).await, "create");
            account.seam.set(Fault::CutFrom(removed));
            let view = run::teardown(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap();
            assert_eq!(view.state, RunState::Failed);
            let goes_on = if cut {
                account.seam.set(Fault::CutFrom(at));
                let view = create(&account, &blueprint).await;
                account.seam.set(Fault::None);
                view.state != RunState::Done
            } else {
                killed(&mut account, &blueprint, at).await
            };
            if !goes_on {
                break;
            }
            let what = format!("{removed} calls of the teardown, {at} of the create");
            tried += 1;
            done_when(&undo(&account).await, &what);
            works(&account, &what).await;
            done_when(&create(&account, &blueprint).await, &what);
            let view = stack::stack(&account.session, "imaging").await.unwrap();
            assert_eq!(view.summary.health, Health::Healthy, "{what}");
            well += 1;
        }
    }
    seen::all("creates after an interrupted teardown, undone and made again", well, tried);
}

/// Accepting in the middle of a run would make that the state to go back to.
#[tokio::test(start_paused = true)]
async fn nothing_is_accepted_while_a_run_is_unfinished() {
    let account = fresh(7).await;
    account.seam.set(Fault::CutFrom(8));
    assert_eq!(create(&account, &Preset::Fargate.blueprint("imaging")).await.state, RunState::Failed);
    account.seam.set(Fault::None);
    let refused = stack::accept(&account.session, "imaging", "job-queue/main").await.unwrap_err();
    assert_eq!(refused.code, "put-back-unfinished");
    let view = undo(&account).await;
    done_when(&view, "undo");
    assert!(view.steps.iter().all(|step| step.step.act != Act::Refuse));
    assert!(stack::stacks(&account.session).await.unwrap().is_empty());
}
