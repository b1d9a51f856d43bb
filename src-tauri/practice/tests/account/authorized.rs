//! Which permissions each call needs, on what and under which conditions: calls against policies.

use crate::judged::{Call, World, allow, json_call, query, statement, when};
use serde_json::{Value, json};

const IAM: &str = "arn:aws:iam::111122223333:";
const BATCH: &str = "arn:aws:batch:eu-west-1:111122223333:";
const EC2: &str = "arn:aws:ec2:eu-west-1:111122223333:";
const LOGS: &str = "arn:aws:logs:eu-west-1:111122223333:";
const ECR: &str = "arn:aws:ecr:eu-west-1:111122223333:";

/// A call, what its caller's policy says, and the permission that it lacks: action and resource.
type Case = (Call, Vec<Value>, Option<(&'static str, String)>);

fn passes(call: Call, statements: Vec<Value>) -> Case {
    (call, statements, None)
}

fn lacks(call: Call, statements: Vec<Value>, action: &'static str, resource: impl Into<String>) -> Case {
    (call, statements, Some((action, resource.into())))
}

fn hold(cases: impl FnOnce(&World) -> Vec<Case>) {
    let world = World::new();
    for (call, statements, lacked) in cases(&world) {
        world.allow_only(&statements);
        let said = lacked.map(|(action, resource)| {
            format!(
                "{action} on resource: {resource} because no identity-based policy allows the {action} action"
            )
        });
        // EC2 has something more to say to those who may decode it.
        let refusal = world.refusal(&call).map(|why| match why.split_once(". Encoded authorization") {
            Some((why, _)) => why.to_owned(),
            None => why,
        });
        assert_eq!(refusal, said, "{call:?} by {statements:?}");
    }
}

fn on(service: &str, thing: &str) -> String {
    format!("{service}{thing}")
}

#[test]
fn jobs_and_queues_are_asked_about_every_thing_that_they_name() {
    let (queue, definition, job) =
        (on(BATCH, "job-queue/q"), on(BATCH, "job-definition/d"), on(BATCH, "job/*"));
    let numbered = on(BATCH, "job-definition/d:1");
    let environment = on(BATCH, "compute-environment/ce");
    hold(|_| {
        let submit = |definition: &str| Call::job(definition, &json!({}));
        let may = |action: &str, things: &[&str]| vec![allow(action, things)];
        vec![
            passes(submit("d"), may("batch:SubmitJob", &[&queue, &definition, &job])),
            lacks(submit("d"), may("batch:SubmitJob", &[&queue, &definition]), "batch:SubmitJob", &job),
            lacks(submit("d"), may("batch:SubmitJob", &[&queue, &job]), "batch:SubmitJob", &definition),
            lacks(submit("d"), may("batch:SubmitJob", &[&definition, &job]), "batch:SubmitJob", &queue),
            passes(submit("d:1"), may("batch:SubmitJob", &[&queue, &on(BATCH, "job-definition/d:*"), &job])),
            lacks(
                submit("d:1"),
                may("batch:SubmitJob", &[&queue, &definition, &job]),
                "batch:SubmitJob",
                &numbered,
            ),
            passes(submit(&numbered), may("batch:SubmitJob", &[&queue, &numbered, &job])),
            lacks(submit("d"), may("batch:*", &[&on(BATCH, "job-queue/*")]), "batch:SubmitJob", &job),
            passes(
                Call::queue("new", &json!({})),
                may("batch:CreateJobQueue", &[&on(BATCH, "job-queue/new"), &environment]),
            ),
            lacks(
                Call::queue("new", &json!({})),
                may("batch:CreateJobQueue", &[&on(BATCH, "job-queue/new")]),
                "batch:CreateJobQueue",
                &environment,
            ),
            passes(
                json_call("batch", "UpdateJobQueue", json!({ "jobQueue": queue, "priority": 2 })),
                may("batch:UpdateJobQueue", &[&queue]),
            ),
            lacks(
                json_call(
                    "batch",
                    "UpdateJobQueue",
                    json!({
                        "jobQueue": "q", "computeEnvironmentOrder": [{ "order": 1, "computeEnvironment": "ce" }],
                    }),
                ),
                may("batch:UpdateJobQueue", &[&queue]),
                "batch:UpdateJobQueue",
                &environment,
            ),
            passes(json_call("batch", "ListJobs", json!({ "jobQueue": "q" })), may("batch:ListJobs", &["*"])),
            lacks(
                json_call("batch", "ListJobs", json!({ "jobQueue": "q" })),
                may("batch:ListJobs", &[&queue]),
                "batch:ListJobs",
                "*",
            ),
        ]
    });
}

#[test]
fn calls_for_several_jobs_go_by_the_action_for_one() {
    let (one, other) = (on(BATCH, "job/1"), on(BATCH, "job/2"));
    hold(|_| {
        let stop =
            |operation: &str| json_call("batch", operation, json!({ "jobs": ["1", "2"], "reason": "r" }));
        vec![
            passes(stop("TerminateJobs"), vec![allow("batch:TerminateJob", &[&one, &other])]),
            lacks(stop("CancelJobs"), vec![allow("batch:CancelJob", &[&one])], "batch:CancelJob", &other),
            lacks(stop("CancelJobs"), vec![allow("batch:CancelJobs", &["*"])], "batch:CancelJob", &one),
        ]
    });
}

#[test]
fn roles_are_passed_to_the_service_that_will_work_with_them() {
    let (service, hosts) = (on(IAM, "role/service"), on(IAM, "role/team/hosts"));
    let pass = |role: &str, to: &str| {
        when(allow("iam:PassRole", &[role]), ("StringEquals", "iam:PassedToService", to))
    };
    hold(|world| {
        let with = |more: Value| world.environment("new", &more);
        let named = || with(json!({ "serviceRole": "service" }));
        let on_hosts = || {
            let resources = json!({ "type": "EC2", "instanceRole": "hosts" });
            with(json!({ "serviceRole": service, "computeResources": resources }))
        };
        let create = || allow("batch:CreateComputeEnvironment", &["*"]);
        let register = || vec![allow("batch:RegisterJobDefinition", &["*"])];
        let task = on(IAM, "role/task");
        let add = || {
            query(
                "iam",
                "AddRoleToInstanceProfile",
                &[("InstanceProfileName", "hosts"), ("RoleName", "hosts")],
            )
        };
        let add_only = || allow("iam:AddRoleToInstanceProfile", &[&on(IAM, "instance-profile/team/hosts")]);
        vec![
            passes(named(), vec![create(), pass(&service, "batch.amazonaws.com")]),
            lacks(named(), vec![create()], "iam:PassRole", &service),
            lacks(named(), vec![create(), pass(&service, "ec2.amazonaws.com")], "iam:PassRole", &service),
            lacks(on_hosts(), vec![create(), pass(&service, "batch.amazonaws.com")], "iam:PassRole", &hosts),
            passes(
                on_hosts(),
                vec![create(), pass(&service, "batch.amazonaws.com"), pass(&hosts, "ec2.amazonaws.com")],
            ),
            lacks(
                on_hosts(),
                vec![
                    create(),
                    pass(&service, "batch.amazonaws.com"),
                    pass(&on(IAM, "role/hosts"), "ec2.amazonaws.com"),
                ],
                "iam:PassRole",
                &hosts,
            ),
            lacks(Call::definition("new", &json!({})), register(), "iam:PassRole", &task),
            passes(
                Call::definition("new", &json!({})),
                [register(), vec![pass(&task, "ecs-tasks.amazonaws.com")]].concat(),
            ),
            lacks(add(), vec![add_only()], "iam:PassRole", &hosts),
            passes(add(), vec![add_only(), pass(&hosts, "ec2.amazonaws.com")]),
        ]
    });
}

#[test]
fn batchs_own_role_is_made_in_the_callers_name_where_it_is_missing() {
    let world = World::new();
    let linked = on(IAM, "role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch");
    world.allow_only(&[allow("batch:CreateComputeEnvironment", &["*"])]);
    let there = world.environment("there", &json!({}));
    world.judge_by(slipway_practice::Access::default());
    for environment in ["q", "ce"] {
        let (change, delete, field) = match environment {
            "q" => ("UpdateJobQueue", "DeleteJobQueue", "jobQueue"),
            _ => ("UpdateComputeEnvironment", "DeleteComputeEnvironment", "computeEnvironment"),
        };
        world.send(&json_call("batch", change, json!({ field: environment, "state": "DISABLED" })));
        world.wire.later(60);
        world.send(&json_call("batch", delete, json!({ field: environment })));
        world.wire.later(120);
    }
    world.wire.done("iam", "DeleteServiceLinkedRole", &[("RoleName", "AWSServiceRoleForBatch")]);
    let create = || allow("batch:CreateComputeEnvironment", &["*"]);
    let make = |service: &str| {
        when(
            allow("iam:CreateServiceLinkedRole", &[&linked]),
            ("StringEquals", "iam:AWSServiceName", service),
        )
    };
    for (statements, passes) in [
        (vec![create()], false),
        (vec![create(), make("ecs.amazonaws.com")], false),
        (vec![create(), make("batch.amazonaws.com")], true),
        // It is there now.
        (vec![create()], true),
    ] {
        world.allow_only(&statements);
        let said = (!passes).then(|| {
            let action = "iam:CreateServiceLinkedRole";
            format!(
                "{action} on resource: {linked} because no identity-based policy allows the {action} action"
            )
        });
        assert_eq!(world.refusal(&there), said, "{statements:?}");
    }
}

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

#[test]
fn identities_are_asked_about_with_their_paths_and_what_is_put_on_them() {
    let hosts = on(IAM, "role/team/hosts");
    let classic = "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole";
    hold(|_| {
        let attach =
            |policy: &str| query("iam", "AttachRolePolicy", &[("RoleName", "hosts"), ("PolicyArn", policy)]);
        let only =
            || vec![when(allow("iam:AttachRolePolicy", &[&hosts]), ("ArnEquals", "iam:PolicyARN", classic))];
        let get = |name: &str| query("iam", "GetRole", &[("RoleName", name)]);
        let teams =
            || vec![when(allow("iam:*", &["*"]), ("StringEquals", "iam:ResourceTag/team", "imaging"))];
        let bounded = |boundary: &str| {
            query(
                "iam",
                "CreateRole",
                &[
                    ("RoleName", "new"),
                    ("AssumeRolePolicyDocument", &crate::wire::trust("batch.amazonaws.com")),
                    ("PermissionsBoundary", boundary),
                ],
            )
        };
        let needs_boundary = || {
            vec![when(allow("iam:CreateRole", &["*"]), ("StringEquals", "iam:PermissionsBoundary", classic))]
        };
        let linked = |service: &str| query("iam", "CreateServiceLinkedRole", &[("AWSServiceName", service)]);
        let spot = on(IAM, "role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot");
        vec![
            passes(get("hosts"), vec![allow("iam:GetRole", &[&on(IAM, "role/team/*")])]),
            lacks(get("hosts"), vec![allow("iam:GetRole", &[&on(IAM, "role/hosts")])], "iam:GetRole", &hosts),
            // Who is not there is asked about all the same: a stranger does not learn that.
            lacks(get("nobody"), vec![allow("ec2:*", &["*"])], "iam:GetRole", on(IAM, "role/nobody")),
            passes(attach(classic), only()),
            lacks(
                attach("arn:aws:iam::aws:policy/AdministratorAccess"),
                only(),
                "iam:AttachRolePolicy",
                &hosts,
            ),
            passes(get("task"), teams()),
            lacks(get("hosts"), teams(), "iam:GetRole", &hosts),
            passes(bounded(classic), needs_boundary()),
            lacks(bounded(""), needs_boundary(), "iam:CreateRole", on(IAM, "role/new")),
            passes(linked("spot.amazonaws.com"), vec![allow("iam:CreateServiceLinkedRole", &[&spot])]),
            lacks(
                linked("ecs.amazonaws.com"),
                vec![allow("iam:CreateServiceLinkedRole", &[&spot])],
                "iam:CreateServiceLinkedRole",
                on(IAM, "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
            ),
            passes(
                query("iam", "GetUser", &[]),
                vec![allow("iam:GetUser", &[&on(IAM, "user/${aws:username}")])],
            ),
            lacks(
                query("iam", "ListRoles", &[]),
                vec![allow("iam:ListRoles", &[&on(IAM, "role/*")])],
                "iam:ListRoles",
                "*",
            ),
            passes(query("sts", "GetCallerIdentity", &[]), vec![statement("Deny", "sts:*", &["*"])]),
        ]
    });
}

#[test]
fn a_log_groups_arn_ends_in_a_star_but_for_its_tags() {
    let group = on(LOGS, "log-group:/team/jobs");
    hold(|_| {
        let keep = || {
            json_call(
                "logs",
                "PutRetentionPolicy",
                json!({ "logGroupName": "/team/jobs", "retentionInDays": 7 }),
            )
        };
        let tag = || json_call("logs", "TagResource", json!({ "resourceArn": group, "tags": { "a": "b" } }));
        let read =
            json_call("logs", "GetLogEvents", json!({ "logGroupName": "/team/jobs", "logStreamName": "s" }));
        let any = format!("{group}:*");
        vec![
            passes(keep(), vec![allow("logs:PutRetentionPolicy", &[&any])]),
            lacks(
                keep(),
                vec![allow("logs:PutRetentionPolicy", &[&group])],
                "logs:PutRetentionPolicy",
                format!("{group}:log-stream:"),
            ),
            passes(tag(), vec![allow("logs:TagResource", &[&group])]),
            lacks(tag(), vec![allow("logs:TagResource", &[&any])], "logs:TagResource", &group),
            passes(read.clone(), vec![allow("logs:GetLogEvents", &[&format!("{group}:log-stream:s")])]),
            lacks(
                read,
                vec![allow("logs:GetLogEvents", &[&group])],
                "logs:GetLogEvents",
                format!("{group}:log-stream:s"),
            ),
        ]
    });
}

#[test]
fn images_quotas_and_prices() {
    let repository = on(ECR, "repository/repo");
    hold(|_| {
        let images = || json_call("ecr", "DescribeImages", json!({ "repositoryName": "repo" }));
        let all = || json_call("ecr", "DescribeRepositories", json!({}));
        let quota = || {
            json_call(
                "servicequotas",
                "GetServiceQuota",
                json!({ "ServiceCode": "fargate", "QuotaCode": "L-3032A538" }),
            )
        };
        let asked = "arn:aws:servicequotas:eu-west-1:111122223333:fargate/L-3032A538";
        let service = |service: &str| {
            vec![when(
                allow("servicequotas:GetServiceQuota", &["*"]),
                ("StringEquals", "servicequotas:service", service),
            )]
        };
        vec![
            passes(
                images(),
                vec![when(
                    allow("ecr:*", &[&repository]),
                    ("StringEquals", "ecr:ResourceTag/team", "imaging"),
                )],
            ),
            lacks(
                all(),
                vec![allow("ecr:DescribeRepositories", &[&repository])],
                "ecr:DescribeRepositories",
                on(ECR, "repository/*"),
            ),
            passes(
                json_call("ecr", "GetAuthorizationToken", json!({})),
                vec![allow("ecr:GetAuthorizationToken", &["*"])],
            ),
            passes(quota(), service("fargate")),
            lacks(quota(), service("ec2"), "servicequotas:GetServiceQuota", asked),
            lacks(
                json_call("pricing", "GetProducts", json!({ "ServiceCode": "AmazonEC2" })),
                vec![allow("pricing:GetProducts", &["arn:aws:pricing:*"])],
                "pricing:GetProducts",
                "*",
            ),
        ]
    });
}
