//! Networks that lead nowhere, or not far enough.

use super::{CANNOT_TELL, REFUSED, Situation, WARNING, WRONG};

const ROUTES: &str = "Amazon VPC User Guide, Route table concepts";
const GATEWAYS: &str = "Amazon VPC User Guide, Enable internet access for a VPC using an internet gateway";
const NAT: &str = "Amazon VPC User Guide, NAT gateway basics";
const NAT_TROUBLES: &str = "Amazon VPC User Guide, Troubleshoot NAT gateways";
const CENTRAL: &str = "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure, Centralized access to VPC private \
                       endpoints";
const BLOCK: &str = "Amazon VPC User Guide, Block public access to VPCs and subnets";
const GROUPS: &str = "Amazon VPC User Guide, Security group rules";
const ACLS: &str = "Amazon VPC User Guide, Network ACL rules";
const EPHEMERAL: &str = "Amazon VPC User Guide, Ephemeral ports";
const DNS: &str = "Amazon VPC User Guide, DNS attributes for your VPC";
const SUBNETS: &str = "Amazon VPC User Guide, Subnet CIDR blocks";
const DEFAULT: &str = "Amazon VPC User Guide, Default VPCs";
const ENVIRONMENT: &str = "AWS Batch API Reference, ComputeResource";
const ADDRESS: &str = "AWS Batch API Reference, NetworkConfiguration: assignPublicIp";
const PER_INTERFACE: &str = "Amazon ECS API Reference, AwsVpcConfiguration: securityGroups";

const NO_ROUTE: &str = "reach-no-route";

pub(super) fn all() -> Vec<Situation> {
    let new = Situation::new;
    vec![
        new(NO_ROUTE, ROUTES).ways(WRONG, NO_ROUTE),
        new("reach-no-route-own-table", ROUTES).ways(WRONG, NO_ROUTE),
        new("reach-central", CENTRAL).private().ways(CANNOT_TELL, "reach-central"),
        new("reach-central-peering", CENTRAL).private().ways(CANNOT_TELL, "reach-central"),
        new("reach-no-route-hosts", "AWS Batch User Guide, Jobs stuck in a RUNNABLE status")
            .on_hosts()
            .ways(WRONG, NO_ROUTE),
        new("reach-no-route-one-subnet", ROUTES).ways(WRONG, NO_ROUTE),
        new("reach-no-route-ipv6", GATEWAYS).ways(WRONG, NO_ROUTE),
        new("reach-blocked-arriving", BLOCK).ways(WRONG, "reach-blocked-arriving"),
        new("reach-blocked", BLOCK).private().ways(WRONG, "reach-blocked"),
        new("reach-no-route-default", DEFAULT).ways(WRONG, NO_ROUTE),
        // With AWS its routes would be blackholes; moto leaves them active, and the gateway itself says that it is gone.
        new("reach-nat-state", NAT_TROUBLES).private().ways(WRONG, "reach-nat-state"),
        new("reach-nat-private-subnet", NAT_TROUBLES).private().ways(WRONG, "reach-nat-private-subnet").says(
            "subnet-zones",
            WARNING,
            "zones-one",
        ),
        new("reach-nat-private", NAT).private().ways(WRONG, "reach-nat-private"),
        new("reach-elsewhere", "Amazon VPC User Guide, Example routing options: a transit gateway")
            .private()
            .ways(CANNOT_TELL, "reach-elsewhere"),
        new("reach-job-unaddressed", ADDRESS).private().ways(WRONG, "reach-job-unaddressed"),
        new("reach-host-unaddressed", "AWS Batch User Guide, Managed compute environments")
            .on_hosts()
            .ways(WRONG, "reach-host-unaddressed"),
        new("reach-group-shut", GROUPS).ways(WRONG, "reach-group-shut"),
        new("reach-group-shut-port", GROUPS).ways(WRONG, "reach-group-shut"),
        new("reach-acl-out", ACLS).ways(WRONG, "reach-acl-out"),
        new("reach-acl-out-denied", ACLS).ways(WRONG, "reach-acl-out"),
        new("reach-acl-in", ACLS).ways(WRONG, "reach-acl-in"),
        new("reach-acl-half", EPHEMERAL).ways(CANNOT_TELL, "reach-acl-half"),
        new("reach-no-dns", DNS).ways(WRONG, "reach-no-dns"),
        new(
            "zones-one",
            "AWS Well-Architected Framework, REL10-BP01: Deploy the workload to multiple locations",
        )
        .says("subnet-zones", WARNING, "zones-one"),
        new("addresses-few", SUBNETS).with("max_vcpus = 4", "max_vcpus = 8").says(
            "subnet-addresses",
            WARNING,
            "addresses-few",
        ),
        new("addresses-none", SUBNETS).says("subnet-addresses", WRONG, "addresses-none"),
        new("existing-vpc-missing", ENVIRONMENT).says(VPC, WRONG, "existing-vpc-missing"),
        new("existing-subnets-missing", ENVIRONMENT).says(VPC, WRONG, "existing-subnets-missing"),
        new("existing-subnets-missing-other-vpc", ENVIRONMENT).says(VPC, WRONG, "existing-subnets-missing"),
        new("existing-groups-missing", ENVIRONMENT).says(VPC, WRONG, "existing-groups-missing"),
        new("default-vpc-missing", DEFAULT).says(DEFAULT_VPC, WRONG, "default-vpc-missing"),
        new("default-vpc-without-subnets", DEFAULT).says(DEFAULT_VPC, WRONG, "default-vpc-without-subnets"),
        new("rule-subnets-too-many", ENVIRONMENT).says("network.subnets", REFUSED, "rule-subnets-too-many"),
        new("rule-groups-too-many", PER_INTERFACE).says(
            "network.security_groups",
            REFUSED,
            "rule-groups-too-many",
        ),
    ]
}

const VPC: &str = "resource:existing-vpc/main";
const DEFAULT_VPC: &str = "resource:default-vpc/main";
