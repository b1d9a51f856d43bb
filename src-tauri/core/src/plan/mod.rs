//! From what is wanted and what was seen to an ordered graph of steps, each with its reason. Pure.

mod adopting;
mod making;
mod reasons;
mod removing;
mod undoing;
mod view;

use std::collections::BTreeSet;

pub use making::Memory;
pub use reasons::purpose;
pub use removing::{Hindered, Images, OfOthers};
pub use undoing::Deeds;
pub use view::{Busy, CallView, PlanView, StepView};

use crate::{
    resource::{Call, Difference, Kind, ResourceId, Resources, Sighting, Survey, Verdict},
    words::Text,
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

/// What will be done, in which order, and why.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it is for.
    pub act: RunAct,
    /// The steps, each after those it waits for.
    pub steps: Vec<Step>,
}

impl Plan {
    /// First what is made and changed; what goes only after all of that, each thing before what it depends on. So
    /// whatever stands on a thing that goes has been turned to another one before.
    fn then_removing(
        act: RunAct,
        steps: Vec<Step>,
        resources: &Resources,
        survey: &Survey<'_>,
        others: &OfOthers,
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
        removing::leave_to_others(&mut going, resources, others);
        steps.extend(going);
        removing::keep_roles_until_then(&mut steps, resources, survey);
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
            RunAct::Undo | RunAct::Teardown | RunAct::Adopt => None,
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
                Verdict::Wrong(wrong, _) | Verdict::Broken(_, wrong)
                    if matches!(act, Act::Change | Act::Refuse) =>
                {
                    wrong.clone()
                }
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
