//! From what is wanted and what was seen to an ordered graph of steps, each with its reason. Pure.

mod policy;
mod reasons;
mod removal;
mod view;

use std::collections::{BTreeMap, BTreeSet};

pub use policy::policy;
pub use reasons::purpose;
pub use removal::{Hindered, Images, QueuesOfOthers};
pub use view::{Busy, CallView, PlanView, StepView};

use crate::{
    blueprint::names,
    resource::{Adoption, Call, Difference, Kind, Mend, ResourceId, Resources, Sighting, Survey, Verdict},
    words::{Text, say},
};
pub(crate) use reasons::differences;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Nothing: it is as it should be, or it stays.
    Keep,
    /// Makes what is not there.
    Create,
    /// Puts right what is there.
    Change,
    /// Waits for what is on its way.
    Wait,
    /// Removes it.
    Delete,
    /// Cannot be done; the reason says what a person can do.
    Refuse,
}

/// What a whole run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RunAct {
    /// Makes the stack, or puts it right.
    Create,
    /// Removes what an unfinished run made, and puts back what it changed.
    Undo,
    /// Removes the stack.
    Teardown,
    /// Makes what is there under the stack's names, and is nobody's, the stack's.
    Adopt,
}

/// One resource's part of a plan.
#[derive(Debug, Clone)]
pub struct Step {
    /// The resource, which is also the step's id.
    pub resource: ResourceId,
    /// The resource's name in AWS.
    pub name: String,
    /// What is done.
    pub act: Act,
    /// Why.
    pub reason: Text,
    /// What a change changes, attribute by attribute.
    pub differences: Vec<Difference>,
    /// The steps that must be done first.
    pub after: Vec<ResourceId>,
    /// What is sent, in this order.
    pub calls: Vec<Call>,
    /// Whether it could not be looked at: what is there afterwards need not be of this run.
    pub blind: bool,
    /// Whether it only makes something the stack's, whatever else it is.
    pub adopts: bool,
    /// Whether jobs may still be at work on it, which are waited for before it goes.
    pub drains: bool,
    /// Seconds that it usually takes.
    pub typical_seconds: u32,
    /// Seconds after which waiting makes no sense.
    pub patience_seconds: u32,
}

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
    /// Queues of others, which keep an environment from going.
    pub queues_of_others: QueuesOfOthers,
}

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

