#![allow(clippy::needless_pass_by_value, reason = "requests are written in place")]

use super::*;
use crate::account::{Account, Caller};
use crate::state::State;
use crate::wire::json::list;
use serde_json::json as value;

const NOW: Millis = Millis(1_764_000_000_000);

fn call(state: &mut State, now: Millis, action: &str, input: Value) -> Result<Value, Fault> {
    let Some(call) = CALLS.iter().find(|call| call.action == action) else { panic!("no call {action}") };
    let super::super::Handler::Json(handler) = call.handler else { panic!("{action} is JSON") };
    let caller = Caller::you();
    handler(&mut Account { state, now, caller: &caller, region: "us-east-1" }, &input)
}

fn ok(state: &mut State, now: Millis, action: &str, input: Value) -> Value {
    call(state, now, action, input).unwrap()
}

fn account() -> State {
    let mut state = State::new(1);
    ok(&mut state, NOW, "CreateLogGroup", value!({ "logGroupName": "/g", "tags": { "a": "1" } }));
    ok(&mut state, NOW, "CreateLogStream", value!({ "logGroupName": "/g", "logStreamName": "s" }));
    state
}

fn messages(answer: &Value) -> Vec<&str> {
    list(answer, "events").iter().filter_map(|event| text(event, "message")).collect()
}

#[test]
fn groups_are_made_described_tagged_and_deleted() {
    let mut state = account();
    let again = call(&mut state, NOW, "CreateLogGroup", value!({ "logGroupName": "/g" })).unwrap_err();
    assert_eq!(again.code, "ResourceAlreadyExistsException");
    ok(&mut state, NOW, "PutRetentionPolicy", value!({ "logGroupName": "/g", "retentionInDays": 30 }));
    let found = ok(&mut state, NOW, "DescribeLogGroups", value!({ "logGroupNamePrefix": "/g" }));
    assert_eq!(found["logGroups"][0]["retentionInDays"], 30);
    assert_eq!(found["logGroups"][0]["arn"], "arn:aws:logs:us-east-1:111122223333:log-group:/g:*");
    let arn = found["logGroups"][0]["logGroupArn"].clone();
    ok(&mut state, NOW, "TagResource", value!({ "resourceArn": arn, "tags": { "b": "2" } }));
    ok(&mut state, NOW, "UntagResource", value!({ "resourceArn": arn, "tagKeys": ["a"] }));
    let tags = ok(&mut state, NOW, "ListTagsForResource", value!({ "resourceArn": arn }));
    assert_eq!(tags, value!({ "tags": { "b": "2" } }));
    assert!(
        call(&mut state, NOW, "PutRetentionPolicy", value!({ "logGroupName": "/g", "retentionInDays": 31 }))
            .is_err()
    );
    ok(&mut state, NOW, "DeleteLogGroup", value!({ "logGroupName": "/g" }));
    let gone = call(&mut state, NOW, "DeleteLogGroup", value!({ "logGroupName": "/g" })).unwrap_err();
    assert_eq!(gone.code, "ResourceNotFoundException");
    for name in ["", "a b", "aws/x", "a:b"] {
        assert!(call(&mut state, NOW, "CreateLogGroup", value!({ "logGroupName": name })).is_err(), "{name}");
    }
}

#[test]
fn groups_come_in_pages() {
    let mut state = State::new(1);
    for number in 0..5 {
        ok(&mut state, NOW, "CreateLogGroup", value!({ "logGroupName": format!("/g{number}") }));
    }
    let first = ok(&mut state, NOW, "DescribeLogGroups", value!({ "limit": 3 }));
    assert_eq!(list(&first, "logGroups").len(), 3);
    let second =
        ok(&mut state, NOW, "DescribeLogGroups", value!({ "limit": 3, "nextToken": first["nextToken"] }));
    assert_eq!(list(&second, "logGroups").len(), 2);
    assert!(second.get("nextToken").is_none());
}

