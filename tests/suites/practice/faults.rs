//! Every changing call of a create and of a teardown, killed before and after it is sent, lost, refused. The same
//! stack in the end, nothing twice, nothing left.

use slipway_core::{
    blueprint::Blueprint,
    run::{self, RunState, RunView},
};
use slipway_tests::seen;
use tokio::time::{Duration, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, blueprints, fresh},
    seam::Fault,
    stack::{left_over, shape},
};

fn quiet() -> impl FnMut(&RunView) + Send {
    |_| {}
}

async fn create(account: &Account, blueprint: &Blueprint) -> RunView {
    run::create(&account.session, blueprint.clone(), &CancellationToken::new(), &mut quiet()).await.unwrap()
}

/// The stack as it should be, and how many calls making it takes.
async fn as_wanted(blueprint: &Blueprint) -> (Vec<String>, usize) {
    let account = fresh(7).await;
    account.seam.set(Fault::None);
    assert_eq!(create(&account, blueprint).await.state, RunState::Done);
    (shape(&account.practice.dump().unwrap()), account.seam.changing())
}

#[tokio::test(start_paused = true)]
async fn a_create_killed_at_any_call_goes_on_to_the_same_stack() {
    let mut tried = 0;
    for blueprint in blueprints() {
        let (wanted, calls) = as_wanted(&blueprint).await;
        assert!(calls > 8, "a stack takes more than {calls} calls");
        for at in 1..=calls {
            for fault in [Fault::HangBefore(at), Fault::HangAfter(at)] {
                let mut account = fresh(7).await;
                account.seam.set(fault);
                // The longest create takes minutes; one that hangs is killed.
                let killed = timeout(Duration::from_secs(20), create(&account, &blueprint)).await;
                assert!(killed.is_err(), "{fault:?} did not hang");
                account.seam.set(Fault::None);
                account.start_again().await;
                let open = run::unfinished(&account.session).unwrap();
                assert_eq!(open.len(), 1, "{fault:?}: nothing is offered to be resumed");
                let stop = CancellationToken::new();
                let view = run::resume(&account.session, "imaging", &stop, &mut quiet()).await.unwrap();
                assert_eq!(view.state, RunState::Done, "{fault:?}: {:?}", view.failure);
                assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "{fault:?}");
                tried += 1;
            }
        }
    }
    seen::all("creates killed at a call and resumed to the same stack", tried, tried);
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_makes_nothing_twice() {
    let mut tried = 0;
    for blueprint in blueprints() {
        let (wanted, calls) = as_wanted(&blueprint).await;
        for at in 1..=calls {
            for fault in [Fault::LoseReply(at), Fault::Refuse(at)] {
                let account = fresh(7).await;
                account.seam.set(fault);
                let view = create(&account, &blueprint).await;
                assert_eq!(view.state, RunState::Done, "{fault:?}: {:?}", view.failure);
                assert_eq!(shape(&account.practice.dump().unwrap()), wanted, "{fault:?}");
                tried += 1;
            }
        }
    }
    seen::all("replies lost and calls refused, nothing twice", tried, tried);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_fails_at_any_call_can_be_undone_to_nothing() {
    let mut tried = 0;
    for blueprint in blueprints() {
        let (_, calls) = as_wanted(&blueprint).await;
        for at in 1..=calls {
            let account = fresh(7).await;
            let before = account.practice.dump().unwrap();
            account.seam.set(Fault::CutFrom(at));
            let view = create(&account, &blueprint).await;
            assert_eq!(view.state, RunState::Failed, "cut from {at}");
            assert!(view.failure.is_some());
            account.seam.set(Fault::None);
            let stop = CancellationToken::new();
            let undone = run::undo(&account.session, "imaging", &stop, &mut quiet()).await.unwrap();
            assert_eq!(undone.state, RunState::Done, "cut from {at}: {:?}", undone.failure);
            assert_eq!(
                left_over(&before, &account.practice.dump().unwrap()),
                Vec::<String>::new(),
                "cut from {at}"
            );
            assert!(run::unfinished(&account.session).unwrap().is_empty());
            tried += 1;
        }
    }
    seen::all("creates cut off at a call and undone to nothing", tried, tried);
}

#[tokio::test(start_paused = true)]
async fn a_teardown_killed_at_any_call_goes_on_to_nothing() {
    let mut tried = 0;
    for blueprint in blueprints() {
        let calls = {
            let account = fresh(7).await;
            create(&account, &blueprint).await;
            account.seam.set(Fault::None);
            let stop = CancellationToken::new();
            run::teardown(&account.session, "imaging", &stop, &mut quiet()).await.unwrap();
            account.seam.changing()
        };
        for at in 1..=calls {
            for fault in [Fault::HangBefore(at), Fault::HangAfter(at)] {
                let mut account = fresh(7).await;
                let before = account.practice.dump().unwrap();
                create(&account, &blueprint).await;
                account.seam.set(fault);
                let stop = CancellationToken::new();
                let mut silent = quiet();
                let teardown = run::teardown(&account.session, "imaging", &stop, &mut silent);
                assert!(timeout(Duration::from_secs(20), teardown).await.is_err(), "{fault:?} did not hang");
                account.seam.set(Fault::None);
                account.start_again().await;
                let view = run::resume(&account.session, "imaging", &stop, &mut quiet()).await.unwrap();
                assert_eq!(view.state, RunState::Done, "{fault:?}: {:?}", view.failure);
                let after = account.practice.dump().unwrap();
                assert_eq!(left_over(&before, &after), Vec::<String>::new(), "{fault:?}");
                tried += 1;
            }
        }
    }
    seen::all("teardowns killed at a call and resumed to nothing", tried, tried);
}
