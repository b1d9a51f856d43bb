//! `cargo xtask bindings`: the typed door between pages and window, written by the window itself.

use std::fs;
use std::process::Command;

use crate::shell::{Failure, Outcome, run};
use crate::tree::Tree;
use crate::{app, setup::apt};

pub(crate) fn bindings(tree: &Tree, words: &[&str]) -> Outcome {
    let check = match words {
        [] => false,
        ["--check"] => true,
        _ => return Err(Failure::new("usage: cargo xtask bindings [--check]")),
    };
    apt::ensure(apt::WINDOW)?;
    app::build(tree)?;
    let committed = tree.ui().join("src/ipc/bindings.ts");
    let fresh = tree.target.join("bindings.ts");
    run(Command::new(tree.binary("slipway-app")).arg("--export-bindings").arg(&fresh))?;
    let text = fs::read_to_string(&fresh)?;
    if fs::read_to_string(&committed).is_ok_and(|old| old == text) {
        println!("{} is current", tree.short(&committed).display());
    } else if check {
        return Err(Failure::new(
            "ui/src/ipc/bindings.ts is stale; run `cargo xtask bindings` and commit it",
        ));
    } else {
        fs::write(&committed, text)?;
        println!("{} written", tree.short(&committed).display());
    }
    Ok(())
}
