//! Batch, its logs and its images through the door, with a clock that moves.

use crate::wire::{Wire, trust};
use serde_json::{Value, json};
use slipway_practice::Practice;
use std::fs;
use std::path::Path;

/// An account with a stack's parts to be made in it.
struct Lab {
    wire: Wire,
}

impl Lab {
    fn on(practice: Practice) -> Self {
        Self { wire: Wire::on(practice) }
    }

    fn open(folder: &Path) -> Self {
        Self::on(Practice::open(folder).expect("an account"))
    }

    fn wait(&self, seconds: i64) {
        self.wire.later(seconds);
    }

    fn batch(&self, path: &str, input: &Value) -> Value {
        let headers = [("content-type", "application/json")];
        let target = format!("/v1/{path}");
        let reply = self.wire.send("batch", "POST", &target, &headers, input.to_string().into());
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.value()
    }

    fn logs(&self, action: &str, input: &Value) -> Value {
        let reply = self.wire.json("logs", &format!("Logs_20140328.{action}"), input);
        assert_eq!(reply.status, 200, "{action}: {}", reply.body);
        reply.value()
    }

    /// An environment, a queue and a definition, as a first stack has them.
    fn set_up(&self) {
        let role =
            [("RoleName", "run"), ("AssumeRolePolicyDocument", &trust("ecs-tasks.amazonaws.com") as &str)];
        self.wire.done("iam", "CreateRole", &role);
        let policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        self.wire.done("iam", "AttachRolePolicy", &[("RoleName", "run"), ("PolicyArn", policy)]);
        let subnets = self.wire.done("ec2", "DescribeSubnets", &[]).all("subnetId");
        let groups = self.wire.done("ec2", "DescribeSecurityGroups", &[]).all("groupId");
        let resources =
            json!({ "type": "FARGATE", "maxvCpus": 4, "subnets": subnets, "securityGroupIds": [groups[0]] });
        self.batch(
            "createcomputeenvironment",
            &json!({ "computeEnvironmentName": "ce", "type": "MANAGED", "computeResources": resources }),
        );
        self.wait(20);
        let order = json!([{ "order": 1, "computeEnvironment": "ce" }]);
        let queue = json!({ "jobQueueName": "q", "priority": 1, "computeEnvironmentOrder": order });
        self.batch("createjobqueue", &queue);
        let container = json!({
            "image": "public.ecr.aws/amazonlinux/amazonlinux:2023",
            "command": ["sh", "-c", "echo $WORD; sleep 60; echo end"],
            "executionRoleArn": "arn:aws:iam::111122223333:role/run",
            "networkConfiguration": { "assignPublicIp": "ENABLED" },
            "resourceRequirements": [{ "type": "VCPU", "value": "0.25" }, { "type": "MEMORY", "value": "512" }],
        });
        self.batch(
            "registerjobdefinition",
            &json!({ "jobDefinitionName": "d", "type": "container", "platformCapabilities": ["FARGATE"],
                "containerProperties": container }),
        );
    }

    fn submit(&self, word: &str) -> String {
        let overrides = json!({ "environment": [{ "name": "WORD", "value": word }] });
        let input =
            json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "d", "containerOverrides": overrides });
        self.batch("submitjob", &input)["jobId"].as_str().expect("an id").to_owned()
    }

    fn job(&self, id: &str) -> Value {
        self.batch("describejobs", &json!({ "jobs": [id] }))["jobs"][0].clone()
    }

    fn lines(&self, job: &Value) -> Vec<String> {
        let stream = &job["container"]["logStreamName"];
        let ask = json!({ "logGroupName": "/aws/batch/job", "logStreamName": stream, "startFromHead": true });
        let events = self.logs("GetLogEvents", &ask)["events"].clone();
        let events = events.as_array().expect("events");
        events.iter().filter_map(|event| Some(event["message"].as_str()?.to_owned())).collect()
    }
}

#[test]
fn a_first_job_runs_and_its_log_holds_its_word() {
    let lab = Lab::on(Practice::in_memory(7));
    lab.set_up();
    let id = lab.submit("ahoy");
    lab.wait(10);
    let running = lab.job(&id);
    assert_eq!(running["status"], "RUNNING");
    assert_eq!(lab.lines(&running), ["ahoy"]);
    lab.wait(15);
    let done = lab.job(&id);
    assert_eq!((&done["status"], &done["container"]["exitCode"]), (&json!("SUCCEEDED"), &json!(0)));
    assert_eq!(lab.lines(&done), ["ahoy", "end"]);
}

#[test]
fn errors_have_batchs_shape() {
    let lab = Lab::on(Practice::in_memory(7));
    let input = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "d" }).to_string();
    let reply = lab.wire.send("batch", "POST", "/v1/submitjob", &[], input.into());
    assert_eq!(reply.status, 400);
    let kind = reply.headers.iter().find(|(name, _)| *name == "x-amzn-errortype").expect("an error's type");
    assert_eq!(kind.1, "ClientException");
    assert_eq!(reply.value()["message"], "JobQueue q not found.");
}

#[test]
fn looking_at_running_jobs_writes_nothing_and_everybody_sees_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (Lab::open(folder.path()), Lab::open(folder.path()));
    one.set_up();
    let id = one.submit("shared");
    let file = folder.path().join("account.json");
    let before = fs::read(&file).expect("the account's file");
    two.wire.as_late_as(&one.wire);
    for _ in 0..40 {
        one.wait(1);
        two.wait(1);
        let seen = one.job(&id);
        assert_eq!(seen, two.job(&id));
        if seen["status"] == "RUNNING" {
            assert_eq!(one.lines(&seen), two.lines(&seen));
        }
    }
    assert_eq!(one.job(&id)["status"], "SUCCEEDED");
    assert_eq!(fs::read(&file).expect("the account's file"), before);

    // What is written next holds what came true meanwhile, and a third sees it too.
    let next = two.submit("next");
    assert_ne!(fs::read(&file).expect("the account's file"), before);
    let three = Lab::open(folder.path());
    three.wire.as_late_as(&two.wire);
    assert_eq!(three.job(&id), one.job(&id));
    assert_eq!(three.job(&next)["status"], "SUBMITTED");
}

#[test]
fn a_change_of_pace_does_not_reach_into_the_past() {
    let lab = Lab::on(Practice::in_memory(7));
    lab.set_up();
    let id = lab.submit("ahoy");
    lab.wait(10);
    // Nobody looked since the job was submitted; it has been running all the same.
    lab.wire.practice.change_settings(|settings| settings.pace = 0.001).expect("settings");
    assert_eq!(lab.job(&id)["status"], "RUNNING");
    lab.wait(15);
    assert_eq!(lab.job(&id)["status"], "SUCCEEDED");
}
