//! Topologies as accounts have them, good and broken: what is done to the account, what runs in it, and what the picture
//! of it must say.

/// A VPC with a public subnet and two private ones, each of those in a zone of its own and with one table for both.
pub(crate) const LAB: &str = r#"
import time
ec2 = client("ec2")
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
def name(id, text):
    ec2.create_tags(Resources=[id], Tags=[{"Key": "Name", "Value": text}])
def table():
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
def subnet(block, zone, of, text):
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
    ec2.associate_route_table(RouteTableId=of, SubnetId=made)
    name(made, text)
    return made
def route(of, **to):
    ec2.create_route(RouteTableId=of, DestinationCidrBlock="0.0.0.0/0", **to)
def nat(inside):
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=inside, AllocationId=address)["NatGateway"]["NatGatewayId"]
    until(lambda: ec2.describe_nat_gateways(NatGatewayIds=[made])["NatGateways"][0]["State"] == "available")
    return made
def until(done):
    while not done():
        time.sleep(0.2)
def endpoints(services, shut=()):
    for service in services:
        group = ec2.create_security_group(GroupName=service, Description="x", VpcId=vpc)["GroupId"]
        if service not in shut:
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
        ec2.create_vpc_endpoint(VpcId=vpc, VpcEndpointType="Interface", PrivateDnsEnabled=True,
            ServiceName=f"com.amazonaws.us-east-1.{service}", SubnetIds=jobs, SecurityGroupIds=[group])
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[private])
    until(lambda: all(one["State"].lower() == "available" for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]))
name(vpc, "research")
public, private = table(), table()
route(public, GatewayId=gateway)
front = subnet("10.0.0.0/24", "us-east-1a", public, "front")
jobs = [subnet("10.0.1.0/24", "us-east-1a", private, "jobs-a"), subnet("10.0.2.0/24", "us-east-1b", private, "jobs-b")]
answer = {"vpc": vpc, "subnets": jobs}
"#;

pub(crate) const DEFAULT: &str = "kind = \"default-vpc\"";
/// An image in ECR, which endpoints lead to.
const FROM_ECR: (&str, &str) = (
    "image = \"public.ecr.aws/amazonlinux/amazonlinux:2023\"",
    "image = \"111122223333.dkr.ecr.us-east-1.amazonaws.com/research:latest\"",
);
const NO_ADDRESS: (&str, &str) = ("assign_public_ip = true", "assign_public_ip = false");

/// A network, what runs in it, and what its picture must say.
pub(crate) struct Topology {
    pub(crate) name: &'static str,
    pub(crate) preset: &'static str,
    /// What is done to the account; `None` for the default VPC or one that is to be made.
    pub(crate) lab: Option<&'static str>,
    /// Lines of the blueprint, as they are and as they shall be.
    pub(crate) changes: &'static [(&'static str, &'static str)],
    pub(crate) service: &'static str,
    /// What the way to that service comes to.
    pub(crate) says: &'static str,
    /// A word of each cure that is offered.
    pub(crate) cures: &'static [(&'static str, &'static str)],
}

const NOTHING: Topology =
    Topology { name: "", preset: "fargate", lab: None, changes: &[], service: "logs", says: "", cures: &[] };
