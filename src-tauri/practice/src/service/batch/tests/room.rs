//! Jobs that wait for room.

use super::*;
use crate::settings::Trouble;

#[test]
fn only_so_many_run_at_once() {
    let mut lab = Lab::ready();
    let jobs: Vec<String> = (0..6).map(|_| lab.run(&["sleep", "100"])).collect();
    lab.wait(60);
    let states: Vec<String> = jobs.iter().map(|job| lab.status(job)).collect();
    assert_eq!(states, ["RUNNING", "RUNNING", "RUNNING", "RUNNING", "RUNNABLE", "RUNNABLE"]);
    lab.wait(180);
    assert_eq!(lab.status(&jobs[5]), "RUNNING");
    lab.wait(180);
    assert!(jobs.iter().all(|job| lab.status(job) == "SUCCEEDED"));
}

#[test]
fn a_job_too_large_for_every_environment_says_so_at_the_head_only() {
    let mut lab = Lab::ready();
    let large = |vcpu: &str, memory: &str| {
        json!({ "containerOverrides": { "resourceRequirements":
            [{ "type": "VCPU", "value": vcpu }, { "type": "MEMORY", "value": memory }] } })
    };
    let head = lab.submit(large("8", "16384"));
    let behind = lab.submit(large("8", "16384"));
    lab.wait(600);
    let job = lab.job(&head);
    assert_eq!(job["status"], "RUNNABLE");
    assert!(
        job["statusReason"]
            .as_str()
            .unwrap()
            .starts_with("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE")
    );
    assert!(lab.job(&behind).get("statusReason").is_none());
    let front = lab.ok("GetJobQueueSnapshot", json!({ "jobQueue": "q" }));
    assert_eq!(front["frontOfQueue"]["jobs"].as_array().unwrap().len(), 2);
    assert!(front["frontOfQueue"]["jobs"][0]["jobArn"].as_str().unwrap().ends_with(&head));
    // Making room is what helps, though the account's own quota of 6 still holds: 8 do not fit.
    lab.ok(
        "UpdateComputeEnvironment",
        json!({ "computeEnvironment": "ce", "computeResources": { "maxvCpus": 8 } }),
    );
    lab.wait(600);
    let job = lab.job(&head);
    assert_eq!(job["status"], "RUNNABLE");
    assert!(job.get("statusReason").is_none(), "{job}");
}

#[test]
fn a_time_limit_cancels_a_blocked_job() {
    let mut lab = Lab::ready();
    let action = json!({ "action": "CANCEL", "state": "RUNNABLE", "maxTimeSeconds": 600,
        "reason": "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE" });
    lab.ok("UpdateJobQueue", json!({ "jobQueue": "q", "jobStateTimeLimitActions": [action] }));
    lab.wait(10);
    let id = lab.submit(json!({ "containerOverrides": { "resourceRequirements":
        [{ "type": "VCPU", "value": "8" }, { "type": "MEMORY", "value": "16384" }] } }));
    lab.wait(500);
    assert_eq!(lab.status(&id), "RUNNABLE");
    lab.wait(300);
    assert_eq!(
        lab.job(&id)["statusReason"],
        "Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"
    );
}

#[test]
fn the_accounts_quota_holds_jobs_back_until_it_is_raised() {
    let mut lab = Lab::ready();
    lab.state.settings.troubles.insert(Trouble::SmallQuota);
    let jobs: Vec<String> = (0..2).map(|_| lab.run(&["sleep", "1000"])).collect();
    lab.wait(120);
    assert_eq!((lab.status(&jobs[0]).as_str(), lab.status(&jobs[1]).as_str()), ("RUNNING", "RUNNABLE"));
    lab.state.settings.troubles.clear();
    lab.wait(120);
    assert_eq!(lab.status(&jobs[1]), "RUNNING");
}

#[test]
fn spot_capacity_is_taken_back_once() {
    let mut lab = Lab::ready();
    lab.state.settings.troubles.insert(Trouble::SpotReclaim);
    let mut spot = fargate(&lab, "spot", 4);
    spot["computeResources"]["type"] = json!("FARGATE_SPOT");
    lab.ok("CreateComputeEnvironment", spot);
    lab.wait(30);
    lab.ok("CreateJobQueue", queue("s", &["spot"]));
    lab.wait(10);
    let id = lab.submit(json!({
        "jobQueue": "s",
        "containerOverrides": { "command": ["sleep", "100"] },
        "retryStrategy": { "attempts": 2, "evaluateOnExit": [
            { "onStatusReason": "Your Spot Task was interrupted.", "action": "RETRY" },
            { "onReason": "*", "action": "EXIT" },
        ] },
    }));
    let job = lab.until(&id, "SUCCEEDED");
    assert_eq!(job["attempts"][0]["statusReason"], "Your Spot Task was interrupted.");
    assert_eq!(job["attempts"].as_array().unwrap().len(), 2);
}

#[test]
fn jobs_run_on_hosts_once_there_are_some() {
    let mut lab = Lab::new();
    let (subnet, group) = network(&lab);
    lab.host_profile();
    lab.ok("CreateComputeEnvironment", json!({
        "computeEnvironmentName": "hosts", "type": "MANAGED",
        "computeResources": {
            "type": "EC2", "minvCpus": 0, "maxvCpus": 8, "instanceTypes": ["m6i.large"], "subnets": [subnet],
            "securityGroupIds": [group], "instanceRole": "arn:aws:iam::111122223333:instance-profile/ecs",
            "allocationStrategy": "BEST_FIT_PROGRESSIVE",
        },
    }));
    lab.wait(30);
    lab.ok("CreateJobQueue", queue("q", &["hosts"]));
    lab.wait(10);
    lab.ok(
        "RegisterJobDefinition",
        json!({ "jobDefinitionName": "d", "type": "container",
        "containerProperties": { "image": "busybox", "vcpus": 1, "memory": 128, "command": ["hostname"] } }),
    );
    let id = lab.submit(json!({}));
    lab.wait(30);
    assert_eq!(lab.status(&id), "RUNNABLE", "hosts take their time");
    let job = lab.until(&id, "SUCCEEDED");
    assert_eq!(job["platformCapabilities"], json!(["EC2"]));
    let large = lab.submit(json!({ "containerOverrides": { "memory": 16_000 } }));
    lab.wait(300);
    let reason = lab.job(&large)["statusReason"].as_str().unwrap().to_owned();
    assert!(reason.starts_with("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"), "{reason}");
}
