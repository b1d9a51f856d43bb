//! An account with something of everything in it, and a caller whose policies a test chooses.

use crate::wire::{Reply, Wire, trust};
use serde_json::{Value, json};
use slipway_practice::Access;

/// One request, in the shape of its service's protocol.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    service: &'static str,
    operation: String,
    input: Input,
}

#[derive(Debug, Clone)]
enum Input {
    Form(Vec<(String, String)>),
    Json(Value),
}

impl Call {
    /// `CreateJobQueue` on the environment `ce`.
    pub(crate) fn queue(name: &str, more: &Value) -> Call {
        let order = json!([{ "order": 1, "computeEnvironment": "ce" }]);
        let input = json!({ "jobQueueName": name, "priority": 1, "computeEnvironmentOrder": order });
        json_call("batch", "CreateJobQueue", merged(input, more))
    }

    /// `RegisterJobDefinition` with a role for the task.
    pub(crate) fn definition(name: &str, more: &Value) -> Call {
        let container = json!({
            "image": "public.ecr.aws/docker/library/busybox:latest", "command": ["true"],
            "executionRoleArn": "arn:aws:iam::111122223333:role/task",
            "resourceRequirements": [{ "type": "VCPU", "value": "1" }, { "type": "MEMORY", "value": "2048" }],
            "networkConfiguration": { "assignPublicIp": "ENABLED" },
        });
        let input = json!({
            "jobDefinitionName": name, "type": "container", "platformCapabilities": ["FARGATE"],
            "containerProperties": container,
        });
        json_call("batch", "RegisterJobDefinition", merged(input, more))
    }

    /// `SubmitJob` to the queue `q`.
    pub(crate) fn job(definition: &str, more: &Value) -> Call {
        let input = json!({ "jobName": "j", "jobQueue": "q", "jobDefinition": definition });
        json_call("batch", "SubmitJob", merged(input, more))
    }
}

/// A call of IAM, STS or EC2.
pub(crate) fn query(service: &'static str, operation: &str, parameters: &[(&str, &str)]) -> Call {
    let form = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Call { service, operation: operation.to_owned(), input: Input::Form(form) }
}

/// A call of Batch, ECR, CloudWatch Logs, Service Quotas or the price list.
pub(crate) fn json_call(service: &'static str, operation: &str, input: Value) -> Call {
    Call { service, operation: operation.to_owned(), input: Input::Json(input) }
}

/// A statement.
pub(crate) fn statement(effect: &str, action: &str, resources: &[&str]) -> Value {
    json!({ "Effect": effect, "Action": action, "Resource": resources })
}

/// A statement that allows.
pub(crate) fn allow(action: &str, resources: &[&str]) -> Value {
    statement("Allow", action, resources)
}

/// The same under a condition: `("StringEquals", "iam:PassedToService", "batch.amazonaws.com")`.
pub(crate) fn when(mut statement: Value, (operator, key, wanted): (&str, &str, &str)) -> Value {
    statement["Condition"][operator][key] = json!(wanted);
    statement
}

/// A policy's text.
pub(crate) fn policy(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// The account.
pub(crate) struct World {
    pub(crate) wire: Wire,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) group: String,
    pub(crate) template: String,
    pub(crate) table: String,
    pub(crate) tie: String,
}

