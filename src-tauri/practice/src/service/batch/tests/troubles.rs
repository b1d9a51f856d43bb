//! What goes wrong at AWS, and how AWS says so.

use super::*;
use crate::settings::Trouble;

const CLASSIC: &str = "arn:aws:iam::111122223333:role/classic";

fn classic(lab: &Lab, name: &str) -> Value {
    let mut input = fargate(lab, name, 4);
    input["serviceRole"] = json!(CLASSIC);
    input
}

#[test]
fn batch_makes_its_own_role_once() {
    let mut lab = Lab::new();
    assert!(lab.state.iam.role("AWSServiceRoleForBatch").is_none());
    lab.ok("CreateComputeEnvironment", fargate(&lab.clone(), "one", 4));
    assert!(lab.state.iam.role("AWSServiceRoleForBatch").is_some());
    lab.ok("CreateComputeEnvironment", fargate(&lab.clone(), "two", 4));
    lab.wait(20);
    assert_eq!(lab.environment("two")["status"], "VALID");

    let mut lab = Lab::new();
    let actions = vec!["iam:CreateServiceLinkedRole".to_owned()];
    lab.state.settings.troubles.insert(Trouble::MissingPermission { actions });
    let denied = lab.call("CreateComputeEnvironment", fargate(&lab.clone(), "one", 4)).unwrap_err();
    assert_eq!(denied.code, "AccessDeniedException");
    assert!(lab.state.iam.role("AWSServiceRoleForBatch").is_none());
}

#[test]
fn a_service_role_must_be_there_trust_batch_and_allow_enough() {
    let mut lab = Lab::new();
    lab.ok("CreateComputeEnvironment", classic(&lab, "missing"));
    lab.wait(20);
    let found = lab.environment("missing");
    assert_eq!(found["status"], "INVALID");
    let reason = found["statusReason"].as_str().unwrap();
    assert!(reason.starts_with("CLIENT_ERROR - Not authorized to perform sts:AssumeRole"), "{reason}");

    lab.role("wrong", "ec2.amazonaws.com", "service-role/AWSBatchServiceRole");
    lab.role("poor", "batch.amazonaws.com", "AmazonS3ReadOnlyAccess");
    lab.wait(60);
    for (role, wanted) in
        [("wrong", "sts:AssumeRole"), ("poor", "assumed-role/poor/aws-batch is not authorized")]
    {
        let mut input = fargate(&lab, role, 4);
        input["serviceRole"] = json!(role);
        lab.ok("CreateComputeEnvironment", input);
        lab.wait(20);
        let reason = lab.environment(role)["statusReason"].as_str().unwrap().to_owned();
        assert!(reason.contains(wanted), "{reason}");
    }
}

#[test]
fn a_role_too_young_heals_by_an_update() {
    let mut lab = Lab::new();
    lab.state.settings.troubles.insert(Trouble::SlowIam { seconds: 60 });
    lab.role("classic", "batch.amazonaws.com", "service-role/AWSBatchServiceRole");
    lab.ok("CreateComputeEnvironment", classic(&lab, "ce"));
    lab.wait(20);
    assert_eq!(lab.environment("ce")["status"], "INVALID");
    assert!(lab.refused("CreateJobQueue", queue("q", &["ce"])).contains("created and valid"));
    lab.wait(60);
    assert_eq!(lab.environment("ce")["status"], "INVALID", "it does not heal by itself");
    lab.ok("UpdateComputeEnvironment", json!({ "computeEnvironment": "ce", "state": "ENABLED" }));
    lab.wait(10);
    assert_eq!(lab.environment("ce")["status"], "VALID");
}

