//! Trust policies as people write them.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::*;
use crate::{
    resource::{
        Stack, execution_role::execution_role, instance_role::instance_role, service_role::service_role,
        tags::Tags,
    },
    world::Moment,
};

const OURS: &str = "111122223333";

fn stack() -> Arc<Stack> {
    Arc::new(Stack {
        name: "imaging".into(),
        id: "id".into(),
        account: OURS.into(),
        region: "eu-west-1".into(),
        tags: BTreeMap::new(),
        former_tags: std::collections::BTreeSet::new(),
        generations: BTreeMap::new(),
        accepted: BTreeMap::new(),
    })
}

fn found(statements: Value) -> RoleFacts {
    RoleFacts {
        arn: String::new(),
        trust: json!({ "Version": "2012-10-17", "Statement": statements }),
        attached: vec![],
        documents: BTreeMap::new(),
        inline: BTreeMap::new(),
        boundary: None,
        simulated: BTreeMap::new(),
        seen: Moment(1_767_225_600_000),
        tags: Tags::new(),
    }
}

fn of(service: &str, condition: Value) -> Value {
    let mut statement =
        json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" });
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    statement
}

fn execution(statements: Value) -> (Trust, Vec<String>) {
    let (role, facts) = (execution_role(&stack(), &[]), found(statements));
    (role.trusted(&facts), role.let_in(&facts))
}

const TASKS: &str = "ecs-tasks.amazonaws.com";

/// What AWS advises against the confused deputy is no complaint, nor is what goes with a session.
#[test]
fn what_aws_advises_is_as_it_should_be() {
    let advised = json!({
        "StringEquals": { "aws:SourceAccount": OURS },
        "ArnLike": { "aws:SourceArn": "arn:aws:ecs:eu-west-1:111122223333:*" },
    });
    let mut session = of(TASKS, Value::Null);
    session["Action"] = json!(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
    let apart = json!({ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sts:TagSession" });
    let others = json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole",
        "Condition": { "StringNotEquals": { "aws:SourceAccount": OURS } } });
    let only_users = json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole",
        "Condition": { "Bool": { "aws:PrincipalIsAWSService": "false" } } });
    let only_tls = json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole",
        "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
    let until = json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole",
        "Condition": { "DateLessThan": { "aws:CurrentTime": "2020-01-01T00:00:00Z" } } });
    for statements in [
        json!([of(TASKS, Value::Null)]),
        json!(of(TASKS, advised)),
        json!(session),
        json!([of(TASKS, Value::Null), apart]),
        json!([of(TASKS, Value::Null), others, only_users]),
        json!([of(TASKS, Value::Null), only_tls]),
        json!([of(TASKS, Value::Null), until]),
        json!(of(TASKS, json!({ "DateGreaterThan": { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }))),
    ] {
        assert_eq!(execution(statements.clone()), (Trust::Given, vec![]), "{statements}");
    }
}

#[test]
fn what_keeps_the_service_out_is_told_in_words() {
    let denial =
        |principal: Value| json!({ "Effect": "Deny", "Principal": principal, "Action": "sts:AssumeRole" });
    let denied = |principal: Value| execution(json!([of(TASKS, Value::Null), denial(principal)])).0;
    let everybody = Trust::Denied("Deny sts:AssumeRole to everybody".into());
    assert_eq!(denied(json!("*")), everybody);
    assert_eq!(denied(json!({ "AWS": "*" })), everybody);
    let service = Trust::Denied("Deny sts:AssumeRole to Service ecs-tasks.amazonaws.com".into());
    assert_eq!(denied(json!({ "Service": TASKS })), service);
    let unmet = |condition: Value| execution(json!([of(TASKS, condition)])).0;
    let another = json!({ "StringEquals": { "aws:SourceAccount": "444455556666" } });
    assert_eq!(unmet(another), Trust::Unmet("aws:SourceAccount is 444455556666".into()));
    let letter = json!({ "StringEquals": { "aws:SourceArn": "arn:aws:ecs:eu-west-1:111122223333:*" } });
    assert_eq!(unmet(letter), Trust::Unmet("aws:SourceArn is arn:aws:ecs:eu-west-1:111122223333:*".into()));
    let key = json!({ "StringEquals": { "aws:SourceOrgID": "o-1" } });
    let open = "Allow sts:AssumeRole to Service ecs-tasks.amazonaws.com if aws:SourceOrgID is o-1";
    assert_eq!(unmet(key), Trust::Open(open.into()));
    let over = json!({ "DateLessThan": { "aws:CurrentTime": "2020-01-01" } });
    assert_eq!(unmet(over), Trust::Unmet("DateLessThan aws:CurrentTime 2020-01-01".into()));
    let to_come = json!({ "DateLessThan": { "aws:CurrentTime": "2199-01-01" } });
    assert!(matches!(unmet(to_come), Trust::Open(_)), "it holds today and not for ever");
    let one = json!({ "ArnLike": { "aws:SourceArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/one" } });
    assert!(matches!(unmet(one), Trust::Open(_)), "of clusters only all can be named");
}

