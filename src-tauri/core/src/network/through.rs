//! Whether the policy of an endpoint lets through what goes to its service.

use super::facts::Endpoint;
use crate::policy::{Ask, Circumstances, Holds, Policy};

/// Something that is asked of a service by whoever runs in a network.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) ask: Ask,
    /// What is known of it.
    pub(crate) known: Circumstances,
}

/// What goes through the endpoint of this name for certain, and does not start without it: the first; what may: the rest.
/// (Amazon ECR User Guide, "Amazon ECR interface VPC endpoints": images are pulled by `ecr.dkr`, and `ecr.api` is for the API
/// and the sign-in. Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints".)
fn is_needed(end: &str, action: &str) -> bool {
    let needed: &[&str] = match end {
        "s3" => &["s3:GetObject"],
        "ecr.api" => &["ecr:GetAuthorizationToken"],
        "ecr.dkr" => &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "logs" => &["logs:CreateLogStream", "logs:PutLogEvents"],
        "ecs" => &["ecs:DiscoverPollEndpoint", "ecs:RegisterContainerInstance"],
        "secretsmanager" => &["secretsmanager:GetSecretValue"],
        "ssm" => &["ssm:GetParameters"],
        _ => &[],
    };
    needed.contains(&action)
}

/// Whether that is all that goes through it: of others nobody says which of them take which endpoint.
fn is_all(end: &str) -> bool {
    matches!(end, "s3" | "ecr.dkr" | "logs" | "secretsmanager" | "ssm")
}

/// What of these requests an endpoint lets through, and which actions it does not, or not for certain.
pub(super) fn let_through(endpoint: &Endpoint, requests: &[Request]) -> (Holds, Vec<String>) {
    let Some(document) = &endpoint.policy else { return (Holds::Yes, vec![]) };
    let policy = serde_json::from_str(document).ok().and_then(|document| Policy::read(&document));
    let Some(policy) = policy else { return (Holds::Perhaps, vec![]) };
    let end = endpoint.service.as_str();
    let mut each: Vec<_> = requests
        .iter()
        .filter(|one| is_needed(end, &one.ask.action) || !is_all(end))
        .map(|Request { ask, known }| {
            let holds = policy.lets_pass(ask, known);
            // What need not come this way may be shut out.
            let least = if is_needed(end, &ask.action) { Holds::No } else { Holds::Perhaps };
            (holds.max(least), ask.action.clone())
        })
        .collect();
    let Some(worst) = each.iter().map(|(holds, _)| *holds).min() else { return (Holds::Perhaps, vec![]) };
    each.retain(|(holds, _)| *holds == worst);
    let mut actions: Vec<_> = each.into_iter().map(|(_, action)| action).collect();
    actions.sort();
    actions.dedup();
    (worst, actions)
}
