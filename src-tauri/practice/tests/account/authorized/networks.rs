//! EC2: networks by what is made, what it is made in, and the tags that come along.

use super::{BATCH, EC2, ECR, IAM, LOGS, hold, lacks, on, passes};
use crate::judged::{Call, allow, json_call, query, when};
use serde_json::{Value, json};

#[test]
fn tags_that_come_along_need_the_permission_to_tag_and_are_what_conditions_see() {
    let repository = on(ECR, "repository/new");
    hold(|_| {
        let tags = json!({ "tags": { "team": "imaging" } });
        let queue = || Call::queue("new", &tags);
        let new_queue = on(BATCH, "job-queue/new");
        let create_queue = || allow("batch:CreateJobQueue", &["*"]);
        let ecr = |tags: Value| {
            json_call("ecr", "CreateRepository", json!({ "repositoryName": "new", "tags": tags }))
        };
        let tag = |value: &str| json!([{ "Key": "team", "Value": value }]);
        let imaging =
            |action: &str| when(allow(action, &["*"]), ("StringEquals", "aws:RequestTag/team", "imaging"));
        let keys =
            |action: &str| when(allow(action, &["*"]), ("ForAllValues:StringEquals", "aws:TagKeys", "team"));
        let role = |key: &str| {
            query(
                "iam",
                "CreateRole",
                &[
                    ("RoleName", "new"),
                    ("Path", "/team/"),
                    ("AssumeRolePolicyDocument", &crate::wire::trust("batch.amazonaws.com")),
                    ("Tags.member.1.Key", key),
                    ("Tags.member.1.Value", "imaging"),
                ],
            )
        };
        let new_role = on(IAM, "role/team/new");
        let group = json!({ "logGroupName": "/new", "tags": { "team": "imaging" } });
        vec![
            lacks(queue(), vec![create_queue()], "batch:TagResource", &new_queue),
            passes(queue(), vec![create_queue(), imaging("batch:TagResource")]),
            lacks(
                Call::definition("new", &tags),
                vec![allow("batch:RegisterJobDefinition", &["*"])],
                "batch:TagResource",
                on(BATCH, "job-definition/new:*"),
            ),
            lacks(
                Call::job("d", &tags),
                vec![allow("batch:SubmitJob", &["*"])],
                "batch:TagResource",
                on(BATCH, "job/*"),
            ),
            lacks(
                ecr(tag("imaging")),
                vec![allow("ecr:CreateRepository", &["*"])],
                "ecr:TagResource",
                &repository,
            ),
            passes(ecr(tag("imaging")), vec![imaging("ecr:*")]),
            lacks(ecr(tag("sales")), vec![imaging("ecr:*")], "ecr:CreateRepository", &repository),
            lacks(ecr(json!([])), vec![imaging("ecr:*")], "ecr:CreateRepository", &repository),
            lacks(role("team"), vec![allow("iam:CreateRole", &[&new_role])], "iam:TagRole", &new_role),
            passes(role("team"), vec![keys("iam:*")]),
            lacks(role("owner"), vec![keys("iam:*")], "iam:CreateRole", &new_role),
            lacks(
                json_call("logs", "CreateLogGroup", group),
                vec![allow("logs:CreateLogGroup", &["*"])],
                "logs:TagResource",
                on(LOGS, "log-group:/new"),
            ),
        ]
    });
}

#[test]
fn networks_are_asked_about_what_is_made_and_what_it_is_made_in() {
    hold(|world| {
        let vpc = on(EC2, &format!("vpc/{}", world.vpc));
        let new = on(EC2, "subnet/*");
        let subnet = |more: &[(&str, &str)]| {
            query(
                "ec2",
                "CreateSubnet",
                &[&[("VpcId", &*world.vpc), ("CidrBlock", "10.0.1.0/24")], more].concat(),
            )
        };
        let tagged = || {
            subnet(&[
                ("TagSpecification.1.ResourceType", "subnet"),
                ("TagSpecification.1.Tag.1.Key", "team"),
                ("TagSpecification.1.Tag.1.Value", "imaging"),
            ])
        };
        let may = |action: &str, things: &[&str]| vec![allow(action, things)];
        let tag =
            |key: &str, wanted: &str| when(allow("ec2:CreateTags", &[&new]), ("StringEquals", key, wanted));
        let both = || allow("ec2:CreateSubnet", &[&new, &vpc]);
        let teams_vpc = |team: &str| {
            when(allow("ec2:CreateSubnet", &[&vpc]), ("StringEquals", "aws:ResourceTag/team", team))
        };
        let mine = || allow("ec2:CreateSubnet", &[&new]);
        let requested = || when(allow("ec2:*", &["*"]), ("StringEquals", "aws:RequestTag/team", "imaging"));
        vec![
            passes(subnet(&[]), vec![both()]),
            lacks(subnet(&[]), may("ec2:CreateSubnet", &[&vpc]), "ec2:CreateSubnet", &new),
            lacks(subnet(&[]), may("ec2:CreateSubnet", &[&new]), "ec2:CreateSubnet", &vpc),
            lacks(tagged(), vec![both()], "ec2:CreateTags", &new),
            passes(tagged(), vec![both(), tag("ec2:CreateAction", "CreateSubnet")]),
            lacks(tagged(), vec![both(), tag("ec2:CreateAction", "CreateVpc")], "ec2:CreateTags", &new),
            passes(tagged(), vec![both(), tag("aws:RequestTag/team", "imaging")]),
            passes(subnet(&[]), vec![mine(), teams_vpc("imaging")]),
            lacks(subnet(&[]), vec![mine(), teams_vpc("sales")], "ec2:CreateSubnet", &vpc),
            // The tags are the new subnet's and not the VPC's.
            lacks(tagged(), vec![requested()], "ec2:CreateSubnet", &vpc),
            passes(subnet(&[("DryRun", "true")]), vec![both()]),
            lacks(subnet(&[("DryRun", "true")]), vec![mine()], "ec2:CreateSubnet", &vpc),
        ]
    });
}

