//! The hosts of EC2 and Spot environments, as EC2 shows them.

use super::environment::Kind;
use crate::state::State;
use crate::time::Millis;

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instance {
    /// `i-…`.
    pub(crate) id: String,
    /// `m6i.large`.
    pub(crate) kind: String,
    pub(crate) subnet: String,
    pub(crate) is_spot: bool,
    /// When it is up: pending before.
    pub(crate) up: Millis,
    pub(crate) tags: Vec<(String, String)>,
}

/// A region's, in the order of their ids.
pub(crate) fn instances(state: &State, region: &str) -> Vec<Instance> {
    let Some(batch) = state.batch.regions.get(region) else { return Vec::new() };
    let mut all: Vec<Instance> = batch
        .environments
        .values()
        .flat_map(|environment| {
            let is_spot = environment.kind().is_some_and(Kind::is_spot);
            environment.hosts.iter().map(move |host| {
                let mut tags = environment.instance_tags();
                // Batch puts this on what it starts (Batch User Guide, "Troubleshooting").
                tags.push(("AWSBatchServiceTag".to_owned(), "batch".to_owned()));
                let (id, kind, subnet) = (host.id.clone(), host.kind.clone(), host.subnet.clone());
                Instance { id, kind, subnet, is_spot, up: host.up, tags }
            })
        })
        .collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}
