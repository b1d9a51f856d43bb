//! Roles: their rules, and when a service can work with them.

use crate::wire::{START, Wire, encoded, trust};
use serde_json::json;
use slipway_practice::service::iam::{RoleTrouble, role_usable};
use slipway_practice::state::State;
use slipway_practice::time::Millis;
use slipway_practice::{Trouble, door};

const BATCH: &str = "batch.amazonaws.com";
const CLASSIC: &str = "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole";

#[test]
fn a_role_lives_by_iams_rules_and_goes_without_a_trace() {
    let wire = Wire::new();
    let before = wire.practice.dump().expect("a dump");
    let make = [
        ("RoleName", "r"),
        ("AssumeRolePolicyDocument", &trust(BATCH) as &str),
        ("Tags.member.1.Key", "k"),
        ("Tags.member.1.Value", "v"),
    ];
    let role = wire.done("iam", "CreateRole", &make);
    assert_eq!(role.one("Arn"), "arn:aws:iam::111122223333:role/r");
    assert!(role.one("AssumeRolePolicyDocument").starts_with("%7B%22Version%22"));
    assert_eq!(
        wire.query("iam", "CreateRole", &make).refusal(),
        (409, "EntityAlreadyExists".into(), "Role with name r already exists.".into())
    );
    let attach = [("RoleName", "r"), ("PolicyArn", CLASSIC)];
    wire.done("iam", "AttachRolePolicy", &attach);
    wire.done("iam", "AttachRolePolicy", &attach);
    assert_eq!(
        wire.done("iam", "ListAttachedRolePolicies", &[("RoleName", "r")]).all("PolicyArn"),
        [CLASSIC]
    );
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}).to_string();
    wire.done(
        "iam",
        "PutRolePolicy",
        &[("RoleName", "r"), ("PolicyName", "p"), ("PolicyDocument", &document)],
    );
    assert_eq!(wire.done("iam", "ListRolePolicies", &[("RoleName", "r")]).all("member"), ["p"]);

    let (status, code, message) = wire.query("iam", "DeleteRole", &[("RoleName", "r")]).refusal();
    assert_eq!((status, code.as_str()), (409, "DeleteConflict"));
    assert_eq!(message, "Cannot delete entity, must detach all policies first.");
    wire.done("iam", "DetachRolePolicy", &attach);
    assert_eq!(wire.query("iam", "DetachRolePolicy", &attach).refusal().1, "NoSuchEntity");
    let (_, _, message) = wire.query("iam", "DeleteRole", &[("RoleName", "r")]).refusal();
    assert_eq!(message, "Cannot delete entity, must delete policies first.");
    wire.done("iam", "DeleteRolePolicy", &[("RoleName", "r"), ("PolicyName", "p")]);
    wire.done("iam", "DeleteRole", &[("RoleName", "r")]);
    assert_eq!(before, wire.practice.dump().expect("a dump"));
}

#[test]
fn a_service_linked_role_is_the_services_own() {
    let wire = Wire::new();
    let make = [("AWSServiceName", BATCH)];
    let role = wire.done("iam", "CreateServiceLinkedRole", &make);
    assert_eq!(
        role.one("Arn"),
        "arn:aws:iam::111122223333:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
    );
    assert_eq!(
        wire.query("iam", "CreateServiceLinkedRole", &make).refusal(),
        (
            400,
            "InvalidInput".into(),
            "Service role name AWSServiceRoleForBatch has been taken in this account, please try a different suffix."
                .into()
        )
    );
    let (_, code, _) = wire.query("iam", "DeleteRole", &[("RoleName", "AWSServiceRoleForBatch")]).refusal();
    assert_eq!(code, "UnmodifiableEntity");
    let task = wire
        .done("iam", "DeleteServiceLinkedRole", &[("RoleName", "AWSServiceRoleForBatch")])
        .one("DeletionTaskId");
    let status = wire.done("iam", "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", &task)]);
    assert_eq!(status.one("Status"), "SUCCEEDED");
}

/// The state of a wire's account: what the job engine sees.
fn state_with_role(trusted: &str, troubles: Vec<Trouble>) -> State {
    let mut state = State::new(1);
    state.settings.troubles = troubles.into_iter().collect();
    send(
        &mut state,
        START,
        "CreateRole",
        &format!("RoleName=r&AssumeRolePolicyDocument={}", encoded(&trust(trusted))),
    );
    state
}

fn attach(state: &mut State, now: i64) {
    send(state, now, "AttachRolePolicy", &format!("RoleName=r&PolicyArn={}", encoded(CLASSIC)));
}

fn send(state: &mut State, now: i64, action: &str, parameters: &str) {
    answered(state, now, action, parameters);
}

fn answered(state: &mut State, now: i64, action: &str, parameters: &str) -> String {
    let request = door::Request {
        method: "POST".into(),
        target: "/".into(),
        headers: vec![(
            "authorization".into(),
            "AWS4-HMAC-SHA256 Credential=A/20261121/us-east-1/iam/aws4_request, Signature=0".into(),
        )],
        body: format!("Action={action}&Version=2010-05-08&{parameters}").into_bytes(),
    };
    let response = door::answer(state, Millis(now), &request);
    let body = String::from_utf8_lossy(&response.body).into_owned();
    assert_eq!(response.status, 200, "{body}");
    body
}

fn usable(state: &State, now: i64) -> Result<(), RoleTrouble> {
    role_usable(state, "arn:aws:iam::111122223333:role/r", Millis(now), BATCH, "ecs:DescribeClusters")
}

