//! What a run is asked to do: looked at, planned, and carried out.

use std::sync::OnceLock;

use tokio_util::sync::CancellationToken;

use super::{
    Progress, RunView,
    ground::{deeds, hindered, look, memory, require_part, seen, survey},
    history::{sound, unfinished_of},
    sitting::sit,
};
use crate::{
    account::Session,
    blueprint::{self, Blueprint},
    check,
    error::AppError,
    plan::{Hindered, Images, Plan, RunAct},
    resource::Survey,
    stack::{OpenStack, StackFolder, Writer},
    words::say,
};

/// What is asked for, and of what.
pub(super) enum Work<'w> {
    /// The stack as its blueprint says; or only this resource of it, with what that needs.
    Make { blueprint: Blueprint, only: Option<&'w str>, findings: Findings },
    /// What is there under the stack's names becomes the stack's.
    Adopt { blueprint: Blueprint },
    /// What the unfinished run did is taken back.
    Undo { stack: &'w str },
    /// The stack goes.
    Remove { stack: &'w str, images: Images },
}

/// What becomes of what the check finds wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Findings {
    /// Nothing is sent.
    Stop,
    /// A person, or an earlier run, has gone on despite it.
    Pass,
}

/// How often a plan is made anew.
const ANEW: usize = 3;

/// Carries it out. What AWS was still at work on when the plan was made, an earlier run's doing mostly, may come to
/// rest as something that this plan did not see coming; then another is made, without a word to whoever watches.
pub(super) async fn carry_out(
    session: &Session,
    work: &Work<'_>,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    for _ in 0..ANEW {
        let mut quiet = |view: &RunView| {
            if !has_moved(view) {
                progress(view);
            }
        };
        let view = Box::pin(once(session, work, stop, &mut quiet)).await?;
        if !has_moved(&view) {
            return Ok(view);
        }
    }
    Box::pin(once(session, work, stop, progress)).await
}

fn has_moved(view: &RunView) -> bool {
    view.failure.as_ref().is_some_and(|failure| failure.code == "settle-moved")
}

async fn once(
    session: &Session,
    work: &Work<'_>,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    match work {
        Work::Make { blueprint, only, findings } => {
            make(session, blueprint, *only, *findings, stop, progress).await
        }
        Work::Adopt { blueprint } => adopt(session, blueprint, stop, progress).await,
        Work::Undo { stack } => undo(session, stack, stop, progress).await,
        Work::Remove { stack, images } => remove(session, stack, images, stop, progress).await,
    }
}

async fn make(
    session: &Session,
    blueprint: &Blueprint,
    only: Option<&str>,
    findings: Findings,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    blueprint::require_sound(blueprint)?;
    let writer = Writer::of(session, &blueprint.name)?;
    let open = OpenStack::of_blueprint(session, blueprint.clone()).await?;
    let (first, second) = (open.resources(), OnceLock::new());
    let (open, resources, survey) = match only {
        // A part is put back where it is; what takes another one beside it is a change of the whole.
        Some(part) => {
            require_part(&first, &open.stack.name, part)?;
            let survey = Survey::take(&first, &session.aws, |_| {}).await;
            (open, &first, survey)
        }
        None => survey(session, open, &first, &second).await,
    };
    let survey = seen(survey)?;
    let mut plan = Plan::create(resources, &survey, &memory(session, &open, &survey).await?);
    if let Some(part) = only {
        plan.keep_to(part, &survey);
    }
    if let (Some(part), Some(reason)) = (only, plan.blocked()) {
        return Err(AppError::new(say("put-back-refused", &[("part", part), ("reason", &reason.text)]))
            .advise(say("put-back-refused-advice", &[("name", &open.stack.name)])));
    }
    if let Some(reason) = plan.blocked() {
        return Err(AppError::new(say(
            "create-refused",
            &[("name", &open.stack.name), ("reason", &reason.text)],
        ))
        .advise(say("create-refused-advice", &[])));
    }
    if findings == Findings::Stop && plan.changes_something() && !goes_on(&open)? {
        Box::pin(check::require_clear_way(session, blueprint)).await?;
    }
    open.keep(session, &writer)?;
    sit(session, &open, writer, resources, &survey, plan, stop, progress).await
}

/// Whether this is what an unfinished run was to make: it was let through when it began.
fn goes_on(open: &OpenStack) -> Result<bool, AppError> {
    let creating = unfinished_of(&open.folder)?.is_some_and(|run| run.act == RunAct::Create);
    let record = if creating { open.folder.read()? } else { None };
    Ok(record.is_some_and(|record| record.wanted.blueprint == open.wanted.blueprint))
}

async fn adopt(
    session: &Session,
    blueprint: &Blueprint,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    blueprint::require_sound(blueprint)?;
    let writer = Writer::of(session, &blueprint.name)?;
    let open = OpenStack::of_blueprint(session, blueprint.clone()).await?;
    let resources = open.resources();
    let survey = seen(Survey::take(&resources, &session.aws, |_| {}).await)?;
    let plan = Plan::adopt(&survey);
    open.keep(session, &writer)?;
    sit(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

/// All of a stack for what takes away: with a history that can be understood, and with what only its tags tell of.
async fn whole(session: &Session, stack: &str) -> Result<(Writer, OpenStack), AppError> {
    let writer = Writer::of(session, stack)?;
    sound(&StackFolder::of(session, stack))?;
    Ok((writer, OpenStack::whole(session, stack).await?))
}

async fn undo(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let (writer, open) = whole(session, stack).await?;
    let deeds = deeds(&open)?;
    // A part that only its tags told of is not told of any more once it is half gone.
    open.keep(session, &writer)?;
    let open = open.as_it_was();
    let resources = open.resources();
    let survey = seen(look(session, &open, &resources).await?)?;
    let plan =
        Plan::undo(&resources, &survey, &deeds, &hindered(session, &open, &survey).await, &open.forgotten());
    sit(session, &open, writer, &resources, &survey, plan, stop, progress).await
}

async fn remove(
    session: &Session,
    stack: &str,
    images: &Images,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let (writer, open) = whole(session, stack).await?;
    let resources = open.resources();
    let survey = seen(look(session, &open, &resources).await?)?;
    // A part that only its tags told of is not told of any more once it is half gone.
    open.keep(session, &writer)?;
    let hindered = Hindered { images: images.clone(), ..hindered(session, &open, &survey).await };
    let plan = Plan::teardown(&resources, &survey, &hindered);
    sit(session, &open, writer, &resources, &survey, plan, stop, progress).await
}
