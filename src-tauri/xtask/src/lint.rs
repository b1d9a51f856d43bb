//! `cargo xtask lint`: everything that can be said about the code without running it. Warnings are errors.

use crate::setup::{apt, tools};
use crate::shell::{Failure, Outcome, capture, cargo, run, say};
use crate::tree::Tree;
use crate::ui;

/// A part's name and what it does.
type Part = (&'static str, fn(&Tree) -> Outcome);

/// The parts in their order, the quick ones first; `deny` may have to compile its tool.
const PARTS: &[Part] =
    &[("lock", lock), ("fmt", fmt), ("ui", pages), ("clippy", clippy), ("house", house), ("deny", deny)];

pub(crate) fn lint(tree: &Tree, words: &[&str]) -> Outcome {
    if let Some(unknown) = words.iter().find(|word| !PARTS.iter().any(|(name, _)| name == *word)) {
        return Err(Failure::new(format!(
            "there is no lint `{unknown}`; there are lock, fmt, ui, clippy, house, deny"
        )));
    }
    for (name, part) in PARTS {
        if words.is_empty() || words.contains(name) {
            say(&format!("lint {name}"));
            part(tree)?;
        }
    }
    println!("clean");
    Ok(())
}

/// A lock file that cargo would have to change is one that nobody has tested.
fn lock(tree: &Tree) -> Outcome {
    capture(cargo(tree).args(["metadata", "--locked", "--format-version=1"])).map(drop)
}

fn fmt(tree: &Tree) -> Outcome {
    run(cargo(tree).args(["fmt", "--all", "--check"]))
}

fn clippy(tree: &Tree) -> Outcome {
    apt::ensure(apt::WINDOW)?;
    // The window's code does not compile without the pages it carries.
    ui::pages(tree)?;
    run(cargo(tree).args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn pages(tree: &Tree) -> Outcome {
    let ui = tree.ui();
    ui::packages(&ui)?;
    for script in ["check", "lint"] {
        run(ui::npm(&ui).args(["run", script, "--silent"]))?;
    }
    Ok(())
}

/// What the design promises about who may know whom.
fn house(tree: &Tree) -> Outcome {
    run(cargo(tree).args(["test", "--workspace", "--test", "house", "--quiet"]))
}

/// The advisory database needs the open network, so advisories belong to a release, not to each change.
fn deny(tree: &Tree) -> Outcome {
    let deny = tools::CARGO_DENY.ensure(tree)?;
    run(std::process::Command::new(deny)
        .args(["--workspace", "--log-level=error", "check", "licenses", "bans", "sources"])
        .current_dir(&tree.root))
}
