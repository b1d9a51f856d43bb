//! What setting a stack up, keeping it and removing it takes.

use std::collections::BTreeSet;

use super::{Aim, Caller, Rights, life, scope::scoped};
use crate::{
    blueprint::{Blueprint, ImageName},
    plan::Plan,
    resource::{Kind, Permission, Resources, Stack, Survey},
};

/// What these steps send.
pub fn needed(stack: &Stack, plan: &Plan) -> BTreeSet<Permission> {
    let calls = plan.steps.iter().flat_map(|step| &step.calls);
    calls.flat_map(|call| &call.permissions).flat_map(|permission| scoped(stack, permission)).collect()
}

/// What every run of a stack takes, from the first check to the last teardown.
pub fn setup(stack: &Stack, blueprint: &Blueprint, resources: &Resources, caller: &Caller) -> Rights {
    let mut rights = Rights::default();
    for sighting in Survey::unseen(resources).sightings {
        let making: Vec<_> = sighting.create.iter().flat_map(|call| call.permissions.clone()).collect();
        let life = life::of(sighting.resource.kind);
        let own = making.first().map_or("*", |permission| permission.resource.as_str());
        // Whom a log group belongs to is asked on its ARN without the streams.
        let tagged = making.iter().find(|one| one.action.ends_with(":TagResource"));
        let looked_at = tagged.map_or(own, |permission| permission.resource.as_str());
        let on = |actions: &[&str], on: &str| -> Vec<_> {
            actions.iter().map(|action| Permission::new(action, on)).collect()
        };
        let untag = making.iter().filter_map(untagging).collect::<Vec<_>>();
        let keep = on(life.keep, own).into_iter().chain(untag).chain(later(sighting.resource.kind, &making));
        rights.add(Aim::Keep, keep.flat_map(|permission| scoped(stack, &permission)));
        // What a role may be given is written beside giving it, and so is to whom it may be handed.
        rights.add(Aim::Make, making.iter().flat_map(|permission| scoped(stack, permission)));
        rights.add(Aim::Look, on(life.look, looked_at));
        rights.add(Aim::Look, on(life.look_anywhere, "*"));
    }
    if rights.iter().any(|(permission, _)| permission.action == "ec2:CreateTags") {
        let taken_off = Permission::new("ec2:DeleteTags", "*");
        rights.add(Aim::Keep, scoped(stack, &taken_off));
    }
    let roles = stack.iam_arn(&format!("role/{}-*", stack.name));
    rights.add(Aim::Look, life::AT_ROLES.iter().map(|action| Permission::new(action, &roles)));
    let profiles = stack.iam_arn(&format!("instance-profile/{}-*", stack.name));
    let services = stack.iam_arn("role/aws-service-role/*");
    // The path of one that is not there yet nobody knows.
    let to_come = stack.iam_arn("role/AWSServiceRoleFor*");
    let more = [("iam:GetInstanceProfile", profiles), ("iam:GetRole", services), ("iam:GetRole", to_come)];
    rights.add(Aim::Look, more.map(|(action, on)| Permission::new(action, on)));
    rights.add(Aim::Look, images(stack, blueprint));
    rights.add(Aim::Look, life::ALWAYS.iter().map(|action| Permission::new(action, "*")));
    rights.add(Aim::Look, caller.own_rights());
    rights
}

/// What is sent later on other things than the one itself: of a queue that is changed, and of an environment that gets
/// a successor, `imaging-spot_2`.
fn later(kind: Kind, making: &[Permission]) -> Vec<Permission> {
    let on = |permission: &Permission, action: &str, resource: String| Permission {
        action: action.to_owned(),
        resource,
        condition: permission.condition.clone(),
    };
    let own = making.iter().filter(|permission| permission.action.starts_with("batch:"));
    match kind {
        Kind::JobQueue => own
            .filter(|permission| permission.action == "batch:CreateJobQueue")
            .map(|permission| on(permission, "batch:UpdateJobQueue", permission.resource.clone()))
            .collect(),
        Kind::ComputeEnvironment => own
            .flat_map(|permission| {
                let actions = [
                    permission.action.as_str(),
                    "batch:UpdateComputeEnvironment",
                    "batch:DeleteComputeEnvironment",
                    "batch:UntagResource",
                ];
                actions.map(|action| on(permission, action, format!("{}_*", permission.resource)))
            })
            .collect(),
        _ => vec![],
    }
}

/// The call that takes tags off where this one puts them on.
fn untagging(permission: &Permission) -> Option<Permission> {
    let action = match permission.action.as_str() {
        "iam:TagRole" => "iam:UntagRole",
        "iam:TagInstanceProfile" => "iam:UntagInstanceProfile",
        "batch:TagResource" => "batch:UntagResource",
        "ecr:TagResource" => "ecr:UntagResource",
        "logs:TagResource" => "logs:UntagResource",
        _ => return None,
    };
    Some(Permission::new(action, &permission.resource))
}

/// What an image is looked into with.
const LOOKED_INTO: [&str; 4] = [
    "ecr:BatchGetImage",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
];

/// Images in this account's own registry are looked into.
fn images(stack: &Stack, blueprint: &Blueprint) -> Vec<Permission> {
    let images: Vec<_> = blueprint.job_definitions.iter().map(|one| ImageName::parse(&one.image)).collect();
    let here =
        |(account, region, _): &(&str, &str, &str)| *account == stack.account && *region == stack.region;
    let images = images.iter().filter_map(ImageName::in_ecr).filter(here);
    let images: Vec<_> = images.collect();
    // Of one that is not there it is asked who would fetch it; rules have no ARN.
    let rules = (!images.is_empty()).then(|| Permission::new("ecr:DescribePullThroughCacheRules", "*"));
    images
        .into_iter()
        .flat_map(|(_, _, name)| {
            let on = stack.arn("ecr", &format!("repository/{name}"));
            LOOKED_INTO.map(|action| Permission::new(action, on.clone()))
        })
        .chain(rules)
        .collect()
}
