//! What a call needs beside its own action.

use super::asked::Asked;
use super::need::{Brought, Need};
use super::{batch, ec2, iam, table, things_of};
use crate::service::Service;

/// Needed by an operation though the reference does not say so.
const UNLISTED: &[(Service, &str, &[&str])] = &[
    // "If tags are specified in the create action, IAM does additional authorization on the batch:TagResource action"
    // is the rule of all of Batch's (AWS Batch User Guide, "Tagging your AWS Batch resources"); roles are passed.
    (
        Service::Batch,
        "CreateComputeEnvironment",
        &["batch:TagResource", "iam:PassRole", "iam:CreateServiceLinkedRole"],
    ),
    (Service::Batch, "UpdateComputeEnvironment", &["iam:PassRole"]),
    (Service::Batch, "CreateJobQueue", &["batch:TagResource"]),
    (Service::Batch, "CreateSchedulingPolicy", &["batch:TagResource"]),
    (Service::Batch, "RegisterJobDefinition", &["batch:TagResource", "iam:PassRole"]),
    (Service::Batch, "SubmitJob", &["batch:TagResource"]),
    // IAM User Guide, "Tags for AWS Identity and Access Management resources".
    (Service::Iam, "CreateRole", &["iam:TagRole"]),
    (Service::Iam, "CreatePolicy", &["iam:TagPolicy"]),
    (Service::Iam, "CreateInstanceProfile", &["iam:TagInstanceProfile"]),
    // CloudWatch Logs API reference, CreateLogGroup.
    (Service::Logs, "CreateLogGroup", &["logs:TagResource"]),
];

/// Listed by the reference, and never asked for here.
const NEVER: &[&str] = &[
    // The quotas of these services are not here.
    "autoscaling:DescribeAccountLimits",
    "cloudformation:DescribeAccountLimits",
    "dynamodb:DescribeLimits",
    "elasticloadbalancing:DescribeAccountLimits",
    "iam:GetAccountSummary",
    "kinesis:DescribeLimits",
    "rds:DescribeAccountAttributes",
    "route53:GetAccountLimit",
    // An image's number may be kept in a parameter; no call here reads one.
    "ssm:GetParameters",
];

/// What else the call needs, in the order in which it is asked.
pub(super) fn needs(asked: &Asked<'_>, action: &str) -> Vec<Need> {
    let listed = table::action(action).into_iter().flat_map(|action| &action.needs).map(String::as_str);
    let unlisted = UNLISTED
        .iter()
        .filter(|(service, operation, _)| *service == asked.service && *operation == asked.operation);
    let unlisted = unlisted.flat_map(|(.., needs)| needs.iter().copied());
    listed.chain(unlisted).flat_map(|needed| need(asked, needed).unwrap_or_default()).collect()
}

/// Whether it is known when an action is needed by another.
#[cfg(test)]
pub(super) fn is_known(needed: &str) -> bool {
    use crate::account::Caller;
    use crate::time::Millis;
    let (state, params) = (crate::state::State::new(1), crate::wire::Params::default());
    let (caller, input) = (Caller::you(), super::Input::Query(&params));
    let service = Service::Ec2;
    let asked = Asked {
        state: &state,
        now: Millis(0),
        caller: &caller,
        service,
        operation: "",
        region: "eu-west-1",
        input,
    };
    need(&asked, needed).is_some()
}

/// Nothing for an action that is needed by no other.
fn need(asked: &Asked<'_>, needed: &str) -> Option<Vec<Need>> {
    let anywhere = |when: bool| {
        let one = when.then(|| Need::anywhere(asked, needed, &Brought::default()));
        Some(one.into_iter().collect())
    };
    match needed {
        "ec2:CreateTags" => Some(ec2::tagging(asked)),
        "ec2:DescribeVpcs" => anywhere(true),
        "ec2:DescribeSubnets" | "ec2:DescribeSecurityGroups" => anywhere(ec2::makes_interfaces(asked)),
        "route53:AssociateVPCWithHostedZone" => anywhere(ec2::makes_names(asked)),
        "batch:TagResource"
        | "ecr:TagResource"
        | "logs:TagResource"
        | "iam:TagRole"
        | "iam:TagPolicy"
        | "iam:TagInstanceProfile" => Some(tagging(asked, needed)),
        "iam:PassRole" => Some(passing(asked)),
        "iam:CreateServiceLinkedRole" => {
            let made = batch::makes_role(asked).map(|(role, service)| {
                let brought =
                    Brought { keys: vec![("iam:AWSServiceName", service.to_owned())], ..Brought::default() };
                Need::on(asked, needed, "role", role, &brought)
            });
            Some(made.into_iter().collect())
        }
        never if NEVER.contains(&never) => anywhere(false),
        _ => None,
    }
}

fn passing(asked: &Asked<'_>) -> Vec<Need> {
    let passed = match asked.service {
        Service::Batch => batch::passed(asked),
        _ => iam::passed(asked),
    };
    passed
        .into_iter()
        .map(|(role, service)| {
            let brought =
                Brought { keys: vec![("iam:PassedToService", service.to_owned())], ..Brought::default() };
            Need::on(asked, "iam:PassRole", "role", role, &brought)
        })
        .collect()
}

/// Tags that come with what is made need the permission to tag it.
fn tagging(asked: &Asked<'_>, action: &str) -> Vec<Need> {
    let tags = asked.tags();
    if tags.is_empty() {
        return Vec::new();
    }
    let brought = Brought { tags, ..Brought::default() };
    let kind = match asked.service {
        Service::Batch => batch::tagged(asked.operation),
        Service::Ecr => Some("repository"),
        Service::Logs => Some("log-group"),
        _ => table::action(action).and_then(|action| action.on.keys().next()).map(String::as_str),
    };
    let Some(kind) = kind else { return Vec::new() };
    let mut named = things_of(asked, action, kind);
    if kind == "job-definition-revision" {
        named = asked.text("jobDefinitionName").map(|name| asked.arn(kind, &[name])).into_iter().collect();
    }
    let named = named.into_iter().next().unwrap_or_else(|| asked.arn(kind, &[]));
    vec![Need::on(asked, action, kind, named, &brought)]
}
