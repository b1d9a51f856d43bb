//! `slipway fix`: carries out what helps against a finding of the check: a change of the blueprint's file, or of something
//! in the account that Slipway did not make.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use slipway_core::{
    blueprint::{self, Amendment, Blueprint},
    check::{self, CheckItem, Fix},
    error::AppError,
    mend::{self, Change, Mended, Note},
    words::say,
};

use super::wanted;
use crate::{
    args::Global,
    ask,
    exit::{Ended, Outcome},
    output::Output,
    text::differing,
};

#[derive(Debug, Args)]
pub(crate) struct FixArguments {
    /// The finding, as `slipway check --json` names it: reach-logs, fit:job
    #[arg(value_name = "FINDING", required_unless_present = "history")]
    finding: Option<String>,
    /// The blueprint, a TOML file; what helps may change it. Without it, the lesson's own
    #[arg(long, value_name = "FILE")]
    blueprint: Option<PathBuf>,
    /// Which of the things that help, as `slipway check` numbers them
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    number: u8,
    /// List what was changed in the account for findings, and what takes each change back
    #[arg(long, conflicts_with_all = ["finding", "blueprint", "number"])]
    history: bool,
}

/// What was done.
#[derive(Debug, Serialize)]
struct Done {
    mended: Vec<Mended>,
    amendments: Vec<Amendment>,
}

pub(crate) async fn run(global: &Global, arguments: FixArguments, out: Output) -> Ended {
    let FixArguments { finding: Some(finding), blueprint, number, history: false } = arguments else {
        return history(global, out).await;
    };
    let file = wanted::file(global, blueprint.as_deref(), out)?;
    let wanted = blueprint::read_file(&file)?;
    blueprint::require_sound(&wanted)?;
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let session = &signed_in.session;
    let report = check::check(session, wanted.clone(), |_| ()).await?;
    let item = report.items.iter().find(|item| item.id == finding);
    let fix = item
        .and_then(|item| here(item).nth(usize::from(number) - 1))
        .ok_or_else(|| nothing(&finding, number))?;
    let (changes, amendments): (&[Change], &[Amendment]) = match fix {
        Fix::Blueprint { amendments, .. } => (&[], amendments),
        Fix::Account { changes, amendments, .. } => (changes, amendments),
        _ => (&[], &[]),
    };
    let says = &fix.says().text;
    // A file is the person's own, and naming it said enough.
    if !changes.is_empty() {
        show(changes, out);
        let question = format!("{says}? Slipway did not make what this changes.");
        if !ask::confirm(global, out, &question)? {
            return Ok(Outcome::Done);
        }
    }
    let new = amendments.iter().fold(wanted, |new: Blueprint, amendment| amendment.applied(&new));
    let mended = mend::mend(session, changes.to_vec()).await?;
    if !amendments.is_empty() {
        write(&file, &new, out)?;
    }
    if out.is_json() {
        out.document(&Done { mended, amendments: amendments.to_vec() });
        return Ok(Outcome::Done);
    }
    for one in &mended {
        let how = if one.already { "was so already" } else { "done" };
        out.line(&format!(
            "{} {}: {how}. To take it back: {}",
            one.change.on, one.change.difference.what, one.change.back.text
        ));
    }
    for amendment in amendments {
        out.line(&format!("{}: {}", file.display(), amendment.says().text));
    }
    Ok(Outcome::Done)
}

/// What was changed of what Slipway did not make, oldest first.
async fn history(global: &Global, out: Output) -> Ended {
    let signed_in = global.sign_in().await?;
    out.heading(&signed_in.view);
    let changes = mend::changes(&signed_in.session);
    if out.is_json() {
        out.document(&changes);
        return Ok(Outcome::Done);
    }
    if changes.is_empty() {
        out.line(&say("mend-history-none", &[]).text);
    }
    for Note { at, change, outcome } in &changes {
        out.line(&format!("{}  {}  {}", at.local(), change.on, outcome.says().text));
        for line in differing(std::slice::from_ref(&change.difference)) {
            out.line(&format!("  {line}"));
        }
        if !matches!(outcome, mend::Outcome::Refused { .. }) {
            out.line(&format!("  To take it back: {}", change.back.text));
        }
    }
    Ok(Outcome::Done)
}

/// Changes the person's file and leaves what is written beside.
fn write(file: &Path, new: &Blueprint, out: Output) -> Result<(), AppError> {
    let saved = blueprint::save(file, new)?;
    if saved.anew {
        let name = file.display();
        out.note(&format!(
            "{name} is written anew: its shape leaves no place for the change, and its comments go."
        ));
    }
    Ok(())
}

/// What of a finding can be carried out from here.
pub(super) fn here(item: &CheckItem) -> impl Iterator<Item = &Fix> {
    item.fixes.iter().filter(|fix| matches!(fix, Fix::Blueprint { .. } | Fix::Account { .. }))
}

/// From what to what, whom else it concerns.
fn show(changes: &[Change], out: Output) {
    if out.is_json() {
        return;
    }
    for change in changes {
        out.line(&change.on);
        for line in differing(std::slice::from_ref(&change.difference)) {
            out.line(&format!("  {line}"));
        }
        if let Some(concerns) = &change.concerns {
            out.line(&format!("  Concerns: {}", concerns.text));
        }
    }
}

fn nothing(finding: &str, number: u8) -> AppError {
    AppError::new(say("nothing-helps", &[("finding", finding), ("number", &number.to_string())]))
        .advise(say("nothing-helps-advice", &[]))
}