#[test]
fn networks_are_asked_about_by_name_and_by_tie() {
    hold(|world| {
        let group = on(EC2, &format!("security-group/{}", world.group));
        let template = on(EC2, &format!("launch-template/{}", world.template));
        let (table, subnet) =
            (on(EC2, &format!("route-table/{}", world.table)), on(EC2, &format!("subnet/{}", world.subnet)));
        let vpc = on(EC2, &format!("vpc/{}", world.vpc));
        let ingress = query(
            "ec2",
            "AuthorizeSecurityGroupIngress",
            &[
                ("GroupId", &world.group),
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", "443"),
                ("IpPermissions.1.ToPort", "443"),
                ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
            ],
        );
        let in_vpc = |vpc: &str| {
            when(allow("ec2:Authorize*", &["*"]), ("ArnEquals", "ec2:Vpc", &on(EC2, &format!("vpc/{vpc}"))))
        };
        let by_name = || query("ec2", "DeleteLaunchTemplate", &[("LaunchTemplateName", "tpl")]);
        let untie = query("ec2", "DisassociateRouteTable", &[("AssociationId", &world.tie)]);
        let tag = query(
            "ec2",
            "CreateTags",
            &[
                ("ResourceId.1", &world.vpc),
                ("ResourceId.2", &world.subnet),
                ("Tag.1.Key", "a"),
                ("Tag.1.Value", "b"),
            ],
        );
        vec![
            passes(ingress.clone(), vec![allow("ec2:AuthorizeSecurityGroupIngress", &[&group])]),
            passes(ingress.clone(), vec![in_vpc(&world.vpc)]),
            lacks(ingress, vec![in_vpc("vpc-1")], "ec2:AuthorizeSecurityGroupIngress", &group),
            lacks(
                by_name(),
                vec![allow("ec2:DeleteLaunchTemplate", &[&on(EC2, "launch-template/lt-0")])],
                "ec2:DeleteLaunchTemplate",
                &template,
            ),
            passes(by_name(), vec![allow("ec2:DeleteLaunchTemplate", &[&template])]),
            lacks(
                untie.clone(),
                vec![allow("ec2:DisassociateRouteTable", &[&table])],
                "ec2:DisassociateRouteTable",
                &subnet,
            ),
            passes(untie, vec![allow("ec2:DisassociateRouteTable", &[&table, &subnet])]),
            lacks(tag.clone(), vec![allow("ec2:CreateTags", &[&vpc])], "ec2:CreateTags", &subnet),
            passes(tag, vec![allow("ec2:CreateTags", &[&vpc, &subnet])]),
            lacks(
                query("ec2", "DescribeSubnets", &[("SubnetId.1", &world.subnet)]),
                vec![allow("ec2:DescribeSubnets", &[&subnet])],
                "ec2:DescribeSubnets",
                "*",
            ),
            passes(
                query("ec2", "DescribeSubnets", &[]),
                vec![when(allow("ec2:*", &["*"]), ("StringEquals", "ec2:Region", "eu-west-1"))],
            ),
            passes(
                query("ec2", "CreateKeyPair", &[("KeyName", "mine")]),
                vec![allow("ec2:CreateKeyPair", &[&on(EC2, "key-pair/mine")])],
            ),
        ]
    });
}

#[test]
fn an_endpoint_with_interfaces_is_looked_up_around_first() {
    hold(|world| {
        let endpoint = |kind: &str, names: &str| {
            query(
                "ec2",
                "CreateVpcEndpoint",
                &[
                    ("VpcId", &*world.vpc),
                    ("ServiceName", "com.amazonaws.eu-west-1.logs"),
                    ("VpcEndpointType", kind),
                    ("PrivateDnsEnabled", names),
                    ("SubnetId.1", &world.subnet),
                ],
            )
        };
        let may = |actions: &[&str]| actions.iter().map(|action| allow(action, &["*"])).collect::<Vec<_>>();
        let looks = [
            "ec2:CreateVpcEndpoint",
            "ec2:DescribeVpcs",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
        ];
        let subnet = on(EC2, &format!("subnet/{}", world.subnet));
        vec![
            lacks(endpoint("Interface", "true"), may(&looks), "route53:AssociateVPCWithHostedZone", "*"),
            passes(endpoint("Interface", "false"), may(&looks)),
            lacks(endpoint("Interface", "false"), may(&looks[..2]), "ec2:DescribeSecurityGroups", "*"),
            passes(endpoint("Gateway", "false"), may(&looks[..2])),
            lacks(
                endpoint("Interface", "false"),
                vec![allow("ec2:*", &[&on(EC2, "vpc/*"), &on(EC2, "vpc-endpoint/*")])],
                "ec2:CreateVpcEndpoint",
                &subnet,
            ),
        ]
    });
}
