//! Running one program of tests, with its lines shown as they come and counted.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::shell::{Outcome, capture, cargo, tethered};
use crate::test::artifacts::Binary;
use crate::test::counts::Counts;
use crate::test::suite::Suite;
use crate::tree::Tree;
use crate::ui;

/// Runs a test binary of the suite.
pub(crate) fn binary(tree: &Tree, suite: &Suite, binary: &Binary) -> Outcome<Counts> {
    println!("   {} {}", binary.package, binary.target);
    let mut command = command(tree, suite.limit, binary);
    if suite.one_at_a_time {
        command.arg("--test-threads=1");
    }
    counted(&mut command, Counts::of_libtest)
}

/// Runs those tests of a binary whose paths hold the filter.
pub(crate) fn filtered(tree: &Tree, binary: &Binary, filter: &str, limit: u64) -> Outcome<Counts> {
    let mut command = command(tree, limit, binary);
    command.args([filter, "--test-threads=1"]).env("RUST_BACKTRACE", "0");
    counted(&mut command, Counts::of_libtest)
}

/// How many tests it has, without running them.
pub(crate) fn number_of_tests(tree: &Tree, suite: &Suite, binary: &Binary) -> Outcome<u64> {
    let list = capture(command(tree, suite.limit, binary).args(["--list", "--format=terse"]))?;
    Ok(list.lines().filter(|line| line.ends_with(": test")).map(|_| 1).sum())
}

/// The examples in the documentation, which only `cargo test` can run.
pub(crate) fn documentation(tree: &Tree) -> Outcome<Counts> {
    println!("   examples in the documentation");
    counted(cargo(tree).args(["test", "--workspace", "--doc", "--quiet"]), Counts::of_libtest)
}

/// The pages' own tests.
pub(crate) fn pages(tree: &Tree) -> Outcome<Counts> {
    println!("   pages");
    page_tests(tree, None)
}

/// Those of them whose names match; all of them without a name.
pub(crate) fn page_tests(tree: &Tree, name: Option<&str>) -> Outcome<Counts> {
    let mut command = ui::npm(&tree.ui());
    command
        .args(["run", "test", "--silent", "--", "--passWithNoTests"])
        .env("NO_COLOR", "1")
        .env("CI", "true");
    if let Some(name) = name {
        command.args(["--testNamePattern", name]);
    }
    counted(&mut command, Counts::of_vitest)
}

fn command(tree: &Tree, limit: u64, binary: &Binary) -> Command {
    let mut command = tethered(&binary.path, limit);
    command
        .current_dir(&binary.folder)
        .env("CARGO_MANIFEST_DIR", &binary.folder)
        // Else a failing snapshot would write its new text into the checkout.
        .env("INSTA_UPDATE", "no")
        .env("INSTA_WORKSPACE_ROOT", &tree.root)
        .env("PATH", path_with_tools(tree));
    command
}

/// The tools we installed come first, so that suites run the pinned ones.
pub(crate) fn path_with_tools(tree: &Tree) -> std::ffi::OsString {
    let ours = [tree.tools().join("python/bin")];
    let theirs = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(ours.into_iter().chain(std::env::split_paths(&theirs))).unwrap_or(theirs)
}

fn counted(command: &mut Command, read: fn(&str) -> Option<Counts>) -> Outcome<Counts> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| {
        crate::shell::Failure::new(format!(
            "{} could not be started: {error}",
            Path::new(command.get_program()).display()
        ))
    })?;
    let mut counts = Counts::default();
    if let Some(pipe) = child.stdout.take() {
        for line in BufReader::new(pipe).lines() {
            let line = line?;
            if let Some(more) = read(&line) {
                counts += more;
            }
            if !line.trim().is_empty() && line != "running 0 tests" {
                println!("     {line}");
            }
        }
    }
    let status = child.wait()?;
    // It was ended or crashed before it could count: that is one failure at least.
    if !status.success() && counts.failed == 0 {
        println!("     ended with {status} before it was done");
        counts.failed += 1;
    }
    Ok(counts)
}
