//! Tags, in the shape that each AWS service wants, and the question whose a thing is.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ec2::types as ec2;
use aws_sdk_ecr::types as ecr;
use aws_sdk_iam::types as iam;

use super::{PART_TAG, ResourceId, STACK_ID_TAG, STACK_TAG, Stack};

/// Tags as found.
pub(crate) type Tags = BTreeMap<String, String>;

impl Stack {
    /// Whether these tags say that the thing belongs to this stack.
    pub(crate) fn owns(&self, tags: &Tags) -> bool {
        tags.get(STACK_ID_TAG) == Some(&self.id)
    }

    /// Tags for Batch and Logs calls that take a map.
    pub(crate) fn tag_map(&self, resource: &ResourceId) -> HashMap<String, String> {
        self.tags_of(resource).into_iter().collect()
    }

    /// The tags of something of EC2, with the name that its console shows.
    pub(crate) fn ec2_tags_of(&self, resource: &ResourceId) -> Tags {
        let mut tags = self.tags_of(resource);
        tags.insert("Name".to_owned(), self.ec2_name(resource));
        tags
    }

    /// The same, as EC2 puts them on in the very call that creates.
    pub(crate) fn ec2_tags(&self, resource: &ResourceId, kind: ec2::ResourceType) -> ec2::TagSpecification {
        let tags = ec2_tags(&self.ec2_tags_of(resource));
        ec2::TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build()
    }

    /// Tags of what AWS makes for the stack by itself, instances and their disks: so that they can be told apart on a
    /// bill. They carry no id and no part, since they come and go without Slipway.
    pub(crate) fn host_tags(&self) -> Tags {
        let mut tags = self.tags.clone();
        tags.insert("Name".to_owned(), self.name.clone());
        tags.insert(STACK_TAG.to_owned(), self.name.clone());
        tags
    }

    /// What EC2's console shows as the name: `imaging-subnet-a`, `imaging-vpc`.
    pub(crate) fn ec2_name(&self, resource: &ResourceId) -> String {
        let kind = resource.kind.code();
        if resource.part == "main" {
            format!("{}-{kind}", self.name)
        } else {
            format!("{}-{kind}-{}", self.name, resource.part)
        }
    }

    /// EC2 filters that find exactly this resource of this stack.
    pub(crate) fn ec2_filters(&self, resource: &ResourceId) -> Option<Vec<ec2::Filter>> {
        Some(vec![
            filter(&format!("tag:{STACK_ID_TAG}"), &self.id),
            filter(&format!("tag:{PART_TAG}"), &resource.to_string()),
        ])
    }
}

/// An EC2 filter with one value.
pub(crate) fn filter(name: &str, value: &str) -> ec2::Filter {
    ec2::Filter::builder().name(name).values(value).build()
}

/// Tags as EC2 takes them.
pub(crate) fn ec2_tags(tags: &Tags) -> Vec<ec2::Tag> {
    tags.iter().map(|(key, value)| ec2::Tag::builder().key(key).value(value).build()).collect()
}

/// Tags as IAM takes them. The builder asks for key and value, and both are there.
pub(crate) fn iam_tags(tags: &Tags) -> Vec<iam::Tag> {
    tags.iter().filter_map(|(key, value)| iam::Tag::builder().key(key).value(value).build().ok()).collect()
}

/// Tags as ECR takes them. The builder asks for key and value, and both are there.
pub(crate) fn ecr_tags(tags: &Tags) -> Vec<ecr::Tag> {
    tags.iter().filter_map(|(key, value)| ecr::Tag::builder().key(key).value(value).build().ok()).collect()
}

/// Tags as EC2 answers them.
pub(crate) fn from_ec2(tags: &[ec2::Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned()))).collect()
}

/// Tags as Batch and Logs answer them.
pub(crate) fn from_map(tags: Option<&HashMap<String, String>>) -> Tags {
    tags.map(|tags| tags.iter().map(|(k, v)| (k.clone(), v.clone())).collect()).unwrap_or_default()
}
