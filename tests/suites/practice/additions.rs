//! What somebody has added behind Slipway's back, of which no blueprint speaks: told, left by runs, put back or accepted.

use std::collections::BTreeSet;

use slipway_core::{
    blueprint::{Blueprint, Network, Preset},
    stack::{self, Health, StackView},
};
use tokio::time::{Duration, sleep};

use crate::{
    account::{Account, fresh},
    runs::{create, done, look, put_back},
    seam::Fault,
};

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
    let ecr = &aws_sdk.once.ecr;
    let anybody =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"}]}"#;
    ecr.set_repository_policy().repository_name("imaging/app").policy_text(anybody).send().await.unwrap();
    let expiring = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}"#;
    let expire = ecr.put_lifecycle_policy().repository_name("imaging/app").lifecycle_policy_text(expiring);
    expire.send().await.unwrap();
    let fixed = aws_sdk_ecr::types::ImageTagMutability::Immutable;
    let fix = ecr.put_image_tag_mutability().repository_name("imaging/app").image_tag_mutability(fixed);
    fix.send().await.unwrap();
    sleep(Duration::from_mins(1)).await;
    let anybody = r#"{"Effect":"Allow","Principal":"*","Action":"ecr:*"}"#.to_owned();
    let other = "AWS arn:aws:iam::444455556666:root".to_owned();
    let limit = "CANCEL after 600 s as RUNNABLE (CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY)".to_owned();
    vec![
        ("instance-role/main", "attached policy", admin.to_owned()),
        ("execution-role/main", "inline policy more", "Allow * on *".to_owned()),
        ("job-role/job", "trust policy", other),
        ("security-group/main", "ingress", "tcp 22, 0.0.0.0/0".to_owned()),
        ("repository/app", "imageTagMutability", "IMMUTABLE".to_owned()),
        ("repository/app", "repository policy", anybody),
        ("repository/app", "lifecycle policy", expiring.to_owned()),
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
    let parts: BTreeSet<_> = added.iter().map(|(part, ..)| part).collect();
    assert_eq!((view.summary.health, view.acceptable.len()), (Health::Drifted, parts.len()));
    assert_eq!(told(&view), as_told(&added));
    account.seam.set(Fault::None);
    done(&create(&account, &blueprint).await);
    assert_eq!(account.seam.changing(), 0, "a run leaves what others added");
    while let Some((part, ..)) = added.last().cloned() {
        added.retain(|(other, ..)| *other != part);
        done(&put_back(&account, part).await);
        assert_eq!(told(&look(&account).await), as_told(&added), "more or less than {part} was put back");
    }
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_added_is_accepted_and_what_comes_after_is_told_again() {
    let (account, blueprint, mut added) = added().await;
    account.seam.set(Fault::None);
    while let Some((part, ..)) = added.last().cloned() {
        added.retain(|(other, ..)| *other != part);
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
    done(&put_back(&account, "instance-role/main").await);
    let attached = iam.list_attached_role_policies().role_name("imaging-instance").send().await.unwrap();
    let attached: Vec<_> = attached.attached_policies().iter().filter_map(|one| one.policy_name()).collect();
    assert!(attached.contains(&"AdministratorAccess"), "what was accepted stays: {attached:?}");
    done(&create(&account, &blueprint).await);
    assert_eq!(look(&account).await.summary.health, Health::Healthy);
}

/// A route of somebody's in the stack's own table, which takes what goes to those addresses somewhere else; and names
/// that are answered no more.
#[tokio::test(start_paused = true)]
async fn what_somebody_did_to_the_stacks_own_network_is_told_and_put_back() {
    let account = fresh(7).await;
    let network = Network::new_vpc("10.42.0.0/16");
    let blueprint = Blueprint { network, ..Preset::Fargate.blueprint("imaging") };
    done(&create(&account, &blueprint).await);
    let ec2 = &account.session.aws.once.ec2;
    let of_stack = aws_sdk_ec2::types::Filter::builder().name("tag:slipway:stack").values("imaging").build();
    let tables = ec2.describe_route_tables().filters(of_stack.clone()).send().await.unwrap();
    let table = tables.route_tables()[0].route_table_id().unwrap().to_owned();
    let gateways = ec2.describe_internet_gateways().filters(of_stack.clone()).send().await.unwrap();
    let gateway = gateways.internet_gateways()[0].internet_gateway_id().unwrap().to_owned();
    let route = ec2.create_route().route_table_id(&table).destination_cidr_block("8.8.0.0/16");
    route.gateway_id(&gateway).send().await.unwrap();
    let vpcs = ec2.describe_vpcs().filters(of_stack).send().await.unwrap();
    let off = aws_sdk_ec2::types::AttributeBooleanValue::builder().value(false).build();
    let switch = ec2.modify_vpc_attribute().vpc_id(vpcs.vpcs()[0].vpc_id().unwrap());
    switch.enable_dns_support(off).send().await.unwrap();
    let names = ("vpc/main".to_owned(), "enableDnsSupport".to_owned(), Some("false".to_owned()));
    let route = ("route-table/main".to_owned(), "route 8.8.0.0/16".to_owned(), Some(gateway));
    assert_eq!(told(&look(&account).await), [names, route.clone()]);
    // A run mends what is wrong and leaves what is only more.
    done(&create(&account, &blueprint).await);
    assert_eq!(told(&look(&account).await), [route]);
    done(&put_back(&account, "route-table/main").await);
    assert_eq!(told(&look(&account).await), []);
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
        done(&put_back(&account, part).await);
    }
    assert_eq!(told(&look(&account).await), []);
    let versions = ec2.describe_launch_template_versions().launch_template_name("imaging-ondemand");
    let versions = versions.versions("$Default").send().await.unwrap();
    let data = versions.launch_template_versions()[0].launch_template_data().unwrap().clone();
    assert_eq!((data.key_name(), data.iam_instance_profile()), (None, None));
}
