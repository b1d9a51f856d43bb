//! SimulatePrincipalPolicy: what somebody may do, asked without doing it.

use crate::judged::{World, allow, policy, statement, when};
use crate::wire::{Reply, trust};
use slipway_practice::Access;

const ME: &str = "arn:aws:iam::111122223333:user/you";
const PASS: &str = "arn:aws:iam::111122223333:role/team-x";

fn ask(world: &World, source: &str, action: &str, more: &[(&str, &str)]) -> Reply {
    let asked = [("PolicySourceArn", source), ("ActionNames.member.1", action)];
    world.wire.done("iam", "SimulatePrincipalPolicy", &[&asked, more].concat())
}

/// The caller may simulate, and what a test says.
fn with(statements: &[serde_json::Value]) -> Access {
    let identity = vec![policy(&[allow("iam:SimulatePrincipalPolicy", &["*"])]), policy(statements)];
    Access { identity, ..Access::default() }
}

#[test]
fn it_says_which_statement_decided_and_where_it_stands() {
    let world = World::new();
    world.judge_by(Access {
        identity: vec![
            policy(&[allow("iam:SimulatePrincipalPolicy", &["*"])]),
            "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Effect\": \"Allow\", \"Action\": \"batch:*\", \"Resource\": \"*\"},\n    \
             {\"Effect\": \"Deny\", \"Action\": \"batch:Delete*\", \"Resource\": \"*\"}\n  ]\n}"
                .to_owned(),
        ],
        ..Access::default()
    });
    let allowed = ask(&world, ME, "batch:SubmitJob", &[]);
    assert_eq!(
        (allowed.one("EvalDecision"), allowed.one("EvalResourceName")),
        ("allowed".into(), "*".into())
    );
    assert_eq!(
        (allowed.one("SourcePolicyId"), allowed.one("SourcePolicyType")),
        ("user_you_2".into(), "IAM Policy".into())
    );
    assert_eq!(
        (allowed.all("Line"), allowed.all("Column")),
        (vec!["4".into(), "4".into()], vec!["5".into(), "61".into()])
    );
    let denied = ask(&world, ME, "batch:DeleteJobQueue", &[]);
    assert_eq!(
        (denied.one("EvalDecision"), denied.all("Line")),
        ("explicitDeny".into(), vec!["5".into(), "5".into()])
    );
    let silent = ask(&world, ME, "ec2:CreateVpc", &[]);
    assert_eq!((silent.one("EvalDecision"), silent.all("SourcePolicyId")), ("implicitDeny".into(), vec![]));
    assert!(!silent.body.contains("DecisionDetail"), "{}", silent.body);
}

#[test]
fn missing_context_is_told_beside_the_decision_or_for_each_resource() {
    let world = World::new();
    let pass =
        when(allow("iam:PassRole", &["*"]), ("StringEquals", "iam:PassedToService", "batch.amazonaws.com"));
    world.judge_by(with(&[pass]));
    let anywhere = ask(&world, ME, "iam:PassRole", &[]);
    assert_eq!(anywhere.one("EvalDecision"), "implicitDeny");
    assert!(
        anywhere.one("MissingContextValues").contains("<member>iam:passedtoservice</member>"),
        "{}",
        anywhere.body
    );
    assert!(
        !anywhere.body.contains("ResourceSpecificResults") && !anywhere.body.contains("EvalDecisionDetails")
    );

    let on = [("ResourceArns.member.1", PASS), ("ResourceArns.member.2", "arn:aws:iam::111122223333:role/y")];
    let each = ask(&world, ME, "iam:PassRole", &on);
    assert_eq!(each.all("EvalResourceDecision"), ["implicitDeny", "implicitDeny"]);
    let missing = each.all("MissingContextValues");
    assert!(!missing[0].contains("member") && missing[1].contains("iam:passedtoservice"), "{missing:?}");
    assert!(each.body.contains("EvalDecisionDetails"), "{}", each.body);

    let context = |service: &'static str| {
        [
            ("ResourceArns.member.1", PASS),
            ("ContextEntries.member.1.ContextKeyName", "iam:PassedToService"),
            ("ContextEntries.member.1.ContextKeyType", "string"),
            ("ContextEntries.member.1.ContextKeyValues.member.1", service),
        ]
    };
    assert_eq!(
        ask(&world, ME, "iam:PassRole", &context("batch.amazonaws.com")).one("EvalDecision"),
        "allowed"
    );
    assert_eq!(
        ask(&world, ME, "iam:PassRole", &context("ec2.amazonaws.com")).one("EvalDecision"),
        "implicitDeny"
    );
}

