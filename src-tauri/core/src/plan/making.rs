//! Making a stack, or putting it right: what is made, changed and let go of, in the whole or in one part.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, OfOthers, Plan, RunAct, Step, purpose, reasons};
use crate::{
    blueprint::names,
    resource::{Call, Kind, Mend, ResourceId, Resources, Sighting, Survey, Verdict},
    words::{Text, say},
};

/// What is remembered of a stack besides what its blueprint says.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Resources that an earlier blueprint named and the present one does not.
    pub forgotten: BTreeSet<ResourceId>,
    /// Steps that an earlier run has brought to their end: what cannot be looked at now was there then.
    pub made: BTreeSet<String>,
    /// Why a compute environment is made beside the one that it succeeds.
    pub successors: BTreeMap<ResourceId, Text>,
    /// Of what its blueprint says something else than when it was last brought to an end.
    pub changed: BTreeSet<ResourceId>,
    /// What is somebody else's, and keeps parts from going.
    pub of_others: OfOthers,
}

impl Plan {
    /// Makes the stack, or puts it right.
    pub fn create(resources: &Resources, survey: &Survey<'_>, memory: &Memory) -> Self {
        let steps = resources.iter().zip(&survey.sightings).filter_map(|(resource, sighting)| {
            let (act, reason, calls) = if memory.forgotten.contains(&sighting.resource) {
                (sighting.present && sighting.ours).then(|| forgotten(sighting, memory))?
            } else if let Verdict::CannotTell(fault) = &sighting.verdict
                && memory.made.contains(&sighting.resource.to_string())
            {
                let name = ("name", sighting.name.as_str());
                if memory.changed.contains(&sighting.resource) {
                    (Act::Refuse, say("change-blind", &[name, ("action", &fault.action)]), vec![])
                } else {
                    (Act::Keep, say("plan-remembered", &[name]), vec![])
                }
            } else {
                creating(sighting, memory)
            };
            Some(Step::new(sighting, act, reason, resource.depends_on(), calls))
        });
        Self::then_removing(RunAct::Create, steps.collect(), resources, survey, &memory.of_others)
    }

    /// Leaves only the step of one resource, and of what it needs that which is not there. What somebody has added to
    /// the resource goes with what was changed.
    pub fn keep_to(&mut self, part: &str, survey: &Survey<'_>) {
        for step in self.steps.iter_mut().filter(|step| step.resource.to_string() == part) {
            step.take_off(survey);
        }
        let mut needed = BTreeSet::from([part.to_owned()]);
        // The version of a template that an environment is to take is not there before the template has been changed.
        let comes = |step: &&Step| match step.act {
            Act::Create | Act::Wait => true,
            Act::Change => step.resource.kind == Kind::LaunchTemplate,
            _ => false,
        };
        let lacking: BTreeSet<_> =
            self.steps.iter().filter(comes).map(|step| step.resource.clone()).collect();
        // Each step comes after those it waits for, so that one walk backwards meets every one.
        for step in self.steps.iter().rev() {
            if needed.contains(&step.resource.to_string()) {
                needed.extend(step.after.iter().filter(|id| lacking.contains(id)).map(ToString::to_string));
            }
        }
        self.steps.retain(|step| needed.contains(&step.resource.to_string()));
    }
}

impl Step {
    fn take_off(&mut self, survey: &Survey<'_>) {
        let additions = survey.of(&self.resource).map(|sighting| sighting.additions.as_slice());
        // What forbids a role its work goes with what was added.
        let hinders = ["role-denied", "role-trust-denied"].contains(&self.reason.code.as_str());
        let acts = matches!(self.act, Act::Keep | Act::Change) || hinders;
        let additions = additions.filter(|_| acts).unwrap_or_default();
        if additions.is_empty() {
            return;
        }
        if self.act == Act::Keep || hinders {
            (self.act, self.reason) = (Act::Change, say("plan-take-off", &[("name", &self.name)]));
        }
        self.differences.extend(additions.iter().map(|addition| addition.difference.clone()));
        self.calls.extend(additions.iter().map(|addition| addition.call.clone()));
    }
}

fn forgotten(sighting: &Sighting, memory: &Memory) -> (Act, Text, Vec<Call>) {
    if let Some(stays) = &sighting.stays {
        return (Act::Keep, stays.clone(), vec![]);
    }
    let name = ("name", sighting.name.as_str());
    let part = |resource: &ResourceId| names::generation_of(&resource.part).0.to_owned();
    let successor = memory.successors.keys().find(|id| part(id) == part(&sighting.resource));
    let reason = match (sighting.resource.kind, &sighting.taking) {
        (Kind::Flow, _) => say("plan-door-closed", &[name]),
        (Kind::ComputeEnvironment, _) if successor.is_some() => say("plan-succeeded", &[name]),
        (Kind::ComputeEnvironment, _) => say("plan-drained", &[name]),
        (_, Some(taking)) => taking.clone(),
        _ => say("plan-forgotten", &[name]),
    };
    (Act::Delete, reason, sighting.delete.clone())
}

/// What making means for one resource.
pub(super) fn creating(sighting: &Sighting, memory: &Memory) -> (Act, Text, Vec<Call>) {
    let name = sighting.name.as_str();
    match &sighting.verdict {
        Verdict::Ready => (Act::Keep, say("plan-keep", &[("name", name)]), vec![]),
        Verdict::Missing => {
            let why = memory.successors.get(&sighting.resource).cloned();
            let why = why.unwrap_or_else(|| purpose(&sighting.resource));
            (Act::Create, why, sighting.create.clone())
        }
        Verdict::Lacking(text) | Verdict::Wrong(_, Mend::Refuse(text) | Mend::Replace(text)) => {
            (Act::Refuse, text.clone(), vec![])
        }
        Verdict::Wrong(_, Mend::InPlace) => {
            (Act::Change, reasons::changing(sighting.resource.kind, name), sighting.change.clone())
        }
        Verdict::Foreign => (Act::Refuse, say("foreign", &[("name", name)]), vec![]),
        Verdict::Settling(status) => {
            (Act::Wait, say("plan-wait", &[("name", name), ("status", status)]), vec![])
        }
        Verdict::Broken(reason, _) => {
            (Act::Change, say("plan-mend", &[("name", name), ("reason", reason)]), sighting.change.clone())
        }
        // Not being able to look never blocks: if it is there after all, creating says so.
        Verdict::CannotTell(fault) => {
            (Act::Create, say("plan-blind", &[("action", &fault.action)]), sighting.create.clone())
        }
    }
}
