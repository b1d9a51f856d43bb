//! What conditions can ask of every request (IAM User Guide, "AWS global condition context keys").

use crate::account::ACCOUNT_ID;
use crate::ids::iam_id;
use crate::permission::Asked;
use crate::service::iam::{Context, Role};
use crate::state::State;

/// Of who calls, from where and when.
pub(super) fn of_request(asked: &Asked<'_>) -> Context {
    let now = asked.now;
    of_principal(asked.state, &asked.caller.arn)
        .with("aws:CurrentTime", now.iso_seconds())
        .with("aws:EpochTime", (now.0 / 1000).to_string())
        .with("aws:RequestedRegion", region_of(asked))
        .with("aws:ResourceAccount", ACCOUNT_ID)
        .with("aws:SecureTransport", "true")
        // The practice account is on the caller's own computer.
        .with("aws:SourceIp", "127.0.0.1")
        .with("aws:ViaAWSService", "false")
}

/// Global services are in one region, whichever a client signs for.
fn region_of<'a>(asked: &Asked<'a>) -> &'a str {
    if asked.service.name() == "iam" { "us-east-1" } else { asked.region }
}

/// Of a user or a role. A key of an access key's has no `aws:MultiFactorAuthPresent`, and an account of no organisation
/// no `aws:PrincipalOrgID`.
pub(crate) fn of_principal(state: &State, arn: &str) -> Context {
    let name = arn.rsplit('/').next().unwrap_or_default();
    let context = Context::default()
        .with("aws:PrincipalAccount", ACCOUNT_ID)
        .with("aws:PrincipalArn", arn)
        .with("aws:PrincipalIsAWSService", "false");
    let role = state.iam.roles.values().find(|role: &&Role| role.arn() == arn);
    let Some(role) = role else {
        let id = iam_id(state.seed(), "AIDA", arn);
        return context.with("aws:PrincipalType", "User").with("aws:userid", id).with("aws:username", name);
    };
    let tags = role.tags.iter();
    let context = context.with("aws:PrincipalType", "AssumedRole");
    tags.fold(context, |context, (key, value)| {
        context.with(&format!("aws:PrincipalTag/{key}"), value.clone())
    })
}
