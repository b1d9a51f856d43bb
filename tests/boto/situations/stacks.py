"""A stack that Slipway has made, and what somebody did to its roles since."""

import json

from account import ACCOUNT, ROLES, Network, ec2, iam, image, policy, trust

EXECUTION, INSTANCE, SERVICE = "first-execution", "first-instance", "first-service"


def stack():
    """Where it is made."""
    network = Network().open()
    for subnet in network.subnets:
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    return network.chosen(image=image())


def of_aws(role):
    return "arn:aws:iam::aws:policy/service-role/" + ROLES[role][1]


def detach(role):
    iam.detach_role_policy(RoleName=role, PolicyArn=of_aws(role))


def own(name, document):
    return iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]


def role_trusts_another_service():
    """The role with which Batch works lets EC2 take it on."""
    iam.update_assume_role_policy(RoleName=SERVICE, PolicyDocument=trust("ec2.amazonaws.com"))


def role_trusts_another():
    """ECS is trusted, but not its tasks."""
    iam.update_assume_role_policy(RoleName=EXECUTION, PolicyDocument=trust("ecs.amazonaws.com"))


def role_trusts_another_instance():
    iam.update_assume_role_policy(RoleName=INSTANCE, PolicyDocument=trust("ecs-tasks.amazonaws.com"))


def trusted_only_if(role, service, condition):
    document = json.loads(trust(service))
    document["Statement"][0]["Condition"] = condition
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(document))


def role_trusts_nobody():
    """Sessions may be tagged, but none begun."""
    document = trust("ecs-tasks.amazonaws.com").replace("sts:AssumeRole", "sts:TagSession")
    iam.update_assume_role_policy(RoleName=EXECUTION, PolicyDocument=document)


def role_trust_unmet():
    """Copied out of another account."""
    trusted_only_if(EXECUTION, "ecs-tasks.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "999999999999"}})


def role_trust_unmet_batch():
    """AWS's first example, and its compute environment's name with it."""
    arn = "arn:aws:batch:us-east-1:123456789012:"
    sources = {"ArnLike": {"aws:SourceArn": [arn + "compute-environment/testCE", arn + "job/*"]}}
    trusted_only_if(SERVICE, "batch.amazonaws.com", sources)


def role_trust_open():
    """A condition that nobody can judge who does not call."""
    trusted_only_if(EXECUTION, "ecs-tasks.amazonaws.com", {"StringEquals": {"sts:ExternalId": "x"}})


def role_trust_denied():
    """Nobody is to assume it for a while."""
    document = json.loads(trust("ecs-tasks.amazonaws.com"))
    document["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"})
    iam.update_assume_role_policy(RoleName=EXECUTION, PolicyDocument=json.dumps(document))


def role_lacking_execution():
    """AWS's policy has been taken off."""
    detach(EXECUTION)


def role_lacking_service():
    detach(SERVICE)


def role_lacking_instance():
    """In its place is one of the account's own, without the right to join a cluster."""
    detach(INSTANCE)
    allowed = ("ecs:Poll", "ecs:StartTelemetrySession", "ecr:GetAuthorizationToken", "ecr:BatchGetImage")
    iam.attach_role_policy(RoleName=INSTANCE, PolicyArn=own("theirs", policy("Allow", *allowed)))


def role_denied():
    iam.put_role_policy(
        RoleName=EXECUTION, PolicyName="theirs", PolicyDocument=policy("Deny", "logs:PutLogEvents")
    )


def role_denied_service():
    """As somebody in charge of costs would put it: no more instances."""
    iam.put_role_policy(RoleName=SERVICE, PolicyName="theirs", PolicyDocument=policy("Deny", "ec2:Run*"))


def role_bounded():
    iam.put_role_permissions_boundary(
        RoleName=EXECUTION, PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )


def profile_without_role():
    iam.remove_role_from_instance_profile(InstanceProfileName=INSTANCE, RoleName=INSTANCE)


def profile_another_role():
    profile_without_role()
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
    iam.add_role_to_instance_profile(InstanceProfileName=INSTANCE, RoleName="theirs")


def foreign_untagged():
    """A thing of the stack's has lost its tags: nobody can tell any longer whose it is."""
    tags = [tag["Key"] for tag in iam.list_role_tags(RoleName=EXECUTION)["Tags"]]
    iam.untag_role(RoleName=EXECUTION, TagKeys=tags)


def role_lacking_version():
    """The policy of the account's own that it worked by is left without a right in its newest version."""
    detach(EXECUTION)
    arn = f"arn:aws:iam::{ACCOUNT}:policy/theirs"
    own("theirs", policy("Allow", "ecr:*", "logs:*"))
    iam.attach_role_policy(RoleName=EXECUTION, PolicyArn=arn)
    less = policy("Allow", "ecr:*")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=less, SetAsDefault=True)
