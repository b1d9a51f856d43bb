//! A stack written down as Terraform: what each resource says of itself, put into the files that a platform
//! engineer would have written.
//!
//! `document` is what a file is made of, `format` and `literal` turn it into canonical text, `context` and `policy`
//! are what a resource may use while it writes itself down, `export` walks the resources, `frame` adds what belongs to no
//! single one, and `save` puts the files into a folder.

mod context;
mod document;
mod export;
mod format;
mod frame;
mod literal;
mod policy;
mod save;
#[cfg(test)]
mod tests;
mod whole;

use serde::{Deserialize, Serialize};

pub use context::Context;
pub use document::{Block, Piece, Value};
pub use export::export;
pub use format::write;
pub use save::{Saved, save};
pub use whole::{of_blueprint, of_stack};

use crate::words::Text;

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct TerraformFile {
    /// Its name, without a folder: `network.tf`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// The file that a resource belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum File {
    Network,
    Iam,
    Batch,
    Ecr,
}

/// The form of the AWS provider to write for: 6 renamed `compute_environment_name` to `name` and took away the
/// list `compute_environments` of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub enum Provider {
    /// hashicorp/aws 5.x.
    #[serde(rename = "5")]
    V5,
    /// hashicorp/aws 6.x.
    #[default]
    #[serde(rename = "6")]
    V6,
}

impl Provider {
    /// Its number.
    pub fn version(self) -> &'static str {
        match self {
            Self::V5 => "5",
            Self::V6 => "6",
        }
    }
}

/// How an export is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Options {
    /// The provider's form.
    pub provider: Provider,
    /// Whether the stack that is there is taken over; otherwise the files make another one like it.
    pub imports: bool,
}

/// What one resource contributes to an export.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Its blocks, in reading order, and the file they go to. A block that another resource gives as well is
    /// written once.
    pub blocks: Vec<(File, Block)>,
    /// What to import: address and import id. Nothing for data sources and for what is not there yet.
    pub imports: Vec<(String, String)>,
    /// What a person may want to set.
    pub variables: Vec<Variable>,
    /// What others may want to know of it.
    pub outputs: Vec<Output>,
    /// Addresses that must be there, beyond its own, before it can be used: the policies of a role.
    pub usable_after: Vec<String>,
    /// What the provider that is written for cannot say.
    pub unsayable: Vec<Text>,
}

impl Part {
    /// One that has only these blocks.
    pub fn of(file: File, blocks: impl IntoIterator<Item = Block>) -> Self {
        Self { blocks: blocks.into_iter().map(|block| (file, block)).collect(), ..Self::default() }
    }

    /// With this to import, when it is there.
    #[must_use]
    pub fn import(mut self, address: &str, id: Option<impl Into<String>>) -> Self {
        self.imports.extend(id.map(|id| (address.to_owned(), id.into())));
        self
    }

    /// With something that the provider cannot say.
    #[must_use]
    pub fn cannot(mut self, what: Option<Text>) -> Self {
        self.unsayable.extend(what);
        self
    }

    /// With this variable.
    #[must_use]
    pub fn variable(mut self, variable: Variable) -> Self {
        self.variables.push(variable);
        self
    }

    /// With this output.
    #[must_use]
    pub fn output(mut self, name: String, description: &str, value: impl Into<Value>) -> Self {
        self.outputs.push(Output { name, description: description.to_owned(), value: value.into() });
        self
    }
}

/// An input of the configuration, with the stack's present value as its default.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it is, for whoever sets it.
    pub description: String,
    /// Its type: `string`.
    pub kind: &'static str,
    /// The present value.
    pub default: Value,
    /// A condition in terms of `var.NAME`, and what to say when it is broken.
    pub rule: Option<(String, String)>,
}

impl Variable {
    /// A variable without a rule.
    pub fn new(name: String, kind: &'static str, description: &str, default: impl Into<Value>) -> Self {
        Self { name, kind, description: description.to_owned(), default: default.into(), rule: None }
    }

    /// With a condition, and what to say when it is broken.
    #[must_use]
    pub fn must(mut self, condition: impl Into<String>, otherwise: impl Into<String>) -> Self {
        self.rule = Some((condition.into(), otherwise.into()));
        self
    }
}

/// An output of the configuration.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What it gives.
    pub value: Value,
}

/// A part's name as the last piece of an address.
pub fn label(part: &str) -> String {
    part.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}
