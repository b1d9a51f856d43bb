//! A run while it goes on: a line for each change, or one JSON event a line.

use std::collections::BTreeMap;

use serde::Serialize;
use slipway_core::{
    plan::{Act, RunAct},
    run::{Held, RunState, RunStep, RunView, StepState},
};

use crate::output::Output;

/// What a machine hears of a run. The first event holds every step, the last one the whole run as it ended.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Event<'r> {
    Began {
        run: &'r RunView,
    },
    Step {
        step: &'r RunStep,
    },
    State {
        state: RunState,
    },
    /// What holds the run up, or that nothing does any more.
    Held {
        held: Option<&'r Held>,
    },
    Ended {
        run: &'r RunView,
    },
}

/// Shows what is new each time a run changes.
pub(crate) struct Progress {
    out: Output,
    began: bool,
    state: RunState,
    held: Option<Held>,
    /// What was last shown of a step: where it is, and what it waits for.
    shown: BTreeMap<String, (StepState, Option<String>)>,
    /// The one part that it is about.
    part: Option<String>,
    /// Whether it has been said that it takes longer than usual.
    late: bool,
}

impl Progress {
    pub(crate) fn new(out: Output) -> Self {
        Self {
            out,
            began: false,
            state: RunState::Running,
            held: None,
            shown: BTreeMap::new(),
            part: None,
            late: false,
        }
    }

    /// Of a run that is about one part of a stack.
    pub(crate) fn of(self, part: &str) -> Self {
        Self { part: Some(part.to_owned()), ..self }
    }

    /// Shows the changes since the last time.
    pub(crate) fn show(&mut self, run: &RunView) {
        if !self.began {
            self.began = true;
            self.shown = run.steps.iter().map(|step| (step.step.id.clone(), seen(step))).collect();
            if self.out.is_json() {
                self.out.event(&Event::Began { run });
            } else if let Some(left) = run.seconds_left {
                match run.total - run.done {
                    0 => {}
                    1 => self.out.note(&format!("1 step, usually {}.", about(left))),
                    steps => self.out.note(&format!("{steps} steps, usually {} in all.", about(left))),
                }
            }
            return;
        }
        let late = run.state == RunState::Running && run.held.is_none() && run.seconds_left.is_none();
        if late && !self.late && !self.out.is_json() {
            self.late = true;
            self.out.note("It takes longer than usual.");
        }
        if self.state != run.state {
            self.state = run.state;
            if self.out.is_json() {
                self.out.event(&Event::State { state: run.state });
            }
        }
        if self.held != run.held {
            self.held.clone_from(&run.held);
            self.held();
        }
        for step in &run.steps {
            let now = seen(step);
            if self.shown.get(&step.step.id) != Some(&now) {
                self.step(step);
                self.shown.insert(step.step.id.clone(), now);
            }
        }
    }

    /// Says how it ended.
    pub(crate) fn end(&self, run: &RunView) {
        if self.out.is_json() {
            self.out.event(&Event::Ended { run });
            if let Some(failure) = &run.failure {
                self.out.failure(failure);
            }
            return;
        }
        let took = run.ended_at.map(|ended| ended.since(run.started_at)).unwrap_or_default();
        let stack = &run.stack;
        match run.state {
            RunState::Done => {
                let did = run.steps.iter().filter(|step| step.started_at.is_some()).count();
                if did == 0 {
                    let what = self.part.as_ref().unwrap_or(stack);
                    self.out.line(&match run.act {
                        RunAct::Create => format!("{what} is as it should be; nothing was changed."),
                        RunAct::Undo => format!("Of the last run of {stack} there was nothing to take back."),
                        RunAct::Teardown => format!("Of {stack} there was nothing to remove."),
                        RunAct::Adopt => format!("There was nothing to take over for {stack}."),
                    });
                } else {
                    let kept = match run.steps.len() - did {
                        0 => String::new(),
                        kept => format!(" {kept} needed nothing."),
                    };
                    let steps = if did == 1 { "step" } else { "steps" };
                    self.out.line(&format!("Done: {did} {steps} in {}.{kept}", seconds(took)));
                }
                if run.act != RunAct::Create {
                    // What is left of a stack that is gone, each with its reason.
                    for step in run.steps.iter().filter(|step| step.step.act == Act::Keep) {
                        self.out.line(&format!("  {}", step.step.reason.text));
                    }
                }
            }
            state => {
                if let Some(failure) = &run.failure {
                    self.out.failure(failure);
                }
                let word = if state == RunState::Failed { "Failed" } else { "Stopped" };
                self.out.note(&format!(
                    "{word} after {} of {} steps. What was done is kept.",
                    run.done, run.total
                ));
                self.out.note(&format!("  slipway resume --stack {stack}   goes on from here"));
                if run.act != RunAct::Teardown {
                    self.out.note(&format!("  slipway undo --stack {stack}     removes what this run made, and puts back what it changed"));
                }
                self.out.note(&format!("  slipway keep --stack {stack}     leaves it as it is"));
            }
        }
    }

    fn held(&self) {
        if self.out.is_json() {
            return self.out.event(&Event::Held { held: self.held.as_ref() });
        }
        match &self.held {
            Some(held) => {
                self.out.note(&held.text.text);
                if let Some(advice) = &held.advice {
                    self.out.note(&advice.text);
                }
            }
            None => self.out.note("It goes on."),
        }
    }

    fn step(&self, step: &RunStep) {
        if self.out.is_json() {
            return self.out.event(&Event::Step { step });
        }
        let what = format!("{:<22} {}", step.step.kind.replace('-', " "), step.step.name);
        let took = || match (step.started_at, step.ended_at) {
            (Some(started), Some(ended)) => seconds(ended.since(started)),
            _ => String::new(),
        };
        match step.state {
            StepState::Waiting => {}
            StepState::Running => match &step.waits_for {
                Some(waits_for) => self.out.line(&format!("… {what}   {}", waits_for.text)),
                None => self.out.line(&format!("◐ {what}")),
            },
            StepState::Done => self.out.line(&format!("✓ {what}   {}", took())),
            StepState::Failed => self.out.line(&format!("✕ {what}   {}", took())),
            StepState::NotRun => {
                let why = step.not_run_because.as_ref().map(|why| why.text.as_str()).unwrap_or_default();
                self.out.line(&format!("○ {what}   {why}"));
            }
        }
    }
}

fn seen(step: &RunStep) -> (StepState, Option<String>) {
    (step.state, step.waits_for.as_ref().map(|text| text.text.clone()))
}

/// `about 40 s`, `about 3 min`.
fn about(seconds: u32) -> String {
    if seconds < 90 {
        format!("about {} s", seconds.max(1))
    } else {
        format!("about {} min", seconds.div_ceil(60))
    }
}

/// Tenths of a second below ten, then whole ones.
fn seconds(milliseconds: i64) -> String {
    if milliseconds < 10_000 {
        format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
    } else {
        format!("{} s", milliseconds / 1000)
    }
}
