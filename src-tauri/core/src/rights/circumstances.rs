//! What Slipway knows of its own calls that conditions can ask for, told to IAM along with the question.
//!
//! IAM's simulator supplies what it is told and nothing else of a request (IAM API reference, SimulatePrincipalPolicy,
//! `ContextEntries`); which key an action has, the Service Authorization Reference says.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum as Type};

use crate::{
    aws::prices_region,
    resource::{PART_TAG, Permission, STACK_ID_TAG, STACK_TAG, Stack},
};

/// Keys of a request, each with its values and whether it may have several.
pub(super) type Keys = BTreeMap<String, (Vec<String>, bool)>;

/// What a call brings of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brings {
    /// Those of what it makes or tags.
    Tags,
    /// The stack's name alone, as jobs have it.
    Name,
    /// The keys of those that it takes off.
    Former,
    Nothing,
}

/// Who calls, where, and for which stack.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'s> {
    entity: &'s str,
    stack: &'s Stack,
}

impl<'s> Circumstances<'s> {
    /// Calls of this user or role for this stack.
    pub const fn of(entity: &'s str, stack: &'s Stack) -> Self {
        Self { entity, stack }
    }

    /// Whom IAM is asked about.
    pub(super) const fn entity(&self) -> &'s str {
        self.entity
    }

    /// What conditions find in the call that this permission is for.
    pub(super) fn of_call(&self, permission: &Permission) -> Keys {
        let mut keys = self.always(permission);
        let mut one = |key: &str, value: &str| keys.insert(key.to_owned(), (vec![value.to_owned()], false));
        let tags = match brings(permission) {
            Brings::Tags => self.tags(permission),
            Brings::Name => BTreeMap::from([(STACK_TAG.to_owned(), self.stack.name.clone())]),
            Brings::Former | Brings::Nothing => BTreeMap::new(),
        };
        for (key, value) in &tags {
            one(&format!("aws:RequestTag/{key}"), value);
        }
        let own = permission.condition.as_ref().filter(|(key, _)| key.starts_with("aws:ResourceTag/"));
        if own.is_some() {
            for (key, value) in self.marks() {
                one(&format!("aws:ResourceTag/{key}"), value);
                one(&format!("ec2:ResourceTag/{key}"), value);
            }
        }
        if let Some((key, value)) = &permission.condition {
            one(key, value);
        }
        let listed: Vec<String> = match brings(permission) {
            Brings::Former => {
                let former: BTreeSet<_> = self.stack.tags.keys().chain(&self.stack.former_tags).collect();
                former.into_iter().cloned().collect()
            }
            _ => tags.into_keys().collect(),
        };
        if !listed.is_empty() {
            keys.insert("aws:TagKeys".to_owned(), (listed, true));
        }
        keys
    }

    /// What every request has (IAM User Guide, "AWS global condition context keys").
    fn always(&self, permission: &Permission) -> Keys {
        let account = self.stack.account.as_str();
        let region = self.region_of(permission);
        let is_user = self.entity.contains(":user/");
        let name = self.entity.rsplit('/').next().unwrap_or_default();
        let mut keys = BTreeMap::from([
            ("aws:PrincipalAccount", account),
            ("aws:PrincipalArn", self.entity),
            ("aws:PrincipalIsAWSService", "false"),
            ("aws:PrincipalType", if is_user { "User" } else { "AssumedRole" }),
            ("aws:RequestedRegion", region),
            ("aws:SecureTransport", "true"),
        ]);
        if is_user {
            keys.insert("aws:username", name);
        }
        if permission.action.starts_with("ec2:") {
            keys.insert("ec2:Region", region);
        }
        let owner = permission.resource.split(':').nth(4).unwrap_or_default();
        if owner == account {
            keys.insert("aws:ResourceAccount", account);
        }
        keys.into_iter().map(|(key, value)| (key.to_owned(), (vec![value.to_owned()], false))).collect()
    }

    /// Global services are called in one region of their partition (the same page, `aws:RequestedRegion`). A role is
    /// passed by the call that takes it.
    fn region_of(&self, permission: &Permission) -> &str {
        const FOR_INSTANCES: [&str; 2] = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"];
        let to_instances =
            permission.condition.as_ref().is_some_and(|(_, value)| FOR_INSTANCES.contains(&value.as_str()));
        let passed = permission.action == "iam:PassRole" && !to_instances;
        let service = permission.action.split(':').next().unwrap_or_default();
        match service {
            "iam" | "route53" if !passed => match self.stack.partition() {
                "aws-cn" => "cn-north-1",
                "aws-us-gov" => "us-gov-west-1",
                _ => "us-east-1",
            },
            "pricing" => prices_region(&self.stack.region),
            _ => &self.stack.region,
        }
    }

    /// The tags of what is made. Which part of the stack it is differs from one thing to the next, and is told here by
    /// its kind.
    fn tags(&self, permission: &Permission) -> BTreeMap<String, String> {
        let thing = permission.resource.splitn(6, ':').nth(5).unwrap_or_default();
        let kind = thing.split(['/', ':']).next().unwrap_or_default();
        let mut tags = self.stack.tags.clone();
        tags.extend(self.marks().map(|(key, value)| (key.to_owned(), value.to_owned())));
        tags.insert(PART_TAG.to_owned(), kind.to_owned());
        if permission.action.starts_with("ec2:") {
            tags.insert("Name".to_owned(), format!("{}-{kind}", self.stack.name));
        }
        tags
    }

    /// By what the stack's things are known. A stack that is known by its name alone has no id.
    fn marks(&self) -> impl Iterator<Item = (&'static str, &'s str)> {
        let both = [(STACK_TAG, self.stack.name.as_str()), (STACK_ID_TAG, self.stack.id.as_str())];
        both.into_iter().filter(|(_, value)| !value.is_empty())
    }
}

