//! The job role: what the code in the container itself may do. Its own, never the execution role; it starts with
//! no permission at all.

use std::sync::Arc;

use super::{Kind, ResourceId, Stack, iam_role::IamRole};
use crate::blueprint::names;

/// The role of the code in the container; give it what the job may read and write.
pub(crate) fn job_role(stack: &Arc<Stack>, part: &str) -> IamRole {
    IamRole {
        stack: stack.clone(),
        id: ResourceId::new(Kind::JobRole, part),
        name: names::job_role(&stack.name, part),
        trusted: "ecs-tasks.amazonaws.com",
        description: "The role of the code in the container; give it what the job may read and write",
        policies: vec![],
    }
}
