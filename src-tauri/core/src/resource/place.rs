//! Where network interfaces go: subnets and security groups, of the stack or of somebody else.

use super::{Known, Ref, ResourceId, SecurityGroupId, SubnetId, SubnetIds};
use crate::terraform::{Context, Value};

/// Subnets.
#[derive(Debug, Clone)]
pub(crate) enum Subnets {
    /// Those of a VPC that is there already.
    OfVpc(Ref<SubnetIds>),
    /// These.
    Each(Vec<Ref<SubnetId>>),
}

impl Subnets {
    /// The resources they come from.
    pub(crate) fn resources(&self) -> Vec<ResourceId> {
        match self {
            Self::OfVpc(vpc) => vec![vpc.of.clone()],
            Self::Each(subnets) => subnets.iter().map(|subnet| subnet.of.clone()).collect(),
        }
    }

    /// Their ids, sorted; empty while one of them is not there.
    pub(crate) fn ids(&self, known: &Known) -> Vec<String> {
        let mut ids = match self {
            Self::OfVpc(vpc) => vpc.list(known),
            Self::Each(subnets) => {
                let ids: Option<Vec<_>> = subnets.iter().map(|s| s.get(known).map(str::to_owned)).collect();
                ids.unwrap_or_default()
            }
        };
        ids.sort();
        ids
    }

    /// Them in Terraform.
    pub(crate) fn terraform(&self, with: &Context<'_>) -> Value {
        match self {
            Self::OfVpc(vpc) => with.refer(vpc),
            Self::Each(subnets) => Value::List(subnets.iter().map(|subnet| with.refer(subnet)).collect()),
        }
    }
}

/// Security groups.
#[derive(Debug, Clone)]
pub(crate) enum Groups {
    /// The stack's own.
    Own(Ref<SecurityGroupId>),
    /// Groups of somebody else, as a person picked them.
    Given(Vec<String>),
}

impl Groups {
    /// The resources they come from.
    pub(crate) fn resources(&self) -> Vec<ResourceId> {
        match self {
            Self::Own(group) => vec![group.of.clone()],
            Self::Given(_) => vec![],
        }
    }

    /// Their ids, sorted; empty while the stack's own is not there.
    pub(crate) fn ids(&self, known: &Known) -> Vec<String> {
        let mut ids = match self {
            Self::Own(group) => group.get(known).into_iter().map(str::to_owned).collect(),
            Self::Given(ids) => ids.clone(),
        };
        ids.sort();
        ids
    }

    /// Them in Terraform.
    pub(crate) fn terraform(&self, with: &Context<'_>) -> Value {
        match self {
            Self::Own(group) => Value::List(vec![with.refer(group)]),
            Self::Given(_) => Value::code("var.security_group_ids"),
        }
    }

    /// The one that stands for all of them where only one can be named; the same that `ids` has first.
    pub(crate) fn terraform_first(&self, with: &Context<'_>) -> Value {
        match self {
            Self::Own(group) => with.refer(group),
            Self::Given(_) => Value::code("sort(var.security_group_ids)[0]"),
        }
    }
}
