//! What each kind of resource takes besides what making it sends: looks at it, what changes it, what removes it.
//!
//! Kept true by two tests: every action in core's sources is in a policy, and under exactly these policies every run
//! comes to its end.

use crate::resource::Kind;

/// Actions on a thing itself.
pub(super) struct Life {
    /// On its own ARN, or on `*` for things of EC2.
    pub(super) keep: &'static [&'static str],
    /// On its own ARN.
    pub(super) look: &'static [&'static str],
    /// Looks that AWS allows on everything or not at all.
    pub(super) look_anywhere: &'static [&'static str],
}

const fn life(
    keep: &'static [&'static str],
    look: &'static [&'static str],
    look_anywhere: &'static [&'static str],
) -> Life {
    Life { keep, look, look_anywhere }
}

/// Giving it a policy of AWS's is not among them: which one it may be given, making it says.
const ROLE: &[&str] =
    &["iam:UpdateAssumeRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole"];
pub(super) const fn of(kind: Kind) -> Life {
    match kind {
        Kind::ServiceRole | Kind::SpotFleetRole | Kind::InstanceRole => life(ROLE, &[], &[]),
        // These may have a policy of their own, and a later blueprint may want another one.
        Kind::ExecutionRole | Kind::JobRole => life(
            &[
                "iam:UpdateAssumeRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePolicy",
                "iam:DeleteRolePolicy",
                "iam:DeleteRole",
            ],
            &[],
            &[],
        ),
        Kind::InstanceProfile => {
            life(&["iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"], &[], &[])
        }
        Kind::ServiceLinkedRole => life(&[], &[], &["iam:ListRoles"]),
        Kind::DefaultVpc | Kind::ExistingVpc => life(&[], &[], &[]),
        Kind::Vpc => life(&["ec2:DeleteVpc"], &[], &["ec2:DescribeNetworkInterfaces"]),
        Kind::InternetGateway => life(
            &["ec2:DetachInternetGateway", "ec2:DeleteInternetGateway"],
            &[],
            &["ec2:DescribeInternetGateways"],
        ),
        Kind::Subnet => life(&["ec2:ModifySubnetAttribute", "ec2:DeleteSubnet"], &[], &[]),
        Kind::ElasticIp => life(&["ec2:ReleaseAddress"], &[], &["ec2:DescribeAddresses"]),
        Kind::NatGateway => life(&["ec2:DeleteNatGateway"], &[], &[]),
        Kind::RouteTable => life(
            &[
                "ec2:CreateRoute",
                "ec2:ReplaceRoute",
                "ec2:DeleteRoute",
                "ec2:DisassociateRouteTable",
                "ec2:DeleteRouteTable",
            ],
            &[],
            &[],
        ),
        Kind::VpcEndpoint => life(&["ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints"], &[], &[]),
        Kind::SecurityGroup => life(
            &[
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:RevokeSecurityGroupIngress",
                "ec2:DeleteSecurityGroup",
            ],
            &[],
            &[],
        ),
        Kind::Flow => life(&["ec2:RevokeSecurityGroupIngress"], &[], &[]),
        Kind::LogGroup => life(
            &["logs:PutRetentionPolicy", "logs:DeleteLogGroup"],
            &["logs:ListTagsForResource"],
            &["logs:DescribeLogGroups"],
        ),
        Kind::Repository => life(
            &[
                "ecr:PutImageScanningConfiguration",
                "ecr:PutImageTagMutability",
                "ecr:DeleteRepositoryPolicy",
                "ecr:DeleteLifecyclePolicy",
                "ecr:DeleteRepository",
            ],
            &[
                "ecr:ListTagsForResource",
                "ecr:DescribeImages",
                "ecr:GetRepositoryPolicy",
                "ecr:GetLifecyclePolicy",
            ],
            &[],
        ),
        Kind::LaunchTemplate => life(
            &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate", "ec2:DeleteLaunchTemplate"],
            &[],
            &[],
        ),
        Kind::SchedulingPolicy => {
            life(&["batch:UpdateSchedulingPolicy", "batch:DeleteSchedulingPolicy"], &[], &[])
        }
        Kind::ComputeEnvironment => {
            life(&["batch:UpdateComputeEnvironment", "batch:DeleteComputeEnvironment"], &[], &[])
        }
        Kind::JobQueue => life(&["batch:UpdateJobQueue", "batch:DeleteJobQueue"], &[], &[]),
        Kind::JobDefinition => life(&["batch:DeregisterJobDefinition"], &[], &[]),
    }
}

/// Looks at roles. What a stack has left behind is searched for by the names that it could have.
pub(super) const AT_ROLES: &[&str] = &[
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
    "iam:SimulatePrincipalPolicy",
];

/// Looks that every check, every run and every search for what a stack has left takes, whatever it is made of.
pub(super) const ALWAYS: &[&str] = &[
    "batch:DescribeComputeEnvironments",
    "batch:DescribeJobDefinitions",
    "batch:DescribeJobQueues",
    "batch:DescribeSchedulingPolicies",
    "batch:ListSchedulingPolicies",
    "batch:ListJobs",
    "batch:DescribeJobs",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeInstances",
    "ec2:DescribeKeyPairs",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSpotPriceHistory",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeVpcBlockPublicAccessExclusions",
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "ecr:DescribeRepositories",
    "iam:GetAccountSummary",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "pricing:GetProducts",
    "route53:ListHostedZonesByVPC",
    "servicequotas:GetAWSDefaultServiceQuota",
    "servicequotas:GetServiceQuota",
    "servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota",
];
