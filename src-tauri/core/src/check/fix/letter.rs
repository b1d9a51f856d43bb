//! Words for whoever can: what was found, what was seen, what is needed and why. They hold ids and ARNs, and nothing that
//! opens anything.

use super::{Cure, Fix};
use crate::{
    account::Session,
    check::{CheckItem, Group},
    words::{Text, say},
};

/// A letter is read by somebody; the rest stands in the check.
const LINES: usize = 16;
/// Longer values are scripts or documents, which nobody reads in a letter and which may hold what is not to be sent.
const LONGEST: usize = 200;

/// What a letter holds in place of what the check says to the caller, and a policy to be pasted in.
#[derive(Default)]
pub(super) struct Document {
    /// What was found, where the letter says it in the caller's own words.
    pub(super) finding: Option<Text>,
    /// What was seen, line by line; nothing where that is the finding's evidence.
    pub(super) seen: Vec<String>,
    /// What is asked for, where the finding's remedy does not say it.
    pub(super) needed: Option<Text>,
    /// The policy, with what it is.
    pub(super) text: Option<Text>,
}

pub(super) fn to_whoever_can(
    session: &Session,
    item: &CheckItem,
    cures: &[&Cure],
    document: Option<Document>,
) -> Fix {
    let document = document.unwrap_or_default();
    let finding = match (document.finding, &item.name) {
        (Some(own), _) => own.text,
        (None, Some(name)) if !item.finding.text.contains(name.as_str()) => {
            format!("{name}: {}", item.finding.text)
        }
        _ => item.finding.text.clone(),
    };
    let seen = item.evidence.iter().filter(|one| one.value.len() <= LONGEST).take(LINES);
    let mut seen: Vec<_> = seen.map(|one| format!("- {}: {}", one.label, one.value)).collect();
    if !document.seen.is_empty() {
        seen = document.seen;
    }
    if let Some(quota) = &item.quota {
        let limit = say(
            "fix-letter-limit",
            &[
                ("name", quota.name.as_deref().unwrap_or("–")),
                ("service", &quota.service),
                ("code", &quota.code),
                ("limit", &quota.limit.to_string()),
                ("desired", &quota.desired.to_string()),
            ],
        );
        seen.push(format!("- {}", limit.text));
    }
    if seen.is_empty() {
        seen.push(format!("- {}", item.name.as_deref().unwrap_or(&item.subject)));
    }
    let needed = document.needed.unwrap_or_else(|| needed(item, cures));
    let pasted = document.text.map(|text| format!("\n{text}\n")).unwrap_or_default();
    let identity = &session.identity;
    let letter = say(
        "fix-letter",
        &[
            ("account", &identity.account),
            ("region", &session.region),
            ("arn", &identity.arn),
            ("id", &item.id),
            ("finding", &finding),
            ("evidence", &seen.join("\n")),
            ("needed", &needed.text),
            ("why", &why(item.group).text),
            ("document", &pasted),
        ],
    );
    Fix::Ask { says: say("fix-ask", &[]), letter }
}

fn needed(item: &CheckItem, cures: &[&Cure]) -> Text {
    if let Some(asked) = asked_of_others(&item.finding) {
        return asked;
    }
    if cures.is_empty() {
        return item.remedy.clone().unwrap_or_else(|| say("fix-needed-right", &[]));
    }
    let each = cures.iter().enumerate().map(|(at, cure)| {
        let steps = cure.steps.iter().map(|step| step.says.text.as_str()).collect::<Vec<_>>().join(" ");
        let typed = cure.steps.iter().flat_map(|step| &step.commands).map(|line| format!("\n   {line}"));
        format!("\n{}. {steps}{}", at + 1, typed.collect::<String>())
    });
    say("fix-needed-steps", &[("steps", &each.collect::<String>())])
}

/// What whoever looks after something that cannot be seen from here is asked.
fn asked_of_others(finding: &Text) -> Option<Text> {
    let of = |name: &'static str| (name, finding.params.get(name).map(String::as_str).unwrap_or_default());
    Some(match finding.code.as_str() {
        "reach-resolvers" => say("fix-needed-resolvers", &[of("resolvers"), of("vpc"), of("endpoint")]),
        "reach-central" => say("fix-needed-central", &[of("subnet"), of("target")]),
        "reach-shared" | "reach-shared-nat" => say("fix-needed-shared", &[of("subnet"), of("owner")]),
        "reach-endpoint-zone" => say("fix-needed-zone", &[of("zone"), of("service"), of("endpoint")]),
        _ => return None,
    })
}

fn why(group: Group) -> Text {
    match group {
        Group::Account => say("fix-why-account", &[]),
        Group::Roles => say("fix-why-roles", &[]),
        Group::Network => say("fix-why-network", &[]),
        Group::Image => say("fix-why-image", &[]),
        Group::Limits => say("fix-why-limits", &[]),
        Group::Batch => say("fix-why-batch", &[]),
    }
}
