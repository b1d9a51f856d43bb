//! Managed policies of the account's own.

use crate::wire::Wire;
use serde_json::json;

fn document(action: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})
        .to_string()
}

#[test]
fn a_policy_is_made_attached_versioned_tagged_and_removed_without_a_trace() {
    let wire = Wire::new();
    let before = wire.practice.dump().expect("a dump");
    let first = document("s3:GetObject");
    let make = [
        ("PolicyName", "own"),
        ("Path", "/team/"),
        ("PolicyDocument", first.as_str()),
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "b"),
    ];
    let made = wire.done("iam", "CreatePolicy", &make);
    let arn = made.one("Arn");
    assert_eq!(arn, "arn:aws:iam::111122223333:policy/team/own");
    assert_eq!((made.one("DefaultVersionId"), made.one("AttachmentCount")), ("v1".into(), "0".into()));
    let (status, code, message) = wire.query("iam", "CreatePolicy", &make).refusal();
    assert_eq!((status, code.as_str()), (409, "EntityAlreadyExists"));
    assert_eq!(message, "A policy called own already exists. Duplicate names are not allowed.");

    let of = ("PolicyArn", arn.as_str());
    let trust = crate::wire::trust("ecs-tasks.amazonaws.com");
    wire.done("iam", "CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trust)]);
    wire.done("iam", "AttachRolePolicy", &[("RoleName", "r"), of]);
    assert_eq!(wire.done("iam", "ListAttachedRolePolicies", &[("RoleName", "r")]).one("PolicyName"), "own");
    assert_eq!(wire.done("iam", "ListEntitiesForPolicy", &[of]).one("RoleName"), "r");
    assert_eq!(wire.done("iam", "ListPolicies", &[("Scope", "Local")]).all("Arn"), [arn.as_str()]);
    let may = |action: &str| {
        let ask = [("PolicySourceArn", "arn:aws:iam::111122223333:role/r"), ("ActionNames.member.1", action)];
        wire.done("iam", "SimulatePrincipalPolicy", &ask).one("EvalDecision")
    };
    assert_eq!((may("s3:GetObject"), may("s3:PutObject")), ("allowed".into(), "implicitDeny".into()));

    let second = document("s3:PutObject");
    let version = [of, ("PolicyDocument", second.as_str()), ("SetAsDefault", "true")];
    assert_eq!(wire.done("iam", "CreatePolicyVersion", &version).one("VersionId"), "v2");
    assert_eq!((may("s3:GetObject"), may("s3:PutObject")), ("implicitDeny".into(), "allowed".into()));
    let listed = wire.done("iam", "ListPolicyVersions", &[of]);
    assert_eq!(
        (listed.all("VersionId"), listed.all("IsDefaultVersion")),
        (vec!["v2".into(), "v1".into()], vec!["true".into(), "false".into()])
    );
    let shown = wire.done("iam", "GetPolicyVersion", &[of, ("VersionId", "v1")]);
    assert!(shown.one("Document").contains("s3%3AGetObject"));

    let refused = |action: &str, parameters: &[(&str, &str)], message: &str| {
        let (status, code, said) = wire.query("iam", action, parameters).refusal();
        assert_eq!((status, code.as_str(), said.as_str()), (409, "DeleteConflict", message));
    };
    refused("DeletePolicy", &[of], "Cannot delete a policy attached to entities.");
    wire.done("iam", "DetachRolePolicy", &[("RoleName", "r"), of]);
    let default = [of, ("VersionId", "v2")];
    refused("DeletePolicyVersion", &default, "Cannot delete the default version of a policy.");
    assert!(
        wire.query("iam", "DeletePolicy", &[of])
            .refusal()
            .2
            .starts_with("This policy has more than one version.")
    );
    wire.done("iam", "SetDefaultPolicyVersion", &[of, ("VersionId", "v1")]);
    wire.done("iam", "DeletePolicyVersion", &default);

    wire.done("iam", "TagPolicy", &[of, ("Tags.member.1.Key", "c"), ("Tags.member.1.Value", "d")]);
    wire.done("iam", "UntagPolicy", &[of, ("TagKeys.member.1", "a")]);
    assert_eq!(wire.done("iam", "ListPolicyTags", &[of]).all("Key"), ["c"]);
    assert_eq!(wire.done("iam", "GetPolicy", &[of]).one("Value"), "d");
    wire.done("iam", "DeletePolicy", &[of]);
    let gone = wire.query("iam", "GetPolicy", &[of]).refusal();
    assert_eq!(gone, (404, "NoSuchEntity".into(), format!("Policy {arn} was not found.")));
    wire.done("iam", "DeleteRole", &[("RoleName", "r")]);
    assert_eq!(before, wire.practice.dump().expect("a dump"));
}

#[test]
fn amazons_policies_are_not_the_accounts_to_change() {
    let wire = Wire::new();
    let arn = "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole";
    assert_eq!(wire.query("iam", "DeletePolicy", &[("PolicyArn", arn)]).refusal().1, "AccessDenied");
    let listed = wire.done("iam", "ListPolicyVersions", &[("PolicyArn", arn)]);
    assert_eq!(listed.all("IsDefaultVersion"), ["true"]);
}

#[test]
fn profiles_are_listed_page_by_page_with_their_tags() {
    let wire = Wire::new();
    for name in ["p1", "p2", "p3"] {
        let tag = [("InstanceProfileName", name), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", name)];
        wire.done("iam", "CreateInstanceProfile", &tag);
    }
    let page = wire.done("iam", "ListInstanceProfiles", &[("MaxItems", "2")]);
    assert_eq!(page.all("InstanceProfileName"), ["p1", "p2"]);
    let rest = wire.done("iam", "ListInstanceProfiles", &[("Marker", &page.one("Marker"))]);
    assert_eq!(
        (rest.all("InstanceProfileName"), rest.one("IsTruncated")),
        (vec!["p3".into()], "false".into())
    );
    let more = [("InstanceProfileName", "p1"), ("Tags.member.1.Key", "x"), ("Tags.member.1.Value", "y")];
    wire.done("iam", "TagInstanceProfile", &more);
    wire.done("iam", "UntagInstanceProfile", &[("InstanceProfileName", "p1"), ("TagKeys.member.1", "k")]);
    assert_eq!(
        wire.done("iam", "ListInstanceProfileTags", &[("InstanceProfileName", "p1")]).all("Key"),
        ["x"]
    );
}
