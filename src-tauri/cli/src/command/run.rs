//! `slipway create`, `resume`, `undo`, `keep`, `teardown`: what changes a stack.

use clap::Args;
use slipway_core::{
    error::AppError,
    plan::{Act, Plan},
    resource::Survey,
    run::{self, RunState, RunView},
    stack::OpenStack,
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
        let stack = OpenStack::of_blueprint(&session, wanted.clone()).await?;
        let resources = stack.resources();
        let survey = Survey::take(&resources, &session.aws, |_| ()).await;
        let plan = Plan::create(&resources, &survey);
        if plan.changes_something() && plan.blocked().is_none() {
            show_plan(&plan.view(&stack.blueprint), out);
            if !ask::confirm(global, out, &format!("Create the stack {}?", stack.blueprint.name))? {
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
    if let Some(unfinished) = unfinished.filter(|unfinished| !unfinished.made.is_empty()) {
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
    let open = OpenStack::whole(&session, stack).await?;
    if !global.yes {
        let resources = open.resources();
        let survey = Survey::take(&resources, &session.aws, |_| ()).await;
        let plan = Plan::teardown(&resources, &survey);
        let view = plan.view(&open.blueprint);
        if !out.is_json() {
            show_plan(&view, out);
        }
        let goes = view.steps.iter().filter(|step| step.act == Act::Delete).count();
        if !ask::confirm(global, out, &format!("Remove {goes} things of the stack {stack} for good?"))? {
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
