//! Each trouble breaks one thing, truly, and can be mended.

use crate::wire::{Wire, trust};
use serde_json::json;
use slipway_practice::Trouble;

#[test]
fn a_missing_permission_is_denied_in_each_services_shape() {
    let wire = Wire::new();
    let actions = ["iam:CreateRole", "ec2:CreateVpc", "servicequotas:*", "sts:*"].map(str::to_owned).to_vec();
    wire.teach([Trouble::MissingPermission { actions }]);
    let you = "User: arn:aws:iam::111122223333:user/you is not authorized to perform:";

    let role = [("RoleName", "r"), ("AssumeRolePolicyDocument", &trust("batch.amazonaws.com") as &str)];
    let (status, code, message) = wire.query("iam", "CreateRole", &role).refusal();
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    assert_eq!(
        message,
        format!(
            "{you} iam:CreateRole on resource: arn:aws:iam::111122223333:role/r because no identity-based policy \
             allows the iam:CreateRole action"
        )
    );
    let (status, code, message) = wire.query("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).refusal();
    assert_eq!((status, code.as_str()), (403, "UnauthorizedOperation"));
    assert!(
        message.starts_with(&format!("You are not authorized to perform this operation. {you}")),
        "{message}"
    );
    let quota = json!({ "ServiceCode": "fargate", "QuotaCode": "L-3032A538" });
    let reply = wire.json("servicequotas", "ServiceQuotasV20190624.GetServiceQuota", &quota);
    assert_eq!((reply.status, reply.value()["__type"].as_str()), (400, Some("AccessDeniedException")));

    wire.done("sts", "GetCallerIdentity", &[]);
    wire.done("iam", "ListRoles", &[]);
    wire.teach([]);
    wire.done("iam", "CreateRole", &role);
}

#[test]
fn tagging_while_creating_needs_its_own_permission() {
    let wire = Wire::new();
    wire.teach([Trouble::MissingPermission { actions: vec!["ec2:CreateTags".into(), "iam:TagRole".into()] }]);
    wire.done("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]);
    let tagged = [
        ("CidrBlock", "10.0.0.0/16"),
        ("TagSpecification.1.ResourceType", "vpc"),
        ("TagSpecification.1.Tag.1.Key", "a"),
    ];
    let (_, _, message) = wire.query("ec2", "CreateVpc", &tagged).refusal();
    assert!(message.contains("ec2:CreateTags"), "{message}");
    let trust = trust("batch.amazonaws.com");
    let role = [("RoleName", "r"), ("AssumeRolePolicyDocument", &trust as &str), ("Tags.member.1.Key", "a")];
    assert!(wire.query("iam", "CreateRole", &role).refusal().2.contains("iam:TagRole"));
    assert_eq!(wire.query("iam", "GetRole", &[("RoleName", "r")]).status, 404);
}

#[test]
fn throttling_refuses_every_nth_request_and_a_retry_passes() {
    let wire = Wire::new();
    wire.teach([Trouble::Throttling { every_nth: 3 }]);
    let statuses: Vec<_> = (0..6).map(|_| wire.query("ec2", "DescribeVpcs", &[]).status).collect();
    assert_eq!(statuses, [200, 200, 503, 200, 200, 503]);
    wire.done("iam", "ListRoles", &[]);
    wire.done("iam", "ListRoles", &[]);
    let (status, code, message) = wire.query("iam", "ListRoles", &[]).refusal();
    assert_eq!((status, code.as_str(), message.as_str()), (400, "Throttling", "Rate exceeded"));
}

#[test]
fn a_small_quota_is_small_and_its_default_is_not() {
    let wire = Wire::new();
    let ask = |action: &str| {
        let target = format!("ServiceQuotasV20190624.{action}");
        let quota = json!({ "ServiceCode": "fargate", "QuotaCode": "L-3032A538" });
        wire.json("servicequotas", &target, &quota).value()["Quota"]["Value"].as_f64()
    };
    assert_eq!(ask("GetServiceQuota"), Some(6.0));
    wire.teach([Trouble::SmallQuota]);
    assert_eq!(ask("GetServiceQuota"), Some(1.0));
    assert_eq!(ask("GetAWSDefaultServiceQuota"), Some(6.0));
}

#[test]
fn the_route_out_goes_can_be_put_back_by_hand_and_comes_back_with_the_lessons_end() {
    let wire = Wire::new();
    let routes = || wire.done("ec2", "DescribeRouteTables", &[]).all("destinationCidrBlock");
    assert_eq!(routes().len(), 2);
    wire.teach([Trouble::NoRouteOut]);
    assert_eq!(routes(), ["172.31.0.0/16"]);

    let table = wire.done("ec2", "DescribeRouteTables", &[]).one("routeTableId");
    let gateway = wire.done("ec2", "DescribeInternetGateways", &[]).one("internetGatewayId");
    let mend =
        [("RouteTableId", &table as &str), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", &gateway)];
    wire.done("ec2", "CreateRoute", &mend);
    assert_eq!(routes().len(), 2);

    wire.done("ec2", "DeleteRoute", &[("RouteTableId", &table), ("DestinationCidrBlock", "0.0.0.0/0")]);
    wire.teach([]);
    assert_eq!(routes(), ["172.31.0.0/16", "0.0.0.0/0"]);
}

#[test]
fn a_region_first_seen_during_the_lesson_has_no_route_out_either() {
    let wire = Wire::new();
    wire.teach([Trouble::NoRouteOut]);
    assert_eq!(wire.done("ec2", "DescribeRouteTables", &[]).all("destinationCidrBlock"), ["172.31.0.0/16"]);
}
