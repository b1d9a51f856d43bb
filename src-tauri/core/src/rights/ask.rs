//! Whether the caller may, asked of IAM without doing it.
//!
//! A simulation knows policies, boundaries and the organisation. What a real call would bring along it knows as far as
//! it is told, [`Circumstances`]; a refusal that hangs on anything else is no refusal (IAM API reference,
//! EvaluationResult, `MissingContextValues`).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::{
    Client,
    types::{
        EvaluationResult, OrganizationsDecisionDetail as Organisation,
        PermissionsBoundaryDecisionDetail as Boundary, PolicyEvaluationDecisionType as Decision,
        ResourceSpecificResult, Statement as Matched,
    },
};
use futures::future::try_join_all;

use super::{
    Caller,
    circumstances::{Circumstances, Keys, entries, is_surely_absent},
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
    circumstances: Circumstances<'_>,
    asked: impl Iterator<Item = &Permission>,
) -> Result<BTreeMap<Permission, Answer>, AwsFault> {
    let each = questions(circumstances, asked);
    let each = each.iter().map(|question| simulate(iam, circumstances.entity(), question));
    Ok(try_join_all(each).await?.into_iter().flatten().collect())
}

/// What IAM is asked in one request: it has one context for all its actions and resources.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Question<'p> {
    actions: BTreeSet<&'p str>,
    resources: BTreeSet<&'p str>,
    condition: Option<&'p (String, String)>,
    keys: Keys,
}

/// As few questions as ask of nothing more: the actions on one thing together, and then things with the same actions.
fn questions<'p>(
    circumstances: Circumstances<'_>,
    asked: impl Iterator<Item = &'p Permission>,
) -> Vec<Question<'p>> {
    let mut by_thing: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for permission in asked {
        let keys = circumstances.of_call(permission);
        let thing = (permission.resource.as_str(), permission.condition.as_ref(), keys);
        by_thing.entry(thing).or_default().insert(&permission.action);
    }
    let mut by_actions: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for ((resource, condition, keys), actions) in by_thing {
        by_actions.entry((actions, condition, keys)).or_default().insert(resource);
    }
    let whole = by_actions.into_iter();
    whole
        .map(|((actions, condition, keys), resources)| Question { actions, resources, condition, keys })
        .collect()
}

async fn simulate(
    iam: &Client,
    entity: &str,
    question: &Question<'_>,
) -> Result<Vec<(Permission, Answer)>, AwsFault> {
    let owned = |all: &BTreeSet<&str>| all.iter().map(|&one| one.to_owned()).collect();
    let request = iam
        .simulate_principal_policy()
        .policy_source_arn(entity)
        .set_action_names(Some(owned(&question.actions)))
        .set_resource_arns(Some(owned(&question.resources)))
        .set_context_entries(Some(entries(&question.keys)))
        .max_items(1000);
    let results = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let results = results.map_err(fault("iam:SimulatePrincipalPolicy"))?;
    let permission = |action: &str, resource: &str| Permission {
        action: action.to_owned(),
        resource: resource.to_owned(),
        condition: question.condition.cloned(),
    };
    let mut answers = Vec::new();
    for result in &results {
        let action = result.eval_action_name();
        if result.resource_specific_results().is_empty() {
            // The result names the kind of thing, and none of those that were asked about.
            let answer = Said::of_all(result).answer();
            answers.extend(question.resources.iter().map(|on| (permission(action, on), answer.clone())));
        }
        for on in result.resource_specific_results() {
            answers.push((permission(action, on.eval_resource_name()), Said::of_one(result, on).answer()));
        }
    }
    Ok(answers)
}

/// What is said of an action on one thing.
struct Said<'r> {
    decision: &'r Decision,
    keys: &'r [String],
    statements: &'r [Matched],
    within_organisation: bool,
    within_boundary: bool,
}

impl<'r> Said<'r> {
    fn of_all(result: &'r EvaluationResult) -> Self {
        let organisation = result.organizations_decision_detail();
        let boundary = result.permissions_boundary_decision_detail();
        Self {
            decision: result.eval_decision(),
            keys: result.missing_context_values(),
            statements: result.matched_statements(),
            within_organisation: organisation.is_none_or(Organisation::allowed_by_organizations),
            within_boundary: boundary.is_none_or(Boundary::allowed_by_permissions_boundary),
        }
    }

    /// The organisation is told once for an action, the boundary for each thing.
    fn of_one(result: &'r EvaluationResult, on: &'r ResourceSpecificResult) -> Self {
        let all = Self::of_all(result);
        let boundary = on.permissions_boundary_decision_detail();
        let own = boundary.map(Boundary::allowed_by_permissions_boundary);
        Self {
            decision: on.eval_resource_decision(),
            keys: on.missing_context_values(),
            statements: on.matched_statements(),
            within_boundary: own.unwrap_or(all.within_boundary),
            ..all
        }
    }

    fn answer(&self) -> Answer {
        if *self.decision == Decision::Allowed {
            return Answer::Allowed;
        }
        // With a key that only the real call has, a denial may not hold and an allowance may.
        let unknown = self.keys.iter().filter(|key| !is_surely_absent(key));
        let unknown: Vec<_> = unknown.cloned().collect();
        if !unknown.is_empty() {
            return Answer::Depends(unknown);
        }
        Answer::Refused(if !self.within_organisation {
            Refusal::Organisation
        } else if *self.decision == Decision::ExplicitDeny {
            let policies = self.statements.iter().filter_map(Matched::source_policy_id);
            Refusal::Denied(policies.map(str::to_owned).collect())
        } else if self.within_boundary {
            Refusal::NotAllowed
        } else {
            Refusal::Boundary
        })
    }
}
