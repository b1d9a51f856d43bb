//! Where things are, found from the running test binary: the suites work from any checkout and any target directory.

use std::path::{Path, PathBuf};

/// Cargo's target directory, from the place of the running binary (`…/debug/deps/moto-1234`).
pub fn target() -> PathBuf {
    let binary = std::env::current_exe().expect("a running test has a path");
    let debug =
        binary.ancestors().find(|path| path.ends_with("debug")).expect("tests run from a debug build");
    debug.parent().expect("debug lies in the target directory").to_path_buf()
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the checkout")
}

/// A program of this workspace, as the build that made this test left it.
pub fn binary(name: &str) -> PathBuf {
    let path = target().join("debug").join(name);
    assert!(path.is_file(), "{} is not built; `cargo build --workspace` builds it", path.display());
    path
}

/// A program of the tests' Python environment.
pub fn python(name: &str) -> PathBuf {
    let path = target().join("tools/python/bin").join(name);
    assert!(path.is_file(), "{} is not there; `cargo xtask test moto` sets it up", path.display());
    path
}

/// A tool that `cargo xtask` installed at a pinned version, or one on the PATH.
pub fn tool(name: &str) -> PathBuf {
    let installed =
        std::fs::read_dir(target().join("tools")).into_iter().flatten().flatten().find_map(|entry| {
            let pinned = entry.file_name().to_string_lossy().starts_with(&format!("{name}-"));
            Some(entry.path().join("bin").join(name)).filter(|path| pinned && path.is_file())
        });
    installed
        .or_else(|| on_path(name))
        .unwrap_or_else(|| panic!("{name} is not there; `cargo xtask test window` installs it"))
}

/// The first of the PATH's folders that has this program.
pub fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|dir| dir.join(program)).find(|path| path.is_file())
}
