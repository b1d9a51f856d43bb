//! `slipway drift`, `put-back`, `accept`, `adopt`: what somebody else has changed, or had made before.

use clap::Args;
use slipway_core::{
    check::{CheckItem, CheckVerdict},
    plan::Act,
    run,
    stack::{self, StackView},
};

use super::{
    plan::show_plan,
    run::{OfStack, finish},
    wanted::WithBlueprint,
};
use crate::{
    args::{Global, stack_name},
    ask,
    exit::{Ended, Outcome},
    output::Output,
    progress::Progress,
    sign_in::SignedIn,
    stop,
    text::differing,
};

#[derive(Debug, Args)]
pub(crate) struct OfPart {
    /// The stack's name
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: String,
    /// The part, as `slipway drift` names it: job-queue/main
    part: String,
}

/// What of a stack is not as its blueprint says, attribute by attribute.
pub(crate) async fn show(global: &Global, of: &OfStack, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    let view = stack::stack(&session, &of.stack).await?;
    let drifted: Vec<_> = drifted(&view).collect();
    // Without what it should be, a stack would be compared with itself.
    let unknown = view.summary.journal.as_ref().filter(|problem| problem.code == "record-damaged");
    if let Some(problem) = unknown {
        return Err(problem.clone());
    }
    if let Some(open) = &view.summary.unfinished {
        out.note(&format!("A run of {} did not come to its end: resume, undo or keep it first.", open.stack));
    }
    let outcome = if drifted.is_empty() { Outcome::Done } else { Outcome::Refused };
    if out.is_json() {
        out.document(&drifted);
        return Ok(outcome);
    }
    for item in &drifted {
        let part = part(item);
        out.line(&format!("{part}   {}", item.finding.text));
        for line in differing(&item.differences) {
            out.line(&format!("    {line}"));
        }
        match &item.remedy {
            // What only a person can put right.
            Some(remedy) if item.verdict == CheckVerdict::Wrong => out.line(&format!("    {}", remedy.text)),
            _ => out.line(&format!("    slipway put-back --stack {} {part}", of.stack)),
        }
        if view.acceptable.contains(&item.id) {
            out.line(&format!("    slipway accept --stack {} {part}", of.stack));
        }
    }
    if drifted.is_empty() {
        out.line(&format!("{} is as its blueprint says.", of.stack));
    }
    Ok(outcome)
}

fn drifted(view: &StackView) -> impl Iterator<Item = &CheckItem> {
    let drifts = |item: &&CheckItem| {
        matches!(item.verdict, CheckVerdict::Mend | CheckVerdict::Make | CheckVerdict::Wrong)
            || !item.differences.is_empty()
    };
    view.items.iter().filter(drifts)
}

fn part(item: &CheckItem) -> &str {
    item.id.strip_prefix("resource:").unwrap_or(&item.id)
}

pub(crate) async fn put_back(global: &Global, of: &OfPart, out: Output) -> Ended {
    let SignedIn { session, view } = global.sign_in().await?;
    out.heading(&view);
    if !global.yes {
        let plan = run::plan_put_back(&session, &of.stack, &of.part).await?;
        if !out.is_json() {
            show_plan(&plan, "", out);
        }
        let jobs: Vec<_> = plan.busy.iter().map(|busy| busy.means.text.as_str()).collect();
        let question =
            format!("{} Put {} of {} back as its blueprint says?", jobs.join(" "), of.part, of.stack);
        if !ask::confirm(global, out, question.trim_start())? {
            return Ok(Outcome::Refused);
        }
    }
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out).of(&of.part);
    let ended = run::put_back(&session, &of.stack, &of.part, &stop, &mut |run| progress.show(run)).await;
    finish(&progress, ended)
}

/// Changes nothing in the account, so nobody is asked.
pub(crate) async fn accept(global: &Global, of: &OfPart, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    stack::accept(&session, &of.stack, &of.part).await?;
    out.result(&serde_json::json!({ "accepted": of.part }), || {
        [format!("The blueprint of {} says now what {} is in the account.", of.stack, of.part)]
    });
    Ok(Outcome::Done)
}

/// Tags what is there under the stack's names; from then on it goes with the stack.
pub(crate) async fn adopt(global: &Global, arguments: &WithBlueprint, out: Output) -> Ended {
    let (SignedIn { session, view }, wanted) = arguments.sign_in(global, out).await?;
    out.heading(&view);
    let plan = run::plan_adopt(&session, wanted.clone()).await?;
    let taken = plan.steps.iter().filter(|step| step.act == Act::Change).count();
    if !out.is_json() {
        show_plan(&plan, "", out);
    }
    // One that was cut off after its last tag has only its end to come to.
    let cut_off = run::unfinished(&session)?.iter().any(|one| one.stack == plan.stack);
    if taken == 0 && (!plan.steps.is_empty() || !cut_off) {
        out.note("There is nothing to take over.");
        return Ok(if plan.steps.is_empty() { Outcome::Done } else { Outcome::Refused });
    }
    let what = if taken == 1 { "this one thing".to_owned() } else { format!("these {taken} things") };
    let question = format!("Make {what} part of {}, by its tags?", plan.stack);
    if taken > 0 && !ask::confirm(global, out, &question)? {
        return Ok(Outcome::Refused);
    }
    let stop = stop::on_request(out);
    let mut progress = Progress::new(out);
    let ended = run::adopt(&session, wanted, &stop, &mut |run| progress.show(run)).await;
    finish(&progress, ended)
}
