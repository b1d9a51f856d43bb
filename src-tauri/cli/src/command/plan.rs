//! `slipway plan`: what a blueprint would do to an account, without doing it.

use slipway_core::{
    plan::{Act, PlanView, RunAct, StepView},
    run,
};

use super::{check::report::show_with_fixes, costs, costs::money, wanted::WithBlueprint};
use crate::{
    args::Global,
    exit::{Ended, Outcome},
    output::Output,
    text::{columns, differing},
};

pub(crate) async fn plan(global: &Global, arguments: &WithBlueprint, out: Output) -> Ended {
    let (signed_in, wanted) = arguments.sign_in(global, out).await?;
    out.heading(&signed_in.view);
    let view = run::plan_create(&signed_in.session, wanted).await?;
    show_plan(&view, &arguments.again(global), out);
    let stopped = view.blocked.is_some() || !view.in_the_way.is_empty();
    Ok(if stopped { Outcome::Refused } else { Outcome::Done })
}

/// A plan: its steps with their reasons, what the stack will cost, and why it must not be carried out. `again` is who, where
/// and what, to be typed again.
pub(crate) fn show_plan(view: &PlanView, again: &str, out: Output) {
    if out.is_json() {
        return out.document(view);
    }
    let row = |step: &StepView| {
        vec![
            sign(step.act).to_owned(),
            step.kind.replace('-', " "),
            step.name.clone(),
            step.reason.text.clone(),
        ]
    };
    let rows = columns(&view.steps.iter().map(row).collect::<Vec<_>>());
    for (row, step) in rows.iter().zip(&view.steps) {
        out.line(row);
        for line in differing(&step.differences) {
            out.line(&format!("     {line}"));
        }
    }
    let count = |act| view.steps.iter().filter(|step| step.act == act).count();
    out.line("");
    out.line(&format!(
        "{} to make, {} to change, {} to remove, {} to stay.",
        count(Act::Create),
        count(Act::Change),
        count(Act::Delete),
        count(Act::Keep),
    ));
    // What goes costs nothing any more, whatever it would have cost.
    if view.act == RunAct::Create {
        out.line(&format!("While nothing runs: {}.", money(&view.standing_cost)));
        if let Some(running) = &view.running_cost {
            out.line(&format!("While a job runs: {}.", money(running)));
        }
        costs::show(&view.costs, out);
    }
    for busy in &view.busy {
        out.line(&format!("! {}", busy.means.text));
    }
    if let Some(blocked) = &view.blocked {
        out.line(&format!("It cannot be carried out: {}", blocked.text));
    }
    if !view.in_the_way.is_empty() {
        out.line("The check finds wrong, and a create stops at it unless --despite-findings is given:");
    }
    for item in &view.in_the_way {
        show_with_fixes(item, again, out);
    }
}

fn sign(act: Act) -> &'static str {
    match act {
        Act::Keep => "=",
        Act::Create => "+",
        Act::Change => "~",
        Act::Wait => "…",
        Act::Delete => "-",
        Act::Refuse => "!",
    }
}
