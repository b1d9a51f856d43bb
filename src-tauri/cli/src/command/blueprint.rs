//! `slipway blueprint`: a complete blueprint on standard output, a preset's or a stack's.

use clap::Args;
use slipway_core::blueprint::{self, Preset};

use super::wanted::of_stack;
use crate::{
    args::{Global, stack_name},
    exit::{Ended, Outcome},
    output::Output,
};

/// The name of a stack that nobody has named yet.
pub(crate) const FIRST_NAME: &str = "first";

#[derive(Debug, Args)]
pub(crate) struct BlueprintArguments {
    /// What to begin with: fargate, fargate-spot, spot, ondemand, spot-then-ondemand or gpu
    #[arg(required_unless_present = "stack")]
    preset: Option<String>,
    /// The stack's name
    #[arg(long, default_value = FIRST_NAME)]
    name: String,
    /// The blueprint of this stack, with everything that was accepted since
    #[arg(long, value_name = "NAME", value_parser = stack_name, conflicts_with_all = ["preset", "name"])]
    stack: Option<String>,
}

pub(crate) async fn run(global: &Global, arguments: &BlueprintArguments, out: Output) -> Ended {
    let wanted = if let Some(stack) = &arguments.stack {
        of_stack(&global.sign_in().await?.session, stack).await?
    } else {
        let preset: Preset = arguments.preset.as_deref().unwrap_or_default().parse()?;
        let wanted = preset.blueprint(&arguments.name);
        blueprint::require_sound(&wanted)?;
        wanted
    };
    out.result(&wanted, || [blueprint::write(&wanted).trim_end().to_owned()]);
    Ok(Outcome::Done)
}
