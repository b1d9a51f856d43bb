//! The caller's own policies, its boundary, and its organisation's: all must allow, none may deny.

use crate::judged::{World, allow, json_call, policy, query, statement, when};
use crate::wire::Wire;
use base64::Engine;
use serde_json::{Value, json};
use slipway_practice::{Access, Practice, Trouble};

const ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn only(action: &str) -> String {
    policy(&[allow(action, &["*"])])
}

fn all_but(action: &str) -> String {
    policy(&[allow("*", &["*"]), statement("Deny", action, &["*"])])
}

#[test]
fn each_kind_of_policy_is_named_as_aws_names_it() {
    let world = World::new();
    let rights = |identity: String, boundary: Option<String>, organization: Vec<Vec<String>>| Access {
        identity: vec![identity],
        boundary,
        organization,
    };
    let all = || ALL.to_owned();
    let none = |kind: &str| format!("because no {kind} allows the batch:ListJobs action");
    let deny = |kind: &str| format!("with an explicit deny in {kind}");
    let cases = [
        (rights(all(), Some(all()), vec![vec![all()], vec![only("iam:*"), all()]]), None),
        (rights(only("iam:*"), None, vec![]), Some(none("identity-based policy"))),
        (Access { identity: vec![], ..Access::default() }, Some(none("identity-based policy"))),
        (rights(all_but("batch:List*"), None, vec![]), Some(deny("an identity-based policy"))),
        (rights(all(), Some(only("iam:*")), vec![]), Some(none("permissions boundary"))),
        (rights(all(), Some(all_but("batch:*")), vec![]), Some(deny("a permissions boundary"))),
        (rights(all(), None, vec![vec![all()], vec![only("iam:*")]]), Some(none("service control policy"))),
        (rights(all(), None, vec![vec![all_but("batch:*")]]), Some(deny("a service control policy"))),
        // What denies is told before what does not allow.
        (rights(only("iam:*"), Some(all_but("batch:*")), vec![]), Some(deny("a permissions boundary"))),
    ];
    let call = json_call("batch", "ListJobs", json!({ "jobQueue": "q" }));
    for (access, reason) in cases {
        world.judge_by(access.clone());
        let said = reason.map(|reason| format!("batch:ListJobs on resource: * {reason}"));
        assert_eq!(world.refusal(&call), said, "{access:?}");
    }
    world.judge_by(rights(only("iam:*"), None, vec![]));
    let reply = world.send(&call);
    assert_eq!((reply.status, reply.header("x-amzn-errortype")), (403, Some("AccessDeniedException")));
}

#[test]
fn ec2_says_the_rest_to_those_who_may_decode_it_and_only_where_something_changes() {
    let world = World::new();
    world.allow_only(&[allow("iam:*", &["*"])]);
    let (status, code, message) = world.send(&query("ec2", "DeleteVpc", &[("VpcId", &world.vpc)])).refusal();
    assert_eq!((status, code.as_str()), (403, "UnauthorizedOperation"));
    let (said, encoded) = message.split_once(". Encoded authorization failure message: ").expect("the rest");
    assert_eq!(
        said,
        format!(
            "You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/you is not authorized \
             to perform: ec2:DeleteVpc on resource: arn:aws:ec2:eu-west-1:111122223333:vpc/{} because no identity-based \
             policy allows the ec2:DeleteVpc action",
            world.vpc
        )
    );
    let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(encoded).expect("base64");
    let decoded: Value = serde_json::from_slice(&decoded).expect("JSON");
    assert_eq!(
        (&decoded["explicitDeny"], &decoded["context"]["action"]),
        (&json!(false), &json!("ec2:DeleteVpc"))
    );
    let (_, _, message) = world.send(&query("ec2", "DescribeVpcs", &[])).refusal();
    assert!(message.ends_with("allows the ec2:DescribeVpcs action"), "{message}");
}

#[test]
fn a_lesson_takes_away_from_whatever_the_caller_has() {
    let world = World::new();
    world.wire.teach([Trouble::MissingPermission { actions: vec!["ec2:Describe*".into()] }]);
    world.allow_only(&[allow("ec2:*", &["*"])]);
    let refused = world.refusal(&query("ec2", "DescribeVpcs", &[])).expect("refused");
    assert!(
        refused.ends_with("because no identity-based policy allows the ec2:DescribeVpcs action"),
        "{refused}"
    );
    assert_eq!(world.refusal(&query("ec2", "DeleteVpc", &[("VpcId", &world.vpc)])), None);
    assert!(world.refusal(&query("iam", "ListRoles", &[])).is_some());
}

#[test]
fn every_request_says_who_asks_when_and_where() {
    let world = World::new();
    let call = query("ec2", "DescribeVpcs", &[]);
    let user = "arn:aws:iam::111122223333:user/you";
    for (condition, passes) in [
        (("ArnLike", "aws:PrincipalArn", user), true),
        (("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"), false),
        (("StringEquals", "aws:username", "you"), true),
        (("StringEquals", "aws:RequestedRegion", "eu-west-1"), true),
        (("StringEquals", "aws:RequestedRegion", "us-east-1"), false),
        (("DateLessThan", "aws:CurrentTime", "2026-11-22T00:00:00Z"), true),
        (("DateGreaterThan", "aws:CurrentTime", "2026-11-22"), false),
        (("NumericGreaterThan", "aws:EpochTime", "1700000000"), true),
        (("IpAddress", "aws:SourceIp", "127.0.0.0/8"), true),
        (("NotIpAddress", "aws:SourceIp", "127.0.0.0/8"), false),
        (("Bool", "aws:SecureTransport", "true"), true),
        (("BoolIfExists", "aws:MultiFactorAuthPresent", "true"), true),
        (("Bool", "aws:MultiFactorAuthPresent", "true"), false),
        (("Null", "aws:PrincipalOrgID", "true"), true),
        // What a call is not about is not in its context.
        (("StringLike", "iam:PassedToService", "*"), false),
    ] {
        world.allow_only(&[when(allow("ec2:*", &["*"]), condition)]);
        assert_eq!(world.refusal(&call).is_none(), passes, "{condition:?}");
    }
}

#[test]
fn the_callers_policies_are_kept_survive_a_reset_and_can_only_be_policies() {
    let folder = tempfile::tempdir().expect("a folder");
    let practice = Practice::open(folder.path()).expect("an account");
    assert_eq!(practice.settings().expect("settings").access, Access::default());
    let access = Access { boundary: Some(only("iam:*")), ..Access::default() };
    practice.change_settings(|settings| settings.access = access.clone()).expect("policies");
    practice.reset().expect("a new account");
    // Another process, such as one that serves the account, has them with its next request.
    let other = Wire::on(Practice::open(folder.path()).expect("the same account"));
    assert_eq!(other.query("ec2", "DescribeVpcs", &[]).refusal().1, "UnauthorizedOperation");
    other.done("iam", "ListRoles", &[]);

    for broken in ["{", "{}", &policy(&[when(allow("*", &["*"]), ("StringEqual", "a:b", "c"))])] {
        let set =
            |settings: &mut slipway_practice::Settings| settings.access.identity = vec![broken.to_owned()];
        practice.change_settings(set).expect_err("no policy");
    }
    assert_eq!(practice.settings().expect("settings").access, access);
}