impl World {
    /// All of it, made by an administrator.
    pub(crate) fn new() -> Self {
        let wire = Wire::new();
        let role = |name: &str, path: &str, service: &str| {
            let trust = trust(service);
            let make = [("RoleName", name), ("Path", path), ("AssumeRolePolicyDocument", &trust as &str)];
            wire.done("iam", "CreateRole", &make);
        };
        role("hosts", "/team/", "ec2.amazonaws.com");
        role("service", "/", "batch.amazonaws.com");
        role("task", "/", "ecs-tasks.amazonaws.com");
        wire.done("iam", "CreateInstanceProfile", &[("InstanceProfileName", "hosts"), ("Path", "/team/")]);
        let add = [("InstanceProfileName", "hosts"), ("RoleName", "hosts")];
        wire.done("iam", "AddRoleToInstanceProfile", &add);
        wire.done(
            "iam",
            "TagRole",
            &[("RoleName", "task"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "imaging")],
        );

        let tagged = |kind: &'static str| {
            [
                ("TagSpecification.1.ResourceType", kind),
                ("TagSpecification.1.Tag.1.Key", "team"),
                ("TagSpecification.1.Tag.1.Value", "imaging"),
            ]
        };
        let make = |operation: &str, parameters: &[(&str, &str)], id: &str| {
            wire.done("ec2", operation, parameters).one(id)
        };
        let [kind, key, value] = tagged("vpc");
        let vpc = make("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), kind, key, value], "vpcId");
        let subnet = make("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.0.0/24")], "subnetId");
        let group = [("GroupName", "g"), ("GroupDescription", "g"), ("VpcId", &vpc as &str)];
        let group = make("CreateSecurityGroup", &group, "groupId");
        let template = [("LaunchTemplateName", "tpl"), ("LaunchTemplateData.InstanceType", "m6i.large")];
        let template = make("CreateLaunchTemplate", &template, "launchTemplateId");
        let table = make("CreateRouteTable", &[("VpcId", &vpc)], "routeTableId");
        let tie =
            make("AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", &subnet)], "associationId");

        let world = Self { wire, vpc, subnet, group, template, table, tie };
        for (service, operation, input) in [
            (
                "ecr",
                "CreateRepository",
                json!({ "repositoryName": "repo", "tags": [{ "Key": "team", "Value": "imaging" }] }),
            ),
            ("logs", "CreateLogGroup", json!({ "logGroupName": "/team/jobs" })),
            ("batch", "CreateSchedulingPolicy", json!({ "name": "fair" })),
        ] {
            let reply = world.send(&json_call(service, operation, input));
            assert_eq!(reply.status, 200, "{service}:{operation}: {}", reply.body);
        }
        let made = world.send(&world.environment("ce", &json!({})));
        assert_eq!(made.status, 200, "{}", made.body);
        world.wire.later(60);
        let made = world.send(&Call::queue("q", &json!({ "tags": { "team": "imaging" } })));
        assert_eq!(made.status, 200, "{}", made.body);
        world.wire.later(60);
        let made = world.send(&Call::definition("d", &json!({})));
        assert_eq!(made.status, 200, "{}", made.body);
        world
    }

    /// `CreateComputeEnvironment` on Fargate.
    pub(crate) fn environment(&self, name: &str, more: &Value) -> Call {
        let (subnet, group) = (&self.subnet, &self.group);
        let resources =
            json!({ "type": "FARGATE", "maxvCpus": 4, "subnets": [subnet], "securityGroupIds": [group] });
        let input =
            json!({ "computeEnvironmentName": name, "type": "MANAGED", "computeResources": resources });
        json_call("batch", "CreateComputeEnvironment", merged(input, more))
    }

    /// From now on the caller is judged by these.
    pub(crate) fn judge_by(&self, access: Access) {
        self.wire.practice.change_settings(|settings| settings.access = access).expect("policies");
    }

    /// From now on the caller has this one policy.
    pub(crate) fn allow_only(&self, statements: &[Value]) {
        self.judge_by(Access { identity: vec![policy(statements)], ..Access::default() });
    }

    /// Sends a call.
    pub(crate) fn send(&self, call: &Call) -> Reply {
        let operation = &call.operation;
        match &call.input {
            Input::Form(form) => {
                let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                self.wire.query(call.service, operation, &form)
            }
            Input::Json(input) if call.service == "batch" => {
                let headers = [("content-type", "application/json")];
                let (method, target, body) = match input["resourceArn"].as_str() {
                    Some(arn) => {
                        let method = if operation.starts_with("List") { "GET" } else { "POST" };
                        (method, format!("/v1/tags/{}", crate::wire::encoded(arn)), input.to_string())
                    }
                    None => ("POST", format!("/v1/{}", operation.to_lowercase()), input.to_string()),
                };
                self.wire.send("batch", method, &target, &headers, body.into())
            }
            Input::Json(input) => {
                let family = match call.service {
                    "ecr" => "AmazonEC2ContainerRegistry_V20150921",
                    "logs" => "Logs_20140328",
                    "servicequotas" => "ServiceQuotasV20190624",
                    _ => "AWSPriceListService",
                };
                self.wire.json(call.service, &format!("{family}.{operation}"), input)
            }
        }
    }

    /// What the authorizer says against a call; nothing when it lets it pass, whatever comes of it then.
    pub(crate) fn refusal(&self, call: &Call) -> Option<String> {
        let reply = self.send(call);
        reply.body.contains("is not authorized to perform: ").then(|| {
            let message = match &call.input {
                Input::Form(_) => reply.refusal().2,
                Input::Json(_) => reply.value()["message"].as_str().unwrap_or_default().to_owned(),
            };
            message.split(" is not authorized to perform: ").nth(1).unwrap_or_default().to_owned()
        })
    }
}

fn merged(mut input: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().into_iter().flatten() {
        input[key] = value.clone();
    }
    input
}