#[test]
fn others_are_named_and_nobody_is_nobody() {
    let ec2 = json!([of("ec2.amazonaws.com", Value::Null)]);
    assert_eq!(execution(ec2).0, Trust::Lacking("Service ec2.amazonaws.com".into()));
    let tagging = json!({ "Effect": "Allow", "Principal": { "Service": TASKS }, "Action": "sts:TagSession" });
    assert_eq!(execution(json!([tagging])).0, Trust::Lacking(String::new()));
    assert_eq!(execution(json!([])).0, Trust::Lacking(String::new()));
    let other = json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::444455556666:root" },
        "Action": "sts:AssumeRole", "Condition": { "StringEquals": { "sts:ExternalId": "x" } } });
    let both = execution(json!([of(TASKS, Value::Null), other]));
    let let_in = "AWS arn:aws:iam::444455556666:root if sts:ExternalId is x";
    assert_eq!(both, (Trust::Given, vec![let_in.to_owned()]));
}

/// AWS Batch User Guide, "Cross-service confused deputy prevention", both examples.
#[test]
fn batch_is_let_in_for_its_environments_and_any_job() {
    let role = service_role(&stack());
    let trusted = |sources: Value| {
        let condition =
            json!({ "StringEquals": { "aws:SourceAccount": OURS }, "ArnLike": { "aws:SourceArn": sources } });
        role.trusted(&found(json!([of("batch.amazonaws.com", condition)])))
    };
    let arn = |of: &str| format!("arn:aws:batch:eu-west-1:111122223333:{of}");
    assert_eq!(trusted(json!([arn("compute-environment/*"), arn("job/*")])), Trust::Given);
    assert_eq!(trusted(json!([arn("compute-environment/imaging-*"), arn("job/*")])), Trust::Given);
    assert_eq!(trusted(json!(arn("*"))), Trust::Given);
    assert!(matches!(
        trusted(json!([arn("compute-environment/imaging-spot"), arn("job/*")])),
        Trust::Open(_)
    ));
    assert!(matches!(trusted(json!(arn("compute-environment/*"))), Trust::Open(_)), "no job");
    assert!(matches!(trusted(json!([arn("compute-environment/testCE"), arn("job/*")])), Trust::Unmet(_)));
}

/// What EC2 says when it hands an instance its role is nowhere written.
#[test]
fn of_instances_a_condition_is_a_doubt() {
    let role = instance_role(&stack(), &[]);
    let condition = json!({ "StringEquals": { "aws:SourceAccount": OURS } });
    let facts = found(json!([of("ec2.amazonaws.com", condition)]));
    assert!(matches!(role.trusted(&facts), Trust::Open(_)));
    let whole = "Allow sts:AssumeRole to Service ec2.amazonaws.com if aws:SourceAccount is 111122223333";
    assert_eq!(shown(&facts), whole);
    assert_eq!(shown(&found(json!([of("ec2.amazonaws.com", Value::Null)]))), "ec2.amazonaws.com");
}
