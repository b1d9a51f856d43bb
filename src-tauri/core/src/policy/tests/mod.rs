//! What policies say, by hand-written ones, and by many against a simulator that others wrote.

mod simulator;

use serde_json::{Value, json};

use super::{Ask, Circumstances, Holds, Policy, Target};
use crate::world::Moment;

fn policy(statement: Value) -> Policy {
    Policy::read(&json!({ "Version": "2012-10-17", "Statement": statement })).unwrap()
}

fn ask(action: &str, target: &str) -> Ask {
    let target = if target.is_empty() { Target::Whole } else { Target::Like(target.to_owned()) };
    Ask { action: action.to_owned(), target }
}

fn here() -> Circumstances {
    Circumstances::from([
        ("aws:requestedregion", "eu-west-1".to_owned()),
        ("aws:sourcearn", "arn:aws:ecs:eu-west-1:111122223333:*".to_owned()),
    ])
}

#[test]
fn what_is_not_a_policy_says_nothing() {
    for document in [json!(null), json!({}), json!({ "Statement": "x" }), json!({ "Statement": [{}] })] {
        assert!(Policy::read(&document).is_none(), "{document}");
    }
}

#[test]
fn actions_and_resources_are_covered_whole_in_part_or_not_at_all() {
    let cluster = "arn:aws:ecs:eu-west-1:111122223333:cluster/*";
    let allows = |action: &str, resource: &str, asked: &Ask| {
        policy(json!({ "Effect": "Allow", "Action": action, "Resource": resource })).allows(asked, &here())
    };
    let poll = ask("ecs:Poll", cluster);
    assert_eq!(allows("ecs:*", "*", &poll), Holds::Yes);
    assert_eq!(allows("ECS:po??", "arn:aws:ecs:*:*:cluster/*", &poll), Holds::Yes);
    assert_eq!(allows("ecs:Poll", "arn:aws:ecs:*:*:cluster/AWSBatch-*", &poll), Holds::Perhaps);
    assert_eq!(allows("ecs:Poll", "arn:aws:ecs:*:*:task/*", &poll), Holds::No);
    assert_eq!(allows("ecs:Submit*", "*", &poll), Holds::No);
    assert_eq!(allows("s3:Get*", "*", &ask("s3:*", "arn:aws:s3:::scans/*")), Holds::Perhaps);
    // An action that is about no resource is allowed on all of them or not at all.
    let token = ask("ecr:GetAuthorizationToken", "");
    assert_eq!(allows("ecr:*", "*", &token), Holds::Yes);
    assert_eq!(allows("ecr:*", "arn:aws:ecr:*:*:*", &token), Holds::No);
    // Who will ask decides what a variable says.
    assert_eq!(allows("ecs:*", "arn:aws:ecs:*:*:cluster/${aws:username}", &poll), Holds::Perhaps);
    assert_eq!(allows("ecs:*", "arn:aws:iam:*:*:cluster/${aws:username}", &poll), Holds::No);
}

#[test]
fn everything_but_is_read_as_what_it_leaves() {
    let but = policy(json!({ "Effect": "Allow", "NotAction": ["iam:*", "ecs:S*"], "Resource": "*" }));
    assert_eq!(but.allows(&ask("ecs:Poll", "*"), &here()), Holds::Yes);
    assert_eq!(but.allows(&ask("ecs:SubmitTaskStateChange", "*"), &here()), Holds::No);
    let elsewhere = policy(json!({ "Effect": "Deny", "Action": "*", "NotResource": "arn:aws:ecs:*" }));
    assert_eq!(elsewhere.denies(&ask("ecs:Poll", "arn:aws:ecs:eu-west-1:1:cluster/x"), &here()), Holds::No);
    assert_eq!(
        elsewhere.denies(&ask("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:x"), &here()),
        Holds::Yes
    );
}

#[test]
fn conditions_hold_where_their_keys_are_known_and_perhaps_where_not() {
    let denies = |condition: Value| {
        let statement = json!({ "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition });
        policy(statement).denies(&ask("ecs:Poll", "*"), &here())
    };
    assert_eq!(denies(json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } })), Holds::Yes);
    assert_eq!(denies(json!({ "StringNotEquals": { "aws:RequestedRegion": ["eu-west-1"] } })), Holds::No);
    assert_eq!(denies(json!({ "StringLike": { "aws:RequestedRegion": ["us-*", "cn-*"] } })), Holds::No);
    assert_eq!(denies(json!({ "StringEquals": { "aws:SourceVpc": "vpc-1" } })), Holds::Perhaps);
    let both = json!({ "StringEquals": { "aws:SourceVpc": "vpc-1", "aws:RequestedRegion": "us-east-1" } });
    assert_eq!(denies(both), Holds::No, "all conditions must hold");
    assert_eq!(denies(json!({ "IpAddress": { "aws:RequestedRegion": "10.0.0.0/8" } })), Holds::Perhaps);
}

