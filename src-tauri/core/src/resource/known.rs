//! What resources tell each other: typed references, filled when the thing they point at is there.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};

use super::ResourceId;

/// An attribute that another resource may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribute {
    /// The ARN.
    Arn,
    /// The id, `vpc-…`.
    Id,
    /// Several ids, separated by commas.
    Ids,
    /// The name.
    Name,
    /// The address of a repository, without a tag.
    Uri,
    /// The version that counts.
    Version,
}

/// The attributes of one resource that others may need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<Attribute, String>);

impl Facts {
    /// No facts.
    pub fn none() -> Self {
        Self::default()
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, attribute: Attribute, value: impl Into<String>) -> Self {
        self.0.insert(attribute, value.into());
        self
    }

    /// One of them.
    pub fn get(&self, attribute: Attribute) -> Option<&str> {
        self.0.get(&attribute).map(String::as_str)
    }

    /// Takes over everything that `newer` knows.
    pub fn merge(&mut self, newer: Self) {
        self.0.extend(newer.0);
    }
}

/// The facts of every resource so far, and what can be told of them beforehand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    seen: BTreeMap<ResourceId, Facts>,
    presumed: BTreeMap<ResourceId, Facts>,
}

impl Known {
    /// Adds to what is known of a resource.
    pub fn learn(&mut self, resource: &ResourceId, facts: Facts) {
        self.seen.entry(resource.clone()).or_default().merge(facts);
    }

    /// Adds what a resource will be like once it is there, as far as its name tells: its ARN.
    pub fn presume(&mut self, resource: &ResourceId, facts: Facts) {
        self.presumed.entry(resource.clone()).or_default().merge(facts);
    }

    /// Forgets a resource that is gone.
    pub fn forget(&mut self, resource: &ResourceId) {
        self.seen.remove(resource);
    }

    /// An attribute of a resource.
    pub fn of(&self, resource: &ResourceId, attribute: Attribute) -> Option<&str> {
        self.seen.get(resource)?.get(attribute)
    }

    /// An attribute of a resource, or what it will be. To compare with, never to send.
    pub fn expected(&self, resource: &ResourceId, attribute: Attribute) -> Option<&str> {
        self.of(resource, attribute).or_else(|| self.presumed.get(resource)?.get(attribute))
    }
}

/// A value of another resource that may not be there yet, typed by what it is.
pub struct Ref<T> {
    /// The resource that has it.
    pub of: ResourceId,
    what: PhantomData<fn() -> T>,
}

/// What a [`Ref`] can point at.
pub trait Referable {
    /// The attribute it is read from.
    const ATTRIBUTE: Attribute;
}

macro_rules! referable {
    ($($(#[$doc:meta])* $name:ident = $attribute:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Referable for $name {
            const ATTRIBUTE: Attribute = Attribute::$attribute;
        }
    )+};
}

referable! {
    /// The ARN of a role.
    RoleArn = Arn,
    /// The name of a role.
    RoleName = Name,
    /// The ARN of an instance profile.
    InstanceProfileArn = Arn,
    /// The id of a launch template.
    LaunchTemplateId = Id,
    /// The version of a launch template that instances are started with.
    LaunchTemplateVersion = Version,
    /// The ARN of a scheduling policy.
    SchedulingPolicyArn = Arn,
    /// The id of a VPC.
    VpcId = Id,
    /// The id of a subnet.
    SubnetId = Id,
    /// The ids of a VPC's subnets.
    SubnetIds = Ids,
    /// The id of a route table.
    RouteTableId = Id,
    /// The id of an internet gateway.
    InternetGatewayId = Id,
    /// The id of an Elastic IP address, `eipalloc-…`.
    AllocationId = Id,
    /// The id of a NAT gateway.
    NatGatewayId = Id,
    /// The id of a VPC endpoint.
    VpcEndpointId = Id,
    /// The id of a security group.
    SecurityGroupId = Id,
    /// The name of a log group.
    LogGroupName = Name,
    /// The ARN of a compute environment.
    ComputeEnvironmentArn = Arn,
    /// The address of a repository.
    RepositoryUri = Uri,
}

impl<T: Referable> Ref<T> {
    /// A reference to that resource's `T`.
    pub fn to(of: ResourceId) -> Self {
        Self { of, what: PhantomData }
    }

    /// The value, when the resource is there.
    pub fn get<'k>(&self, known: &'k Known) -> Option<&'k str> {
        known.of(&self.of, T::ATTRIBUTE)
    }

    /// The value, or what it will be once the resource is there. To compare with, never to send.
    pub fn expected<'k>(&self, known: &'k Known) -> Option<&'k str> {
        known.expected(&self.of, T::ATTRIBUTE)
    }

    /// Every value of a list, empty when the resource is not there.
    pub fn list(&self, known: &Known) -> Vec<String> {
        let ids = self.get(known).unwrap_or_default();
        ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect()
    }

    /// The attribute it reads.
    pub fn attribute(&self) -> Attribute {
        T::ATTRIBUTE
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        Self { of: self.of.clone(), what: PhantomData }
    }
}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref({})", self.of)
    }
}
