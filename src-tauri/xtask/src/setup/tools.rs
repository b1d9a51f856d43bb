//! Programs from crates.io that the tests and lints use, built once into the target directory.

use std::path::PathBuf;

use crate::shell::{Outcome, cargo, run, say, which};
use crate::tree::Tree;

/// A crate's program at the version we tried.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The WebDriver intermediary of Tauri.
pub(crate) const TAURI_DRIVER: Tool = Tool { name: "tauri-driver", version: "2.1.0" };
/// Licences, bans and sources of dependencies.
pub(crate) const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

impl Tool {
    /// The program, installed when it is not there. One on the PATH is taken as it is.
    pub(crate) fn ensure(&self, tree: &Tree) -> Outcome<PathBuf> {
        let root = tree.tools().join(format!("{}-{}", self.name, self.version));
        let program = root.join("bin").join(self.name);
        if program.is_file() {
            return Ok(program);
        }
        if let Some(found) = which(self.name) {
            return Ok(found);
        }
        say(&format!("{} {} (once)", self.name, self.version));
        let build = tree.tools().join("build");
        run(cargo(tree)
            .args(["install", "--locked", "--quiet", "--version", self.version, "--root"])
            .arg(&root)
            .arg("--target-dir")
            .arg(&build)
            .arg(self.name))?;
        std::fs::remove_dir_all(build)?;
        Ok(program)
    }
}
