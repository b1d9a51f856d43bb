"""moto, with what it lacks of EC2 and every account has: VPC Block Public Access, off until somebody switches it on. What
goes over the wire is written by botocore's model, as moto writes its own answers. Run as a program it is moto's server."""

import sys

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.server import main


def options(backend):
    return {
        "VpcBlockPublicAccessOptions": {
            "AwsAccountId": backend.account_id,
            "AwsRegion": backend.region_name,
            "State": "update-complete",
            "InternetGatewayBlockMode": getattr(backend, "block_mode", "off"),
            "ManagedBy": "account",
            "ExclusionsAllowed": "allowed",
        }
    }


def describe_vpc_block_public_access_options(self):
    return ActionResult(options(self.ec2_backend))


def modify_vpc_block_public_access_options(self):
    self.ec2_backend.block_mode = self._get_param("InternetGatewayBlockMode")
    return ActionResult(options(self.ec2_backend))


def create_vpc_block_public_access_exclusion(self):
    backend = self.ec2_backend
    made = getattr(backend, "exclusions", [])
    vpc, subnet = self._get_param("VpcId"), self._get_param("SubnetId")
    of = f"vpc/{vpc}" if vpc else f"subnet/{subnet}"
    exclusion = {
        "ExclusionId": f"vpcbpa-exclude-{len(made):017x}",
        "InternetGatewayExclusionMode": self._get_param("InternetGatewayExclusionMode"),
        "ResourceArn": f"arn:aws:ec2:{backend.region_name}:{backend.account_id}:{of}",
        "State": "create-complete",
    }
    backend.exclusions = [*made, exclusion]
    return ActionResult({"VpcBlockPublicAccessExclusion": exclusion})


def describe_vpc_block_public_access_exclusions(self):
    return ActionResult({"VpcBlockPublicAccessExclusions": getattr(self.ec2_backend, "exclusions", [])})


for operation in [
    describe_vpc_block_public_access_options,
    modify_vpc_block_public_access_options,
    create_vpc_block_public_access_exclusion,
    describe_vpc_block_public_access_exclusions,
]:
    # One that moto has by now is moto's.
    if not hasattr(EC2Response, operation.__name__):
        setattr(EC2Response, operation.__name__, operation)

if __name__ == "__main__":
    main(sys.argv[1:])
