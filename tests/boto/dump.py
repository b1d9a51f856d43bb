"""Prints everything in the account that Slipway could touch, as canonical JSON: lists sorted, answers' metadata left
out. A dump of an unchanged account is the same again, so before and after can be compared."""

import json
import sys

import boto3
from botocore.exceptions import ClientError

DROP = {"ResponseMetadata", "NextToken", "nextToken", "IsTruncated", "Marker"}
# Changes whenever somebody looks or a job runs, without anybody having changed the resource.
DROP |= {"RoleLastUsed", "storedBytes"}


def canonical(value):
    if isinstance(value, dict):
        return {key: canonical(value[key]) for key in sorted(value) if key not in DROP}
    if isinstance(value, list):
        return sorted((canonical(item) for item in value), key=lambda item: json.dumps(item, default=str))
    return value


def pages(client, operation, key, **arguments):
    """All items of a listing, over all its pages."""
    found = []
    if client.can_paginate(operation):
        for page in client.get_paginator(operation).paginate(**arguments):
            found += page.get(key, [])
    else:
        found += getattr(client, operation)(**arguments).get(key, [])
    return found


def roles(iam):
    answer = {}
    for role in pages(iam, "list_roles", "Roles"):
        name = role["RoleName"]
        inline = {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in pages(iam, "list_role_policies", "PolicyNames", RoleName=name)
        }
        answer[name] = {
            "role": iam.get_role(RoleName=name)["Role"],
            "attached": pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name),
            "inline": inline,
            "profiles": pages(iam, "list_instance_profiles_for_role", "InstanceProfiles", RoleName=name),
        }
    return answer


def network(ec2):
    return {
        "vpcs": pages(ec2, "describe_vpcs", "Vpcs"),
        "subnets": pages(ec2, "describe_subnets", "Subnets"),
        "internet_gateways": pages(ec2, "describe_internet_gateways", "InternetGateways"),
        "route_tables": pages(ec2, "describe_route_tables", "RouteTables"),
        "security_groups": pages(ec2, "describe_security_groups", "SecurityGroups"),
        "security_group_rules": pages(ec2, "describe_security_group_rules", "SecurityGroupRules"),
        "launch_templates": pages(ec2, "describe_launch_templates", "LaunchTemplates"),
        "key_pairs": pages(ec2, "describe_key_pairs", "KeyPairs"),
    }


def scheduling_policies(batch):
    arns = [policy["arn"] for policy in pages(batch, "list_scheduling_policies", "schedulingPolicies")]
    return batch.describe_scheduling_policies(arns=arns)["schedulingPolicies"] if arns else []


def images(ecr):
    answer = {}
    for repository in pages(ecr, "describe_repositories", "repositories"):
        name = repository["repositoryName"]
        answer[name] = {"repository": repository, "images": pages(ecr, "list_images", "imageIds", repositoryName=name)}
    return answer


def batch_jobs(batch, queues):
    found = []
    states = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"]
    for queue in queues:
        for state in states:
            found += pages(
                batch, "list_jobs", "jobSummaryList", jobQueue=queue["jobQueueName"], jobStatus=state
            )
    return found


def everything():
    iam, ec2, ecr = boto3.client("iam"), boto3.client("ec2"), boto3.client("ecr")
    logs, batch = boto3.client("logs"), boto3.client("batch")
    queues = pages(batch, "describe_job_queues", "jobQueues")
    return {
        "iam": {
            "roles": roles(iam),
            "policies": pages(iam, "list_policies", "Policies", Scope="Local"),
            "profiles": pages(iam, "list_instance_profiles", "InstanceProfiles"),
        },
        "ec2": network(ec2),
        "ecr": images(ecr),
        "logs": pages(logs, "describe_log_groups", "logGroups"),
        "batch": {
            "compute_environments": pages(batch, "describe_compute_environments", "computeEnvironments"),
            "queues": queues,
            "scheduling_policies": scheduling_policies(batch),
            "definitions": pages(batch, "describe_job_definitions", "jobDefinitions"),
            "jobs": batch_jobs(batch, queues),
        },
    }


try:
    print(json.dumps(canonical(everything()), default=str, indent=1))
except ClientError as error:
    sys.exit(f"{error.operation_name}: {error}")
