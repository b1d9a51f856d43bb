//! Where the tags of a resource are, and the calls that put them right: each AWS service has its own.

use std::sync::Arc;

use aws_sdk_ec2::types as ec2;

use super::{
    Adoption, Attributes, Call, Difference, Facts, PART_TAG, Repeat, ResourceId, STACK_ID_TAG, STACK_TAG,
    Stack,
    tags::{Tags, ec2_tags, ecr_tags, iam_tags},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    words::say,
};

/// The tags that say whose a thing is.
const OWNING: [&str; 3] = [STACK_TAG, STACK_ID_TAG, PART_TAG];

/// The tags of something of a stack, as found.
#[derive(Debug)]
pub struct Tagged<'f> {
    stack: &'f Arc<Stack>,
    at: At,
    found: &'f Tags,
}

/// What a service's calls for tags find a thing by.
#[derive(Debug, Clone)]
enum At {
    Role(String),
    InstanceProfile(String),
    Ec2(String),
    Batch(String),
    Repository(String),
    LogGroup(String),
}

impl<'f> Tagged<'f> {
    /// A role, by its name.
    pub(crate) fn role(stack: &'f Arc<Stack>, name: &str, found: &'f Tags) -> Self {
        Self { stack, at: At::Role(name.to_owned()), found }
    }

    /// An instance profile, by its name.
    pub(crate) fn instance_profile(stack: &'f Arc<Stack>, name: &str, found: &'f Tags) -> Self {
        Self { stack, at: At::InstanceProfile(name.to_owned()), found }
    }

    /// Anything of EC2, by its id.
    pub(crate) fn ec2(stack: &'f Arc<Stack>, id: &str, found: &'f Tags) -> Self {
        Self { stack, at: At::Ec2(id.to_owned()), found }
    }

    /// Anything of Batch, by its ARN.
    pub(crate) fn batch(stack: &'f Arc<Stack>, arn: &str, found: &'f Tags) -> Self {
        Self { stack, at: At::Batch(arn.to_owned()), found }
    }

    /// A repository, by its ARN.
    pub(crate) fn repository(stack: &'f Arc<Stack>, arn: String, found: &'f Tags) -> Self {
        Self { stack, at: At::Repository(arn), found }
    }

    /// A log group, by its ARN.
    pub(crate) fn log_group(stack: &'f Arc<Stack>, arn: String, found: &'f Tags) -> Self {
        Self { stack, at: At::LogGroup(arn), found }
    }

    pub(super) fn is_ours(&self) -> bool {
        self.stack.owns(self.found)
    }

    /// Whether somebody has accepted that this was added.
    pub(super) fn accepts(&self, resource: &ResourceId, added: &Difference) -> bool {
        self.stack.accepted.get(&resource.to_string()).is_some_and(|accepted| accepted.contains(added))
    }

    /// What is not as the blueprint wants it. Tags that no blueprint of the stack ever named are somebody else's.
    pub(super) fn differences(&self, resource: &ResourceId) -> Vec<Difference> {
        let wanted = self.wanted(resource);
        let former = &self.stack.former_tags;
        let found = self.found.iter().filter(|(key, _)| wanted.contains_key(*key) || former.contains(*key));
        let found = Attributes::default().with_each("tags", found);
        found.differences(&Attributes::default().with_each("tags", &wanted))
    }

    /// The calls that put them right.
    pub(super) fn calls(&self, resource: &ResourceId) -> Vec<Call> {
        let mut lacking = self.wanted(resource);
        lacking.retain(|key, value| self.found.get(key) != Some(value));
        let dropped: Vec<_> =
            self.stack.former_tags.iter().filter(|key| self.found.contains_key(*key)).cloned().collect();
        let tag = (!lacking.is_empty()).then(|| self.at.tag(self.stack, &lacking));
        let untag = (!dropped.is_empty()).then(|| self.at.untag(self.stack, &dropped));
        // Off before on: IAM takes Team and team for the same key.
        untag.into_iter().chain(tag).collect()
    }

    /// What makes something foreign the stack's, or why it must not become that. Only the tags that say whose it is:
    /// what it is called besides is changed by the next run, like everything else that is not as the blueprint says.
    pub(super) fn adoption(&self, resource: &ResourceId) -> Adoption {
        let tag = |key: &str| self.found.get(key).map(String::as_str);
        if tag(STACK_ID_TAG).is_some() {
            let other = tag(STACK_TAG).unwrap_or_default();
            return Adoption::Refused(say("adopt-of-other-stack", &[("stack", other)]));
        }
        if let Some(stack) = tag("aws:cloudformation:stack-name") {
            return Adoption::Refused(say("adopt-of-cloudformation", &[("stack", stack)]));
        }
        let mut wanted = self.wanted(resource);
        wanted.retain(|key, _| OWNING.contains(&key.as_str()));
        let found = self.found.iter().filter(|(key, _)| wanted.contains_key(*key));
        let found = Attributes::default().with_each("tags", found);
        let differences = found.differences(&Attributes::default().with_each("tags", &wanted));
        Adoption::Tags(differences, vec![self.at.tag(self.stack, &wanted)])
    }

    /// The call that makes it nobody's again.
    pub(super) fn release(&self) -> Call {
        self.at.untag(self.stack, &OWNING.map(str::to_owned))
    }