fn brings(permission: &Permission) -> Brings {
    let by_tag = |begin: &str| permission.condition.as_ref().is_some_and(|(key, _)| key.starts_with(begin));
    let is_job = permission.resource.contains(":job/");
    match permission.action.as_str() {
        // SubmitJob's tags are the job's, whatever else it names.
        "batch:SubmitJob" => Brings::Name,
        "batch:TagResource" if is_job => Brings::Name,
        "batch:CreateComputeEnvironment"
        | "batch:CreateJobQueue"
        | "batch:CreateSchedulingPolicy"
        | "batch:RegisterJobDefinition"
        | "batch:TagResource"
        | "ec2:CreateTags"
        | "ecr:CreateRepository"
        | "ecr:TagResource"
        | "iam:CreateInstanceProfile"
        | "iam:CreateRole"
        | "iam:TagInstanceProfile"
        | "iam:TagRole"
        | "logs:CreateLogGroup"
        | "logs:TagResource" => Brings::Tags,
        "batch:UntagResource"
        | "ec2:DeleteTags"
        | "ecr:UntagResource"
        | "iam:UntagInstanceProfile"
        | "iam:UntagRole"
        | "logs:UntagResource" => Brings::Former,
        // Of what a call of EC2's is about, only what it makes is tagged by it.
        _ if by_tag("aws:RequestTag/") => Brings::Tags,
        _ => Brings::Nothing,
    }
}

/// Whether it is known of a key that a call does not have it, where it was not told: which tags a call brings is known
/// altogether.
pub(super) fn is_surely_absent(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == "aws:tagkeys" || key.starts_with("aws:requesttag/")
}

/// As IAM takes them.
pub(super) fn entries(keys: &Keys) -> Vec<ContextEntry> {
    let entry = |(key, (values, several)): (&String, &(Vec<String>, bool))| {
        let known = match key.as_str() {
            "aws:SecureTransport" | "aws:PrincipalIsAWSService" => Type::Boolean,
            _ if *several => Type::StringList,
            _ => Type::String,
        };
        let entry = ContextEntry::builder().context_key_name(key).context_key_type(known);
        entry.set_context_key_values(Some(values.clone())).build()
    };
    keys.iter().map(entry).collect()
}
