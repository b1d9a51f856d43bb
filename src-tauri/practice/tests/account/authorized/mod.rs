//! Which permissions each call needs, on what and under which conditions: calls against policies.

mod batch;
mod identities;
mod networks;
mod others;

use crate::judged::{Call, World};
use serde_json::Value;

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
