//! IAM: roles passed on, and identities by their paths.

use super::{IAM, hold, lacks, on, passes};
use crate::judged::{Call, allow, query, statement, when};
use serde_json::{Value, json};

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
