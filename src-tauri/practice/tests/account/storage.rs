//! The account in its file: kept, shared, never lost silently.

use crate::wire::{Wire, trust};
use slipway_practice::{Practice, Unusable};
use std::fs;
use std::path::Path;

fn open(folder: &Path) -> Wire {
    Wire::on(Practice::open(folder).expect("an account"))
}

fn create_role(wire: &Wire, name: &str) -> u16 {
    let trust = trust("batch.amazonaws.com");
    wire.query("iam", "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]).status
}

fn roles(wire: &Wire) -> Vec<String> {
    wire.done("iam", "ListRoles", &[("MaxItems", "1000")]).all("RoleName")
}

#[test]
fn it_is_kept_between_starts_and_reset_keeps_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = open(folder.path());
    assert_eq!(create_role(&first, "kept"), 200);
    first.practice.change_settings(|settings| settings.pace = 9.0).expect("settings");
    let vpc = first.done("ec2", "DescribeVpcs", &[]).one("vpcId");
    drop(first);

    let second = open(folder.path());
    assert_eq!(roles(&second), ["kept"]);
    assert_eq!(second.done("ec2", "DescribeVpcs", &[]).one("vpcId"), vpc);
    second.practice.reset().expect("reset");
    assert!(roles(&second).is_empty());
    assert_ne!(
        second.done("ec2", "DescribeVpcs", &[]).one("vpcId"),
        vpc,
        "a new account has new identifiers"
    );
    assert!((second.practice.settings().expect("settings").pace - 9.0).abs() < f64::EPSILON);
}

#[test]
fn two_handles_see_each_other_and_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (a, b) = (open(folder.path()), open(folder.path()));
    assert_eq!(create_role(&a, "from-a"), 200);
    assert_eq!(create_role(&b, "from-a"), 409);
    assert_eq!(create_role(&b, "from-b"), 200);
    assert_eq!(roles(&a), ["from-a", "from-b"]);

    std::thread::scope(|scope| {
        for hand in 0..4 {
            let folder = folder.path();
            scope.spawn(move || {
                let wire = open(folder);
                for number in 0..25 {
                    assert_eq!(create_role(&wire, &format!("r-{hand}-{number}")), 200);
                }
            });
        }
    });
    assert_eq!(roles(&a).len(), 2 + 100);
}

#[test]
fn what_changes_nothing_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let wire = open(folder.path());
    wire.done("ec2", "DescribeVpcs", &[]);
    let stamp = || fs::read(folder.path().join("account.lock")).expect("a lock file");
    let before = stamp();
    wire.done("ec2", "DescribeVpcs", &[]);
    wire.done("sts", "GetCallerIdentity", &[]);
    wire.query("iam", "GetRole", &[("RoleName", "nobody")]);
    wire.query("ec2", "CreateVpc", &[("CidrBlock", "nonsense")]);
    wire.practice.dump().expect("a dump");
    assert_eq!(before, stamp());
    assert_eq!(create_role(&wire, "r"), 200);
    assert_ne!(before, stamp());
}

#[test]
fn a_file_that_cannot_be_used_is_kept_aside_and_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("account.json");
    drop(open(folder.path()));

    let whole = fs::read(&path).expect("a file");
    fs::write(&path, &whole[..whole.len() / 2]).expect("cut");
    let wire = open(folder.path());
    let aside = wire.practice.set_aside().expect("told");
    assert!(matches!(aside.why, Unusable::Damaged { .. }), "{aside:?}");
    assert_eq!(fs::read(&aside.kept_as).expect("kept"), whole[..whole.len() / 2]);
    assert_eq!(create_role(&wire, "r"), 200);
    drop(wire);

    fs::write(&path, r#"{"format":99,"state":{"unheard":"of"}}"#).expect("newer");
    let wire = open(folder.path());
    assert_eq!(wire.practice.set_aside().expect("told").why, Unusable::Newer { format: 99 });
    assert!(roles(&wire).is_empty());

    // Damaged behind a running process's back.
    fs::write(&path, "not an account").expect("damage");
    assert!(roles(&wire).is_empty());
    assert!(matches!(wire.practice.set_aside().expect("told").why, Unusable::Damaged { .. }));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("practice");
    drop(open(&folder));
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("account.json")), 0o600);
    assert_eq!(mode(&folder.join("account.lock")), 0o600);
}

#[test]
fn a_folder_that_cannot_be_used_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("occupied");
    fs::write(&file, "").expect("a file");
    let error = Practice::open(&file.join("below")).expect_err("refused").to_string();
    assert!(error.contains("occupied"), "{error}");
}
