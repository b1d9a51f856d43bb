//! `slipway export`: a stack as Terraform.

use std::path::PathBuf;

use clap::Args;
use slipway_core::{
    terraform::{self, Options, Provider},
    words::say,
};

use crate::{
    args::{Global, stack_name},
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The stack's name
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: String,
    /// The folder to write into; made where it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The major version of the provider hashicorp/aws to write for
    #[arg(long, default_value = "6", value_parser = ["5", "6"])]
    provider: String,
    /// Write files that make another stack like it, instead of taking this one over
    #[arg(long)]
    no_import: bool,
    /// Replace files that were changed since the last export, or that are not Slipway's
    #[arg(long)]
    overwrite: bool,
}

pub(crate) async fn run(global: &Global, arguments: &ExportArguments, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    let options = Options {
        provider: if arguments.provider == "5" { Provider::V5 } else { Provider::V6 },
        imports: !arguments.no_import,
    };
    let files = terraform::of_stack(&session, &arguments.stack, options).await?;
    let saved = terraform::save(&files, &arguments.out, arguments.overwrite).map_err(|error| {
        // The window has a button for it, the command line a word.
        if error.code == "terraform-files-are-theirs" {
            error.advise(say("terraform-overwrite-advice", &[]))
        } else {
            error
        }
    })?;
    out.result(&saved, || {
        let list = |word: &'static str, names: &[String]| {
            names.iter().map(|name| format!("{word:<10} {name}")).collect::<Vec<_>>()
        };
        let mut lines = list("written", &saved.written);
        lines.extend(list("unchanged", &saved.unchanged));
        lines.extend(list("removed", &saved.removed));
        lines.push(format!("In {}. Next: terraform init && terraform plan", saved.folder.display()));
        lines
    });
    Ok(Outcome::Done)
}
