//! One test for each rule.

use std::collections::BTreeSet;
use std::path::PathBuf;

use slipway_tests::places;

use crate::sources::{files, lines_with, short, text};

const NOTHING: Vec<String> = Vec::new();

#[test]
fn core_names_neither_the_window_nor_the_keychain() {
    let mut core = files("src-tauri/core", ".rs");
    core.extend(files("src-tauri/core", "Cargo.toml"));
    assert!(core.len() > 1, "core has files");
    assert_eq!(lines_with(&core, &["tauri", "keyring"]), NOTHING);
}

#[test]
fn window_cli_and_connect_name_no_aws_sdk() {
    let mut edge = files("src-tauri/src", ".rs");
    edge.extend(files("src-tauri/cli", ".rs"));
    edge.extend(files("src-tauri/connect", ".rs"));
    for manifest in ["src-tauri/Cargo.toml", "src-tauri/cli/Cargo.toml", "src-tauri/connect/Cargo.toml"] {
        edge.push(places::root().join(manifest));
    }
    assert_eq!(lines_with(&edge, &["aws_sdk_", "aws-sdk-"]), NOTHING);
}

#[test]
fn only_the_ipc_folder_of_the_pages_knows_tauri() {
    let ipc = places::root().join("ui/src/ipc");
    let outside: Vec<PathBuf> = [".ts", ".svelte", ".js"]
        .iter()
        .flat_map(|ending| files("ui/src", ending))
        .filter(|file| !file.starts_with(&ipc))
        .collect();
    assert_eq!(lines_with(&outside, &["@tauri-apps/"]), NOTHING);
}

/// The window may be reached only with what its capability files grant, and pages load nothing from elsewhere.
#[test]
fn pages_name_no_other_server() {
    let pages = files("ui", "index.html");
    assert_eq!(lines_with(&pages, &["http://", "https://"]), NOTHING);
    let settings = text(&places::root().join("src-tauri/tauri.conf.json"));
    assert!(settings.contains("default-src 'none'") && settings.contains("\"withGlobalTauri\": false"));
}

/// The top level is the user's: a new folder there is a decision, not an accident.
#[test]
fn the_top_level_holds_what_the_design_lists() {
    let tracked = std::process::Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(places::root())
        .output()
        .expect("git can be started");
    let tracked = String::from_utf8_lossy(&tracked.stdout).into_owned();
    let found: BTreeSet<&str> = tracked
        .split('\0')
        .filter_map(|path| path.split('/').next())
        .filter(|name| !name.is_empty())
        .collect();
    let allowed = BTreeSet::from([
        ".cargo",
        ".ci",
        ".github",
        ".clippy.toml",
        ".gitattributes",
        ".gitignore",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "deny.toml",
        "icons",
        "rustfmt.toml",
        "src-tauri",
        "tests",
        "ui",
    ]);
    assert_eq!(found.difference(&allowed).copied().collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn rust_files_are_named_in_small_letters_with_underscores() {
    let sources = ["src-tauri", "tests"].iter().flat_map(|folder| files(folder, ".rs"));
    let odd: Vec<_> = sources
        .filter(|file| {
            // The name of a program is the name of its file, and programs are written with hyphens.
            let program = file.parent().is_some_and(|folder| folder.ends_with("bin"));
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || (program && c == '-');
            !stem.chars().all(plain)
        })
        .map(|file| short(&file).display().to_string())
        .collect();
    assert_eq!(odd, NOTHING);
}

/// Words that say nothing about what a thing does.
#[test]
fn no_file_is_named_for_nothing() {
    let empty = ["util", "utils", "helper", "helpers", "manager", "misc", "common"];
    let odd: Vec<_> = ["src-tauri", "tests", "ui/src"]
        .iter()
        .flat_map(|folder| [".rs", ".ts", ".svelte"].iter().flat_map(|ending| files(folder, ending)))
        .filter(|file| {
            empty.contains(&file.file_stem().unwrap_or_default().to_string_lossy().to_lowercase().as_str())
        })
        .map(|file| short(&file).display().to_string())
        .collect();
    assert_eq!(odd, NOTHING);
}

#[test]
fn nothing_is_left_undone() {
    let mut sources = files("src-tauri", ".rs");
    sources.extend(files("ui/src", ".ts"));
    sources.extend(files("ui/src", ".svelte"));
    // Put together here, so that this line is not one of those that it looks for.
    let words = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("FIX", "ME")];
    assert_eq!(lines_with(&sources, &words), NOTHING);
}