#[test]
fn resources_are_answered_one_by_one_and_the_strictest_answer_is_the_actions() {
    let world = World::new();
    world.judge_by(with(&[
        allow("iam:PassRole", &["arn:aws:iam::111122223333:role/team-*"]),
        statement("Deny", "iam:PassRole", &["arn:aws:iam::111122223333:role/admin"]),
    ]));
    let on = [
        ("ResourceArns.member.1", PASS),
        ("ResourceArns.member.2", "arn:aws:iam::111122223333:role/other"),
        ("ResourceArns.member.3", "arn:aws:iam::111122223333:role/admin"),
    ];
    let told = ask(&world, ME, "iam:PassRole", &on);
    assert_eq!(told.all("EvalResourceDecision"), ["allowed", "implicitDeny", "explicitDeny"]);
    assert_eq!(told.one("EvalDecision"), "explicitDeny");
    assert_eq!(ask(&world, ME, "iam:PassRole", &on[..1]).one("EvalResourceDecision"), "allowed");
}

#[test]
fn a_boundary_and_an_organisation_are_told_apart_and_the_door_says_the_same() {
    let world = World::new();
    let all = || policy(&[allow("*", &["*"])]);
    let few = || policy(&[allow("iam:*", &["*"])]);
    let told = |boundary: Option<String>, organization: Vec<Vec<String>>| {
        world.judge_by(Access { boundary, organization, ..Access::default() });
        let told = ask(&world, ME, "ec2:DescribeVpcs", &[]);
        let passes = world.wire.query("ec2", "DescribeVpcs", &[]).status == 200;
        assert_eq!(told.one("EvalDecision") == "allowed", passes);
        (
            told.one("EvalDecision"),
            told.all("AllowedByPermissionsBoundary").concat(),
            told.all("AllowedByOrganizations").concat(),
        )
    };
    let is = |decision: &str, boundary: &str, organization: &str| {
        (decision.to_owned(), boundary.to_owned(), organization.to_owned())
    };
    assert_eq!(told(None, vec![]), is("allowed", "", ""));
    assert_eq!(told(Some(all()), vec![]), is("allowed", "true", ""));
    assert_eq!(told(Some(few()), vec![]), is("implicitDeny", "false", ""));
    assert_eq!(told(None, vec![vec![all()], vec![all()]]), is("allowed", "", "true"));
    assert_eq!(told(Some(all()), vec![vec![all()], vec![few()]]), is("implicitDeny", "true", "false"));
    let never = policy(&[allow("*", &["*"]), statement("Deny", "ec2:*", &["*"])]);
    assert_eq!(told(None, vec![vec![never]]), is("explicitDeny", "", "false"));
}

