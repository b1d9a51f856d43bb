//! What a resource may use while it writes itself down.

use std::collections::BTreeMap;

use super::{
    Options, Provider,
    document::{Piece, Value},
};
use crate::resource::{Attribute, Kind, Known, PART_TAG, Ref, Referable, ResourceId, STACK_TAG, Stack};

/// What a resource may use while it writes itself down.
#[derive(Debug)]
pub struct Context<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// What is known of every resource.
    pub known: &'a Known,
    options: Options,
    addresses: BTreeMap<ResourceId, String>,
    usable: BTreeMap<ResourceId, Vec<String>>,
}

impl<'a> Context<'a> {
    /// For a stack whose resources have these addresses.
    pub fn new(
        stack: &'a Stack,
        known: &'a Known,
        options: Options,
        addresses: BTreeMap<ResourceId, String>,
    ) -> Self {
        Self { stack, known, options, addresses, usable: BTreeMap::new() }
    }

    /// The provider's form.
    pub fn provider(&self) -> Provider {
        self.options.provider
    }

    /// Whether what is there is imported.
    pub fn imports(&self) -> bool {
        self.options.imports
    }

    /// The address of a resource, `aws_vpc.main`; empty for one that is not written down.
    pub fn address(&self, resource: &ResourceId) -> &str {
        self.addresses.get(resource).map_or("", String::as_str)
    }

    /// The last part of its address: `main`.
    pub fn label(&self, resource: &ResourceId) -> &str {
        self.address(resource).rsplit('.').next().unwrap_or_default()
    }

    /// A name for a variable or an output of a resource: plain where the stack has one of the kind, else with the
    /// resource's own behind it: `max_vcpus`, `max_vcpus_spot`.
    pub fn own(&self, name: &str, resource: &ResourceId) -> String {
        let alone = self.addresses.keys().filter(|other| other.kind == resource.kind).count() < 2;
        if alone { name.to_owned() } else { format!("{name}_{}", self.label(resource)) }
    }

    /// A reference to another resource's value: `aws_vpc.main.id`.
    pub fn refer<T: Referable>(&self, reference: &Ref<T>) -> Value {
        let address = self.address(&reference.of);
        Value::code(match reference.attribute() {
            Attribute::Arn => format!("{address}.arn"),
            Attribute::Id => format!("{address}.id"),
            // Only a VPC that is there already is asked for its subnets, and they are a data source of their own.
            Attribute::Ids => format!("data.aws_subnets.{}.ids", self.label(&reference.of)),
            Attribute::Name => format!("{address}.name"),
            Attribute::Uri => format!("{address}.repository_url"),
            Attribute::Version => format!("{address}.latest_version"),
        })
    }

    /// What must be there before a resource can be used, beyond itself: the policies of a role.
    pub fn usable(&self, resource: &ResourceId) -> &[String] {
        self.usable.get(resource).map_or(&[], Vec::as_slice)
    }

    pub(super) fn learn_usable(&mut self, resource: ResourceId, addresses: Vec<String>) {
        self.usable.insert(resource, addresses);
    }

    /// A name of ours with the stack's name in it as the local value: `"${local.name}-jobs"`.
    pub fn name(&self, name: &str) -> Value {
        let stack = &self.stack.name;
        let split = match name.strip_prefix(stack.as_str()) {
            Some(rest) if rest.starts_with(['-', '/']) => Some(("", rest)),
            // `/slipway/imaging`
            _ => name
                .strip_suffix(stack.as_str())
                .filter(|before| before.ends_with('/'))
                .map(|before| (before, "")),
        };
        let Some((before, after)) = split else { return Value::from(name) };
        let pieces = [
            Piece::Text(before.to_owned()),
            Piece::Code("local.name".to_owned()),
            Piece::Text(after.to_owned()),
        ];
        Value::Template(pieces.into_iter().filter(|piece| *piece != Piece::Text(String::new())).collect())
    }

    /// An AWS-managed policy by its path: `service-role/AWSBatchServiceRole`.
    pub fn managed_policy(path: &str) -> Value {
        Value::Template(vec![
            Piece::Text("arn:".to_owned()),
            Piece::Code("data.aws_partition.current.partition".to_owned()),
            Piece::Text(format!(":iam::aws:policy/{path}")),
        ])
    }

    /// The tags of a resource. Those by which Slipway knows its own are left out where nothing is imported: what
    /// Terraform makes by itself is not Slipway's to change or remove.
    pub fn tags(&self, resource: &ResourceId) -> Value {
        let mut own = Vec::new();
        if is_named_by_tag(resource.kind) {
            own.push(("Name", self.name(&self.stack.ec2_name(resource))));
        }
        if self.options.imports {
            own.push((PART_TAG, Value::from(resource.to_string())));
        }
        let shared = Value::code("local.tags");
        if own.is_empty() { shared } else { Value::Call("merge", vec![shared, Value::map(own)]) }
    }

    /// The tags of what AWS makes for the stack by itself: instances and their disks.
    pub fn tags_of_hosts(&self) -> Value {
        let own = [("Name", Value::code("local.name")), (STACK_TAG, Value::code("local.name"))];
        Value::Call(
            "merge",
            vec![Value::code("var.tags"), Value::code("local.environment_tag"), Value::map(own)],
        )
    }
}

/// EC2 shows the tag `Name` where other services have names.
fn is_named_by_tag(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Vpc
            | Kind::Subnet
            | Kind::InternetGateway
            | Kind::RouteTable
            | Kind::ElasticIp
            | Kind::NatGateway
            | Kind::VpcEndpoint
            | Kind::SecurityGroup
            | Kind::Flow
            | Kind::LaunchTemplate
    )
}