#[test]
fn a_role_that_goes_first_leaves_the_environment_behind() {
    let mut lab = Lab::new();
    lab.role("classic", "batch.amazonaws.com", "service-role/AWSBatchServiceRole");
    lab.wait(60);
    lab.ok("CreateComputeEnvironment", classic(&lab, "ce"));
    lab.wait(20);
    lab.ok("UpdateComputeEnvironment", json!({ "computeEnvironment": "ce", "state": "DISABLED" }));
    lab.wait(10);
    let policy = "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole";
    lab.query("DetachRolePolicy", &format!("RoleName=classic&PolicyArn={policy}")).unwrap();
    lab.query("DeleteRole", "RoleName=classic").unwrap();
    let delete = json!({ "computeEnvironment": "ce" });
    lab.ok("DeleteComputeEnvironment", delete.clone());
    assert_eq!(lab.environment("ce")["status"], "DELETING");
    lab.wait(60);
    let stuck = lab.environment("ce");
    assert_eq!(stuck["status"], "INVALID");
    assert!(stuck["statusReason"].as_str().unwrap().contains("sts:AssumeRole"));
    lab.role("classic", "batch.amazonaws.com", "service-role/AWSBatchServiceRole");
    lab.wait(60);
    lab.ok("DeleteComputeEnvironment", delete);
    lab.wait(30);
    assert_eq!(lab.environment("ce"), Value::Null);
}

#[test]
fn a_network_that_is_not_there_makes_an_environment_invalid() {
    let mut lab = Lab::new();
    for (field, id) in [("subnets", "subnet-0123"), ("securityGroupIds", "sg-0123")] {
        let mut input = fargate(&lab, field, 4);
        input["computeResources"][field] = json!([id]);
        lab.ok("CreateComputeEnvironment", input);
        lab.wait(20);
        let found = lab.environment(field);
        assert_eq!(found["status"], "INVALID");
        assert!(found["statusReason"].as_str().unwrap().contains(&format!("'{id}' does not exist")));
    }
}

#[test]
fn an_invalid_environment_leaves_jobs_waiting_with_the_reason() {
    let mut lab = Lab::ready();
    lab.ok(
        "UpdateComputeEnvironment",
        json!({ "computeEnvironment": "ce", "computeResources": { "subnets": ["subnet-0123"] } }),
    );
    let id = lab.run(&["true"]);
    lab.wait(200);
    let job = lab.job(&id);
    assert_eq!(job["status"], "RUNNABLE");
    assert_eq!(job["statusReason"], "ACTION_REQUIRED - CE(s) associated with the job queue are invalid.");
    let (subnet, _) = network(&lab);
    lab.ok(
        "UpdateComputeEnvironment",
        json!({ "computeEnvironment": "ce", "computeResources": { "subnets": [subnet] } }),
    );
    lab.until(&id, "SUCCEEDED");
}

#[test]
fn a_task_without_a_way_out_fails_to_start() {
    // The image is a public one, for which nobody needs leave.
    let reason = "CannotPullContainerError: pull image manifest has been retried";
    let mut lab = Lab::ready();
    let mut private = definition("private", &["true"]);
    private["containerProperties"]["networkConfiguration"] = json!({ "assignPublicIp": "DISABLED" });
    lab.ok("RegisterJobDefinition", private);
    let id = lab.submit(json!({ "jobDefinition": "private" }));
    let job = lab.until(&id, "FAILED");
    assert_eq!(job["statusReason"], "Task failed to start");
    assert!(job["container"]["reason"].as_str().unwrap().starts_with(reason));
    assert!(job.get("startedAt").is_none());

    // The trouble takes the route away, and gives it back.
    ec2::default_route_out(&mut lab.state, true);
    let region = ec2::seeded(&lab.state, REGION);
    let table = region.route_tables.keys().next().unwrap();
    lab.query("DeleteRoute", &format!("RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0")).unwrap();
    let id = lab.run(&["true"]);
    assert!(lab.until(&id, "FAILED")["container"]["reason"].as_str().unwrap().starts_with(reason));
}

#[test]
fn a_task_needs_its_roles() {
    let mut lab = Lab::ready();
    lab.role("mute", "ecs-tasks.amazonaws.com", "AmazonS3ReadOnlyAccess");
    lab.wait(60);
    for (field, role, wanted) in [
        ("executionRoleArn", "nobody", "ECS was unable to assume the role"),
        ("jobRoleArn", "nobody", "ECS was unable to assume the role"),
        ("executionRoleArn", "mute", "logs:CreateLogStream"),
    ] {
        let mut input = definition("r", &["true"]);
        input["containerProperties"][field] = json!(format!("arn:aws:iam::111122223333:role/{role}"));
        lab.ok("RegisterJobDefinition", input);
        let id = lab.submit(json!({ "jobDefinition": "r" }));
        let job = lab.until(&id, "FAILED").to_string();
        assert!(job.contains(wanted), "{field} {role}: {job}");
    }
}

