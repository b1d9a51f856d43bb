//! One set of features for programs and tests.

use std::{collections::BTreeSet, process::Command};

use slipway_tests::places;

/// Every package of the workspace's programs with its features; what only helps to build them stands apart.
fn packages(edges: &str) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let tree = Command::new(cargo)
        .current_dir(places::root())
        .args(["tree", "--workspace", "--locked", "--offline", "--prefix", "none"])
        .args(["--edges", edges, "--format", "{p} [{f}]"])
        .output()
        .expect("cargo tree");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).expect("names");
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

#[test]
fn programs_and_tests_are_built_from_the_same_libraries() {
    let (programs, tests) = (packages("normal,no-proc-macro"), packages("normal,dev,no-proc-macro"));
    assert!(programs.iter().any(|package| package.starts_with("aws-sdk-ec2 ")), "{programs:?}");
    let twice: Vec<_> = programs.difference(&tests).collect();
    assert!(twice.is_empty(), "compiled once more for tests, and what uses them too: {twice:#?}");
}