#[test]
fn an_event_is_not_seen_before_its_time() {
    let mut state = account();
    let lines = (0..4).map(|n| Event(NOW.plus(n * 1000), format!("line {n}"))).collect();
    state.logs.write_stream("us-east-1", "/g", "job", NOW, lines);
    let ask = value!({ "logGroupName": "/g", "logStreamName": "job", "startFromHead": true });
    let first = ok(&mut state, NOW.plus(1500), "GetLogEvents", ask.clone());
    assert_eq!(messages(&first), ["line 0", "line 1"]);
    let mut next = ask.clone();
    next["nextToken"] = first["nextForwardToken"].clone();
    let nothing = ok(&mut state, NOW.plus(1600), "GetLogEvents", next.clone());
    assert_eq!(messages(&nothing), [""; 0]);
    assert_eq!(nothing["nextForwardToken"], first["nextForwardToken"], "the end gives the same token back");
    let more = ok(&mut state, NOW.plus(9000), "GetLogEvents", next);
    assert_eq!(messages(&more), ["line 2", "line 3"]);
    state.logs.cut_stream("us-east-1", "/g", "job", NOW.plus(1000));
    assert_eq!(messages(&ok(&mut state, NOW.plus(9000), "GetLogEvents", ask)), ["line 0", "line 1"]);
}

#[test]
fn events_page_from_the_head_and_from_the_tail() {
    let mut state = account();
    let events: Vec<Value> =
        (0..7).map(|n| value!({ "timestamp": NOW.0 + n, "message": format!("e{n}") })).collect();
    ok(
        &mut state,
        NOW,
        "PutLogEvents",
        value!({ "logGroupName": "/g", "logStreamName": "s", "logEvents": events }),
    );
    let now = NOW.plus(100);
    let tail = ok(
        &mut state,
        now,
        "GetLogEvents",
        value!({ "logGroupName": "/g", "logStreamName": "s", "limit": 3 }),
    );
    assert_eq!(messages(&tail), ["e4", "e5", "e6"]);
    let back = ok(
        &mut state,
        now,
        "GetLogEvents",
        value!({ "logGroupName": "/g", "logStreamName": "s", "limit": 3, "nextToken": tail["nextBackwardToken"] }),
    );
    assert_eq!(messages(&back), ["e1", "e2", "e3"]);
    let window = ok(
        &mut state,
        now,
        "GetLogEvents",
        value!({ "logGroupName": "/g", "logStreamName": "s", "startTime": NOW.0 + 2, "endTime": NOW.0 + 4, "startFromHead": true }),
    );
    assert_eq!(messages(&window), ["e2", "e3"]);
    let wrong = value!({ "logGroupName": "/g", "logStreamName": "s", "nextToken": "f/x/s" });
    assert_eq!(call(&mut state, now, "GetLogEvents", wrong).unwrap_err().code, "InvalidParameterException");
}

#[test]
fn events_are_found_by_pattern_across_streams() {
    let mut state = account();
    for stream in ["a", "b"] {
        let events =
            vec![Event(NOW, format!("{stream} ERROR disk full")), Event(NOW.plus(1), format!("{stream} ok"))];
        state.logs.write_stream("us-east-1", "/g", stream, NOW, events);
    }
    let now = NOW.plus(10);
    let found = |state: &mut State, pattern: &str| {
        let answer =
            ok(state, now, "FilterLogEvents", value!({ "logGroupName": "/g", "filterPattern": pattern }));
        messages(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(&mut state, "ERROR"), ["a ERROR disk full", "b ERROR disk full"]);
    assert_eq!(found(&mut state, "\"disk full\" -b"), ["a ERROR disk full"]);
    assert_eq!(found(&mut state, "?nothing ?ok"), ["a ok", "b ok"]);
    let refused = call(
        &mut state,
        now,
        "FilterLogEvents",
        value!({ "logGroupName": "/g", "filterPattern": "{ $.a = 1 }" }),
    );
    assert!(refused.is_err());
    let streams = ok(
        &mut state,
        now,
        "DescribeLogStreams",
        value!({ "logGroupName": "/g", "orderBy": "LastEventTime", "descending": true }),
    );
    assert_eq!(streams["logStreams"][0]["lastEventTimestamp"], NOW.0 + 1);
}

#[test]
fn retention_hides_what_is_too_old() {
    let mut state = account();
    state.logs.write_stream("us-east-1", "/g", "s", NOW, vec![Event(NOW, "old".to_owned())]);
    ok(&mut state, NOW, "PutRetentionPolicy", value!({ "logGroupName": "/g", "retentionInDays": 1 }));
    let ask = value!({ "logGroupName": "/g", "logStreamName": "s", "startFromHead": true });
    assert_eq!(messages(&ok(&mut state, NOW.plus(86_000_000), "GetLogEvents", ask.clone())).len(), 1);
    assert_eq!(messages(&ok(&mut state, NOW.plus(87_000_000), "GetLogEvents", ask)).len(), 0);
}
