//! `cargo xtask app`: from a fresh machine to the open window.

use std::process::Command;

use crate::shell::{Failure, Outcome, cargo, run, say, which};
use crate::tree::Tree;
use crate::{display, setup::apt, ui};

pub(crate) fn app(tree: &Tree, words: &[&str]) -> Outcome {
    let hidden = match words {
        [] => false,
        ["--virtual"] => true,
        _ => return Err(Failure::new("usage: cargo xtask app [--virtual]")),
    };
    apt::ensure(apt::WINDOW)?;
    if hidden {
        apt::ensure(apt::SCREEN)?;
    }
    build(tree)?;
    if hidden {
        return open_hidden(tree);
    }
    if !display::there() {
        return Err(Failure::new(
            "Slipway is built, but there is no display here to open its window on.\n  On a machine with a desktop, \
             run this again in a terminal of that desktop.\n  To open it on a virtual screen that nobody sees (for \
             tests or screenshots): cargo xtask app --virtual",
        ));
    }
    say("Slipway is open; close its window to end");
    run(&mut Command::new(tree.binary("slipway-app")))
}

/// Builds the window with its pages inside. `--workspace` makes cargo choose the dependencies' features as for the
/// whole workspace; with `-p` they would differ, and the AWS SDK would be compiled a second time.
pub(crate) fn build(tree: &Tree) -> Outcome {
    ui::pages(tree)?;
    say("the window");
    run(cargo(tree).args(["build", "--workspace", "--bin", "slipway-app"]))
}

fn open_hidden(tree: &Tree) -> Outcome {
    let screen = display::Virtual::start()?;
    say(&format!("Slipway is open on the virtual screen {}; Ctrl-C ends it", screen.name));
    // Single-instance and notifications want a session bus, which a machine without a desktop lacks.
    let mut window = if which("dbus-run-session").is_some() {
        let mut command = Command::new("dbus-run-session");
        command.arg("--").arg(tree.binary("slipway-app"));
        command
    } else {
        Command::new(tree.binary("slipway-app"))
    };
    run(window.env("DISPLAY", &screen.name).env("NO_AT_BRIDGE", "1").env_remove("WAYLAND_DISPLAY"))
}
