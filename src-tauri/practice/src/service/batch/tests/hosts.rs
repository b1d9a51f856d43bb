//! Environments of hosts: what they may be made of, and how their hosts come and go.

use super::*;
use crate::service::batch::interfaces;
use crate::settings::Trouble;

/// A request for an environment of hosts.
fn hosts(lab: &Lab, name: &str, more: &Value) -> Value {
    let (subnet, group) = network(lab);
    let mut resources = json!({
        "type": "EC2", "minvCpus": 0, "maxvCpus": 16, "instanceTypes": ["optimal"], "subnets": [subnet],
        "securityGroupIds": [group], "instanceRole": "ecs", "allocationStrategy": "BEST_FIT_PROGRESSIVE",
    });
    for (field, value) in more.as_object().unwrap() {
        resources[field] = value.clone();
    }
    json!({ "computeEnvironmentName": name, "type": "MANAGED", "computeResources": resources })
}

/// An account with hosts `ce`, a queue `q` and a definition `d` of one vCPU, all usable.
fn ready(more: &Value) -> Lab {
    let mut lab = Lab::new();
    lab.host_profile();
    lab.ok("CreateComputeEnvironment", hosts(&lab, "ce", more));
    lab.wait(30);
    assert_eq!(lab.environment("ce")["status"], "VALID", "{}", lab.environment("ce")["statusReason"]);
    lab.ok("CreateJobQueue", queue("q", &["ce"]));
    lab.wait(10);
    register(&mut lab, "d", &json!({}));
    lab
}

fn register(lab: &mut Lab, name: &str, more: &Value) {
    let mut properties = json!({ "image": "busybox", "vcpus": 1, "memory": 128, "command": ["sleep", "60"] });
    for (field, value) in more.as_object().unwrap() {
        properties[field] = value.clone();
    }
    let input = json!({ "jobDefinitionName": name, "type": "container", "containerProperties": properties });
    lab.ok("RegisterJobDefinition", input);
}

fn desired(lab: &mut Lab) -> i64 {
    lab.environment("ce")["computeResources"]["desiredvCpus"].as_i64().unwrap()
}

#[test]
fn hosts_are_launched_for_jobs_and_taken_away_after_them() {
    let mut lab = ready(&json!({}));
    assert_eq!(desired(&mut lab), 0);
    let submitted = lab.now;
    let first = lab.submit(json!({}));
    let running = lab.until(&first, "RUNNING");
    let waited = lab.now.since(submitted) / 1_000;
    assert!((120..=330).contains(&waited), "the first host takes its minutes: {waited} s");
    let instance = running["container"]["containerInstanceArn"].as_str().unwrap().to_owned();
    assert!(instance.contains(":container-instance/AWSBatch-ce-"), "{instance}");
    assert_eq!(desired(&mut lab), 2, "a host of two for a job of one");
    let held = interfaces(&lab.state, REGION);
    assert_eq!((held.len(), held[0].is_public), (1, true), "a host holds its subnet and its groups");
    let second = lab.submit(json!({}));
    lab.wait(20);
    assert_eq!(lab.job(&second)["container"]["containerInstanceArn"], json!(instance), "both fit on it");
    lab.until(&second, "SUCCEEDED");
    lab.wait(290);
    assert_eq!(desired(&mut lab), 2, "it lingers");
    lab.wait(30);
    assert_eq!(desired(&mut lab), 0);
    assert!(interfaces(&lab.state, REGION).is_empty());
    assert_eq!(lab.job(&first)["attempts"][0]["container"]["containerInstanceArn"], json!(instance));
}

#[test]
fn one_host_may_lead_over_the_most_and_best_fit_may_not() {
    let mut lab = ready(&json!({ "instanceTypes": ["m5.xlarge"], "maxvCpus": 2 }));
    let job = lab.submit(json!({}));
    lab.until(&job, "RUNNING");
    assert_eq!(desired(&mut lab), 4);

    let strict = json!({ "instanceTypes": ["m5.xlarge"], "maxvCpus": 2, "allocationStrategy": "BEST_FIT" });
    let mut lab = ready(&strict);
    let job = lab.submit(json!({}));
    lab.wait(900);
    assert_eq!((lab.status(&job).as_str(), desired(&mut lab)), ("RUNNABLE", 0));
}

