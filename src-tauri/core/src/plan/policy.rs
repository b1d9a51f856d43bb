//! The least-privilege policy for a plan, made from its own calls.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Plan;
use crate::resource::Permission;

/// What a statement is for: a resource, and a condition's key and value.
type Scope<'p> = (&'p str, Option<(&'p str, &'p str)>);

/// The IAM policy that allows exactly what these steps send, as JSON text.
pub fn policy(plan: &Plan) -> String {
    let calls = plan.steps.iter().flat_map(|step| &step.calls);
    let needed: BTreeSet<&Permission> = calls.flat_map(|call| &call.permissions).collect();
    // One statement for each set of resources and condition, so that a person can read it.
    let mut statements: BTreeMap<Scope<'_>, BTreeSet<&str>> = BTreeMap::new();
    for permission in needed {
        statements
            .entry((&permission.resource, permission.condition))
            .or_default()
            .insert(&permission.action);
    }
    let statements: Vec<Value> = statements
        .into_iter()
        .map(|((resource, condition), actions)| {
            let mut statement = json!({ "Effect": "Allow", "Action": actions, "Resource": resource });
            if let Some((key, value)) = condition {
                statement["Condition"] = json!({ "StringEquals": { key: value } });
            }
            statement
        })
        .collect();
    serde_json::to_string_pretty(&json!({ "Version": "2012-10-17", "Statement": statements }))
        .unwrap_or_default()
}