#[test]
fn roles_must_be_passed() {
    let mut lab = Lab::ready();
    let actions = vec!["iam:PassRole".to_owned()];
    lab.state.settings.troubles.insert(Trouble::MissingPermission { actions });
    let denied = lab.call("RegisterJobDefinition", definition("e", &["true"])).unwrap_err();
    assert_eq!(denied.code, "AccessDeniedException");
    assert!(denied.message.contains("iam:PassRole"), "{}", denied.message);
    let id = lab.run(&["true"]);
    lab.until(&id, "SUCCEEDED");
}

#[test]
fn hosts_need_a_profile_and_a_role_that_lets_them_join() {
    let mut lab = Lab::new();
    let (subnet, group) = network(&lab);
    let hosts = |name: &str, profile: &str| {
        json!({
            "computeEnvironmentName": name, "type": "MANAGED",
            "computeResources": {
                "type": "EC2", "minvCpus": 0, "maxvCpus": 8, "instanceTypes": ["m6i.large"], "subnets": [subnet],
                "securityGroupIds": [group], "instanceRole": profile, "allocationStrategy": "BEST_FIT_PROGRESSIVE",
            },
        })
    };
    lab.role("mute", "ec2.amazonaws.com", "AmazonS3ReadOnlyAccess");
    lab.ok("CreateComputeEnvironment", hosts("none", "mute"));
    lab.wait(30);
    let found = lab.environment("none");
    assert_eq!(
        found["statusReason"], "CLIENT_ERROR - Invalid IamInstanceProfile: mute",
        "a role is not a profile"
    );

    lab.query("CreateInstanceProfile", "InstanceProfileName=mute").unwrap();
    lab.query("AddRoleToInstanceProfile", "InstanceProfileName=mute&RoleName=mute").unwrap();
    lab.ok("CreateComputeEnvironment", hosts("ce", "mute"));
    lab.wait(30);
    assert_eq!(lab.environment("ce")["status"], "VALID", "Batch does not look into the role");
    lab.ok("CreateJobQueue", queue("q", &["ce"]));
    lab.wait(10);
    lab.ok(
        "RegisterJobDefinition",
        json!({ "jobDefinitionName": "d", "type": "container",
        "containerProperties": { "image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"] } }),
    );
    let id = lab.submit(json!({}));
    lab.wait(900);
    let job = lab.job(&id);
    assert_eq!(job["status"], "RUNNABLE");
    assert!(job["statusReason"].as_str().unwrap().starts_with("UNDETERMINED"), "{job}");
}

#[test]
fn an_unmanaged_environment_waits_for_its_owner() {
    let mut lab = Lab::new();
    lab.role("classic", "batch.amazonaws.com", "service-role/AWSBatchServiceRole");
    lab.wait(60);
    let input = json!({ "computeEnvironmentName": "own", "type": "UNMANAGED", "unmanagedvCpus": 8, "serviceRole": CLASSIC });
    lab.ok("CreateComputeEnvironment", input);
    lab.wait(30);
    let found = lab.environment("own");
    assert_eq!((&found["status"], &found["unmanagedvCpus"]), (&json!("VALID"), &json!(8)));
    assert!(found.get("computeResources").is_none());
    lab.ok("CreateJobQueue", queue("q", &["own"]));
    lab.wait(10);
    lab.ok(
        "RegisterJobDefinition",
        json!({ "jobDefinitionName": "d", "type": "container",
        "containerProperties": { "image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"] } }),
    );
    let id = lab.submit(json!({}));
    lab.wait(3_600);
    let job = lab.job(&id);
    assert_eq!(job["status"], "RUNNABLE");
    assert!(job.get("statusReason").is_none(), "{job}");
}
