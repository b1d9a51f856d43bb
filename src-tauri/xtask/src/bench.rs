//! `cargo xtask bench`: Slipway beside its peers, in ratios.

use std::process::Command;
use std::time::{Instant, SystemTime};

use crate::setup::apt;
use crate::shell::{Outcome, cargo, run, say};
use crate::test::{runner, suite};
use crate::tree::Tree;
use crate::ui;

pub(crate) fn bench(tree: &Tree, words: &[&str]) -> Outcome {
    apt::ensure(apt::WINDOW)?;
    suite::driver_there(tree)?;
    ui::pages(tree)?;
    say("the programs");
    run(cargo(tree).args(["build", "--workspace", "--bins"]))?;
    run(Command::new(tree.binary("bench")).args(words).env("PATH", runner::path_with_tools(tree)))?;
    if words.is_empty() || words.contains(&"build") {
        warm_build(tree)?;
    }
    Ok(())
}

/// What a person waits for after changing one file of core.
fn warm_build(tree: &Tree) -> Outcome {
    let file = std::fs::File::open(tree.root.join("src-tauri/core/src/lib.rs"))?;
    file.set_modified(SystemTime::now())?;
    let started = Instant::now();
    run(cargo(tree).args(["build", "--workspace", "--bins", "--quiet"]))?;
    println!("\nBuilds\n  after a change in core, all programs  {:.1} s", started.elapsed().as_secs_f64());
    println!("  from nothing: remove the target directory and time `cargo xtask app`");
    Ok(())
}
