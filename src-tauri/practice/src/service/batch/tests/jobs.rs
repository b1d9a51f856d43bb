use super::*;
use crate::settings::Lesson;

#[test]
fn a_job_goes_through_every_state_and_leaves_its_log() {
    let mut lab = Lab::ready();
    let id = lab.submit(json!({
        "containerOverrides": {
            "command": ["sh", "-c", "echo $WORD from $AWS_BATCH_JQ_NAME; sleep 10; echo end"],
            "environment": [{ "name": "WORD", "value": "ahoy" }, { "name": "EMPTY", "value": "" }],
        },
    }));
    let mut seen = Vec::new();
    for _ in 0..120 {
        let status = lab.status(&id);
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        lab.wait(1);
    }
    assert_eq!(seen, ["SUBMITTED", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"]);
    let job = lab.job(&id);
    assert_eq!(job["statusReason"], "Essential container in task exited");
    assert_eq!(job["container"]["exitCode"], 0);
    assert_eq!(job["container"]["environment"], json!([{ "name": "WORD", "value": "ahoy" }]));
    assert_eq!(job["attempts"].as_array().unwrap().len(), 1);
    assert_eq!(job["attempts"][0]["container"]["logStreamName"], job["container"]["logStreamName"]);
    let took = job["stoppedAt"].as_i64().unwrap() - job["startedAt"].as_i64().unwrap();
    assert!((10_000..12_000).contains(&took), "{took}");
    assert_eq!(lab.log(&job), ["ahoy from q", "end"]);
}

#[test]
fn lines_stream_in_while_the_job_runs() {
    let mut lab = Lab::ready();
    let id = lab.run(&["sh", "-c", "for i in 1 2 3; do echo $i; sleep 20; done"]);
    let job = lab.until(&id, "RUNNING");
    lab.wait(25);
    assert_eq!(lab.log(&job), ["1", "2"]);
    lab.wait(20);
    assert_eq!(lab.log(&job), ["1", "2", "3"]);
    assert_eq!(lab.status(&id), "RUNNING");
}

#[test]
fn a_log_group_of_its_own_must_be_there() {
    let mut lab = Lab::ready();
    let mut input = definition("own", &["echo", "hi"]);
    input["containerProperties"]["logConfiguration"] = json!({ "logDriver": "awslogs", "options": { "awslogs-group": "/own", "awslogs-stream-prefix": "p" } });
    lab.ok("RegisterJobDefinition", input);
    let first = lab.submit(json!({ "jobDefinition": "own" }));
    let failed = lab.until(&first, "FAILED");
    assert_eq!(failed["statusReason"], "Task failed to start");
    let reason = failed["container"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("ResourceInitializationError: failed to validate logger args"), "{reason}");
    assert!(reason.contains("ResourceNotFoundException"), "{reason}");
    lab.ok("CreateLogGroup", json!({ "logGroupName": "/own" }));
    let second = lab.submit(json!({ "jobDefinition": "own" }));
    let done = lab.until(&second, "SUCCEEDED");
    let stream = done["container"]["logStreamName"].as_str().unwrap();
    assert!(stream.starts_with("p/default/"), "{stream}");
}

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
fn parameters_reach_the_command() {
    let mut lab = Lab::ready();
    let mut input = definition("p", &["echo", "Ref::what"]);
    input["parameters"] = json!({ "what": "default" });
    lab.ok("RegisterJobDefinition", input);
    let id = lab.submit(json!({ "jobDefinition": "p", "parameters": { "what": "given" } }));
    let job = lab.until(&id, "SUCCEEDED");
    assert_eq!(job["container"]["command"], json!(["echo", "given"]));
    assert_eq!(lab.log(&job), ["given"]);
    let missing = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "p",
        "containerOverrides": { "command": ["Ref::nope"] } });
    assert_eq!(
        lab.refused("SubmitJob", missing),
        "Unable to substitute value. No parameter found for reference nope"
    );
}

#[test]
fn what_cannot_be_submitted() {
    let mut lab = Lab::ready();
    let with = |lab: &mut Lab, field: &str, value: Value| {
        let mut input = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "d" });
        input[field] = value;
        lab.refused("SubmitJob", input)
    };
    assert!(with(&mut lab, "jobName", json!("-j")).contains("Job name should match valid pattern"));
    assert_eq!(with(&mut lab, "jobQueue", json!("no")), "JobQueue no not found.");
    let size = json!({ "resourceRequirements": [{ "type": "MEMORY", "value": "4000" }] });
    assert_eq!(
        with(&mut lab, "containerOverrides", size),
        "Fargate resource requirements (1.00 vCPU, 4000 MiB) not valid."
    );
    let env = json!({ "environment": [{ "name": "AWS_BATCH_X", "value": "1" }] });
    assert!(with(&mut lab, "containerOverrides", env).contains("AWS_BATCH"));
    assert!(with(&mut lab, "arrayProperties", json!({ "size": 1 })).contains("between 2 and 10000"));
    assert!(with(&mut lab, "dependsOn", json!([{ "jobId": "nope" }])).contains("does not exist"));
    assert!(with(&mut lab, "dependsOn", json!([{ "type": "SEQUENTIAL" }])).contains("array job"));
    assert!(with(&mut lab, "shareIdentifier", json!("a")).contains("fair share"));
    assert!(with(&mut lab, "timeout", json!({ "attemptDurationSeconds": 5 })).contains("at least 60"));
    let hosts = json!({ "jobDefinitionName": "hosts", "type": "container",
        "containerProperties": { "image": "busybox", "vcpus": 1, "memory": 128 } });
    lab.ok("RegisterJobDefinition", hosts);
    assert_eq!(
        with(&mut lab, "jobDefinition", json!("hosts")),
        "Job Queue is attached to Compute Environment that can not run Jobs with capability EC2."
    );
    lab.ok("UpdateJobQueue", json!({ "jobQueue": "q", "state": "DISABLED" }));
    assert!(with(&mut lab, "jobName", json!("j")).contains("not in ENABLED state"));
}

