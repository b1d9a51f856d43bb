//! `slipway blueprint PRESET`: a complete blueprint on standard output.

use clap::Args;
use slipway_core::blueprint::{self, Preset};

use crate::{
    exit::{Ended, Outcome},
    output::Output,
};

/// The name of a stack that nobody has named yet.
pub(crate) const FIRST_NAME: &str = "first";

#[derive(Debug, Args)]
pub(crate) struct BlueprintArguments {
    /// What to begin with: fargate, fargate-spot, spot, ondemand, spot-then-ondemand or gpu
    preset: String,
    /// The stack's name
    #[arg(long, default_value = FIRST_NAME)]
    name: String,
}

pub(crate) fn run(arguments: &BlueprintArguments, out: Output) -> Ended {
    let preset: Preset = arguments.preset.parse()?;
    let wanted = preset.blueprint(&arguments.name);
    blueprint::require_sound(&wanted)?;
    out.result(&wanted, || [blueprint::write(&wanted).trim_end().to_owned()]);
    Ok(Outcome::Done)
}
