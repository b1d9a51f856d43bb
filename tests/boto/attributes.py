"""Compares a stack in an account, attribute by attribute, with what AWS's documentation says that a stack of this
blueprint must have. It finds its way from the tag on the queue along AWS's own references, not by Slipway's names.

    attributes.py BLUEPRINT.toml    prints {"rows": [[resource, attribute, wanted, found, source]], "wrong": [...]}

Sources: [UG page] AWS Batch User Guide · [API action] AWS Batch API Reference · [ECS page] ECS Developer Guide ·
[EC2 action] EC2 API Reference · [S] Slipway's own promise (tags, retention, scan on push, no ingress).
"""

import json
import sys
import tomllib

import boto3

rows = []
batch, ec2, iam = boto3.client("batch"), boto3.client("ec2"), boto3.client("iam")
logs, ecr = boto3.client("logs"), boto3.client("ecr")


def row(resource, attribute, wanted, found, source):
    rows.append([resource, attribute, wanted, found, source])


def tags_of(thing):
    tags = thing.get("tags") or thing.get("Tags") or {}
    if isinstance(tags, list):
        tags = {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value")) for tag in tags}
    return tags


def ours(things, stack):
    return [thing for thing in things if tags_of(thing).get("slipway:stack") == stack]


def role(resource, arn, trusted, policies, source):
    """A role's trust and its policies."""
    name = (arn or "/missing").split("/")[-1]
    try:
        found = iam.get_role(RoleName=name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        return row(resource, "exists", True, False, source)
    statements = found["AssumeRolePolicyDocument"]["Statement"]
    principals = [statement["Principal"]["Service"] for statement in statements]
    row(resource, "trusts", [trusted], principals, source)
    row(resource, "may be assumed by", ["sts:AssumeRole"], [statement["Action"] for statement in statements], source)
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    row(resource, "attached policies", policies, sorted(policy["PolicyName"] for policy in attached), source)


def environment(wanted, found, stack):
    what = f"compute environment {wanted['name']}"
    row(what, "type", "MANAGED", found["type"], "API CreateComputeEnvironment")
    row(what, "state", "ENABLED", found["state"], "API CreateComputeEnvironment")
    row(what, "status", "VALID", found["status"], "UG compute_environments")
    resources = found["computeResources"]
    row(what, "computeResources.type", "FARGATE", resources["type"], "API ComputeResource")
    row(what, "computeResources.maxvCpus", wanted["max_vcpus"], resources["maxvCpus"], "API ComputeResource")
    row(what, "1 to 16 subnets", True, 1 <= len(resources["subnets"]) <= 16, "API ComputeResource")
    row(what, "1 to 5 security groups", True, 1 <= len(resources["securityGroupIds"]) <= 5, "API ComputeResource")
    for name in ["instanceRole", "ec2KeyPair", "bidPercentage", "launchTemplate", "imageId", "spotIamFleetRole"]:
        row(what, f"computeResources.{name} is not for Fargate", None, resources.get(name), "API ComputeResource")
    for name in ["instanceTypes", "ec2Configuration"]:
        row(what, f"computeResources.{name} is not for Fargate", [], resources.get(name) or [], "API ComputeResource")
    row(what, "tag slipway:stack", stack, tags_of(found).get("slipway:stack"), "S")


def queue(wanted, found, environments, stack):
    what = f"job queue {wanted['name']}"
    row(what, "state", "ENABLED", found["state"], "API CreateJobQueue")
    row(what, "status", "VALID", found["status"], "UG job_queues")
    row(what, "priority", wanted["priority"], found["priority"], "API CreateJobQueue")
    order = sorted(found["computeEnvironmentOrder"], key=lambda item: item["order"])
    arns = [environments[name]["computeEnvironmentArn"] for name in wanted["compute_environments"]]
    row(what, "computeEnvironmentOrder", arns, [item["computeEnvironment"] for item in order], "API CreateJobQueue")
    row(what, "tag slipway:stack", stack, tags_of(found).get("slipway:stack"), "S")


def definition(wanted, found, blueprint):
    what, source = f"job definition {wanted['name']}", "API RegisterJobDefinition"
    container = found["containerProperties"]
    row(what, "type", "container", found["type"], source)
    row(what, "status", "ACTIVE", found["status"], source)
    row(what, "platformCapabilities", ["FARGATE"], found.get("platformCapabilities"), source)
    row(what, "image", wanted["image"], container["image"], "API ContainerProperties")
    row(what, "command", wanted.get("command", []), container.get("command", []), "API ContainerProperties")
    needs = {need["type"]: need["value"] for need in container["resourceRequirements"]}
    row(what, "VCPU", wanted["vcpu"], needs.get("VCPU"), "API ResourceRequirement")
    row(what, "MEMORY", str(wanted["memory_mib"]), needs.get("MEMORY"), "API ResourceRequirement")
    for old in ["vcpus", "memory"]:
        row(what, f"{old} is not for Fargate", True, not container.get(old), "API ContainerProperties")
    variables = {pair["name"]: pair["value"] for pair in container.get("environment", [])}
    row(what, "environment", wanted.get("environment", {}), variables, "API ContainerProperties")
    public = "ENABLED" if wanted.get("assign_public_ip", True) else "DISABLED"
    given = (container.get("networkConfiguration") or {}).get("assignPublicIp", "DISABLED")
    row(what, "assignPublicIp", public, given, "API NetworkConfiguration")
    processor = (container.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64")
    row(what, "cpuArchitecture", wanted.get("architecture", "x86_64").upper(), processor, "API RuntimePlatform")
    log = container.get("logConfiguration") or {}
    row(what, "log driver", "awslogs", log.get("logDriver"), "API LogConfiguration")
    group = (log.get("options") or {}).get("awslogs-group", "/aws/batch/job")
    row(what, "attempts", wanted.get("attempts", 1), (found.get("retryStrategy") or {}).get("attempts", 1), source)
    timeout = (found.get("timeout") or {}).get("attemptDurationSeconds")
    row(what, "timeout", wanted.get("timeout_seconds"), timeout, source)
    row(what, "privileged is not for Fargate", True, not container.get("privileged"), "API ContainerProperties")

    execution, job = container.get("executionRoleArn"), container.get("jobRoleArn")
    row(what, "job role is not the execution role", True, bool(job) and job != execution, "UG execution-IAM-role")
    role(f"{what}: execution role", execution, "ecs-tasks.amazonaws.com", ["AmazonECSTaskExecutionRolePolicy"],
         "UG execution-IAM-role")
    role(f"{what}: job role", job, "ecs-tasks.amazonaws.com", [], "API ContainerProperties")
    groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    days = [item.get("retentionInDays") for item in groups if item["logGroupName"] == group]
    row(f"log group {group}", "retentionInDays", [blueprint.get("logs", {}).get("retention_days", 30)], days, "S")


def network(wanted, resources):
    subnets = ec2.describe_subnets(SubnetIds=resources["subnets"])["Subnets"]
    vpcs = sorted({subnet["VpcId"] for subnet in subnets})
    row("network", "all subnets in one VPC", 1, len(vpcs), "EC2 CreateSecurityGroup")
    vpc = ec2.describe_vpcs(VpcIds=vpcs)["Vpcs"][0]
    if wanted["kind"] == "default-vpc":
        row("network", "is the default VPC", True, vpc.get("IsDefault"), "EC2 DescribeVpcs")
        every = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": vpcs}])["Subnets"]
        row("network", "default subnets used", sorted(s["SubnetId"] for s in every if s["DefaultForAz"]),
            sorted(resources["subnets"]), "EC2 DescribeSubnets")
    else:
        row("network", "addresses", wanted["cidr"], vpc["CidrBlock"], "EC2 CreateVpc")
        row("network", "subnets", 2, len(subnets), "S")
        row("network", "availability zones", 2, len({subnet["AvailabilityZone"] for subnet in subnets}), "S")
        for name in ["enableDnsSupport", "enableDnsHostnames"]:
            answer = ec2.describe_vpc_attribute(VpcId=vpcs[0], Attribute=name)
            row("network", name, True, answer[name[0].upper() + name[1:]]["Value"], "ECS vpc-endpoints")
        for subnet in subnets:
            row(f"subnet {subnet['CidrBlock']}", "MapPublicIpOnLaunch", True, subnet["MapPublicIpOnLaunch"],
                "EC2 ModifySubnetAttribute")
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": vpcs}])["RouteTables"]
    for subnet in subnets:
        own = [t for t in tables if any(a.get("SubnetId") == subnet["SubnetId"] for a in t["Associations"])]
        main = [t for t in tables if any(a.get("Main") for a in t["Associations"])]
        routes = (own or main)[0]["Routes"]
        out = [r for r in routes if r.get("DestinationCidrBlock") == "0.0.0.0/0" and r["State"] == "active"]
        row(f"subnet {subnet['CidrBlock']}", "its way out is an internet gateway", [True],
            [(r.get("GatewayId") or "").startswith("igw-") for r in out], "UG job_stuck_in_runnable")
    groups = ec2.describe_security_groups(GroupIds=resources["securityGroupIds"])["SecurityGroups"]
    for group in groups:
        row("security group", "VPC", vpcs[0], group["VpcId"], "EC2 CreateSecurityGroup")
        row("security group", "ingress", [], group["IpPermissions"], "S")
        everywhere = [
            permission["IpProtocol"]
            for permission in group["IpPermissionsEgress"]
            if any(r["CidrIp"] == "0.0.0.0/0" for r in permission["IpRanges"])
        ]
        row("security group", "egress to everywhere", ["-1"], everywhere, "UG job_stuck_in_runnable")


def main(path):
    with open(path, "rb") as file:
        blueprint = tomllib.load(file)
    stack = blueprint["name"]
    environments = ours(batch.describe_compute_environments()["computeEnvironments"], stack)
    queues = ours(batch.describe_job_queues()["jobQueues"], stack)
    definitions = ours(batch.describe_job_definitions(status="ACTIVE")["jobDefinitions"], stack)
    named = {}
    for wanted in blueprint["compute_environments"]:
        name = f"{stack}-{wanted['name']}"
        found = [one for one in environments if one["computeEnvironmentName"] == name]
        row(f"compute environment {wanted['name']}", "found", 1, len(found), "S")
        for one in found[:1]:
            named[wanted["name"]] = one
            environment(wanted, one, stack)
            network(blueprint["network"], one["computeResources"])
            if blueprint.get("service_role") == "classic":
                role("service role", one.get("serviceRole"), "batch.amazonaws.com", ["AWSBatchServiceRole"],
                     "UG service_IAM_role")
            else:
                linked = "role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
                row("service role", "is the service-linked one", True,
                    (one.get("serviceRole") or linked).endswith(linked), "UG using-service-linked-roles")
    for wanted in blueprint["job_queues"]:
        found = [one for one in queues if one["jobQueueName"] == f"{stack}-{wanted['name']}"]
        row(f"job queue {wanted['name']}", "found", 1, len(found), "S")
        if found and all(name in named for name in wanted["compute_environments"]):
            queue(wanted, found[0], named, stack)
    for wanted in blueprint["job_definitions"]:
        found = [one for one in definitions if one["jobDefinitionName"] == f"{stack}-{wanted['name']}"]
        row(f"job definition {wanted['name']}", "active revisions", 1, len(found), "S")
        if found:
            definition(wanted, found[0], blueprint)
    for wanted in blueprint.get("repositories", []):
        every = ecr.describe_repositories()["repositories"]
        found = [one for one in every if one["repositoryName"] == f"{stack}/{wanted['name']}"]
        scans = [one["imageScanningConfiguration"]["scanOnPush"] for one in found]
        row(f"repository {wanted['name']}", "scanOnPush", [True], scans, "S")
    return {"rows": rows, "wrong": [one for one in rows if one[2] != one[3]]}


print(json.dumps(main(sys.argv[1]), default=str, indent=1))
