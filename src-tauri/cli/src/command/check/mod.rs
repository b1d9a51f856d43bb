//! `slipway check`: what an account has of what a blueprint needs.

pub(crate) mod report;

use std::path::PathBuf;

use clap::Args;
use slipway_connect::{home, lessons};
use slipway_core::{
    blueprint::Preset,
    check::{self, CheckReport, CheckVerdict, Fix},
    error::AppError,
    words::say,
};

use self::report::{Shown, show_item, show_report};
use super::{blueprint::FIRST_NAME, wanted::WithBlueprint};
use crate::{
    args::{Global, stack_name},
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The blueprint, a TOML file; without it or a stack, the lesson's own, or the preset fargate
    #[arg(long, value_name = "FILE", conflicts_with = "stack")]
    blueprint: Option<PathBuf>,
    /// A stack that is there, by its own blueprint
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack: Option<String>,
    /// Only whether you may launch jobs on the stack, watch and stop them
    #[arg(long, requires = "stack", conflicts_with = "commands")]
    jobs: bool,
    /// Show what each finding rests on
    #[arg(long)]
    evidence: bool,
    /// Show the steps that mend the network as lines of the AWS CLI too
    #[arg(long)]
    commands: bool,
    /// Only the words to send to whoever can do something about this finding: may-create, reach-logs
    #[arg(long, value_name = "FINDING", conflicts_with_all = ["jobs", "evidence", "commands"])]
    letter: Option<String>,
}

/// Refused when creating would fail.
pub(crate) async fn check(global: &Global, arguments: CheckArguments, out: Output) -> Ended {
    let CheckArguments { blueprint, stack, jobs, evidence, commands, letter } = arguments;
    if let Some(stack) = stack.as_deref().filter(|_| jobs) {
        return launching(global, stack, evidence, out).await;
    }
    let of = WithBlueprint { blueprint, stack };
    let (signed_in, wanted) = if of.says_nothing(global) {
        (global.sign_in().await?, Preset::Fargate.blueprint(FIRST_NAME))
    } else {
        of.sign_in(global, out).await?
    };
    out.heading(&signed_in.view);
    let report = check::check(&signed_in.session, wanted, |_| ()).await?;
    if let Some(finding) = letter {
        return write_letter(&report, &finding, out);
    }
    if out.is_json() {
        out.document(&report);
    } else {
        show_report(&report, &of.again(global), Shown { evidence, commands }, out);
    }
    lesson_looked_at(global, &report, out)?;
    Ok(if report.blocked { Outcome::Refused } else { Outcome::Done })
}

/// A lesson in which nothing is wrong any more is solved.
fn lesson_looked_at(global: &Global, report: &CheckReport, out: Output) -> Result<(), AppError> {
    let Some(lesson) = &global.lesson else { return Ok(()) };
    if lessons::looked_at(&home()?, lesson, report)? == 0 {
        out.note(&say("lesson-solved", &[("id", lesson)]).text);
    }
    Ok(())
}

/// The words alone, to be sent on.
fn write_letter(report: &CheckReport, finding: &str, out: Output) -> Ended {
    let item = report.items.iter().find(|item| item.id == finding);
    let letter = item.into_iter().flat_map(|item| &item.fixes).find_map(|fix| match fix {
        Fix::Ask { letter, .. } => Some(letter),
        _ => None,
    });
    let Some(letter) = letter else {
        return Err(
            AppError::new(say("no-letter", &[("finding", finding)])).advise(say("nothing-helps-advice", &[]))
        );
    };
    if out.is_json() {
        out.document(letter);
    } else {
        out.line(letter.text.trim_end());
    }
    Ok(Outcome::Done)
}

/// For somebody who sets nothing up, and may know nothing of the stack but its queues.
async fn launching(global: &Global, stack: &str, evidence: bool, out: Output) -> Ended {
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let items = check::launching(&signed_in.session, stack).await?;
    if out.is_json() {
        out.document(&items);
    } else {
        for item in &items {
            show_item(item, evidence, out);
        }
    }
    let refused = items.iter().any(|item| item.verdict == CheckVerdict::Wrong);
    Ok(if refused { Outcome::Refused } else { Outcome::Done })
}
