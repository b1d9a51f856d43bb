//! What a stack was before: parts that its blueprint names no longer, things that somebody removed behind its back,
//! leftovers of a teardown, and looks that are not allowed.

use slipway_core::{
    blueprint::{Blueprint, Preset, ServiceRole},
    job,
    plan::Act,
    run::{self, RunState},
    stack::{self, Health},
    terraform::{self, Options},
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::fresh,
    launch::job_for,
    runs::{create, done, tear_down, undo},
    seam::Fault,
    stack::left_over,
};

/// With a role of its own for AWS Batch.
fn classic() -> Blueprint {
    Blueprint { service_role: ServiceRole::Classic, ..Preset::Fargate.blueprint("imaging") }
}

/// The same stack with another name for every part and another role.
fn changed() -> Blueprint {
    let mut blueprint = Preset::Fargate.blueprint("imaging");
    blueprint.repositories[0].name = "tools".into();
    blueprint.compute_environments[0].name = "two".into();
    blueprint.job_queues[0].name = "fast".into();
    blueprint.job_queues[0].compute_environments = vec!["two".to_owned()];
    blueprint.job_definitions[0].name = "align".into();
    blueprint
}

const ROLES: Fault = Fault::Deny(&["GetRole", "ListAttachedRolePolicies", "ListRolePolicies"]);

