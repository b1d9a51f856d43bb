//! Accounts in which nothing is amiss: the check has nothing to say of any of them. A complaint that is no trouble would
//! keep a person from what works.

use aws_sdk_ec2::types::AttributeBooleanValue;
use slipway_core::{
    blueprint::{Architecture, Blueprint, Network, Preset, WayOut},
    check::{self, CheckVerdict},
    quota,
};
use slipway_practice::Access;
use tokio::time::{Duration, sleep};

use crate::{
    account::{Account, fresh},
    runs::{create, done},
};

const IMAGE: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com/theirs:1";

/// An image for x86 in a repository of the account's own, as a build tool pushes it.
async fn push_image(account: &Account) {
    let ecr = &account.session.aws.once.ecr;
    ecr.create_repository().repository_name("theirs").send().await.unwrap();
    let digest = format!("sha256:{}", "a".repeat(64));
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{digest}","size":500,
        "platform":{{"architecture":"amd64","os":"linux"}}}}]}}"#
    );
    let put = ecr.put_image().repository_name("theirs").image_tag("1").image_manifest(manifest);
    put.send().await.unwrap();
}

/// What is not ready and not merely to be made; nothing is let off.
async fn complaints(account: &Account, blueprint: &Blueprint) -> Vec<(String, CheckVerdict, String)> {
    let report = check::check(&account.session, blueprint.clone(), |_| ()).await.unwrap();
    assert!(!report.blocked && report.items.len() > 10);
    let complaining = report
        .items
        .into_iter()
        .filter(|item| !matches!(item.verdict, CheckVerdict::Ready | CheckVerdict::Make));
    complaining.map(|item| (item.id, item.verdict, item.finding.code)).collect()
}

async fn nothing_is_said(account: &Account, blueprint: &Blueprint, what: &str) {
    assert_eq!(complaints(account, blueprint).await, [], "{what}");
}

fn of_its_own(preset: Preset, way_out: WayOut) -> Blueprint {
    let network = Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out };
    let mut blueprint = Blueprint { network, ..preset.blueprint("imaging") };
    blueprint.job_definitions[0].assign_public_ip = way_out == WayOut::PublicIps;
    blueprint
}

#[tokio::test(start_paused = true)]
async fn of_a_new_account_nothing_is_said_whatever_is_to_be_made() {
    let account = fresh(1).await;
    for preset in [Preset::Fargate, Preset::Spot, Preset::OnDemand, Preset::SpotThenOndemand] {
        nothing_is_said(&account, &preset.blueprint("imaging"), "the default VPC").await;
        nothing_is_said(&account, &of_its_own(preset, WayOut::PublicIps), "a public VPC").await;
        nothing_is_said(&account, &of_its_own(preset, WayOut::NatGateway), "behind a NAT gateway").await;
    }
    push_image(&account).await;
    let mut closed = of_its_own(Preset::Fargate, WayOut::Endpoints);
    IMAGE.clone_into(&mut closed.job_definitions[0].image);
    nothing_is_said(&account, &closed, "a VPC with endpoints").await;
}

#[tokio::test(start_paused = true)]
async fn of_a_stack_that_is_there_nothing_is_said_in_whichever_network() {
    for (preset, way_out) in [
        (Preset::Fargate, WayOut::PublicIps),
        (Preset::OnDemand, WayOut::NatGateway),
        (Preset::Fargate, WayOut::Endpoints),
    ] {
        let account = fresh(1).await;
        push_image(&account).await;
        let mut wanted = of_its_own(preset, way_out);
        IMAGE.clone_into(&mut wanted.job_definitions[0].image);
        done(&create(&account, &wanted).await);
        nothing_is_said(&account, &wanted, &format!("{way_out:?}")).await;
    }
}

