use super::*;

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
