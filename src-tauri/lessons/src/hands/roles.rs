//! Roles as an earlier run left them that was cut short, and what somebody does to them.

use aws_sdk_iam::types::Tag;
use slipway_core::{
    aws::AwsFault,
    blueprint::names,
    resource::{PART_TAG, STACK_ID_TAG, STACK_TAG},
};

use super::{Hands, made, send};
use crate::STACK;

/// The id that the earlier run made up for the stack.
const STACK_ID: &str = "lesson";

/// A role of the stack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Service,
    Instance,
    Execution,
    Job,
}

impl Role {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Service => names::service_role(STACK),
            Self::Instance => names::instance_role(STACK),
            Self::Execution => names::execution_role(STACK),
            Self::Job => names::job_role(STACK, "job"),
        }
    }

    const fn part(self) -> &'static str {
        match self {
            Self::Service => "service-role/main",
            Self::Instance => "instance-role/main",
            Self::Execution => "execution-role/main",
            Self::Job => "job-role/job",
        }
    }

    pub(crate) const fn service(self) -> &'static str {
        match self {
            Self::Service => "batch.amazonaws.com",
            Self::Instance => "ec2.amazonaws.com",
            Self::Execution | Self::Job => "ecs-tasks.amazonaws.com",
        }
    }

    /// AWS's own policy for it.
    pub(crate) const fn managed(self) -> Option<&'static str> {
        match self {
            Self::Service => Some("arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole"),
            Self::Instance => {
                Some("arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role")
            }
            Self::Execution => Some("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
            Self::Job => None,
        }
    }
}

/// A statement that lets a service assume a role.
pub(crate) fn trust(service: &str) -> String {
    policy(&format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}"#
    ))
}

/// A policy of these statements.
pub(crate) fn policy(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

fn tags(part: &str) -> Vec<Tag> {
    let tags = [(STACK_TAG, STACK), (STACK_ID_TAG, STACK_ID), (PART_TAG, part)];
    tags.into_iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

impl Hands {
    /// The stack's roles, as they should be. Without an execution role nothing tells whose the others are.
    pub(crate) async fn roles(&self, roles: &[Role]) -> Result<(), AwsFault> {
        let missing = (!roles.contains(&Role::Execution)).then_some(Role::Execution);
        for role in roles.iter().copied().chain(missing) {
            let new = self.aws.iam.create_role().role_name(role.name());
            let new = new.assume_role_policy_document(trust(role.service()));
            send!("iam:CreateRole", new.set_tags(Some(tags(role.part()))))?;
            if let Some(managed) = role.managed() {
                self.attach(role, managed).await?;
            }
        }
        Ok(())
    }

    /// The instance profile of the stack, without a role.
    pub(crate) async fn profile(&self) -> Result<(), AwsFault> {
        let new = self.aws.iam.create_instance_profile();
        let new = new.instance_profile_name(names::instance_profile(STACK));
        send!("iam:CreateInstanceProfile", new.set_tags(Some(tags("instance-profile/main")))).map(drop)
    }

    pub(crate) async fn put_into_profile(&self, role: &str) -> Result<(), AwsFault> {
        let add = self.aws.iam.add_role_to_instance_profile();
        let add = add.instance_profile_name(names::instance_profile(STACK)).role_name(role);
        send!("iam:AddRoleToInstanceProfile", add).map(drop)
    }

    /// A role of somebody else's.
    pub(crate) async fn role(&self, name: &str, service: &str) -> Result<(), AwsFault> {
        let new = self.aws.iam.create_role().role_name(name);
        send!("iam:CreateRole", new.assume_role_policy_document(trust(service))).map(drop)
    }

    pub(crate) async fn trusts(&self, role: Role, document: &str) -> Result<(), AwsFault> {
        let put = self.aws.iam.update_assume_role_policy().role_name(role.name());
        send!("iam:UpdateAssumeRolePolicy", put.policy_document(document)).map(drop)
    }

    pub(crate) async fn attach(&self, role: Role, policy: &str) -> Result<(), AwsFault> {
        let attach = self.aws.iam.attach_role_policy().role_name(role.name());
        send!("iam:AttachRolePolicy", attach.policy_arn(policy)).map(drop)
    }

    /// AWS's own policy is taken off it.
    pub(crate) async fn detach(&self, role: Role) -> Result<(), AwsFault> {
        let detach = self.aws.iam.detach_role_policy().role_name(role.name());
        send!("iam:DetachRolePolicy", detach.set_policy_arn(role.managed().map(str::to_owned))).map(drop)
    }

    /// Writes a policy onto it.
    pub(crate) async fn inline(&self, role: Role, name: &str, document: &str) -> Result<(), AwsFault> {
        let put = self.aws.iam.put_role_policy().role_name(role.name()).policy_name(name);
        send!("iam:PutRolePolicy", put.policy_document(document)).map(drop)
    }

    /// A policy of the account's own; its ARN.
    pub(crate) async fn own_policy(&self, name: &str, document: &str) -> Result<String, AwsFault> {
        let new = self.aws.iam.create_policy().policy_name(name).policy_document(document);
        made!("iam:CreatePolicy", new, |it| it.policy?.arn)
    }

    pub(crate) async fn bound(&self, role: Role, policy: &str) -> Result<(), AwsFault> {
        let put = self.aws.iam.put_role_permissions_boundary().role_name(role.name());
        send!("iam:PutRolePermissionsBoundary", put.permissions_boundary(policy)).map(drop)
    }
}