/// IAM User Guide, "AWS: Denies access to AWS based on the requested Region".
#[tokio::test(start_paused = true)]
async fn of_a_guardrail_on_regions_and_tags_that_lets_this_in_nothing_is_said() {
    let account = fresh(1).await;
    let guarded = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","NotAction":["iam:*","sts:*","support:*"],"Resource":"*",
         "Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1"]}}},
        {"Effect":"Deny","Action":["iam:CreateRole","batch:CreateJobQueue"],"Resource":"*",
         "Condition":{"StringNotLike":{"aws:RequestTag/CostCenter":"47*"}}}]}"#;
    let access = Access { identity: vec![guarded.to_owned()], ..Access::default() };
    account.practice.change_settings(|settings| settings.access = access).unwrap();
    let mut wanted = of_its_own(Preset::SpotThenOndemand, WayOut::PublicIps);
    wanted.tags.insert("CostCenter".to_owned(), "4711".to_owned());
    nothing_is_said(&account, &wanted, "guardrails, before").await;
    done(&create(&account, &wanted).await);
    nothing_is_said(&account, &wanted, "guardrails, after").await;
}

#[tokio::test(start_paused = true)]
async fn of_service_linked_roles_that_are_there_nothing_is_said() {
    let account = fresh(1).await;
    for service in ["batch", "ecs", "spot", "spotfleet"] {
        let role = account.session.aws.once.iam.create_service_linked_role();
        role.aws_service_name(format!("{service}.amazonaws.com")).send().await.unwrap();
    }
    nothing_is_said(&account, &Preset::Spot.blueprint("imaging"), "Spot with its roles").await;
}

#[tokio::test(start_paused = true)]
async fn of_roles_that_work_in_their_own_way_nothing_is_said() {
    let account = fresh(1).await;
    let wanted = Preset::Fargate.blueprint("imaging");
    done(&create(&account, &wanted).await);
    let iam = &account.session.aws.once.iam;
    // What AmazonECSTaskExecutionRolePolicy allows, in the account's own words, on its own things only.
    let equal = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},
        {"Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"],"Resource":"*"},
        {"Effect":"Allow","Action":["logs:Create*","logs:Put*"],"Resource":"arn:aws:logs:*:*:*"}]}"#;
    let own = iam.create_policy().policy_name("own").path("/jobs/").policy_document(equal).send().await;
    let own = own.unwrap().policy.unwrap().arn.unwrap();
    let role = "imaging-execution";
    let of_aws = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    iam.detach_role_policy().role_name(role).policy_arn(of_aws).send().await.unwrap();
    iam.attach_role_policy().role_name(role).policy_arn(own).send().await.unwrap();
    nothing_is_said(&account, &wanted, "a policy of the account's own").await;

    // As AWS advises against the confused deputy, and with what an organisation that tags sessions needs.
    let ours = &account.session.identity.account;
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
            "Principal":{{"Service":"ecs-tasks.amazonaws.com"}},"Action":["sts:AssumeRole","sts:TagSession"],
            "Condition":{{"StringEquals":{{"aws:SourceAccount":"{ours}"}},
                "ArnLike":{{"aws:SourceArn":"arn:aws:ecs:us-east-1:{ours}:*"}}}}}}]}}"#
    );
    for role in [role, "imaging-job-role"] {
        let put = iam.update_assume_role_policy().role_name(role).policy_document(&trust);
        put.send().await.unwrap();
    }
    nothing_is_said(&account, &wanted, "trust that is kept to this account").await;

    let limit = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let limit = iam.create_policy().policy_name("limit").policy_document(limit).send().await.unwrap();
    let limit = limit.policy.unwrap().arn.unwrap();
    iam.put_role_permissions_boundary().role_name(role).permissions_boundary(limit).send().await.unwrap();
    nothing_is_said(&account, &wanted, "a boundary that leaves room").await;
}

