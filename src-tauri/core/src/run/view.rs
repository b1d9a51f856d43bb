//! A run as it stands: what a window draws and a terminal prints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Held;
use crate::{
    error::AppError,
    plan::{Act, Plan, RunAct, StepView},
    words::Text,
    world::Moment,
};

/// What takes so much longer than usual is late, however short it usually is.
const LATE_SECONDS: i64 = 10;

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Its turn has not come.
    Waiting,
    /// It is being done.
    Running,
    /// AWS shows it as wanted.
    Done,
    /// It failed.
    Failed,
    /// It will not be done.
    NotRun,
}

/// A step of a run.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct RunStep {
    /// What it does.
    pub step: StepView,
    /// Where it is.
    pub state: StepState,
    /// When it began.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// What it waits for right now.
    pub waits_for: Option<Text>,
    /// Why it failed.
    pub failure: Option<AppError>,
    /// Why it will not be done.
    pub not_run_because: Option<Text>,
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// At work.
    Running,
    /// Asked to stop; what has begun is finished first.
    Stopping,
    /// Everything is done.
    Done,
    /// A step failed.
    Failed,
    /// Stopped before everything was done.
    Stopped,
}

/// A run as it stands.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct RunView {
    /// The run's id.
    pub run: String,
    /// The stack's name.
    pub stack: String,
    /// What it is for.
    pub act: RunAct,
    /// Where it is.
    pub state: RunState,
    /// Its steps, in the order of the plan.
    pub steps: Vec<RunStep>,
    /// When it began.
    pub started_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// Why it failed.
    pub failure: Option<AppError>,
    /// Steps that are done.
    pub done: u32,
    /// Steps in all.
    pub total: u32,
    /// About how long it will take yet; nobody can tell while it is held up, or takes longer than usual.
    pub seconds_left: Option<u32>,
    /// What holds it up.
    pub held: Option<Held>,
}

impl RunView {
    pub(super) fn new(run: &str, stack: &str, plan: &Plan, now: Moment) -> Self {
        let steps = plan.steps.iter().map(|step| RunStep {
            step: step.view(),
            state: if step.act == Act::Keep { StepState::Done } else { StepState::Waiting },
            started_at: None,
            ended_at: None,
            waits_for: None,
            failure: None,
            not_run_because: None,
        });
        let mut view = Self {
            run: run.to_owned(),
            stack: stack.to_owned(),
            act: plan.act,
            state: RunState::Running,
            steps: steps.collect(),
            started_at: now,
            ended_at: None,
            failure: None,
            done: 0,
            total: 0,
            seconds_left: None,
            held: None,
        };
        view.count(now);
        view
    }

    /// Brings the counts and the estimate up to date.
    pub(super) fn count(&mut self, now: Moment) {
        let done = self.steps.iter().filter(|step| step.state == StepState::Done).count();
        self.done = u32::try_from(done).unwrap_or(u32::MAX);
        self.total = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        let at_work = matches!(self.state, RunState::Running | RunState::Stopping);
        let can_tell = at_work && self.held.is_none() && !self.is_late(now);
        self.seconds_left = can_tell.then(|| self.longest_chain(now));
    }

    /// Whether something takes so much longer than usual that nobody can tell when it will end.
    fn is_late(&self, now: Moment) -> bool {
        let running = self.steps.iter().filter(|step| step.state == StepState::Running);
        running.filter_map(|step| Some((step, step.started_at?))).any(|(step, started)| {
            let typical = i64::from(step.step.typical_seconds);
            now.since(started) / 1000 > typical + (typical / 2).max(LATE_SECONDS)
        })
    }

    /// Seconds of the longest chain of steps that wait for each other: what the rest takes at best.
    fn longest_chain(&self, now: Moment) -> u32 {
        let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
        for step in &self.steps {
            let typical = step.step.typical_seconds;
            let left = match (step.state, step.started_at) {
                (StepState::Waiting, _) => typical,
                (StepState::Running, Some(started)) => {
                    // One that takes longer than usual is not done in no time.
                    typical.saturating_sub(u32::try_from(now.since(started) / 1000).unwrap_or(0)).max(1)
                }
                _ => 0,
            };
            let before = step.step.after.iter().filter_map(|id| ends.get(id.as_str())).max().copied();
            ends.insert(&step.step.id, before.unwrap_or(0) + left);
        }
        ends.values().max().copied().unwrap_or(0)
    }
}
