//! Logs, images, limits and prices.

use super::{ECR, LOGS, hold, lacks, on, passes};
use crate::judged::{allow, json_call, when};
use serde_json::json;

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
