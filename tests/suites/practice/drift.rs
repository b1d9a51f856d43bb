//! What somebody changed or removed behind Slipway's back: shown, put back or accepted, one thing at a time. And what
//! was there before under the stack's names: taken over when somebody says so, never otherwise.

use slipway_core::{
    blueprint::{Blueprint, Preset},
    check::{self, CheckVerdict},
    plan::Act,
    run::{self, RunState, RunView},
    stack::{self, Health, StackView},
};
use tokio::time::{Duration, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    seam::Fault,
    stack::left_over,
};

async fn create(account: &Account, blueprint: &Blueprint) -> RunView {
    let stop = CancellationToken::new();
    run::create(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap()
}

fn done(view: &RunView) {
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
}

async fn look(account: &Account) -> StackView {
    stack::stack(&account.session, "imaging").await.unwrap()
}

async fn put_back(account: &Account, part: &str) {
    let stop = CancellationToken::new();
    done(&run::put_back(&account.session, "imaging", part, &stop, &mut |_| {}).await.unwrap());
}

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
        put_back(&account, id.strip_prefix("resource:").unwrap()).await;
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
    put_back(&account, "job-definition/job").await;
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

/// What somebody has put on parts of a stack besides what is wanted: a way in, more rights, others who may take a role
/// on, a limit of waiting. By the part, what it is told as.
async fn add_to(account: &Account) -> Vec<(&'static str, &'static str, String)> {
    let aws_sdk = &account.session.aws;
    let (iam, batch, ec2) = (&aws_sdk.once.iam, &aws_sdk.once.batch, &aws_sdk.once.ec2);
    let groups = aws_sdk.read.ec2.describe_security_groups().send().await.unwrap();
    let group = groups.security_groups().iter().find(|group| group.group_name() == Some("imaging-jobs"));
    let everywhere = aws_sdk_ec2::types::IpRange::builder().cidr_ip("0.0.0.0/0").description("me").build();
    let ssh = aws_sdk_ec2::types::IpPermission::builder().ip_protocol("tcp").from_port(22).to_port(22);
    let open = ec2.authorize_security_group_ingress().ip_permissions(ssh.ip_ranges(everywhere).build());
    open.set_group_id(group.unwrap().group_id().map(str::to_owned)).send().await.unwrap();
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    iam.attach_role_policy().role_name("imaging-instance").policy_arn(admin).send().await.unwrap();
    let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let put = iam.put_role_policy().role_name("imaging-execution").policy_name("more").policy_document(all);
    put.send().await.unwrap();
    let trust = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"},
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}]}"#;
    let trusting = iam.update_assume_role_policy().role_name("imaging-job-role").policy_document(trust);
    trusting.send().await.unwrap();
    let limit = aws_sdk_batch::types::JobStateTimeLimitAction::builder()
        .reason("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY")
        .state(aws_sdk_batch::types::JobStateTimeLimitActionsState::Runnable)
        .max_time_seconds(600)
        .action(aws_sdk_batch::types::JobStateTimeLimitActionsAction::Cancel);
    let update = batch.update_job_queue().job_queue("imaging-main");
    update.job_state_time_limit_actions(limit.build()).send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    let other = "AWS arn:aws:iam::444455556666:root".to_owned();
    let limit = "CANCEL after 600 s as RUNNABLE (CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY)".to_owned();
    vec![
        ("instance-role/main", "attached policy", admin.to_owned()),
        ("execution-role/main", "inline policy more", "Allow * on *".to_owned()),
        ("job-role/job", "trust policy", other),
        ("security-group/main", "ingress", "tcp 22, 0.0.0.0/0".to_owned()),
        ("job-queue/main", "jobStateTimeLimitActions", limit),
    ]
}

/// The parts that differ, and by what.
fn told(view: &StackView) -> Vec<(String, String, Option<String>)> {
    let part = |id: &str| id.strip_prefix("resource:").unwrap_or(id).to_owned();
    let items = view.items.iter().flat_map(|item| item.differences.iter().map(|d| (part(&item.id), d)));
    items.map(|(part, d)| (part, d.what.clone(), d.found.clone())).collect()
}

fn as_told(added: &[(&str, &str, String)]) -> Vec<(String, String, Option<String>)> {
    let owned = |(part, what, found): &(&str, &str, String)| {
        ((*part).to_owned(), (*what).to_owned(), Some(found.clone()))
    };
    added.iter().map(owned).collect()
}

async fn added() -> (Account, Blueprint, Vec<(&'static str, &'static str, String)>) {
    let account = fresh(7).await;
    let blueprint = Preset::OnDemand.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    let added = add_to(&account).await;
    (account, blueprint, added)
}