#[test]
fn the_least_is_kept_up_and_grows_and_shrinks_with_updates() {
    let mut lab = ready(&json!({ "minvCpus": 2, "desiredvCpus": 4 }));
    assert_eq!(desired(&mut lab), 4);
    lab.wait(1_200);
    assert_eq!(desired(&mut lab), 4, "what is left would be too little: the host has four");
    let update =
        |least: i64| json!({ "computeEnvironment": "ce", "computeResources": { "minvCpus": least } });
    lab.ok("UpdateComputeEnvironment", update(0));
    lab.wait(400);
    assert_eq!(desired(&mut lab), 0);
    lab.ok("UpdateComputeEnvironment", update(2));
    lab.wait(10);
    assert_eq!(desired(&mut lab), 2);
    let down = json!({ "computeEnvironment": "ce", "computeResources": { "desiredvCpus": 1 } });
    assert!(lab.refused("UpdateComputeEnvironment", down).contains("Manually scaling down"));
}

#[test]
fn quotas_of_class_and_purchase_option_hold_jobs_back() {
    // A new account has 5 vCPUs of standard hosts, and none with GPUs.
    let mut lab = ready(&json!({ "instanceTypes": ["m5.xlarge"] }));
    let jobs: Vec<String> = (0..6).map(|_| lab.submit(json!({}))).collect();
    lab.until(&jobs[3], "RUNNING");
    assert_eq!((lab.status(&jobs[4]).as_str(), desired(&mut lab)), ("RUNNABLE", 4));
    lab.until(&jobs[5], "SUCCEEDED");

    let mut lab = ready(&json!({ "instanceTypes": ["g5"], "maxvCpus": 8 }));
    let job = lab.submit(json!({}));
    lab.wait(3_600);
    let found = lab.job(&job);
    assert_eq!(found["status"], "RUNNABLE");
    assert!(found.get("statusReason").is_none(), "AWS says nothing of quotas: {found}");

    let mut lab = ready(&json!({}));
    lab.state.settings.troubles.insert(Trouble::SmallQuota);
    let job = lab.submit(json!({}));
    lab.wait(600);
    assert_eq!(lab.status(&job), "RUNNABLE");
    lab.state.settings.troubles.clear();
    lab.until(&job, "RUNNING");
}

#[test]
fn what_no_host_can_hold_is_said_so() {
    let mut lab = ready(&json!({ "instanceTypes": ["m5.large"] }));
    register(&mut lab, "large", &json!({ "memory": 8192 }));
    register(&mut lab, "gpu", &json!({ "resourceRequirements": [{ "type": "GPU", "value": "1" }] }));
    register(&mut lab, "wide", &json!({ "vcpus": 32 }));
    for (definition, reason) in [
        ("large", "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"),
        ("gpu", "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"),
        ("wide", "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"),
    ] {
        let job = lab.submit(json!({ "jobDefinition": definition }));
        lab.wait(120);
        let found = lab.job(&job);
        assert!(found["statusReason"].as_str().unwrap().starts_with(reason), "{definition}: {found}");
        lab.call_of(Service::Batch, "CancelJob", json!({ "jobId": job, "reason": "no" })).unwrap();
    }
}

#[test]
fn a_type_that_no_zone_has_and_a_bid_that_nobody_takes_are_said_so() {
    let lab = Lab::new();
    let region = ec2::seeded(&lab.state, REGION);
    let (subnet, _) = region.subnets.iter().find(|(_, subnet)| subnet.zone.ends_with('b')).unwrap();
    for (more, reason) in [
        (
            json!({ "instanceTypes": ["m7g"], "subnets": [subnet] }),
            "MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED - Your compute environment associated with",
        ),
        (
            json!({ "instanceTypes": ["m5.large"], "type": "SPOT", "bidPercentage": 10 }),
            "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance \
             type [m5.large]",
        ),
    ] {
        let mut lab = ready(&more);
        let job = lab.submit(json!({}));
        lab.wait(120);
        let found = lab.job(&job);
        assert!(found["statusReason"].as_str().unwrap().starts_with(reason), "{found}");
    }
}

