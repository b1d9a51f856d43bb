//! The classic service role, with which AWS Batch works when it is not given its service-linked role.
//!
//! The managed policy and the trusted service stand in the AWS Batch User Guide, "AWSBatchServiceRole".

use std::sync::Arc;

use super::{
    Kind, ResourceId, Stack,
    iam_role::{IamRole, Inline, Needs},
};
use crate::blueprint::names;

/// The role with which AWS Batch works in this account.
pub(crate) fn service_role(stack: &Arc<Stack>) -> IamRole {
    IamRole {
        stack: stack.clone(),
        id: ResourceId::main(Kind::ServiceRole),
        name: names::service_role(&stack.name),
        trusted: "batch.amazonaws.com",
        description: "The role with which AWS Batch works in this account",
        policies: vec!["service-role/AWSBatchServiceRole"],
        needs: Needs::of_batch(),
        inline: Inline::NONE,
    }
}