#[tokio::test(start_paused = true)]
async fn what_may_not_be_looked_at_is_neither_made_again_nor_undone() {
    let account = fresh(7).await;
    account.seam.set(ROLES);
    done(&create(&account, &classic()).await);
    let made = account.practice.dump().unwrap();
    account.seam.set(ROLES);
    done(&create(&account, &classic()).await);
    assert_eq!(account.seam.changing(), 0);
    assert!(run::unfinished(&account.session).unwrap().is_empty());
    assert_eq!(left_over(&made, &account.practice.dump().unwrap()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn without_a_memory_what_is_there_unseen_is_not_touched() {
    let mut account = fresh(7).await;
    done(&create(&account, &classic()).await);
    std::fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
    account.start_again().await;
    let before = account.practice.dump().unwrap();
    account.seam.set(ROLES);
    let view = create(&account, &classic()).await;
    assert_eq!(view.state, RunState::Failed);
    assert_eq!(view.failure.unwrap().code, "foreign-unseen");
    assert!(run::unfinished(&account.session).unwrap()[0].made.is_empty());
    account.seam.set(Fault::None);
    done(&undo(&account).await);
    assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn undo_knows_what_every_sitting_made() {
    for (first, second) in [(4, 1), (6, 3), (9, 4), (11, 5)] {
        let account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        account.seam.set(Fault::CutFrom(first));
        assert_eq!(create(&account, &classic()).await.state, RunState::Failed);
        account.seam.set(Fault::CutFrom(second));
        assert_eq!(create(&account, &changed()).await.state, RunState::Failed);
        account.seam.set(Fault::None);
        done(&undo(&account).await);
        assert_eq!(
            left_over(&before, &account.practice.dump().unwrap()),
            Vec::<String>::new(),
            "cut at {first}, {second}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_undo_makes_nothing_that_aws_refused_to_make() {
    for denied in [&["CreateComputeEnvironment"], &["CreateJobQueue"], &["CreateLogGroup"]] {
        let account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        account.seam.set(Fault::Deny(denied));
        assert_eq!(create(&account, &classic()).await.state, RunState::Failed);
        account.seam.set(Fault::None);
        done(&undo(&account).await);
        assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_blueprint_leaves_nothing_behind_when_the_stack_goes() {
    let account = fresh(7).await;
    let before = account.practice.dump().unwrap();
    done(&create(&account, &classic()).await);
    done(&create(&account, &changed()).await);
    done(&tear_down(&account).await);
    assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn parts_that_the_blueprint_names_no_longer_are_told_of_exported_and_removed() {
    let account = fresh(7).await;
    let mut two = Preset::Fargate.blueprint("imaging");
    let mut fast = two.job_queues[0].clone();
    fast.name = "fast".to_owned();
    two.job_queues.push(fast);
    done(&create(&account, &two).await);
    let one = Preset::Fargate.blueprint("imaging");
    let plan = run::plan_create(&account.session, one.clone()).await.unwrap();
    let told = plan.steps.iter().find(|step| step.name == "imaging-fast").expect("a step");
    assert_eq!((told.act, told.reason.code.as_str()), (Act::Delete, "plan-forgotten"));
    account.seam.set(Fault::Deny(&["UpdateJobQueue"]));
    assert_eq!(create(&account, &one).await.state, RunState::Failed);
    account.seam.set(Fault::None);

    let view = stack::stack(&account.session, "imaging").await.unwrap();
    assert_eq!(view.summary.health, Health::Healthy);
    assert!(view.items.iter().any(|item| item.finding.code == "check-forgotten"));
    let options = Options { imports: true, ..Options::default() };
    let files = terraform::of_stack(&account.session, "imaging", options).await.unwrap();
    let batch = &files.iter().find(|file| file.name == "batch.tf").unwrap().text;
    assert!(batch.contains("\"aws_batch_job_queue\" \"fast\""), "{batch}");
    // Another stack like it is one as its blueprint says.
    let files = terraform::of_stack(&account.session, "imaging", Options::default()).await.unwrap();
    assert!(files.iter().all(|file| !file.text.contains("\"fast\"")));

    done(&create(&account, &one).await);
    account.seam.set(Fault::None);
    done(&create(&account, &one).await);
    assert_eq!(account.seam.changing(), 0);
    let queues = account.session.aws.read.batch.describe_job_queues().send().await.unwrap();
    assert_eq!(queues.job_queues().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_environment_whose_role_is_gone_goes_all_the_same_and_takes_its_role_along() {
    let account = fresh(7).await;
    let before = account.practice.dump().unwrap();
    done(&create(&account, &classic()).await);
    let iam = &account.session.aws.once.iam;
    let policy = "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole";
    iam.detach_role_policy().role_name("imaging-service").policy_arn(policy).send().await.unwrap();
    iam.delete_role().role_name("imaging-service").send().await.unwrap();
    let plan = run::plan_teardown(&account.session, "imaging").await.unwrap();
    let reason = |id: &str| plan.steps.iter().find(|step| step.id == id).unwrap().reason.code.clone();
    assert_eq!(reason("compute-environment/fargate"), "remove-needs-role");
    assert_eq!(reason("service-role/main"), "plan-unmake");

    // What is unfinished is a removal, which cannot be undone.
    account.seam.set(Fault::CutFrom(3));
    assert_eq!(tear_down(&account).await.state, RunState::Failed);
    account.seam.set(Fault::None);
    let refused =
        run::undo(&account.session, "imaging", &CancellationToken::new(), &mut |_| {}).await.unwrap_err();
    assert_eq!(refused.code, "undo-of-teardown");
    done(&tear_down(&account).await);
    assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn images_stay_are_told_of_and_belong_to_the_next_stack_of_the_name() {
    let account = fresh(7).await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    let manifest =
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
    let image = account.session.aws.once.ecr.put_image().repository_name("imaging/app").image_tag("1");
    image.image_manifest(manifest).send().await.unwrap();
    let view = tear_down(&account).await;
    done(&view);
    let told = view.steps.iter().find(|step| step.step.name == "imaging/app").expect("a step");
    assert_eq!(told.step.act, Act::Keep, "{}", told.step.reason);
    assert!(stack::stacks(&account.session).await.unwrap().is_empty());
    done(&create(&account, &blueprint).await);
}

#[tokio::test(start_paused = true)]
async fn half_a_stack_of_another_computer_is_not_called_healthy() {
    let mut account = fresh(7).await;
    account.seam.set(Fault::Deny(&["CreateJobQueue"]));
    assert_eq!(create(&account, &Preset::Fargate.blueprint("imaging")).await.state, RunState::Failed);
    account.seam.set(Fault::None);
    std::fs::remove_dir_all(account.session.folder.join("stacks")).unwrap();
    account.start_again().await;
    let stacks = stack::stacks(&account.session).await.unwrap();
    assert_eq!((stacks.len(), stacks[0].health), (1, Health::Incomplete), "{:?}", stacks[0].finding);
}

#[tokio::test(start_paused = true)]
async fn jobs_that_run_are_counted_before_a_teardown_and_stopping_ended_ones_is_no_deed() {
    let account = fresh(7).await;
    let session = &account.session;
    done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
    let mut wanted = job_for(&job::targets(session).await.unwrap()[0], "long");
    wanted.command = Some(["sleep", "3600"].map(str::to_owned).to_vec());
    let long = job::submit(session, &wanted).await.unwrap();
    let busy = run::plan_teardown(session, "imaging").await.unwrap().busy;
    assert_eq!((busy.len(), busy[0].name.as_str(), busy[0].jobs), (1, "imaging-main", 1));
    assert_eq!(busy[0].means.code, "busy-ended");
    let ids = [long.id];
    assert_eq!(job::terminate(session, &ids, "enough").await.unwrap().stopped, ids);
    while !job::view(session, &ids[0]).await.unwrap().summary.state.is_final() {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    }
    let again = job::terminate(session, &ids, "enough").await.unwrap();
    assert_eq!((again.stopped.len(), again.ended.len()), (0, 1));
    assert_eq!(run::plan_teardown(session, "imaging").await.unwrap().busy, []);

    // Larger than the only environment: it would wait for ever, and everything behind it.
    wanted.vcpu = Some("8".to_owned());
    wanted.memory_mib = Some(16384);
    let error = job::submit(session, &wanted).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.fields[0].field.as_str()), ("submit-invalid", "vcpu"));
}
