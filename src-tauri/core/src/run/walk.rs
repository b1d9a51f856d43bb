//! The walk itself: every step whose turn has come, side by side, until all are done or one fails.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, stream::FuturesUnordered};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::{
    Progress, RunState, RunView, StepState,
    journal::{Journal, Outcome, Record},
};
use crate::{
    account::Session,
    error::AppError,
    plan::{Act, Plan, RunAct, Step},
    resource::{Call, Facts, Known, ResourceId, Resources, Survey},
    words::{Text, say},
};

/// Steps at work at one time: more would only meet AWS's throttling.
const AT_ONCE: usize = 8;

/// What every step of a walk shares.
pub(super) struct Walk<'w> {
    pub(super) session: &'w Session,
    pub(super) act: RunAct,
    pub(super) stop: &'w CancellationToken,
    resources: &'w Resources,
    known: Arc<Mutex<Known>>,
    journal: Arc<Mutex<Journal>>,
    /// Calls of an earlier sitting of whose outcome nothing is known.
    lost: BTreeSet<(String, String)>,
    waits: UnboundedSender<(ResourceId, Option<Text>)>,
    heard: UnboundedReceiver<(ResourceId, Option<Text>)>,
}

/// One step at work.
pub(super) struct AtWork<'s> {
    pub(super) walk: &'s Walk<'s>,
    pub(super) step: &'s Step,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        session: &'w Session,
        act: RunAct,
        stop: &'w CancellationToken,
        resources: &'w Resources,
        survey: &Survey<'_>,
        journal: Journal,
        lost: BTreeSet<(String, String)>,
    ) -> Self {
        let (waits, heard) = unbounded_channel();
        Self {
            session,
            act,
            stop,
            resources,
            known: Arc::new(Mutex::new(survey.known.clone())),
            journal: Arc::new(Mutex::new(journal)),
            lost,
            waits,
            heard,
        }
    }

    /// Does everything, and returns how it ended and the journal to close.
    pub(super) async fn carry_out(
        mut self,
        plan: &Plan,
        mut view: RunView,
        progress: Progress<'_>,
    ) -> (RunView, JournalHandle) {
        let (_, nobody) = unbounded_channel();
        let mut heard = std::mem::replace(&mut self.heard, nobody);
        let (walk, stop) = (&self, self.stop);
        let mut at_work = FuturesUnordered::new();
        let now = || walk.session.world.now();
        progress(&view);
        loop {
            while view.state == RunState::Running
                && at_work.len() < AT_ONCE
                && let Some(index) = next(plan, &view)
            {
                let step = &plan.steps[index];
                view.steps[index].state = StepState::Running;
                view.steps[index].started_at = Some(now());
                view.count(now());
                progress(&view);
                at_work.push(async move { (index, AtWork { walk, step }.perform().await) });
            }
            if at_work.is_empty() {
                break;
            }
            tokio::select! {
                Some((index, result)) = at_work.next() => {
                    let this = &mut view.steps[index];
                    this.ended_at = Some(now());
                    this.waits_for = None;
                    match result {
                        Ok(End::Done) => this.state = StepState::Done,
                        Ok(End::Stopped) => {
                            this.state = StepState::Waiting;
                            this.started_at = None;
                            this.ended_at = None;
                            view.state = RunState::Stopping;
                        }
                        Err(failure) => {
                            this.state = StepState::Failed;
                            this.failure = Some(failure.clone());
                            view.failure.get_or_insert(failure);
                            view.state = RunState::Stopping;
                        }
                    }
                }
                Some((resource, text)) = heard.recv() => {
                    if let Some(this) = view.steps.iter_mut().find(|s| s.step.id == resource.to_string()) {
                        this.waits_for = text;
                    }
                }
                () = stop.cancelled(), if view.state == RunState::Running => view.state = RunState::Stopping,
            }
            view.count(now());
            progress(&view);
        }
        finish(plan, &mut view);
        view.ended_at = Some(now());
        view.count(now());
        progress(&view);
        drop(at_work);
        (view, JournalHandle(self.journal))
    }

    pub(super) fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The journal after a walk.
pub(super) struct JournalHandle(Arc<Mutex<Journal>>);

