//! Many policies, against the practice account's policy simulator, which knows nothing of this room: what is told for
//! certain here is what it says there.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, Tag};
use proptest::{
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use slipway_practice::Practice;

use super::super::{Ask, Circumstances, Holds, Policy, Target};
use crate::{
    account::Session,
    aws::{Activity, Connection, SignIn},
    world::{Moment, World},
};

/// 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600_000;
const REGION: &str = "us-east-1";
const POLICIES: usize = 300;

const ACTIONS: [&str; 6] = [
    "ecs:Poll",
    "ecs:SubmitTaskStateChange",
    "ecr:GetAuthorizationToken",
    "ecr:BatchGetImage",
    "logs:PutLogEvents",
    "iam:PassRole",
];
const RESOURCES: [&str; 4] = [
    "arn:aws:ecs:us-east-1:111122223333:cluster/AWSBatch-one",
    "arn:aws:ecr:us-east-1:111122223333:repository/imaging/app",
    "arn:aws:logs:us-east-1:111122223333:log-group:/aws/batch/imaging:log-stream:x",
    "*",
];

fn lists(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        select(of).prop_map(|one| json!(one)),
        prop::collection::vec(select(of), 1..4).prop_map(|many| json!(many)),
    ]
}

fn statements() -> impl Strategy<Value = Value> {
    let actions = lists(&[
        "*",
        "ecs:*",
        "ecs:Poll",
        "ECS:submit*",
        "ec?:*",
        "ecr:*",
        "ecr:Get*",
        "logs:Put*",
        "iam:PassRole",
        "s3:*",
    ]);
    let resources = lists(&[
        "*",
        "arn:aws:ecs:*",
        "arn:aws:ecs:us-east-1:111122223333:cluster/AWSBatch-*",
        "arn:aws:ecs:*:*:cluster/other",
        "arn:aws:ecr:*:*:repository/imaging/*",
        "arn:aws:logs:*:*:log-group:/aws/batch/*",
        "arn:aws:ecs:*:*:cluster/${aws:username}",
    ]);
    let conditions = select(vec![
        Value::Null,
        Value::Null,
        Value::Null,
        json!({ "StringEquals": { "aws:RequestedRegion": ["us-east-1", "eu-west-1"] } }),
        json!({ "StringNotEquals": { "AWS:RequestedRegion": "us-east-1" } }),
        json!({ "StringLike": { "aws:RequestedRegion": "us-*" } }),
        json!({ "StringNotLikeIfExists": { "aws:RequestedRegion": "cn-*" } }),
        json!({ "Bool": { "aws:SecureTransport": "false" } }),
        json!({ "StringEquals": { "aws:SourceVpc": "vpc-1" } }),
        json!({ "Null": { "aws:RequestedRegion": "true" } }),
        json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }),
        json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
        json!({ "StringNotEquals": { "aws:PrincipalTag/team": "x" } }),
        json!({ "StringEquals": { "aws:PrincipalTag/Team": "y" } }),
        json!({ "StringNotLike": { "aws:PrincipalTag/project": "*" } }),
        json!({ "ForAllValues:StringEquals": { "aws:username": ["ana"] } }),
        json!({ "ForAnyValue:StringNotEquals": { "aws:username": ["ana"] } }),
        json!({ "Null": { "aws:username": "true" } }),
        json!({ "DateLessThan": { "aws:TokenIssueTime": "2020-01-01T00:00:00Z" } }),
        json!({ "DateGreaterThan": { "aws:TokenIssueTime": ["2199-01-01", "2020-01-01"] } }),
        json!({ "DateNotEquals": { "aws:TokenIssueTime": "1577836800" } }),
    ]);
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    (effect, any::<bool>(), 0..6_u8, actions, resources, conditions).prop_map(
        |(effect, turned, odd, actions, resources, condition)| {
            let action = if turned && odd == 0 { "NotAction" } else { "Action" };
            let resource = if turned && odd == 1 { "NotResource" } else { "Resource" };
            let mut statement = json!({ "Effect": effect, action: actions, resource: resources });
            if !condition.is_null() {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

async fn session() -> (tempfile::TempDir, Practice, Session) {
    let practice = Practice::in_memory(7).with_clock(Arc::new(|| NOW));
    let home = tempfile::tempdir().unwrap();
    let world = World::new(|| NOW, || "one".to_owned());
    let credentials = Credentials::new("AKIAPRACTICE", "practice", None, None, "test");
    let connection = Connection {
        region: REGION.to_owned(),
        endpoint: None,
        credentials: SignIn::new(world.clone(), credentials),
        http: Some(practice.http_client()),
        activity: Activity::new(world.clone(), None),
    };
    let session = Session::open(&connection, "practice", home.path(), world).await.unwrap();
    (home, practice, session)
}

fn entry(key: &str, value: &str) -> ContextEntry {
    let entry = ContextEntry::builder().context_key_name(key).context_key_values(value);
    entry.context_key_type(ContextKeyTypeEnum::String).build()
}

#[tokio::test]
async fn what_is_told_for_certain_the_simulator_says_too() {
    let (_home, _practice, session) = session().await;
    let iam = &session.aws.once.iam;
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let tag = Tag::builder().key("team").value("y").build().unwrap();
    let made =
        iam.create_role().role_name("r").tags(tag).assume_role_policy_document(trust).send().await.unwrap();
    let arn = made.role().unwrap().arn().to_owned();
    let told = [("aws:requestedregion", REGION), ("aws:securetransport", "true")];
    let known = Circumstances::from(told.map(|(key, value)| (key, value.to_owned())))
        .without(&["aws:username"])
        .perhaps("aws:multifactorauthpresent", "false")
        .with_tags([(&"team".to_owned(), &"y".to_owned())])
        .since(Moment(NOW));
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let documents = prop::collection::vec(statements(), 1..4);
    let (mut certain, mut open) = (0, 0);
    for _ in 0..POLICIES {
        let statements = documents.new_tree(&mut runner).unwrap().current();
        let document = json!({ "Version": "2012-10-17", "Statement": statements });
        let put = iam.put_role_policy().role_name("r").policy_name("p").policy_document(document.to_string());
        put.send().await.unwrap();
        let policy = Policy::read(&document).unwrap();
        for resource in RESOURCES {
            let mut request = iam.simulate_principal_policy().policy_source_arn(&arn).resource_arns(resource);
            request = request.set_action_names(Some(ACTIONS.map(str::to_owned).to_vec()));
            for (key, value) in told.into_iter().chain([("aws:tokenissuetime", "2026-01-01T00:00:00Z")]) {
                request = request.context_entries(entry(key, value));
            }
            let said = request.send().await.unwrap();
            for one in said.evaluation_results() {
                let target = if resource == "*" { Target::Whole } else { Target::Like(resource.to_owned()) };
                let ask = Ask { action: one.eval_action_name().to_owned(), target };
                let (allows, denies) = (policy.allows(&ask, &known), policy.denies(&ask, &known));
                let verdict = match (denies, allows) {
                    (Holds::Yes, _) => "explicitDeny",
                    (Holds::No, Holds::Yes) => "allowed",
                    (Holds::No, Holds::No) => "implicitDeny",
                    _ => {
                        open += 1;
                        continue;
                    }
                };
                certain += 1;
                assert_eq!(verdict, one.eval_decision().as_str(), "{ask:?} by {document:#}");
            }
        }
    }
    assert!(certain > 3 * open, "{certain} are told and {open} are not");
}
