//! What somebody changed or removed behind Slipway's back: shown, put back or accepted, one thing at a time.

use slipway_core::{
    blueprint::{Blueprint, Preset},
    check::CheckVerdict,
    run,
    stack::{self, Health},
};
use tokio::time::{Duration, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    runs::{adopt, create, done, look, put_back},
    seam::Fault,
};

/// A stack of which a queue, an environment and the days of the logs have been changed by somebody else.
async fn drifted() -> (Account, Blueprint) {
    let account = fresh(7).await;
    let blueprint = Preset::OnDemand.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    let once = &account.session.aws.once;
    once.batch.update_job_queue().job_queue("imaging-main").priority(9).send().await.unwrap();
    let resources = aws_sdk_batch::types::ComputeResourceUpdate::builder().maxv_cpus(32).build();
    let part = &blueprint.compute_environments[0].name;
    let update = once.batch.update_compute_environment().compute_environment(format!("imaging-{part}"));
    update.compute_resources(resources).send().await.unwrap();
    let days = once.logs.put_retention_policy().log_group_name("/slipway/imaging").retention_in_days(5);
    days.send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    (account, blueprint)
}

#[tokio::test(start_paused = true)]
async fn what_drifted_is_put_back_one_by_one() {
    let (account, blueprint) = drifted().await;
    let mut drift = look(&account).await.acceptable;
    assert_eq!(drift.len(), 3, "{drift:?}");
    while let Some(id) = drift.pop() {
        done(&put_back(&account, id.strip_prefix("resource:").unwrap()).await);
        drift.sort();
        let mut left = look(&account).await.acceptable;
        left.sort();
        assert_eq!(left, drift, "more or less than {id} was put back");
    }
    let view = look(&account).await;
    assert_eq!((view.summary.health, view.blueprint), (Health::Healthy, blueprint));
}

#[tokio::test(start_paused = true)]
async fn what_drifted_is_accepted_one_by_one_and_sends_nothing() {
    let (account, blueprint) = drifted().await;
    let mut drift = look(&account).await.acceptable;
    account.seam.set(Fault::None);
    while let Some(id) = drift.pop() {
        stack::accept(&account.session, "imaging", id.strip_prefix("resource:").unwrap()).await.unwrap();
        assert_eq!(look(&account).await.acceptable.len(), drift.len());
    }
    let view = look(&account).await;
    assert_eq!(view.summary.health, Health::Healthy, "{:?}", view.summary.finding);
    let mut wanted = blueprint;
    wanted.job_queues[0].priority = 9;
    wanted.compute_environments[0].max_vcpus = 32;
    wanted.logs.retention_days = 5;
    assert_eq!(view.blueprint, wanted);
    done(&create(&account, &wanted).await);
    assert_eq!(account.seam.changing(), 0, "accepting is only remembering");
}

/// The stack's own profile holds one role and no more.
#[tokio::test(start_paused = true)]
async fn another_role_in_the_stacks_profile_is_told_and_put_back() {
    let account = fresh(7).await;
    done(&create(&account, &Preset::OnDemand.blueprint("imaging")).await);
    let iam = &account.session.aws.once.iam;
    let (profile, own) = ("imaging-instance", "imaging-instance");
    let take = iam.remove_role_from_instance_profile().instance_profile_name(profile);
    take.role_name(own).send().await.unwrap();
    let give = iam.add_role_to_instance_profile().instance_profile_name(profile);
    give.role_name("imaging-execution").send().await.unwrap();
    let view = look(&account).await;
    let item = view.items.iter().find(|item| item.id == "resource:instance-profile/main").unwrap();
    let told = &item.differences[0];
    assert_eq!((told.what.as_str(), told.found.as_deref()), ("role", Some("imaging-execution")));
    assert!(!view.acceptable.contains(&item.id));
    done(&put_back(&account, "instance-profile/main").await);
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
    assert!(iam.get_role().role_name("imaging-execution").send().await.is_ok(), "it only left the profile");
}

