//! Batch under virtual time, by the requests that SDKs send.
#![allow(clippy::needless_pass_by_value, reason = "requests are written in place")]

mod arrays;
mod ending;
mod environments;
mod fair_share;
mod hosts;
mod jobs;
mod listing;
mod on_hosts;
mod repeatable;
mod room;
mod standing;
mod troubles;

use crate::account::{Account, Caller};
use crate::authorizer;
use crate::fault::Fault;
use crate::permission::{Asked, Input};
use crate::service::{self, Handler, Service, ec2};
use crate::settings::Settings;
use crate::state::State;
use crate::time::Millis;
use crate::wire::Params;
use serde_json::{Value, json};

pub(super) const REGION: &str = "us-east-1";
const START: Millis = Millis(1_764_000_000_000);

/// An account and its clock.
#[derive(Clone)]
pub(super) struct Lab {
    pub(super) state: State,
    pub(super) now: Millis,
}

impl Lab {
    /// A new account at AWS's own speed.
    pub(super) fn new() -> Self {
        let mut state = State::new(7);
        *state.settings = Settings { pace: 1.0, ..Settings::default() };
        let mut lab = Self { state, now: START };
        lab.role("execution", "ecs-tasks.amazonaws.com", "service-role/AmazonECSTaskExecutionRolePolicy");
        lab.wait(30);
        lab
    }

    /// An account with a Fargate environment `ce`, a queue `q` and a definition `d`, all usable.
    pub(super) fn ready() -> Self {
        let mut lab = Self::new();
        lab.ok("CreateComputeEnvironment", fargate(&lab, "ce", 4));
        lab.wait(30);
        lab.ok("CreateJobQueue", queue("q", &["ce"]));
        lab.wait(10);
        lab.register("d", &["sh", "-c", "echo hello"]);
        lab
    }

    fn service(action: &str) -> Service {
        Service::ALL.into_iter().find(|service| service.find(action).is_some()).unwrap()
    }

    pub(super) fn call(&mut self, action: &str, input: Value) -> Result<Value, Fault> {
        self.call_of(Self::service(action), action, input)
    }

    pub(super) fn call_of(&mut self, service: Service, action: &str, input: Value) -> Result<Value, Fault> {
        service::catch_up(&mut self.state, self.now);
        let Handler::Json(handler) = service.find(action).unwrap().handler else {
            panic!("{action} is JSON")
        };
        let before = self.state.clone();
        let (caller, now) = (Caller::you(), self.now);
        let asked = Input::Json(&input);
        let (state, operation) = (&self.state, action);
        authorizer::check(&Asked {
            state,
            now,
            caller: &caller,
            service,
            operation,
            region: REGION,
            input: asked,
        })?;
        let mut account = Account { state: &mut self.state, now, caller: &caller, region: REGION };
        let answer = handler(&mut account, &input);
        if answer.is_err() {
            self.state = before;
        }
        answer
    }

    pub(super) fn ok(&mut self, action: &str, input: Value) -> Value {
        self.call(action, input).unwrap()
    }

    /// What AWS says against a request.
    pub(super) fn refused(&mut self, action: &str, input: Value) -> String {
        let fault = self.call(action, input).unwrap_err();
        assert_eq!(fault.code, "ClientException");
        fault.message
    }

    /// Lets seconds pass.
    pub(super) fn wait(&mut self, seconds: i64) {
        self.now = self.now.plus(seconds * 1_000);
    }

    /// The instance profile that hosts need.
    pub(super) fn host_profile(&mut self) {
        self.role("ecs", "ec2.amazonaws.com", "service-role/AmazonEC2ContainerServiceforEC2Role");
        self.query("CreateInstanceProfile", "InstanceProfileName=ecs").unwrap();
        self.query("AddRoleToInstanceProfile", "InstanceProfileName=ecs&RoleName=ecs").unwrap();
        self.wait(30);
    }

    /// Sends a call of the query protocols, its parameters as in a form.
    pub(super) fn query(&mut self, action: &str, form: &str) -> Result<(), Fault> {
        service::catch_up(&mut self.state, self.now);
        let service = Self::service(action);
        let Handler::Query(handler) = service.find(action).unwrap().handler else {
            panic!("{action} is a query")
        };
        let caller = Caller::you();
        let mut account = Account { state: &mut self.state, now: self.now, caller: &caller, region: REGION };
        handler(&mut account, &Params::parse(form)).map(|_| ())
    }