#[test]
fn dependencies_fan_in_and_fail_on() {
    let mut lab = Lab::ready();
    let a = lab.run(&["sleep", "30"]);
    let b = lab.run(&["sleep", "60"]);
    let both = lab.submit(json!({ "dependsOn": [{ "jobId": a }, { "jobId": b }] }));
    lab.until(&a, "SUCCEEDED");
    lab.wait(5);
    assert_eq!(lab.status(&both), "PENDING");
    let end_of_b = lab.until(&b, "SUCCEEDED")["stoppedAt"].as_i64().unwrap();
    let done = lab.until(&both, "SUCCEEDED");
    assert!(done["startedAt"].as_i64().unwrap() > end_of_b);
    assert_eq!(done["dependsOn"], json!([{ "jobId": a }, { "jobId": b }]));

    let bad = lab.run(&["false"]);
    let next = lab.submit(json!({ "dependsOn": [{ "jobId": bad }] }));
    let last = lab.submit(json!({ "dependsOn": [{ "jobId": next }] }));
    let failed = lab.until(&last, "FAILED");
    assert_eq!(failed["statusReason"], "Dependent Job failed");
    assert_eq!(lab.job(&next)["statusReason"], "Dependent Job failed");
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
    lab.state.settings.lessons.insert(Lesson::SmallQuota);
    let jobs: Vec<String> = (0..2).map(|_| lab.run(&["sleep", "1000"])).collect();
    lab.wait(120);
    assert_eq!((lab.status(&jobs[0]).as_str(), lab.status(&jobs[1]).as_str()), ("RUNNING", "RUNNABLE"));
    lab.state.settings.lessons.clear();
    lab.wait(120);
    assert_eq!(lab.status(&jobs[1]), "RUNNING");
}

#[test]
fn images_must_be_there_and_fit_the_processor() {
    let mut lab = Lab::ready();
    lab.ok("CreateRepository", json!({ "repositoryName": "team/app" }));
    let uri = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app";
    let put = |lab: &mut Lab, tag: &str, manifest: Value| {
        let input =
            json!({ "repositoryName": "team/app", "imageTag": tag, "imageManifest": manifest.to_string() });
        lab.ok("PutImage", input);
    };
    let run = |lab: &mut Lab, tag: &str| {
        let mut input = definition("private", &["echo", "hi"]);
        input["containerProperties"]["image"] = json!(format!("{uri}:{tag}"));
        lab.ok("RegisterJobDefinition", input);
        let id = lab.submit(json!({ "jobDefinition": "private" }));
        lab.wait(300);
        lab.job(&id)
    };
    let missing = run(&mut lab, "none");
    assert!(missing["container"]["reason"].as_str().unwrap().starts_with("CannotPullContainerError"));
    let index = json!({ "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{ "platform": { "architecture": "arm64" } }] });
    put(&mut lab, "arm-index", index);
    let wrong = run(&mut lab, "arm-index");
    assert!(wrong["container"]["reason"].as_str().unwrap().contains("platform 'linux/amd64'"));
    let single = json!({ "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "digest": "sha256:c", "platform": { "architecture": "arm64" } } });
    put(&mut lab, "arm", single);
    let started = run(&mut lab, "arm");
    assert_eq!((&started["status"], &started["container"]["exitCode"]), (&json!("FAILED"), &json!(1)));
    assert_eq!(lab.log(&started), ["exec /usr/bin/echo: exec format error"]);
    let fits = json!({ "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": { "digest": "sha256:d" } });
    put(&mut lab, "amd", fits);
    assert_eq!(run(&mut lab, "amd")["status"], "SUCCEEDED");
}

#[test]
fn spot_capacity_is_taken_back_once() {
    let mut lab = Lab::ready();
    lab.state.settings.lessons.insert(Lesson::SpotReclaim);
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

#[test]
fn several_containers_are_shown_as_such() {
    let mut lab = Lab::ready();
    let container = definition("x", &["sh", "-c", "echo main"])["containerProperties"].clone();
    let task = json!({
        "containers": [{
            "name": "main", "image": container["image"], "command": container["command"], "essential": true,
            "resourceRequirements": container["resourceRequirements"],
        }],
        "executionRoleArn": container["executionRoleArn"],
        "networkConfiguration": { "assignPublicIp": "ENABLED" },
    });
    lab.ok(
        "RegisterJobDefinition",
        json!({ "jobDefinitionName": "several", "type": "container",
        "platformCapabilities": ["FARGATE"], "ecsProperties": { "taskProperties": [task] } }),
    );
    let id = lab.submit(json!({ "jobDefinition": "several" }));
    let job = lab.until(&id, "SUCCEEDED");
    assert!(job.get("container").is_none());
    let main = &job["ecsProperties"]["taskProperties"][0]["containers"][0];
    assert_eq!(main["exitCode"], 0);
    assert!(main["logStreamName"].as_str().unwrap().starts_with("several/main/"));
}
