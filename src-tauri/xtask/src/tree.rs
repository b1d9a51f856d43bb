//! Where things are in the checkout.

use std::path::{Path, PathBuf};

use crate::shell::{Failure, Outcome};

/// One checkout and the directory its builds go to.
pub(crate) struct Tree {
    /// The folder with the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target directory; may lie outside the checkout.
    pub(crate) target: PathBuf,
}

impl Tree {
    /// Asks the environment that `cargo run` sets up, not the path compiled in: two checkouts may share one target
    /// directory, and then whichever built last has left its binary there.
    pub(crate) fn find() -> Outcome<Self> {
        let here = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here
            .ancestors()
            .find(|folder| folder.join("src-tauri/xtask/Cargo.toml").is_file())
            .ok_or_else(|| Failure::new("run it inside the checkout, as `cargo xtask …`"))?
            .to_path_buf();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target })
    }

    /// The user interface's folder.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Where tools that are no part of the product are installed.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// A binary of the workspace as `cargo build` leaves it.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The path as a person in the checkout would write it.
    pub(crate) fn short<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}
