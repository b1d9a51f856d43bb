//! What is in a practice account, compared: the same stack, nothing left, nothing of anybody else's touched.

use serde_json::Value;

/// What a stack consists of, without ids and times that differ from one making to the next: how many of each kind
/// there are.
pub fn shape(account: &Value) -> Vec<String> {
    fn walk(path: &str, value: &Value, into: &mut Vec<String>) {
        if let Value::Object(entries) = value {
            into.push(format!("{path} {}", entries.len()));
            // Collections keyed by ids are counted; what is under a fixed name is looked into.
            for (key, value) in entries.iter().filter(|(key, _)| !key.contains('-') && !key.contains(':')) {
                walk(&format!("{path}/{key}"), value, into);
            }
        }
    }
    let mut shape = Vec::new();
    walk("", account, &mut shape);
    shape
}

/// Paths of the account that are new or changed after a teardown, but for what AWS keeps as well: the
/// service-linked roles, inactive revisions, a week's history of jobs (and what the account has noted to do about it).
pub fn left_over(before: &Value, after: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    compare("", before, after, &mut paths);
    let kept = ["/iam/roles/AWSServiceRoleFor", "/definitions", "/jobs", "/orders", "/submitted", "/agenda"];
    paths.retain(|path| !kept.iter().any(|part| path.contains(part)));
    paths
}

fn compare(path: &str, before: &Value, after: &Value, paths: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in after {
                compare(&format!("{path}/{key}"), before.get(key).unwrap_or(&Value::Null), value, paths);
            }
            paths.extend(
                before.keys().filter(|key| !after.contains_key(*key)).map(|key| format!("-{path}/{key}")),
            );
        }
        (Value::Null, Value::Object(after)) if after.is_empty() => {}
        (Value::Null, Value::Object(after)) => {
            for (key, value) in after {
                compare(&format!("{path}/{key}"), &Value::Null, value, paths);
            }
        }
        (before, after) if before == after => {}
        (Value::Null, Value::Array(after)) if after.is_empty() => {}
        (Value::Null, Value::Bool(false)) => {}
        (Value::Null, Value::Number(after)) if after.as_u64() == Some(0) => {}
        _ => paths.push(path.to_owned()),
    }
}

/// Paths that were there before and are changed or gone, and those that came to what is named by one of `names`; but
/// for what the account has noted to do, and what goes by the stack's own name.
pub fn changed(before: &Value, after: &Value, names: &[String]) -> Vec<String> {
    let mut paths = Vec::new();
    compare("", before, after, &mut paths);
    paths.retain(|path| names.iter().any(|name| path.contains(name)));
    kept("", before, after, &mut paths);
    let noted = ["/agenda", "/orders", "imaging"];
    paths.retain(|path| !noted.iter().any(|part| path.contains(part)));
    paths.sort();
    paths.dedup();
    paths
}

/// Paths of `before` that are not the same any more.
fn kept(path: &str, before: &Value, after: &Value, paths: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                let path = format!("{path}/{key}");
                match after.get(key) {
                    Some(after) => kept(&path, value, after, paths),
                    None => paths.push(format!("-{path}")),
                }
            }
        }
        (before, after) if before == after => {}
        _ => paths.push(path.to_owned()),
    }
}