/// What will be done, in which order, and why.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is for.
    pub act: RunAct,
    /// The steps, each after those it waits for.
    pub steps: Vec<Step>,
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
        Self::then_removing(RunAct::Create, steps.collect(), resources, survey, &memory.queues_of_others)
    }

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

    /// Removes everything of the stack that is ours, each thing before what it depends on.
    pub fn teardown(resources: &Resources, survey: &Survey<'_>, hindered: &Hindered) -> Self {
        let mut steps: Vec<Step> = survey
            .sightings
            .iter()
            .filter_map(|sighting| {
                let (act, reason, calls) = hindered.removing(sighting)?;
                let dependents =
                    resources.iter().filter(|other| other.depends_on().contains(&sighting.resource));
                Some(Step::new(sighting, act, reason, dependents.map(|other| other.id()).collect(), calls))
            })
            .collect();
        steps.reverse();
        removal::leave_to_others(&mut steps, resources, &hindered.queues_of_others);
        removal::keep_roles_until_then(&mut steps, resources, survey);
        let mut plan = Self { act: RunAct::Teardown, steps };
        plan.wait_only_for_what_is_there();
        plan
    }

    /// Removes what one run made, after putting back what it changed or removed of a stack that was there before.
    pub fn undo(
        resources: &Resources,
        survey: &Survey<'_>,
        deeds: &Deeds,
        hindered: &Hindered,
        forgotten: &BTreeSet<ResourceId>,
    ) -> Self {
        let needed = removal::needed_by_what_stands(resources, survey, deeds, forgotten);
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
        Self::then_removing(RunAct::Undo, steps.collect(), resources, survey, &hindered.queues_of_others)
    }

    /// First what is made and changed; what goes only after all of that, each thing before what it depends on. So
    /// whatever stands on a thing that goes has been turned to another one before.
    fn then_removing(
        act: RunAct,
        steps: Vec<Step>,
        resources: &Resources,
        survey: &Survey<'_>,
        queues_of_others: &QueuesOfOthers,
    ) -> Self {
        let at_work = |act| matches!(act, Act::Create | Act::Change | Act::Wait);
        let (mut going, mut steps): (Vec<_>, Vec<_>) =
            steps.into_iter().partition(|step| step.act == Act::Delete);
        // Nothing that is made or changed waits for what goes: what goes waits for it.
        let gone: BTreeSet<_> = going.iter().map(|step| step.resource.clone()).collect();
        for step in &mut steps {
            step.after.retain(|id| !gone.contains(id));
        }
        let before: Vec<_> =
            steps.iter().filter(|step| at_work(step.act)).map(|step| step.resource.clone()).collect();
        for step in &mut going {
            let dependents = resources.iter().filter(|other| other.depends_on().contains(&step.resource));
            step.after = dependents.map(|other| other.id()).collect();
            // A door that nobody needs is shut at once: nothing depends on it, and open it only lets in.
            if step.resource.kind != Kind::Flow {
                step.after.extend(before.iter().filter(|id| **id != step.resource).cloned());
            }
            step.drains = step.resource.kind == Kind::ComputeEnvironment;
        }
        going.reverse();
        removal::leave_to_others(&mut going, resources, queues_of_others);
        steps.extend(going);
        removal::keep_roles_until_then(&mut steps, resources, survey);
        let mut plan = Self { act, steps };
        plan.wait_only_for_what_is_there();
        plan
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

    fn wait_only_for_what_is_there(&mut self) {
        let there: BTreeSet<_> = self.steps.iter().map(|step| step.resource.clone()).collect();
        for step in &mut self.steps {
            step.after.retain(|other| there.contains(other));
        }
    }

    /// Why it must not be carried out, when a step of it cannot be.
    pub fn blocked(&self) -> Option<&Text> {
        match self.act {
            RunAct::Create => self.steps.iter().find(|step| step.act == Act::Refuse).map(|step| &step.reason),
            // What cannot be removed stays and is said to stay; the rest can go.
            RunAct::Undo | RunAct::Teardown | RunAct::Adopt => None,
        }
    }

    /// Whether anything would be sent at all.
    pub fn changes_something(&self) -> bool {
        self.steps.iter().any(|step| !step.calls.is_empty() && step.act != Act::Keep)
    }
}

impl Step {
    fn take_off(&mut self, survey: &Survey<'_>) {
        let additions = survey.of(&self.resource).map(|sighting| sighting.additions.as_slice());
        let additions = additions.filter(|_| matches!(self.act, Act::Keep | Act::Change)).unwrap_or_default();
        if additions.is_empty() {
            return;
        }
        if self.act == Act::Keep {
            (self.act, self.reason) = (Act::Change, say("plan-take-off", &[("name", &self.name)]));
        }
        self.differences.extend(additions.iter().map(|addition| addition.difference.clone()));
        self.calls.extend(additions.iter().map(|addition| addition.call.clone()));
    }

    fn new(sighting: &Sighting, act: Act, reason: Text, after: Vec<ResourceId>, calls: Vec<Call>) -> Self {
        Self {
            resource: sighting.resource.clone(),
            name: sighting.name.clone(),
            act,
            reason,
            differences: match &sighting.verdict {
                Verdict::Wrong(wrong, _) if matches!(act, Act::Change | Act::Refuse) => wrong.clone(),
                _ => vec![],
            },
            after,
            calls,
            blind: matches!(sighting.verdict, Verdict::CannotTell(_)),
            adopts: false,
            drains: false,
            typical_seconds: if act == Act::Keep { 0 } else { sighting.typical_seconds },
            patience_seconds: sighting.patience_seconds,
        }
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

fn creating(sighting: &Sighting, memory: &Memory) -> (Act, Text, Vec<Call>) {
    let name = sighting.name.as_str();
    match &sighting.verdict {
        Verdict::Ready => (Act::Keep, say("plan-keep", &[("name", name)]), vec![]),
        Verdict::Missing => {
            let why = memory.successors.get(&sighting.resource).cloned();
            let why = why.unwrap_or_else(|| purpose(sighting.resource.kind));
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
        Verdict::Broken(reason) => {
            (Act::Change, say("plan-mend", &[("name", name), ("reason", reason)]), sighting.change.clone())
        }
        // Not being able to look never blocks: if it is there after all, creating says so.
        Verdict::CannotTell(fault) => {
            (Act::Create, say("plan-blind", &[("action", &fault.action)]), sighting.create.clone())
        }
    }
}
