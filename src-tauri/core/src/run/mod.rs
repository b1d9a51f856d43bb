//! Walks a plan: what may go on at one time, in order; journalled before it is sent; stopped cleanly.
//!
//! It knows calls and steps, not AWS services. Only this room sends calls that change a stack.

mod busy;
mod drain;
mod history;
mod hold;
mod journal;
mod rebuild;
mod send;
mod settle;
mod view;
mod walk;

use std::{collections::BTreeSet, sync::OnceLock};

use tokio_util::sync::CancellationToken;

pub use history::UnfinishedRun;
pub use hold::{Held, Hold};
pub use rebuild::{Rebuilt, rebuild};
pub use view::{RunState, RunStep, RunView, StepState};

use crate::{
    account::Session,
    blueprint::{self, Blueprint},
    check,
    cost::Rates,
    error::AppError,
    job, network, offer,
    plan::{Act, Deeds, Hindered, Images, Memory, Plan, PlanView, RunAct},
    resource::{Attribute, Kind, ResourceId, Resources, Sighting, Survey, Verdict},
    stack::{OpenStack, Record as Kept, StackFolder, Writer},
    words::say,
};
use busy::busy;
use history::{Unfinished, made_before, sound, unfinished_of};
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
    make(session, blueprint, None, stop, progress).await
}

/// Puts one resource of a finished stack back as its blueprint says, with what it needs, and leaves the rest.
pub async fn put_back(
    session: &Session,
    stack: &str,
    part: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    if unfinished_of(&StackFolder::of(session, stack))?.is_some() {
        return Err(AppError::new(say("put-back-unfinished", &[("name", stack)]))
            .advise(say("put-back-unfinished-advice", &[])));
    }
    let open = OpenStack::named(session, stack).await?;
    make(session, open.wanted.blueprint, Some(part), stop, progress).await
}

async fn make(
    session: &Session,
    blueprint: Blueprint,
    only: Option<&str>,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    for _ in 0..ANEW {
        let quiet = &mut until_moved(progress);
        let view = Box::pin(make_once(session, blueprint.clone(), only, stop, quiet)).await?;
        if !has_moved(&view) {
            return Ok(view);
        }
    }
    Box::pin(make_once(session, blueprint, only, stop, progress)).await
}

/// How often a plan is made anew. What AWS was still at work on when one was made, an earlier run's doing mostly, may
/// come to rest as something that this plan did not see coming; then another is made, without a word to whoever
/// watches.
const ANEW: usize = 3;

fn until_moved(progress: Progress<'_>) -> impl FnMut(&RunView) + Send {
    move |view| {
        if !has_moved(view) {
            progress(view);
        }
    }
}

fn has_moved(view: &RunView) -> bool {
    view.failure.as_ref().is_some_and(|failure| failure.code == "settle-moved")
}

async fn make_once(
    session: &Session,
    blueprint: Blueprint,
    only: Option<&str>,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let writer = Writer::of(session, &blueprint.name)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let (first, second) = (open.resources(), OnceLock::new());
    let (open, resources, survey) = survey(session, open, &first, &second).await;
    let survey = seen(survey)?;
    let mut plan = Plan::create(resources, &survey, &memory(&open)?);
    if let Some(part) = only {
        plan.keep_to(part);
    }
    if let Some(reason) = plan.blocked() {
        return Err(AppError::new(say(
            "create-refused",
            &[("name", &open.stack.name), ("reason", &reason.text)],
        ))
        .advise(say("create-refused-advice", &[])));
    }
    open.keep(session, &writer)?;
    carry_out(session, &open, writer, resources, &survey, plan, stop, progress).await
}