/// IAM User Guide, "IAM JSON policy elements: Condition operators": which hold where there is no such key.
#[test]
fn without_its_key_a_negated_condition_holds_and_so_does_one_if_it_exists() {
    let tag = ("team".to_owned(), "y".to_owned());
    let known = here()
        .without(&["aws:username"])
        .perhaps("aws:multifactorauthpresent", "false")
        .with_tags([(&tag.0, &tag.1)])
        .since(Moment(1_767_225_600_000));
    for (operator, key, value, holds) in [
        ("StringEquals", "aws:username", "ana", Holds::No),
        ("StringEqualsIfExists", "aws:username", "ana", Holds::Yes),
        ("StringNotLike", "aws:username", "a*", Holds::Yes),
        ("ArnNotLike", "aws:username", "a*", Holds::Yes),
        ("NotIpAddress", "aws:username", "10.0.0.0/8", Holds::Yes),
        ("NumericLessThan", "aws:username", "1", Holds::No),
        ("ForAllValues:StringEquals", "aws:username", "ana", Holds::Yes),
        ("ForAnyValue:StringNotEquals", "aws:username", "ana", Holds::No),
        ("Null", "aws:username", "true", Holds::Yes),
        ("Null", "aws:username", "false", Holds::No),
        ("NoSuchOperator", "aws:username", "ana", Holds::Perhaps),
        // There as false, or not there.
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "false", Holds::Yes),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "true", Holds::Perhaps),
        ("Bool", "aws:MultiFactorAuthPresent", "true", Holds::No),
        ("Bool", "aws:MultiFactorAuthPresent", "false", Holds::Perhaps),
        ("StringNotEquals", "aws:PrincipalTag/project", "x", Holds::Yes),
        ("StringNotEquals", "aws:PrincipalTag/Team", "y", Holds::No),
        ("StringEquals", "aws:PrincipalTag/team", "y", Holds::Yes),
        ("StringNotEquals", "aws:SourceVpc", "vpc-1", Holds::Perhaps),
        // What is over stays so, and what is to come does not.
        ("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", Holds::No),
        ("DateGreaterThan", "aws:CurrentTime", "2020-01-01", Holds::Yes),
        ("DateNotEquals", "aws:EpochTime", "1577836800", Holds::Yes),
        ("DateLessThan", "aws:TokenIssueTime", "2199-01-01T00:00:00Z", Holds::Perhaps),
        ("DateLessThan", "aws:CurrentTime", "some day", Holds::Perhaps),
    ] {
        let statement = json!({ "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": { operator: { key: value } } });
        let denies = policy(statement).denies(&ask("ecs:Poll", "*"), &known);
        assert_eq!(denies, holds, "{operator} {key} {value}");
    }
}

#[test]
fn a_service_is_trusted_unless_it_is_left_out_or_forbidden() {
    let tasks = "ecs-tasks.amazonaws.com";
    let trusts = |statement: Value| policy(statement).trusts(tasks, &here());
    let distrusts = |statement: Value| policy(statement).distrusts(tasks, &here());
    let of = |effect: &str, principal: &Value, action: &str| json!({ "Effect": effect, "Principal": principal, "Action": action });
    let service = json!({ "Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] });
    let allow = |principal: &Value, action: &str| trusts(of("Allow", principal, action));
    assert_eq!(allow(&service, "sts:Assume*"), Holds::Yes);
    assert_eq!(allow(&service, "sts:TagSession"), Holds::No);
    assert_eq!(allow(&json!({ "Service": "ec2.amazonaws.com" }), "sts:AssumeRole"), Holds::No);
    assert_eq!(allow(&json!({ "AWS": "arn:aws:iam::1:root" }), "sts:AssumeRole"), Holds::No);
    assert_eq!(allow(&json!("*"), "sts:AssumeRole"), Holds::Perhaps);
    let deny = |principal: &Value, action: &str| distrusts(of("Deny", principal, action));
    assert_eq!(deny(&service, "sts:*"), Holds::Yes);
    assert_eq!(deny(&json!("*"), "*"), Holds::Yes, "everybody");
    assert_eq!(deny(&json!({ "AWS": "*" }), "sts:AssumeRole"), Holds::Yes, "everybody");
    assert_eq!(deny(&json!({ "AWS": "arn:aws:iam::1:root" }), "sts:AssumeRole"), Holds::No);
    assert_eq!(deny(&json!("*"), "sts:TagSession"), Holds::No);
    let but = |principal: Value| {
        distrusts(json!({ "Effect": "Deny", "NotPrincipal": principal, "Action": "sts:AssumeRole" }))
    };
    assert_eq!(but(service.clone()), Holds::No);
    assert_eq!(but(json!({ "AWS": "arn:aws:iam::1:root" })), Holds::Perhaps);
}

#[test]
fn conditions_of_trust_hold_do_not_or_are_left_to_who_calls() {
    let trusts = |condition: Value| {
        let statement = json!({ "Effect": "Allow", "Principal": { "Service": "ecs-tasks.amazonaws.com" },
            "Action": "sts:AssumeRole", "Condition": condition });
        policy(statement).trusts("ecs-tasks.amazonaws.com", &here())
    };
    let source = |operator: &str, value: &str| trusts(json!({ operator: { "aws:SourceArn": value } }));
    assert_eq!(source("ArnLike", "arn:aws:ecs:eu-west-1:111122223333:*"), Holds::Yes);
    assert_eq!(source("StringLike", "arn:aws:ecs:*:111122223333:*"), Holds::Yes);
    assert_eq!(source("ArnLike", "arn:aws:ecs:eu-west-1:111122223333:cluster/one"), Holds::Perhaps);
    assert_eq!(source("ArnLike", "arn:aws:ecs:us-east-1:111122223333:*"), Holds::No, "another region");
    assert_eq!(source("ArnLike", "arn:aws:ecs:eu-west-1:444455556666:*"), Holds::No, "another account");
    // For StringEquals an asterisk is a letter like any other.
    assert_eq!(source("StringEquals", "arn:aws:ecs:eu-west-1:111122223333:*"), Holds::No);
    let unknown = trusts(json!({ "StringEquals": { "aws:SourceOrgID": "o-1" } }));
    assert_eq!(unknown, Holds::Perhaps, "nothing is known of that key here");
}
