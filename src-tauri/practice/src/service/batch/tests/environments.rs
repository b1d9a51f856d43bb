use super::*;

#[test]
fn an_environment_is_created_and_becomes_valid() {
    let mut lab = Lab::new();
    let made = lab.ok("CreateComputeEnvironment", fargate(&lab, "ce", 4));
    assert_eq!(made["computeEnvironmentArn"], "arn:aws:batch:us-east-1:111122223333:compute-environment/ce");
    assert_eq!(lab.environment("ce")["status"], "CREATING");
    lab.wait(11);
    assert_eq!(lab.environment("ce")["status"], "CREATING");
    lab.wait(10);
    let found = lab.environment("ce");
    assert_eq!(found["status"], "VALID");
    assert_eq!(found["statusReason"], "ComputeEnvironment Healthy");
    assert_eq!(
        found["serviceRole"],
        "arn:aws:iam::111122223333:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
    );
    let cluster = found["ecsClusterArn"].as_str().unwrap();
    assert!(cluster.starts_with("arn:aws:ecs:us-east-1:111122223333:cluster/AWSBatch-ce-"), "{cluster}");
    assert_eq!(found["containerOrchestrationType"], "ECS");
    let again = lab.call("CreateComputeEnvironment", fargate(&lab.clone(), "ce", 4)).unwrap_err();
    assert_eq!((again.status, again.message.as_str()), (409, "Object already exists."));
}

#[test]
fn the_pace_shortens_every_wait() {
    let mut lab = Lab::new();
    lab.state.settings.pace = 100.0;
    lab.ok("CreateComputeEnvironment", fargate(&lab, "ce", 4));
    lab.now = lab.now.plus(200);
    assert_eq!(lab.environment("ce")["status"], "VALID");
}

#[test]
fn what_an_environment_may_not_be() {
    let mut lab = Lab::new();
    let base = fargate(&lab, "ce", 4);
    let mut with = |path: &str, value: Value| {
        let mut input = base.clone();
        *input.pointer_mut(path).unwrap_or(&mut Value::Null) = value.clone();
        if input.pointer(path).is_none() {
            let (parent, field) = path.rsplit_once('/').unwrap();
            input.pointer_mut(parent).unwrap()[field] = value;
        }
        lab.refused("CreateComputeEnvironment", input)
    };
    assert!(with("/computeEnvironmentName", json!("a b")).contains("valid pattern"));
    assert!(with("/computeResources/maxvCpus", json!(0)).contains("maxvCpus"));
    assert!(with("/computeResources/subnets", json!([])).contains("subnets are required"));
    assert!(with("/computeResources/subnets", json!(vec!["s"; 17])).contains("maximum of 16 subnets"));
    assert!(with("/computeResources/securityGroupIds", json!([])).contains("securityGroupIds are required"));
    assert!(with("/computeResources/minvCpus", json!(0)).contains("minvCpus is not applicable for Fargate."));
    assert!(
        with("/computeResources/tags", json!({ "a": "b" })).contains("tags is not applicable for Fargate.")
    );
    assert!(with("/computeResources/instanceRole", json!("x")).contains("instanceRole is not applicable"));
    assert!(with("/type", json!("UNMANAGED")).contains("ServiceRole is required."));
    assert!(with("/unmanagedvCpus", json!(4)).contains("not applicable for managed"));
    assert!(with("/state", json!("ON")).contains("ENABLED, DISABLED"));
    let refused = with("/computeResources/type", json!("EC2"));
    assert!(
        refused.starts_with("Error executing request, Exception : Instance role is required., RequestId: ")
    );
}

