//! `cargo xtask bench`: Slipway beside its peers, in ratios; and what is large or slow about itself.

use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};

use crate::bundle;
use crate::setup::apt;
use crate::shell::{Outcome, cargo, run, say};
use crate::test::{runner, suite};
use crate::tree::Tree;
use crate::ui;

pub(crate) fn bench(tree: &Tree, words: &[&str]) -> Outcome {
    let wanted = |part| words.is_empty() || words.contains(&part);
    apt::ensure(apt::WINDOW)?;
    suite::driver_there(tree)?;
    ui::pages(tree)?;
    if wanted("size") {
        bundle::bundle(tree, &[])?;
    }
    say("the programs");
    run(cargo(tree).args(["build", "--workspace", "--bins"]))?;
    run(Command::new(tree.binary("bench")).args(words).env("PATH", runner::path_with_tools(tree)))?;
    if wanted("build") {
        builds(tree)?;
    }
    Ok(())
}

/// What a person waits for: the first time, and after changing one file of core.
fn builds(tree: &Tree) -> Outcome {
    let cold = tree.target.join("bench-cold");
    remove(&cold)?;
    let from_nothing = time(cargo(tree).env("CARGO_TARGET_DIR", &cold))?;
    remove(&cold)?;
    let file = std::fs::File::open(tree.root.join("src-tauri/core/src/lib.rs"))?;
    file.set_modified(SystemTime::now())?;
    let after_a_change = time(&mut cargo(tree))?;
    println!("\nBuilds of all programs");
    println!("  from nothing                       {from_nothing:.0} s");
    println!("  after a change in core             {after_a_change:.1} s");
    Ok(())
}

fn time(cargo: &mut Command) -> Outcome<f64> {
    let started = Instant::now();
    run(cargo.args(["build", "--workspace", "--bins", "--quiet"]))?;
    Ok(started.elapsed().as_secs_f64())
}

fn remove(folder: &Path) -> Outcome {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}