#[test]
fn a_role_is_judged_by_its_own_policies_its_boundary_and_the_organisation() {
    let world = World::new();
    let arn = "arn:aws:iam::111122223333:role/bounded";
    let (trusted, read) = (trust("ec2.amazonaws.com"), "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
    let role = [
        ("RoleName", "bounded"),
        ("AssumeRolePolicyDocument", &trusted as &str),
        ("PermissionsBoundary", "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"),
    ];
    world.wire.done("iam", "CreateRole", &role);
    world.wire.done("iam", "AttachRolePolicy", &[("RoleName", "bounded"), ("PolicyArn", read)]);
    let told = ask(&world, arn, "s3:GetObject", &[]);
    assert_eq!(
        (told.one("EvalDecision"), told.one("AllowedByPermissionsBoundary")),
        ("implicitDeny".into(), "false".into())
    );
    let document = policy(&[allow("ecr:*", &["*"])]);
    let inline = [("RoleName", "bounded"), ("PolicyName", "own"), ("PolicyDocument", &document as &str)];
    world.wire.done("iam", "PutRolePolicy", &inline);
    let told = ask(&world, arn, "ecr:DescribeImages", &[]);
    assert_eq!(told.one("EvalDecision"), "allowed");
    assert_eq!(told.all("SourcePolicyId"), ["role_bounded_own", "AmazonEC2ContainerRegistryReadOnly"]);
    assert_eq!(ask(&world, arn, "ecr:DeleteRepository", &[]).one("EvalDecision"), "implicitDeny");

    let never = policy(&[allow("*", &["*"]), statement("Deny", "ecr:*", &["*"])]);
    world.judge_by(Access { organization: vec![vec![never]], ..Access::default() });
    let told = ask(&world, arn, "ecr:DescribeImages", &[]);
    assert_eq!(
        (told.one("EvalDecision"), told.one("AllowedByOrganizations")),
        ("explicitDeny".into(), "false".into())
    );
}

/// What a call brings of tags, told to the simulator, is judged as the door judges the call itself.
#[test]
fn tags_that_are_told_are_judged_as_the_door_judges_those_that_come_along() {
    let (trusted, tags) =
        (trust("ec2.amazonaws.com"), [("CostCenter", "4711"), ("slipway:stack", "imaging")]);
    let conditions = [
        (("ForAnyValue:StringNotEquals", "aws:TagKeys", "CostCenter"), false),
        (("ForAllValues:StringEquals", "aws:TagKeys", "CostCenter"), true),
        (("ForAnyValue:StringLike", "aws:TagKeys", "slipway*"), false),
        (("ForAnyValue:StringEquals", "aws:TagKeys", "team"), true),
        (("StringNotEquals", "aws:RequestTag/CostCenter", "4711"), true),
        (("Null", "aws:RequestTag/CostCenter", "true"), true),
        (("Null", "aws:RequestTag/team", "true"), false),
        (("StringNotEquals", "aws:RequestedRegion", "us-east-1"), true),
    ];
    for (number, (condition, passes)) in conditions.into_iter().enumerate() {
        let world = World::new();
        let denied = when(statement("Deny", "iam:CreateRole", &["*"]), condition);
        world.judge_by(with(&[allow("*", &["*"]), denied]));
        let mut told = vec![
            ("ContextEntries.member.1.ContextKeyName", "aws:TagKeys"),
            ("ContextEntries.member.1.ContextKeyType", "stringList"),
            ("ContextEntries.member.2.ContextKeyName", "aws:RequestTag/CostCenter"),
            ("ContextEntries.member.2.ContextKeyType", "string"),
            ("ContextEntries.member.2.ContextKeyValues.member.1", "4711"),
            ("ContextEntries.member.3.ContextKeyName", "aws:RequestTag/slipway:stack"),
            ("ContextEntries.member.3.ContextKeyType", "string"),
            ("ContextEntries.member.3.ContextKeyValues.member.1", "imaging"),
            ("ContextEntries.member.4.ContextKeyName", "aws:RequestedRegion"),
            ("ContextEntries.member.4.ContextKeyType", "string"),
            ("ContextEntries.member.4.ContextKeyValues.member.1", "us-east-1"),
        ];
        told.push(("ContextEntries.member.1.ContextKeyValues.member.1", tags[0].0));
        told.push(("ContextEntries.member.1.ContextKeyValues.member.2", tags[1].0));
        let said = ask(&world, ME, "iam:CreateRole", &told).one("EvalDecision");
        let call = [
            ("RoleName", "tagged"),
            ("AssumeRolePolicyDocument", &trusted as &str),
            ("Tags.member.1.Key", tags[0].0),
            ("Tags.member.1.Value", tags[0].1),
            ("Tags.member.2.Key", tags[1].0),
            ("Tags.member.2.Value", tags[1].1),
        ];
        let status = world.wire.query("iam", "CreateRole", &call).status;
        assert_eq!((said == "allowed", status == 200), (passes, passes), "{number}: {condition:?}");
    }
}

/// A statement that asks whether a key is there, or lets its absence pass, needs it as well.
#[test]
fn a_key_whose_absence_decides_is_told_as_missing() {
    for condition in [
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "false"),
        ("Null", "aws:MultiFactorAuthPresent", "true"),
    ] {
        let world = World::new();
        let denied = when(statement("Deny", "ec2:*", &["*"]), condition);
        world.judge_by(with(&[allow("*", &["*"]), denied]));
        let told = ask(&world, ME, "ec2:DescribeVpcs", &[]);
        assert_eq!(told.one("EvalDecision"), "explicitDeny");
        assert!(
            told.one("MissingContextValues").contains("aws:multifactorauthpresent"),
            "{condition:?}: {}",
            told.body
        );
    }
}

#[test]
fn sessions_the_root_and_nobody_cannot_be_asked_about() {
    let world = World::new();
    for source in [
        "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0f/ana",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:policy/p",
    ] {
        let asked = [("PolicySourceArn", source), ("ActionNames.member.1", "ec2:DescribeVpcs")];
        assert_eq!(
            world.wire.query("iam", "SimulatePrincipalPolicy", &asked).refusal(),
            (
                400,
                "InvalidInput".into(),
                format!("Invalid Entity Arn: {source} does not clearly define entity type and name.")
            )
        );
    }
    let asked = [
        ("PolicySourceArn", "arn:aws:iam::111122223333:role/no"),
        ("ActionNames.member.1", "ec2:DescribeVpcs"),
    ];
    let (status, code, message) = world.wire.query("iam", "SimulatePrincipalPolicy", &asked).refusal();
    assert_eq!(
        (status, code.as_str(), message.as_str()),
        (404, "NoSuchEntity", "The role with name no cannot be found.")
    );
    world.judge_by(Access { identity: vec![policy(&[allow("ec2:*", &["*"])])], ..Access::default() });
    let asked = [("PolicySourceArn", ME), ("ActionNames.member.1", "ec2:DescribeVpcs")];
    let (_, code, message) = world.wire.query("iam", "SimulatePrincipalPolicy", &asked).refusal();
    assert_eq!(code, "AccessDenied");
    assert!(message.contains(&format!("iam:SimulatePrincipalPolicy on resource: {ME} because")), "{message}");
}
