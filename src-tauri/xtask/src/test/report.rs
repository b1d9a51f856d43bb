//! The last page: a row for each suite, what was counted on the way, and one line for everything.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::shell::{Failure, Outcome};
use crate::test::counts::Counts;
use crate::tree::Tree;

/// One suite's outcome.
pub(crate) struct Row {
    pub(crate) suite: &'static str,
    pub(crate) counts: Counts,
    pub(crate) took: Duration,
    pub(crate) remark: Option<String>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// Prints it; a failed test anywhere, or a suite that ran nothing at all, makes it a failure.
    pub(crate) fn print(&self, tree: &Tree) -> Outcome {
        let mut all = Counts::default();
        println!("\n{:<11} {:>7} {:>7} {:>8} {:>8}", "suite", "passed", "failed", "skipped", "time");
        for Row { suite, counts, took, remark } in &self.rows {
            all += *counts;
            let remark = remark.as_deref().map(|text| format!("  {text}")).unwrap_or_default();
            println!(
                "{suite:<11} {:>7} {:>7} {:>8} {:>6} s{remark}",
                counts.passed,
                counts.failed,
                counts.skipped,
                took.as_secs()
            );
        }
        let seen = seen(tree);
        if !seen.is_empty() {
            println!("\ncounted by the tests");
            for line in &seen {
                println!("  {line}");
            }
        }
        println!("\n{} passed, {} failed, {} skipped", all.passed, all.failed, all.skipped);

        let empty: Vec<_> =
            self.rows.iter().filter(|row| row.counts.total() == 0).map(|row| row.suite).collect();
        if !empty.is_empty() {
            return Err(Failure::new(format!("no test ran in: {}", empty.join(", "))));
        }
        if all.failed > 0 {
            return Err(Failure::new("there are failed tests; they are named above"));
        }
        Ok(())
    }
}

/// Where tests leave the figures that they counted (see `slipway_tests::seen`).
fn folder(tree: &Tree) -> PathBuf {
    tree.target.join("seen")
}

/// Takes away what an earlier run counted.
pub(crate) fn forget_seen(tree: &Tree) {
    let _ = fs::remove_dir_all(folder(tree));
}

fn seen(tree: &Tree) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder(tree)) else { return Vec::new() };
    let mut lines: Vec<String> = entries
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .map(|text| text.trim().to_owned())
        .collect();
    lines.sort();
    lines
}