#[test]
fn a_role_is_usable_only_when_it_is_known_everywhere() {
    let mut state = state_with_role(BATCH, Vec::new());
    attach(&mut state, START);
    // Eight seconds at a pace of five.
    let ready = START + 1600;
    assert_eq!(
        usable(&state, ready - 1),
        Err(RoleTrouble::TooYoung { arn: "arn:aws:iam::111122223333:role/r".into(), ready: Millis(ready) })
    );
    assert_eq!(usable(&state, ready), Ok(()));
}

#[test]
fn a_policy_counts_only_when_it_is_known_everywhere_too() {
    let mut state = state_with_role(BATCH, Vec::new());
    let later = START + 60_000;
    assert!(matches!(usable(&state, later), Err(RoleTrouble::NotAllowed { ready: None, .. })));
    attach(&mut state, later);
    assert!(matches!(
        usable(&state, later + 1599),
        Err(RoleTrouble::NotAllowed { ready: Some(Millis(at)), .. }) if at == later + 1600
    ));
    assert_eq!(usable(&state, later + 1600), Ok(()));
}

#[test]
fn slow_iam_is_slower_and_the_wrong_trust_never_helps() {
    let mut slow = state_with_role(BATCH, vec![Trouble::SlowIam { seconds: 100 }]);
    attach(&mut slow, START);
    assert!(matches!(usable(&slow, START + 19_999), Err(RoleTrouble::TooYoung { .. })));
    assert_eq!(usable(&slow, START + 20_000), Ok(()));

    let wrong = state_with_role("ecs-tasks.amazonaws.com", Vec::new());
    assert!(matches!(usable(&wrong, START + 3_600_000), Err(RoleTrouble::Untrusting { .. })));
    assert!(matches!(usable(&State::new(1), START), Err(RoleTrouble::Missing { .. })));
}

#[test]
fn simulation_knows_the_caller_and_refuses_sessions() {
    let wire = Wire::new();
    wire.teach([Trouble::MissingPermission { actions: vec!["iam:Create*".into()] }]);
    let ask = |source: &str| {
        wire.query(
            "iam",
            "SimulatePrincipalPolicy",
            &[
                ("PolicySourceArn", source),
                ("ActionNames.member.1", "iam:CreateRole"),
                ("ActionNames.member.2", "batch:SubmitJob"),
            ],
        )
    };
    let reply = ask("arn:aws:iam::111122223333:user/you");
    assert_eq!(reply.all("EvalActionName"), ["iam:CreateRole", "batch:SubmitJob"]);
    assert_eq!(reply.all("EvalDecision"), ["implicitDeny", "allowed"]);
    let (_, code, message) = ask("arn:aws:sts::111122223333:assumed-role/r/s").refusal();
    assert_eq!(code, "InvalidInput");
    assert!(message.contains("does not clearly define entity type and name"), "{message}");
}

#[test]
fn an_instance_profile_holds_one_role_and_both_hold_each_other() {
    let wire = Wire::new();
    let before = wire.practice.dump().expect("a dump");
    let trust = trust("ec2.amazonaws.com");
    for role in ["r", "other"] {
        wire.done("iam", "CreateRole", &[("RoleName", role), ("AssumeRolePolicyDocument", &trust)]);
    }
    let profile = [("InstanceProfileName", "p")];
    let both = [("InstanceProfileName", "p"), ("RoleName", "r")];
    wire.done("iam", "CreateInstanceProfile", &profile);
    assert_eq!(wire.query("iam", "CreateInstanceProfile", &profile).refusal().1, "EntityAlreadyExists");
    assert_eq!(wire.query("iam", "RemoveRoleFromInstanceProfile", &both).refusal().1, "NoSuchEntity");
    wire.done("iam", "AddRoleToInstanceProfile", &both);
    let (_, code, _) = wire
        .query("iam", "AddRoleToInstanceProfile", &[("InstanceProfileName", "p"), ("RoleName", "other")])
        .refusal();
    assert_eq!(code, "LimitExceeded");
    let shown = wire.done("iam", "GetInstanceProfile", &profile);
    assert_eq!((shown.one("InstanceProfileName"), shown.one("RoleName")), ("p".into(), "r".into()));
    let of_role = wire.done("iam", "ListInstanceProfilesForRole", &[("RoleName", "r")]);
    assert_eq!(of_role.all("InstanceProfileName"), ["p"]);

    let held = "Cannot delete entity, must remove roles from instance profile first.";
    assert_eq!(wire.query("iam", "DeleteInstanceProfile", &profile).refusal().2, held);
    assert_eq!(wire.query("iam", "DeleteRole", &[("RoleName", "r")]).refusal().2, held);
    wire.done("iam", "RemoveRoleFromInstanceProfile", &both);
    wire.done("iam", "DeleteInstanceProfile", &profile);
    for role in ["r", "other"] {
        wire.done("iam", "DeleteRole", &[("RoleName", role)]);
    }
    assert_eq!(before, wire.practice.dump().expect("a dump"));
}

#[test]
fn policies_are_listed_by_whose_they_are() {
    let mut state = state_with_role(BATCH, vec![]);
    attach(&mut state, START);
    let list = |state: &mut State, parameters: &str| -> usize {
        let answer = answered(state, START, "ListPolicies", parameters);
        answer.matches("<PolicyName>").count()
    };
    assert_eq!(list(&mut state, "Scope=Local"), 0);
    assert_eq!(list(&mut state, "OnlyAttached=true"), 1);
    let all = list(&mut state, "Scope=AWS");
    assert!(all > 10);
    assert_eq!(list(&mut state, "MaxItems=3"), 3);
    assert_eq!(list(&mut state, &format!("MaxItems={all}")), all);
}
