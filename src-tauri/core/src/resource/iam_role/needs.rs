//! What each role must be able to do for jobs to run: of what AWS's managed policy for it allows, what AWS Batch, ECS
//! and EC2 ask for (AWS Managed Policy Reference; which action is about which resource, Service Authorization
//! Reference). What a managed policy allows besides, a role may do without.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

use super::IamRole;
use crate::{
    blueprint::{ImageName, JobDefinition, names},
    policy::{Ask, Target},
    resource::Stack,
};

/// What a role must be able to do by the managed policies that are wanted on it.
#[derive(Clone, Default)]
pub(crate) struct Needs(pub(super) Vec<Ask>);

/// They follow from the rest of the blueprint and are no wish of their own: a role is not to be changed because a job
/// is given another image.
impl fmt::Debug for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Needs")
    }
}

fn ask(action: &str, target: Target) -> Ask {
    Ask { action: action.to_owned(), target }
}

impl Needs {
    /// Of instances: joining the cluster, saying how tasks fare, and what their jobs need.
    pub(crate) fn of_instances(stack: &Stack, definitions: &[JobDefinition]) -> Self {
        // AWS Batch makes a cluster for each environment and gives it a name of its own.
        let cluster = || Target::Like(stack.arn("ecs", "cluster/*"));
        let instance = || Target::Like(stack.arn("ecs", "container-instance/*"));
        let mut needs = vec![
            ask("ecs:DiscoverPollEndpoint", Target::Whole),
            ask("ecs:RegisterContainerInstance", cluster()),
            ask("ecs:Poll", instance()),
            ask("ecs:StartTelemetrySession", instance()),
            ask("ecs:UpdateContainerInstancesState", instance()),
            ask("ecs:SubmitContainerStateChange", cluster()),
            ask("ecs:SubmitTaskStateChange", cluster()),
        ];
        needs.extend(of_containers(stack, definitions));
        Self(needs)
    }

    /// Of ECS around a container.
    pub(crate) fn of_execution(stack: &Stack, definitions: &[JobDefinition]) -> Self {
        Self(of_containers(stack, definitions))
    }

    /// Of Spot Fleet.
    pub(crate) fn of_spot_fleet() -> Self {
        let looks = ["ec2:DescribeImages", "ec2:DescribeSubnets", "ec2:DescribeInstanceStatus"];
        let starts =
            ["ec2:RequestSpotInstances", "ec2:RunInstances", "ec2:TerminateInstances", "ec2:CreateTags"];
        let looks = looks.into_iter().map(|action| ask(action, Target::Whole));
        let starts = starts.into_iter().map(|action| ask(action, anything()));
        Self(looks.chain(starts).chain([ask("iam:PassRole", anything())]).collect())
    }

    /// Of AWS Batch, which works with instances through Auto Scaling and Spot Fleet, and with tasks through ECS.
    pub(crate) fn of_batch() -> Self {
        let looks = [
            "ec2:DescribeInstances",
            "ec2:DescribeInstanceStatus",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeImages",
            "ec2:DescribeLaunchTemplateVersions",
            "ec2:DescribeSpotFleetInstances",
            "ec2:DescribeSpotFleetRequests",
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
        ];
        let works = [
            "ec2:CreateLaunchTemplate",
            "ec2:DeleteLaunchTemplate",
            "ec2:RequestSpotFleet",
            "ec2:CancelSpotFleetRequests",
            "ec2:TerminateInstances",
            "ec2:RunInstances",
            "autoscaling:CreateAutoScalingGroup",
            "autoscaling:UpdateAutoScalingGroup",
            "autoscaling:SetDesiredCapacity",
            "autoscaling:DeleteAutoScalingGroup",
            "autoscaling:CreateOrUpdateTags",
            "autoscaling:SuspendProcesses",
            "autoscaling:TerminateInstanceInAutoScalingGroup",
            "ecs:DescribeClusters",
            "ecs:DescribeContainerInstances",
            "ecs:DescribeTasks",
            "ecs:ListContainerInstances",
            "ecs:ListTasks",
            "ecs:CreateCluster",
            "ecs:DeleteCluster",
            "ecs:RegisterTaskDefinition",
            "ecs:DeregisterTaskDefinition",
            "ecs:RunTask",
            "ecs:StartTask",
            "ecs:StopTask",
            "iam:GetInstanceProfile",
            "iam:GetRole",
            "iam:PassRole",
        ];
        let looks = looks.into_iter().map(|action| ask(action, Target::Whole));
        Self(looks.chain(works.into_iter().map(|action| ask(action, anything()))).collect())
    }
}

impl IamRole {
    /// What it must be able to do, as actions on ARNs: by the managed policies, and by its own.
    pub(crate) fn wants(&self) -> Vec<(String, String)> {
        let on = |target: &Target| match target {
            Target::Whole => "*".to_owned(),
            Target::Like(arn) => arn.clone(),
        };
        let mut wants: Vec<_> =
            self.needs.0.iter().map(|ask| (ask.action.clone(), on(&ask.target))).collect();
        let own = self.inline.policy.iter().filter_map(|policy| policy["Statement"].as_array()).flatten();
        for statement in own {
            for (action, resource) in texts(&statement["Action"]).into_iter().flat_map(|action| {
                texts(&statement["Resource"]).into_iter().map(move |on| (action.clone(), on))
            }) {
                wants.push((action, resource));
            }
        }
        wants
    }
}

/// One or several, as policies have it.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect(),
    }
}

/// Something that is not there yet and has no name before.
fn anything() -> Target {
    Target::Like("*".to_owned())
}

/// Pulling the images that are in ECR, and writing the log.
fn of_containers(stack: &Stack, definitions: &[JobDefinition]) -> Vec<Ask> {
    let group = stack.arn("logs", &format!("log-group:{}", names::log_group(&stack.name)));
    let mut needs = vec![
        ask("logs:CreateLogStream", Target::Like(format!("{group}:*"))),
        ask("logs:PutLogEvents", Target::Like(format!("{group}:log-stream:*"))),
    ];
    let images: Vec<_> = definitions.iter().map(|one| ImageName::parse(&one.image)).collect();
    let repositories: BTreeSet<_> = images.iter().filter_map(ImageName::in_ecr).collect();
    if !repositories.is_empty() {
        needs.push(ask("ecr:GetAuthorizationToken", Target::Whole));
    }
    for (account, region, repository) in repositories {
        let arn = format!("arn:{}:ecr:{region}:{account}:repository/{repository}", stack.partition());
        let pulling = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"];
        needs.extend(pulling.into_iter().map(|action| ask(action, Target::Like(arn.clone()))));
    }
    needs
}