#[test]
fn hosts_need_a_profile_types_and_one_architecture() {
    let mut lab = Lab::new();
    let (subnet, group) = network(&lab);
    let resources = json!({
        "type": "EC2", "minvCpus": 0, "maxvCpus": 8, "instanceTypes": ["m6i.large"], "subnets": [subnet],
        "securityGroupIds": [group], "instanceRole": "arn:aws:iam::111122223333:instance-profile/ecs",
    });
    let mut with = |field: &str, value: Value| {
        let mut resources = resources.clone();
        resources[field] = value;
        let input =
            json!({ "computeEnvironmentName": "ce", "type": "MANAGED", "computeResources": resources });
        lab.refused("CreateComputeEnvironment", input)
    };
    assert!(
        with("instanceRole", json!("arn:aws:iam::111122223333:role/ecs")).contains("Instance Profile ARN.")
    );
    assert!(with("instanceTypes", json!([])).contains("instanceTypes are required."));
    assert!(with("instanceTypes", json!(["m6g.large", "m6i.large"])).contains("arm-based"));
    assert!(with("minvCpus", json!(9)).contains("minvCpus"));
    assert!(with("type", json!("SPOT")).contains("spotIamFleetRole is required."));
    assert!(with("ec2Configuration", json!([{ "imageType": "ECS_AL2" }])).contains("end-of-life"));
    assert!(with("allocationStrategy", json!("SPOT_CAPACITY_OPTIMIZED")).contains("not applicable"));
}

#[test]
fn an_environment_is_changed_in_place() {
    let mut lab = Lab::ready();
    assert_eq!(
        lab.refused("UpdateComputeEnvironment", json!({ "computeEnvironment": "ce" })),
        "One of [state | compute-resources | service-role | unmanaged-vcpus] is required."
    );
    let update = json!({ "computeEnvironment": "ce", "computeResources": { "maxvCpus": 16 } });
    lab.ok("UpdateComputeEnvironment", update.clone());
    let found = lab.environment("ce");
    assert_eq!((&found["status"], &found["computeResources"]["maxvCpus"]), (&json!("UPDATING"), &json!(16)));
    assert_eq!(lab.refused("UpdateComputeEnvironment", update), "Cannot update, resource is being modified.");
    lab.wait(5);
    assert_eq!(lab.environment("ce")["status"], "VALID");
    let wrong = json!({ "computeEnvironment": "ce", "computeResources": { "instanceTypes": ["m6i"] } });
    assert!(
        lab.refused("UpdateComputeEnvironment", wrong)
            .contains("instanceTypes is not applicable for Fargate.")
    );
    let kind = json!({ "computeEnvironment": "ce", "computeResources": { "type": "EC2" } });
    assert!(lab.refused("UpdateComputeEnvironment", kind).contains("type cannot be changed"));
    assert!(
        lab.refused("UpdateComputeEnvironment", json!({ "computeEnvironment": "no", "state": "ENABLED" }))
            .contains("does not exist")
    );
}

#[test]
fn deleting_goes_from_the_queue_to_the_environment() {
    let mut lab = Lab::ready();
    let named = json!({ "computeEnvironment": "ce" });
    assert!(lab.refused("DeleteComputeEnvironment", named.clone()).contains("DISABLED first"));
    assert!(lab.refused("DeleteJobQueue", json!({ "jobQueue": "q" })).contains("DISABLED first"));
    lab.ok("UpdateComputeEnvironment", json!({ "computeEnvironment": "ce", "state": "DISABLED" }));
    assert_eq!(
        lab.refused("DeleteComputeEnvironment", named.clone()),
        "Cannot delete, resource is being modified."
    );
    lab.wait(5);
    assert_eq!(
        lab.refused("DeleteComputeEnvironment", named.clone()),
        "Cannot delete, found existing JobQueue relationship"
    );
    lab.ok("UpdateJobQueue", json!({ "jobQueue": "q", "state": "DISABLED" }));
    assert_eq!(
        lab.refused("DeleteJobQueue", json!({ "jobQueue": "q" })),
        "Cannot delete, resource is being modified."
    );
    lab.wait(5);
    lab.ok("DeleteJobQueue", json!({ "jobQueue": "q" }));
    assert_eq!(lab.queue("q")["status"], "DELETING");
    assert!(lab.refused("DeleteComputeEnvironment", named.clone()).contains("JobQueue relationship"));
    lab.wait(15);
    assert_eq!(lab.queue("q"), Value::Null);
    lab.ok("DeleteComputeEnvironment", named.clone());
    assert_eq!(lab.environment("ce")["status"], "DELETING");
    lab.wait(25);
    assert_eq!(lab.environment("ce"), Value::Null);
    lab.ok("DeleteComputeEnvironment", named);
}

