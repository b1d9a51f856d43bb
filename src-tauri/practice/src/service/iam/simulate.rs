//! What a principal may do, asked without doing it.

use super::names::required;
use super::policy::{Context, Decision, Document, Evaluation, evaluate};
use super::usable::{documents_of, role_by_arn};
use crate::account::{Account, Caller};
use crate::fault::Fault;
use crate::settings::Lesson;
use crate::state::State;
use crate::time::Millis;
use crate::wire::{Params, Xml};
use serde_json::json;

/// The caller's policies: everything, but for what a lesson takes away.
pub(crate) fn caller_documents(state: &State, caller: &Caller) -> Vec<Document> {
    if *caller != Caller::you() {
        return role_by_arn(state, &caller.arn)
            .map(|role| documents_of(state, role, Millis(i64::MAX)))
            .unwrap_or_default();
    }
    let missing: Vec<&String> = state
        .settings
        .lessons
        .iter()
        .filter_map(|lesson| match lesson {
            Lesson::MissingPermission { actions } => Some(actions),
            _ => None,
        })
        .flatten()
        .collect();
    let statement = if missing.is_empty() {
        json!({ "Sid": "Administrator", "Effect": "Allow", "Action": "*", "Resource": "*" })
    } else {
        json!({ "Sid": "AlmostAdministrator", "Effect": "Allow", "NotAction": missing, "Resource": "*" })
    };
    Document::of(&json!({ "Statement": [statement] })).into_iter().collect()
}

pub(super) fn principal_policy(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let source = required(params, "PolicySourceArn")?;
    let documents = documents(account, source)?;
    let actions = params.texts("ActionNames");
    if actions.is_empty() {
        return Err(Fault::new(
            "ValidationError",
            "1 validation error detected: Value null at 'actionNames' failed to satisfy constraint: Member must \
             not be null",
        ));
    }
    if let Some(wrong) = actions.iter().find(|action| !action.contains(':')) {
        return Err(Fault::new("InvalidInput", format!("Invalid Action Name: {wrong}")));
    }
    let mut resources = params.texts("ResourceArns");
    if resources.is_empty() {
        resources.push("*");
    }
    let context = context(params);
    let results = actions.iter().map(|action| {
        let each: Vec<(&str, Evaluation)> = resources
            .iter()
            .map(|resource| (*resource, evaluate(&documents, action, resource, &context)))
            .collect();
        result(action, &each)
    });
    Ok(vec![Xml::members("EvaluationResults", results), Xml::shown("IsTruncated", false)])
}

fn documents(account: &Account<'_>, source: &str) -> Result<Vec<Document>, Fault> {
    if source == Caller::you().arn {
        return Ok(caller_documents(account.state, &Caller::you()));
    }
    // An assumed-role session has no policies of its own to simulate.
    let Some((_, entity)) = source.split_once(":iam::").and_then(|(_, rest)| rest.split_once(':')) else {
        return Err(Fault::new(
            "InvalidInput",
            format!("Invalid Entity Arn: {source} does not clearly define entity type and name."),
        ));
    };
    match role_by_arn(account.state, source) {
        Some(role) => Ok(documents_of(account.state, role, account.now)),
        None => Err(Fault::with_status(
            404,
            "NoSuchEntity",
            format!(
                "The {} with name {} cannot be found.",
                entity.split('/').next().unwrap_or_default(),
                entity.rsplit('/').next().unwrap_or_default()
            ),
        )),
    }
}

fn context(params: &Params) -> Context {
    Context(
        params
            .list("ContextEntries")
            .into_iter()
            .filter_map(|entry| {
                let key = entry.text("ContextKeyName")?.to_ascii_lowercase();
                let values = entry.texts("ContextKeyValues").into_iter().map(str::to_owned).collect();
                Some((key, values))
            })
            .collect(),
    )
}

fn result(action: &str, each: &[(&str, Evaluation)]) -> Vec<Xml> {
    // Over several resources the answer for the action is the strictest one.
    let worst = each.iter().map(|(_, e)| e).max_by_key(|e| match e.decision {
        Decision::Allowed => 0,
        Decision::ImplicitDeny => 1,
        Decision::ExplicitDeny => 2,
    });
    let mut fields = vec![Xml::text("EvalActionName", action)];
    if let ([(resource, _), ..], Some(worst)) = (each, worst) {
        fields.push(Xml::text("EvalResourceName", *resource));
        fields.extend(verdict(worst, "EvalDecision"));
    }
    if each.len() > 1 {
        let specific = each.iter().map(|(resource, evaluation)| {
            let mut fields = vec![Xml::text("EvalResourceName", *resource)];
            fields.extend(verdict(evaluation, "EvalResourceDecision"));
            fields
        });
        fields.push(Xml::members("ResourceSpecificResults", specific));
    }
    fields
}

fn verdict(evaluation: &Evaluation, name: &str) -> Vec<Xml> {
    let decision = match evaluation.decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "explicitDeny",
        Decision::ImplicitDeny => "implicitDeny",
    };
    let matched = evaluation
        .matched
        .iter()
        .map(|sid| vec![Xml::text("SourcePolicyId", sid), Xml::text("SourcePolicyType", "IAM Policy")]);
    let missing = evaluation.missing_keys.iter().map(|key| Xml::text("member", key)).collect();
    vec![
        Xml::text(name, decision),
        Xml::members("MatchedStatements", matched),
        Xml::tree("MissingContextValues", missing),
    ]
}
