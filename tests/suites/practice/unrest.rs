//! An account that does not hold still: AWS is at work on what an earlier run began, or somebody removed what stands
//! on nothing but trust. A run plans anew where things come to rest as something else, and an undo takes nothing away
//! that works.

use aws_sdk_batch::types::{CeState, CeStatus};
use slipway_core::{
    blueprint::{Blueprint, Preset, ServiceRole},
    plan::Act,
    run::{self, RunState, RunView},
};
use slipway_tests::inside::{
    account::{Account, fresh},
    seam::{Fault, Planted},
    trouble::Trouble,
};

use crate::runs::{create, done, tear_down, undo};

/// An account on which the process was killed when AWS had done `action`: found out first on another account.
async fn killed_at(
    action: &str,
    before: Option<&Blueprint>,
    run: impl AsyncFn(&Account) -> RunView,
) -> Account {
    let prepared = async || {
        let account = fresh(7).await;
        if let Some(before) = before {
            done(&create(&account, before).await);
        }
        account.seam.plant(vec![]);
        account
    };
    let rehearsal = prepared().await;
    run(&rehearsal).await;
    let changing: Vec<_> = rehearsal.seam.seen().into_iter().filter(|call| call.changes).collect();
    // The last of them: AWS Batch refuses to remove what it has not disabled yet.
    let call = 1 + changing.iter().rposition(|call| call.action == action).expect("it is sent");

    let mut account = prepared().await;
    account.seam.plant(vec![Planted { call, changing: true, trouble: Trouble::KilledAfterActing }]);
    tokio::select! {
        biased;
        () = account.seam.hung() => {}
        view = run(&account) => panic!("not killed but {:?}", view.state),
    }
    let killed = account.seam.seen().into_iter().rfind(|call| call.trouble.is_some());
    assert_eq!(killed.map(|call| call.action).as_deref(), Some(action));
    account.seam.revive();
    account.start_again().await;
    account
}

/// Four vCPUs at the most, or six.
fn of_size(max_vcpus: i32) -> Blueprint {
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    blueprint.compute_environments[0].max_vcpus = max_vcpus.try_into().unwrap();
    blueprint
}

async fn environment(account: &Account) -> aws_sdk_batch::types::ComputeEnvironmentDetail {
    let found = account.session.aws.read.batch.describe_compute_environments().send().await.unwrap();
    found.compute_environments().first().expect("an environment").clone()
}

#[tokio::test(start_paused = true)]
async fn what_is_being_made_is_changed_when_it_has_come_to_rest() {
    let first = async |account: &Account| create(account, &of_size(4)).await;
    let account = killed_at("batch:CreateComputeEnvironment", None, first).await;
    assert_eq!(environment(&account).await.status, Some(CeStatus::Creating));
    done(&create(&account, &of_size(6)).await);
    let size = environment(&account).await.compute_resources.and_then(|resources| resources.maxv_cpus);
    assert_eq!(size, Some(6));
}

#[tokio::test(start_paused = true)]
async fn what_is_going_is_made_again_when_it_is_gone() {
    let teardown = async |account: &Account| tear_down(account).await;
    let account = killed_at("batch:DeleteComputeEnvironment", Some(&of_size(4)), teardown).await;
    assert_eq!(environment(&account).await.status, Some(CeStatus::Deleting));
    done(&create(&account, &of_size(4)).await);
    assert_eq!(environment(&account).await.status, Some(CeStatus::Valid));
}

/// What a run changed is put back although AWS is still at work on the change.
#[tokio::test(start_paused = true)]
async fn an_undo_waits_for_the_change_that_it_puts_back() {
    let larger = async |account: &Account| create(account, &of_size(6)).await;
    let account = killed_at("batch:UpdateComputeEnvironment", Some(&of_size(4)), larger).await;
    done(&undo(&account).await);
    let size = environment(&account).await.compute_resources.and_then(|resources| resources.maxv_cpus);
    assert_eq!(size, Some(4));
}

/// The roles of an environment that works were removed by somebody and made again by a run: its undo leaves them.
#[tokio::test(start_paused = true)]
async fn an_undo_takes_no_role_from_what_works_with_it() {
    let account = fresh(7).await;
    let mut wanted = Preset::OnDemand.blueprint("imaging");
    wanted.service_role = ServiceRole::Classic;
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    let (role, policy) = ("imaging-service", "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole");
    iam.detach_role_policy().role_name(role).policy_arn(policy).send().await.unwrap();
    iam.delete_role().role_name(role).send().await.unwrap();
    wanted.compute_environments[0].max_vcpus = 6;
    account.seam.set(Fault::Deny(&["UpdateComputeEnvironment"]));
    assert_eq!(create(&account, &wanted).await.state, RunState::Failed);
    account.seam.set(Fault::None);
    let plan = run::plan_undo(&account.session, "imaging").await.unwrap();
    let step = plan.steps.iter().find(|step| step.id == "service-role/main").unwrap();
    assert_eq!((step.act, step.reason.code.as_str()), (Act::Keep, "undo-needed"));
    done(&undo(&account).await);
    assert!(account.session.aws.read.iam.get_role().role_name(role).send().await.is_ok());
    let environment = environment(&account).await;
    assert_eq!((environment.state, environment.status), (Some(CeState::Enabled), Some(CeStatus::Valid)));
}

/// What a change put back needs was made by the same run: neither waits for the other.
#[tokio::test(start_paused = true)]
async fn an_undo_of_what_somebody_removed_comes_to_its_end() {
    let account = fresh(7).await;
    let mut wanted = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let logs = &account.session.aws.once.logs;
    logs.delete_log_group().log_group_name("/slipway/imaging").send().await.unwrap();
    wanted.job_definitions[0].command = vec!["true".to_owned()];
    wanted.job_queues[0].priority = 5;
    account.seam.set(Fault::Deny(&["UpdateJobQueue"]));
    assert_eq!(create(&account, &wanted).await.state, RunState::Failed);
    account.seam.set(Fault::None);
    done(&undo(&account).await);
    assert!(run::unfinished(&account.session).unwrap().is_empty());
    done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
}
