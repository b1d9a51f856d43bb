//! Who may change an account: `run/` a stack, after the journal has it; `job/` jobs; `mend/` what others made, after a
//! person has said yes. Nobody else sends anything that changes something.

use std::path::PathBuf;

use slipway_tests::places;

use crate::sources::{files, lines_with};

/// The sources of core that lie in none of these folders.
fn outside(folders: &[&str]) -> Vec<PathBuf> {
    let core = places::root().join("src-tauri/core/src");
    let all = files("src-tauri/core/src", ".rs");
    let left: Vec<_> = all
        .into_iter()
        .filter(|file| !folders.iter().any(|folder| file.starts_with(core.join(folder))))
        .collect();
    assert!(left.len() > 20, "core has files besides {folders:?}");
    left
}

#[test]
fn only_a_run_sends_the_calls_of_a_stack() {
    // The one sender takes a call and the clients; whoever else did would have to write this.
    assert_eq!(lines_with(&outside(&["run"]), &["call.send("]), Vec::<String>::new());
    assert_eq!(lines_with(&files("src-tauri/core/src/run", ".rs"), &["call.send("]).len(), 1);
}

/// A resource builds requests that change something only inside a call, so the macro and the constructor are the
/// only places where one can stand.
#[test]
fn a_run_knows_calls_and_no_services() {
    let services = [".batch(", ".ec2(", ".iam(", ".ecr(", ".logs(", "aws_sdk_"];
    assert_eq!(lines_with(&files("src-tauri/core/src/run", ".rs"), &services), Vec::<String>::new());
}

#[test]
fn only_jobs_submit_cancel_and_terminate() {
    let acts = [".submit_job()", ".cancel_job()", ".terminate_job()"];
    assert_eq!(lines_with(&outside(&["job"]), &acts), Vec::<String>::new());
    assert_eq!(lines_with(&files("src-tauri/core/src/job", ".rs"), &acts).len(), acts.len());
}

#[test]
fn only_quota_asks_for_more_of_something() {
    let act = [".request_service_quota_increase()"];
    assert_eq!(lines_with(&outside(&["quota"]), &act), Vec::<String>::new());
    assert_eq!(lines_with(&files("src-tauri/core/src/quota", ".rs"), &act).len(), 1);
    assert_eq!(lines_with(&files("src-tauri/core/src/quota", ".rs"), &["aws.once"]).len(), 1);
}

#[test]
fn only_mend_changes_what_others_made_and_in_one_place() {
    let send = places::root().join("src-tauri/core/src/mend/send.rs");
    let room: Vec<_> =
        files("src-tauri/core/src/mend", ".rs").into_iter().filter(|file| *file != send).collect();
    assert!(!room.is_empty() && send.exists());
    assert_eq!(lines_with(&room, &["aws.once"]), Vec::<String>::new());
    // It makes nothing that costs, and removes nothing at all.
    let calls =
        [".delete_", ".create_nat_gateway", ".create_vpc_endpoint", ".allocate_address", ".run_instances"];
    assert_eq!(lines_with(&[send], &calls), Vec::<String>::new());
}

#[test]
fn looking_stages_have_no_client_that_may_change_something() {
    // `once` holds the clients that send what changes something; see core's `aws`.
    // A test that has the simulator judge policies must put them somewhere first.
    let looking = outside(&["run", "job", "resource", "aws", "account", "quota", "mend", "policy/tests"]);
    assert_eq!(lines_with(&looking, &["aws.once"]), Vec::<String>::new());
}
