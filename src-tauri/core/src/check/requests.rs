//! What jobs and their hosts ask of each service, by which role: what an endpoint's policy has to let through.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    blueprint::{Blueprint, Runner, Service, names, needed},
    network::Request,
    policy::{Ask, Circumstances, Target},
    resource::{Stack, execution_role, instance_role},
};

/// One of them: whose role asks, for what, on what.
pub(super) struct Wanted {
    /// The role; nobody of the account's for addresses that ECR has signed.
    pub(super) role: Option<String>,
    pub(super) action: String,
    pub(super) resource: String,
}

/// What a service is asked for.
pub(super) fn wanted(stack: &Arc<Stack>, blueprint: &Blueprint, service: Service) -> Vec<Wanted> {
    match service {
        Service::Registry => vec![],
        Service::S3 => vec![layers(stack)],
        _ => by_roles(stack, blueprint, service),
    }
}

/// All of it, as requests of which as much is known as an endpoint's policy may ask about.
pub(super) fn all(stack: &Arc<Stack>, blueprint: &Blueprint) -> BTreeMap<Service, Vec<Request>> {
    let services = needed(blueprint).into_keys();
    let of = |service| {
        let wanted = wanted(stack, blueprint, service);
        (service, wanted.into_iter().map(|one| request(stack, one)).collect())
    };
    services.map(of).collect()
}

fn request(stack: &Stack, Wanted { role, action, resource }: Wanted) -> Request {
    let target = if resource == "*" { Target::Whole } else { Target::Like(resource) };
    let by_role = |arn| Circumstances::by_role(&stack.region, &stack.account, arn);
    let known = role.map(by_role).unwrap_or_default();
    Request { ask: Ask { action, target }, known }
}

/// Layers of images lie in a bucket of AWS's, and are fetched with addresses that ECR has signed, by no role of the account's
/// (Amazon ECR User Guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR").
fn layers(stack: &Stack) -> Wanted {
    let (partition, region) = (stack.partition(), &stack.region);
    Wanted {
        role: None,
        action: "s3:GetObject".to_owned(),
        resource: format!("arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*"),
    }
}

/// What the roles of whoever goes there need of this service.
fn by_roles(stack: &Arc<Stack>, blueprint: &Blueprint, service: Service) -> Vec<Wanted> {
    let prefix = match service {
        Service::Ecs => "ecs:",
        Service::Ecr => "ecr:",
        Service::Logs => "logs:",
        Service::SecretsManager => "secretsmanager:",
        Service::Ssm => "ssm:",
        Service::S3 | Service::Registry => return vec![],
    };
    let runners = needed(blueprint).remove(&service).unwrap_or_default();
    let on_instances = runners.contains(&Runner::Instance);
    // On instances ECS works with the definition's execution role where it has one, and with theirs where not.
    let mut roles =
        vec![(names::execution_role(&stack.name), execution_role(stack, &blueprint.job_definitions))];
    if service == Service::Ecs {
        roles.clear();
    }
    if on_instances {
        roles.push((names::instance_role(&stack.name), instance_role(stack, &blueprint.job_definitions)));
    }
    let each = roles.into_iter().flat_map(|(name, role)| {
        let arn = stack.iam_arn(&format!("role/{name}"));
        role.wants().into_iter().map(move |(action, resource)| (arn.clone(), action, resource))
    });
    each.filter(|(_, action, _)| action.starts_with(prefix))
        .map(|(role, action, resource)| Wanted { role: Some(role), action, resource })
        .collect()
}
