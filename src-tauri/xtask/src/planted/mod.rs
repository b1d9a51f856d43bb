//! `cargo xtask planted`: puts a known bug into a copy of the sources, runs the test that should see it, and expects
//! red. A test suite is believed only as far as it has been seen to fail.

mod patch;
mod scratch;

use std::time::{Duration, Instant};

use patch::Patch;
use scratch::Scratch;

use crate::setup::{apt, python, tools};
use crate::shell::{Failure, Outcome, say};
use crate::test::counts::Counts;
use crate::test::{artifacts, runner};
use crate::tree::Tree;
use crate::ui;

/// Seconds for the one test of a planted bug; a hang counts as seen.
const LIMIT: u64 = 300;

pub(crate) fn planted(tree: &Tree, words: &[&str]) -> Outcome {
    let patches = Patch::all(tree, words)?;
    prepare(tree, &patches)?;
    let scratch = Scratch::of(tree)?;

    say("the tests without any bug");
    for patch in &patches {
        let counts = run(&scratch, patch)?;
        if counts.failed > 0 || counts.passed == 0 {
            return Err(Failure::new(format!(
                "{}: its test `{}` must be green before the bug is planted; {} passed, {} failed",
                patch.name, patch.test, counts.passed, counts.failed
            )));
        }
    }
    let mut rows = Vec::new();
    for patch in &patches {
        say(&format!("{}: {}", patch.name, patch.what));
        let started = Instant::now();
        let outcome = plant(tree, &scratch, patch);
        rows.push((patch, outcome, started.elapsed()));
    }
    scratch.refresh(tree)?;
    report(&rows)
}

/// What the tests of these patches need beyond a build.
fn prepare(tree: &Tree, patches: &[Patch]) -> Outcome {
    apt::ensure(apt::WINDOW)?;
    ui::pages(tree)?;
    let suite = |name| patches.iter().any(|patch| patch.test.suite() == Some(name));
    if ["moto", "terraform", "faults", "window"].into_iter().any(suite) {
        python::ensure(tree)?;
    }
    if suite("keychain") || suite("window") {
        apt::ensure(apt::SCREEN)?;
        apt::ensure(apt::KEYRING)?;
    }
    if suite("window") {
        apt::ensure(apt::DRIVER)?;
        tools::TAURI_DRIVER.ensure(tree)?;
    }
    artifacts::everything(tree).map(drop)
}

/// Applies, runs, and takes back; the outcome says why when it was not red.
fn plant(tree: &Tree, scratch: &Scratch, patch: &Patch) -> Outcome {
    patch.apply(&scratch.tree.root)?;
    let counts = run(scratch, patch);
    scratch.refresh(tree)?;
    if counts?.failed == 0 {
        return Err(Failure::new("its test stayed green"));
    }
    Ok(())
}

fn run(scratch: &Scratch, patch: &Patch) -> Outcome<Counts> {
    let test = &patch.test;
    if test.package == "ui" {
        return runner::page_tests(&scratch.tree, Some(&test.filter));
    }
    let binaries = artifacts::build(&scratch.tree, &test.selection())?;
    let mut counts = Counts::default();
    for binary in binaries.iter().filter(|binary| test.is_in(binary)) {
        counts += runner::filtered(&scratch.tree, binary, &test.filter, LIMIT)?;
    }
    Ok(counts)
}

fn report(rows: &[(&Patch, Outcome, Duration)]) -> Outcome {
    let width = rows.iter().map(|(patch, ..)| patch.name.len()).max().unwrap_or(0);
    println!();
    for (patch, outcome, took) in rows {
        let verdict = match outcome {
            Ok(()) => "red".to_owned(),
            Err(why) => format!("NOT SEEN: {why}"),
        };
        println!("{:<width$}  {:>4} s  {verdict}  ({})", patch.name, took.as_secs(), patch.test);
    }
    let red = rows.iter().filter(|(_, outcome, _)| outcome.is_ok()).count();
    println!("\n{red} of {} planted bugs were seen", rows.len());
    if red == rows.len() { Ok(()) } else { Err(Failure::new("a planted bug was not seen")) }
}