/// Looks at everything. Where an environment needs a successor the list is another one, which is looked at anew.
async fn survey<'r>(
    session: &Session,
    open: OpenStack,
    first: &'r Resources,
    second: &'r OnceLock<Resources>,
) -> (OpenStack, &'r Resources, Survey<'r>) {
    let survey = Survey::take(first, &session.aws, |_| {}).await;
    let Some(open_with) = open.with_successors(&survey) else { return (open, first, survey) };
    let resources = second.get_or_init(|| open_with.resources());
    let survey = Survey::take(resources, &session.aws, |_| {}).await;
    (open_with, resources, survey)
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
            Box::pin(create(session, open.wanted.blueprint, stop, progress)).await
        }
        RunAct::Adopt => {
            let open = OpenStack::named(session, stack).await?;
            Box::pin(adopt(session, open.wanted.blueprint, stop, progress)).await
        }
        RunAct::Undo => Box::pin(undo(session, stack, stop, progress)).await,
        RunAct::Teardown => {
            let images = Images::OfSteps(unfinished.going);
            Box::pin(remove(session, stack, images, stop, progress)).await
        }
    }
}

/// Gives this stack's tags to everything that is there under its names and is nobody's: from then on it is the
/// stack's, changed as its blueprint says and removed with it.
pub async fn adopt(
    session: &Session,
    blueprint: Blueprint,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let writer = Writer::of(session, &blueprint.name)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let resources = open.resources();
    let survey = seen(Survey::take(&resources, &session.aws, |_| {}).await)?;
    let plan = Plan::adopt(&survey);
    open.keep(session, &writer)?;
    carry_out(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

/// What [`adopt`] would tag, and what it must not.
pub async fn plan_adopt(session: &Session, blueprint: Blueprint) -> Result<PlanView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    Ok(Plan::adopt(&survey).view(&open.wanted.blueprint, &Rates::new()))
}

/// Removes what the unfinished run made, and puts back what it changed of a stack that was there before.
pub async fn undo(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    for _ in 0..ANEW {
        let view = Box::pin(undo_once(session, stack, stop, &mut until_moved(progress))).await?;
        if !has_moved(&view) {
            return Ok(view);
        }
    }
    Box::pin(undo_once(session, stack, stop, progress)).await
}

async fn undo_once(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let writer = Writer::of(session, stack)?;
    let open = OpenStack::whole(session, stack).await?;
    let deeds = deeds(&open)?;
    // A part that only its tags told of is not told of any more once it is half gone.
    open.keep(session, &writer)?;
    let open = open.as_it_was();
    let resources = open.resources();
    let survey = seen(Survey::take(&resources, &session.aws, |_| {}).await)?;
    let plan =
        Plan::undo(&resources, &survey, &deeds, &hindered(session, &open, &survey).await, &open.forgotten());
    carry_out(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

/// Removes the stack, but for repositories that hold images.
pub async fn teardown(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    remove(session, stack, Images::Stay, stop, progress).await
}

/// Removes the stack, and with it every image in its repositories.
pub async fn teardown_with_images(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    remove(session, stack, Images::Go, stop, progress).await
}

async fn remove(
    session: &Session,
    stack: &str,
    images: Images,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let writer = Writer::of(session, stack)?;
    sound(&StackFolder::of(session, stack))?;
    let open = OpenStack::whole(session, stack).await?;
    let resources = open.resources();
    let survey = seen(Survey::take(&resources, &session.aws, |_| {}).await)?;
    // A part that only its tags told of is not told of any more once it is half gone.
    open.keep(session, &writer)?;
    let hindered = Hindered { images, ..hindered(session, &open, &survey).await };
    let plan = Plan::teardown(&resources, &survey, &hindered);
    carry_out(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

/// What [`create`] would do, and what it costs.
pub async fn plan_create(session: &Session, blueprint: Blueprint) -> Result<PlanView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint.clone()).await?;
    let (first, second) = (open.resources(), OnceLock::new());
    let ((open, resources, survey), rates, against) = tokio::join!(
        survey(session, open, &first, &second),
        offer::rates(session, &blueprint),
        check::reason_against(session, &blueprint)
    );
    // Without a journal to rely on it is a plan all the same, but not one to carry out.
    let (memory, untold) = match memory(&open) {
        Ok(memory) => (memory, None),
        Err(error) => (Memory { forgotten: open.forgotten(), ..Memory::default() }, Some(error.text())),
    };
    let plan = Plan::create(resources, &survey, &memory);
    let busy = busy(session, &plan).await;
    let plan = plan.view(&blueprint, &rates);
    Ok(PlanView { busy, blocked: untold.or(plan.blocked.clone()).or(against), ..plan })
}

/// What [`undo`] would remove and put back.
pub async fn plan_undo(session: &Session, stack: &str) -> Result<PlanView, AppError> {
    let open = OpenStack::whole(session, stack).await?;
    let deeds = deeds(&open)?;
    let open = open.as_it_was();
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let plan =
        Plan::undo(&resources, &survey, &deeds, &hindered(session, &open, &survey).await, &open.forgotten());
    let busy = busy(session, &plan).await;
    Ok(PlanView { busy, ..plan.view(&open.wanted.blueprint, &Rates::new()) })
}

/// What stands in the way of removing the stack's own VPC and its environments. Where that may not be looked at, AWS
/// says so in time.
async fn hindered(session: &Session, open: &OpenStack, survey: &Survey<'_>) -> Hindered {
    let stack = &open.stack.id;
    let vpc = survey.of(&ResourceId::main(Kind::Vpc)).filter(|vpc| vpc.ours);
    let vpc = vpc.and_then(|vpc| vpc.known.get(Attribute::Id));
    let leftovers = async {
        let id = vpc?;
        network::leftovers(&session.aws.read.ec2, id, stack).await.ok()
    };
    let (leftovers, queues) = tokio::join!(leftovers, job::queues_of_others(session, stack));
    Hindered {
        leftovers: leftovers.unwrap_or_default(),
        queues_of_others: queues.unwrap_or_default(),
        ..Hindered::default()
    }
}

/// What an unfinished run has done; a teardown has nothing that could be undone.
fn deeds(open: &OpenStack) -> Result<Deeds, AppError> {
    let name = open.stack.name.as_str();
    let unfinished = unfinished_of(&open.folder)?.ok_or_else(|| nothing_unfinished(name))?;
    if unfinished.act == RunAct::Teardown {
        return Err(AppError::new(say("undo-of-teardown", &[("name", name)]))
            .advise(say("undo-of-teardown-advice", &[("name", name)])));
    }
    // Of a stack that was not there before, there is nothing to put back.
    let touched = open.settled.as_ref().map(|_| unfinished.touched).unwrap_or_default();
    Ok(Deeds { made: unfinished.made, touched, adopted: unfinished.adopted })
}

/// What [`teardown`] would remove, and what it would leave.
pub async fn plan_teardown(session: &Session, stack: &str) -> Result<PlanView, AppError> {
    let open = OpenStack::whole(session, stack).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let plan = Plan::teardown(&resources, &survey, &hindered(session, &open, &survey).await);
    let busy = busy(session, &plan).await;
    let blocked = journal_problem(session, stack).map(|error| error.text());
    Ok(PlanView { busy, blocked, ..plan.view(&open.wanted.blueprint, &Rates::new()) })
}

/// Leaves what an unfinished run made as it is, and offers it no more.
pub fn keep(session: &Session, stack: &str) -> Result<(), AppError> {
    let folder = StackFolder::of(session, stack);
    unfinished_of(&folder)?.ok_or_else(|| nothing_unfinished(stack))?;
    let _writer = Writer::of(session, stack)?;
    let now = session.world.now();
    let (mut journal, _) = Journal::open(&folder.journal())?;
    journal.append(now, Record::Kept)?;
    // What is kept is what a later undo goes back to.
    match folder.read()? {
        Some(record) => {
            let settled = Some(record.wanted.clone());
            folder.write(&Kept { settled, ..record })
        }
        None => Ok(()),
    }
}

/// Every run that did not come to an end, of every stack kept here.
pub fn unfinished(session: &Session) -> Result<Vec<UnfinishedRun>, AppError> {
    let mut runs = Vec::new();
    for folder in StackFolder::all(session)? {
        // One that is being worked on at this moment is not unfinished; and a journal that cannot be relied on says
        // nothing of its stack, and nothing against the others.
        if !folder.is_held()
            && let Ok(unfinished) = unfinished_of(&folder)
        {
            runs.extend(unfinished.map(|unfinished| unfinished.view(&folder.name())));
        }
    }
    Ok(runs)
}

/// Why the journal of a stack cannot be relied on, so that the stack can be looked at and not changed.
pub fn journal_problem(session: &Session, stack: &str) -> Option<AppError> {
    sound(&StackFolder::of(session, stack)).err()
}

/// Nothing is begun while AWS cannot be seen: what is there already would be made once more. Not being allowed to look
/// is another matter, which the plan knows.
fn seen(survey: Survey<'_>) -> Result<Survey<'_>, AppError> {
    let unseen = survey.sightings.iter().find_map(|sighting| match &sighting.verdict {
        Verdict::CannotTell(fault) if hold::passes(fault) => Some(fault.clone()),
        _ => None,
    });
    unseen.map_or(Ok(survey), |fault| Err(fault.into()))
}

fn memory(open: &OpenStack) -> Result<Memory, AppError> {
    Ok(Memory {
        forgotten: open.forgotten(),
        made: made_before(&open.folder)?,
        successors: open.successors().map(|(resource, why)| (resource, why.clone())).collect(),
    })
}

fn nothing_unfinished(stack: &str) -> AppError {
    AppError::new(say("nothing-unfinished", &[("name", stack)])).advise(say("nothing-unfinished-advice", &[]))
}

#[expect(clippy::too_many_arguments, reason = "the two ends of every run meet here, and nowhere else")]
async fn carry_out(
    session: &Session,
    open: &OpenStack,
    mut writer: Writer,
    resources: &Resources,
    survey: &Survey<'_>,
    plan: Plan,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let now = session.world.now();
    let (mut journal, history) = Journal::open(&open.folder.journal())?;
    let before = Unfinished::from(&history);
    let run = before.as_ref().map_or_else(|| session.world.id(), |unfinished| unfinished.run.clone());
    let act = plan.act;
    writer.does(act);
    let steps = plan.steps.iter().map(|step| (step.resource.to_string(), step.act)).collect();
    let blind = plan.steps.iter().filter(|step| step.blind).map(|step| step.resource.to_string()).collect();
    journal.append(now, Record::Began { run: run.clone(), act, steps, blind })?;

    let walk =
        Walk::new(session, act, stop, resources, survey, journal, before.map(|b| b.lost).unwrap_or_default());
    let view = RunView::new(&run, &open.stack.name, &plan, now);
    let (view, mut journal) = walk.carry_out(&plan, view, progress).await;

    let ending = match view.state {
        RunState::Done => Ending::Done,
        RunState::Stopped => Ending::Stopped,
        _ => Ending::Failed,
    };
    let ended = journal.append(session.world.now(), Record::Ended { ending, failure: view.failure.clone() });
    drop(journal);
    // What a run failed at is what a person must see, and is often the same disk.
    if view.failure.is_none() {
        ended?;
    }
    if view.state != RunState::Done {
        return Ok(view);
    }
    let lasts = act == RunAct::Create || (act == RunAct::Undo && open.settled.is_some());
    if lasts {
        open.settle(session, &writer, &left(&plan, survey))?;
    } else if act != RunAct::Adopt && nothing_left(&plan, survey) {
        writer.forget(&open.folder)?;
    }
    Ok(view)
}

/// What was there before a finished plan and was not removed by it.
fn left(plan: &Plan, survey: &Survey<'_>) -> BTreeSet<ResourceId> {
    let gone =
        |id: &ResourceId| plan.steps.iter().any(|step| step.resource == *id && step.act == Act::Delete);
    let there = survey.sightings.iter().filter(|sighting| sighting.present && sighting.ours);
    there.map(|sighting| sighting.resource.clone()).filter(|id| !gone(id)).collect()
}

/// Whether everything of ours that was there is gone, so that no stack is left. A repository that stays for its images
/// is a person's; the next stack of the name takes it up again.
fn nothing_left(plan: &Plan, survey: &Survey<'_>) -> bool {
    let gone = |sighting: &Sighting| {
        let mut steps = plan.steps.iter().filter(|step| step.resource == sighting.resource);
        steps.any(|step| step.act == Act::Delete || step.adopts || step.resource.kind == Kind::Repository)
    };
    survey.sightings.iter().filter(|sighting| sighting.present && sighting.ours).all(gone)
}
