//! A queue that shares its compute out, beside one that does not.

use std::collections::BTreeMap;

use slipway_core::{
    blueprint::{self, Blueprint, Preset, SchedulingPolicy},
    error::AppError,
    job::{self, FairShare, JobState, JobTarget, Submit},
    run,
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    launch::{job_for, see_through},
    seam::Fault,
};

/// The queues `fair` and `main` on one environment, and two definitions, of which `ranked` has a priority.
fn shared() -> Blueprint {
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    blueprint.scheduling_policies = vec![SchedulingPolicy {
        name: "lab".to_owned(),
        share_decay_seconds: 3600,
        compute_reservation: 0,
        shares: BTreeMap::from([("research".to_owned(), 0.5), ("user*".to_owned(), 1.0)]),
    }];
    let mut fair = blueprint.job_queues[0].clone();
    fair.name = "fair".into();
    fair.scheduling_policy = Some("lab".to_owned());
    blueprint.job_queues.push(fair);
    let mut ranked = blueprint.job_definitions[0].clone();
    ranked.name = "ranked".into();
    ranked.scheduling_priority = Some(7);
    blueprint.job_definitions.push(ranked);
    blueprint::require_sound(&blueprint).unwrap();
    blueprint
}

/// The stack, and where jobs of it can go by queue and definition.
async fn ready() -> (Account, impl Fn(&str, &str) -> JobTarget) {
    let account = fresh(7).await;
    run::create_despite_findings(&account.session, shared(), &CancellationToken::new(), &mut |_| {})
        .await
        .unwrap();
    let targets = job::targets(&account.session).await.unwrap();
    let target = move |queue: &str, definition: &str| {
        let (queue, definition) = (format!("imaging-{queue}"), format!("imaging-{definition}"));
        let found = targets.iter().find(|t| t.queue == queue && t.definition == definition);
        found.expect("they go together").clone()
    };
    (account, target)
}

async fn refused(account: &Account, wanted: &Submit) -> AppError {
    job::submit(&account.session, wanted).await.unwrap_err()
}

fn objections(error: &AppError) -> Vec<(&str, &str)> {
    assert_eq!(error.code, "submit-invalid");
    error.fields.iter().map(|f| (f.field.as_str(), f.problem.code.as_str())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_target_says_whose_its_jobs_can_be() {
    let (account, target) = ready().await;
    let fair =
        |priority| Some(FairShare { known: vec!["research".to_owned(), "user*".to_owned()], priority });
    assert_eq!(target("fair", "job").fair_share, fair(Some(0)));
    assert_eq!(target("fair", "ranked").fair_share, fair(None));
    assert_eq!(target("main", "job").fair_share, None);
    // That there is a policy the queue says, whoever may not look at it.
    account.seam.set(Fault::Deny(&["DescribeSchedulingPolicies"]));
    let blind = job::targets(&account.session).await.unwrap();
    let nothing = Some(FairShare { known: vec![], priority: Some(0) });
    assert!(blind.iter().any(|target| target.queue == "imaging-fair" && target.fair_share == nothing));
}

#[tokio::test(start_paused = true)]
async fn a_job_with_a_share_runs_and_says_whose_it_is() {
    let (account, target) = ready().await;
    let mut wanted = job_for(&target("fair", "job"), "first");
    (wanted.share, wanted.scheduling_priority) = (Some("userAna".to_owned()), Some(12));
    let (last, _) = see_through(&account.session, &wanted).await;
    assert_eq!(last.summary.state, JobState::Succeeded, "{}", last.doing);
    assert_eq!((last.share.as_deref(), last.scheduling_priority), (Some("userAna"), Some(12)));
    // What its definition says stays.
    let mut wanted = job_for(&target("fair", "ranked"), "second");
    wanted.share = Some("research".to_owned());
    let (last, _) = see_through(&account.session, &wanted).await;
    assert_eq!((last.share.as_deref(), last.scheduling_priority), (Some("research"), Some(7)));
    let (last, _) = see_through(&account.session, &job_for(&target("main", "job"), "third")).await;
    assert_eq!((last.share, last.scheduling_priority), (None, None));
}

#[tokio::test(start_paused = true)]
async fn whose_a_job_is_must_be_said_where_it_matters_and_nowhere_else() {
    let (account, target) = ready().await;
    let mut wanted = job_for(&target("fair", "job"), "first");
    let error = refused(&account, &wanted).await;
    let missing =
        [("share", "submit-share-missing-known"), ("scheduling_priority", "submit-priority-missing")];
    assert_eq!(objections(&error), missing);
    assert!(error.fields[0].problem.text.contains("research, user*"), "{}", error.fields[0].problem.text);
    wanted.definition = "imaging-ranked".to_owned();
    assert_eq!(objections(&refused(&account, &wanted).await), missing[..1]);

    let mut wanted = job_for(&target("main", "job"), "first");
    (wanted.share, wanted.scheduling_priority) = (Some("research".to_owned()), Some(1));
    let fifo = [("share", "submit-share-fifo"), ("scheduling_priority", "submit-priority-fifo")];
    assert_eq!(objections(&refused(&account, &wanted).await), fifo);
    let sent = account.session.activity.entries();
    assert!(sent.iter().all(|call| call.action != "SubmitJob"));
}

#[tokio::test(start_paused = true)]
async fn who_may_not_look_at_the_queue_hears_it_from_aws() {
    let (account, target) = ready().await;
    account.seam.set(Fault::Deny(&["DescribeJobQueues", "DescribeJobDefinitions"]));
    let mut wanted = job_for(&target("fair", "job"), "first");
    let said = |error: AppError| error.causes.join(" ");
    assert!(said(refused(&account, &wanted).await).contains("shareIdentifier must be specified."));
    wanted.share = Some("research".to_owned());
    let words =
        "Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.";
    assert!(said(refused(&account, &wanted).await).contains(words));
    wanted.queue = "imaging-main".to_owned();
    let words = "can onlybe submitted to job queue with fair share scheduling policy.";
    assert!(said(refused(&account, &wanted).await).contains(words));
    wanted.queue = "imaging-fair".to_owned();
    wanted.scheduling_priority = Some(0);
    assert_eq!(job::submit(&account.session, &wanted).await.unwrap().name, "first");
}
