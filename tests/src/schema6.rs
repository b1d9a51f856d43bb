//! The schema of provider hashicorp/aws 6, asked about an exported folder. See `tests/schema6/check.mjs`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::places;

/// What the provider would not accept in a folder's files; the number of blocks that were looked at comes first.
pub fn check(folder: &Path) -> (usize, Vec<String>) {
    let home = places::root().join("tests/schema6");
    assert!(
        home.join("node_modules").is_dir(),
        "the schema is not there; `cargo xtask test terraform` installs it"
    );
    let output =
        Command::new("node").arg(home.join("check.mjs")).arg(folder).output().expect("node can be started");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the schema check failed:\n{complaint}");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("the check prints JSON");
    let problems = answer["problems"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let checked = answer["checked"].as_u64().unwrap_or(0);
    (usize::try_from(checked).unwrap_or(0), problems.map(str::to_owned).collect())
}
