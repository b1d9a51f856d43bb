//! `cargo xtask bundle`: what is given to people. Here a .deb; the bundles of the other systems need those systems,
//! and are made by the release workflow with the same command.

use std::process::Command;

use crate::setup::apt;
use crate::shell::{Failure, Outcome, run, say};
use crate::tree::Tree;
use crate::ui;

pub(crate) fn bundle(tree: &Tree, words: &[&str]) -> Outcome {
    let kinds = match words {
        [] if cfg!(target_os = "linux") => "deb",
        [] if cfg!(target_os = "macos") => "dmg",
        [] => "nsis",
        [kinds] => kinds,
        _ => return Err(Failure::new("usage: cargo xtask bundle [KIND,…]")),
    };
    apt::ensure(apt::WINDOW)?;
    ui::pages(tree)?;
    say(&format!("the bundle ({kinds}); a first release build takes a while"));
    // Tauri's own command knows every system's bundle; it is among the packages of the pages. It builds the whole
    // workspace, or the command line would want the AWS SDK compiled a second time.
    let tauri = tree.ui().join("node_modules/.bin").join(if cfg!(windows) { "tauri.cmd" } else { "tauri" });
    run(Command::new(tauri)
        .current_dir(&tree.root)
        .args(["build", "--bundles", kinds, "--config", &with_command_line(tree), "--", "--workspace"])
        .env("CARGO_TARGET_DIR", &tree.target))?;
    println!("In {}", tree.target.join("release/bundle").display());
    Ok(())
}

/// The command line goes where each system looks for one: beside the window, and on Linux into the path.
fn with_command_line(tree: &Tree) -> String {
    let program = tree.target.join("release").join(if cfg!(windows) { "slipway.exe" } else { "slipway" });
    let program = program.to_string_lossy().replace('\\', "/");
    let bundle = if cfg!(windows) {
        format!(r#""resources": {{ "{program}": "slipway.exe" }}"#)
    } else if cfg!(target_os = "macos") {
        format!(r#""macOS": {{ "files": {{ "MacOS/slipway": "{program}" }} }}"#)
    } else {
        format!(r#""linux": {{ "deb": {{ "files": {{ "/usr/bin/slipway": "{program}" }} }} }}"#)
    };
    format!(r#"{{ "bundle": {{ {bundle} }} }}"#)
}