#[tokio::test(start_paused = true)]
async fn of_images_that_fit_nothing_is_said_however_they_are_named() {
    let account = fresh(1).await;
    push_image(&account).await;
    let images = account.session.aws.once.ecr.describe_images().repository_name("theirs").send().await;
    let digest = images.unwrap().image_details.unwrap().remove(0).image_digest.unwrap();
    let repository = IMAGE.trim_end_matches(":1");
    for image in [
        IMAGE,
        &format!("{repository}@{digest}"),
        &format!("{IMAGE}@{digest}"),
        "busybox:1.36",
        "public.ecr.aws/docker/library/python:3.13",
        "ghcr.io/team/app:1",
    ] {
        let mut wanted = Preset::Fargate.blueprint("imaging");
        image.clone_into(&mut wanted.job_definitions[0].image);
        nothing_is_said(&account, &wanted, image).await;
    }
    let mut graviton = Preset::Fargate.blueprint("imaging");
    graviton.job_definitions[0].architecture = Architecture::Arm64;
    nothing_is_said(&account, &graviton, "Graviton").await;
}

#[tokio::test(start_paused = true)]
async fn of_a_network_that_is_there_with_groups_of_its_own_nothing_is_said() {
    let account = fresh(1).await;
    let ec2 = &account.session.aws.once.ec2;
    let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap();
    let gateway = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap();
    let gateway = gateway.internet_gateway_id.unwrap();
    ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send().await.unwrap();
    let tables = ec2.describe_route_tables().send().await.unwrap().route_tables.unwrap();
    let main = tables.into_iter().find(|table| table.vpc_id() == Some(&vpc)).unwrap().route_table_id.unwrap();
    let route = ec2.create_route().route_table_id(main).gateway_id(&gateway);
    route.destination_cidr_block("0.0.0.0/0").send().await.unwrap();
    let mut subnets = vec![];
    for (zone, block) in [("us-east-1a", "10.0.0.0/24"), ("us-east-1b", "10.0.1.0/24")] {
        let made = ec2.create_subnet().vpc_id(&vpc).cidr_block(block).availability_zone(zone).send().await;
        let subnet = made.unwrap().subnet.unwrap().subnet_id.unwrap();
        let on = AttributeBooleanValue::builder().value(true).build();
        let gives = ec2.modify_subnet_attribute().subnet_id(&subnet).map_public_ip_on_launch(on);
        gives.send().await.unwrap();
        subnets.push(subnet);
    }
    let groups = ec2.describe_security_groups().send().await.unwrap().security_groups.unwrap();
    let default = groups.into_iter().find(|group| group.vpc_id() == Some(&vpc)).unwrap().group_id.unwrap();
    let own = ec2.create_security_group().group_name("own").description("x").vpc_id(&vpc).send().await;
    let own = own.unwrap().group_id.unwrap();
    for preset in [Preset::Fargate, Preset::OnDemand] {
        for security_groups in [vec![], vec![default.clone()], vec![own.clone(), default.clone()]] {
            let (vpc, subnets) = (vpc.clone(), subnets.clone());
            let what = format!("{preset:?} in {security_groups:?}");
            let network = Network::ExistingVpc { vpc, subnets, security_groups };
            let wanted = Blueprint { network, ..preset.blueprint("imaging") };
            nothing_is_said(&account, &wanted, &what).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_an_account_that_was_given_gpus_nothing_is_said() {
    let account = fresh(1).await;
    let wanted = Preset::Gpu.blueprint("imaging");
    let report = check::check(&account.session, wanted.clone(), |_| ()).await.unwrap();
    let said =
        report.items.iter().filter(|one| !matches!(one.verdict, CheckVerdict::Ready | CheckVerdict::Make));
    let said: Vec<_> = said.map(|one| (one.id.as_str(), one.verdict)).collect();
    assert_eq!(said, [("gpu-vcpus", CheckVerdict::Wrong)], "a new account has none");
    quota::request(&account.session, "ec2", "L-DB2E81BA", 32).await.unwrap();
    sleep(Duration::from_mins(10)).await;
    nothing_is_said(&account, &wanted, "GPUs").await;
}
