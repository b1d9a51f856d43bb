//! How jobs end, and what is left of them.

use super::*;

#[test]
fn exit_codes_decide() {
    let mut lab = Lab::ready();
    let id = lab.run(&["sh", "-c", "exit 3"]);
    let job = lab.until(&id, "FAILED");
    assert_eq!(job["container"]["exitCode"], 3);
    assert_eq!(job["statusReason"], "Essential container in task exited");
    let id = lab.run(&["nosuch"]);
    let job = lab.until(&id, "FAILED");
    assert_eq!(job["container"]["exitCode"], 127);
    assert!(job["container"]["reason"].as_str().unwrap().contains("exec: \"nosuch\""));
    assert!(job.get("startedAt").is_none());
}

#[test]
fn attempts_follow_the_strategy() {
    let mut lab = Lab::ready();
    let script = "echo attempt $AWS_BATCH_JOB_ATTEMPT; [ $AWS_BATCH_JOB_ATTEMPT = 3 ]";
    let id = lab.submit(json!({
        "containerOverrides": { "command": ["sh", "-c", script] },
        "retryStrategy": { "attempts": 5 },
    }));
    let job = lab.until(&id, "SUCCEEDED");
    let attempts = job["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 3);
    assert_eq!(attempts[0]["container"]["exitCode"], 1);
    assert_eq!(lab.log(&job), ["attempt 3"]);
    let streams: std::collections::BTreeSet<&str> =
        attempts.iter().map(|attempt| attempt["container"]["logStreamName"].as_str().unwrap()).collect();
    assert_eq!(streams.len(), 3);

    let id = lab.submit(json!({
        "containerOverrides": { "command": ["sh", "-c", "exit 2"] },
        "retryStrategy": { "attempts": 5, "evaluateOnExit": [{ "onExitCode": "2", "action": "EXIT" }] },
    }));
    assert_eq!(lab.until(&id, "FAILED")["attempts"].as_array().unwrap().len(), 1);
}

#[test]
fn a_timeout_kills_and_is_not_retried() {
    let mut lab = Lab::ready();
    let id = lab.submit(json!({
        "containerOverrides": { "command": ["sh", "-c", "while true; do echo tick; sleep 10; done"] },
        "timeout": { "attemptDurationSeconds": 60 },
        "retryStrategy": { "attempts": 3 },
    }));
    let job = lab.until(&id, "FAILED");
    assert_eq!(job["statusReason"], "Job attempt duration exceeded timeout");
    assert_eq!(job["container"]["exitCode"], 137);
    assert_eq!(job["attempts"].as_array().unwrap().len(), 1);
    let took = job["stoppedAt"].as_i64().unwrap() - job["startedAt"].as_i64().unwrap();
    assert_eq!(took, 90_000);
    assert_eq!(lab.log(&job).len(), 9);
}

#[test]
fn cancelling_acts_until_a_job_starts_and_then_lies() {
    let mut lab = Lab::ready();
    let first = lab.run(&["sleep", "300"]);
    lab.until(&first, "RUNNING");
    lab.ok("CancelJob", json!({ "jobId": first, "reason": "no" }));
    lab.wait(60);
    let job = lab.job(&first);
    assert_eq!((&job["status"], &job["isCancelled"]), (&json!("RUNNING"), &json!(false)));

    let second = lab.submit(json!({ "dependsOn": [{ "jobId": first }] }));
    lab.wait(5);
    lab.ok("CancelJob", json!({ "jobId": second, "reason": "not needed" }));
    let job = lab.job(&second);
    assert_eq!(
        (&job["status"], &job["isCancelled"], &job["statusReason"]),
        (&json!("FAILED"), &json!(true), &json!("not needed"))
    );
    assert!(lab.refused("CancelJob", json!({ "jobId": first })).contains("Reason"));
    assert!(lab.refused("CancelJob", json!({ "jobId": "nope", "reason": "x" })).contains("not found"));
}

#[test]
fn terminating_ends_what_runs() {
    let mut lab = Lab::ready();
    let id = lab.submit(json!({
        "containerOverrides": { "command": ["sh", "-c", "while :; do echo tick; sleep 5; done"] },
        "retryStrategy": { "attempts": 3 },
    }));
    lab.until(&id, "RUNNING");
    lab.wait(20);
    lab.ok("TerminateJob", json!({ "jobId": id, "reason": "enough" }));
    let asked = lab.now;
    let job = lab.until(&id, "FAILED");
    assert_eq!(lab.now.since(asked), 30_000, "SIGKILL comes half a minute after SIGTERM");
    assert_eq!((&job["statusReason"], &job["isTerminated"]), (&json!("enough"), &json!(true)));
    assert_eq!(job["container"]["exitCode"], 137);
    let lines = lab.log(&job).len();
    lab.wait(600);
    assert_eq!(lab.log(&job).len(), lines);

    let starting = lab.run(&["sleep", "100"]);
    lab.until(&starting, "STARTING");
    let answer = lab.ok("TerminateJobs", json!({ "jobs": [starting, "nope"], "reason": "stop" }));
    assert_eq!(answer["successful"], json!([starting]));
    assert_eq!(answer["errors"][0]["job"], "nope");
    let job = lab.until(&starting, "FAILED");
    assert!(job.get("startedAt").is_none());
}

#[test]
fn the_history_forgets_after_a_week_and_logs_do_not() {
    let mut lab = Lab::ready();
    let id = lab.run(&["echo", "kept"]);
    let job = lab.until(&id, "SUCCEEDED");
    lab.wait(6 * 86_400);
    assert_eq!(lab.job(&id)["status"], "SUCCEEDED");
    lab.wait(2 * 86_400);
    assert_eq!(lab.job(&id), Value::Null);
    assert_eq!(lab.log(&job), ["kept"]);
}