    fn wanted(&self, resource: &ResourceId) -> Tags {
        match self.at {
            At::Ec2(_) => self.stack.ec2_tags_of(resource),
            _ => self.stack.tags_of(resource),
        }
    }
}

impl At {
    fn tag(&self, stack: &Stack, tags: &Tags) -> Call {
        let action = match self {
            Self::Role(_) => "iam:TagRole",
            Self::InstanceProfile(_) => "iam:TagInstanceProfile",
            Self::Ec2(_) => "ec2:CreateTags",
            Self::Batch(_) => "batch:TagResource",
            Self::Repository(_) => "ecr:TagResource",
            Self::LogGroup(_) => "logs:TagResource",
        };
        let keys: Vec<_> = tags.keys().map(String::as_str).collect();
        let (at, sent) = (self.clone(), tags.clone());
        Call::new(action, self.on(&keys), Repeat::Harmless, move |aws, _| {
            let (at, tags) = (at.clone(), sent.clone());
            async move { at.send_tags(&aws, tags, action).await.map(|()| Facts::none()) }
        })
        .allowed_on(self.arn(stack))
    }

    async fn send_tags(&self, aws: &Clients, tags: Tags, action: &str) -> Result<(), AwsFault> {
        let Clients { once, .. } = aws;
        let map = || Some(tags.clone().into_iter().collect());
        match self {
            Self::Role(name) => {
                let request = once.iam.tag_role().role_name(name).set_tags(Some(iam_tags(&tags)));
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::InstanceProfile(name) => {
                let request = once.iam.tag_instance_profile().instance_profile_name(name);
                request.set_tags(Some(iam_tags(&tags))).send().await.map(drop).map_err(fault(action))
            }
            Self::Ec2(id) => {
                let request = once.ec2.create_tags().resources(id).set_tags(Some(ec2_tags(&tags)));
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::Batch(arn) => {
                let request = once.batch.tag_resource().resource_arn(arn).set_tags(map());
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::Repository(arn) => {
                let request = once.ecr.tag_resource().resource_arn(arn).set_tags(Some(ecr_tags(&tags)));
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::LogGroup(arn) => {
                let request = once.logs.tag_resource().resource_arn(arn).set_tags(map());
                request.send().await.map(drop).map_err(fault(action))
            }
        }
    }

    fn untag(&self, stack: &Stack, keys: &[String]) -> Call {
        let action = match self {
            Self::Role(_) => "iam:UntagRole",
            Self::InstanceProfile(_) => "iam:UntagInstanceProfile",
            Self::Ec2(_) => "ec2:DeleteTags",
            Self::Batch(_) => "batch:UntagResource",
            Self::Repository(_) => "ecr:UntagResource",
            Self::LogGroup(_) => "logs:UntagResource",
        };
        let on = self.on(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        let (at, sent) = (self.clone(), keys.to_vec());
        Call::new(action, on, Repeat::Harmless, move |aws, _| {
            let (at, keys) = (at.clone(), sent.clone());
            async move { at.send_no_tags(&aws, keys, action).await.map(|()| Facts::none()) }
        })
        .allowed_on(self.arn(stack))
    }

    async fn send_no_tags(&self, aws: &Clients, keys: Vec<String>, action: &str) -> Result<(), AwsFault> {
        let Clients { once, .. } = aws;
        match self {
            Self::Role(name) => {
                let request = once.iam.untag_role().role_name(name).set_tag_keys(Some(keys));
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::InstanceProfile(name) => {
                let request = once.iam.untag_instance_profile().instance_profile_name(name);
                request.set_tag_keys(Some(keys)).send().await.map(drop).map_err(fault(action))
            }
            Self::Ec2(id) => {
                // A key alone takes the tag away whatever its value.
                let tags = keys.into_iter().map(|key| ec2::Tag::builder().key(key).build()).collect();
                let request = once.ec2.delete_tags().resources(id).set_tags(Some(tags));
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::Batch(arn) => {
                let request = once.batch.untag_resource().resource_arn(arn).set_tag_keys(Some(keys));
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::Repository(arn) => {
                let request = once.ecr.untag_resource().resource_arn(arn).set_tag_keys(Some(keys));
                request.send().await.map(drop).map_err(fault(action))
            }
            Self::LogGroup(arn) => {
                let request = once.logs.untag_resource().resource_arn(arn).set_tag_keys(Some(keys));
                request.send().await.map(drop).map_err(fault(action))
            }
        }
    }

    /// What a person reads: the thing and the tags.
    fn on(&self, keys: &[&str]) -> String {
        let (Self::Role(at)
        | Self::InstanceProfile(at)
        | Self::Ec2(at)
        | Self::Batch(at)
        | Self::Repository(at)
        | Self::LogGroup(at)) = self;
        let name = at.rsplit([':', '/']).next().unwrap_or(at);
        format!("{name} ({})", keys.join(", "))
    }

    fn arn(&self, stack: &Stack) -> String {
        match self {
            Self::Role(name) => stack.iam_arn(&format!("role/{name}")),
            Self::InstanceProfile(name) => stack.iam_arn(&format!("instance-profile/{name}")),
            Self::Ec2(id) => stack.arn("ec2", &format!("*/{id}")),
            Self::Batch(arn) | Self::Repository(arn) | Self::LogGroup(arn) => arn.clone(),
        }
    }
}
