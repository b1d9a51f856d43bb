//! A plan in the shape that leaves core.

use serde::{Deserialize, Serialize};

use super::{Act, Plan, RunAct, Step};
use crate::{
    blueprint::Blueprint,
    check::CheckItem,
    cost::{self, Costs, Market, Money},
    resource::{Difference, Stack},
    rights,
    words::Text,
};

/// One call of a step.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct CallView {
    /// `iam:CreateRole`.
    pub action: String,
    /// What it acts on.
    pub on: String,
}

/// One step of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct StepView {
    /// `compute-environment/fargate`.
    pub id: String,
    /// `compute-environment`.
    pub kind: String,
    /// The resource's name in AWS.
    pub name: String,
    /// What is done.
    pub act: Act,
    /// Why.
    pub reason: Text,
    /// What a change changes, attribute by attribute; of what cannot be changed, what differs.
    pub differences: Vec<Difference>,
    /// The ids of the steps that must be done first.
    pub after: Vec<String>,
    /// What is sent.
    pub calls: Vec<CallView>,
    /// Seconds that it usually takes.
    pub typical_seconds: u32,
}

/// Jobs that a step disturbs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Busy {
    /// The code of what they are in or on: `job-queue`.
    pub kind: String,
    /// Its name in AWS.
    pub name: String,
    /// How many there are.
    pub jobs: u32,
    /// What becomes of them.
    pub means: Text,
}

/// A plan to be looked at before anything happens.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct PlanView {
    /// The stack's name.
    pub stack: String,
    /// What it is for.
    pub act: RunAct,
    /// Its steps.
    pub steps: Vec<StepView>,
    /// The IAM policy that allows exactly these steps, as JSON text.
    pub policy: String,
    /// What the stack costs while nothing runs.
    pub standing_cost: Money,
    /// What it costs while a job of the first definition runs.
    pub running_cost: Option<Money>,
    /// What jobs cost, and the most that may run at one time.
    pub costs: Costs,
    /// Whether anything would be sent at all.
    pub changes_something: bool,
    /// Jobs that would be disturbed, and how.
    pub busy: Vec<Busy>,
    /// Why it must not be carried out.
    pub blocked: Option<Text>,
    /// What the check finds wrong: a create stops at it, unless a person goes on despite it.
    pub in_the_way: Vec<CheckItem>,
}

impl Step {
    /// The step in the shape that leaves core.
    pub fn view(&self) -> StepView {
        StepView {
            id: self.resource.to_string(),
            kind: self.resource.kind.code().to_owned(),
            name: self.name.clone(),
            act: self.act,
            reason: self.reason.clone(),
            differences: self.differences.clone(),
            after: self.after.iter().map(ToString::to_string).collect(),
            calls: self
                .calls
                .iter()
                .map(|call| CallView { action: call.action.to_owned(), on: call.on.clone() })
                .collect(),
            typical_seconds: self.typical_seconds,
        }
    }
}

impl Plan {
    /// The plan of a stack in the shape that leaves core, its costs by these prices.
    pub fn view(&self, stack: &Stack, blueprint: &Blueprint, market: &Market) -> PlanView {
        PlanView {
            stack: blueprint.name.clone(),
            act: self.act,
            steps: self.steps.iter().map(Step::view).collect(),
            policy: rights::policy(&rights::needed(stack, self)),
            standing_cost: cost::standing(blueprint, &market.rates),
            running_cost: cost::running(blueprint, &market.rates),
            costs: cost::costs(blueprint, market),
            changes_something: self.changes_something(),
            busy: vec![],
            blocked: self.blocked().cloned(),
            in_the_way: vec![],
        }
    }
}
