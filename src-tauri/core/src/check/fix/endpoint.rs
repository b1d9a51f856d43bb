//! What the policy of an endpoint has to let through for jobs to start: the same as their roles need, for those roles.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};

use crate::{
    account::Session,
    blueprint::{Blueprint, Service},
    check::requests::{Wanted, wanted},
    resource::Stack,
};

/// The statements to add, as JSON text; nothing for what no endpoint leads to.
pub(super) fn statements(session: &Session, blueprint: &Blueprint, service: Service) -> Option<String> {
    let stack = Arc::new(Stack::called(&blueprint.name, session));
    let statements = allowing(wanted(&stack, blueprint, service));
    let shown = match statements.as_slice() {
        [] => return None,
        [one] => serde_json::to_string_pretty(one),
        many => serde_json::to_string_pretty(many),
    };
    shown.ok()
}

/// Of roles, an endpoint's policy compares `aws:PrincipalArn` (Amazon VPC User Guide, "Control access to VPC endpoints using
/// endpoint policies"); what no role of the account's asks is allowed to everybody.
fn allowing(wanted: Vec<Wanted>) -> Vec<Value> {
    let mut whose = BTreeSet::new();
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Wanted { role, action, resource } in wanted {
        whose.extend(role);
        allowed.entry(resource).or_default().insert(action);
    }
    let mut together: BTreeMap<BTreeSet<String>, BTreeSet<String>> = BTreeMap::new();
    for (resource, actions) in allowed {
        together.entry(actions).or_default().insert(resource);
    }
    let statement = |(actions, resources)| {
        let mut statement = json!({
            "Effect": "Allow",
            "Principal": "*",
            "Action": actions,
            "Resource": resources,
        });
        if !whose.is_empty() {
            statement["Condition"] = json!({ "ArnEquals": { "aws:PrincipalArn": whose } });
        }
        statement
    };
    together.into_iter().map(statement).collect()
}
