//! Each service answers and refuses in its own protocol.

use crate::wire::{Wire, trust};
use serde_json::json;
use slipway_practice::door::DOES_NOT_KNOW;
use slipway_practice::service::known_calls;

#[test]
fn who_am_i() {
    let reply = Wire::new().done("sts", "GetCallerIdentity", &[]);
    assert!(
        reply
            .body
            .contains("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
    );
    assert_eq!(reply.one("Arn"), "arn:aws:iam::111122223333:user/you");
    assert_eq!(reply.one("Account"), "111122223333");
    assert!(reply.one("UserId").starts_with("AIDA"));
    assert_eq!(reply.header("x-amzn-requestid"), Some(reply.one("RequestId").as_str()));
}

#[test]
fn an_unknown_call_is_refused_by_name_in_every_protocol_and_is_not_worth_a_retry() {
    let wire = Wire::new();
    for service in ["iam", "ec2", "sts"] {
        let (status, code, message) = wire.query(service, "LaunchRocket", &[]).refusal();
        assert_eq!((status, code.as_str()), (501, DOES_NOT_KNOW));
        assert!(message.contains(&format!("{service}:LaunchRocket")), "{message}");
        assert!(message.contains("practice account"), "{message}");
    }
    let reply = wire.json("servicequotas", "ServiceQuotasV20190624.LaunchRocket", &json!({}));
    assert_eq!((reply.status, reply.value()["__type"].as_str()), (501, Some(DOES_NOT_KNOW)));
    let reply = wire.send("batch", "POST", "/v1/launchrocket", &[], b"{}".to_vec());
    assert_eq!((reply.status, reply.header("x-amzn-errortype")), (501, Some(DOES_NOT_KNOW)));
    assert!(reply.value()["message"].as_str().is_some_and(|m| m.contains("batch:launchrocket")));

    let reply = wire.send("s3", "GET", "/", &[], Vec::new());
    assert_eq!(reply.refusal().1, DOES_NOT_KNOW);
    let reply = wire.json("dynamodb", "DynamoDB_20120810.ListTables", &json!({}));
    assert!(reply.value()["message"].as_str().is_some_and(|m| m.contains("the service dynamodb")));
}

#[test]
fn refusals_have_the_shape_that_sdks_parse() {
    let wire = Wire::new();
    let iam = wire.query("iam", "GetRole", &[("RoleName", "nobody")]);
    assert!(iam.body.contains(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>"
    ));
    assert_eq!(
        iam.refusal(),
        (404, "NoSuchEntity".into(), "The role with name nobody cannot be found.".into())
    );
    let ec2 = wire.query("ec2", "DeleteVpc", &[("VpcId", "vpc-0123456789abcdef0")]);
    assert!(ec2.body.contains("<Response><Errors><Error><Code>"));
    assert_eq!(
        ec2.refusal(),
        (400, "InvalidVpcID.NotFound".into(), "The vpc ID 'vpc-0123456789abcdef0' does not exist".into())
    );
    let quotas = wire.json(
        "servicequotas",
        "ServiceQuotasV20190624.GetServiceQuota",
        &json!({ "ServiceCode": "fargate", "QuotaCode": "L-NOPE" }),
    );
    assert_eq!((quotas.status, quotas.value()["__type"].as_str()), (400, Some("NoSuchResourceException")));
}

#[test]
fn without_a_signature_or_with_an_unknown_region_nothing_is_answered() {
    let wire = Wire::new();
    let mut request = slipway_practice::door::Request {
        method: "POST".into(),
        target: "/".into(),
        headers: vec![("content-type".into(), "application/x-www-form-urlencoded".into())],
        body: b"Action=GetCallerIdentity&Version=2011-06-15".to_vec(),
    };
    let unsigned = wire.practice.answer(&request).expect("an account");
    assert_eq!(unsigned.status, 403);
    assert!(String::from_utf8_lossy(&unsigned.body).contains("MissingAuthenticationToken"));

    let scope = "AWS4-HMAC-SHA256 Credential=A/20261121/mars-north-1/sts/aws4_request, Signature=0";
    request.headers.push(("authorization".into(), scope.into()));
    let elsewhere = wire.practice.answer(&request).expect("an account");
    assert_eq!(elsewhere.status, 400);
    assert!(String::from_utf8_lossy(&elsewhere.body).contains("mars-north-1"));
}

#[test]
fn the_same_seed_gives_the_same_answers_and_another_seed_does_not() {
    let run = |seed: u64| {
        let wire = Wire::on(slipway_practice::Practice::in_memory(seed));
        let vpc = wire.done("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]);
        let role = wire.done(
            "iam",
            "CreateRole",
            &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trust("batch.amazonaws.com"))],
        );
        (vpc, role, wire.done("ec2", "DescribeVpcs", &[]))
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).0, run(2).0);
}

#[test]
fn every_known_call_stands_garbage() {
    let wire = Wire::new();
    let calls = known_calls();
    assert!(calls.len() >= 60, "only {} calls", calls.len());
    let nonsense =
        ["", "-1", "99999999999999999999", "\u{0}\u{7f}<&>'\"", "vpc-", "arn:aws:iam::1:role/x", "{", "[]"];
    let names = [
        "RoleName",
        "PolicyName",
        "PolicyArn",
        "PolicyDocument",
        "AssumeRolePolicyDocument",
        "Path",
        "VpcId",
        "SubnetId",
        "CidrBlock",
        "RouteTableId",
        "GroupId",
        "GroupName",
        "GroupDescription",
        "InternetGatewayId",
        "DestinationCidrBlock",
        "GatewayId",
        "AssociationId",
        "IpPermissions.1.IpProtocol",
        "IpPermissions.1.IpRanges.1.CidrIp",
        "Filter.1.Name",
        "Filter.1.Value.1",
        "MaxResults",
        "NextToken",
        "Tag.1.Key",
        "ResourceId.1",
        "Attribute",
        "AWSServiceName",
        "PolicySourceArn",
        "ActionNames.member.1",
        "TagSpecification.1.ResourceType",
        "Marker",
        "MaxItems",
        "LaunchTemplateName",
        "LaunchTemplateVersion.1",
        "LaunchTemplateData.KeyName",
        "LaunchTemplateData.1.2",
        "SetDefaultVersion",
        "KeyName",
        "PublicKeyMaterial",
    ];
    for call in &calls {
        let (service, action) = call.split_once(':').expect("service:Action");
        for text in nonsense {
            let reply = if matches!(service, "iam" | "ec2" | "sts") {
                let parameters: Vec<_> = names.iter().map(|name| (*name, text)).collect();
                wire.query(service, action, &parameters)
            } else if service == "batch" {
                let target = format!("/v1/{}", action.to_lowercase());
                wire.send(service, "POST", &target, &[], text.as_bytes().to_vec())
            } else {
                wire.send(
                    service,
                    "POST",
                    "/",
                    &[("x-amz-target", &format!("X.{action}"))],
                    text.as_bytes().to_vec(),
                )
            };
            assert!(reply.status < 500 || reply.body.contains(DOES_NOT_KNOW), "{call} {text:?}: {reply:?}");
        }
    }
}
