//! What each window may call. A command is named in three places that cannot name each other; here they are held
//! together, and the grants are written out, so that a wider one is a decision.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};
use slipway_tests::places;

use crate::sources::text;

fn source(path: &str) -> String {
    text(&places::root().join("src-tauri").join(path))
}

/// What stands between `start` and `end`, a name in each line, without what is around it.
fn listed(text: &str, start: &str, end: &str, name: impl Fn(&str) -> Option<&str>) -> BTreeSet<String> {
    let list =
        text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).expect("the list is there").0;
    list.lines().filter_map(|line| name(line.trim())).map(|name| name.replace('-', "_")).collect()
}

fn quoted(line: &str) -> Option<&str> {
    line.trim_end_matches(',').strip_prefix('"')?.strip_suffix('"')
}

fn bound() -> BTreeSet<String> {
    let bindings = source("src/bindings.rs");
    listed(&bindings, "collect_commands![", "]", |line| Some(line.trim_end_matches(',').split_once("::")?.1))
}

#[test]
fn the_manifest_lists_every_command_that_is_bound() {
    let bound = bound();
    assert!(bound.len() > 30, "{bound:?}");
    assert_eq!(listed(&source("build.rs"), "COMMANDS: &[&str] = &[", "];", quoted), bound);
}

/// The pages' types are written by the window itself; what is committed must be what it writes.
#[test]
fn the_committed_bindings_are_what_the_window_writes() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let fresh = folder.path().join("bindings.ts");
    let written = Command::new(places::binary("slipway-app")).arg("--export-bindings").arg(&fresh).status();
    assert!(written.is_ok_and(|status| status.success()), "the window writes its bindings");
    let committed = text(&places::root().join("ui/src/ipc/bindings.ts"));
    assert!(committed == text(&fresh), "ui/src/ipc/bindings.ts is stale: `cargo xtask bindings` writes it");
}

#[test]
fn the_main_window_may_call_every_command_but_the_one_that_takes_keys() {
    let granted = listed(&source("permissions/main-commands.toml"), "permissions = [", "]", |line| {
        quoted(line)?.strip_prefix("allow-")
    });
    let mut wanted = bound();
    assert!(wanted.remove("save_keys"));
    assert_eq!(granted, wanted);
}

#[test]
fn what_each_window_may_call_is_what_was_decided() {
    let grants = |name: &str| -> (Value, Value) {
        let capability: Value =
            serde_json::from_str(&source(&format!("capabilities/{name}.json"))).expect("JSON");
        (capability["windows"].clone(), capability["permissions"].clone())
    };
    assert_eq!(
        grants("main"),
        (json!(["main"]), json!(["core:event:allow-listen", "core:event:allow-unlisten", "main-commands"]))
    );
    assert_eq!(grants("keys"), (json!(["keys"]), json!(["allow-save-keys", "core:window:allow-close"])));
    let files =
        std::fs::read_dir(places::root().join("src-tauri/capabilities")).expect("there are capabilities");
    assert_eq!(files.count(), 2, "a third capability is a decision");
}
