//! What the letters ask somebody else for, done: rights given, policies taken off, images pushed, room made.

use std::collections::BTreeSet;

use aws_sdk_batch::types::{CeState, JqState};
use aws_sdk_ec2::types::InternetGatewayExclusionMode;
use aws_sdk_ecr::types::{ImageIdentifier, TargetStorageClass};
use slipway_core::blueprint::Network;
use slipway_practice::Access;
use tokio::time::{Duration, sleep};

use super::Begun;
use crate::images::{HERE, single};

/// Whether there is somebody in the account who can.
pub(super) async fn do_it(begun: &mut Begun, ids: &BTreeSet<String>) -> bool {
    let practice = &begun.account.practice;
    if practice.settings().unwrap().access != Access::default() {
        practice.change_settings(|settings| settings.access = Access::default()).unwrap();
        return true;
    }
    let one = ids.first().expect("something is asked for").as_str();
    match one {
        _ if one.contains("-role/") => restore_roles(begun).await,
        "limit-environments" => remove_an_environment(begun).await,
        "limit-queues" => remove_a_queue(begun).await,
        "limit-roles" => remove_roles(begun).await,
        _ if has(begun, "reach-blocked-perhaps") => exempt(begun).await,
        // It is done after a while.
        _ if one.starts_with("reach-") && a_gateway_comes(begun).await => {}
        "reach-logs" if has(begun, "reach-endpoint-refuses") => return endpoint_policies(begun).await,
        _ if one.starts_with("image") => return push(begun).await,
        _ => return false,
    }
    true
}

fn has(begun: &Begun, code: &str) -> bool {
    begun.report.items.iter().any(|item| item.finding.code == code)
}

/// What others put on the stack's roles is taken off again; what is lacking then, a run puts back.
async fn restore_roles(begun: &Begun) {
    let iam = &begun.account.session.aws.once.iam;
    let roles = iam.list_roles().send().await.unwrap().roles;
    for role in roles.iter().filter(|role| role.role_name.starts_with("imaging-")) {
        let name = &role.role_name;
        let whole = iam.get_role().role_name(name).send().await.unwrap().role.unwrap();
        if whole.permissions_boundary.is_some() {
            iam.delete_role_permissions_boundary().role_name(name).send().await.unwrap();
        }
        for policy in iam.list_role_policies().role_name(name).send().await.unwrap().policy_names {
            iam.delete_role_policy().role_name(name).policy_name(policy).send().await.unwrap();
        }
        let attached = iam.list_attached_role_policies().role_name(name).send().await.unwrap();
        for arn in attached.attached_policies().iter().filter_map(|policy| policy.policy_arn()) {
            if !arn.starts_with("arn:aws:iam::aws:policy/service-role/") {
                iam.detach_role_policy().role_name(name).policy_arn(arn).send().await.unwrap();
            }
        }
        if name.ends_with("-execution") {
            let tasks = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
            let trust = iam.update_assume_role_policy().role_name(name).policy_document(tasks);
            trust.send().await.unwrap();
        }
    }
    begun.create().await.unwrap();
}

async fn remove_an_environment(begun: &Begun) {
    let batch = &begun.account.session.aws.once.batch;
    let off = batch.update_compute_environment().compute_environment("team-1").state(CeState::Disabled);
    off.send().await.unwrap();
    sleep(Duration::from_mins(2)).await;
    batch.delete_compute_environment().compute_environment("team-1").send().await.unwrap();
}

async fn remove_a_queue(begun: &Begun) {
    let batch = &begun.account.session.aws.once.batch;
    batch.update_job_queue().job_queue("team-1").state(JqState::Disabled).send().await.unwrap();
    sleep(Duration::from_mins(2)).await;
    batch.delete_job_queue().job_queue("team-1").send().await.unwrap();
}

async fn remove_roles(begun: &Begun) {
    for number in 1..=5 {
        let role = begun.account.session.aws.once.iam.delete_role().role_name(format!("app-{number}"));
        role.send().await.unwrap();
    }
}

async fn exempt(begun: &Begun) {
    let Network::ExistingVpc { vpc, .. } = &begun.blueprint.network else { return };
    let exempt = begun.account.session.aws.once.ec2.create_vpc_block_public_access_exclusion().vpc_id(vpc);
    let exempt = exempt.internet_gateway_exclusion_mode(InternetGatewayExclusionMode::AllowEgress);
    exempt.send().await.unwrap();
}

async fn a_gateway_comes(begun: &Begun) -> bool {
    let found = begun.account.session.aws.once.ec2.describe_nat_gateways().send().await.unwrap();
    found.nat_gateways().iter().any(|one| one.state().is_some_and(|state| state.as_str() == "pending"))
}

/// Whether there were endpoints, which let everything pass now.
async fn endpoint_policies(begun: &Begun) -> bool {
    let ec2 = &begun.account.session.aws.once.ec2;
    let found = ec2.describe_vpc_endpoints().send().await.unwrap();
    for id in found.vpc_endpoints().iter().filter_map(|one| one.vpc_endpoint_id()) {
        ec2.modify_vpc_endpoint().vpc_endpoint_id(id).reset_policy(true).send().await.unwrap();
    }
    !found.vpc_endpoints().is_empty()
}

/// Whether the image is one of this account and region, which is pushed anew or restored then.
async fn push(begun: &Begun) -> bool {
    let image = begun.blueprint.job_definitions[0].image.clone();
    let Some((repository, tag)) = image.strip_prefix(HERE).and_then(|name| name[1..].split_once(':')) else {
        return false;
    };
    let ecr = &begun.account.session.aws.once.ecr;
    if begun.report.items.iter().any(|item| item.finding.code == "image-archived") {
        let restore = ecr.update_image_storage_class().repository_name(repository);
        let restore = restore.image_id(ImageIdentifier::builder().image_tag(tag).build());
        restore.target_storage_class(TargetStorageClass::Standard).send().await.unwrap();
        return true;
    }
    let ours = begun.blueprint.repositories.iter().any(|one| format!("imaging/{}", one.name) == repository);
    if ours {
        begun.create().await.unwrap();
    }
    let found = ecr.describe_repositories().repository_names(repository).send().await;
    if found.is_err() {
        ecr.create_repository().repository_name(repository).send().await.unwrap();
    }
    let put = ecr.put_image().repository_name(repository).image_tag(tag);
    put.image_manifest(single("amd64", 6_000_000, "")).send().await.unwrap();
    true
}
