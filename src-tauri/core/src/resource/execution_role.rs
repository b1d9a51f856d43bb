//! The task execution role: what ECS does before and around the container (pull the image, write its log).
//!
//! Fargate always wants one (RegisterJobDefinition, `executionRoleArn`).

use std::sync::Arc;

use super::{Kind, ResourceId, Stack, iam_role::IamRole};
use crate::blueprint::names;

/// The role with which ECS pulls the image and writes the log of a job.
pub(crate) fn execution_role(stack: &Arc<Stack>) -> IamRole {
    IamRole {
        stack: stack.clone(),
        id: ResourceId::main(Kind::ExecutionRole),
        name: names::execution_role(&stack.name),
        trusted: "ecs-tasks.amazonaws.com",
        description: "The role with which ECS pulls the image and writes the log of a job",
        policies: vec!["service-role/AmazonECSTaskExecutionRolePolicy"],
    }
}
