//! `cargo xtask test`: builds once, runs the suites, counts.

pub(crate) mod artifacts;
pub(crate) mod counts;
mod report;
pub(crate) mod runner;
pub(crate) mod suite;

use std::process::Command;
use std::time::Instant;

use artifacts::Binary;
use counts::Counts;
use report::{Report, Row};
use suite::{SUITES, Suite};

use crate::setup::apt;
use crate::shell::{Failure, Outcome, capture, say};
use crate::tree::Tree;
use crate::ui;

pub(crate) fn test(tree: &Tree, words: &[&str]) -> Outcome {
    if words == ["--list"] {
        for suite in SUITES {
            println!("{:<10} {}", suite.name, suite.shows);
        }
        return Ok(());
    }
    let chosen = choose(words)?;
    apt::ensure(apt::WINDOW)?;
    for suite in &chosen {
        (suite.prepare)(tree)?;
    }
    ui::pages(tree)?;
    let binaries = artifacts::everything(tree)?;
    report::forget_seen(tree);

    let mut report = Report::default();
    for suite in chosen {
        let started = Instant::now();
        println!();
        say(&format!("suite {}: {}", suite.name, suite.shows));
        let (counts, remark) = match missing(tree, suite) {
            Some(why) => skip(tree, suite, &binaries, &why)?,
            None => (run(tree, suite, &binaries)?, None),
        };
        report.rows.push(Row { suite: suite.name, counts, took: started.elapsed(), remark });
    }
    report.print(tree)
}

fn choose(words: &[&str]) -> Outcome<Vec<&'static Suite>> {
    if words.is_empty() {
        return Ok(SUITES.iter().collect());
    }
    words
        .iter()
        .map(|word| {
            SUITES.iter().find(|suite| suite.name == *word).ok_or_else(|| {
                let names: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
                Failure::new(format!("there is no suite `{word}`; there are {}", names.join(", ")))
            })
        })
        .collect()
}

/// Why a suite cannot run here though set-up is done: Terraform is the one thing that no registry brings.
fn missing(tree: &Tree, suite: &Suite) -> Option<String> {
    match suite.name {
        "terraform" => {
            capture(&mut Command::new(tree.binary("find-terraform"))).err().map(|why| why.to_string())
        }
        _ => None,
    }
}

fn skip(tree: &Tree, suite: &Suite, binaries: &[Binary], why: &str) -> Outcome<(Counts, Option<String>)> {
    println!("   SKIPPED: {why}");
    let mut counts = Counts::default();
    for binary in binaries.iter().filter(|binary| suite.owns(binary)) {
        counts.skipped += runner::number_of_tests(tree, suite, binary)?;
    }
    Ok((counts, Some(format!("skipped: {why}"))))
}

fn run(tree: &Tree, suite: &Suite, binaries: &[Binary]) -> Outcome<Counts> {
    let mut counts = Counts::default();
    for binary in binaries.iter().filter(|binary| suite.owns(binary)) {
        counts += runner::binary(tree, suite, binary)?;
    }
    if suite.name == "unit" {
        counts += runner::documentation(tree)?;
        counts += runner::pages(tree)?;
    }
    Ok(counts)
}
