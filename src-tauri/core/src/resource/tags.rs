//! Tags, in the shape that each AWS service wants, and the question whose a thing is.

use std::collections::BTreeMap;

use super::{PART_TAG, ResourceId, STACK_ID_TAG, STACK_TAG, Stack};

/// Tags as found.
pub(crate) type Tags = BTreeMap<String, String>;

impl Stack {
    /// Whether these tags say that the thing belongs to this stack.
    pub(crate) fn owns(&self, tags: &Tags) -> bool {
        tags.get(STACK_ID_TAG) == Some(&self.id)
    }

    /// Tags for Batch, ECR and Logs calls that take a map.
    pub(crate) fn tag_map(&self, resource: &ResourceId) -> std::collections::HashMap<String, String> {
        self.tags_of(resource).into_iter().collect()
    }

    /// Tags that EC2 puts on in the very call that creates, with the name that its console shows.
    pub(crate) fn ec2_tags(
        &self,
        resource: &ResourceId,
        kind: aws_sdk_ec2::types::ResourceType,
    ) -> aws_sdk_ec2::types::TagSpecification {
        let tag = |key: &str, value: &str| aws_sdk_ec2::types::Tag::builder().key(key).value(value).build();
        let mut tags = vec![tag("Name", &self.ec2_name(resource))];
        tags.extend(self.tags_of(resource).iter().map(|(key, value)| tag(key, value)));
        aws_sdk_ec2::types::TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build()
    }

    /// Tags of what AWS makes for the stack by itself, instances and their disks: so that they can be told apart on a
    /// bill. They carry no id and no part, since they come and go without Slipway.
    pub(crate) fn host_tag_map(&self) -> std::collections::HashMap<String, String> {
        let mut tags = self.tags.clone();
        tags.insert("Name".to_owned(), self.name.clone());
        tags.insert(STACK_TAG.to_owned(), self.name.clone());
        tags.into_iter().collect()
    }

    /// The same for EC2.
    pub(crate) fn host_tags(&self) -> Vec<aws_sdk_ec2::types::Tag> {
        let tags: BTreeMap<_, _> = self.host_tag_map().into_iter().collect();
        let tag = |(key, value)| aws_sdk_ec2::types::Tag::builder().key(key).value(value).build();
        tags.iter().map(tag).collect()
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
    pub(crate) fn ec2_filters(&self, resource: &ResourceId) -> Option<Vec<aws_sdk_ec2::types::Filter>> {
        Some(vec![
            filter(&format!("tag:{STACK_ID_TAG}"), &self.id),
            filter(&format!("tag:{PART_TAG}"), &resource.to_string()),
        ])
    }
}

/// An EC2 filter with one value.
pub(crate) fn filter(name: &str, value: &str) -> aws_sdk_ec2::types::Filter {
    aws_sdk_ec2::types::Filter::builder().name(name).values(value).build()
}

/// Tags as EC2 answers them.
pub(crate) fn from_ec2(tags: &[aws_sdk_ec2::types::Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned()))).collect()
}

/// Tags as Batch and Logs answer them.
pub(crate) fn from_map(tags: Option<&std::collections::HashMap<String, String>>) -> Tags {
    tags.map(|tags| tags.iter().map(|(k, v)| (k.clone(), v.clone())).collect()).unwrap_or_default()
}
