//! The user interface: its packages and its built pages, which the window carries inside.

use std::path::Path;
use std::process::Command;

use crate::shell::{Failure, Outcome, capture, run, say};
use crate::stamp::{Fingerprint, unless_done};
use crate::tree::Tree;

const OLDEST_NODE: u32 = 20;

/// `npm` in a folder.
pub(crate) fn npm(folder: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder);
    command
}

/// Installs exactly what the folder's lock file says, when that changed.
pub(crate) fn packages(folder: &Path) -> Outcome {
    let node = node_version()?;
    let fingerprint = Fingerprint::default()
        .word(&node)
        .file(&folder.join("package-lock.json"))
        .file(&folder.join("package.json"))
        .text();
    unless_done(&folder.join("node_modules/.slipway-stamp"), &fingerprint, || {
        say(&format!("npm packages for {}", folder.display()));
        run(npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    })
}

/// Builds the pages into ui/dist, when anything they are made from changed.
pub(crate) fn pages(tree: &Tree) -> Outcome {
    let ui = tree.ui();
    packages(&ui)?;
    let fingerprint =
        Fingerprint::default().folder(&ui, &["node_modules", "dist", "paraglide", ".svelte-kit"])?.text();
    let stamp = ui.join("node_modules/.slipway-pages");
    if !ui.join("dist/index.html").is_file() {
        let _ = std::fs::remove_file(&stamp);
    }
    unless_done(&stamp, &fingerprint, || {
        say("pages of the window");
        run(npm(&ui).args(["run", "build", "--silent"]))
    })
}

fn node_version() -> Outcome<String> {
    let version = capture(Command::new("node").arg("--version")).map_err(|_| {
        Failure::new(format!(
            "Node.js is not there. Slipway's pages are built with Node {OLDEST_NODE} or newer."
        ))
    })?;
    let major: Option<u32> =
        version.trim().trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(version),
        _ => Err(Failure::new(format!("Node {OLDEST_NODE} or newer is needed; this is {}", version.trim()))),
    }
}
