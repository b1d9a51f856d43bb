//! Walks a plan: what may go on at one time, in order; journalled before it is sent; stopped cleanly.
//!
//! It knows calls and steps, not AWS services. Only this room sends calls that change a stack.

mod busy;
mod drain;
mod foresee;
mod ground;
mod history;
mod hold;
mod journal;
mod rebuild;
mod send;
mod settle;
mod sitting;
mod view;
mod walk;
mod work;

use tokio_util::sync::CancellationToken;

pub use foresee::{plan_adopt, plan_create, plan_put_back, plan_teardown, plan_undo};
pub use history::UnfinishedRun;
pub use hold::{Held, Hold};
pub use rebuild::{Rebuilt, rebuild};
pub use view::{RunState, RunStep, RunView, StepState};

use crate::{
    account::Session,
    blueprint::Blueprint,
    error::AppError,
    plan::{Images, RunAct},
    stack::{OpenStack, Record as Kept, StackFolder, Writer},
    words::say,
};
use history::{sound, unfinished_of};
use journal::{Journal, Record};
use work::{Findings, Work};

/// Hears of a run every time something about it changes.
pub type Progress<'p> = &'p mut (dyn FnMut(&RunView) + Send);

/// Makes the stack that the blueprint describes, or puts it right. On a finished stack it changes nothing. What the check
/// finds wrong stops it before anything is sent, but for a run that goes on.
pub async fn create(
    session: &Session,
    blueprint: Blueprint,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let work = Work::Make { blueprint, only: None, findings: Findings::Stop };
    work::carry_out(session, &work, stop, progress).await
}

/// The same for a person who has seen what the check finds wrong, and goes on: calls may be refused half-way, and jobs may
/// never run. What the plan itself refuses stays refused.
pub async fn create_despite_findings(
    session: &Session,
    blueprint: Blueprint,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let work = Work::Make { blueprint, only: None, findings: Findings::Pass };
    work::carry_out(session, &work, stop, progress).await
}

/// Puts one resource of a finished stack back as its blueprint says, with what it needs, and leaves the rest.
pub async fn put_back(
    session: &Session,
    stack: &str,
    part: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    let folder = StackFolder::of(session, stack);
    // One that goes on at this moment is no unfinished one: who holds the stack is said then.
    if !folder.is_held() && unfinished_of(&folder)?.is_some() {
        return Err(AppError::new(say("put-back-unfinished", &[("name", stack)]))
            .advise(say("put-back-unfinished-advice", &[])));
    }
    let blueprint = OpenStack::named(session, stack).await?.wanted.blueprint;
    let work = Work::Make { blueprint, only: Some(part), findings: Findings::Pass };
    work::carry_out(session, &work, stop, progress).await
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
    // What the account shows of it by now is less than what it was to become.
    let lost = || {
        AppError::new(say("resume-record-lost", &[("name", stack)]))
            .advise(say("resume-record-lost-advice", &[("name", stack)]))
    };
    let blueprint = || Ok::<_, AppError>(folder.read()?.ok_or_else(lost)?.wanted.blueprint);
    let work = match unfinished.act {
        RunAct::Create => Work::Make { blueprint: blueprint()?, only: None, findings: Findings::Pass },
        RunAct::Adopt => Work::Adopt { blueprint: blueprint()? },
        RunAct::Undo => Work::Undo { stack },
        RunAct::Teardown => Work::Remove { stack, images: Images::OfSteps(unfinished.going) },
    };
    work::carry_out(session, &work, stop, progress).await
}

/// Gives this stack's tags to everything that is there under its names and is nobody's: from then on it is the
/// stack's, changed as its blueprint says and removed with it.
pub async fn adopt(
    session: &Session,
    blueprint: Blueprint,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    work::carry_out(session, &Work::Adopt { blueprint }, stop, progress).await
}

/// Removes what the unfinished run made, and puts back what it changed of a stack that was there before.
pub async fn undo(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    work::carry_out(session, &Work::Undo { stack }, stop, progress).await
}

/// Removes the stack, but for repositories that hold images.
pub async fn teardown(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    work::carry_out(session, &Work::Remove { stack, images: Images::Stay }, stop, progress).await
}

/// Removes the stack, and with it every image in its repositories.
pub async fn teardown_with_images(
    session: &Session,
    stack: &str,
    stop: &CancellationToken,
    progress: Progress<'_>,
) -> Result<RunView, AppError> {
    work::carry_out(session, &Work::Remove { stack, images: Images::Go }, stop, progress).await
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

/// Whether a run of a stack did not come to its end.
pub(crate) fn is_unfinished(session: &Session, stack: &str) -> Result<bool, AppError> {
    unfinished_of(&StackFolder::of(session, stack)).map(|unfinished| unfinished.is_some())
}

/// Why the journal of a stack cannot be relied on, so that the stack can be looked at and not changed.
pub fn journal_problem(session: &Session, stack: &str) -> Option<AppError> {
    sound(&StackFolder::of(session, stack)).err()
}

fn nothing_unfinished(stack: &str) -> AppError {
    AppError::new(say("nothing-unfinished", &[("name", stack)])).advise(say("nothing-unfinished-advice", &[]))
}
