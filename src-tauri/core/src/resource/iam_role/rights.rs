//! Whether a role may do what it must, by whatever policies: AWS's own, somebody else's that say the same, and less
//! what a denial or a boundary takes away.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{IamRole, RoleFacts, short, simulated::Simulated, trust::Trust};
use crate::{
    policy::{Ask, Circumstances, Holds, Policy, Target},
    resource::{Difference, Kind},
    words::{Text, say},
};

/// What a role may not do although it must, and what cannot be told.
#[derive(Debug, Default)]
pub(super) struct Rights {
    /// By the policy that forbids it.
    denied: BTreeMap<String, Vec<String>>,
    /// What the boundary leaves out.
    bounded: Vec<String>,
    /// What no policy allows.
    pub(super) lacking: Vec<String>,
    /// What conditions, variables or policies that may not be read leave open.
    pub(super) open: Vec<Ask>,
}

/// What requests of a service's with a role of the account surely have none of, since they are made by that role and by
/// nobody else (IAM User Guide, "AWS global condition context keys", each key's availability): users have names, those
/// who come from elsewhere a provider, those with a second factor its age, and only what AWS itself asks for has a
/// source. Of `aws:MultiFactorAuthPresent` the page says what `BoolIfExists` and `false` do to temporary credentials
/// without a second factor, and not whether those of a service have it as false or not at all.
const OF_OTHERS: [&str; 9] = [
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:username",
];

impl IamRole {
    fn circumstances(&self, facts: &RoleFacts, action: &str) -> Circumstances {
        let known = Circumstances::by_role(&self.stack.region, &self.stack.account, self.arn());
        let mut known =
            known.without(&OF_OTHERS).perhaps("aws:multifactorauthpresent", "false").since(facts.earliest());
        if action == "iam:PassRole" {
            // It is instances that these roles pass one to.
            known.insert("iam:passedtoservice", "ec2.amazonaws.com".to_owned());
        } else {
            known = known.without(&["iam:passedtoservice"]);
        }
        let tagged = Policy::read(&facts.trust);
        let tagged = tagged.map(|trust| trust.lets_tag(self.trusted, &Circumstances::default()));
        if tagged == Some(Holds::No) { known.with_tags(&facts.tags) } else { known }
    }

    /// Whether every policy of AWS's that is wanted is attached.
    pub(super) fn has_managed(&self, facts: &RoleFacts) -> bool {
        self.policy_arns().iter().all(|policy| facts.attached.contains(policy))
    }

    /// What it must be able to do, and whether that is the managed policies' to allow.
    fn must(&self) -> impl Iterator<Item = (Ask, bool)> {
        let managed = self.needs.0.iter().map(|ask| (ask.clone(), true));
        managed.chain(self.inline.policy.iter().flat_map(said).map(|ask| (ask, false)))
    }

