"""What the situations are built from: networks, roles and images, as somebody makes them who knows nothing of Slipway."""

import json

import boto3

ec2, iam, ecr, batch = boto3.client("ec2"), boto3.client("iam"), boto3.client("ecr"), boto3.client("batch")
route53 = boto3.client("route53")

REGION = "us-east-1"
ACCOUNT = "123456789012"
EVERYWHERE = "0.0.0.0/0"

OCI = "application/vnd.oci.image."


def image(tags=("app",), processors=("amd64", "arm64")):
    """An index in a repository of the account's own: moto hands out no layers, and so tells of no single image for which
    processor it is."""
    name = "team/app"
    ecr.create_repository(repositoryName=name)
    entries = [
        {
            "mediaType": OCI + "manifest.v1+json",
            "digest": "sha256:" + character * 64,
            "size": 500,
            "platform": {"architecture": processor, "os": "linux"},
        }
        for character, processor in zip("ab", processors)
    ]
    index = {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": entries}
    for tag in tags:
        ecr.put_image(
            repositoryName=name,
            imageTag=tag,
            imageManifest=json.dumps(index),
            imageManifestMediaType=index["mediaType"],
        )
    return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}"


class Network:
    """A VPC with subnets in as many zones, each with a table of its own; out of it leads nothing yet."""

    def __init__(self, zones="ab", block="10.0.0.0/16", size=24):
        self.vpc = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        self.switch(EnableDnsHostnames=True)
        self.gateway = None
        self.tables = {}
        self.subnets = [self.subnet(zone, f"10.0.{number}.0/{size}") for number, zone in enumerate(zones)]
        self.groups = [self.group("theirs")]

    def switch(self, **attribute):
        (name, value), = attribute.items()
        ec2.modify_vpc_attribute(VpcId=self.vpc, **{name: {"Value": value}})

    def subnet(self, zone, block, table=True):
        made = ec2.create_subnet(VpcId=self.vpc, CidrBlock=block, AvailabilityZone=REGION + zone)
        subnet = made["Subnet"]["SubnetId"]
        if table:
            self.tables[subnet] = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
            ec2.associate_route_table(RouteTableId=self.tables[subnet], SubnetId=subnet)
        return subnet

    def main_table(self):
        mine = [{"Name": "vpc-id", "Values": [self.vpc]}, {"Name": "association.main", "Values": ["true"]}]
        return ec2.describe_route_tables(Filters=mine)["RouteTables"][0]["RouteTableId"]

    def group(self, name):
        made = ec2.create_security_group(GroupName=name, Description="theirs", VpcId=self.vpc)
        return made["GroupId"]

    def attach(self):
        """An internet gateway."""
        self.gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        return self.gateway

    def route(self, table, to=EVERYWHERE, **target):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=to, **target)

    def open(self):
        """Every subnet leads to an internet gateway."""
        self.attach()
        for table in self.tables.values():
            self.route(table, GatewayId=self.gateway)
        return self

    def nat(self, subnet, **more):
        """A NAT gateway, with a public address unless it is a private one."""
        if more.get("ConnectivityType") != "private":
            more["AllocationId"] = ec2.allocate_address(Domain="vpc")["AllocationId"]
        return ec2.create_nat_gateway(SubnetId=subnet, **more)["NatGateway"]["NatGatewayId"]

    def behind_nat(self, **more):
        """The subnets lead to a NAT gateway in a public one beside them, which is returned."""
        public = self.subnet("a", "10.0.200.0/24")
        self.attach()
        self.route(self.tables[public], GatewayId=self.gateway)
        nat = self.nat(public, **more)
        for subnet in self.subnets:
            self.route(self.tables[subnet], NatGatewayId=nat)
        return nat

    def interface(self, service, shut=False, named=True, subnets=None):
        """An interface endpoint, with a group of its own that lets HTTPS in from the VPC."""
        group = self.group(service)
        if not shut:
            self.let_in(group, 443, "10.0.0.0/16")
        made = ec2.create_vpc_endpoint(
            VpcId=self.vpc,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{REGION}.{service}",
            SubnetIds=subnets or self.subnets,
            SecurityGroupIds=[group],
            PrivateDnsEnabled=named,
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def s3(self, tables=None):
        """The gateway endpoint of S3."""
        made = ec2.create_vpc_endpoint(
            VpcId=self.vpc,
            VpcEndpointType="Gateway",
            ServiceName=f"com.amazonaws.{REGION}.s3",
            RouteTableIds=tables or list(self.tables.values()),
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def resolvers(self, *addresses):
        """DHCP options that name these."""
        named = [{"Key": "domain-name-servers", "Values": list(addresses)}]
        options = ec2.create_dhcp_options(DhcpConfigurations=named)["DhcpOptions"]["DhcpOptionsId"]
        ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=self.vpc)

    def zone(self, service):
        """A private hosted zone of a service's name."""
        route53.create_hosted_zone(
            Name=f"{service}.{REGION}.amazonaws.com",
            CallerReference=service,
            VPC={"VPCRegion": REGION, "VPCId": self.vpc},
            HostedZoneConfig={"PrivateZone": True},
        )

    def transit(self, to=EVERYWHERE):
        """Every subnet leads there by a transit gateway."""
        gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway, VpcId=self.vpc, SubnetIds=self.subnets
        )
        for table in self.tables.values():
            self.route(table, to=to, TransitGatewayId=gateway)

    def let_in(self, group, port, block):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(port, block)])

    def let_out(self, group, *rules):
        """Only this."""
        was = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=was)
        if rules:
            ec2.authorize_security_group_egress(GroupId=group, IpPermissions=list(rules))

    def acl(self, *rules, subnets=None):
        """A network ACL of these rules, (egress, allow, first port, last port), around the subnets."""
        acl = ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        for number, (egress, action, first, last) in enumerate(rules):
            ec2.create_network_acl_entry(
                NetworkAclId=acl,
                RuleNumber=100 + number,
                Egress=egress,
                RuleAction=action,
                Protocol="6",
                CidrBlock=EVERYWHERE,
                PortRange={"From": first, "To": last},
            )
        around = [{"Name": "association.subnet-id", "Values": subnets or self.subnets}]
        for now in ec2.describe_network_acls(Filters=around)["NetworkAcls"]:
            for tie in now["Associations"]:
                if tie["SubnetId"] in (subnets or self.subnets):
                    was = tie["NetworkAclAssociationId"]
                    ec2.replace_network_acl_association(AssociationId=was, NetworkAclId=acl)
        return acl

    def chosen(self, **more):
        """What a person would choose in the blueprint."""
        return {"vpc": self.vpc, "subnets": self.subnets, "security_groups": self.groups, **more}


def tcp(port, block):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": block}]}


def trust(*services):
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(effect, *actions, resource="*"):
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


# What each role of a stack works with, and AWS's policy for it.
ROLES = {
    "first-execution": ("ecs-tasks.amazonaws.com", "AmazonECSTaskExecutionRolePolicy"),
    "first-instance": ("ec2.amazonaws.com", "AmazonEC2ContainerServiceforEC2Role"),
    "first-service": ("batch.amazonaws.com", "AWSBatchServiceRole"),
}
