"""Accounts in which nothing is amiss."""

import json

from account import EVERYWHERE, ROLES, Network, ec2, ecr, iam, image, tcp
from stacks import detach, of_aws, own, stack


def good_default_vpc():
    """As moto makes it, with the internet gateway that AWS's own would have."""
    network = Network(zones="")
    network.vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    network.route(network.main_table(), GatewayId=network.attach())
    return {"image": image()}


def good_default_vpc_hosts():
    """One of its six zones is old, and has hardly any of the types of today."""
    return good_default_vpc()


def good_public():
    return Network().open().chosen(image=image())


def good_default_group():
    """The VPC's own group, which lets everything out."""
    network = Network().open()
    mine = [{"Name": "vpc-id", "Values": [network.vpc]}, {"Name": "group-name", "Values": ["default"]}]
    network.groups = [ec2.describe_security_groups(Filters=mine)["SecurityGroups"][0]["GroupId"]]
    return network.chosen(image=image())


def good_no_group():
    """None is named: the stack makes one."""
    return Network().open().chosen(security_groups=[], image=image())


def good_two_groups():
    """One lets nothing out, and the other lets HTTPS out: what any of them lets out goes out."""
    network = Network().open()
    network.let_out(network.groups[0])
    network.groups.append(network.group("https"))
    network.let_out(network.groups[1], tcp(443, EVERYWHERE))
    return network.chosen(image=image())


def good_main_table():
    """Two zones, and subnets without a table of their own."""
    network = Network(zones="")
    network.route(network.main_table(), GatewayId=network.attach())
    for number, zone in enumerate("ab"):
        network.subnets.append(network.subnet(zone, f"10.0.{number}.0/24", table=False))
    return network.chosen(image=image())


def good_nat():
    network = Network()
    network.behind_nat()
    return network.chosen(image=image())


def good_nat_past_the_block():
    """Public addresses may not speak to the internet, NAT gateways may."""
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    return good_nat()


def good_exempt():
    """Nothing passes the account's internet gateways, but for this VPC's."""
    network = Network().open()
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    ec2.create_vpc_block_public_access_exclusion(
        VpcId=network.vpc, InternetGatewayExclusionMode="allow-bidirectional"
    )
    return network.chosen(image=image())


def good_nat_and_transit():
    """The other networks of a company by a transit gateway, and everything else by the NAT gateway."""
    network = Network()
    network.behind_nat()
    network.transit(to="10.128.0.0/9")
    return network.chosen(image=image())


def good_endpoints():
    network = Network()
    for service in ("ecr.api", "ecr.dkr", "logs"):
        network.interface(service)
    network.s3()
    return network.chosen(image=image())


def good_endpoints_hosts():
    network = Network()
    for service in ("ecr.api", "ecr.dkr", "logs", "ecs", "ecs-agent", "ecs-telemetry"):
        network.interface(service)
    network.s3()
    return network.chosen(image=image())


def good_endpoint_in_one_zone():
    """Its name leads to its address from every zone."""
    network = Network()
    for service in ("ecr.api", "ecr.dkr", "logs"):
        network.interface(service, subnets=network.subnets[:1])
    network.s3()
    return network.chosen(image=image())


def good_unnamed_endpoint_beside_nat():
    """An endpoint whose name nobody uses, which is in nobody's way."""
    network = Network()
    network.behind_nat()
    network.interface("logs", named=False, shut=True)
    return network.chosen(image=image())


def good_acl():
    """What AWS's guide recommends for a public subnet: HTTPS out, answers in."""
    network = Network().open()
    network.acl((True, "allow", 443, 443), (False, "allow", 1024, 65535))
    return network.chosen(image=image())


def good_acl_benchmark():
    """Everything passes but remote desktop and SSH, which are denied first, as benchmarks want it; and by a NAT gateway,
    to which answers come on every port from 1024 on."""
    network = Network()
    network.behind_nat()
    closed = [(False, "deny", 22, 22), (False, "deny", 3389, 3389)]
    everything = [(True, "allow", 0, 65535), (False, "allow", 0, 65535)]
    network.acl(*closed, *everything, subnets=list(network.tables))
    return network.chosen(image=image())


def good_resolvers_and_nat():
    """Resolvers of a company's own: if they ask Amazon's, the endpoints are found, and if not, the NAT gateway leads out."""
    network = Network()
    network.behind_nat()
    for service in ("ecr.api", "ecr.dkr", "logs"):
        network.interface(service)
    network.resolvers("10.0.0.53", "10.0.1.53")
    return network.chosen(image=image())


def good_second_block():
    """Subnets in addresses that the VPC was given later."""
    network = Network(zones="a")
    ec2.associate_vpc_cidr_block(VpcId=network.vpc, CidrBlock="100.64.0.0/16")
    network.subnets.append(network.subnet("b", "100.64.0.0/20"))
    return network.open().chosen(image=image())


def good_both_protocols():
    """IPv4 and IPv6, each with its way out."""
    network = Network()
    ec2.associate_vpc_cidr_block(VpcId=network.vpc, AmazonProvidedIpv6CidrBlock=True)
    network.open()
    for table in network.tables.values():
        ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=network.gateway)
    return network.chosen(image=image())


def good_prefix_list():
    """A route of the account's own beside the way out, to a list of addresses."""
    network = Network().open()
    made = ec2.create_managed_prefix_list(
        PrefixListName="theirs",
        MaxEntries=2,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "192.0.2.0/24"}],
    )
    for table in network.tables.values():
        ec2.create_route(
            RouteTableId=table,
            DestinationPrefixListId=made["PrefixList"]["PrefixListId"],
            GatewayId=network.gateway,
        )
    return network.chosen(image=image())


def good_hosts():
    """Public subnets that give instances addresses."""
    return stack()


def good_busy_account():
    """Somebody else's networks, gateways and groups of the same names, and a subnet that is full elsewhere."""
    for number in range(3):
        other = Network(block=f"10.{number}.0.0/16", zones="")
        other.attach()
        other.group("first-jobs")
    return Network().open().chosen(image=image())


def good_digest():
    found = image()
    images = ecr.describe_images(repositoryName="team/app")["imageDetails"]
    return Network().open().chosen(image=found, tag=images[0]["imageDigest"])


def good_stack():
    """What was made is there, and nobody touched it."""


def good_equal_policies():
    """Policies of the account's own in place of AWS's, which allow the same."""
    for role in ROLES:
        arn = of_aws(role)
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        detach(role)
        iam.attach_role_policy(RoleName=role, PolicyArn=own("theirs-" + role, json.dumps(document)))


def good_boundary():
    """One that every role of the account has to have, and that leaves room."""
    for role in [*ROLES, "first-job-role"]:
        iam.put_role_permissions_boundary(
            RoleName=role, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess"
        )


def good_trust():
    """Kept to this account, as AWS advises against the confused deputy."""
    here = "123456789012"
    sources = {
        "first-execution": [f"arn:aws:ecs:us-east-1:{here}:*"],
        "first-job-role": [f"arn:aws:ecs:*:{here}:*"],
        "first-service": [f"arn:aws:batch:us-east-1:{here}:compute-environment/*", f"arn:aws:batch:us-east-1:{here}:job/*"],
    }
    for role, arns in sources.items():
        document = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        document["Statement"][0]["Condition"] = {
            "StringEquals": {"aws:SourceAccount": here},
            "ArnLike": {"aws:SourceArn": arns},
        }
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(document))
