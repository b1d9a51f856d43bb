//! What leads out of a network, and what stops it: addresses, NAT gateways, endpoints, network ACLs, resolvers. They come
//! and go with time, hold what they stand on, and leave nothing.

use crate::wire::Wire;

struct Private {
    vpc: String,
    subnet: String,
    table: String,
}

/// A VPC with a subnet that has a table of its own and no way out.
fn private(wire: &Wire) -> Private {
    let vpc = wire.done("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).one("vpcId");
    let subnet =
        wire.done("ec2", "CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.0.0/24")]).one("subnetId");
    let table = wire.done("ec2", "CreateRouteTable", &[("VpcId", &vpc)]).one("routeTableId");
    wire.done("ec2", "AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", &subnet)]);
    Private { vpc, subnet, table }
}

fn attach_gateway(wire: &Wire, vpc: &str) {
    let gateway = wire.done("ec2", "CreateInternetGateway", &[]).one("internetGatewayId");
    wire.done("ec2", "AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", vpc)]);
}

fn nat_state(wire: &Wire, nat: &str) -> String {
    wire.done("ec2", "DescribeNatGateways", &[("NatGatewayId.1", nat)]).one("state")
}

#[test]
fn a_nat_gateway_comes_holds_its_address_and_goes() {
    let wire = Wire::new();
    let n = private(&wire);
    attach_gateway(&wire, &n.vpc);
    let address = wire.done("ec2", "AllocateAddress", &[("Domain", "vpc")]).one("allocationId");
    let parameters = [("SubnetId", n.subnet.as_str()), ("AllocationId", &address), ("ClientToken", "t")];
    let made = wire.done("ec2", "CreateNatGateway", &parameters);
    let nat = made.one("natGatewayId");
    assert_eq!(made.one("state"), "pending");
    assert_eq!(wire.done("ec2", "CreateNatGateway", &parameters).one("natGatewayId"), nat, "by its token");
    wire.later(60);
    assert_eq!(nat_state(&wire, &nat), "available");
    let route = [("RouteTableId", n.table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0")];
    wire.done("ec2", "CreateRoute", &[route[0], route[1], ("NatGatewayId", &nat)]);
    let table = [("RouteTableId.1", n.table.as_str())];
    let shown = wire.done("ec2", "DescribeRouteTables", &table);
    assert_eq!(
        (shown.one("natGatewayId"), shown.all("state")[1].clone()),
        (nat.clone(), "active".to_owned())
    );
    let free =
        wire.done("ec2", "DescribeSubnets", &[("SubnetId.1", &n.subnet)]).one("availableIpAddressCount");
    assert_eq!(free, "250");

    let (_, code, _) = wire.query("ec2", "ReleaseAddress", &[("AllocationId", &address)]).refusal();
    assert_eq!(code, "InvalidIPAddress.InUse");
    let (_, code, _) = wire.query("ec2", "DeleteSubnet", &[("SubnetId", &n.subnet)]).refusal();
    assert_eq!(code, "DependencyViolation");
    wire.done("ec2", "DeleteNatGateway", &[("NatGatewayId", &nat)]);
    assert_eq!(nat_state(&wire, &nat), "deleting");
    let shown = wire.done("ec2", "DescribeRouteTables", &table);
    assert_eq!(shown.all("state")[1], "blackhole");
    wire.later(60);
    assert_eq!(nat_state(&wire, &nat), "deleted");
    wire.done("ec2", "ReleaseAddress", &[("AllocationId", &address)]);
    wire.later(2 * 60 * 60);
    let (_, code, said) = wire.query("ec2", "DescribeNatGateways", &[("NatGatewayId.1", &nat)]).refusal();
    assert_eq!((code.as_str(), said), ("NatGatewayNotFound", format!("NatGateway {nat} was not found")));
}

/// AWS takes these and says afterwards that they failed (Amazon VPC User Guide, "NAT gateway creation fails").
#[test]
fn a_nat_gateway_that_cannot_work_fails_after_a_while() {
    let wire = Wire::new();
    let n = private(&wire);
    let address = wire.done("ec2", "AllocateAddress", &[]).one("allocationId");
    let of = |allocation: &str| {
        let parameters = [("SubnetId", n.subnet.as_str()), ("AllocationId", allocation)];
        wire.done("ec2", "CreateNatGateway", &parameters).one("natGatewayId")
    };
    let unattached = of(&address);
    wire.later(60);
    let shown = wire.done("ec2", "DescribeNatGateways", &[("NatGatewayId.1", &unattached)]);
    assert_eq!(
        (shown.one("state").as_str(), shown.one("failureCode").as_str()),
        ("failed", "Gateway.NotAttached")
    );
    assert_eq!(shown.one("failureMessage"), format!("Network {} has no Internet gateway attached", n.vpc));
    attach_gateway(&wire, &n.vpc);
    let first = of(&address);
    wire.later(60);
    assert_eq!(nat_state(&wire, &first), "available", "what failed holds no address");
    let second = of(&address);
    wire.later(60);
    let shown = wire.done("ec2", "DescribeNatGateways", &[("NatGatewayId.1", &second)]);
    assert_eq!(shown.one("failureCode"), "Resource.AlreadyAssociated");
    let (_, code, _) = wire.query("ec2", "CreateNatGateway", &[("SubnetId", &n.subnet)]).refusal();
    assert_eq!(code, "MissingParameter");
}

#[test]
fn endpoints_are_a_route_or_an_address_and_hold_what_they_stand_on() {
    let wire = Wire::new();
    let n = private(&wire);
    let s3 = "com.amazonaws.eu-west-1.s3";
    let of_table = [("VpcId", n.vpc.as_str()), ("ServiceName", s3), ("RouteTableId.1", &n.table)];
    let made = wire.done("ec2", "CreateVpcEndpoint", &of_table);
    assert_eq!((made.one("vpcEndpointType").as_str(), made.one("state").as_str()), ("Gateway", "available"));
    let shown = wire.done("ec2", "DescribeRouteTables", &[("RouteTableId.1", &n.table)]);
    assert_eq!(shown.all("gatewayId"), ["local".to_owned(), made.one("vpcEndpointId")]);
    assert!(shown.one("destinationPrefixListId").starts_with("pl-"));
    let (_, code, _) = wire.query("ec2", "CreateVpcEndpoint", &of_table).refusal();
    assert_eq!(code, "RouteAlreadyExists");

    let logs = "com.amazonaws.eu-west-1.logs";
    let of_subnet = [
        ("VpcId", n.vpc.as_str()),
        ("ServiceName", logs),
        ("VpcEndpointType", "Interface"),
        ("SubnetId.1", &n.subnet),
    ];
    let (_, code, said) = wire.query("ec2", "CreateVpcEndpoint", &of_subnet).refusal();
    assert_eq!(code, "InvalidParameter");
    assert!(said.contains("enableDnsSupport and enableDnsHostnames"), "{said}");
    wire.done("ec2", "ModifyVpcAttribute", &[("VpcId", &n.vpc), ("EnableDnsHostnames.Value", "true")]);
    let interface = wire.done("ec2", "CreateVpcEndpoint", &of_subnet);
    assert_eq!(
        (interface.one("state").as_str(), interface.one("privateDnsEnabled").as_str()),
        ("pending", "true")
    );
    let (_, code, said) = wire.query("ec2", "CreateVpcEndpoint", &of_subnet).refusal();
    assert!(code == "InvalidParameter" && said.contains("conflicting DNS domain"), "{code}: {said}");
    let (_, code, _) = wire.query("ec2", "DeleteSubnet", &[("SubnetId", &n.subnet)]).refusal();
    assert_eq!(code, "DependencyViolation");
    let (_, code, _) = wire
        .query(
            "ec2",
            "CreateVpcEndpoint",
            &[("VpcId", &n.vpc), ("ServiceName", "com.amazonaws.eu-west-1.nothing")],
        )
        .refusal();
    assert_eq!(code, "InvalidServiceName");

    let (first, second) = (made.one("vpcEndpointId"), interface.one("vpcEndpointId"));
    let gone = [("VpcEndpointId.1", first.as_str()), ("VpcEndpointId.2", &second)];
    assert!(wire.done("ec2", "DeleteVpcEndpoints", &gone).all("resourceId").is_empty());
    wire.later(60);
    assert!(wire.done("ec2", "DescribeVpcEndpoints", &[]).all("vpcEndpointId").is_empty());
    assert_eq!(wire.done("ec2", "DeleteVpcEndpoints", &gone).all("resourceId").len(), 2, "told, not refused");
    wire.done("ec2", "DeleteSubnet", &[("SubnetId", &n.subnet)]);
}

#[test]
fn an_acl_begins_by_denying_and_its_subnets_choose_it() {
    let wire = Wire::new();
    let n = private(&wire);
    let acl = wire.done("ec2", "CreateNetworkAcl", &[("VpcId", &n.vpc)]).one("networkAclId");
    let own = [("NetworkAclId.1", acl.as_str())];
    assert_eq!(wire.done("ec2", "DescribeNetworkAcls", &own).all("ruleAction"), ["deny", "deny"]);
    let entry = [
        ("NetworkAclId", acl.as_str()),
        ("RuleNumber", "100"),
        ("Protocol", "6"),
        ("RuleAction", "allow"),
        ("Egress", "true"),
        ("CidrBlock", "0.0.0.0/0"),
        ("PortRange.From", "443"),
        ("PortRange.To", "443"),
    ];
    wire.done("ec2", "CreateNetworkAclEntry", &entry);
    let (_, code, _) = wire.query("ec2", "CreateNetworkAclEntry", &entry).refusal();
    assert_eq!(code, "NetworkAclEntryAlreadyExists");
    let of_vpc = [("Filter.1.Name", "association.subnet-id"), ("Filter.1.Value.1", n.subnet.as_str())];
    let before = wire.done("ec2", "DescribeNetworkAcls", &of_vpc);
    let association = before.one("networkAclAssociationId");
    let choose = [("AssociationId", association.as_str()), ("NetworkAclId", &acl)];
    wire.done("ec2", "ReplaceNetworkAclAssociation", &choose);
    assert_eq!(wire.done("ec2", "DescribeNetworkAcls", &own).one("subnetId"), n.subnet);
    let (_, code, _) = wire.query("ec2", "DeleteNetworkAcl", &[("NetworkAclId", &acl)]).refusal();
    assert_eq!(code, "DependencyViolation");
}
