//! The copy that bugs are planted into. It has a target directory of its own, so that no binary with a bug inside can
//! be taken for a good one; what was compiled of other people's crates is linked into it, so that it costs seconds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Outcome, capture, say, succeeds};
use crate::stamp::{Fingerprint, files, unless_done};
use crate::tree::Tree;

/// Made by a build but no part of the repository; the window carries it.
const PAGES: &str = "ui/dist";

/// The copy.
pub(crate) struct Scratch {
    pub(crate) tree: Tree,
}

impl Scratch {
    pub(crate) fn of(tree: &Tree) -> Outcome<Self> {
        let home = tree.target.join("planted");
        let scratch = Self { tree: Tree { root: home.join("tree"), target: home.join("target") } };
        fs::create_dir_all(&scratch.tree.root)?;
        scratch.refresh(tree)?;
        scratch.seed(tree)?;
        Self::point(&scratch.tree.target.join("tools"), &tree.tools())?;
        Self::point(&scratch.tree.ui().join("node_modules"), &tree.ui().join("node_modules"))?;
        Ok(scratch)
    }

    /// Makes the copy equal to the checkout, uncommitted changes included. Files that are equal already are not
    /// touched: their times tell cargo that nothing has to be built.
    pub(crate) fn refresh(&self, tree: &Tree) -> Outcome {
        let listed = capture(
            Command::new("git")
                .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
                .current_dir(&tree.root),
        )?;
        let mut wanted: BTreeSet<PathBuf> =
            listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect();
        if tree.root.join(PAGES).is_dir() {
            for file in files(&tree.root.join(PAGES), &[])? {
                wanted.insert(tree.short(&file).to_path_buf());
            }
        }
        for name in &wanted {
            copy(&tree.root.join(name), &self.tree.root.join(name))?;
        }
        for file in files(&self.tree.root, &["node_modules", "gen", "paraglide"])? {
            if !wanted.contains(self.tree.short(&file)) {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    /// Links what is compiled into the copy's target directory. Cargo keeps the crates of registries apart from the
    /// path of the workspace, so they are found there as if they had been built there; ours are left out.
    fn seed(&self, tree: &Tree) -> Outcome {
        let to = self.tree.target.join("debug");
        let fingerprint = Fingerprint::default().file(&tree.root.join("Cargo.lock")).text();
        unless_done(&self.tree.target.join("seeded"), &fingerprint, || {
            say("linking what is compiled already");
            fs::create_dir_all(&to)?;
            for part in ["deps", "build", ".fingerprint"] {
                let from = tree.target.join("debug").join(part);
                // Where cp cannot link (other systems), the first build takes its minutes instead.
                if succeeds(Command::new("cp").args(["--archive", "--link", "--force"]).arg(from).arg(&to)) {
                    remove_ours(&to.join(part))?;
                }
            }
            Ok(())
        })
    }

    #[cfg(unix)]
    fn point(link: &Path, to: &Path) -> Outcome {
        if to.exists() && !link.exists() {
            if let Some(folder) = link.parent() {
                fs::create_dir_all(folder)?;
            }
            std::os::unix::fs::symlink(to, link)?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn point(_: &Path, _: &Path) -> Outcome {
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> Outcome {
    // Listed by git and gone: deleted in the checkout, so gone from the copy as well.
    let Ok(bytes) = fs::read(from) else {
        let _ = fs::remove_file(to);
        return Ok(());
    };
    if fs::read(to).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(to, bytes)?)
}

fn remove_ours(folder: &Path) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.trim_start_matches("lib").starts_with("slipway") || name.starts_with("xtask") {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    Ok(())
}
