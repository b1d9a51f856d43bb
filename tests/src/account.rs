//! What an account holds, compared: two accounts with each other, or one with itself before something happened.
//! Works on what boto3 sees, see [`boto::dump`](crate::boto::dump).

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// What is made up anew in each account: ids, and times.
static MADE_UP: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
        (r"\b([a-z][a-z-]*)-[0-9a-f]{8,17}\b", "$1-ID"),
        (r"\bA(ROA|IDA|IPA|NPA)[A-Z0-9]{12,}\b", "A$1"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?", "TIME"),
    ]
    .map(|(pattern, name)| (Regex::new(pattern).expect("the pattern is right"), name))
    .into()
});

/// Under which Slipway keeps the id that it makes up for a stack.
const STACK_ID: &str = "slipway:stack-id";

/// An account without what is made up anew: equal for two accounts in which the same things were made. Something made
/// twice is there twice.
pub fn shape(dump: &Value) -> Value {
    match dump {
        Value::Object(entries) => {
            let is_stack_id = entries.get("Key").is_some_and(|key| key == STACK_ID);
            let made_up = |key: &str| is_made_up(key) || key == STACK_ID || (is_stack_id && key == "Value");
            let kept = entries.iter().filter(|(key, _)| !made_up(key));
            Value::Object(kept.map(|(key, value)| (without_made_up(key), shape(value))).collect())
        }
        Value::Array(values) => {
            let mut values: Vec<_> = values.iter().map(shape).collect();
            values.sort_by_key(Value::to_string);
            Value::Array(values)
        }
        Value::String(text) => Value::String(without_made_up(text)),
        other => other.clone(),
    }
}

/// CloudWatch Logs and Batch write times as numbers; moto's ids of instance profiles look like any word.
fn is_made_up(key: &str) -> bool {
    ["creationTime", "createdAt", "CreateDate", "InstanceProfileId"].contains(&key)
}

fn without_made_up(text: &str) -> String {
    MADE_UP
        .iter()
        .fold(text.to_owned(), |text, (made_up, name)| made_up.replace_all(&text, *name).into_owned())
}

/// What differs in an account, but for what AWS keeps as well when everything else is removed: service-linked roles,
/// inactive revisions, the history of jobs.
pub fn left_over(before: &Value, after: &Value) -> Vec<String> {
    differences(&without_what_aws_keeps(before), &without_what_aws_keeps(after))
}

/// The paths at which two accounts differ, and how.
pub fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    compare("", before, after, &mut paths);
    paths
}

fn without_what_aws_keeps(dump: &Value) -> Value {
    let mut dump = dump.clone();
    if let Some(roles) = dump["iam"]["roles"].as_object_mut() {
        roles.retain(|name, _| !name.starts_with("AWSServiceRoleFor"));
    }
    if let Some(definitions) = dump["batch"]["definitions"].as_array_mut() {
        definitions.retain(|definition| definition["status"] != "INACTIVE");
    }
    dump["batch"]["jobs"] = Value::Null;
    dump
}

fn compare(path: &str, before: &Value, after: &Value, paths: &mut Vec<String>) {
    let nothing = Map::new();
    if let (Value::Array(old), Value::Array(new)) = (before, after) {
        let only = |here: &[Value], there: &[Value]| -> Vec<Value> {
            here.iter().filter(|item| count(here, item) > count(there, item)).cloned().collect()
        };
        paths.extend(only(old, new).iter().map(|gone| format!("{path}: gone: {gone}")));
        paths.extend(only(new, old).iter().map(|come| format!("{path}: new: {come}")));
        return;
    }
    let (old, new) = match (before, after) {
        (Value::Object(old), Value::Object(new)) => (old, new),
        (Value::Object(old), Value::Null) => (old, &nothing),
        (Value::Null, Value::Object(new)) => (&nothing, new),
        _ if before == after => return,
        _ => return paths.push(format!("{path}: {before} became {after}")),
    };
    for key in old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))) {
        compare(&format!("{path}/{key}"), &before[key.as_str()], &after[key.as_str()], paths);
    }
}

fn count(items: &[Value], item: &Value) -> usize {
    items.iter().filter(|other| *other == item).count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_and_times_do_not_matter_and_everything_else_does() {
        let one =
            json!({"vpcs": [{"VpcId": "vpc-0a1b2c3d4e5f60718", "Cidr": "10.0.0.0/16"}], "creationTime": 1});
        let two =
            json!({"vpcs": [{"VpcId": "vpc-ffffffffffffffff0", "Cidr": "10.0.0.0/16"}], "creationTime": 2});
        assert_eq!(shape(&one), shape(&two));
        let other = json!({"vpcs": [{"VpcId": "vpc-0a1b2c3d4e5f60718", "Cidr": "10.1.0.0/16"}]});
        assert_ne!(shape(&one), shape(&other));
        let (vpc, tag) = (one["vpcs"][0].clone(), |id| json!([{"Key": "slipway:stack-id", "Value": id}]));
        assert_eq!(shape(&tag("one")), shape(&tag("two")));
        assert_ne!(shape(&one), shape(&json!({"vpcs": [vpc, vpc], "creationTime": 1})));
    }

    #[test]
    fn only_what_aws_keeps_may_be_left_over() {
        let before = json!({"iam": {"roles": {}}, "batch": {"definitions": [], "jobs": []}});
        let kept = json!({
            "iam": {"roles": {"AWSServiceRoleForBatch": {"role": 1}}},
            "batch": {"definitions": [{"status": "INACTIVE"}], "jobs": [1]},
        });
        assert_eq!(left_over(&before, &kept), Vec::<String>::new());
        let forgotten = json!({
            "iam": {"roles": {"first-execution": {"role": 1}}},
            "batch": {"definitions": [{"status": "ACTIVE"}], "jobs": []},
        });
        assert_eq!(left_over(&before, &forgotten).len(), 2);
    }
}
