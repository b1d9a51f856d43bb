//! Undoing a run: what it made goes, and what it changed or removed is put back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, Hindered, Memory, Plan, RunAct, Step, making::creating};
use crate::{
    resource::{Call, ResourceId, Resources, Sighting, Survey},
    words::{Text, say},
};

/// What a run that is to be undone has done, by its journal.
#[derive(Debug, Clone, Default)]
pub struct Deeds {
    /// Steps whose resource it brought into being, or may have.
    pub made: BTreeSet<String>,
    /// Steps of which it sent, or may have sent, anything that changes more than whose they are.
    pub touched: BTreeSet<String>,
    /// Whether it is written down what the stack was before.
    pub known_before: bool,
    /// Steps whose resource it made the stack's, or may have.
    pub adopted: BTreeSet<String>,
}

impl Plan {
    /// Removes what one run made, after putting back what it changed or removed of a stack that was there before.
    pub fn undo(
        resources: &Resources,
        survey: &Survey<'_>,
        deeds: &Deeds,
        hindered: &Hindered,
        forgotten: &BTreeSet<ResourceId>,
    ) -> Self {
        let needed = needed_by_what_stands(resources, survey, deeds, forgotten);
        let steps = resources.iter().zip(&survey.sightings).filter_map(|(resource, sighting)| {
            let id = sighting.resource.to_string();
            let name = ("name", sighting.name.as_str());
            let touched = deeds.touched.contains(&id);
            if deeds.adopted.contains(&id) && !touched {
                let reason = say("undo-released", &[name]);
                let calls = vec![sighting.release.clone()?];
                let step = Step::new(sighting, Act::Change, reason, resource.depends_on(), calls);
                return Some(Step { adopts: true, ..step });
            }
            let (act, reason, calls) = if deeds.made.contains(&id) {
                if let Some(other) = needed.get(&sighting.resource) {
                    (Act::Keep, say("undo-needed", &[name, ("other", other)]), vec![])
                } else {
                    hindered.removing(sighting)?
                }
            } else if touched && !forgotten.contains(&sighting.resource) {
                if deeds.known_before && !deeds.adopted.contains(&id) {
                    putting_back(sighting)?
                } else if sighting.present {
                    (Act::Keep, say("undo-unknown", &[name]), vec![])
                } else {
                    return None;
                }
            } else {
                return None;
            };
            Some(Step::new(sighting, act, reason, resource.depends_on(), calls))
        });
        Self::then_removing(RunAct::Undo, steps.collect(), resources, survey, &hindered.of_others)
    }
}

/// What an undo must leave since something works with it that it leaves as well, by the name of that: what was there
/// before, or what this needs in turn.
fn needed_by_what_stands(
    resources: &Resources,
    survey: &Survey<'_>,
    deeds: &Deeds,
    forgotten: &BTreeSet<ResourceId>,
) -> BTreeMap<ResourceId, String> {
    let mut needed = BTreeMap::new();
    // Each thing comes after what it depends on.
    for (resource, sighting) in resources.iter().zip(&survey.sightings).rev() {
        let id = sighting.resource.to_string();
        let given_back = deeds.adopted.contains(&id) && !deeds.touched.contains(&id);
        let goes = deeds.made.contains(&id) && !needed.contains_key(&sighting.resource);
        let there = sighting.present && sighting.ours;
        if there && !given_back && !goes && !forgotten.contains(&sighting.resource) {
            for on in resource.depends_on() {
                needed.entry(on).or_insert_with(|| sighting.name.clone());
            }
        }
    }
    needed
}

/// Of what a run changed or removed, and what is as it was again already.
fn putting_back(sighting: &Sighting) -> Option<(Act, Text, Vec<Call>)> {
    let name = ("name", sighting.name.as_str());
    let (act, reason, calls) = creating(sighting, &Memory::default());
    match act {
        Act::Keep => None,
        Act::Create => Some((act, say("undo-made-again", &[name]), calls)),
        Act::Change => Some((act, say("undo-put-back", &[name]), calls)),
        _ => Some((act, reason, calls)),
    }
}
