"""Networks that lead nowhere, or not far enough. Each is an account's own VPC that the blueprint names."""

from account import EVERYWHERE, Network, ec2, image, tcp

HTTPS_OUT = (True, "allow", 443, 443)
ANSWERS_IN = (False, "allow", 1024, 65535)


def reach_no_route():
    return Network().chosen(image=image())


def reach_no_route_own_table():
    """The main table leads out; the subnets have tables of their own, which count."""
    network = Network()
    network.route(network.main_table(), GatewayId=network.attach())
    return network.chosen(image=image())


def reach_central():
    """No way to the internet: to the company's networks, by a transit gateway."""
    network = Network()
    network.transit(to="10.0.0.0/8")
    return network.chosen(image=image())


def reach_central_peering():
    """Routes, but none to the internet: to another network by a peering, in which endpoints may be."""
    network, other = Network().open(), Network(block="10.1.0.0/16", zones="")
    peering = ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=other.vpc)
    peering = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    for table in network.tables.values():
        ec2.delete_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE)
        network.route(table, to="10.1.0.0/16", VpcPeeringConnectionId=peering)
    return network.chosen(image=image())


def reach_no_route_hosts():
    return Network().chosen(image=image())


def reach_no_route_one_subnet():
    """The second subnet's table has lost its route."""
    network = Network().open()
    ec2.delete_route(RouteTableId=network.tables[network.subnets[1]], DestinationCidrBlock=EVERYWHERE)
    return network.chosen(image=image())


def reach_no_route_ipv6():
    """The way out is one for IPv6 alone, and the images' registry is asked over IPv4."""
    network = Network()
    ec2.associate_vpc_cidr_block(VpcId=network.vpc, AmazonProvidedIpv6CidrBlock=True)
    gateway = network.attach()
    for table in network.tables.values():
        ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=gateway)
    return network.chosen(image=image())


def reach_blocked_arriving():
    """A public network, and only NAT gateways may speak to the internet."""
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    return Network().open().chosen(image=image())


def reach_blocked():
    """Behind a NAT gateway, and nothing may speak to the internet. Another VPC is exempt."""
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    network, other = Network(), Network(block="10.1.0.0/16", zones="")
    ec2.create_vpc_block_public_access_exclusion(
        VpcId=other.vpc, InternetGatewayExclusionMode="allow-bidirectional"
    )
    network.behind_nat()
    return network.chosen(image=image())


def reach_blackhole():
    network = Network().open()
    ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    return network.chosen(image=image())


def reach_nat_state():
    """The NAT gateway has been deleted, and the route to it was left."""
    network = Network()
    ec2.delete_nat_gateway(NatGatewayId=network.behind_nat())
    return network.chosen(image=image())


def reach_nat_private_subnet():
    """The NAT gateway is in the subnet that it is for."""
    network = Network(zones="a")
    network.attach()
    inside = network.nat(network.subnets[0])
    network.route(network.tables[network.subnets[0]], NatGatewayId=inside)
    return network.chosen(image=image())


def reach_nat_private():
    network = Network()
    network.behind_nat(ConnectivityType="private")
    return network.chosen(image=image())


def reach_elsewhere():
    """By a transit gateway: where that leads is another account's to say."""
    network = Network()
    network.transit()
    return network.chosen(image=image())


def reach_job_unaddressed():
    return Network().open().chosen(image=image())


def reach_host_unaddressed():
    return Network().open().chosen(image=image())


def reach_group_shut():
    network = Network().open()
    network.let_out(network.groups[0])
    return network.chosen(image=image())


def reach_group_shut_port():
    """HTTP goes out, and HTTPS does not."""
    network = Network().open()
    network.let_out(network.groups[0], tcp(80, EVERYWHERE))
    return network.chosen(image=image())


def reach_acl_out():
    network = Network().open()
    network.acl(ANSWERS_IN)
    return network.chosen(image=image())


def reach_acl_out_denied():
    """Everything passes but HTTPS, which an earlier rule denies."""
    network = Network().open()
    network.acl((True, "deny", 443, 443), (True, "allow", 0, 65535), (False, "allow", 0, 65535))
    return network.chosen(image=image())


def reach_acl_in():
    """HTTPS goes out; the answers, which an ACL does not know for answers, do not come in."""
    network = Network().open()
    network.acl(HTTPS_OUT)
    return network.chosen(image=image())


def reach_acl_half():
    """Answers come in on Windows's ports alone."""
    network = Network().open()
    network.acl(HTTPS_OUT, (False, "allow", 49152, 65535))
    return network.chosen(image=image())


def reach_no_dns():
    network = Network().open()
    network.switch(EnableDnsHostnames=False)
    network.switch(EnableDnsSupport=False)
    return network.chosen(image=image())


def zones_one():
    return Network(zones="aa").open().chosen(image=image())


def addresses_few():
    """Two subnets of sixteen addresses, of which AWS keeps five each."""
    return Network(size=28).open().chosen(image=image())


def addresses_none():
    """Everything in the second subnet is taken."""
    network = Network()
    network.subnets[1:] = [network.subnet("c", "10.0.9.0/28")]
    network.open()
    for _ in range(16 - 5):
        ec2.create_network_interface(SubnetId=network.subnets[1])
    return network.chosen(image=image())


def rule_subnets_too_many():
    """Seventeen, of which Batch takes sixteen."""
    return Network(zones="abcdefabcdefabcde").open().chosen(image=image())


def rule_groups_too_many():
    """Six, of which a network interface takes five."""
    network = Network().open()
    network.groups += [network.group(f"theirs-{number}") for number in range(5)]
    return network.chosen(image=image())


def existing_vpc_missing():
    network = Network().open()
    return network.chosen(vpc="vpc-0123456789abcdef0", image=image())


def existing_subnets_missing():
    """One of them has been deleted."""
    network = Network().open()
    gone = network.subnet("c", "10.0.9.0/24", table=False)
    ec2.delete_subnet(SubnetId=gone)
    return network.chosen(subnets=[*network.subnets, gone], image=image())


def existing_subnets_missing_other_vpc():
    """One is another network's."""
    network, other = Network().open(), Network(block="10.0.0.0/16", zones="a")
    return network.chosen(subnets=[network.subnets[0], other.subnets[0]], image=image())


def existing_groups_missing():
    """The group is another network's."""
    network, other = Network().open(), Network(zones="")
    return network.chosen(security_groups=other.groups, image=image())


def default_vpc_missing():
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    inside = [{"Name": "vpc-id", "Values": [vpc]}]
    for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc)
    return {"image": image()}


def default_vpc_without_subnets():
    for subnet in ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    return {"image": image()}


def reach_no_route_default():
    """As moto makes it: AWS gives every default VPC a gateway, which somebody has taken away here."""
    return {"image": image()}
