//! Launch templates and key pairs.

use crate::wire::{Reply, Wire};

const DATA: [(&str, &str); 5] = [
    ("LaunchTemplateData.BlockDeviceMapping.1.DeviceName", "/dev/xvda"),
    ("LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize", "100"),
    ("LaunchTemplateData.MetadataOptions.HttpTokens", "required"),
    ("LaunchTemplateData.TagSpecification.1.ResourceType", "instance"),
    ("LaunchTemplateData.TagSpecification.1.Tag.1.Key", "team"),
];

fn create(wire: &Wire, name: &str, more: &[(&str, &str)]) -> Reply {
    let mut parameters = vec![("LaunchTemplateName", name)];
    parameters.extend(DATA);
    parameters.extend(more);
    wire.query("ec2", "CreateLaunchTemplate", &parameters)
}

fn numbers(reply: &Reply) -> Vec<String> {
    reply.all("versionNumber")
}

#[test]
fn a_template_is_made_versioned_read_and_removed_without_a_trace() {
    let wire = Wire::new();
    let before = wire.practice.dump().expect("a dump");
    let tag = [
        ("TagSpecification.1.ResourceType", "launch-template"),
        ("TagSpecification.1.Tag.1.Key", "slipway:stack"),
        ("TagSpecification.1.Tag.1.Value", "demo"),
    ];
    let id = create(&wire, "demo", &tag).one("launchTemplateId");
    assert!(id.starts_with("lt-0"));
    let of = ("LaunchTemplateId", id.as_str());

    let second =
        [of, ("SourceVersion", "1"), ("VersionDescription", "keyed"), ("LaunchTemplateData.KeyName", "mine")];
    let made = wire.done("ec2", "CreateLaunchTemplateVersion", &second);
    assert_eq!((made.one("versionNumber"), made.one("defaultVersion")), ("2".into(), "false".into()));
    assert_eq!((made.one("volumeSize"), made.one("keyName")), ("100".into(), "mine".into()));

    let describe = |more: &[(&str, &str)]| {
        let mut parameters = vec![of];
        parameters.extend(more);
        wire.done("ec2", "DescribeLaunchTemplateVersions", &parameters)
    };
    assert_eq!(numbers(&describe(&[])), ["2", "1"]);
    assert_eq!(numbers(&describe(&[("LaunchTemplateVersion.1", "$Default")])), ["1"]);
    assert_eq!(numbers(&describe(&[("LaunchTemplateVersion.1", "$Latest")])), ["2"]);
    assert_eq!(numbers(&describe(&[("MaxVersion", "1")])), ["1"]);
    assert_eq!(describe(&[("LaunchTemplateVersion.1", "1")]).one("httpTokens"), "required");
    let page = describe(&[("MaxResults", "1")]);
    assert_eq!(numbers(&describe(&[("NextToken", &page.one("nextToken"))])), ["1"]);

    wire.done("ec2", "ModifyLaunchTemplate", &[of, ("SetDefaultVersion", "$Latest")]);
    let found = [("Filter.1.Name", "tag:slipway:stack"), ("Filter.1.Value.1", "demo")];
    let shown = wire.done("ec2", "DescribeLaunchTemplates", &found);
    assert_eq!(
        (shown.one("defaultVersionNumber"), shown.one("latestVersionNumber")),
        ("2".into(), "2".into())
    );
    assert_eq!(shown.one("createdBy"), "arn:aws:iam::111122223333:user/you");

    wire.done("ec2", "CreateTags", &[("ResourceId.1", &id), ("Tag.1.Key", "a"), ("Tag.1.Value", "b")]);
    wire.done("ec2", "DeleteTags", &[("ResourceId.1", &id), ("Tag.1.Key", "slipway:stack")]);
    let tags = wire.done("ec2", "DescribeTags", &[]);
    assert_eq!((tags.all("key"), tags.one("resourceType")), (vec!["a".into()], "launch-template".into()));

    wire.done("ec2", "DeleteLaunchTemplate", &[("LaunchTemplateName", "demo")]);
    assert_eq!(before, wire.practice.dump().expect("a dump"));
}

