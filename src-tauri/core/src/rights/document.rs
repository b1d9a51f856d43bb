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

/// What a managed policy may hold, in characters without blanks (IAM User Guide, "IAM and AWS STS quotas"; it cannot be
/// raised).
const LONGEST: usize = 6_144;

/// The IAM policy that allows exactly these, as JSON text.
pub fn policy<'p>(permissions: impl IntoIterator<Item = &'p Permission>) -> String {
    written(&brief(permissions).iter().map(json_of).collect::<Vec<_>>())
}

/// The same in as many policies as it takes, each of which IAM lets be attached.
pub fn policies<'p>(permissions: impl IntoIterator<Item = &'p Permission>) -> Vec<String> {
    let around = json!({ "Version": VERSION, "Statement": [] }).to_string().len();
    let mut policies: Vec<(usize, Vec<Value>)> = Vec::new();
    for statement in brief(permissions) {
        let statement = json_of(&statement);
        let length = statement.to_string().len() + 1;
        match policies.iter_mut().find(|(used, _)| used + length <= LONGEST) {
            Some((used, held)) => {
                *used += length;
                held.push(statement);
            }
            None => policies.push((around + length, vec![statement])),
        }
    }
    policies.iter().map(|(_, statements)| written(statements)).collect()
}

/// As [`statements`], in fewer words: what is allowed on whatever carries the stack's tag need not name each kind of
/// thing, since an action is about its own kinds alone.
fn brief<'p>(permissions: impl IntoIterator<Item = &'p Permission>) -> Vec<Brief> {
    let mut by_tag: BTreeMap<(String, Condition<'p>), BTreeSet<&str>> = BTreeMap::new();
    let mut all = Vec::new();
    for Statement { actions, resources, condition } in statements(permissions) {
        if !condition.is_some_and(|(key, _)| key.starts_with("aws:ResourceTag/")) {
            let resources = resources.into_iter().map(str::to_owned).collect();
            all.push(Brief::of(actions, resources, condition));
            continue;
        }
        let anything = resources.iter().map(|arn| {
            let place = arn.rsplit_once(':').map_or("", |(place, _)| place);
            format!("{place}:*/*")
        });
        for thing in anything {
            by_tag.entry((thing, condition)).or_default().extend(&actions);
        }
    }
    let tagged = by_tag.into_iter();
    all.extend(tagged.map(|((thing, condition), actions)| Brief::of(actions, [thing].into(), condition)));
    all
}

/// A statement as it is written down.
struct Brief {
    actions: Vec<String>,
    resources: Vec<String>,
    condition: Option<(String, String)>,
}

impl Brief {
    fn of(actions: BTreeSet<&str>, resources: Vec<String>, condition: Condition<'_>) -> Self {
        Self {
            actions: actions.into_iter().map(str::to_owned).collect(),
            resources,
            condition: condition.map(|(key, value)| (key.to_owned(), value.to_owned())),
        }
    }
}

const VERSION: &str = "2012-10-17";

fn written(statements: &[Value]) -> String {
    let policy = json!({ "Version": VERSION, "Statement": statements });
    serde_json::to_string_pretty(&policy).unwrap_or_default()
}

fn json_of(Brief { actions, resources, condition }: &Brief) -> Value {
    let resources = match resources.as_slice() {
        [one] => json!(one),
        many => json!(many),
    };
    let mut statement = json!({ "Effect": "Allow", "Action": actions, "Resource": resources });
    if let Some((key, value)) = condition {
        // A key that holds an ARN is compared as one (IAM User Guide, "Condition operators").
        let operator = if key == "iam:PolicyARN" { "ArnEquals" } else { "StringEquals" };
        statement["Condition"] = json!({ operator: { key: value } });
    }
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permissions(count: usize) -> Vec<Permission> {
        (0..count)
            .map(|n| {
                Permission::new("iam:PassRole", format!("arn:aws:iam::111122223333:role/r-{n}"))
                    .when("k", &n.to_string())
            })
            .collect()
    }

    #[test]
    fn no_policy_is_longer_than_iam_takes_and_nothing_is_lost() {
        let all = permissions(100);
        let split = policies(&all);
        assert!(split.len() > 1);
        let without_blanks = |text: &String| text.chars().filter(|c| !c.is_whitespace()).count();
        assert!(split.iter().all(|policy| without_blanks(policy) <= LONGEST));
        let statements = |text: &String| {
            let policy: Value = serde_json::from_str(text).unwrap();
            policy["Statement"].as_array().unwrap().clone()
        };
        let mut apart: Vec<_> = split.iter().flat_map(statements).map(|one| one.to_string()).collect();
        let mut whole: Vec<_> = statements(&policy(&all)).iter().map(Value::to_string).collect();
        apart.sort();
        whole.sort();
        assert_eq!(apart, whole);
    }

    #[test]
    fn what_carries_the_tag_is_said_once() {
        let own = |action: &str, kind: &str| {
            let on = format!("arn:aws:ec2:eu-west-1:111122223333:{kind}/*");
            Permission::new(action, on).when("aws:ResourceTag/slipway:stack", "imaging")
        };
        let all =
            [own("ec2:DeleteVpc", "vpc"), own("ec2:DeleteSubnet", "subnet"), own("ec2:CreateSubnet", "vpc")];
        let policy: Value = serde_json::from_str(&policy(&all)).unwrap();
        let [statement] = policy["Statement"].as_array().unwrap().as_slice() else { panic!("{policy}") };
        assert_eq!(statement["Resource"], "arn:aws:ec2:eu-west-1:111122223333:*/*");
        assert_eq!(statement["Action"].as_array().unwrap().len(), 3);
    }
}
