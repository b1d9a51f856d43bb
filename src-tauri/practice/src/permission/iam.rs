//! What IAM's calls are about, by the names in them and the paths that those have.

use super::asked::Asked;
use super::need::Brought;
use crate::account::ACCOUNT_ID;
use crate::service::iam::expected_service_linked_role;

/// The things of a kind that a call names.
pub(super) fn named(asked: &Asked<'_>, kind: &str) -> Vec<String> {
    let iam = &asked.state.iam;
    let made = asked.operation.starts_with("Create");
    let path = asked.text("Path").unwrap_or("/").trim_start_matches('/');
    let here = |name: &str| asked.arn(kind, &[&format!("{path}{name}")]);
    let arn = match (kind, asked.operation) {
        ("role", "CreateServiceLinkedRole") => asked.text("AWSServiceName").map(|service| {
            expected_service_linked_role(service, asked.text("CustomSuffix"))
                .unwrap_or_else(|| asked.arn(kind, &[&format!("aws-service-role/{service}/*")]))
        }),
        // `task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/0f…`.
        ("role", "GetServiceLinkedRoleDeletionStatus") => asked.text("DeletionTaskId").and_then(|task| {
            let (role, _) = task.strip_prefix("task/")?.rsplit_once('/')?;
            Some(asked.arn(kind, &[role]))
        }),
        ("role" | "user" | "group", "SimulatePrincipalPolicy") => {
            let source = asked.text("PolicySourceArn").filter(|arn| arn.contains(&format!(":{kind}/")));
            source.map(str::to_owned)
        }
        ("role", _) => asked.text("RoleName").map(|name| match iam.role(name) {
            Some(role) if !made => role.arn(),
            _ => here(name),
        }),
        ("instance-profile", _) => {
            asked.text("InstanceProfileName").map(|name| match iam.profiles.get(name) {
                Some(profile) if !made => profile.arn(),
                _ => here(name),
            })
        }
        ("policy", _) => {
            asked.text("PolicyArn").map(str::to_owned).or_else(|| asked.text("PolicyName").map(here))
        }
        ("user", _) => Some(match asked.text("UserName") {
            Some(name) => here(name),
            None => asked.caller.arn.clone(),
        }),
        _ => None,
    };
    arn.into_iter().collect()
}

/// What the call brings: tags, and what its conditions ask for.
pub(super) fn brought(asked: &Asked<'_>) -> Brought {
    let mut keys = Vec::new();
    let mut add = |key, value: Option<&str>| keys.extend(value.map(|value| (key, value.to_owned())));
    add("iam:PolicyARN", asked.text("PolicyArn"));
    add("iam:AWSServiceName", asked.text("AWSServiceName"));
    // Of a role that is there it is the role's own boundary, of one that is to be made the one it will have.
    let made = asked.operation == "CreateRole";
    let role = asked.text("RoleName").filter(|_| !made).and_then(|name| asked.state.iam.role(name));
    let own = role.and_then(|role| role.boundary.as_deref());
    add("iam:PermissionsBoundary", asked.text("PermissionsBoundary").or(own));
    Brought { tags: asked.tags(), keys }
}

/// The role that `AddRoleToInstanceProfile` hands to EC2, and to whom (IAM API reference: the caller needs
/// `iam:PassRole`).
pub(super) fn passed(asked: &Asked<'_>) -> Vec<(String, &'static str)> {
    let role = asked.text("RoleName").map(|name| {
        let there = asked.state.iam.role(name);
        there.map_or_else(|| format!("arn:aws:iam::{ACCOUNT_ID}:role/{name}"), crate::service::iam::Role::arn)
    });
    role.map(|role| (role, "ec2.amazonaws.com")).into_iter().collect()
}
