//! A look at every resource of a stack, all at once.

use std::collections::BTreeSet;

use futures::{StreamExt, stream::FuturesUnordered};

use super::{Known, Look, ResourceId, Resources, Sighting};
use crate::aws::Clients;

/// What a look at every resource brought back.
pub struct Survey<'r> {
    looks: Vec<Box<dyn Look + 'r>>,
    /// What is known of every resource.
    pub known: Known,
    /// The judged resources, in the order of the list.
    pub sightings: Vec<Sighting>,
}

impl<'r> Survey<'r> {
    /// Looks at every resource concurrently; `seen` hears of each as soon as it and what it depends on are seen.
    pub async fn take(
        resources: &'r Resources,
        aws: &Clients,
        mut seen: impl FnMut(&Sighting),
    ) -> Survey<'r> {
        let asked = resources.iter().enumerate();
        let mut pending: FuturesUnordered<_> =
            asked.map(|(index, resource)| async move { (index, resource.look(aws).await) }).collect();
        let mut looks: Vec<Option<Box<dyn Look + 'r>>> = resources.iter().map(|_| None).collect();
        let mut sightings: Vec<Option<Sighting>> = resources.iter().map(|_| None).collect();
        let mut known = Known::default();
        for resource in resources {
            known.presume(&resource.id(), resource.presumed());
        }
        let mut looked: BTreeSet<ResourceId> = BTreeSet::new();
        while let Some((index, look)) = pending.next().await {
            let id = resources[index].id();
            known.learn(&id, look.known());
            looked.insert(id);
            looks[index] = Some(look);
            for (index, resource) in resources.iter().enumerate() {
                let Some(look) = &looks[index] else { continue };
                if sightings[index].is_none() && resource.depends_on().iter().all(|on| looked.contains(on)) {
                    let sighting = look.judge(&known);
                    seen(&sighting);
                    sightings[index] = Some(sighting);
                }
            }
        }
        Self {
            looks: looks.into_iter().flatten().collect(),
            known,
            sightings: sightings.into_iter().flatten().collect(),
        }
    }

    /// Of a stack that is not there yet, without asking AWS: for a preview.
    pub fn unseen(resources: &'r Resources) -> Survey<'r> {
        let looks: Vec<_> = resources.iter().map(|resource| resource.unseen()).collect();
        let known = Known::default();
        let sightings = looks.iter().map(|look| look.judge(&known)).collect();
        Self { looks, known, sightings }
    }

    /// The looks, in the order of the list.
    pub fn looks(&self) -> &[Box<dyn Look + 'r>] {
        &self.looks
    }

    /// What was found of one resource.
    pub fn of(&self, resource: &ResourceId) -> Option<&Sighting> {
        self.sightings.iter().find(|sighting| sighting.resource == *resource)
    }
}
