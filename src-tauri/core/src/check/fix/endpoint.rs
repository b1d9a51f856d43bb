//! What the policy of an endpoint has to let through for jobs to start: the same as their roles need, for those roles.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};

use crate::{
    account::Session,
    blueprint::{Blueprint, Runner, Service, names, needed},
    resource::{Stack, execution_role, instance_role},
};

/// The statements to add, as JSON text; nothing for what no endpoint leads to.
pub(super) fn statements(session: &Session, blueprint: &Blueprint, service: Service) -> Option<String> {
    let stack = Stack::called(&blueprint.name, session);
    let statements = match service {
        Service::Registry => return None,
        Service::S3 => vec![layers(&stack)],
        _ => by_roles(&Arc::new(stack), blueprint, service),
    };
    let shown = match statements.as_slice() {
        [] => return None,
        [one] => serde_json::to_string_pretty(one),
        many => serde_json::to_string_pretty(many),
    };
    shown.ok()
}

/// Layers of images lie in a bucket of AWS's, and are fetched with addresses that ECR has signed, by no role of the account's
/// (Amazon ECR User Guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR").
fn layers(stack: &Stack) -> Value {
    let (partition, region) = (stack.partition(), &stack.region);
    json!({
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": format!("arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*"),
    })
}

/// What the roles of whoever goes there need of this service. Of roles, an endpoint's policy compares `aws:PrincipalArn`
/// (Amazon VPC User Guide, "Control access to VPC endpoints using endpoint policies").
fn by_roles(stack: &Arc<Stack>, blueprint: &Blueprint, service: Service) -> Vec<Value> {
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
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut whose = BTreeSet::new();
    for (name, role) in &roles {
        let of_service: Vec<_> =
            role.wants().into_iter().filter(|(action, _)| action.starts_with(prefix)).collect();
        if !of_service.is_empty() {
            whose.insert(stack.iam_arn(&format!("role/{name}")));
        }
        for (action, resource) in of_service {
            allowed.entry(resource).or_default().insert(action);
        }
    }
    let mut together: BTreeMap<BTreeSet<String>, BTreeSet<String>> = BTreeMap::new();
    for (resource, actions) in allowed {
        together.entry(actions).or_default().insert(resource);
    }
    let statement = |(actions, resources)| {
        json!({
            "Effect": "Allow",
            "Principal": "*",
            "Action": actions,
            "Resource": resources,
            "Condition": { "ArnEquals": { "aws:PrincipalArn": whose } },
        })
    };
    together.into_iter().map(statement).collect()
}
