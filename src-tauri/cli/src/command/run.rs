//! `slipway create`, `resume`, `undo`, `keep`, `teardown`: what changes a stack.

use clap::Args;
use slipway_core::{
    error::AppError,
    plan::{Act, RunAct},
    run::{self, RunState, RunView, UnfinishedRun},
};

use super::check::{WithBlueprint, show_plan};
use crate::{
    args::{Global, stack_name},
    ask,
    exit::{Ended, Outcome},
    output::Output,
    progress::Progress,
    sign_in::SignedIn,
    stop,
};

#[derive(Debug, Args)]
pub(crate) struct OfStack {
    /// The stack's name
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    pub(crate) stack: String,
}

/// Asks only where a person sits: everything a create does can be looked at before with `plan`, and undone.
pub(crate) async fn create(global: &Global, arguments: &WithBlueprint, out: Output) -> Ended {
    let wanted = arguments.read()?;
    let SignedIn { session, view } = global.sign_in().await?;
    out.heading(&view);
    if ask::somebody_is_there(global, out) {
        let plan = run::plan_create(&session, wanted.clone()).await?;
        if plan.changes_something && plan.blocked.is_none() {
            show_plan(&plan, out);
            if !ask::confirm(global, out, &format!("Create the stack {}?", plan.stack))? {
                return Ok(Outcome::Refused);
            }
        }
    }
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out);
    let ended = run::create(&session, wanted, &stop, &mut |run| progress.show(run)).await;
    finish(&progress, ended)
}

pub(crate) async fn resume(global: &Global, stack: &str, out: Output) -> Ended {
    let SignedIn { session, view } = global.sign_in().await?;
    out.heading(&view);
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out);
    let ended = run::resume(&session, stack, &stop, &mut |run| progress.show(run)).await;
    finish(&progress, ended)
}

pub(crate) async fn undo(global: &Global, stack: &str, out: Output) -> Ended {
    let SignedIn { session, view } = global.sign_in().await?;
    out.heading(&view);
    let unfinished = run::unfinished(&session)?.into_iter().find(|unfinished| unfinished.stack == stack);
    // Nobody is asked about a teardown, which cannot be undone.
    let can_be_undone =
        |unfinished: &UnfinishedRun| unfinished.act != RunAct::Teardown && !unfinished.made.is_empty();
    if let Some(unfinished) = unfinished.filter(can_be_undone) {
        out.note("This run made:");
        for made in &unfinished.made {
            out.note(&format!("  {made}"));
        }
        if !ask::confirm(global, out, "Remove it again?")? {
            return Ok(Outcome::Refused);
        }
    }
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out);
    let ended = run::undo(&session, stack, &stop, &mut |run| progress.show(run)).await;
    finish(&progress, ended)
}

pub(crate) async fn keep(global: &Global, stack: &str, out: Output) -> Ended {
    let SignedIn { session, .. } = global.sign_in().await?;
    run::keep(&session, stack)?;
    out.result(&serde_json::json!({ "kept": stack }), || {
        [format!("What was made of {stack} stays as it is.")]
    });
    Ok(Outcome::Done)
}

pub(crate) async fn teardown(global: &Global, stack: &str, out: Output) -> Ended {
    let SignedIn { session, view } = global.sign_in().await?;
    out.heading(&view);
    if !global.yes {
        let plan = run::plan_teardown(&session, stack).await?;
        if !out.is_json() {
            show_plan(&plan, out);
        }
        let goes = plan.steps.iter().filter(|step| step.act == Act::Delete).count();
        let jobs = match plan.busy.iter().map(|queue| queue.jobs).sum::<u32>() {
            0 => String::new(),
            jobs => format!("{jobs} unfinished job(s) will be ended and their logs removed. "),
        };
        let question = format!("{jobs}Remove {goes} things of the stack {stack} for good?");
        if !ask::confirm(global, out, &question)? {
            return Ok(Outcome::Refused);
        }
    }
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out);
    let ended = run::teardown(&session, stack, &stop, &mut |run| progress.show(run)).await;
    finish(&progress, ended)
}

fn finish(progress: &Progress, ended: Result<RunView, AppError>) -> Ended {
    let run = ended?;
    progress.end(&run);
    Ok(if run.state == RunState::Done { Outcome::Done } else { Outcome::Failed })
}
