//! A whole stack: made, found finished, torn down.

use serde_json::Value;
use slipway_core::run::{self, RunState, RunView};
use tokio_util::sync::CancellationToken;

use crate::account::{blueprints, fresh};

fn quiet() -> impl FnMut(&RunView) + Send {
    |_| {}
}

/// Ends well, or says what failed.
fn done(view: &RunView) {
    let failures: Vec<_> = view
        .steps
        .iter()
        .filter_map(|s| s.failure.as_ref().map(|f| format!("{}: {f:?}", s.step.id)))
        .collect();
    assert_eq!(view.state, RunState::Done, "{failures:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_stack_is_made_once_and_torn_down_to_nothing() {
    for blueprint in blueprints() {
        let account = fresh(7).await;
        let session = &account.session;
        let stop = CancellationToken::new();
        let before = account.practice.dump().unwrap();

        done(&run::create(session, blueprint.clone(), &stop, &mut quiet()).await.unwrap());
        let calls = session.activity.entries().len();
        done(&run::create(session, blueprint.clone(), &stop, &mut quiet()).await.unwrap());
        let again = session.activity.entries().split_off(calls);
        assert!(!again.is_empty());
        let changing: Vec<_> = again.iter().filter(|entry| entry.changes).collect();
        assert!(changing.is_empty(), "a second create changed something: {changing:?}");

        done(&run::teardown(session, "imaging", &stop, &mut quiet()).await.unwrap());
        let after = account.practice.dump().unwrap();
        assert_eq!(left_over(&before, &after), Vec::<String>::new());
    }
}

/// What a stack consists of, without ids and times that differ from one making to the next: how many of each kind
/// there are.
pub(crate) fn shape(account: &Value) -> Vec<String> {
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
pub(crate) fn left_over(before: &Value, after: &Value) -> Vec<String> {
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
