//! A stack written down as Terraform: what each resource says of itself, put into the files that a platform
//! engineer would have written.

use std::collections::BTreeMap;

use hcl::{
    Block, Expression,
    expr::{Traversal, Variable},
};

use crate::resource::{Attribute, Known, Ref, Referable, ResourceId, Stack};

/// The file of the export that a block belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum File {
    Network,
    Iam,
    Batch,
    Ecr,
}

/// The form of the AWS provider to write for: 6 renamed `compute_environment_name` to `name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// hashicorp/aws 5.x.
    V5,
    /// hashicorp/aws 6.x.
    V6,
}

/// What one resource contributes to an export.
#[derive(Debug, Clone)]
pub struct Part {
    /// Where its blocks go.
    pub file: File,
    /// Its blocks, in reading order.
    pub blocks: Vec<Block>,
    /// What to import: address and import id. Empty for data sources and for what is not there yet.
    pub imports: Vec<(String, String)>,
}

/// What a resource may use while it writes itself down.
#[derive(Debug)]
pub struct Context<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// The provider's form.
    pub provider: Provider,
    /// What is known of every resource.
    pub known: &'a Known,
    addresses: BTreeMap<ResourceId, String>,
}

impl<'a> Context<'a> {
    /// For a stack whose resources have these addresses.
    pub fn new(
        stack: &'a Stack,
        provider: Provider,
        known: &'a Known,
        addresses: BTreeMap<ResourceId, String>,
    ) -> Self {
        Self { stack, provider, known, addresses }
    }

    /// The address of a resource: `aws_vpc.main`.
    pub fn address(&self, resource: &ResourceId) -> &str {
        self.addresses.get(resource).map_or("", String::as_str)
    }

    /// A reference to another resource's value: `aws_vpc.main.id`.
    pub fn refer<T: Referable>(&self, reference: &Ref<T>) -> Expression {
        let attribute = match reference.attribute() {
            Attribute::Arn => "arn",
            Attribute::Id => "id",
            Attribute::Ids => "ids",
            Attribute::Name => "name",
            Attribute::Uri => "repository_url",
        };
        raw(&format!("{}.{attribute}", self.address(&reference.of)))
    }
}

/// A reference such as `aws_vpc.main.id`. Only for names of our own making, never for a person's text.
pub fn raw(reference: &str) -> Expression {
    let mut names = reference.split('.');
    let mut traversal = Traversal::builder(Variable::sanitized(names.next().unwrap_or_default()));
    for name in names {
        traversal = traversal.attr(name);
    }
    Expression::from(traversal.build())
}