#[test]
fn a_spot_host_that_is_taken_back_ends_what_runs_on_it() {
    let mut lab = ready(&json!({ "type": "SPOT", "allocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED" }));
    for role in ["AWSServiceRoleForEC2Spot", "AWSServiceRoleForEC2SpotFleet", "AWSServiceRoleForAutoScaling"]
    {
        assert!(lab.state.iam.role(role).is_some(), "Batch has made {role}");
    }
    lab.state.settings.troubles.insert(Trouble::SpotReclaim);
    let retry = |condition: &str| {
        json!({ "attempts": 2, "evaluateOnExit": [
            { "onStatusReason": condition, "action": "RETRY" }, { "onReason": "*", "action": "EXIT" } ] })
    };
    let again = lab.submit(json!({ "retryStrategy": retry("Host EC2*") }));
    let never = lab.submit(json!({ "retryStrategy": retry("Something else*") }));
    let failed = lab.until(&never, "FAILED");
    let reason = failed["statusReason"].as_str().unwrap();
    assert!(reason.starts_with("Host EC2 (instance i-0") && reason.ends_with(") terminated."), "{reason}");
    let done = lab.until(&again, "SUCCEEDED");
    assert_eq!(done["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(done["attempts"][0]["statusReason"], failed["statusReason"], "they shared the host");
}

#[test]
fn what_hosts_may_not_be_made_of() {
    let mut lab = Lab::new();
    let mut with = |more: Value| {
        let input = hosts(&lab, "ce", &more);
        lab.refused("CreateComputeEnvironment", input)
    };
    assert!(with(json!({ "instanceTypes": ["m99"] })).contains("Instance type can only be one of [c5, "));
    assert!(with(json!({ "bidPercentage": 101 })).contains("Bid percentage must be between 0 to 100."));
    assert!(with(json!({ "ec2Configuration": [{ "imageType": "ECS_AL2" }] })).contains("end-of-life"));
    assert!(with(json!({ "ec2Configuration": [{ "imageType": "AL9" }] })).contains("Invalid imageType"));
    let both = json!({ "launchTemplateId": "lt-1", "launchTemplateName": "n" });
    assert!(
        with(json!({ "launchTemplate": both })).contains("One of LaunchTemplateId and LaunchTemplateName or")
    );
    let version = json!({ "launchTemplateId": "lt-1", "version": "newest" });
    assert!(with(json!({ "launchTemplate": version })).contains("a number or $Default or $Latest"));
    let ordered = with(json!({ "allocationStrategy": "BEST_FIT_PROGRESSIVE_ORDERED" }));
    assert!(ordered.contains("Instance type bundles (e.g. optimal, default_x86_64) are not allowed"));
    assert!(with(json!({ "minvCpus": -1 })).contains("greater than or equal to 0."));
}

#[test]
fn what_batch_finds_out_when_it_builds_makes_an_environment_invalid_and_can_be_mended() {
    let mut lab = Lab::new();
    lab.host_profile();
    let template = "lt-0123456789abcdef0";
    let spot = json!("arn:aws:iam::111122223333:role/fleet");
    for (name, more, reason) in [
        (
            "template",
            json!({ "launchTemplate": { "launchTemplateId": template } }),
            format!("The specified launch template, with template ID {template}, does not exist."),
        ),
        ("key", json!({ "ec2KeyPair": "mine" }), "The key pair 'mine' does not exist".to_owned()),
        (
            "fleet",
            json!({ "type": "SPOT", "allocationStrategy": "BEST_FIT", "spotIamFleetRole": spot }),
            "Parameter: SpotFleetRequestConfig.IamFleetRole is invalid.".to_owned(),
        ),
    ] {
        lab.ok("CreateComputeEnvironment", hosts(&lab.clone(), name, &more));
        lab.wait(30);
        let found = lab.environment(name);
        assert_eq!(found["status"], "INVALID", "{name}");
        assert_eq!(found["statusReason"], format!("CLIENT_ERROR - {reason}"));
    }
    lab.query("CreateKeyPair", "KeyName=mine").unwrap();
    lab.ok("UpdateComputeEnvironment", json!({ "computeEnvironment": "key", "state": "ENABLED" }));
    lab.role("fleet", "spotfleet.amazonaws.com", "service-role/AmazonEC2SpotFleetTaggingRole");
    lab.wait(30);
    lab.ok("UpdateComputeEnvironment", json!({ "computeEnvironment": "fleet", "state": "ENABLED" }));
    lab.wait(10);
    for name in ["key", "fleet"] {
        assert_eq!(lab.environment(name)["status"], "VALID");
    }
}

#[test]
fn a_launch_template_brings_disks_and_groups_and_only_mime_user_data() {
    let mut lab = Lab::new();
    lab.host_profile();
    let (_, group) = network(&lab);
    let data = format!("LaunchTemplateData.SecurityGroupId.1={group}");
    lab.query("CreateLaunchTemplate", &format!("LaunchTemplateName=good&{data}")).unwrap();
    // `#!/bin/sh`
    let shell = "LaunchTemplateName=shell&LaunchTemplateData.UserData=IyEvYmluL3No";
    lab.query("CreateLaunchTemplate", shell).unwrap();
    for (name, status) in [("good", "VALID"), ("shell", "INVALID")] {
        let template = json!({ "launchTemplate": { "launchTemplateName": name }, "securityGroupIds": [] });
        lab.ok("CreateComputeEnvironment", hosts(&lab.clone(), name, &template));
        lab.wait(30);
        assert_eq!(lab.environment(name)["status"], status);
    }
    let reason = "CLIENT_ERROR - Launch Template UserData is not MIME multipart format";
    assert_eq!(lab.environment("shell")["statusReason"], reason);
    lab.ok("CreateJobQueue", queue("q", &["good"]));
    lab.wait(10);
    register(&mut lab, "d", &json!({}));
    let job = lab.submit(json!({}));
    lab.until(&job, "RUNNING");
}

#[test]
fn images_are_named_when_none_are() {
    let mut lab = Lab::new();
    lab.host_profile();
    for (name, types, images) in [
        ("plain", json!(["optimal"]), json!([{ "imageType": "ECS_AL2023" }])),
        ("gpu", json!(["g5"]), json!([{ "imageType": "ECS_AL2023_NVIDIA" }])),
        (
            "both",
            json!(["m5", "g5"]),
            json!([{ "imageType": "ECS_AL2023" }, { "imageType": "ECS_AL2023_NVIDIA" }]),
        ),
    ] {
        let more = json!({ "instanceTypes": types, "placementGroup": "p", "bidPercentage": 60 });
        lab.ok("CreateComputeEnvironment", hosts(&lab.clone(), name, &more));
        let found = lab.environment(name)["computeResources"].clone();
        assert_eq!(found["ec2Configuration"], images);
        assert_eq!((&found["placementGroup"], &found["bidPercentage"]), (&json!("p"), &json!(60)));
    }
}

#[test]
fn an_account_written_before_there_were_hosts_is_read() {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for field in ["hosts", "host", "policies", "policy", "shares", "share"] {
                    fields.remove(field);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => {
                items.retain(|item| item.pointer("/1/HostIdle").is_none());
                items.iter_mut().for_each(strip);
            }
            _ => {}
        }
    }
    let mut lab = ready(&json!({}));
    let job = lab.submit(json!({}));
    lab.until(&job, "RUNNING");
    let mut old = serde_json::to_value(&lab.state).unwrap();
    old["ec2"] = json!({});
    strip(&mut old);
    old["batch"]["regions"][REGION]["environments"]["ce"]["hosts_up"] = json!(lab.now.0);
    old["batch"]["regions"][REGION]["environments"]["ce"]["idle_since"] = json!(lab.now.0);
    lab.state = serde_json::from_value(old).unwrap();
    lab.until(&job, "SUCCEEDED");
    let next = lab.submit(json!({}));
    lab.until(&next, "SUCCEEDED");
}