#[test]
fn deleting_a_queue_ends_its_jobs() {
    let mut lab = Lab::ready();
    let running = lab.run(&["sleep", "1000"]);
    lab.until(&running, "RUNNING");
    let waiting = lab.submit(
        json!({ "containerOverrides": { "command": ["true"] }, "dependsOn": [{ "jobId": running }] }),
    );
    lab.ok("UpdateJobQueue", json!({ "jobQueue": "q", "state": "DISABLED" }));
    lab.wait(5);
    lab.ok("DeleteJobQueue", json!({ "jobQueue": "q" }));
    lab.wait(60);
    assert_eq!(lab.queue("q"), Value::Null);
    for job in [running, waiting] {
        assert_eq!(lab.status(&job), "FAILED");
    }
}

#[test]
fn queues_take_only_what_fits_together() {
    let mut lab = Lab::ready();
    assert_eq!(lab.queue("q")["jobQueueType"], "ECS_FARGATE");
    assert_eq!(lab.queue("q")["statusReason"], "JobQueue Healthy");
    assert_eq!(lab.call("CreateJobQueue", queue("q", &["ce"])).unwrap_err().status, 409);
    lab.ok("CreateComputeEnvironment", fargate(&lab.clone(), "young", 4));
    let must_be_valid = "Compute Environments must be created and valid before attaching them to a job queue";
    assert!(lab.refused("CreateJobQueue", queue("r", &["young"])).contains(must_be_valid));
    assert!(lab.refused("CreateJobQueue", queue("r", &["none"])).contains(must_be_valid));
    assert!(
        lab.refused("CreateJobQueue", queue("r", &["ce", "ce"])).contains("Duplicate ComputeEnvironments")
    );
    assert!(lab.refused("CreateJobQueue", queue("r", &["ce"; 4])).contains("Only 3 environments"));
    assert!(
        lab.refused("CreateJobQueue", queue("r r", &["ce"]))
            .contains("Job Queue name should match a valid pattern.")
    );
    let mut limited = queue("r", &["ce"]);
    limited["jobStateTimeLimitActions"] =
        json!([{ "action": "STOP", "state": "RUNNABLE", "maxTimeSeconds": 600, "reason": "x" }]);
    assert!(lab.refused("CreateJobQueue", limited).contains("Valid job actions: [CANCEL]"));
}

#[test]
fn tags_come_and_go() {
    let mut lab = Lab::ready();
    let job = lab.submit(json!({ "tags": { "a": "1" } }));
    let arns = [
        lab.environment("ce")["computeEnvironmentArn"].clone(),
        lab.queue("q")["jobQueueArn"].clone(),
        json!("arn:aws:batch:us-east-1:111122223333:job-definition/d:1"),
        lab.job(&job)["jobArn"].clone(),
    ];
    for arn in arns {
        lab.call_of(
            Service::Batch,
            "TagResource",
            json!({ "resourceArn": arn, "tags": { "x": "1", "y": "2" } }),
        )
        .unwrap();
        lab.call_of(Service::Batch, "UntagResource", json!({ "resourceArn": arn, "tagKeys": ["x", "a"] }))
            .unwrap();
        let tags = lab.call_of(Service::Batch, "ListTagsForResource", json!({ "resourceArn": arn })).unwrap();
        assert_eq!(tags, json!({ "tags": { "y": "2" } }), "{arn}");
    }
    assert!(lab.call_of(Service::Batch, "ListTagsForResource", json!({ "resourceArn": "arn:x" })).is_err());
}

