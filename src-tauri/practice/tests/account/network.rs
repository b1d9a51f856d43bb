//! EC2's networking: what a new account has, and what holds what.

use crate::wire::Wire;
use slipway_practice::service::ec2::{Speaker, Target, reaches, security_group, subnet};
use slipway_practice::state::State;
use slipway_practice::time::Millis;

const REGION: &str = "eu-west-1";

#[test]
fn a_new_account_has_a_default_vpc_with_a_way_out() {
    let wire = Wire::new();
    let vpc =
        wire.done("ec2", "DescribeVpcs", &[("Filter.1.Name", "is-default"), ("Filter.1.Value.1", "true")]);
    assert_eq!(vpc.all("cidrBlock")[0], "172.31.0.0/16");
    let subnets = wire.done(
        "ec2",
        "DescribeSubnets",
        &[("Filter.1.Name", "default-for-az"), ("Filter.1.Value.1", "true")],
    );
    let mut zones = subnets.all("availabilityZone");
    zones.sort();
    assert_eq!(zones, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    assert_eq!(subnets.all("mapPublicIpOnLaunch"), ["true"; 3]);
    assert_eq!(subnets.all("availableIpAddressCount"), ["4091"; 3]);
    let tables = wire.done("ec2", "DescribeRouteTables", &[]);
    assert_eq!(tables.all("main"), ["true"]);
    assert_eq!(tables.all("destinationCidrBlock"), ["172.31.0.0/16", "0.0.0.0/0"]);
    let gateway = wire.done("ec2", "DescribeInternetGateways", &[]).one("internetGatewayId");
    assert_eq!(tables.all("gatewayId"), ["local".to_owned(), gateway]);
    assert_eq!(wire.done("ec2", "DescribeNetworkAcls", &[]).all("networkAclAssociationId").len(), 3);

    let state = State::new(7);
    let group = wire.done("ec2", "DescribeSecurityGroups", &[]).one("groupId");
    let groups = [group.clone()];
    for id in subnets.all("subnetId") {
        let public = Speaker { subnet: &id, groups: &groups, has_public_ip: true };
        let out = |speaker| reaches(&state, Millis(0), REGION, speaker, Target::Internet);
        assert!(out(public), "{id}");
        assert!(!out(Speaker { has_public_ip: false, ..public }), "{id}: nothing comes back");
        assert!(!out(Speaker { groups: &[], ..public }), "{id}: nothing gets out");
        assert!(subnet(&state, REGION, &id).is_some_and(|s| s.maps_public_ip && s.vpc == vpc.one("vpcId")));
    }
    assert!(security_group(&state, REGION, &group).is_some_and(|g| g.vpc == vpc.one("vpcId")));
    assert_eq!(subnet(&state, "us-east-1", &subnets.one("subnetId")), None, "regions are apart");
}

#[test]
fn having_been_looked_at_is_no_difference() {
    let wire = Wire::new();
    let before = wire.practice.dump().expect("a dump");
    wire.done("ec2", "DescribeVpcs", &[]);
    assert_eq!(before, wire.practice.dump().expect("a dump"));
    wire.done("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]);
    assert_ne!(before, wire.practice.dump().expect("a dump"));
}

struct Network {
    vpc: String,
    subnet: String,
    gateway: String,
    table: String,
    association: String,
    group: String,
}

fn build(wire: &Wire) -> Network {
    let vpc = wire
        .done(
            "ec2",
            "CreateVpc",
            &[
                ("CidrBlock", "10.0.0.0/16"),
                ("TagSpecification.1.ResourceType", "vpc"),
                ("TagSpecification.1.Tag.1.Key", "slipway:stack"),
                ("TagSpecification.1.Tag.1.Value", "demo"),
            ],
        )
        .one("vpcId");
    let subnet = wire
        .done(
            "ec2",
            "CreateSubnet",
            &[("VpcId", &vpc), ("CidrBlock", "10.0.0.0/24"), ("AvailabilityZone", "eu-west-1b")],
        )
        .one("subnetId");
    let gateway = wire.done("ec2", "CreateInternetGateway", &[]).one("internetGatewayId");
    wire.done("ec2", "AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
    let table =
        wire.done("ec2", "CreateRouteTable", &[("VpcId", &vpc), ("ClientToken", "t")]).one("routeTableId");
    wire.done(
        "ec2",
        "CreateRoute",
        &[("RouteTableId", &table), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", &gateway)],
    );
    let association = wire
        .done("ec2", "AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", &subnet)])
        .one("associationId");
    let group = wire
        .done(
            "ec2",
            "CreateSecurityGroup",
            &[("GroupName", "demo"), ("GroupDescription", "Demo"), ("VpcId", &vpc)],
        )
        .one("groupId");
    Network { vpc, subnet, gateway, table, association, group }
}

#[test]
fn a_network_is_built_held_together_and_taken_down_without_a_trace() {
    let wire = Wire::new();
    let before = wire.practice.dump().expect("a dump");
    let n = build(&wire);

    let held = |action: &str, parameters: &[(&str, &str)], what: &str| {
        let (status, code, message) = wire.query("ec2", action, parameters).refusal();
        assert_eq!((status, code.as_str()), (400, "DependencyViolation"), "{action}: {message}");
        assert_eq!(message, format!("The {what} has dependencies and cannot be deleted."));
    };
    held("DeleteVpc", &[("VpcId", &n.vpc)], &format!("vpc '{}'", n.vpc));
    held(
        "DeleteInternetGateway",
        &[("InternetGatewayId", &n.gateway)],
        &format!("internetGateway '{}'", n.gateway),
    );
    held("DeleteRouteTable", &[("RouteTableId", &n.table)], &format!("routeTable '{}'", n.table));

    wire.done("ec2", "DeleteSecurityGroup", &[("GroupId", &n.group)]);
    wire.done("ec2", "DisassociateRouteTable", &[("AssociationId", &n.association)]);
    wire.done("ec2", "DeleteRouteTable", &[("RouteTableId", &n.table)]);
    wire.done("ec2", "DetachInternetGateway", &[("InternetGatewayId", &n.gateway), ("VpcId", &n.vpc)]);
    wire.done("ec2", "DeleteInternetGateway", &[("InternetGatewayId", &n.gateway)]);
    wire.done("ec2", "DeleteSubnet", &[("SubnetId", &n.subnet)]);
    wire.done("ec2", "DeleteVpc", &[("VpcId", &n.vpc)]);
    assert_eq!(before, wire.practice.dump().expect("a dump"));
}

#[test]
fn what_ec2_refuses_it_refuses_in_its_own_words() {
    let wire = Wire::new();
    let n = build(&wire);
    let refused = |action: &str, parameters: &[(&str, &str)], code: &str, message: &str| {
        let (status, found, said) = wire.query("ec2", action, parameters).refusal();
        assert_eq!((status, found.as_str(), said.as_str()), (400, code, message), "{action}");
    };
    refused(
        "CreateSubnet",
        &[("VpcId", &n.vpc), ("CidrBlock", "10.0.0.128/25")],
        "InvalidSubnet.Conflict",
        "The CIDR '10.0.0.128/25' conflicts with another subnet",
    );
    refused(
        "CreateSubnet",
        &[("VpcId", &n.vpc), ("CidrBlock", "10.1.0.0/24")],
        "InvalidSubnet.Range",
        "The CIDR '10.1.0.0/24' is invalid.",
    );
    refused(
        "CreateSecurityGroup",
        &[("GroupName", "demo"), ("GroupDescription", "x"), ("VpcId", &n.vpc)],
        "InvalidGroup.Duplicate",
        &format!("The security group 'demo' already exists for VPC '{}'", n.vpc),
    );
    refused(
        "CreateRoute",
        &[("RouteTableId", &n.table), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", &n.gateway)],
        "RouteAlreadyExists",
        "The route identified by 0.0.0.0/0 already exists.",
    );
    refused(
        "AttachInternetGateway",
        &[("InternetGatewayId", &n.gateway), ("VpcId", &n.vpc)],
        "Resource.AlreadyAssociated",
        &format!("resource {} is already attached to network {}", n.gateway, n.vpc),
    );
    refused(
        "CreateVpc",
        &[("CidrBlock", "10.0.0.0/8")],
        "InvalidVpc.Range",
        "The CIDR '10.0.0.0/8' is invalid.",
    );
    refused(
        "DescribeVpcs",
        &[("Filter.1.Name", "color")],
        "InvalidParameterValue",
        "The filter 'color' is invalid",
    );
    for number in 0..3 {
        wire.done("ec2", "CreateVpc", &[("CidrBlock", &format!("10.{number}.0.0/16"))]);
    }
    refused(
        "CreateVpc",
        &[("CidrBlock", "10.9.0.0/16")],
        "VpcLimitExceeded",
        "The maximum number of VPCs has been reached.",
    );
}

#[test]
fn a_repeated_client_token_makes_no_second_route_table() {
    let wire = Wire::new();
    let n = build(&wire);
    let again = wire.done("ec2", "CreateRouteTable", &[("VpcId", &n.vpc), ("ClientToken", "t")]);
    assert_eq!(again.one("routeTableId"), n.table);
    let other =
        wire.done("ec2", "DescribeVpcs", &[("Filter.1.Name", "is-default"), ("Filter.1.Value.1", "true")]);
    let (_, code, _) = wire
        .query("ec2", "CreateRouteTable", &[("VpcId", &other.one("vpcId")), ("ClientToken", "t")])
        .refusal();
    assert_eq!(code, "IdempotentParameterMismatch");
}

#[test]
fn a_route_to_a_detached_gateway_is_a_black_hole() {
    let wire = Wire::new();
    let n = build(&wire);
    wire.done("ec2", "DetachInternetGateway", &[("InternetGatewayId", &n.gateway), ("VpcId", &n.vpc)]);
    let table = wire.done("ec2", "DescribeRouteTables", &[("RouteTableId.1", &n.table)]);
    // The VPC's own route, the default route, the association.
    assert_eq!(table.all("state"), ["active", "blackhole", "associated"]);
    let found = wire.done(
        "ec2",
        "DescribeRouteTables",
        &[("Filter.1.Name", "association.subnet-id"), ("Filter.1.Value.1", &n.subnet)],
    );
    assert_eq!(found.one("routeTableId"), n.table);
}

#[test]
fn a_refused_request_leaves_nothing_behind() {
    let wire = Wire::new();
    let n = build(&wire);
    let rule = |at: u8, block: &str| {
        vec![
            (format!("IpPermissions.{at}.IpProtocol"), "tcp".to_owned()),
            (format!("IpPermissions.{at}.FromPort"), "443".to_owned()),
            (format!("IpPermissions.{at}.ToPort"), "443".to_owned()),
            (format!("IpPermissions.{at}.IpRanges.1.CidrIp"), block.to_owned()),
        ]
    };
    let send = |rules: Vec<Vec<(String, String)>>| {
        let mut all = vec![("GroupId".to_owned(), n.group.clone())];
        all.extend(rules.into_iter().flatten());
        let all: Vec<_> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        wire.query("ec2", "AuthorizeSecurityGroupEgress", &all)
    };
    assert_eq!(send(vec![rule(1, "0.0.0.0/0")]).status, 200);
    let before = wire.practice.dump().expect("a dump");
    let (_, code, message) = send(vec![rule(1, "10.0.0.0/8"), rule(2, "0.0.0.0/0")]).refusal();
    assert_eq!(code, "InvalidPermission.Duplicate");
    assert_eq!(
        message,
        "the specified rule \"peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW\" already exists"
    );
    assert_eq!(before, wire.practice.dump().expect("a dump"));
}

#[test]
fn lists_come_in_pages_and_tags_find_things() {
    let wire = Wire::new();
    let n = build(&wire);
    for third in 1..9 {
        wire.done("ec2", "CreateSubnet", &[("VpcId", &n.vpc), ("CidrBlock", &format!("10.0.{third}.0/24"))]);
    }
    let first = wire.done("ec2", "DescribeSubnets", &[("MaxResults", "5")]);
    let mut all = first.all("subnetId");
    assert_eq!(all.len(), 5);
    let mut token = first.one("nextToken");
    loop {
        let page = wire.done("ec2", "DescribeSubnets", &[("MaxResults", "5"), ("NextToken", &token)]);
        all.extend(page.all("subnetId"));
        match page.all("nextToken").pop() {
            Some(next) => token = next,
            None => break,
        }
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 3 + 9);

    let tagged = [("Filter.1.Name", "tag:slipway:stack"), ("Filter.1.Value.1", "de*")];
    assert_eq!(wire.done("ec2", "DescribeVpcs", &tagged).all("vpcId"), [n.vpc.as_str()]);
    wire.done("ec2", "DeleteTags", &[("ResourceId.1", &n.vpc), ("Tag.1.Key", "slipway:stack")]);
    assert_eq!(wire.done("ec2", "DescribeVpcs", &tagged).all("vpcId").len(), 0);
}

#[test]
fn a_dry_run_does_nothing_and_says_so() {
    let wire = Wire::new();
    let (status, code, _) =
        wire.query("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")]).refusal();
    assert_eq!((status, code.as_str()), (412, "DryRunOperation"));
    assert_eq!(wire.done("ec2", "DescribeVpcs", &[]).all("vpcId").len(), 1);
}

#[test]
fn rules_name_groups_carry_words_and_tags_and_go_by_their_ids() {
    let wire = Wire::new();
    let n = build(&wire);
    let other = wire
        .done(
            "ec2",
            "CreateSecurityGroup",
            &[("GroupName", "other"), ("GroupDescription", "Other"), ("VpcId", &n.vpc)],
        )
        .one("groupId");
    let group = ("GroupId", n.group.as_str());
    let made = wire.done(
        "ec2",
        "AuthorizeSecurityGroupIngress",
        &[
            group,
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "2049"),
            ("IpPermissions.1.ToPort", "2049"),
            ("IpPermissions.1.Groups.1.GroupId", &other),
            ("IpPermissions.1.Groups.1.Description", "files"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/16"),
            ("TagSpecification.1.ResourceType", "security-group-rule"),
            ("TagSpecification.1.Tag.1.Key", "k"),
            ("TagSpecification.1.Tag.1.Value", "v"),
        ],
    );
    assert_eq!(made.all("securityGroupRuleId").len(), 2);
    let tagged = [("Filter.1.Name", "tag:k"), ("Filter.1.Value.1", "v")];
    let rules = wire.done("ec2", "DescribeSecurityGroupRules", &tagged);
    assert_eq!((rules.all("isEgress"), rules.one("description")), (vec!["false".into(); 2], "files".into()));
    let held = wire.query("ec2", "DeleteSecurityGroup", &[("GroupId", &other)]).refusal();
    assert_eq!(held.1, "DependencyViolation", "another group's rule names it");

    let ids = rules.all("securityGroupRuleId");
    let revoke = [group, ("SecurityGroupRuleId.1", &ids[0]), ("SecurityGroupRuleId.2", &ids[1])];
    let gone = wire.done("ec2", "RevokeSecurityGroupIngress", &revoke);
    assert_eq!(gone.one("referencedGroupId"), other);
    let again = wire.query("ec2", "RevokeSecurityGroupIngress", &revoke).refusal();
    assert_eq!(again.1, "InvalidSecurityGroupRuleId.NotFound");
    assert!(wire.done("ec2", "DescribeTags", &tagged).all("resourceId").is_empty());
    wire.done("ec2", "DeleteSecurityGroup", &[("GroupId", &other)]);
}
