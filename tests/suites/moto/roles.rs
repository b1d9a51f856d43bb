//! Roles whose policies somebody has replaced by boto3: what grants the same is left as it is, what grants less is given
//! AWS's policy back, and a boundary that takes something away is named.

use serde_json::Value;
use slipway_tests::{boto, cli::Cli, moto::Moto};

/// On instances, so that there is a role of theirs, too; moto makes no environment of a family or of AWS's choices.
const FOR_MOTO: [(&str, &str); 2] = [
    ("service_role = \"service-linked\"", "service_role = \"classic\""),
    ("\"default_x86_64\"", "\"m6i.large\""),
];

/// Each role of the stack works by a policy of the account's own that allows what AWS's does, but for `LEFT_OUT`.
const REPLACED: &str = r#"
import json
iam = client("iam")
of_aws = {"first-instance": "AmazonEC2ContainerServiceforEC2Role",
          "first-execution": "AmazonECSTaskExecutionRolePolicy", "first-service": "AWSBatchServiceRole"}
for role, name in of_aws.items():
    arn = "arn:aws:iam::aws:policy/service-role/" + name
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    allowed = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]["Statement"]
    allowed = allowed if isinstance(allowed, list) else [allowed]
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    for statement in allowed:
        actions = statement["Action"]
        actions = [actions] if isinstance(actions, str) else actions
        statement["Action"] = [action for action in actions if action not in LEFT_OUT]
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    own = iam.create_policy(PolicyName=NAME + "-" + role, PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=own)
"#;

fn replace(moto: &Moto, name: &str, left_out: &[&str]) {
    let given = format!("NAME, LEFT_OUT = {name:?}, {left_out:?}\n");
    boto::run(&moto.endpoint(), &(given + REPLACED));
}

/// The verdict on a role, and the code of what is said of it.
fn verdict(report: &Value, role: &str) -> (String, String) {
    let items = report["items"].as_array().into_iter().flatten();
    let item = items.clone().find(|item| item["id"] == format!("resource:{role}").as_str()).cloned();
    let item = item.unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&item["verdict"]), text(&item["finding"]["code"]))
}

const ROLES: [&str; 3] = ["instance-role/main", "execution-role/main", "service-role/main"];

#[test]
fn what_boto3_put_in_place_of_awss_policies_is_held_against_what_roles_need() {
    let moto = Moto::like_a_new_account();
    let person = Cli::at(&moto.endpoint());
    let blueprint = person.blueprint_of("ondemand", &FOR_MOTO);
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    let looked = || person.run(&["check", "--blueprint", &blueprint, "--json"]).json();

    replace(&moto, "equal", &[]);
    let equal = moto.dump();
    for role in ROLES {
        assert_eq!(verdict(&looked(), role), ("ready".to_owned(), "check-ready".to_owned()), "{role}");
    }
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    assert_eq!(equal["iam"], moto.dump()["iam"], "nothing is attached");

    replace(&moto, "less", &["ecs:Poll", "logs:PutLogEvents", "ec2:RunInstances"]);
    for role in ROLES {
        assert_eq!(verdict(&looked(), role), ("mend".to_owned(), "role-lacking".to_owned()), "{role}");
    }
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    for role in ROLES {
        assert_eq!(verdict(&looked(), role), ("warning".to_owned(), "check-added".to_owned()), "{role}");
    }

    boto::run(
        &moto.endpoint(),
        r#"
iam = client("iam")
iam.put_role_permissions_boundary(RoleName="first-execution",
    PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
"#,
    );
    let refused = person.run(&["check", "--blueprint", &blueprint]);
    let said = refused.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(refused.code, 3, "{said}");
    assert!(
        said.contains("The permissions boundary AmazonS3ReadOnlyAccess does not let first-execution do"),
        "{said}"
    );
}
