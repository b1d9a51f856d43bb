"""Accounts that are full, names that are taken, images that are not there and types that are not to be had."""

from account import Network, batch, ec2, ecr, iam, image, trust


def public(**more):
    network = Network(**more).open()
    for subnet in network.subnets:
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    return network


def image_perhaps_cached():
    """The repository is there, with another tag."""
    return public().chosen(image=image(tags=("app", "older")), tag="newest")


def image_perhaps_cached_empty():
    return public().chosen(image=image(tags=()))


def image_perhaps_cached_repository():
    found = image()
    ecr.delete_repository(repositoryName="team/app", force=True)
    return public().chosen(image=found)


def image_perhaps_cached_digest():
    return public().chosen(image=image(), tag="sha256:" + "e" * 64)


def image_other_processor():
    return public().chosen(image=image(processors=("arm64",)))


def image_other_processor_graviton():
    """The other way round: a job for Graviton."""
    return public().chosen(image=image(processors=("amd64",)))


def foreign_role():
    """A role of this name is somebody's own."""
    iam.create_role(RoleName="first-execution", AssumeRolePolicyDocument=trust("ecs-tasks.amazonaws.com"))
    return public().chosen(image=image())


def foreign_instance_profile():
    iam.create_instance_profile(InstanceProfileName="first-instance")
    return public().chosen(image=image())


def foreign_security_group():
    """The stack would make one of this name in the VPC."""
    network = public()
    network.group("first-jobs")
    return network.chosen(security_groups=[], image=image())


def foreign_repository():
    ecr.create_repository(repositoryName="first/app")
    return public().chosen(image=image())


def foreign_environment():
    network = public()
    service = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trust("batch.amazonaws.com"))
    batch.create_compute_environment(
        computeEnvironmentName="first-fargate",
        type="MANAGED",
        serviceRole=service["Role"]["Arn"],
        computeResources={
            "type": "FARGATE",
            "maxvCpus": 4,
            "subnets": network.subnets,
            "securityGroupIds": network.groups,
        },
    )
    return network.chosen(image=image())


def limit_full_vpcs():
    """Five, the default one included."""
    for number in range(4):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
    return {"image": image()}


def limit_full_internet_gateways():
    for _ in range(5):
        ec2.create_internet_gateway()
    return {"image": image()}


def limit_full_environments():
    network = public()
    service = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trust("batch.amazonaws.com"))
    for number in range(50):
        batch.create_compute_environment(
            computeEnvironmentName=f"theirs-{number}",
            type="UNMANAGED",
            serviceRole=service["Role"]["Arn"],
        )
    return network.chosen(image=image())


def limit_full_queues():
    network = public()
    service = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trust("batch.amazonaws.com"))
    made = batch.create_compute_environment(
        computeEnvironmentName="theirs", type="UNMANAGED", serviceRole=service["Role"]["Arn"]
    )
    order = [{"order": 1, "computeEnvironment": made["computeEnvironmentArn"]}]
    for number in range(50):
        batch.create_job_queue(
            jobQueueName=f"theirs-{number}", state="ENABLED", priority=1, computeEnvironmentOrder=order
        )
    return network.chosen(image=image())


def instance_types_missing():
    return public().chosen(image=image())


def instance_types_nowhere():
    """The region has it, in other zones than these."""
    return public(zones="ab").chosen(image=image())


def instance_types_some_zones():
    return public(zones="ad").chosen(image=image())


def fit_none_memory():
    return public().chosen(image=image())


def fit_tight():
    return public().chosen(image=image())


def key_pair_missing():
    return public().chosen(image=image())
