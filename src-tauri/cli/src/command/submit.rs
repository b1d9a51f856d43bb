//! `slipway submit`: a job, from a stack's job definition.

use std::collections::BTreeMap;

use clap::Args;
use slipway_core::{
    error::AppError,
    job::{self, JobTarget, Submit},
    words::say,
};

use crate::{
    args::{Global, stack_name},
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct SubmitArguments {
    /// The stack's name
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: String,
    /// The job's name
    #[arg(long, value_name = "JOB")]
    name: String,
    /// The queue, where the stack has several
    #[arg(long)]
    queue: Option<String>,
    /// The job definition, where the stack has several
    #[arg(long)]
    definition: Option<String>,
    /// What runs, as one shell-quoted line or a JSON list; or give it word by word after --
    #[arg(long, value_name = "LINE", allow_hyphen_values = true)]
    command: Option<String>,
    /// An environment variable; may stand several times
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    environment: Vec<(String, String)>,
    /// vCPUs, such as 0.25 or 1
    #[arg(long, value_name = "N")]
    vcpu: Option<String>,
    /// Memory in MiB
    #[arg(long, value_name = "MIB")]
    memory: Option<u32>,
    /// Make it an array job of so many children
    #[arg(long, value_name = "N")]
    array: Option<u32>,
    /// A job that must succeed first; may stand several times
    #[arg(long, value_name = "JOB_ID")]
    depends_on: Vec<String>,
    /// How often it is tried
    #[arg(long, value_name = "N")]
    attempts: Option<u32>,
    /// Seconds after which an attempt is ended
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u32>,
    /// Whose job it is, on a queue with a scheduling policy
    #[arg(long, value_name = "SHARE")]
    share: Option<String>,
    /// Its place among jobs of the same share, 0 to 9999, higher first
    #[arg(long, value_name = "N")]
    priority: Option<u32>,
    /// What runs, word by word
    #[arg(last = true, value_name = "WORD", conflicts_with = "command")]
    words: Vec<String>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err("write it NAME=VALUE".to_owned()),
    }
}

pub(crate) async fn run(global: &Global, arguments: SubmitArguments, out: Output) -> Ended {
    let command = arguments.command()?;
    let environment = arguments.variables()?;
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let session = &signed_in.session;
    let target = arguments.target(job::targets(session).await?)?;
    let unsaid = target.fair_share.as_ref().and_then(|fair| fair.priority);
    let wanted = Submit {
        stack: target.stack,
        queue: target.queue,
        definition: target.definition,
        name: arguments.name,
        command,
        environment,
        vcpu: arguments.vcpu,
        memory_mib: arguments.memory,
        array_size: arguments.array,
        depends_on: arguments.depends_on,
        attempts: arguments.attempts,
        timeout_seconds: arguments.timeout,
        share: arguments.share,
        scheduling_priority: arguments.priority.or(unsaid),
    };
    let submitted = job::submit(session, &wanted).await?;
    // The id alone on standard output, so that a script can take it as it is.
    out.result(&submitted, || [submitted.id.clone()]);
    out.note(&format!("Submitted {}. `slipway watch {}` follows it.", submitted.name, submitted.id));
    Ok(Outcome::Done)
}

impl SubmitArguments {
    fn command(&self) -> Result<Option<Vec<String>>, AppError> {
        let Some(line) = &self.command else {
            return Ok(Some(self.words.clone()).filter(|words| !words.is_empty()));
        };
        let words = if line.trim_start().starts_with('[') {
            serde_json::from_str(line).ok()
        } else {
            shlex::split(line)
        };
        match words {
            Some(words) => Ok(Some(words)),
            None => Err(AppError::new(say("command-unreadable", &[("command", line)]))
                .advise(say("command-unreadable-advice", &[]))),
        }
    }

    /// Of two values for one name nobody could say which was meant.
    fn variables(&self) -> Result<BTreeMap<String, String>, AppError> {
        let mut variables = BTreeMap::new();
        for (name, value) in &self.environment {
            if variables.insert(name.clone(), value.clone()).is_some() {
                return Err(AppError::new(say("variable-twice", &[("name", name)]))
                    .advise(say("variable-twice-advice", &[])));
            }
        }
        Ok(variables)
    }

    /// The stack's first queue and definition, or those that are named: in full, or by their part of the stack.
    fn target(&self, targets: Vec<JobTarget>) -> Result<JobTarget, AppError> {
        let stack = self.stack.as_str();
        let named = |asked: &Option<String>, found: &str| {
            asked.as_deref().is_none_or(|asked| asked == found || format!("{stack}-{asked}") == found)
        };
        let of_stack: Vec<_> = targets.into_iter().filter(|target| target.stack == stack).collect();
        let known = of_stack
            .iter()
            .map(|target| format!("{} with {}", target.queue, target.definition))
            .collect::<Vec<_>>()
            .join(", ");
        let chosen = of_stack
            .into_iter()
            .find(|target| named(&self.queue, &target.queue) && named(&self.definition, &target.definition));
        chosen.ok_or_else(|| {
            let error = AppError::new(say("no-job-target", &[("stack", stack)]));
            if known.is_empty() {
                error.advise(say("no-job-target-advice", &[("stack", stack)]))
            } else {
                error.advise(say("other-job-target-advice", &[("known", &known)]))
            }
        })
    }
}
