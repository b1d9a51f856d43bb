//! `cargo xtask`: everything a person or a machine does with this repository, each command with all its own
//! set-up. It prefers asking the tools that are there (apt, npm, python, cargo) over doing their work itself.
// Printing is what it is for.
#![allow(clippy::print_stdout)]

mod actions;
mod app;
mod bench;
mod bindings;
mod bundle;
mod display;
mod lint;
mod planted;
mod setup;
mod shell;
mod stamp;
mod test;
mod tree;
mod ui;

use std::process::ExitCode;

use shell::{Failure, Outcome};

const HELP: &str = "\
cargo xtask app [--virtual]     build Slipway's window and open it (--virtual: on a screen nobody sees)
cargo xtask test [SUITE…]       run the suites, or only those named; `cargo xtask test --list` names them
cargo xtask lint [PART…]        formatting, lints, house rules, licences; parts: lock fmt ui clippy house deny
cargo xtask bindings [--check]  write ui/src/ipc/bindings.ts from the window's commands
cargo xtask actions [--check]   write what AWS's reference says of each call's permissions, which the practice account works by
cargo xtask planted [NAME…]     put known bugs in one at a time and see a test catch each
cargo xtask bench [PART…]       beside its peers, in ratios; parts: create check every kills pace pairs window size build
cargo xtask bundle [KIND]       what is given to people: a .deb here";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Outcome {
    let tree = tree::Tree::find()?;
    match words {
        ["app", rest @ ..] => app::app(&tree, rest),
        ["test", rest @ ..] => test::test(&tree, rest),
        ["lint", rest @ ..] => lint::lint(&tree, rest),
        ["actions", rest @ ..] => actions::actions(&tree, rest),
        ["planted", rest @ ..] => planted::planted(&tree, rest),
        ["bench", rest @ ..] => bench::bench(&tree, rest),
        ["bundle", rest @ ..] => bundle::bundle(&tree, rest),
        ["bindings", rest @ ..] => bindings::bindings(&tree, rest),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        [other, ..] => Err(Failure::new(format!("there is no command `{other}`.\n{HELP}"))),
    }
}
