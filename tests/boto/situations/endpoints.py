"""Private networks that are to live on endpoints, each with something missing or in the way."""

import json

from account import REGION, Network, ec2, image

PULL = ("ecr.api", "ecr.dkr")


def private(*services):
    network = Network()
    for service in services:
        network.interface(service)
    return network


def reach_endpoint_missing_manifests():
    """The registry's API has an endpoint, and the registry itself has none."""
    network = private("ecr.api", "logs")
    network.s3()
    return network.chosen(image=image())


def reach_endpoint_missing_sign_in():
    network = private("ecr.dkr", "logs")
    network.s3()
    return network.chosen(image=image())


def reach_endpoint_missing_layers():
    """The layers of an image come from S3."""
    return private(*PULL, "logs").chosen(image=image())


def reach_endpoint_table():
    """S3's endpoint is in the main table, which no subnet uses."""
    network = private(*PULL, "logs")
    network.s3(tables=[network.main_table()])
    return network.chosen(image=image())


def reach_endpoint_missing_logs():
    network = private(*PULL)
    network.s3()
    return network.chosen(image=image())


def reach_endpoint_missing_agent():
    """Instances join their cluster by three endpoints, of which one is missing."""
    network = private(*PULL, "logs", "ecs", "ecs-telemetry")
    network.s3()
    return network.chosen(image=image())


def reach_endpoint_nameless():
    """Without private DNS nobody finds it by the service's name."""
    network = private(*PULL)
    network.interface("logs", named=False)
    network.s3()
    return network.chosen(image=image())


def reach_endpoint_zone():
    """Without private DNS, and a private hosted zone of the service's name in its place."""
    network = private(*PULL)
    network.interface("logs", named=False)
    network.s3()
    network.zone("logs")
    return network.chosen(image=image())


def reach_no_hostnames():
    """Private DNS, in a VPC that has host names switched off."""
    network = private(*PULL, "logs")
    network.s3()
    network.switch(EnableDnsHostnames=False)
    return network.chosen(image=image())


def reach_resolvers():
    """DHCP options that name resolvers of the account's own; whether those ask Amazon's, which knows the endpoints' names, nobody here sees."""
    network = private(*PULL, "logs")
    network.s3()
    network.resolvers("10.0.0.53")
    return network.chosen(image=image())


def reach_endpoint_shut():
    """Its group lets nobody in."""
    network = private(*PULL)
    network.interface("logs", shut=True)
    network.s3()
    return network.chosen(image=image())


def reach_endpoint_shut_beside():
    """The same in a public network: the endpoint takes the name over, so the open way beside it counts for nothing."""
    network = Network().open()
    network.interface("logs", shut=True)
    return network.chosen(image=image())


def narrowed_to(resource, **more):
    """A network whose endpoint of S3 has a policy of the account's own."""
    network = private(*PULL, "logs")
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource, **more}
    ec2.modify_vpc_endpoint(
        VpcEndpointId=network.s3(), PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    )
    return network.chosen(image=image())


LAYERS = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"


def reach_endpoint_refuses():
    """It lets through what is in another bucket."""
    return narrowed_to("arn:aws:s3:::theirs/*")


def reach_endpoint_policy():
    """It lets the layers of images through to those of an organisation, whatever that means for addresses that ECR signed."""
    return narrowed_to(LAYERS, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})


def good_endpoint_policy():
    """It lets through the documented minimum, the layers of images."""
    return narrowed_to(LAYERS)


def reach_group_shut_inside():
    """The group lets out to the VPC's own addresses alone, where the interface endpoints are; S3's are others."""
    network = private(*PULL, "logs")
    network.s3()
    inside = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    network.let_out(network.groups[0], inside)
    return network.chosen(image=image())
