//! That every planted bug can still be planted, and that the test which is to see it is there. Whether it does see it
//! takes a build each: `cargo xtask planted`.

use std::{path::Path, process::Command};

use slipway_tests::places;

use crate::sources::{files, short, text};

/// What git has against applying a patch to the checkout as it is.
fn objection(patch: &Path) -> Option<String> {
    let root = places::root();
    let checked = Command::new("git")
        .args(["apply", "--check"])
        .arg(patch)
        .current_dir(root)
        // A checkout without a repository of its own may lie in somebody else's.
        .env("GIT_CEILING_DIRECTORIES", root.parent().unwrap_or(root))
        .output()
        .expect("git");
    (!checked.status.success()).then(|| String::from_utf8_lossy(&checked.stderr).into_owned())
}

#[test]
fn every_planted_bug_can_be_planted() {
    let patches = files("tests/planted", ".patch");
    assert!(patches.len() > 10, "only {} patches were found", patches.len());
    let stale: Vec<_> = patches
        .iter()
        .filter_map(|patch| Some(format!("{}: {}", short(patch).display(), objection(patch)?)))
        .collect();
    assert!(stale.is_empty(), "these do not apply any more: {stale:#?}");
}

#[test]
fn the_test_that_is_to_see_a_planted_bug_is_there() {
    let mut sources = files("tests", ".rs");
    sources.extend(files("src-tauri", ".rs"));
    let sources: String = sources.iter().map(|file| text(file)).collect();
    for patch in files("tests/planted", ".patch") {
        let text = text(&patch);
        let test = text.lines().find_map(|line| line.strip_prefix("# test: ")).unwrap_or_default();
        let name = test.rsplit([' ', ':']).next().unwrap_or_default();
        let there = test.starts_with("ui ") || sources.contains(&format!("fn {name}"));
        assert!(there && !name.is_empty(), "{}: there is no test `{test}`", short(&patch).display());
    }
}
