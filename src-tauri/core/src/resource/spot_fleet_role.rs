//! The role with which Spot Fleet tags the instances that it starts. Only the strategy BEST_FIT goes by way of Spot
//! Fleet, and it cannot be given to an environment later (ComputeResource, `spotIamFleetRole`).

use std::sync::Arc;

use super::{
    Kind, ResourceId, Stack,
    iam_role::{IamRole, Inline, Needs},
};
use crate::blueprint::names;

/// The role with which Spot Fleet tags instances.
pub(crate) fn spot_fleet_role(stack: &Arc<Stack>) -> IamRole {
    IamRole {
        stack: stack.clone(),
        id: ResourceId::main(Kind::SpotFleetRole),
        name: names::spot_fleet_role(&stack.name),
        trusted: "spotfleet.amazonaws.com",
        description: "The role with which Spot Fleet starts and tags instances for AWS Batch",
        policies: vec!["service-role/AmazonEC2SpotFleetTaggingRole"],
        needs: Needs::of_spot_fleet(),
        inline: Inline::NONE,
    }
}
