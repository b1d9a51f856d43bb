//! What whoever gives rights is told of those that the caller has not: in the caller's words, with what each refusal
//! takes. A policy that allows helps against nothing but the lack of one.

use std::collections::{BTreeMap, BTreeSet};

use super::letter::Document;
use crate::{
    resource::Permission,
    rights::{Aim, Refusal},
    words::{Text, say},
};

/// What the caller needs, and what was found of it.
#[derive(Debug, Default)]
pub(in crate::check) struct Asked {
    /// Everything that setting up, keeping and looking takes, as IAM takes it.
    pub(in crate::check) policies: Vec<String>,
    /// By a finding's id.
    pub(in crate::check) found: BTreeMap<String, Unmet>,
}

/// What one finding says to whoever can help.
#[derive(Debug)]
pub(in crate::check) struct Unmet {
    finding: Text,
    seen: Vec<String>,
    needed: Vec<Text>,
    /// Whether a policy that allows is part of what helps.
    by_policy: bool,
}

impl Unmet {
    /// Of what is refused.
    pub(in crate::check) fn refused(
        arn: &str,
        aim: Aim,
        actions: &str,
        refused: &[(&Permission, &Refusal)],
        why: impl Fn(&Refusal) -> Text,
    ) -> Self {
        let params = [("actions", actions)];
        let finding = match aim {
            Aim::Make => say("fix-letter-may-not-make", &params),
            Aim::Keep => say("fix-letter-may-not-keep", &params),
            Aim::Look => say("fix-letter-may-not-look", &params),
            Aim::Launch => say("fix-letter-may-not-launch", &params),
        };
        let refusals = || refused.iter().map(|(_, refusal)| *refusal);
        let denying: BTreeSet<&str> = refusals()
            .filter_map(|refusal| match refusal {
                Refusal::Denied(policies) => Some(policies.iter().map(String::as_str)),
                _ => None,
            })
            .flatten()
            .collect();
        let denying = denying.into_iter().collect::<Vec<_>>().join(", ");
        let by_policy = refusals().any(|one| *one == Refusal::NotAllowed);
        let mut needed = Vec::new();
        if refusals().any(|one| *one == Refusal::Organisation) {
            needed.push(say("fix-needed-organisation", &[("arn", arn)]));
        }
        if refusals().any(|one| matches!(one, Refusal::Denied(_))) {
            needed.push(say("fix-needed-denied", &[("policies", &denying), ("arn", arn)]));
        }
        if refusals().any(|one| *one == Refusal::Boundary) {
            needed.push(say("fix-needed-boundary", &[("arn", arn)]));
        }
        if by_policy {
            needed.push(say("fix-needed-policy", &[]));
        }
        let said = |refusal: &Refusal| match refusal {
            Refusal::Boundary => say("fix-letter-boundary", &[]),
            _ => why(refusal),
        };
        let each: Vec<_> =
            refused.iter().map(|(permission, refusal)| (*permission, said(refusal).text)).collect();
        Self { finding, seen: lines(&each), needed, by_policy }
    }

    /// Of what hangs on keys that only the calls have.
    pub(in crate::check) fn depending(
        actions: &str,
        keys: &str,
        depending: &[(&Permission, &Vec<String>)],
    ) -> Self {
        let each = depending.iter().map(|(permission, keys)| (*permission, keys.join(", ")));
        Self {
            finding: say("fix-letter-may-depend", &[("actions", actions), ("keys", keys)]),
            seen: lines(&each.collect::<Vec<_>>()),
            needed: vec![say("fix-needed-depend", &[("keys", keys)])],
            by_policy: false,
        }
    }
}

impl Asked {
    /// What a letter about this finding holds in place of what the check says to the caller.
    pub(super) fn of(&self, id: &str) -> Option<Document> {
        let policies = (!self.policies.is_empty())
            .then(|| say("fix-letter-policy", &[("policies", &self.policies.join("\n\n"))]));
        if let Some(unmet) = self.found.get(id) {
            let needed = unmet.needed.iter().map(|one| please(&one.text).text);
            let needed = needed.collect::<Vec<_>>().join(" ");
            return Some(Document {
                finding: Some(unmet.finding.clone()),
                seen: unmet.seen.clone(),
                needed: Some(Text { text: needed, ..say("fix-needed-rights", &[]) }),
                text: policies.filter(|_| unmet.by_policy),
            });
        }
        // What the caller may do could not be found out.
        (id == "permissions").then(|| Document {
            finding: None,
            seen: vec![],
            needed: Some(please(&say("fix-needed-policy", &[]).text)),
            text: policies,
        })
    }
}

fn please(needed: &str) -> Text {
    say("fix-needed-rights", &[("needed", needed)])
}

/// Each thing once with all the actions that the same is said of.
fn lines(each: &[(&Permission, String)]) -> Vec<String> {
    let mut by_thing: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (permission, said) in each {
        by_thing.entry((&permission.resource, said)).or_default().insert(&permission.action);
    }
    let mut by_actions: BTreeMap<(BTreeSet<&str>, &str), Vec<&str>> = BTreeMap::new();
    for ((resource, said), actions) in by_thing {
        by_actions.entry((actions, said)).or_default().push(resource);
    }
    let joined = |actions: BTreeSet<&str>| actions.into_iter().collect::<Vec<_>>().join(", ");
    let lines = by_actions.into_iter();
    lines.map(|((actions, said), on)| format!("- {}: {}: {said}", joined(actions), on.join(", "))).collect()
}
