//! A refusal in AWS's words (IAM User Guide, "Troubleshoot access denied error messages"), and in the code of the
//! service that was asked.

use super::Kind;
use crate::fault::Fault;
use crate::permission::Asked;
use crate::service::Service;
use crate::service::iam::{Context, Decision};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// What the service answers.
pub(super) fn refusal(
    asked: &Asked<'_>,
    action: &str,
    resource: &str,
    kind: Kind,
    decision: Decision,
    context: &Context,
) -> Fault {
    let (policy, with_article) = match kind {
        Kind::Identity => ("identity-based policy", "an identity-based policy"),
        Kind::Boundary => ("permissions boundary", "a permissions boundary"),
        Kind::Organization => ("service control policy", "a service control policy"),
    };
    let reason = if decision == Decision::ExplicitDeny {
        format!("with an explicit deny in {with_article}")
    } else {
        format!("because no {policy} allows the {action} action")
    };
    let caller = &asked.caller.arn;
    let why =
        format!("User: {caller} is not authorized to perform: {action} on resource: {resource} {reason}");
    match asked.service {
        Service::Ec2 => Fault::with_status(
            403,
            "UnauthorizedOperation",
            format!(
                "You are not authorized to perform this operation. {why}{}",
                encoded(asked, action, resource, decision, context)
            ),
        ),
        Service::Iam | Service::Route53 | Service::Sts => Fault::with_status(403, "AccessDenied", why),
        Service::Batch => Fault::with_status(403, "AccessDeniedException", why),
        Service::Ecr | Service::Logs | Service::Pricing | Service::Quotas => {
            Fault::new("AccessDeniedException", why)
        }
    }
}

/// What EC2 tells only those who may decode it, for calls that change something (STS API reference,
/// DecodeAuthorizationMessage). Here it is no more than encoded.
fn encoded(asked: &Asked<'_>, action: &str, resource: &str, decision: Decision, context: &Context) -> String {
    if asked.operation.starts_with("Describe") {
        return String::new();
    }
    let values =
        |values: &[String]| -> Vec<_> { values.iter().map(|value| json!({ "value": value })).collect() };
    let conditions: Vec<_> = context
        .0
        .iter()
        .map(|(key, found)| json!({ "key": key, "values": { "items": values(found) } }))
        .collect();
    let message = json!({
        "allowed": false,
        "explicitDeny": decision == Decision::ExplicitDeny,
        "matchedStatements": { "items": [] },
        "failures": { "items": [] },
        "context": {
            "principal": { "arn": asked.caller.arn },
            "action": action,
            "resource": resource,
            "conditions": { "items": conditions },
        },
    });
    format!(". Encoded authorization failure message: {}", URL_SAFE_NO_PAD.encode(message.to_string()))
}