    /// Others' policies: what they are called, and what they say where that could be read.
    fn policies_of_others<'f>(&self, facts: &'f RoleFacts) -> Vec<(&'f str, Option<Policy>)> {
        let attached = self.attached_by_others(facts).map(|arn| {
            let document = facts.documents.get(arn).and_then(Option::as_ref);
            (short(arn), document.and_then(Policy::read))
        });
        let inline = self.inline_of_others(facts);
        attached.chain(inline.map(|(name, document)| (name.as_str(), Policy::read(document)))).collect()
    }

    pub(super) fn rights(&self, facts: &RoleFacts) -> Rights {
        let others = self.policies_of_others(facts);
        let has_managed = self.has_managed(facts);
        let boundary = facts.boundary.as_ref().map(|(_, document)| document.as_ref().and_then(Policy::read));
        let mut rights = Rights::default();
        for (ask, by_managed) in self.must() {
            let known = self.circumstances(facts, &ask.action);
            // Its own policy is put right wherever it is not as wanted.
            let allowed = if has_managed || !by_managed {
                Holds::Yes
            } else {
                let each = others.iter().map(|(_, policy)| {
                    policy.as_ref().map_or(Holds::Perhaps, |policy| policy.allows(&ask, &known))
                });
                each.max().unwrap_or(Holds::No)
            };
            let denies = |holds| {
                let said =
                    |policy: &Option<Policy>| policy.as_ref().map(|policy| policy.denies(&ask, &known));
                others.iter().find(move |(_, policy)| said(policy) == Some(holds)).map(|(name, _)| *name)
            };
            let within = match &boundary {
                None => Holds::Yes,
                Some(None) => Holds::Perhaps,
                Some(Some(limit)) => limit.allows(&ask, &known).min(limit.denies(&ask, &known).not()),
            };
            if let Some(policy) = denies(Holds::Yes) {
                rights.denied.entry(policy.to_owned()).or_default().push(ask.action);
            } else if within == Holds::No {
                rights.bounded.push(ask.action);
            } else if allowed == Holds::No {
                rights.lacking.push(ask.action);
            } else if allowed.min(within) == Holds::Perhaps || denies(Holds::Perhaps).is_some() {
                // The simulator is told nothing of a key that only some requests have.
                let guessed = others.iter().flat_map(|(_, policy)| policy).any(|one| one.guesses(&known));
                match facts.simulated.get(&ask) {
                    Some(Simulated::Allowed) => {}
                    Some(Simulated::Denied(by)) if !guessed => {
                        let policy = denies(Holds::Perhaps).map(str::to_owned).or_else(|| by.clone());
                        match policy {
                            Some(policy) => rights.denied.entry(policy).or_default().push(ask.action),
                            None => rights.open.push(ask),
                        }
                    }
                    Some(Simulated::Lacking) if allowed == Holds::Perhaps => rights.lacking.push(ask.action),
                    _ => rights.open.push(ask),
                }
            }
        }
        rights
    }

    /// Whether a policy of somebody else's is what lets the role do its work, AWS's own not being attached.
    pub(super) fn serves(&self, facts: &RoleFacts, document: Option<&Value>) -> bool {
        if self.has_managed(facts) || !self.rights(facts).lacking.is_empty() {
            return false;
        }
        let allows = |policy: &Policy, ask: &Ask| {
            policy.allows(ask, &self.circumstances(facts, &ask.action)) != Holds::No
        };
        document
            .and_then(Policy::read)
            .is_none_or(|policy| self.needs.0.iter().any(|ask| allows(&policy, ask)))
    }

    /// What keeps the role from its work and is somebody else's: what differs, and why nothing is done about it.
    pub(super) fn taken_away(
        &self,
        facts: &RoleFacts,
        trust: &Trust,
        rights: &Rights,
    ) -> Option<(Vec<Difference>, Text)> {
        let name = ("name", self.name.as_str());
        let means = consequence(self.id.kind).text;
        let means = ("means", means.as_str());
        let one = |actions: &[String], by: String| Difference {
            what: actions.join(", "),
            found: Some(by),
            wanted: Some("Allow".to_owned()),
        };
        let denied = rights.denied.iter();
        let mut differences: Vec<_> =
            denied.map(|(policy, actions)| one(actions, format!("Deny ({policy})"))).collect();
        let mut why = rights.denied.iter().next().map(|(policy, actions)| {
            say("role-denied", &[name, ("policy", policy), ("actions", &listed(actions)), means])
        });
        if let Some((arn, _)) = facts.boundary.as_ref().filter(|_| !rights.bounded.is_empty()) {
            differences.push(one(&rights.bounded, format!("PermissionsBoundary ({})", short(arn))));
            let actions = listed(&rights.bounded);
            let bounded =
                || say("role-bounded", &[name, ("boundary", short(arn)), ("actions", &actions), means]);
            why = why.or_else(|| Some(bounded()));
        }
        if let Trust::Denied(denial) = trust {
            // It is told among what somebody added.
            why =
                Some(say("role-trust-denied", &[name, ("wanted", self.trusted), ("denial", denial), means]));
        }
        why.map(|why| (differences, why))
    }

    /// What is wrong with it and what that means.
    pub(super) fn says(&self, facts: &RoleFacts) -> Option<Text> {
        let name = ("name", self.name.as_str());
        let means = consequence(self.id.kind).text;
        let means = ("means", means.as_str());
        let wanted = ("wanted", self.trusted);
        match self.trusted(facts) {
            Trust::Lacking(found) if found.is_empty() => {
                return Some(say("role-trusts-nobody", &[name, wanted, means]));
            }
            Trust::Lacking(found) => {
                return Some(say("role-trusts-another", &[name, ("found", &found), wanted, means]));
            }
            Trust::Unmet(condition) => {
                let params = [name, wanted, ("condition", &*condition), means];
                return Some(say("role-trust-unmet", &params));
            }
            Trust::Given | Trust::Open(_) | Trust::Denied(_) => {}
        }
        let rights = self.rights(facts);
        let lacks = !rights.lacking.is_empty();
        lacks.then(|| say("role-lacking", &[name, ("actions", &listed(&rights.lacking)), means]))
    }

    /// What could not be told of it.
    pub(super) fn doubts(&self, facts: &RoleFacts) -> Option<Text> {
        let name = ("name", self.name.as_str());
        if let Trust::Open(statement) = self.trusted(facts) {
            return Some(say(
                "role-trust-open",
                &[name, ("wanted", self.trusted), ("statement", &statement)],
            ));
        }
        let open: Vec<_> = self.rights(facts).open.into_iter().map(|ask| ask.action).collect();
        let mut documents =
            facts.documents.values().chain(facts.boundary.iter().map(|(_, document)| document));
        let hidden = documents.any(Option::is_none);
        (!open.is_empty()).then(|| {
            let params = [name, ("actions", &*listed(&open))];
            if hidden { say("role-hidden", &params) } else { say("role-open", &params) }
        })
    }
}

/// What a policy of the stack's own allows, statement by statement.
fn said(policy: &Value) -> Vec<Ask> {
    let list = |value: &Value| match value {
        Value::Array(many) => many.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>(),
    };
    let statements = policy["Statement"].as_array().map(Vec::as_slice).unwrap_or_default();
    let each = statements.iter().flat_map(|statement| {
        let (actions, resources) = (list(&statement["Action"]), list(&statement["Resource"]));
        let of_action = move |action: String| {
            let target = |on: &String| if on == "*" { Target::Whole } else { Target::Like(on.clone()) };
            let each = resources.iter().map(|on| Ask { action: action.clone(), target: target(on) });
            each.collect::<Vec<_>>()
        };
        actions.into_iter().flat_map(of_action)
    });
    each.collect()
}

/// What becomes of jobs where the role cannot do its work.
fn consequence(kind: Kind) -> Text {
    match kind {
        Kind::ServiceRole => say("role-without-service", &[]),
        Kind::InstanceRole => say("role-without-instance", &[]),
        Kind::SpotFleetRole => say("role-without-spot-fleet", &[]),
        Kind::ExecutionRole => say("role-without-execution", &[]),
        _ => say("role-without-job", &[]),
    }
}

/// The first of them; where there are many, how many more.
fn listed(actions: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    actions.sort_unstable();
    actions.dedup();
    let more = actions.len().saturating_sub(SHOWN);
    if more <= 1 {
        return actions.join(", ");
    }
    format!("{} (+{more})", actions[..SHOWN].join(", "))
}
