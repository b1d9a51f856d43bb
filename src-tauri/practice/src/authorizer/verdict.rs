//! What all of a principal's policies together say (IAM User Guide, "Policy evaluation logic").

use super::Policies;
use crate::service::iam::{Context, Decision, Document, Evaluation, Matched, evaluate, is_action};
use std::collections::BTreeSet;

/// A kind of policies, in the order in which AWS asks them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A service control policy.
    Organization,
    /// On the principal itself.
    Identity,
    /// A permissions boundary.
    Boundary,
}

/// The outcome and what led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub decision: Decision,
    /// Which kind of policies stood against it, the first that did.
    pub against: Option<Kind>,
    /// The statements that decided it.
    pub matched: Vec<Matched>,
    /// Condition keys that were asked for and are not there.
    pub missing_keys: BTreeSet<String>,
    /// Whether the organisation's policies allow it, in an account of one.
    pub allowed_by_organization: Option<bool>,
    /// Whether the boundary allows it, where there is one.
    pub allowed_by_boundary: Option<bool>,
}

/// Every kind must allow it, and none may deny it: a deny anywhere counts before any missing allow.
pub fn judge(policies: &Policies, action: &str, resource: &str, context: &Context) -> Verdict {
    let ask = |documents: &[Document]| evaluate(documents, action, resource, context);
    let mut identity = ask(&policies.identity);
    let withheld = policies.withheld.iter().any(|pattern| is_action(pattern, action));
    if withheld && identity.decision == Decision::Allowed {
        identity = Evaluation { decision: Decision::ImplicitDeny, matched: Vec::new(), ..identity };
    }
    let boundary = policies.boundary.as_deref().map(ask);
    let organization: Vec<Evaluation> = policies.organization.iter().map(|level| ask(level)).collect();

    let levels = organization.iter().map(|level| (Kind::Organization, level));
    let all: Vec<(Kind, &Evaluation)> = levels
        .chain([(Kind::Identity, &identity)])
        .chain(boundary.iter().map(|boundary| (Kind::Boundary, boundary)))
        .collect();
    let first = |decision| all.iter().find(|(_, said)| said.decision == decision).map(|(kind, _)| *kind);
    let (decision, against) = match (first(Decision::ExplicitDeny), first(Decision::ImplicitDeny)) {
        (Some(kind), _) => (Decision::ExplicitDeny, Some(kind)),
        (None, Some(kind)) => (Decision::ImplicitDeny, Some(kind)),
        (None, None) => (Decision::Allowed, None),
    };
    let decisive =
        all.iter().filter(|(_, said)| said.decision == decision && decision != Decision::ImplicitDeny);
    let allows = |said: &Evaluation| said.decision == Decision::Allowed;
    Verdict {
        decision,
        against,
        matched: decisive.flat_map(|(_, said)| said.matched.clone()).collect(),
        missing_keys: all.iter().flat_map(|(_, said)| said.missing_keys.clone()).collect(),
        allowed_by_organization: (!organization.is_empty()).then(|| organization.iter().all(allows)),
        allowed_by_boundary: boundary.as_ref().map(allows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn says(statements: &[(&str, &str)]) -> Vec<Document> {
        let statements: Vec<_> = statements
            .iter()
            .map(|(effect, action)| json!({"Effect": effect, "Action": action, "Resource": "*"}))
            .collect();
        Document::of(&json!({"Version": "2012-10-17", "Statement": statements})).into_iter().collect()
    }

    #[test]
    fn every_kind_must_allow_and_a_deny_anywhere_comes_first() {
        let all = || says(&[("Allow", "*")]);
        let judge = |policies: &Policies| {
            let verdict = judge(policies, "batch:SubmitJob", "*", &Context::default());
            (verdict.decision, verdict.against)
        };
        let allowed = Policies {
            identity: all(),
            boundary: Some(all()),
            organization: vec![all(), all()],
            withheld: Vec::new(),
        };
        assert_eq!(judge(&allowed), (Decision::Allowed, None));
        let few = says(&[("Allow", "iam:*")]);
        let never = says(&[("Allow", "*"), ("Deny", "batch:*")]);
        let implicit = |kind| (Decision::ImplicitDeny, Some(kind));
        let explicit = |kind| (Decision::ExplicitDeny, Some(kind));
        let identity = Policies { identity: few.clone(), ..allowed.clone() };
        assert_eq!(judge(&identity), implicit(Kind::Identity));
        let boundary = Policies { boundary: Some(few.clone()), ..allowed.clone() };
        assert_eq!(judge(&boundary), implicit(Kind::Boundary));
        let unit = Policies { organization: vec![all(), few.clone()], ..allowed.clone() };
        assert_eq!(judge(&unit), implicit(Kind::Organization));
        assert_eq!(judge(&Policies { identity: never.clone(), ..unit.clone() }), explicit(Kind::Identity));
        assert_eq!(judge(&Policies { boundary: Some(never.clone()), ..unit }), explicit(Kind::Boundary));
        let denied = Policies { organization: vec![all(), never], ..identity };
        assert_eq!(judge(&denied), explicit(Kind::Organization));
        assert_eq!(
            judge(&Policies { boundary: Some(Vec::new()), ..allowed.clone() }),
            implicit(Kind::Boundary)
        );
        assert_eq!(
            judge(&Policies { withheld: vec!["batch:Submit*".into()], ..allowed }),
            implicit(Kind::Identity)
        );
    }
}