#[tokio::test(start_paused = true)]
async fn what_somebody_added_is_told_left_by_runs_and_taken_off_one_by_one() {
    let (account, blueprint, mut added) = added().await;
    let view = look(&account).await;
    assert_eq!((view.summary.health, view.acceptable.len()), (Health::Drifted, added.len()));
    assert_eq!(told(&view), as_told(&added));
    account.seam.set(Fault::None);
    done(&create(&account, &blueprint).await);
    assert_eq!(account.seam.changing(), 0, "a run leaves what others added");
    while let Some((part, ..)) = added.pop() {
        put_back(&account, part).await;
        assert_eq!(told(&look(&account).await), as_told(&added), "more or less than {part} was put back");
    }
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_added_is_accepted_and_what_comes_after_is_told_again() {
    let (account, blueprint, mut added) = added().await;
    account.seam.set(Fault::None);
    while let Some((part, ..)) = added.pop() {
        stack::accept(&account.session, "imaging", part).await.unwrap();
        assert_eq!(told(&look(&account).await), as_told(&added), "more or less than {part} was accepted");
    }
    assert_eq!(account.seam.changing(), 0);
    let view = look(&account).await;
    assert_eq!((view.summary.health, view.blueprint), (Health::Healthy, blueprint.clone()));
    let nothing = stack::accept(&account.session, "imaging", "job-queue/main").await.unwrap_err();
    assert_eq!(nothing.code, "accept-nothing");

    let iam = &account.session.aws.once.iam;
    let more = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
    iam.attach_role_policy().role_name("imaging-instance").policy_arn(more).send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    let again = [("instance-role/main", "attached policy", more.to_owned())];
    assert_eq!(told(&look(&account).await), as_told(&again));
    put_back(&account, "instance-role/main").await;
    let attached = iam.list_attached_role_policies().role_name("imaging-instance").send().await.unwrap();
    let attached: Vec<_> = attached.attached_policies().iter().filter_map(|one| one.policy_name()).collect();
    assert!(attached.contains(&"AdministratorAccess"), "what was accepted stays: {attached:?}");
    done(&create(&account, &blueprint).await);
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
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
    let stop = CancellationToken::new();
    done(&run::adopt(&account.session, view.blueprint, &stop, &mut |_| {}).await.unwrap());
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}

/// A version of the template that hands on another profile, a role that nobody may take on, a group that lets out less
/// than everything: nothing that a blueprint says has changed, and nothing works as it says.
#[tokio::test(start_paused = true)]
async fn what_no_blueprint_speaks_of_is_told_and_put_back() {
    let account = fresh(7).await;
    let blueprint = Preset::OnDemand.blueprint("imaging");
    done(&create(&account, &blueprint).await);
    let (ec2, iam) = (&account.session.aws.once.ec2, &account.session.aws.once.iam);
    let profile = aws_sdk_ec2::types::LaunchTemplateIamInstanceProfileSpecificationRequest::builder();
    let data = aws_sdk_ec2::types::RequestLaunchTemplateData::builder()
        .key_name("ana")
        .iam_instance_profile(profile.name("other").build());
    let version = ec2.create_launch_template_version().launch_template_name("imaging-ondemand");
    let version = version.source_version("1").launch_template_data(data.build()).send().await.unwrap();
    let number = version.launch_template_version().unwrap().version_number().unwrap().to_string();
    let choose = ec2.modify_launch_template().launch_template_name("imaging-ondemand");
    choose.default_version(number).send().await.unwrap();
    let trust = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"},
        {"Effect":"Deny","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let trusting = iam.update_assume_role_policy().role_name("imaging-execution").policy_document(trust);
    trusting.send().await.unwrap();
    let groups = ec2.describe_security_groups().send().await.unwrap();
    let group = groups.security_groups().iter().find(|group| group.group_name() == Some("imaging-jobs"));
    let group = group.unwrap();
    let close = ec2.revoke_security_group_egress().set_group_id(group.group_id().map(str::to_owned));
    close.set_ip_permissions(group.ip_permissions_egress.clone()).send().await.unwrap();
    sleep(Duration::from_mins(1)).await;

    let view = look(&account).await;
    let whats: Vec<_> = told(&view).into_iter().map(|(part, what, _)| format!("{part} {what}")).collect();
    assert_eq!(
        whats,
        [
            "execution-role/main trust policy",
            "security-group/main egress",
            "launch-template/ondemand KeyName",
            "launch-template/ondemand IamInstanceProfile",
            "compute-environment/ondemand launchTemplate",
        ]
    );
    // The environment takes a clean version along, which is made for it.
    for part in ["execution-role/main", "security-group/main", "compute-environment/ondemand"] {
        put_back(&account, part).await;
    }
    assert_eq!(told(&look(&account).await), []);
    let versions = ec2.describe_launch_template_versions().launch_template_name("imaging-ondemand");
    let versions = versions.versions("$Default").send().await.unwrap();
    let data = versions.launch_template_versions()[0].launch_template_data().unwrap().clone();
    assert_eq!((data.key_name(), data.iam_instance_profile()), (None, None));
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
    for (part, code) in [(part.as_str(), "create-refused"), ("job-queue/nonsense", "part-unknown")] {
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
    put_back(&account, "repository/app").await;
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}

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
    let refused = run::create(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap_err();
    assert_eq!((refused.code.as_str(), account.seam.changing()), ("create-refused", 0));
    done(&create(&account, &Preset::Fargate.blueprint(&name)).await);
    let report = check::check(&account.session, blueprint, |_| ()).await.unwrap();
    assert_eq!(report.other_name.as_deref(), Some("imaging-3"), "{name} is taken by now");
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_taken_over_by_an_act_of_its_own_that_says_what_it_tags() {
    let account = occupied().await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let stop = CancellationToken::new();
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
    let view = run::adopt(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    done(&view);
    assert_eq!(account.seam.changing(), 4, "tags and nothing else");
    let report = check::check(&account.session, blueprint.clone(), |_| ()).await.unwrap();
    assert!(report.items.iter().all(|item| item.finding.code != "foreign"));
    assert!(report.items.iter().any(|item| item.verdict == CheckVerdict::Mend), "the role lacks its policy");
    done(&create(&account, &blueprint).await);
    let session = &account.session;
    done(&run::teardown(session, "imaging", &stop, &mut |_| {}).await.unwrap());
    let found = session.aws.read.iam.get_role().role_name("imaging-execution").send().await;
    assert!(found.is_err(), "it is the stack's by now, and goes with it");
}

/// What may not be looked at may be there: the rest is taken over, and the run does not call itself done.
#[tokio::test(start_paused = true)]
async fn what_may_not_be_looked_at_is_not_said_to_be_taken_over() {
    let account = occupied().await;
    let blueprint = Preset::Fargate.blueprint("imaging");
    let stop = CancellationToken::new();
    account.seam.set(Fault::Deny(&["GetRole"]));
    let plan = run::plan_adopt(&account.session, blueprint.clone()).await.unwrap();
    let role = plan.steps.iter().find(|step| step.id == "execution-role/main").unwrap();
    assert_eq!((role.act, role.reason.code.as_str()), (Act::Refuse, "adopt-blind"));
    let view = run::adopt(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    let why = view.failure.as_ref().map(|failure| failure.code.as_str());
    assert_eq!((view.state, why), (RunState::Failed, Some("adopt-blind")));
    account.seam.set(Fault::None);
    done(&run::resume(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap());
    let report = check::check(&account.session, blueprint, |_| ()).await.unwrap();
    assert!(report.items.iter().all(|item| item.finding.code != "foreign"));
}

#[tokio::test(start_paused = true)]
async fn taking_over_can_be_undone_and_what_belongs_elsewhere_is_refused() {
    let account = occupied().await;
    let before = account.practice.dump().unwrap();
    let blueprint = Preset::Fargate.blueprint("imaging");
    let stop = CancellationToken::new();
    for at in 1..=4 {
        account.seam.set(Fault::CutFrom(at));
        let view = run::adopt(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
        assert_eq!(view.state, RunState::Failed);
        account.seam.set(Fault::None);
        done(&run::undo(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap());
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

    let plan = run::plan_create(session, blueprint.clone()).await.unwrap();
    let step = plan.steps.iter().find(|step| step.id == "job-definition/job").unwrap();
    let told: Vec<_> = step.differences.iter().map(|d| (d.what.as_str(), d.found.as_deref())).collect();
    assert_eq!((step.act, told), (Act::Change, vec![("revision", Some("2"))]));
    done(&create(&account, &blueprint).await);
    let stop = CancellationToken::new();
    done(&run::teardown(session, "imaging", &stop, &mut |_| {}).await.unwrap());
    let found = batch.describe_job_definitions().status("ACTIVE").send().await.unwrap();
    let left: Vec<_> =
        found.job_definitions().iter().filter_map(aws_sdk_batch::types::JobDefinition::revision).collect();
    assert_eq!(left, [2], "theirs, and theirs alone");
}
