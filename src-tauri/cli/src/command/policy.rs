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
    let (signed_in, wanted) = arguments.of.sign_in(global).await?;
    let handout = rights::handout(&signed_in.session, wanted).await?;
    let Handout { setup, analyst, setup_letter, analyst_letter } = &handout;
    let (policy, letter) = if arguments.analyst { (analyst, analyst_letter) } else { (setup, setup_letter) };
    out.result(&handout, || {
        let letter = arguments.letter.then(|| format!("{letter}\n"));
        letter.into_iter().chain([policy.clone()])
    });
    Ok(Outcome::Done)
}
