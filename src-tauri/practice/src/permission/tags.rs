//! The tags of what is there, by its ARN: what `aws:ResourceTag` is compared with.

use crate::service::{batch, ec2};
use crate::state::State;
use std::collections::BTreeMap;

/// No tags where there is no such thing.
pub(super) fn of(state: &State, region: &str, arn: &str) -> BTreeMap<String, String> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (Some(service), Some(thing)) = (parts.next(), parts.nth(2)) else { return BTreeMap::new() };
    let (kind, name) = thing.split_once(['/', ':']).unwrap_or((thing, ""));
    let found = match service {
        "batch" => batch::tags_of_thing(state, region, kind, name),
        "ec2" => return of_network(state, region, kind, name),
        "ecr" => state.ecr.tags(region, name),
        "logs" => state.logs.tags(region, name.split(':').next().unwrap_or(name)),
        "iam" => match kind {
            "role" => state.iam.roles.values().find(|role| role.arn() == arn).map(|role| &role.tags),
            "instance-profile" => {
                state.iam.profiles.values().find(|profile| profile.arn() == arn).map(|profile| &profile.tags)
            }
            "policy" => state.iam.policies.get(arn).map(|policy| &policy.tags),
            _ => None,
        },
        _ => None,
    };
    found.cloned().unwrap_or_default()
}

fn of_network(state: &State, region: &str, kind: &str, id: &str) -> BTreeMap<String, String> {
    let region = ec2::region_of(state, region);
    // A key pair's ARN has its name; its tags are kept by its identifier.
    let key_pair = region.key_pairs.iter().find(|(_, pair)| kind == "key-pair" && pair.name == id);
    region.tags.get(key_pair.map_or(id, |(key, _)| key)).cloned().unwrap_or_default()
}