#[test]
fn definitions_have_revisions() {
    let mut lab = Lab::ready();
    let second = lab.register("d", &["true"]);
    assert_eq!(second["revision"], 2);
    assert_eq!(second["jobDefinitionArn"], "arn:aws:batch:us-east-1:111122223333:job-definition/d:2");
    let described = |lab: &mut Lab, input: Value| {
        let answer = lab.ok("DescribeJobDefinitions", input);
        answer["jobDefinitions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["revision"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(described(&mut lab, json!({ "jobDefinitionName": "d" })), [2, 1]);
    lab.ok("DeregisterJobDefinition", json!({ "jobDefinition": "d:2" }));
    assert_eq!(described(&mut lab, json!({ "jobDefinitionName": "d", "status": "ACTIVE" })), [1]);
    assert_eq!(described(&mut lab, json!({ "jobDefinitionName": "d", "status": "INACTIVE" })), [2]);
    assert_eq!(described(&mut lab, json!({ "jobDefinitions": ["d:1"] })), [1]);
    let job = lab.submit(json!({}));
    assert!(lab.job(&job)["jobDefinition"].as_str().unwrap().ends_with("/d:1"), "the latest active one");
    let gone = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "d:2" });
    assert_eq!(lab.refused("SubmitJob", gone), "JobDefinition d:2 not found.");
    lab.wait(181 * 86_400);
    assert_eq!(described(&mut lab, json!({ "status": "INACTIVE" })), [0_i64; 0]);
    assert_eq!(lab.register("d", &["true"])["revision"], 3, "numbers are never used again");
}

#[test]
fn definitions_are_checked() {
    let mut lab = Lab::ready();
    let with = |lab: &mut Lab, field: &str, value: Value| {
        let mut input = definition("e", &["true"]);
        input[field] = value;
        lab.refused("RegisterJobDefinition", input)
    };
    assert!(with(&mut lab, "jobDefinitionName", json!("a b")).contains("valid pattern"));
    assert!(with(&mut lab, "timeout", json!({ "attemptDurationSeconds": 59 })).contains("at least 60"));
    assert!(with(&mut lab, "retryStrategy", json!({ "attempts": 0 })).contains("between 1 and 10"));
    assert!(with(&mut lab, "type", json!("multinode")).contains("Fargate does not support MNP jobs"));
    assert!(
        with(&mut lab, "platformCapabilities", json!([]))
            .contains("networkConfiguration not applicable for EC2.")
    );
    assert!(with(&mut lab, "containerProperties", Value::Null).contains("is required"));
    let found =
        lab.ok("DescribeJobDefinitions", json!({ "jobDefinitions": ["d:1"] }))["jobDefinitions"][0].clone();
    assert_eq!(
        found["containerProperties"]["fargatePlatformConfiguration"],
        json!({ "platformVersion": "LATEST" })
    );
    assert_eq!(found["containerProperties"]["environment"], json!([]));
    assert_eq!(found["platformCapabilities"], json!(["FARGATE"]));
}

#[test]
fn an_environment_whose_tasks_still_run_cannot_be_taken_down() {
    let mut lab = Lab::ready();
    lab.ok("CreateComputeEnvironment", fargate(&lab.clone(), "next", 4));
    let id = lab.run(&["sleep", "300"]);
    lab.until(&id, "RUNNING");
    let order = queue("q", &["next"])["computeEnvironmentOrder"].clone();
    lab.ok("UpdateJobQueue", json!({ "jobQueue": "q", "computeEnvironmentOrder": order }));
    lab.ok("UpdateComputeEnvironment", json!({ "computeEnvironment": "ce", "state": "DISABLED" }));
    lab.wait(10);
    lab.ok("DeleteComputeEnvironment", json!({ "computeEnvironment": "ce" }));
    lab.wait(30);
    let found = lab.environment("ce");
    assert_eq!(found["status"], "INVALID");
    assert!(found["statusReason"].as_str().unwrap().contains("Tasks are active"));
    lab.until(&id, "SUCCEEDED");
    lab.ok("DeleteComputeEnvironment", json!({ "computeEnvironment": "ce" }));
    lab.wait(30);
    assert_eq!(lab.environment("ce"), Value::Null);
}
