//! What a Terraform file is made of: blocks of arguments, with the reasons that a reader needs.

use serde_json::Value as Json;

/// A block: `resource "aws_vpc" "main" { … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub(super) why: Option<String>,
    pub(super) kind: String,
    pub(super) labels: Vec<String>,
    pub(super) body: Vec<Item>,
}

/// One thing in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Argument { why: Option<String>, name: String, value: Value },
    Block(Block),
}

/// What stands behind an `=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text that means itself; the only place for what a person typed.
    Text(String),
    /// A text with code in it, `"${local.name}-jobs"`.
    Template(Vec<Piece>),
    /// A number.
    Number(i64),
    /// A truth value.
    Bool(bool),
    /// An expression of our own making, on one line: `aws_vpc.main.id`. Never a person's text.
    Code(String),
    /// A list.
    List(Vec<Value>),
    /// An object, in this order.
    Map(Vec<(String, Value)>),
    /// A function of these arguments.
    Call(&'static str, Vec<Value>),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Means itself.
    Text(String),
    /// Is evaluated.
    Code(String),
}

impl Block {
    /// A block of this kind, with labels in quotes behind it.
    pub fn new(kind: &str, labels: &[&str]) -> Self {
        Self {
            why: None,
            kind: kind.to_owned(),
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            body: vec![],
        }
    }

    /// The resource at this address, `aws_vpc.main`.
    pub fn resource(address: &str) -> Self {
        Self::new("resource", &address.split('.').collect::<Vec<_>>())
    }

    /// The data source at this address, `data.aws_vpc.default`.
    pub fn data(address: &str) -> Self {
        Self::new("data", &address.trim_start_matches("data.").split('.').collect::<Vec<_>>())
    }

    /// With the reason for it, as a comment above.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// With one more argument.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.push(Item::Argument { why: None, name: name.to_owned(), value: value.into() });
        self
    }

    /// With one more argument, where there is a value for it.
    #[must_use]
    pub fn set_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// With one more argument, and the reason for it above.
    #[must_use]
    pub fn set_because(mut self, why: &str, name: &str, value: impl Into<Value>) -> Self {
        let why = Some(why.to_owned());
        self.body.push(Item::Argument { why, name: name.to_owned(), value: value.into() });
        self
    }

    /// With a block inside.
    #[must_use]
    pub fn with(mut self, block: Self) -> Self {
        self.body.push(Item::Block(block));
        self
    }
}

impl Value {
    /// An expression of our own making.
    pub fn code(code: impl Into<String>) -> Self {
        Self::Code(code.into())
    }

    /// A list of expressions of our own making.
    pub fn codes(codes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::List(codes.into_iter().map(Self::code).collect())
    }

    /// An object.
    pub fn map<K: Into<String>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// `jsonencode` of this value.
    #[must_use]
    pub fn json(self) -> Self {
        Self::Call("jsonencode", vec![self])
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Number(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Number(value.into())
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// JSON as the same thing in Terraform; for policies, which hold no fractions.
impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::code("null"),
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => {
                number.as_i64().map_or_else(|| Self::code(number.to_string()), Self::Number)
            }
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(values) => Self::List(values.iter().map(Self::from).collect()),
            Json::Object(entries) => Self::map(entries),
        }
    }
}
