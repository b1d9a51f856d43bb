//! The role of the EC2 instances: with it their ECS agent joins the cluster, pulls images and writes logs. Without
//! its policy an environment is VALID all the same, and jobs wait in RUNNABLE for ever.
//!
//! An instance is not given the role itself but its instance profile (AWS Batch User Guide, "Amazon ECS instance
//! role").

use std::sync::Arc;

use super::{
    Kind, ResourceId, Stack,
    iam_role::{IamRole, Inline, Needs},
};
use crate::blueprint::{JobDefinition, Platform, names};

/// The role of the stack's EC2 instances, on which these definitions' jobs run.
pub(crate) fn instance_role(stack: &Arc<Stack>, definitions: &[JobDefinition]) -> IamRole {
    let on_instances = definitions.iter().filter(|definition| definition.platform == Platform::Ec2);
    let definitions: Vec<_> = on_instances.cloned().collect();
    IamRole {
        stack: stack.clone(),
        id: ResourceId::main(Kind::InstanceRole),
        name: names::instance_role(&stack.name),
        trusted: "ec2.amazonaws.com",
        description: "The role of the EC2 instances that AWS Batch starts",
        policies: vec!["service-role/AmazonEC2ContainerServiceforEC2Role"],
        needs: Needs::of_instances(stack, &definitions),
        inline: Inline::NONE,
    }
}
