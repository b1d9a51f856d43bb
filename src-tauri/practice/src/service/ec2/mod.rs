//! EC2's networking.

use super::Call;
use serde::{Deserialize, Serialize};

/// What the account remembers of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ec2 {}

/// The calls it knows.
pub const CALLS: &[Call] = &[];

const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Whether AWS has a region of that name (commercial partition).
pub fn region_exists(name: &str) -> bool {
    REGIONS.contains(&name)
}

/// Gives every default VPC its route to the internet gateway, or takes it away.
pub fn default_route_out(_state: &mut crate::state::State, _there: bool) {}
