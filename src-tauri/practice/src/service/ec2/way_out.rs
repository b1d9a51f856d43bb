//! What the job engine asks of the network.

use super::route::is_active;
use super::seed::{EVERYWHERE, seeded};
use super::state::{Peer, Region};
use crate::state::State;
use std::borrow::Cow;

/// How traffic from a subnet reaches the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOut {
    /// Through an internet gateway: whoever has a public address gets out.
    InternetGateway,
    /// Not at all: no default route, or one that leads nowhere.
    None,
}

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
    /// Whether a rule lets HTTPS out to anywhere: ECS, ECR, S3 and CloudWatch Logs need it.
    pub lets_https_out: bool,
}

fn region<'s>(state: &'s State, name: &str) -> Cow<'s, Region> {
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
    let lets_https_out = group.rules.values().any(|rule| {
        rule.egress
            && rule.peer == Peer::Ipv4(EVERYWHERE.to_string())
            && (rule.protocol == "-1"
                || (rule.protocol == "tcp" && (rule.from_port..=rule.to_port).contains(&443)))
    });
    Some(SecurityGroupView { vpc: group.vpc.clone(), lets_https_out })
}

/// Where the subnet's default route leads; [`WayOut::None`] also for a subnet that is not there.
pub fn subnet_way_out(state: &State, region_name: &str, id: &str) -> WayOut {
    let region = region(state, region_name);
    let leads_out = region.table_of(id).is_some_and(|(_, table)| {
        table.routes.iter().any(|route| route.destination == EVERYWHERE && is_active(&region, table, route))
    });
    if leads_out { WayOut::InternetGateway } else { WayOut::None }
}