#[tokio::test(start_paused = true)]
async fn what_somebody_removed_is_made_again_or_forgotten() {
    let account = fresh(7).await;
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    let mut other = blueprint.job_definitions[0].clone();
    other.name = "other".to_owned();
    blueprint.job_definitions.push(other);
    done(&create(&account, &blueprint).await);
    let batch = &account.session.aws.once.batch;
    for name in ["imaging-job:1", "imaging-other:1"] {
        batch.deregister_job_definition().job_definition(name).send().await.unwrap();
    }
    assert_eq!(look(&account).await.summary.health, Health::Incomplete);
    done(&put_back(&account, "job-definition/job").await);
    stack::accept(&account.session, "imaging", "job-definition/other").await.unwrap();
    let view = look(&account).await;
    let definitions: Vec<_> = view.blueprint.job_definitions.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((view.summary.health, definitions), (Health::Healthy, vec!["job"]));

    // What others stand on cannot be forgotten, and nothing is lost by trying.
    let iam = &account.session.aws.once.iam;
    let policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    iam.detach_role_policy().role_name("imaging-execution").policy_arn(policy).send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    let refused = stack::accept(&account.session, "imaging", "execution-role/main").await.unwrap_err();
    assert_eq!(refused.code, "accept-refused");
    assert_eq!(look(&account).await.blueprint, view.blueprint);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_lost_its_tags_is_told_of_and_taken_over_again() {
    let account = fresh(7).await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    let batch = &account.session.aws.once.batch;
    let queues = batch.describe_job_queues().send().await.unwrap();
    let arn = queues.job_queues()[0].job_queue_arn().unwrap();
    let keys = ["slipway:stack", "slipway:stack-id", "slipway:part"].map(str::to_owned).to_vec();
    batch.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)).send().await.unwrap();
    let view = look(&account).await;
    let item = view.items.iter().find(|item| item.id == "resource:job-queue/main").unwrap();
    assert_eq!((item.verdict, item.finding.code.as_str()), (CheckVerdict::Wrong, "stack-untagged"));
    assert_eq!((view.summary.health, view.acceptable), (Health::Broken, vec![]));
    let refused = stack::accept(&account.session, "imaging", "job-queue/main").await.unwrap_err();
    assert_eq!(refused.code, "stack-untagged");
    done(&adopt(&account, &view.blueprint).await);
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}

/// What takes another environment beside it is no matter of one part; and what is no part is said to be none.
#[tokio::test(start_paused = true)]
async fn a_part_that_cannot_be_put_back_where_it_is_is_refused_and_nothing_is_sent() {
    let account = fresh(7).await;
    let mut blueprint = Preset::FargateSpot.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    // As if somebody had made another one in its place: of a kind that AWS Batch never changes into this one.
    blueprint.compute_environments[0].kind = slipway_core::blueprint::ComputeKind::Fargate;
    let part = format!("compute-environment/{}", blueprint.compute_environments[0].name);
    let path = account.session.folder.join("stacks/imaging/stack.json");
    let record = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, record.replace("\"fargate-spot\"", "\"fargate\"")).unwrap();
    let record = std::fs::read_to_string(&path).unwrap();
    account.seam.set(Fault::None);
    let stop = CancellationToken::new();
    for (part, code) in [(part.as_str(), "put-back-refused"), ("job-queue/nonsense", "part-unknown")] {
        let put_back = run::put_back(&account.session, "imaging", part, &stop, &mut |_| {}).await;
        assert_eq!(put_back.unwrap_err().code, code, "{part}");
    }
    assert_eq!(account.seam.changing(), 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), record, "no successor is planned by trying");
}

/// Without the tag that names the stack nobody could find it any more: that is put back, never accepted.
#[tokio::test(start_paused = true)]
async fn a_lost_tag_of_slipways_is_not_accepted() {
    let account = fresh(7).await;
    done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
    let ecr = &account.session.aws.once.ecr;
    let found = ecr.describe_repositories().send().await.unwrap();
    let arn = found.repositories()[0].repository_arn().unwrap();
    ecr.untag_resource().resource_arn(arn).tag_keys("slipway:stack").send().await.unwrap();
    let view = look(&account).await;
    assert_eq!((view.summary.health, view.acceptable), (Health::Drifted, vec![]));
    let refused = stack::accept(&account.session, "imaging", "repository/app").await.unwrap_err();
    assert_eq!(refused.code, "accept-refused");
    done(&put_back(&account, "repository/app").await);
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}