#[test]
fn what_is_not_there_or_taken_is_refused_in_ec2s_words() {
    let wire = Wire::new();
    let id = create(&wire, "demo", &[]).one("launchTemplateId");
    let taken = create(&wire, "demo", &[]).refusal();
    assert_eq!(taken.1, "InvalidLaunchTemplateName.AlreadyExistsException");
    assert_eq!(taken.2, "Launch template name already in use.");
    for name in ["ab", "with space", &"x".repeat(129)] {
        assert_eq!(create(&wire, name, &[]).refusal().1, "InvalidLaunchTemplateName.MalformedException");
    }
    let refused = |action: &str, parameters: &[(&str, &str)], code: &str, message: &str| {
        let (status, found, said) = wire.query("ec2", action, parameters).refusal();
        assert_eq!((status, found.as_str(), said.as_str()), (400, code, message), "{action}");
    };
    let absent = "lt-0123456789abcdef0";
    for action in ["DescribeLaunchTemplates", "DeleteLaunchTemplate", "DescribeLaunchTemplateVersions"] {
        let parameter =
            if action == "DescribeLaunchTemplates" { "LaunchTemplateId.1" } else { "LaunchTemplateId" };
        refused(
            action,
            &[(parameter, absent)],
            "InvalidLaunchTemplateId.NotFound",
            &format!("The specified launch template, with template ID {absent}, does not exist."),
        );
    }
    refused(
        "DescribeLaunchTemplates",
        &[("LaunchTemplateName.1", "no")],
        "InvalidLaunchTemplateName.NotFoundException",
        "At least one of the launch templates specified in the request does not exist.",
    );
    refused(
        "DeleteLaunchTemplate",
        &[("LaunchTemplateName", "no")],
        "InvalidLaunchTemplateName.NotFoundException",
        "The specified launch template, with template name no, does not exist.",
    );
    refused(
        "ModifyLaunchTemplate",
        &[("LaunchTemplateId", &id), ("SetDefaultVersion", "7")],
        "InvalidLaunchTemplateId.VersionNotFound",
        &format!("Could not find the specified version 7 for the launch template with ID {id}."),
    );
    refused(
        "CreateLaunchTemplate",
        &[("LaunchTemplateName", "empty")],
        "MissingParameter",
        "The request must contain the parameter launchTemplateData",
    );
}

#[test]
fn a_repeated_client_token_makes_no_second_template_and_no_second_version() {
    let wire = Wire::new();
    let token = [("ClientToken", "t")];
    let id = create(&wire, "demo", &token).one("launchTemplateId");
    assert_eq!(create(&wire, "demo", &token).one("launchTemplateId"), id);
    assert_eq!(create(&wire, "other", &token).refusal().1, "IdempotentParameterMismatch");
    let version = |key: &str| {
        let parameters =
            [("LaunchTemplateId", id.as_str()), ("ClientToken", "v"), ("LaunchTemplateData.KeyName", key)];
        wire.query("ec2", "CreateLaunchTemplateVersion", &parameters)
    };
    assert_eq!(version("k").one("versionNumber"), "2");
    assert_eq!(version("k").one("versionNumber"), "2");
    assert_eq!(version("l").refusal().1, "IdempotentParameterMismatch");
}

#[test]
fn key_pairs_come_and_go_and_are_plainly_no_keys() {
    let wire = Wire::new();
    let before = wire.practice.dump().expect("a dump");
    let made = wire.done("ec2", "CreateKeyPair", &[("KeyName", "mine"), ("KeyType", "ed25519")]);
    assert!(made.one("keyMaterial").contains("This is not a key"));
    let (_, code, message) = wire.query("ec2", "CreateKeyPair", &[("KeyName", "mine")]).refusal();
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("InvalidKeyPair.Duplicate", "The keypair 'mine' already exists.")
    );
    // `ssh-ed25519 AAAA you`
    let public = [("KeyName", "yours"), ("PublicKeyMaterial", "c3NoLWVkMjU1MTkgQUFBQSB5b3U=")];
    wire.done("ec2", "ImportKeyPair", &public);
    let broken = [("KeyName", "x"), ("PublicKeyMaterial", "bm90IGEga2V5")];
    assert_eq!(wire.query("ec2", "ImportKeyPair", &broken).refusal().1, "InvalidKey.Format");
    let mut names = wire.done("ec2", "DescribeKeyPairs", &[]).all("keyName");
    names.sort();
    assert_eq!(names, ["mine", "yours"]);
    let shown = wire.done("ec2", "DescribeKeyPairs", &[("KeyName.1", "mine")]);
    assert_eq!((shown.one("keyPairId"), shown.one("keyType")), (made.one("keyPairId"), "ed25519".into()));
    let (_, code, message) = wire.query("ec2", "DescribeKeyPairs", &[("KeyName.1", "no")]).refusal();
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("InvalidKeyPair.NotFound", "The key pair 'no' does not exist")
    );
    wire.done("ec2", "DeleteKeyPair", &[("KeyName", "mine")]);
    wire.done("ec2", "DeleteKeyPair", &[("KeyName", "yours")]);
    wire.done("ec2", "DeleteKeyPair", &[("KeyName", "yours")]);
    assert_eq!(before, wire.practice.dump().expect("a dump"));
}
