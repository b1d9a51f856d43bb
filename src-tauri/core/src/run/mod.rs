//! Walks a plan: what may go on at one time, in order; journalled before it is sent; stopped cleanly.
//!
//! It knows calls and steps, not AWS services. Only this room sends calls that change a stack.

mod history;
mod journal;
mod send;
mod settle;
mod view;
mod walk;

use std::collections::BTreeSet;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

pub use history::UnfinishedRun;
pub use view::{RunState, RunStep, RunView, StepState};

use crate::{
    account::Session,
    blueprint::{self, Blueprint},
    check,
    cost::Rates,
    error::AppError,
    job, offer,
    plan::{Act, BusyQueue, Memory, Plan, PlanView, RunAct},
    resource::{Kind, ResourceId, Resources, Survey},
    stack::{OpenStack, StackFolder, Writer},
    words::say,
};
use history::{Unfinished, made_before, unfinished_of};
use journal::{Ending, Journal, Record};
use walk::Walk;

/// Hears of a run every time something about it changes.
pub type Progress<'p> = &'p mut (dyn FnMut(&RunView) + Send);

/// Makes the stack that the blueprint describes, or puts it right. On a finished stack it changes nothing.
pub async fn create(
    session: &Session,
    blueprint: Blueprint,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let writer = Writer::of(session, &blueprint.name)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let plan = Plan::create(&resources, &survey, &memory(&open)?);
    if let Some(reason) = plan.blocked() {
        return Err(AppError::new(say(
            "create-refused",
            &[("name", &open.stack.name), ("reason", &reason.text)],
        ))
        .advise(say("create-refused-advice", &[])));
    }
    open.keep(session, &writer)?;
    carry_out(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

/// Goes on with a run that was stopped, failed or killed.
pub async fn resume(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let folder = StackFolder::of(session, stack);
    let unfinished = unfinished_of(&folder)?.ok_or_else(|| nothing_unfinished(stack))?;
    match unfinished.act {
        RunAct::Create => {
            let open = OpenStack::named(session, stack).await?;
            Box::pin(create(session, open.blueprint, stop, progress)).await
        }
        RunAct::Undo => Box::pin(undo(session, stack, stop, progress)).await,
        RunAct::Teardown => Box::pin(teardown(session, stack, stop, progress)).await,
    }
}

/// Removes what the unfinished run made, and nothing else.
pub async fn undo(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let writer = Writer::of(session, stack)?;
    let open = OpenStack::whole(session, stack).await?;
    let unfinished = unfinished_of(&open.folder)?.ok_or_else(|| nothing_unfinished(stack))?;
    if unfinished.act == RunAct::Teardown {
        return Err(AppError::new(say("undo-of-teardown", &[("name", stack)]))
            .advise(say("undo-of-teardown-advice", &[("name", stack)])));
    }
    let resources = open.resources();
    let made: BTreeSet<_> = resources
        .iter()
        .map(|resource| resource.id())
        .filter(|resource| unfinished.made.contains(&resource.to_string()))
        .collect();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    open.keep(session, &writer)?;
    let plan = Plan::undo(&resources, &survey, &made);
    carry_out(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

/// Removes the stack.
pub async fn teardown(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let writer = Writer::of(session, stack)?;
    let open = OpenStack::whole(session, stack).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    // A part that only its tags told of is not told of any more once it is half gone.
    open.keep(session, &writer)?;
    let plan = Plan::teardown(&resources, &survey);
    carry_out(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

/// What [`create`] would do, and what it costs.
pub async fn plan_create(session: &Session, blueprint: Blueprint) -> Result<PlanView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {});
    let mut lasting = open.with_former_environments();
    let (survey, rates, against) = tokio::join!(
        survey,
        offer::rates(session, &lasting),
        check::reason_against(session, &open.blueprint)
    );
    let gone = |name: &str| {
        let id = ResourceId::new(Kind::ComputeEnvironment, name);
        open.forgotten().contains(&id)
            && !survey.sightings.iter().any(|one| one.resource == id && one.present)
    };
    lasting.compute_environments.retain(|environment| !gone(&environment.name));
    let plan = Plan::create(&resources, &survey, &memory(&open)?).view(&lasting, &rates);
    Ok(PlanView { blocked: plan.blocked.clone().or(against), ..plan })
}

/// What [`teardown`] would remove, and what it would leave.
pub async fn plan_teardown(session: &Session, stack: &str) -> Result<PlanView, AppError> {
    let open = OpenStack::whole(session, stack).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let plan = Plan::teardown(&resources, &survey);
    let queues =
        plan.steps.iter().filter(|step| step.resource.kind == Kind::JobQueue && step.act == Act::Delete);
    let lists = queues.map(|step| async { (&step.name, job::list(session, &step.name, &[], "").await) });
    let mut busy = Vec::new();
    for (queue, list) in join_all(lists).await {
        // Who may not list jobs is not told of them, and may remove the stack all the same.
        let Ok(list) = list else { continue };
        let jobs = list.counts.iter().filter(|(state, _)| !state.is_final()).map(|(_, count)| count).sum();
        if jobs > 0 {
            busy.push(BusyQueue { queue: queue.clone(), jobs });
        }
    }
    Ok(PlanView { busy, ..plan.view(&open.blueprint, &Rates::new()) })
}

/// Leaves what an unfinished run made as it is, and offers it no more.
pub fn keep(session: &Session, stack: &str) -> Result<(), AppError> {
    let folder = StackFolder::of(session, stack);
    unfinished_of(&folder)?.ok_or_else(|| nothing_unfinished(stack))?;
    let _writer = folder.lock()?;
    let now = session.world.now();
    let (mut journal, _) = Journal::open(&folder.journal(), now)?;
    journal.append(now, Record::Ended { ending: Ending::Kept, failure: None })
}

/// Every run that did not come to an end, of every stack kept here.
pub fn unfinished(session: &Session) -> Result<Vec<UnfinishedRun>, AppError> {
    let mut runs = Vec::new();
    for folder in StackFolder::all(session)? {
        // One that is being worked on at this moment is not unfinished.
        if folder.lock().is_ok() {
            runs.extend(unfinished_of(&folder)?.map(|unfinished| unfinished.view(&folder.name())));
        }
    }
    Ok(runs)
}

fn memory(open: &OpenStack) -> Result<Memory, AppError> {
    Ok(Memory { forgotten: open.forgotten(), made: made_before(&open.folder)? })
}

fn nothing_unfinished(stack: &str) -> AppError {
    AppError::new(say("nothing-unfinished", &[("name", stack)])).advise(say("nothing-unfinished-advice", &[]))
}

#[expect(clippy::too_many_arguments, reason = "the two ends of every run meet here, and nowhere else")]
async fn carry_out(
    session: &Session,
    open: &OpenStack,
    writer: Writer,
    resources: &Resources,
    survey: &Survey<'_>,
    plan: Plan,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let now = session.world.now();
    let (mut journal, history) = Journal::open(&open.folder.journal(), now)?;
    let before = Unfinished::from(&history);
    let run = before.as_ref().map_or_else(|| session.world.id(), |unfinished| unfinished.run.clone());
    let act = plan.act;
    let steps = plan.steps.iter().map(|step| (step.resource.to_string(), step.act)).collect();
    let blind = plan.steps.iter().filter(|step| step.blind).map(|step| step.resource.to_string()).collect();
    journal.append(now, Record::Began { run: run.clone(), act, steps, blind })?;

    let walk = Walk::new(session, resources, survey, journal, before.map(|b| b.lost).unwrap_or_default());
    let view = RunView::new(&run, &open.stack.name, &plan, now);
    let (view, mut journal) = walk.carry_out(&plan, view, stop, progress).await;

    let ending = match view.state {
        RunState::Done => Ending::Done,
        RunState::Stopped => Ending::Stopped,
        _ => Ending::Failed,
    };
    journal.append(session.world.now(), Record::Ended { ending, failure: view.failure.clone() })?;
    drop(journal);
    if view.state == RunState::Done && act != RunAct::Create && nothing_left(&plan, survey) {
        // The lock lives in the folder that goes.
        drop(writer);
        open.folder.forget()?;
    }
    Ok(view)
}

/// Whether everything of ours that was there was in this plan, so that no stack is left.
fn nothing_left(plan: &Plan, survey: &Survey<'_>) -> bool {
    let gone =
        |sighting: &crate::resource::Sighting| plan.steps.iter().any(|s| s.resource == sighting.resource);
    survey.sightings.iter().filter(|sighting| sighting.present && sighting.ours).all(gone)
}
