//! `slipway policy`: what an administrator is asked to allow.

use clap::Args;
use slipway_core::rights::{self, Handout};

use super::check::WithBlueprint;
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
    out.result(&handout, || {
        let letter = arguments.letter.then(|| format!("{letter}\n"));
        letter.into_iter().chain(policies.clone())
    });
    Ok(Outcome::Done)
}
