//! What the job engine asks of the network.

use super::seed::seeded;
use super::state::Region;
use crate::state::State;
use std::borrow::Cow;

/// What compute needs to know of a subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubnetView {
    /// `vpc-…`.
    pub vpc: String,
    /// `eu-west-1a`.
    pub zone: String,
    /// Whether EC2 hosts get a public address. Fargate goes by the job definition.
    pub maps_public_ip: bool,
}

/// What compute needs to know of a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroupView {
    /// `vpc-…`.
    pub vpc: String,
}

/// The region as it is, or as AWS hands it out.
pub(crate) fn region<'s>(state: &'s State, name: &str) -> Cow<'s, Region> {
    state.ec2.regions.get(name).map_or_else(|| Cow::Owned(seeded(state, name)), Cow::Borrowed)
}

/// The subnet, if there is one of that identifier.
pub fn subnet(state: &State, region_name: &str, id: &str) -> Option<SubnetView> {
    let region = region(state, region_name);
    let subnet = region.subnets.get(id)?;
    Some(SubnetView {
        vpc: subnet.vpc.clone(),
        zone: subnet.zone.clone(),
        maps_public_ip: subnet.maps_public_ip,
    })
}

/// The security group, if there is one of that identifier.
pub fn security_group(state: &State, region_name: &str, id: &str) -> Option<SecurityGroupView> {
    let region = region(state, region_name);
    let group = region.security_groups.get(id)?;
    Some(SecurityGroupView { vpc: group.vpc.clone() })
}
