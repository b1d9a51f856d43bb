//! What is meant: a blueprint's file, a stack that is there, or the lesson's own.

use std::path::{Path, PathBuf};

use clap::Args;
use slipway_connect::{home, lessons};
use slipway_core::{
    account::Session,
    blueprint::{self, Blueprint},
    error::AppError,
    shell::quoted,
    stack::OpenStack,
    words::say,
};

use crate::{
    args::{Global, stack_name},
    output::Output,
    sign_in::SignedIn,
};

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct WithBlueprint {
    /// The blueprint, a TOML file; `slipway blueprint fargate` prints one. Without it or a stack, the lesson's own
    #[arg(long, value_name = "FILE")]
    pub(super) blueprint: Option<PathBuf>,
    /// A stack that is there, by its own blueprint
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    pub(super) stack: Option<String>,
}

impl WithBlueprint {
    /// The stack whose own blueprint is meant.
    pub(crate) fn stack(&self) -> Option<&str> {
        self.stack.as_deref()
    }

    /// Whether nothing tells what is meant, not even a lesson.
    pub(super) fn says_nothing(&self, global: &Global) -> bool {
        self.blueprint.is_none() && self.stack.is_none() && global.lesson.is_none()
    }

    /// Who, where and what, to be typed again.
    pub(super) fn again(&self, global: &Global) -> String {
        let of = match (&self.blueprint, &self.stack) {
            (Some(file), _) => format!(" --blueprint {}", quoted(&file.to_string_lossy())),
            (None, Some(stack)) => format!(" --stack {stack}"),
            (None, None) => String::new(),
        };
        format!("{}{of}", global.again())
    }

    /// Who and where, and the blueprint. A file is read before anything is sent anywhere.
    pub(crate) async fn sign_in(
        &self,
        global: &Global,
        out: Output,
    ) -> Result<(SignedIn, Blueprint), AppError> {
        let file =
            if self.stack.is_some() { None } else { Some(file(global, self.blueprint.as_deref(), out)?) };
        let read = file.as_deref().map(|file| {
            let wanted = blueprint::read_file(file)?;
            blueprint::require_sound(&wanted).map(|()| wanted)
        });
        let read = read.transpose()?;
        let signed_in = global.sign_in().await?;
        let wanted = match read {
            Some(wanted) => wanted,
            None => of_stack(&signed_in.session, self.stack.as_deref().unwrap_or_default()).await?,
        };
        Ok((signed_in, wanted))
    }
}

/// The blueprint's file: the one that is named, or the lesson's own, which is said.
pub(super) fn file(global: &Global, named: Option<&Path>, out: Output) -> Result<PathBuf, AppError> {
    match (named, &global.lesson) {
        (Some(file), _) => Ok(file.to_owned()),
        (None, Some(lesson)) => {
            let file = lessons::blueprint(&home()?, lesson)?;
            out.note(&format!("The lesson's own blueprint: {}", file.display()));
            Ok(file)
        }
        (None, None) => {
            Err(AppError::new(say("nothing-wanted", &[])).advise(say("nothing-wanted-advice", &[])))
        }
    }
}

/// What a stack should be.
pub(crate) async fn of_stack(session: &Session, stack: &str) -> Result<Blueprint, AppError> {
    Ok(OpenStack::named(session, stack).await?.wanted.blueprint)
}
