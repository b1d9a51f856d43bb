//! `slipway stacks`: what Slipway finds in the account.

use std::collections::BTreeSet;

use serde::Serialize;
use slipway_core::stack::{self, StackFolder};

use crate::{
    args::Global,
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Serialize)]
struct Listed {
    name: String,
    stack_id: Option<String>,
    queues: Vec<String>,
    /// Whether this computer knows its blueprint.
    kept_here: bool,
}

pub(crate) async fn list(global: &Global, out: &Output) -> Ended {
    let signed_in = global.sign_in().await?;
    let mut found = stack::find(&signed_in.session).await;
    let kept = StackFolder::all(&signed_in.session)?;
    let kept: BTreeSet<String> = kept.iter().map(StackFolder::name).collect();
    let names: BTreeSet<String> = found.keys().cloned().chain(kept.iter().cloned()).collect();
    let stacks: Vec<Listed> = names
        .into_iter()
        .map(|name| {
            let there = found.remove(&name);
            Listed {
                kept_here: kept.contains(&name),
                stack_id: there.as_ref().map(|stack| stack.id.clone()),
                queues: there.map(|stack| stack.queues).unwrap_or_default(),
                name,
            }
        })
        .collect();
    if out.is_json() {
        out.document(&stacks);
        return Ok(Outcome::Done);
    }
    if stacks.is_empty() {
        out.line("No stacks yet. `slipway blueprint fargate > first.toml` begins one.");
    }
    let row = |stack: &Listed| vec![stack.name.clone(), stack.queues.join(", ")];
    out.table(&stacks.iter().map(row).collect::<Vec<_>>());
    Ok(Outcome::Done)
}
