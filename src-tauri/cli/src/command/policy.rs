//! `slipway policy`: what an administrator is asked to allow.

use clap::Args;
use slipway_core::{
    error::AppError,
    rights::{self, Handout},
    words::say,
};

use super::wanted::WithBlueprint;
use crate::{
    args::Global,
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct PolicyArguments {
    #[command(flatten)]
    of: WithBlueprint,
    /// For whoever launches, watches and stops jobs, and sets nothing up
    #[arg(long)]
    analyst: bool,
    /// Before it the words to send along
    #[arg(long)]
    letter: bool,
    /// Only this one of several, as a file of its own; counted from 1
    #[arg(long, value_name = "N", conflicts_with = "letter")]
    number: Option<usize>,
}

pub(crate) async fn run(global: &Global, arguments: &PolicyArguments, out: Output) -> Ended {
    let handout = match arguments.of.stack() {
        // Who launches jobs need not be able to read the stack's blueprint out of the account.
        Some(stack) if arguments.analyst => {
            rights::for_launching_on(&global.sign_in().await?.session, stack).await?
        }
        _ => {
            let (signed_in, wanted) = arguments.of.sign_in(global, out).await?;
            if arguments.analyst {
                rights::for_launching(&signed_in.session, &wanted)
            } else {
                rights::for_setup(&signed_in.session, wanted).await?
            }
        }
    };
    let Handout { policies, letter } = &handout;
    let count = policies.len().to_string();
    if let Some(number) = arguments.number {
        let one = number.checked_sub(1).and_then(|at| policies.get(at));
        let Some(one) = one else {
            let error = AppError::new(say("policy-number", &[("count", &count)]));
            return Err(error.advise(say("policy-number-advice", &[])));
        };
        out.result(one, || [one.clone()]);
        return Ok(Outcome::Done);
    }
    if policies.len() > 1 {
        out.note(&say("policy-several", &[("count", &count)]).text);
    }
    out.result(&handout, || {
        let letter = arguments.letter.then(|| format!("{letter}\n"));
        letter.into_iter().chain(policies.clone())
    });
    Ok(Outcome::Done)
}
