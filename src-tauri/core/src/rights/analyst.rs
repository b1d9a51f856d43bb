//! What launching jobs on a stack takes, watching them and stopping them; nothing that changes the stack.

use super::{Aim, Caller, Rights};
use crate::{
    blueprint::names,
    resource::{Permission, Stack},
};

/// AWS allows these on everything or not at all.
const ANYWHERE: &[&str] = &[
    "batch:DescribeComputeEnvironments",
    "batch:DescribeJobDefinitions",
    "batch:DescribeJobQueues",
    "batch:DescribeJobs",
    "batch:DescribeSchedulingPolicies",
    "batch:ListJobs",
    "ec2:DescribeInstanceTypes",
];

/// What whoever launches jobs of these definitions on these queues of a stack has to be allowed.
pub fn analyst(stack: &Stack, queues: &[String], definitions: &[String], caller: &Caller) -> Rights {
    let mut rights = Rights::default();
    let mut launch = |action: &str, on: String| rights.add(Aim::Launch, [Permission::new(action, on)]);
    for name in queues {
        launch("batch:SubmitJob", stack.arn("batch", &format!("job-queue/{name}")));
    }
    for name in definitions {
        // By its name alone, which is its newest revision, and by its number.
        launch("batch:SubmitJob", stack.arn("batch", &format!("job-definition/{name}")));
        launch("batch:SubmitJob", stack.arn("batch", &format!("job-definition/{name}:*")));
    }
    let jobs = stack.arn("batch", "job/*");
    for action in ["batch:SubmitJob", "batch:TagResource", "batch:CancelJob", "batch:TerminateJob"] {
        launch(action, jobs.clone());
    }
    let group = names::log_group(&stack.name);
    launch("logs:GetLogEvents", stack.arn("logs", &format!("log-group:{group}:*")));
    rights.add(Aim::Look, ANYWHERE.iter().map(|action| Permission::new(action, "*")));
    rights.add(Aim::Look, caller.own_rights());
    rights
}