impl JournalHandle {
    pub(super) fn append(&mut self, at: crate::world::Moment, record: Record) -> Result<(), AppError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).append(at, record)
    }
}

/// The next step whose turn has come.
fn next(plan: &Plan, view: &RunView) -> Option<usize> {
    let done = |resource: &ResourceId| {
        let index = plan.steps.iter().position(|step| step.resource == *resource);
        index.is_none_or(|index| view.steps[index].state == StepState::Done)
    };
    plan.steps.iter().enumerate().position(|(index, step)| {
        view.steps[index].state == StepState::Waiting
            && step.act != Act::Refuse
            && step.after.iter().all(done)
    })
}

/// Says of every step that was not reached why, and of the run how it ended.
fn finish(plan: &Plan, view: &mut RunView) {
    let failed =
        view.steps.iter().find(|step| step.state == StepState::Failed).map(|step| step.step.name.clone());
    let mut refused = None;
    let mut left = false;
    for (step, this) in plan.steps.iter().zip(&mut view.steps) {
        if this.state != StepState::Waiting {
            continue;
        }
        this.state = StepState::NotRun;
        this.not_run_because = Some(if step.act == Act::Refuse {
            refused.get_or_insert_with(|| step.reason.clone());
            step.reason.clone()
        } else if let Some(failed) = &failed {
            say("not-run-after-failure", &[("name", failed)])
        } else {
            left = true;
            say("not-run-stopped", &[])
        });
    }
    view.state = if failed.is_some() {
        RunState::Failed
    } else if let Some(reason) = refused {
        view.failure = Some(AppError::new(reason));
        RunState::Failed
    } else if left {
        RunState::Stopped
    } else {
        RunState::Done
    };
}

/// How a step ends that does not fail.
enum End {
    Done,
    /// It was only waiting when somebody asked to stop; nothing of it was sent.
    Stopped,
}

impl AtWork<'_> {
    async fn perform(&self) -> Result<End, AppError> {
        let step = self.step;
        if step.drains && !self.drain().await? {
            return Ok(End::Stopped);
        }
        for call in &step.calls {
            self.send(call).await?;
        }
        let resource = self.walk.resources.iter().find(|resource| resource.id() == step.resource);
        let Some(resource) = resource else { return Ok(End::Done) };
        match step.act {
            Act::Delete => {
                self.settle_gone(resource.as_ref()).await?;
                self.walk.known.lock().unwrap_or_else(PoisonError::into_inner).forget(&step.resource);
            }
            _ if step.adopts => self.settle_tagged(resource.as_ref()).await?,
            _ => self.settle_usable(resource.as_ref()).await?,
        }
        self.note(Record::StepDone { step: step.resource.to_string() })?;
        Ok(End::Done)
    }

    /// Writes the intent down; nothing may be sent when this fails.
    pub(super) fn intend(&self, call: &Call) -> Result<(), AppError> {
        self.note(Record::Intent {
            step: self.step.resource.to_string(),
            action: call.action.to_owned(),
            on: call.on.clone(),
            creates: call.creates,
        })
    }

    /// Writes down what became of a call.
    pub(super) fn outcome(&self, call: &Call, outcome: Outcome) -> Result<(), AppError> {
        let step = self.step.resource.to_string();
        self.note(Record::Outcome { step, action: call.action.to_owned(), outcome })
    }

    fn note(&self, record: Record) -> Result<(), AppError> {
        let now = self.walk.session.world.now();
        self.walk.journal.lock().unwrap_or_else(PoisonError::into_inner).append(now, record)
    }

    /// Whether an earlier sitting announced this call and nothing is known of its outcome.
    pub(super) fn was_lost(&self, call: &Call) -> bool {
        self.walk.lost.contains(&(self.step.resource.to_string(), call.action.to_owned()))
    }

    pub(super) fn learn(&self, facts: Facts) {
        self.walk.known.lock().unwrap_or_else(PoisonError::into_inner).learn(&self.step.resource, facts);
    }

    /// Tells whoever watches what this step waits for.
    pub(super) fn waits_for(&self, text: Option<Text>) {
        // Nobody listens any more only when the walk is over.
        let _ = self.walk.waits.send((self.step.resource.clone(), text));
    }
}
