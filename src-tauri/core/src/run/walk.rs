//! The walk itself: every step whose turn has come, side by side, until all are done or one fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    Progress, RunState, RunStep, RunView, StepState,
    hold::{Halt, Held},
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
    resources: &'w Resources,
    known: Arc<Mutex<Known>>,
    journal: Arc<Mutex<Journal>>,
    /// Calls of an earlier sitting of whose outcome nothing is known.
    announced: BTreeSet<(String, String)>,
    /// Asked for by a person; ends every pause, and no call.
    pub(super) stop: CancellationToken,
    pub(super) sign_in: SigningIn,
    waits: UnboundedSender<Waits>,
    heard: UnboundedReceiver<Waits>,
}

/// What a step waits for, and what holds it up.
type Waits = (ResourceId, Option<Text>, Option<Held>);

/// Credentials that have run out are asked for by one step for all.
#[derive(Debug, Default)]
pub(super) struct SigningIn {
    pub(super) asking: tokio::sync::Mutex<()>,
    times: AtomicU64,
}

impl SigningIn {
    /// How often credentials were renewed in this walk.
    pub(super) fn times(&self) -> u64 {
        self.times.load(Ordering::SeqCst)
    }

    pub(super) fn renewed(&self) {
        self.times.fetch_add(1, Ordering::SeqCst);
    }
}

/// One step at work.
pub(super) struct AtWork<'s> {
    pub(super) walk: &'s Walk<'s>,
    pub(super) step: &'s Step,
    pub(super) begun: Instant,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        session: &'w Session,
        act: RunAct,
        stop: &CancellationToken,
        resources: &'w Resources,
        survey: &Survey<'_>,
        journal: Journal,
        announced: BTreeSet<(String, String)>,
    ) -> Self {
        let (waits, heard) = unbounded_channel();
        Self {
            session,
            act,
            resources,
            known: Arc::new(Mutex::new(survey.known.clone())),
            journal: Arc::new(Mutex::new(journal)),
            announced,
            stop: stop.clone(),
            sign_in: SigningIn::default(),
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
        let mut holds: BTreeMap<String, Held> = BTreeMap::new();
        let (walk, stop) = (&self, &self.stop);
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
                at_work.push(
                    async move { (index, AtWork { walk, step, begun: Instant::now() }.perform().await) },
                );
            }
            if at_work.is_empty() {
                break;
            }
            tokio::select! {
                // In this order, so that the same answers make the same run.
                biased;
                Some((index, result)) = at_work.next() => {
                    let this = &mut view.steps[index];
                    this.ended_at = Some(now());
                    this.waits_for = None;
                    holds.remove(&this.step.id);
                    match result {
                        Ok(()) => this.state = StepState::Done,
                        Err(Halt::Stopped) => {
                            this.state = StepState::NotRun;
                            this.not_run_because = Some(say("not-run-interrupted", &[]));
                        }
                        Err(Halt::Failed(failure)) => {
                            this.state = StepState::Failed;
                            this.failure = Some(failure.clone());
                            view.failure.get_or_insert(failure);
                            view.state = RunState::Stopping;
                        }
                    }
                }
                Some((resource, text, held)) = heard.recv() => {
                    let id = resource.to_string();
                    // What a step said last may be heard only after it has ended.
                    let running = |step: &&mut RunStep| step.step.id == id && step.state == StepState::Running;
                    if let Some(this) = view.steps.iter_mut().find(running) {
                        this.waits_for = text;
                        match held {
                            Some(held) => holds.insert(id, held),
                            None => holds.remove(&id),
                        };
                    }
                }
                () = stop.cancelled(), if view.state == RunState::Running => view.state = RunState::Stopping,
            }
            let held = holds.values().min_by_key(|held| held.since);
            // Steps notice one after another that it has passed; to a person it is one hold.
            if view.held.as_ref().map(|held| held.by) != held.map(|held| held.by) {
                view.held = held.cloned();
            }
            view.count(now());
            progress(&view);
        }
        view.held = None;
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
    let refused = plan.steps.iter().find(|step| step.act == Act::Refuse);
    let stopped = view.state == RunState::Stopping;
    // One that was interrupted says so already.
    let mut left = view.steps.iter().any(|step| step.state == StepState::NotRun);
    for (step, this) in plan.steps.iter().zip(&mut view.steps) {
        if this.state != StepState::Waiting {
            continue;
        }
        this.state = StepState::NotRun;
        this.not_run_because = Some(if step.act == Act::Refuse {
            step.reason.clone()
        } else if let Some(failed) = &failed {
            say("not-run-after-failure", &[("name", failed)])
        } else if let Some(refused) = refused.filter(|_| !stopped) {
            say("not-run-after-refusal", &[("name", &refused.name)])
        } else {
            left = true;
            say("not-run-stopped", &[])
        });
    }
    view.state = if failed.is_some() {
        RunState::Failed
    } else if left {
        RunState::Stopped
    } else if let Some(refused) = refused {
        view.failure = Some(AppError::new(refused.reason.clone()));
        RunState::Failed
    } else {
        RunState::Done
    };
}

impl AtWork<'_> {
    async fn perform(&self) -> Result<(), Halt> {
        let step = self.step;
        if step.drains {
            self.drain().await?;
        }
        for call in &step.calls {
            self.send(call).await?;
        }
        let resource = self.walk.resources.iter().find(|resource| resource.id() == step.resource);
        let Some(resource) = resource else { return Ok(()) };
        match step.act {
            Act::Delete => {
                self.settle_gone(resource.as_ref()).await?;
                self.walk.known.lock().unwrap_or_else(PoisonError::into_inner).forget(&step.resource);
            }
            _ if step.adopts => self.settle_tagged(resource.as_ref()).await?,
            _ => self.settle_usable(resource.as_ref()).await?,
        }
        Ok(self.note(Record::StepDone { step: step.resource.to_string() })?)
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

    /// Whether an earlier sitting announced this call and AWS did not refuse it.
    pub(super) fn was_announced(&self, call: &Call) -> bool {
        self.walk.announced.contains(&(self.step.resource.to_string(), call.action.to_owned()))
    }

    pub(super) fn learn(&self, facts: Facts) {
        self.walk.known.lock().unwrap_or_else(PoisonError::into_inner).learn(&self.step.resource, facts);
    }

    /// Tells whoever watches what this step waits for, and what holds it up.
    pub(super) fn waits_for(&self, text: Option<Text>, held: Option<Held>) {
        // Nobody listens any more only when the walk is over.
        let _ = self.walk.waits.send((self.step.resource.clone(), text, held));
    }
}
