//! `cargo xtask actions`: what AWS says of each action's resources and conditions, which the practice account works by.

use std::process::Command;

use crate::setup::python;
use crate::shell::{Failure, Outcome, run};
use crate::tree::Tree;

pub(crate) fn actions(tree: &Tree, words: &[&str]) -> Outcome {
    let flags: &[&str] = match words {
        [] => &[],
        ["--check"] => &["--check"],
        _ => return Err(Failure::new("usage: cargo xtask actions [--check]")),
    };
    let home = python::ensure(tree)?;
    let script = tree.root.join("tests/python/iam_actions.py");
    run(Command::new(home.join("bin/python")).arg(script).args(flags))
}
