//! `slipway create`, `resume`, `undo`, `keep`, `rebuild`, `teardown`: what changes a stack.

use clap::Args;
use slipway_core::{
    check,
    error::AppError,
    plan::Act,
    run::{self, RunState, RunView},
};

use super::{check::report::show_with_fixes, plan::show_plan, wanted::WithBlueprint};
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

#[derive(Debug, Args)]
pub(crate) struct TeardownArguments {
    #[command(flatten)]
    of: OfStack,
    /// Remove repositories with the images that they hold, too
    #[arg(long)]
    images: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CreateArguments {
    #[command(flatten)]
    wanted: WithBlueprint,
    /// Go on though the check finds something wrong: AWS may refuse calls half-way, and jobs may wait for ever or fail
    #[arg(long)]
    despite_findings: bool,
}

/// Asks before anything is changed. What the check finds wrong stops it before anybody is asked.
pub(crate) async fn create(global: &Global, arguments: &CreateArguments, out: Output) -> Ended {
    let CreateArguments { wanted: of, despite_findings } = arguments;
    let (SignedIn { session, view }, wanted) = of.sign_in(global, out).await?;
    out.heading(&view);
    if !global.yes {
        let plan = run::plan_create(&session, wanted.clone()).await?;
        let stopped = !plan.in_the_way.is_empty() && !despite_findings;
        if plan.changes_something && plan.blocked.is_none() && !stopped {
            if !out.is_json() {
                show_plan(&plan, &of.again(global), out);
            }
            let jobs: Vec<_> = plan.busy.iter().map(|busy| busy.means.text.as_str()).collect();
            let known = plan.steps.iter().any(|step| matches!(step.act, Act::Change | Act::Delete));
            let verb = if known { "Change" } else { "Create" };
            let despite = match plan.in_the_way.len() {
                0 => String::new(),
                count => format!(", despite what is wrong ({count})"),
            };
            let question = format!("{} {verb} the stack {}{despite}?", jobs.join(" "), plan.stack);
            if !ask::confirm(global, out, question.trim_start())? {
                return Ok(Outcome::Refused);
            }
        }
    }
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out);
    let mut show = |run: &RunView| progress.show(run);
    let ended = if *despite_findings {
        run::create_despite_findings(&session, wanted, &stop, &mut show).await
    } else {
        let mut ended = run::create(&session, wanted.clone(), &stop, &mut show).await;
        if let Err(error) = &mut ended
            && error.code == "findings-in-the-way"
            && !out.is_json()
        {
            for item in &check::in_the_way(&session, &wanted).await? {
                show_with_fixes(item, &of.again(global), out);
            }
            // They have just been told, with more.
            error.causes.clear();
        }
        ended
    };
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
    if !global.yes {
        let plan = run::plan_undo(&session, stack).await?;
        if !out.is_json() {
            show_plan(&plan, "", out);
        }
        let question = format!("Make the last run of {stack} undone?");
        if plan.changes_something && !ask::confirm(global, out, &question)? {
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

pub(crate) async fn rebuild(global: &Global, stack: &str, out: Output) -> Ended {
    let SignedIn { session, view } = global.sign_in().await?;
    out.heading(&view);
    if let Some(problem) = run::journal_problem(&session, stack) {
        out.note(&problem.message);
        let question = "Keep it aside and begin another from what the account shows?";
        if !ask::confirm(global, out, question)? {
            return Ok(Outcome::Refused);
        }
    }
    let rebuilt = run::rebuild(&session, stack).await?;
    out.result(&rebuilt, || {
        let parts = rebuilt.parts.len();
        [
            format!("{stack} can be changed again; {parts} parts of it were found in the account."),
            format!("What could not be relied on is kept as {}.", rebuilt.kept_as.join(" and ")),
        ]
    });
    Ok(Outcome::Done)
}

pub(crate) async fn teardown(global: &Global, wanted: &TeardownArguments, out: Output) -> Ended {
    let stack = wanted.of.stack.as_str();
    let SignedIn { session, view } = global.sign_in().await?;
    out.heading(&view);
    if !global.yes {
        let plan = run::plan_teardown(&session, stack).await?;
        if !out.is_json() {
            show_plan(&plan, "", out);
        }
        let goes = plan.steps.iter().filter(|step| step.act == Act::Delete).count();
        let jobs = match plan.busy.iter().map(|queue| queue.jobs).sum::<u32>() {
            0 => String::new(),
            jobs => format!("Unfinished jobs that will be ended, and their logs removed: {jobs}. "),
        };
        let images = if wanted.images { "Images in its repositories go as well. " } else { "" };
        let question = format!("{jobs}{images}Remove {goes} things of the stack {stack} for good?");
        if !ask::confirm(global, out, &question)? {
            return Ok(Outcome::Refused);
        }
    }
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out);
    let mut show = |run: &RunView| progress.show(run);
    let ended = if wanted.images {
        run::teardown_with_images(&session, stack, &stop, &mut show).await
    } else {
        run::teardown(&session, stack, &stop, &mut show).await
    };
    finish(&progress, ended)
}

pub(crate) fn finish(progress: &Progress, ended: Result<RunView, AppError>) -> Ended {
    let run = ended?;
    progress.end(&run);
    Ok(if run.state == RunState::Done { Outcome::Done } else { Outcome::Failed })
}
