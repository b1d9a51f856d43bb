//! Adopting: what is there under a stack's names, and is nobody's, is to become the stack's.

use super::{Act, Plan, RunAct, Step};
use crate::{
    resource::{Adoption, Survey, Verdict},
    words::say,
};

impl Plan {
    /// Gives the stack's tags to everything that is there under its names and is nobody's.
    pub fn adopt(survey: &Survey<'_>) -> Self {
        let steps = survey.sightings.iter().filter_map(|sighting| {
            let name = ("name", sighting.name.as_str());
            if let Verdict::CannotTell(fault) = &sighting.verdict {
                let blind = say("adopt-blind", &[name, ("action", &fault.action)]);
                return Some(Step::new(sighting, Act::Refuse, blind, vec![], vec![]));
            }
            Some(match sighting.adoption.as_ref()? {
                Adoption::Refused(reason) => Step::new(sighting, Act::Refuse, reason.clone(), vec![], vec![]),
                Adoption::Tags(differences, calls) => Step {
                    differences: differences.clone(),
                    adopts: true,
                    ..Step::new(sighting, Act::Change, say("plan-adopt", &[name]), vec![], calls.clone())
                },
            })
        });
        Self { act: RunAct::Adopt, steps: steps.collect() }
    }
}
