//! What the check finds wrong stops a create before anything is sent, in every lesson that has something wrong; what it
//! only warns of, or cannot tell, does not. A person who says so goes on, and a run that goes on is not stopped.

use std::collections::BTreeSet;

use slipway_core::{
    blueprint::Blueprint,
    check::CheckVerdict,
    error::AppError,
    run::{self, RunState, RunView},
};
use slipway_tests::seen;
use tokio_util::sync::CancellationToken;

use super::Begun;
use crate::{account::Account, runs::resume, seam::Fault};

async fn create(account: &Account, blueprint: &Blueprint) -> Result<RunView, AppError> {
    run::create(&account.session, blueprint.clone(), &CancellationToken::new(), &mut |_| {}).await
}

async fn begun(id: &str) -> Begun {
    Begun::of(slipway_lessons::find(id).expect("there is such a lesson")).await
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_stops_a_create_in_every_lesson_and_what_is_not_does_not() {
    let (mut stopped, mut refused, mut through) = (0, 0, 0);
    for lesson in slipway_lessons::all() {
        let Begun { account, blueprint, report } = Begun::of(lesson).await;
        let wrong: Vec<_> = report.items.iter().filter(|item| item.verdict == CheckVerdict::Wrong).collect();
        assert_eq!(report.blocked, !wrong.is_empty(), "{}", lesson.id);
        let plan = run::plan_create(&account.session, blueprint.clone()).await.unwrap();
        let told: BTreeSet<_> = plan.in_the_way.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(told, wrong.iter().map(|item| item.id.as_str()).collect(), "{}", lesson.id);

        account.seam.set(Fault::None);
        let ended = create(&account, &blueprint).await;
        if wrong.is_empty() {
            assert!(ended.is_ok(), "{}: {ended:?}", lesson.id);
            through += 1;
            continue;
        }
        let error = ended.expect_err(lesson.id);
        assert_eq!(account.seam.changing(), 0, "{}", lesson.id);
        assert!(run::unfinished(&account.session).unwrap().is_empty(), "{}", lesson.id);
        // What the plan itself refuses is told of one thing, as before.
        if plan.blocked.is_some() {
            assert_eq!(error.code, "create-refused", "{}", lesson.id);
            refused += 1;
            continue;
        }
        assert_eq!(error.code, "findings-in-the-way", "{}", lesson.id);
        assert_eq!(error.causes.len(), wrong.len(), "{}", lesson.id);
        for (item, cause) in wrong.iter().zip(&error.causes) {
            assert!(cause.contains(&item.finding.text), "{}: {cause}", lesson.id);
            let remedy = item.remedy.as_ref();
            assert!(remedy.is_none_or(|remedy| cause.ends_with(&remedy.text)), "{}: {cause}", lesson.id);
        }
        stopped += 1;
    }
    assert!(stopped > 20 && refused > 0 && through > 10, "{stopped}, {refused}, {through}");
    let figure = format!("{stopped} stopped, {refused} refused by the plan, {through} let through");
    seen::figure("lessons that were to be created as they were begun", &figure);
}

#[tokio::test(start_paused = true)]
async fn who_goes_on_despite_findings_is_refused_by_aws_half_way_and_a_run_that_goes_on_is_not_stopped() {
    let Begun { account, blueprint, report } = begun("limit-full-vpcs").await;
    assert!(report.blocked);
    let stop = CancellationToken::new();
    let half = run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {}).await;
    let half = half.unwrap();
    assert_eq!(half.state, RunState::Failed);
    assert_eq!(run::unfinished(&account.session).unwrap().len(), 1);

    // The same again goes on with what was let through.
    assert_eq!(create(&account, &blueprint).await.unwrap().state, RunState::Failed);
    assert_eq!(resume(&account).await.state, RunState::Failed);
    // Another wish is looked at as any.
    let mut other = blueprint.clone();
    other.compute_environments[0].max_vcpus += 1;
    assert_eq!(create(&account, &other).await.unwrap_err().code, "findings-in-the-way");
}

#[tokio::test(start_paused = true)]
async fn what_is_there_and_as_wanted_is_not_stopped() {
    let Begun { account, blueprint, report } = begun("reach-no-route").await;
    assert!(report.blocked);
    let stop = CancellationToken::new();
    let made = run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {}).await;
    assert_eq!(made.unwrap().state, RunState::Done);
    account.seam.set(Fault::None);
    assert_eq!(create(&account, &blueprint).await.unwrap().state, RunState::Done);
    assert_eq!(account.seam.changing(), 0);
    let plan = run::plan_create(&account.session, blueprint).await.unwrap();
    assert!(!plan.changes_something && plan.in_the_way.is_empty());
}
