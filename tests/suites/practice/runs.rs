//! Runs of whoever does not watch them, on the stack `imaging`; and how one that is done is told from one that is not.

use slipway_core::{
    blueprint::Blueprint,
    run::{self, RunState, RunView, StepState},
    stack::{self, StackView},
};
use tokio_util::sync::CancellationToken;

use crate::account::Account;

pub(crate) async fn create(account: &Account, blueprint: &Blueprint) -> RunView {
    let stop = CancellationToken::new();
    run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap()
}

pub(crate) async fn adopt(account: &Account, blueprint: &Blueprint) -> RunView {
    let stop = CancellationToken::new();
    run::adopt(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap()
}

pub(crate) async fn put_back(account: &Account, part: &str) -> RunView {
    let stop = CancellationToken::new();
    run::put_back(&account.session, "imaging", part, &stop, &mut |_| {}).await.unwrap()
}

pub(crate) async fn resume(account: &Account) -> RunView {
    run::resume(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await.unwrap()
}

pub(crate) async fn undo(account: &Account) -> RunView {
    run::undo(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await.unwrap()
}

pub(crate) async fn tear_down(account: &Account) -> RunView {
    run::teardown(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await.unwrap()
}

pub(crate) async fn look(account: &Account) -> StackView {
    stack::stack(&account.session, "imaging").await.unwrap()
}

#[track_caller]
pub(crate) fn done(view: &RunView) {
    done_when(view, "");
}

/// The same, of one case among many.
#[track_caller]
pub(crate) fn done_when(view: &RunView, what: &str) {
    let failed: Vec<_> = view
        .steps
        .iter()
        .filter(|step| step.state == StepState::Failed)
        .map(|step| (&step.step.id, &step.failure))
        .collect();
    assert_eq!(view.state, RunState::Done, "{what} {:?} {failed:#?}", view.failure);
}
