//! Permissions as a policy that a person can read and IAM takes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::resource::Permission;

type Condition<'p> = Option<(&'p str, &'p str)>;

/// Permissions that say the same of several things, together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement<'p> {
    pub(super) actions: BTreeSet<&'p str>,
    pub(super) resources: BTreeSet<&'p str>,
    pub(super) condition: Condition<'p>,
}

/// Everything that these permissions say and no more: what is allowed on the same things stands together, and then
/// things on which the same is allowed.
pub(super) fn statements<'p>(permissions: impl IntoIterator<Item = &'p Permission>) -> Vec<Statement<'p>> {
    let mut by_thing: BTreeMap<(&str, Condition<'_>), BTreeSet<&str>> = BTreeMap::new();
    for permission in permissions {
        let condition = permission.condition.as_ref().map(|(key, value)| (key.as_str(), value.as_str()));
        by_thing.entry((&permission.resource, condition)).or_default().insert(&permission.action);
    }
    let mut by_actions: BTreeMap<(BTreeSet<&str>, Condition<'_>), BTreeSet<&str>> = BTreeMap::new();
    for ((resource, condition), actions) in by_thing {
        by_actions.entry((actions, condition)).or_default().insert(resource);
    }
    let whole = by_actions.into_iter();
    whole.map(|((actions, condition), resources)| Statement { actions, resources, condition }).collect()
}

/// The IAM policy that allows exactly these, as JSON text.
pub fn policy<'p>(permissions: impl IntoIterator<Item = &'p Permission>) -> String {
    let statements: Vec<Value> = statements(permissions)
        .into_iter()
        .map(|Statement { actions, resources, condition }| {
            let one_or_many = |all: BTreeSet<&str>| match all.len() {
                1 => json!(all.first()),
                _ => json!(all),
            };
            let mut statement = json!({
                "Effect": "Allow", "Action": actions, "Resource": one_or_many(resources) });
            if let Some((key, value)) = condition {
                // A key that holds an ARN is compared as one (IAM User Guide, "Condition operators").
                let operator = if key == "iam:PolicyARN" { "ArnEquals" } else { "StringEquals" };
                statement["Condition"] = json!({ operator: { key: value } });
            }
            statement
        })
        .collect();
    serde_json::to_string_pretty(&json!({ "Version": "2012-10-17", "Statement": statements }))
        .unwrap_or_default()
}
