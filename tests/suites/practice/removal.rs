//! Removing what others have broken or put something into.

use slipway_core::{
    blueprint::{Blueprint, Network, Preset, ServiceRole},
    plan::Act,
    run::{self, RunState, RunView},
    stack,
};
use slipway_tests::seen;
use tokio::time::{Duration, Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    account::{Account, fresh},
    runs::{create, done, resume, tear_down},
    stack::left_over,
};

const POLICY: &str = "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole";

/// What somebody did to the role, and whether AWS Batch has tried to remove the environment since.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Broken {
    Deleted,
    WithoutPolicy,
    TrustsNobody,
}

/// Breaks the role, and sees that Batch calls the environment INVALID where `tried`.
async fn break_it(account: &Account, broken: Broken, tried: bool) {
    let (iam, batch) = (&account.session.aws.once.iam, &account.session.aws.once.batch);
    let detach = iam.detach_role_policy().role_name("imaging-service").policy_arn(POLICY);
    match broken {
        Broken::Deleted => {
            detach.send().await.unwrap();
            iam.delete_role().role_name("imaging-service").send().await.unwrap();
        }
        Broken::WithoutPolicy => drop(detach.send().await.unwrap()),
        Broken::TrustsNobody => {
            let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
            let request = iam.update_assume_role_policy().role_name("imaging-service").policy_document(trust);
            request.send().await.unwrap();
        }
    }
    // IAM takes its time to forget as well.
    sleep(Duration::from_mins(3)).await;
    if !tried {
        return;
    }
    let found = batch.describe_compute_environments().send().await.unwrap();
    let names: Vec<_> = found
        .compute_environments()
        .iter()
        .map(|one| one.compute_environment_name().unwrap().to_owned())
        .collect();
    let queues = batch.describe_job_queues().send().await.unwrap();
    for queue in queues.job_queues().iter().filter_map(|queue| queue.job_queue_name()) {
        batch.update_job_queue().job_queue(queue).state("DISABLED".into()).send().await.unwrap();
        sleep(Duration::from_mins(1)).await;
        batch.delete_job_queue().job_queue(queue).send().await.unwrap();
    }
    sleep(Duration::from_mins(1)).await;
    for name in &names {
        batch
            .update_compute_environment()
            .compute_environment(name)
            .state("DISABLED".into())
            .send()
            .await
            .unwrap();
        sleep(Duration::from_mins(1)).await;
        batch.delete_compute_environment().compute_environment(name).send().await.unwrap();
    }
    sleep(Duration::from_mins(2)).await;
    let found = batch.describe_compute_environments().send().await.unwrap();
    assert!(
        found.compute_environments().iter().all(|one| one.status().unwrap().as_str() == "INVALID"),
        "it is not stuck: {found:?}"
    );
    assert!(!found.compute_environments().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_environment_that_others_got_stuck_is_removed() {
    let presets = [Preset::Fargate, Preset::FargateSpot, Preset::Spot, Preset::OnDemand];
    let (mut tried, mut gone) = (0, 0);
    for broken in [Broken::Deleted, Broken::WithoutPolicy, Broken::TrustsNobody] {
        for preset in presets {
            for stuck in [false, true] {
                let what = format!("{broken:?} {preset:?} stuck: {stuck}");
                let account = fresh(7).await;
                let before = account.practice.dump().unwrap();
                let service_role = ServiceRole::Classic;
                done(&create(&account, &Blueprint { service_role, ..preset.blueprint("imaging") }).await);
                break_it(&account, broken, stuck).await;
                tried += 1;
                let view = tear_down(&account).await;
                assert_eq!(view.state, RunState::Done, "{what}: {:?}", view.failure);
                let after = account.practice.dump().unwrap();
                assert_eq!(left_over(&before, &after), Vec::<String>::new(), "{what}");
                assert!(stack::stacks(&account.session).await.unwrap().is_empty(), "{what}");
                gone += 1;
            }
        }
    }
    assert!(tried >= 20, "{tried}");
    seen::all("environments whose role is gone or spoiled, removed with nothing left", gone, tried);
}

#[tokio::test(start_paused = true)]
async fn a_vpc_that_holds_what_is_not_the_stacks_stays_and_says_what() {
    let account = fresh(7).await;
    let before = account.practice.dump().unwrap();
    let network = Network::new_vpc("10.42.0.0/16");
    done(&create(&account, &Blueprint { network, ..Preset::Fargate.blueprint("imaging") }).await);
    let ec2 = &account.session.aws.once.ec2;
    let vpcs = ec2.describe_vpcs().send().await.unwrap();
    let vpc = vpcs.vpcs().iter().find(|vpc| vpc.cidr_block() == Some("10.42.0.0/16")).unwrap();
    let vpc = vpc.vpc_id().unwrap();
    let group = ec2.create_security_group().group_name("database").description("x").vpc_id(vpc);
    let group = group.send().await.unwrap().group_id.unwrap();
    let subnet = ec2.create_subnet().vpc_id(vpc).cidr_block("10.42.200.0/24").send().await.unwrap();
    let subnet = subnet.subnet.unwrap().subnet_id.unwrap();

    let plan = run::plan_teardown(&account.session, "imaging").await.unwrap();
    let told = plan.steps.iter().find(|step| step.id == "vpc/main").unwrap();
    assert_eq!((told.act, told.reason.code.as_str()), (Act::Keep, "stays-vpc-in-use"));
    assert!(told.reason.text.contains(&format!("{group} (database)")), "{}", told.reason);
    assert!(told.reason.text.contains(&subnet), "{}", told.reason);
    let view = tear_down(&account).await;
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let left = stack::stacks(&account.session).await.unwrap();
    assert_eq!(left.len(), 1, "what is left can be removed later");
    assert!(ec2.describe_subnets().subnet_ids(&subnet).send().await.is_ok(), "it was not the stack's");

    ec2.delete_subnet().subnet_id(&subnet).send().await.unwrap();
    ec2.delete_security_group().group_id(&group).send().await.unwrap();
    let view = tear_down(&account).await;
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
    assert!(stack::stacks(&account.session).await.unwrap().is_empty());
}

/// What others have built on a stack's parts is named before anything is sent; those parts stay with all they need, and
/// the rest goes without waiting for what does not pass.
#[tokio::test(start_paused = true)]
async fn what_others_have_built_on_is_named_and_stays() {
    let account = fresh(7).await;
    let network = Network::new_vpc("10.42.0.0/16");
    done(&create(&account, &Blueprint { network, ..Preset::OnDemand.blueprint("imaging") }).await);
    let once = &account.session.aws.once;
    let groups = once.ec2.describe_security_groups().send().await.unwrap();
    let ours = groups.security_groups().iter().find(|group| group.group_name() == Some("imaging-jobs"));
    let (ours, vpc) = (ours.unwrap().group_id().unwrap(), ours.unwrap().vpc_id().unwrap());
    let database = once.ec2.create_security_group().group_name("database").description("x").vpc_id(vpc);
    let database = database.send().await.unwrap().group_id.unwrap();
    let pair = aws_sdk_ec2::types::UserIdGroupPair::builder().group_id(ours).build();
    let rule = aws_sdk_ec2::types::IpPermission::builder().ip_protocol("tcp").from_port(5432).to_port(5432);
    let open = once.ec2.authorize_security_group_ingress().group_id(&database);
    open.ip_permissions(rule.user_id_group_pairs(pair).build()).send().await.unwrap();
    once.iam.create_instance_profile().instance_profile_name("theirs").send().await.unwrap();
    let hold = once.iam.add_role_to_instance_profile().instance_profile_name("theirs");
    hold.role_name("imaging-instance").send().await.unwrap();
    let plan = run::plan_teardown(&account.session, "imaging").await.unwrap();
    let told = |id: &str| {
        let step = plan.steps.iter().find(|step| step.id == id).unwrap();
        (step.act, step.reason.code.clone(), step.reason.text.clone())
    };
    let (act, code, text) = told("security-group/main");
    assert_eq!((act, code.as_str()), (Act::Keep, "stays-used-by-others"));
    assert!(text.contains(&format!("database ({database})")), "{text}");
    let (act, code, text) = told("instance-role/main");
    assert_eq!((act, code.as_str()), (Act::Keep, "stays-used-by-others"));
    assert!(text.contains("theirs"), "{text}");
    assert_eq!(told("instance-profile/main").0, Act::Delete, "nobody else works with that one");
    let begun = Instant::now();
    done(&tear_down(&account).await);
    assert!(begun.elapsed() < Duration::from_mins(5), "{:?}", begun.elapsed());

    // When they have let go of it, the rest goes too.
    once.ec2.delete_security_group().group_id(&database).send().await.unwrap();
    let let_go = once.iam.remove_role_from_instance_profile().instance_profile_name("theirs");
    let_go.role_name("imaging-instance").send().await.unwrap();
    done(&tear_down(&account).await);
    assert!(stack::stacks(&account.session).await.unwrap().is_empty());
}

/// An environment of somebody else's in the stack's network: subnets, group and profile stay, and the way out with them.
#[tokio::test(start_paused = true)]
async fn an_environment_of_somebody_elses_keeps_what_it_works_with() {
    let account = fresh(7).await;
    let network = Network::new_vpc("10.42.0.0/16");
    done(&create(&account, &Blueprint { network, ..Preset::OnDemand.blueprint("imaging") }).await);
    let batch = &account.session.aws.once.batch;
    let found = batch.describe_compute_environments().send().await.unwrap();
    let resources = found.compute_environments()[0].compute_resources().unwrap();
    let theirs = aws_sdk_batch::types::ComputeResource::builder()
        .r#type(aws_sdk_batch::types::CrType::Ec2)
        .allocation_strategy(aws_sdk_batch::types::CrAllocationStrategy::BestFitProgressive)
        .minv_cpus(0)
        .maxv_cpus(4)
        .instance_types("m6i")
        .set_instance_role(resources.instance_role().map(str::to_owned))
        .set_subnets(Some(resources.subnets().to_vec()))
        .set_security_group_ids(Some(resources.security_group_ids().to_vec()));
    let made = batch.create_compute_environment().compute_environment_name("theirs");
    let made = made.r#type(aws_sdk_batch::types::CeType::Managed).compute_resources(theirs.build());
    made.send().await.unwrap();
    sleep(Duration::from_mins(2)).await;
    let gone = tear_down(&account).await;
    done(&gone);
    let stayed: Vec<_> = gone
        .steps
        .iter()
        .filter(|step| step.step.act == Act::Keep)
        .map(|step| step.step.id.as_str())
        .collect();
    for part in [
        "instance-role/main",
        "instance-profile/main",
        "vpc/main",
        "internet-gateway/main",
        "subnet/a",
        "subnet/b",
        "route-table/main",
        "security-group/main",
    ] {
        assert!(stayed.contains(&part), "{part} of {stayed:?}");
    }
    let found = batch.describe_compute_environments().send().await.unwrap();
    assert_eq!(
        found.compute_environments()[0].status().map(aws_sdk_batch::types::CeStatus::as_str),
        Some("VALID")
    );
}

#[tokio::test(start_paused = true)]
async fn images_go_only_when_somebody_says_so_also_after_an_interruption() {
    for interrupted in [false, true] {
        let mut account = fresh(7).await;
        let before = account.practice.dump().unwrap();
        done(&create(&account, &Preset::Fargate.blueprint("imaging")).await);
        let manifest =
            r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
        let image = account.session.aws.once.ecr.put_image().repository_name("imaging/app").image_tag("1");
        image.image_manifest(manifest).send().await.unwrap();
        let plan = run::plan_teardown(&account.session, "imaging").await.unwrap();
        let told = plan.steps.iter().find(|step| step.name == "imaging/app").unwrap();
        assert_eq!(told.reason.code, "stays-repository-with-images");
        let stop = CancellationToken::new();
        if interrupted {
            account.seam.set(crate::seam::Fault::HangBefore(1));
            let mut quiet = |_: &RunView| {};
            tokio::select! {
                _ = run::teardown_with_images(&account.session, "imaging", &stop, &mut quiet) => panic!("no hang"),
                () = account.seam.hung() => {}
            }
            account.seam.set(crate::seam::Fault::None);
            account.start_again().await;
            resume(&account).await;
        } else {
            run::teardown_with_images(&account.session, "imaging", &stop, &mut |_| {}).await.unwrap();
        }
        assert_eq!(
            left_over(&before, &account.practice.dump().unwrap()),
            Vec::<String>::new(),
            "{interrupted}"
        );
    }
}

/// AWS Batch removes no environment that a queue names; what runs there goes on, and the rest goes.
#[tokio::test(start_paused = true)]
async fn an_environment_that_somebody_elses_queue_uses_stays_and_says_whose() {
    let account = fresh(7).await;
    let before = account.practice.dump().unwrap();
    let blueprint = Preset::Fargate.blueprint("imaging");
    let stop = CancellationToken::new();
    let session = &account.session;
    let created = run::create_despite_findings(session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(created.state, RunState::Done);
    let order = aws_sdk_batch::types::ComputeEnvironmentOrder::builder().order(1);
    let order = order.compute_environment("imaging-fargate").build();
    let batch = &session.aws.once.batch;
    batch
        .create_job_queue()
        .job_queue_name("theirs")
        .priority(1)
        .compute_environment_order(order)
        .send()
        .await
        .unwrap();

    let plan = run::plan_teardown(session, "imaging").await.unwrap();
    let of = |id: &str| {
        plan.steps.iter().find(|step| step.id == id).map(|step| (step.act, step.reason.code.as_str()))
    };
    assert_eq!(of("compute-environment/fargate"), Some((Act::Keep, "stays-queue-of-others")));
    assert_eq!(of("job-definition/job"), Some((Act::Keep, "stays-for-jobs-of-others")));
    for id in ["security-group/main", "execution-role/main", "job-role/job"] {
        assert_eq!(of(id), Some((Act::Keep, "stays-needed")), "{id}");
    }
    let view = tear_down(&account).await;
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    let found = batch.describe_compute_environments().send().await.unwrap();
    assert_eq!(found.compute_environments()[0].state(), Some(&aws_sdk_batch::types::CeState::Enabled));

    batch
        .update_job_queue()
        .job_queue("theirs")
        .state(aws_sdk_batch::types::JqState::Disabled)
        .send()
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    batch.delete_job_queue().job_queue("theirs").send().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    let view = tear_down(&account).await;
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
}