pub(crate) const GOOD: Topology = Topology { name: "default", says: "Reaches", ..NOTHING };
pub(crate) const NO_ROUTE: Topology = Topology {
    name: "no-route",
    lab: Some(
        "vpc = ec2.describe_vpcs(Filters=[{'Name': 'is-default', 'Values': ['true']}])['Vpcs'][0]['VpcId']\n\
         table = ec2.describe_route_tables(Filters=[{'Name': 'vpc-id', 'Values': [vpc]}])['RouteTables'][0]\n\
         ec2.delete_route(RouteTableId=table['RouteTableId'], DestinationCidrBlock='0.0.0.0/0')\n\
         answer = None",
    ),
    says: "has no route for 0.0.0.0/0",
    cures: &[
        ("public-ips", "Add a route for 0.0.0.0/0 to igw-"),
        ("nat-gateway", "$36.50 a month"),
        ("endpoints", "Put the image of job into ECR"),
    ],
    ..NOTHING
};
pub(crate) const PRIVATE: Topology = Topology {
    name: "private",
    preset: "ondemand",
    lab: Some(""),
    changes: &[FROM_ECR],
    service: "ecs",
    says: "Broken at rtb-",
    cures: &[
        ("public-ips", "Switch on “Auto-assign public IPv4 address” in subnet-"),
        ("nat-gateway", "Make a public NAT gateway with an Elastic IP address in subnet-"),
        ("endpoints", "com.amazonaws.us-east-1.ecs-telemetry"),
    ],
};
pub(crate) const UNADDRESSED: Topology = Topology {
    name: "unaddressed",
    preset: "ondemand",
    lab: Some("route(private, GatewayId=gateway)"),
    changes: &[FROM_ECR],
    service: "ecr",
    says: "gives instances no public address",
    cures: &[
        ("public-ips", "nothing while nothing runs"),
        ("nat-gateway", "leads to igw-"),
        ("endpoints", "gateway endpoint of com.amazonaws.us-east-1.s3"),
    ],
};
pub(crate) const NAT: Topology = Topology {
    name: "nat",
    lab: Some("route(private, NatGatewayId=nat(front))"),
    changes: &[FROM_ECR, NO_ADDRESS],
    service: "ecr",
    says: "Reaches",
    ..NOTHING
};
pub(crate) const NAT_INSIDE: Topology = Topology {
    name: "nat-inside",
    lab: Some("route(private, NatGatewayId=nat(jobs[0]))"),
    changes: &[FROM_ECR, NO_ADDRESS],
    says: "Broken at nat-",
    cures: &[
        ("public-ips", "Switch on the public address in the job definition job"),
        ("nat-gateway", "instead of nat-"),
        ("endpoints", "a month"),
    ],
    ..NOTHING
};
pub(crate) const NAT_SHUT: Topology = Topology {
    name: "nat-shut",
    lab: Some(
        "route(private, NatGatewayId=nat(front))\n\
         acl = ec2.create_network_acl(VpcId=vpc)['NetworkAcl']['NetworkAclId']\n\
         ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol='-1', RuleAction='allow', \
             Egress=True, CidrBlock='0.0.0.0/0')\n\
         acls = ec2.describe_network_acls(Filters=[{'Name': 'association.subnet-id', 'Values': [front]}])\n\
         old = [one for one in acls['NetworkAcls'][0]['Associations'] if one['SubnetId'] == front][0]\n\
         ec2.replace_network_acl_association(AssociationId=old['NetworkAclAssociationId'], NetworkAclId=acl)",
    ),
    changes: &[FROM_ECR, NO_ADDRESS],
    says: "Broken at acl-",
    cures: &[("put-right", "acl-")],
    ..NOTHING
};
pub(crate) const ENDPOINTS: Topology = Topology {
    name: "endpoints",
    preset: "ondemand",
    lab: Some("endpoints(['ecr.api', 'ecr.dkr', 'logs', 'ecs', 'ecs-agent', 'ecs-telemetry'])"),
    changes: &[FROM_ECR],
    service: "ecr",
    says: "Reaches",
    ..NOTHING
};
pub(crate) const ENDPOINTS_BROKEN: Topology = Topology {
    name: "endpoints-broken",
    lab: Some("endpoints(['ecr.api', 'logs'], shut=['logs'])"),
    changes: &[FROM_ECR, NO_ADDRESS],
    says: "let no HTTPS (TCP 443) in from here",
    cures: &[
        ("put-right", "TCP 443 from 10.0.0.0/16"),
        ("public-ips", "Switch on the public address"),
        ("nat-gateway", "$36.50"),
        ("endpoints", "com.amazonaws.us-east-1.ecr.dkr"),
    ],
    ..NOTHING
};
pub(crate) const TRANSIT: Topology = Topology {
    name: "transit",
    lab: Some(
        "transit = ec2.create_transit_gateway()['TransitGateway']['TransitGatewayId']\n\
         ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=vpc, SubnetIds=jobs)\n\
         route(private, TransitGatewayId=transit)",
    ),
    changes: &[NO_ADDRESS],
    says: "Cannot tell",
    ..NOTHING
};
/// VPC Block Public Access is on, in both directions.
pub(crate) const BLOCKED: Topology = Topology {
    name: "blocked",
    lab: Some(
        "route(private, NatGatewayId=nat(front))\n\
         ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode='block-bidirectional')",
    ),
    changes: &[FROM_ECR, NO_ADDRESS],
    service: "ecr",
    says: "Broken at igw-",
    cures: &[
        ("put-right", "exempted from VPC Block Public Access (allow-egress)"),
        ("endpoints", "com.amazonaws.us-east-1.ecr.dkr"),
    ],
    ..NOTHING
};
/// The same before anything is made, where only NAT gateways may speak.
pub(crate) const BLOCKED_TO_BE_MADE: Topology = Topology {
    name: "blocked-to-be-made",
    lab: Some(
        "ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode='block-ingress')\nanswer = {}",
    ),
    changes: &[(DEFAULT, "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"\nway_out = \"public-ips\"")],
    says: "lets only NAT gateways speak",
    ..NOTHING
};
pub(crate) const TO_BE_MADE: Topology = Topology {
    name: "to-be-made",
    changes: &[
        (DEFAULT, "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"\nway_out = \"nat-gateway\""),
        NO_ADDRESS,
    ],
    says: "Will reach",
    ..NOTHING
};
