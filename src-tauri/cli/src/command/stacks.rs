//! `slipway stacks`: what Slipway finds in the account.

use slipway_core::{
    plan::RunAct,
    stack::{self, Health, StackSummary},
};

use crate::{
    args::Global,
    exit::{Ended, Outcome},
    output::Output,
};

pub(crate) async fn list(global: &Global, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    let stacks = stack::stacks(&session).await?;
    if out.is_json() {
        out.document(&stacks);
        return Ok(Outcome::Done);
    }
    if stacks.is_empty() {
        out.line("No stacks yet. `slipway blueprint fargate > first.toml` begins one.");
    }
    out.table(&stacks.iter().map(row).collect::<Vec<_>>());
    for unfinished in stacks.iter().filter_map(|stack| stack.unfinished.as_ref()) {
        let name = &unfinished.stack;
        // What is removed cannot be brought back, so that a teardown cannot be undone.
        let (what, choices) = match unfinished.act {
            RunAct::Create => ("Creating", "resume, undo or keep"),
            RunAct::Undo => ("Undoing", "resume, undo or keep"),
            RunAct::Teardown => ("Tearing down", "resume or keep"),
            RunAct::Adopt => ("Taking over for", "resume, undo or keep"),
        };
        out.line(&format!("{what} {name} did not come to an end: {choices} it with --stack {name}."));
    }
    for problem in stacks.iter().filter_map(|stack| stack.journal.as_ref()) {
        out.line(&problem.message);
        out.line(problem.advice.as_deref().unwrap_or_default());
    }
    Ok(Outcome::Done)
}

fn row(stack: &StackSummary) -> Vec<String> {
    let sign = match stack.health {
        Health::Healthy => "✓",
        Health::Broken => "✕",
        Health::Drifted => "~",
        Health::Incomplete => "○",
        Health::Unknown => "?",
    };
    vec![sign.to_owned(), stack.name.clone(), stack.queues.join(", "), stack.finding.text.clone()]
}
