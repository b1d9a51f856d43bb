//! Whether the caller may, asked of IAM without doing it.
//!
//! A simulation knows policies, boundaries and the organisation. It does not know what a real call would bring along
//! besides what is told to it, so a denial that hangs on that is no denial (IAM API reference,
//! SimulatePrincipalPolicy, `MissingContextValues`).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::{
    Client,
    types::{
        ContextEntry, ContextKeyTypeEnum, EvaluationResult, PermissionsBoundaryDecisionDetail as Boundary,
        PolicyEvaluationDecisionType as Decision,
    },
};
use futures::future::try_join_all;

use super::{
    Caller,
    document::{Statement, statements},
};
use crate::{
    aws::{AwsFault, fault},
    resource::Permission,
};

/// Whom IAM is asked about.
#[derive(Debug, Clone)]
pub enum Principal {
    /// Nobody denies the account's root anything here, and nobody simulates it.
    Root,
    /// A user or a role, by its ARN.
    Entity(String),
    /// Of who this is, IAM cannot be asked.
    Nobody,
    /// It may not be looked up.
    Unknown(AwsFault),
}

/// What IAM says of one permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is allowed.
    Allowed,
    /// It is not.
    Refused(Refusal),
    /// It hangs on these keys, which only a real call has.
    Depends(Vec<String>),
}

/// Who stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A service control policy, or the lack of one.
    Organisation,
    /// The permissions boundary does not hold it.
    Boundary,
    /// These policies deny it in so many words.
    Denied(Vec<String>),
    /// No policy allows it.
    NotAllowed,
}

/// Whom a caller's rights belong to.
pub async fn principal(iam: &Client, caller: &Caller) -> Principal {
    match caller {
        Caller::Root => Principal::Root,
        Caller::Other(_) => Principal::Nobody,
        Caller::User(arn) => Principal::Entity(arn.clone()),
        Caller::Session { role, .. } => {
            let found = iam.get_role().role_name(role).send().await.map_err(fault("iam:GetRole"));
            match found.map(|found| found.role) {
                Ok(Some(role)) => Principal::Entity(role.arn),
                Ok(None) => Principal::Nobody,
                Err(fault) => Principal::Unknown(fault),
            }
        }
    }
}

/// Asks IAM about all of these at once.
pub async fn ask(
    iam: &Client,
    entity: &str,
    asked: impl Iterator<Item = &Permission>,
) -> Result<BTreeMap<Permission, Answer>, AwsFault> {
    let each = statements(asked).into_iter().map(|statement| simulate(iam, entity, statement));
    Ok(try_join_all(each).await?.into_iter().flatten().collect())
}

async fn simulate(
    iam: &Client,
    entity: &str,
    statement: Statement<'_>,
) -> Result<Vec<(Permission, Answer)>, AwsFault> {
    let owned = |all: &BTreeSet<&str>| all.iter().map(|&one| one.to_owned()).collect();
    let context = statement.condition.map(|(key, value)| {
        let entry = ContextEntry::builder().context_key_name(key).context_key_values(value);
        entry.context_key_type(ContextKeyTypeEnum::String).build()
    });
    let request = iam
        .simulate_principal_policy()
        .policy_source_arn(entity)
        .set_action_names(Some(owned(&statement.actions)))
        .set_resource_arns(Some(owned(&statement.resources)))
        .set_context_entries(context.map(|entry| vec![entry]))
        .max_items(1000);
    let results = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let results = results.map_err(fault("iam:SimulatePrincipalPolicy"))?;
    let permission = |action: &str, resource: &str| {
        let permission = Permission::new(action, resource);
        match statement.condition {
            Some((key, value)) => permission.when(key, value),
            None => permission,
        }
    };
    let mut answers = Vec::new();
    for result in &results {
        let action = result.eval_action_name();
        if result.resource_specific_results().is_empty() {
            let resource = result.eval_resource_name().unwrap_or("*");
            let answer = judge(result, result.eval_decision(), result.missing_context_values(), None);
            answers.push((permission(action, resource), answer));
        }
        for on in result.resource_specific_results() {
            let boundary = on.permissions_boundary_decision_detail();
            let within = boundary.map(Boundary::allowed_by_permissions_boundary);
            let keys = on.missing_context_values();
            let answer = judge(result, on.eval_resource_decision(), keys, within);
            answers.push((permission(action, on.eval_resource_name()), answer));
        }
    }
    Ok(answers)
}

/// The organisation is told once for an action, the boundary for each thing.
fn judge(result: &EvaluationResult, decision: &Decision, keys: &[String], within: Option<bool>) -> Answer {
    if *decision == Decision::Allowed {
        return Answer::Allowed;
    }
    let organisation = result.organizations_decision_detail();
    let boundary = result.permissions_boundary_decision_detail();
    let within = within.or(boundary.map(Boundary::allowed_by_permissions_boundary));
    if organisation.is_some_and(|detail| !detail.allowed_by_organizations()) {
        return Answer::Refused(Refusal::Organisation);
    }
    if *decision == Decision::ExplicitDeny {
        let matched = result.matched_statements().iter().filter_map(|one| one.source_policy_id());
        return Answer::Refused(Refusal::Denied(matched.map(str::to_owned).collect()));
    }
    if !keys.is_empty() {
        return Answer::Depends(keys.to_vec());
    }
    Answer::Refused(if within == Some(false) { Refusal::Boundary } else { Refusal::NotAllowed })
}
