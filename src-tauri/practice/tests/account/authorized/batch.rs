//! Batch: queues, environments and jobs, each with every thing that it names.

use super::{BATCH, IAM, hold, lacks, on, passes};
use crate::judged::{Call, World, allow, json_call, when};
use serde_json::json;

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
