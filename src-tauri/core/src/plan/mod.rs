//! From what is wanted and what was seen to an ordered graph of steps, each with its reason. Pure.

mod policy;
mod reasons;
mod view;

use std::collections::BTreeSet;

pub use policy::policy;
pub use reasons::purpose;
pub use view::{BusyQueue, CallView, PlanView, StepView};

use crate::{
    resource::{Call, Difference, Kind, Mend, ResourceId, Resources, Sighting, Survey, Verdict},
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
    /// Removes what an unfinished run made.
    Undo,
    /// Removes the stack.
    Teardown,
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
                (sighting.present && sighting.ours).then(|| forgotten(sighting))?
            } else if matches!(sighting.verdict, Verdict::CannotTell(_))
                && memory.made.contains(&sighting.resource.to_string())
            {
                (Act::Keep, say("plan-remembered", &[("name", &sighting.name)]), vec![])
            } else {
                creating(sighting)
            };
            Some(Step::new(sighting, act, reason, resource.depends_on(), calls))
        });
        let mut plan = Self { act: RunAct::Create, steps: steps.collect() };
        plan.wait_only_for_what_is_there();
        plan
    }

    /// Removes everything of the stack that is ours, each thing before what it depends on.
    pub fn teardown(resources: &Resources, survey: &Survey<'_>) -> Self {
        Self::remove(RunAct::Teardown, resources, survey, |_| true)
    }

    /// Removes what one run made.
    pub fn undo(resources: &Resources, survey: &Survey<'_>, made: &BTreeSet<ResourceId>) -> Self {
        Self::remove(RunAct::Undo, resources, survey, |resource| made.contains(resource))
    }

    fn remove(
        act: RunAct,
        resources: &Resources,
        survey: &Survey<'_>,
        wanted: impl Fn(&ResourceId) -> bool,
    ) -> Self {
        let mut steps: Vec<Step> = survey
            .sightings
            .iter()
            .filter(|sighting| wanted(&sighting.resource))
            .filter_map(|sighting| {
                let (act, reason, calls) = removing(sighting)?;
                let dependents =
                    resources.iter().filter(|other| other.depends_on().contains(&sighting.resource));
                Some(Step::new(sighting, act, reason, dependents.map(|other| other.id()).collect(), calls))
            })
            .collect();
        steps.reverse();
        let mut plan = Self { act, steps };
        plan.wait_only_for_what_is_there();
        plan
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
            RunAct::Undo | RunAct::Teardown => None,
        }
    }

    /// Whether anything would be sent at all.
    pub fn changes_something(&self) -> bool {
        self.steps.iter().any(|step| !step.calls.is_empty() && step.act != Act::Keep)
    }
}

impl Step {
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
            typical_seconds: if act == Act::Keep { 0 } else { sighting.typical_seconds },
            patience_seconds: sighting.patience_seconds,
        }
    }
}

fn forgotten(sighting: &Sighting) -> (Act, Text, Vec<Call>) {
    if sighting.resource.kind == Kind::Flow {
        // A door that nobody needs is shut at once: nothing depends on it, and open it only lets in.
        return (Act::Delete, say("plan-door-closed", &[("name", &sighting.name)]), sighting.delete.clone());
    }
    (Act::Keep, say("plan-forgotten", &[("name", &sighting.name)]), vec![])
}

fn creating(sighting: &Sighting) -> (Act, Text, Vec<Call>) {
    let name = sighting.name.as_str();
    match &sighting.verdict {
        Verdict::Ready => (Act::Keep, say("plan-keep", &[("name", name)]), vec![]),
        Verdict::Missing => (Act::Create, purpose(sighting.resource.kind), sighting.create.clone()),
        Verdict::Lacking(text) | Verdict::Wrong(_, Mend::Refuse(text)) => (Act::Refuse, text.clone(), vec![]),
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

fn removing(sighting: &Sighting) -> Option<(Act, Text, Vec<Call>)> {
    let name = sighting.name.as_str();
    if let Verdict::CannotTell(fault) = &sighting.verdict {
        return Some((
            Act::Refuse,
            say("remove-blind", &[("name", name), ("action", &fault.action)]),
            vec![],
        ));
    }
    if !sighting.present {
        return None;
    }
    if let Some(stays) = &sighting.stays {
        return Some((Act::Keep, stays.clone(), vec![]));
    }
    if !sighting.ours {
        return Some((Act::Keep, say("stays-foreign", &[("name", name)]), vec![]));
    }
    let reason = sighting.taking.clone().unwrap_or_else(|| say("plan-delete", &[("name", name)]));
    Some((Act::Delete, reason, sighting.delete.clone()))
}
