//! What a principal may do, asked without doing it.

use super::names::required;
use super::policy::{Context, Decision, Matched};
use super::usable::role_by_arn;
use crate::account::{Account, Caller};
use crate::authorizer::{Policies, Verdict, judge, of_principal};
use crate::fault::Fault;
use crate::wire::{Params, Xml};

pub(super) fn principal_policy(account: &mut Account<'_>, params: &Params) -> Result<Vec<Xml>, Fault> {
    let source = required(params, "PolicySourceArn")?;
    let policies = policies(account, source)?;
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
    let resources = params.texts("ResourceArns");
    let context = context(account, source, params);
    let results = actions.iter().map(|action| {
        let ask = |resource: &str| judge(&policies, action, resource, &context);
        if resources.is_empty() || resources == ["*"] {
            return anywhere(action, &ask("*"));
        }
        let each: Vec<_> = resources.iter().map(|resource| (*resource, ask(resource))).collect();
        on_each(action, &each)
    });
    Ok(vec![Xml::members("EvaluationResults", results), Xml::shown("IsTruncated", false)])
}

/// Of a user, a role or nobody: a session is none of them, and neither is the root.
fn policies(account: &Account<'_>, source: &str) -> Result<Policies, Fault> {
    if source == Caller::you().arn {
        return Ok(Policies::of_caller(account.state, &Caller::you()));
    }
    let entity = source.split_once(":iam::").and_then(|(_, rest)| rest.split_once(':')?.1.split_once('/'));
    let Some((kind, name)) = entity.filter(|(kind, _)| matches!(*kind, "user" | "role" | "group")) else {
        return Err(Fault::new(
            "InvalidInput",
            format!("Invalid Entity Arn: {source} does not clearly define entity type and name."),
        ));
    };
    match role_by_arn(account.state, source) {
        Some(role) => Ok(Policies::of_role(account.state, role, account.now)),
        None => Err(Fault::with_status(
            404,
            "NoSuchEntity",
            format!("The {kind} with name {} cannot be found.", name.rsplit('/').next().unwrap_or_default()),
        )),
    }
}

/// What the caller says that conditions are told, and who is asked about, which IAM knows by itself.
fn context(account: &Account<'_>, source: &str, params: &Params) -> Context {
    let mut context = of_principal(account.state, source);
    for entry in params.list("ContextEntries") {
        if let Some(key) = entry.text("ContextKeyName") {
            let values = entry.texts("ContextKeyValues").into_iter().map(str::to_owned).collect();
            context.0.insert(key.to_ascii_lowercase(), values);
        }
    }
    context
}

/// Without resources what is missing is told beside the decision, and there are no details.
fn anywhere(action: &str, verdict: &Verdict) -> Vec<Xml> {
    let mut fields = vec![Xml::text("EvalActionName", action), Xml::text("EvalResourceName", "*")];
    fields.extend(decided(verdict, "EvalDecision"));
    fields.push(missing(Some(verdict)));
    fields.extend(organization(verdict));
    fields.extend(boundary(verdict));
    fields
}

/// With resources the answer for the action is the strictest one, and what is missing is told for each (IAM API
/// reference, EvaluationResult). Details are there and empty: they tell of other accounts' policies.
fn on_each(action: &str, each: &[(&str, Verdict)]) -> Vec<Xml> {
    let strictest = each.iter().max_by_key(|(_, verdict)| match verdict.decision {
        Decision::Allowed => 0,
        Decision::ImplicitDeny => 1,
        Decision::ExplicitDeny => 2,
    });
    let mut fields = vec![Xml::text("EvalActionName", action)];
    if let Some((resource, verdict)) = strictest {
        fields.push(Xml::text("EvalResourceName", *resource));
        fields.extend(decided(verdict, "EvalDecision"));
        fields.push(missing(None));
        fields.extend(organization(verdict));
        fields.extend(boundary(verdict));
        fields.push(Xml::tree("EvalDecisionDetails", Vec::new()));
    }
    let specific = each.iter().map(|(resource, verdict)| {
        let mut fields = vec![Xml::text("EvalResourceName", *resource)];
        fields.extend(decided(verdict, "EvalResourceDecision"));
        fields.push(missing(Some(verdict)));
        fields.extend(boundary(verdict));
        fields.push(Xml::tree("EvalDecisionDetails", Vec::new()));
        fields
    });
    fields.push(Xml::members("ResourceSpecificResults", specific));
    fields
}

fn decided(verdict: &Verdict, name: &str) -> [Xml; 2] {
    let decision = match verdict.decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "explicitDeny",
        Decision::ImplicitDeny => "implicitDeny",
    };
    [Xml::text(name, decision), Xml::members("MatchedStatements", verdict.matched.iter().map(matched))]
}

fn matched(statement: &Matched) -> Vec<Xml> {
    let position = |name: &str, (line, column): (usize, usize)| {
        Xml::tree(name, vec![Xml::shown("Line", line), Xml::shown("Column", column)])
    };
    let (begin, end) = statement.extent;
    vec![
        Xml::text("SourcePolicyId", &statement.policy),
        Xml::text("SourcePolicyType", "IAM Policy"),
        position("StartPosition", begin),
        position("EndPosition", end),
    ]
}

fn missing(verdict: Option<&Verdict>) -> Xml {
    let keys = verdict.into_iter().flat_map(|verdict| &verdict.missing_keys);
    Xml::tree("MissingContextValues", keys.map(|key| Xml::text("member", key)).collect())
}

/// In an account of an organisation.
fn organization(verdict: &Verdict) -> Option<Xml> {
    let allows = verdict.allowed_by_organization?;
    Some(Xml::tree("OrganizationsDecisionDetail", vec![Xml::shown("AllowedByOrganizations", allows)]))
}

/// Of a principal with a boundary.
fn boundary(verdict: &Verdict) -> Option<Xml> {
    let allows = verdict.allowed_by_boundary?;
    let field = Xml::shown("AllowedByPermissionsBoundary", allows);
    Some(Xml::tree("PermissionsBoundaryDecisionDetail", vec![field]))
}