    /// Makes a role that a service may assume, with one of AWS's policies.
    pub(super) fn role(&mut self, name: &str, service: &str, policy: &str) {
        let trust = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }] });
        self.query("CreateRole", &format!("RoleName={name}&AssumeRolePolicyDocument={trust}")).unwrap();
        self.query(
            "AttachRolePolicy",
            &format!("RoleName={name}&PolicyArn=arn:aws:iam::aws:policy/{policy}"),
        )
        .unwrap();
    }

    pub(super) fn register(&mut self, name: &str, command: &[&str]) -> Value {
        self.ok("RegisterJobDefinition", definition(name, command))
    }

    /// Submits a job of `d` to `q`, with fields added to the request, and returns its id.
    pub(super) fn submit(&mut self, more: Value) -> String {
        let mut input = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": "d" });
        for (field, value) in more.as_object().unwrap() {
            input[field] = value.clone();
        }
        self.ok("SubmitJob", input)["jobId"].as_str().unwrap().to_owned()
    }

    /// Submits a job that runs this command.
    pub(super) fn run(&mut self, command: &[&str]) -> String {
        self.submit(json!({ "containerOverrides": { "command": command } }))
    }

    pub(super) fn job(&mut self, id: &str) -> Value {
        self.ok("DescribeJobs", json!({ "jobs": [id] }))["jobs"][0].clone()
    }

    pub(super) fn status(&mut self, id: &str) -> String {
        self.job(id)["status"].as_str().unwrap().to_owned()
    }

    /// Waits second by second until a job is in a state.
    pub(super) fn until(&mut self, id: &str, wanted: &str) -> Value {
        for _ in 0..4_000 {
            let job = self.job(id);
            if job["status"] == wanted {
                return job;
            }
            self.wait(1);
        }
        panic!("{id} never became {wanted}: {:#}", self.job(id));
    }

    pub(super) fn environment(&mut self, name: &str) -> Value {
        self.ok("DescribeComputeEnvironments", json!({ "computeEnvironments": [name] }))["computeEnvironments"][0]
            .clone()
    }

    pub(super) fn queue(&mut self, name: &str) -> Value {
        self.ok("DescribeJobQueues", json!({ "jobQueues": [name] }))["jobQueues"][0].clone()
    }

    /// The lines that a job's log holds now.
    pub(super) fn log(&mut self, job: &Value) -> Vec<String> {
        let stream = job["container"]["logStreamName"].as_str().unwrap();
        let ask = json!({ "logGroupName": "/aws/batch/job", "logStreamName": stream, "startFromHead": true });
        let answer = self.ok("GetLogEvents", ask);
        let events = answer["events"].as_array().unwrap();
        events.iter().map(|event| event["message"].as_str().unwrap().to_owned()).collect()
    }
}

pub(super) fn fargate(lab: &Lab, name: &str, most: u32) -> Value {
    let (subnet, group) = network(lab);
    json!({
        "computeEnvironmentName": name,
        "type": "MANAGED",
        "state": "ENABLED",
        "computeResources":
            { "type": "FARGATE", "maxvCpus": most, "subnets": [subnet], "securityGroupIds": [group] },
    })
}

/// A subnet and a security group of the default VPC.
pub(super) fn network(lab: &Lab) -> (String, String) {
    let region = ec2::seeded(&lab.state, REGION);
    (region.subnets.keys().next().unwrap().clone(), region.security_groups.keys().next().unwrap().clone())
}

pub(super) fn queue(name: &str, environments: &[&str]) -> Value {
    let order: Vec<Value> = environments
        .iter()
        .enumerate()
        .map(|(order, name)| json!({ "order": order + 1, "computeEnvironment": name }))
        .collect();
    json!({ "jobQueueName": name, "priority": 1, "computeEnvironmentOrder": order })
}

pub(super) fn definition(name: &str, command: &[&str]) -> Value {
    json!({
        "jobDefinitionName": name,
        "type": "container",
        "platformCapabilities": ["FARGATE"],
        "containerProperties": {
            "image": "public.ecr.aws/amazonlinux/amazonlinux:2023",
            "command": command,
            "executionRoleArn": "arn:aws:iam::111122223333:role/execution",
            "resourceRequirements": [{ "type": "VCPU", "value": "1" }, { "type": "MEMORY", "value": "2048" }],
            "networkConfiguration": { "assignPublicIp": "ENABLED" },
        },
    })
}
