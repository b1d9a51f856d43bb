//! What is somebody else's: never touched, and taken over when somebody says so, never otherwise.

use slipway_core::{
    blueprint::Preset,
    check::{self, CheckVerdict},
    plan::Act,
    run::{self, RunState},
    stack::Health,
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    runs::{adopt, create, done, look, resume, tear_down, undo},
    seam::Fault,
    stack::left_over,
};

/// Without its tags it may be anybody's, also for a teardown.
#[tokio::test(start_paused = true)]
async fn what_lost_its_tags_stays_when_the_stack_goes() {
    let account = fresh(7).await;
    done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
    let logs = &account.session.aws.once.logs;
    let groups = logs.describe_log_groups().send().await.unwrap();
    let arn = groups.log_groups()[0].log_group_arn().unwrap();
    logs.untag_resource().resource_arn(arn).tag_keys("slipway:stack-id").send().await.unwrap();
    let stop = CancellationToken::new();
    let gone = run::teardown_with_images(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap();
    done(&gone);
    let step = gone.steps.iter().find(|step| step.step.id == "log-group/main").unwrap();
    assert_eq!((step.step.act, step.step.reason.code.as_str()), (Act::Keep, "stays-foreign"));
    assert_eq!(logs.describe_log_groups().send().await.unwrap().log_groups().len(), 1);
}

/// A security group, a log group, a repository and a role of somebody else under the stack's names.
async fn occupied() -> Account {
    let account = fresh(7).await;
    let once = &account.session.aws.once;
    once.logs.create_log_group().log_group_name("/slipway/imaging").send().await.unwrap();
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let role = once.iam.create_role().role_name("imaging-execution").assume_role_policy_document(trust);
    role.send().await.unwrap();
    once.ecr.create_repository().repository_name("imaging/app").send().await.unwrap();
    let vpcs = account.session.aws.read.ec2.describe_vpcs().send().await.unwrap();
    let group = once.ec2.create_security_group().group_name("imaging-jobs").description("of somebody else");
    group.set_vpc_id(vpcs.vpcs()[0].vpc_id().map(str::to_owned)).send().await.unwrap();
    account
}

#[tokio::test(start_paused = true)]
async fn what_is_somebody_elses_is_never_touched_and_another_name_is_offered() {
    let account = occupied().await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let report = check::check(&account.session, blueprint.clone(), |_| ()).await.unwrap();
    assert!(report.blocked);
    let name = report.other_name.expect("another name");
    let foreign = report.items.iter().filter(|item| item.finding.code == "foreign").count();
    assert_eq!(foreign, 4);
    account.seam.set(Fault::None);
    let stop = CancellationToken::new();
    let refused = run::create_despite_findings(&account.session, blueprint.clone(), &stop, &mut |_| {})
        .await
        .unwrap_err();
    assert_eq!((refused.code.as_str(), account.seam.changing()), ("create-refused", 0));
    done(&create(&account, &Preset::Fargate.blueprint(&name)).await);
    let report = check::check(&account.session, blueprint, |_| ()).await.unwrap();
    assert_eq!(report.other_name.as_deref(), Some("imaging-3"), "{name} is taken by now");
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_taken_over_by_an_act_of_its_own_that_says_what_it_tags() {
    let account = occupied().await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let plan = run::plan_adopt(&account.session, blueprint.clone()).await.unwrap();
    let told: Vec<_> = plan.steps.iter().map(|step| (step.id.as_str(), step.act, step.calls.len())).collect();
    assert_eq!(
        told,
        [
            ("execution-role/main", Act::Change, 1),
            ("security-group/main", Act::Change, 1),
            ("log-group/main", Act::Change, 1),
            ("repository/app", Act::Change, 1)
        ]
    );
    assert!(plan.steps.iter().all(|step| step.differences.len() >= 3), "the tags are named");
    account.seam.set(Fault::None);
    let view = adopt(&account, &blueprint).await;
    done(&view);
    assert_eq!(account.seam.changing(), 4, "tags and nothing else");
    let report = check::check(&account.session, blueprint.clone(), |_| ()).await.unwrap();
    assert!(report.items.iter().all(|item| item.finding.code != "foreign"));
    assert!(report.items.iter().any(|item| item.verdict == CheckVerdict::Mend), "the role lacks its policy");
    done(&create(&account, &blueprint).await);
    let session = &account.session;
    done(&tear_down(&account).await);
    let found = session.aws.read.iam.get_role().role_name("imaging-execution").send().await;
    assert!(found.is_err(), "it is the stack's by now, and goes with it");
}

/// What may not be looked at may be there: the rest is taken over, and the run does not call itself done.
#[tokio::test(start_paused = true)]
async fn what_may_not_be_looked_at_is_not_said_to_be_taken_over() {
    let account = occupied().await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    account.seam.set(Fault::Deny(&["GetRole"]));
    let plan = run::plan_adopt(&account.session, blueprint.clone()).await.unwrap();
    let role = plan.steps.iter().find(|step| step.id == "execution-role/main").unwrap();
    assert_eq!((role.act, role.reason.code.as_str()), (Act::Refuse, "adopt-blind"));
    let view = adopt(&account, &blueprint).await;
    let why = view.failure.as_ref().map(|failure| failure.code.as_str());
    assert_eq!((view.state, why), (RunState::Failed, Some("adopt-blind")));
    account.seam.set(Fault::None);
    done(&resume(&account).await);
    let report = check::check(&account.session, blueprint, |_| ()).await.unwrap();
    assert!(report.items.iter().all(|item| item.finding.code != "foreign"));
}

#[tokio::test(start_paused = true)]
async fn taking_over_can_be_undone_and_what_belongs_elsewhere_is_refused() {
    let account = occupied().await;
    let before = account.practice.dump().unwrap();
    let blueprint = Preset::Fargate.blueprint("imaging");
    for at in 1..=4 {
        account.seam.set(Fault::CutFrom(at));
        let view = adopt(&account, &blueprint).await;
        assert_eq!(view.state, RunState::Failed);
        account.seam.set(Fault::None);
        done(&undo(&account).await);
        assert_eq!(
            left_over(&before, &account.practice.dump().unwrap()),
            Vec::<String>::new(),
            "cut at {at}"
        );
    }

    // A stack of another name whose role is in the way belongs to that stack.
    let iam = &account.session.aws.once.iam;
    let tag =
        |key: &str, value: &str| aws_sdk_iam::types::Tag::builder().key(key).value(value).build().unwrap();
    let tags = vec![tag("slipway:stack-id", "another"), tag("slipway:stack", "other")];
    iam.tag_role().role_name("imaging-execution").set_tags(Some(tags)).send().await.unwrap();
    let plan = run::plan_adopt(&account.session, blueprint).await.unwrap();
    let role = plan.steps.iter().find(|step| step.id == "execution-role/main").unwrap();
    assert_eq!((role.act, role.reason.code.as_str()), (Act::Refuse, "adopt-of-other-stack"));
}

/// A pipeline of somebody's registers revisions under the stack's name: that is told of, put right by a newer one, and
/// none of theirs is touched.
#[tokio::test(start_paused = true)]
async fn a_revision_of_somebody_else_is_told_of_and_left_alone() {
    let account = fresh(7).await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    let session = &account.session;
    let batch = &session.aws.once.batch;
    let container = batch.describe_job_definitions().send().await.unwrap().job_definitions()[0].clone();
    let properties = container.container_properties().unwrap();
    let same = |value: &str| {
        properties
            .resource_requirements()
            .iter()
            .find(|r| r.r#type().is_some_and(|kind| kind.as_str() == value))
            .cloned()
    };
    let theirs = aws_sdk_batch::types::ContainerProperties::builder()
        .image("public.ecr.aws/docker/library/busybox:1.36")
        .set_execution_role_arn(properties.execution_role_arn().map(str::to_owned))
        .set_resource_requirements(Some([same("VCPU"), same("MEMORY")].into_iter().flatten().collect()))
        .build();
    let register = batch
        .register_job_definition()
        .job_definition_name("imaging-job")
        .r#type(aws_sdk_batch::types::JobDefinitionType::Container)
        .platform_capabilities(aws_sdk_batch::types::PlatformCapability::Fargate)
        .container_properties(theirs);
    assert_eq!(register.send().await.unwrap().revision(), Some(2));

    let view = look(&account).await;
    assert_eq!(
        (view.summary.health, view.acceptable),
        (Health::Drifted, vec![]),
        "no blueprint says a revision"
    );
    let plan = run::plan_create(session, blueprint.clone()).await.unwrap();
    let step = plan.steps.iter().find(|step| step.id == "job-definition/job").unwrap();
    let told: Vec<_> = step.differences.iter().map(|d| (d.what.as_str(), d.found.as_deref())).collect();
    assert_eq!((step.act, told), (Act::Change, vec![("revision", Some("2"))]));
    done(&create(&account, &blueprint).await);
    done(&tear_down(&account).await);
    let found = batch.describe_job_definitions().status("ACTIVE").send().await.unwrap();
    let left: Vec<_> =
        found.job_definitions().iter().filter_map(aws_sdk_batch::types::JobDefinition::revision).collect();
    assert_eq!(left, [2], "theirs, and theirs alone");
}
