//! An export as a parser reads it, and the way from an address and a path to what stands there.

use std::collections::BTreeMap;
use std::path::Path;

use hcl::expr::{FuncCall, ObjectKey, TemplateExpr};
use hcl::structure::{Block, Body};
use hcl::{Expression, format};

use super::arguments;
use crate::made;

/// What stands for a document that is encoded where it stands: its parts are looked at one by one.
pub(super) const ENCODED: &str = "jsonencode(…)";

/// Every block of an export: `aws_batch_job_queue.main`, `data.aws_vpc.existing`, `var.max_vcpus`.
pub(super) struct Exported {
    blocks: BTreeMap<String, Body>,
}

/// A value of the export.
pub(super) struct Found {
    /// As it is written, in short: `var.max_vcpus`.
    pub(super) written: String,
    /// What it comes to, where it is a variable with a default.
    pub(super) comes_to: Option<String>,
}

impl Found {
    /// Both, as a table shows them: `4 (var.max_vcpus)`.
    pub(super) fn whole(&self) -> String {
        match &self.comes_to {
            Some(value) => format!("{value} ({})", self.written),
            None => self.written.clone(),
        }
    }
}

impl Exported {
    /// Parses every file of a folder.
    pub(super) fn read(folder: &Path) -> Self {
        let body = hcl::parse(&made::text(folder)).expect("an export is HCL");
        let blocks = body.into_blocks().filter_map(|block| Some((address(&block)?, block.body().clone())));
        Self { blocks: blocks.collect() }
    }

    /// The addresses of resources and data sources.
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        self.blocks.keys().map(String::as_str).filter(|address| !address.starts_with("var."))
    }

    /// The paths of all arguments of one of them.
    pub(super) fn arguments(&self, address: &str) -> Vec<String> {
        self.blocks.get(address).map(arguments::of).unwrap_or_default()
    }

    /// What stands at `compute_resources.max_vcpus`, `container_properties.environment[BUCKET].value` or
    /// `policy.Statement[1].Action` of a block.
    ///
    /// `*` is the block itself: that it is there at all.
    pub(super) fn look(&self, address: &str, path: &str) -> Option<Found> {
        if path == "*" {
            return self.blocks.get(address).map(|_| Found { written: "there".to_owned(), comes_to: None });
        }
        let steps: Vec<Step<'_>> = path.split('.').flat_map(Step::of).collect();
        let value = within(self.blocks.get(address)?, &steps)?;
        let written = brief(value);
        let variable = self.blocks.get(&written).filter(|_| written.starts_with("var."));
        let default = variable.and_then(|variable| within(variable, &[Step::Key("default")]));
        Some(Found { written, comes_to: default.map(brief) })
    }
}

fn address(block: &Block) -> Option<String> {
    let labels: Vec<&str> = block.labels().iter().map(hcl::structure::BlockLabel::as_str).collect();
    match block.identifier() {
        "resource" => Some(labels.join(".")),
        "data" => Some(format!("data.{}", labels.join("."))),
        "variable" => Some(format!("var.{}", labels.join("."))),
        _ => None,
    }
}

/// One step of a path.
enum Step<'p> {
    /// An argument, a block, or a key of an object.
    Key(&'p str),
    /// `[1]`: an entry of a list, or one of several blocks of the same name.
    At(usize),
    /// `[BUCKET]`: the entry of a list whose `name` or `type` is this.
    Named(&'p str),
}

impl<'p> Step<'p> {
    fn of(part: &'p str) -> Vec<Self> {
        let mut pieces = part.split('[');
        let mut steps = vec![Self::Key(pieces.next().unwrap_or_default())];
        steps.extend(pieces.map(|piece| {
            let piece = piece.trim_end_matches(']');
            piece.parse().map_or(Self::Named(piece), Self::At)
        }));
        steps
    }
}

fn within<'b>(body: &'b Body, steps: &[Step<'_>]) -> Option<&'b Expression> {
    let [Step::Key(key), rest @ ..] = steps else { return None };
    if let Some(attribute) = body.attributes().find(|attribute| attribute.key() == *key) {
        return inside(attribute.expr(), rest);
    }
    let mut same = body.blocks().filter(|block| block.identifier() == *key);
    match rest {
        [Step::At(index), rest @ ..] => within(same.nth(*index)?.body(), rest),
        _ => within(same.next()?.body(), rest),
    }
}

fn inside<'e>(value: &'e Expression, steps: &[Step<'_>]) -> Option<&'e Expression> {
    let [step, rest @ ..] = steps else { return Some(value) };
    let next = match (step, value) {
        // What is encoded, and what is merged last, is looked into as if it stood there itself.
        (_, Expression::FuncCall(call)) => return inside(call.args.last()?, steps),
        (Step::Key(key), Expression::Object(object)) => {
            object.iter().find(|(name, _)| name_of(name) == *key).map(|(_, value)| value)
        }
        (Step::At(index), Expression::Array(list)) => list.get(*index),
        (Step::Named(name), Expression::Array(list)) => list.iter().find(|entry| {
            let is = |key| inside(entry, &[Step::Key(key)]).is_some_and(|value| brief(value) == *name);
            is("name") || is("type")
        }),
        _ => None,
    };
    inside(next?, rest)
}

/// The document that a value is the encoding of.
pub(super) fn encoded(value: &Expression) -> Option<&Expression> {
    match value {
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => call.args.first(),
        _ => None,
    }
}

pub(super) fn name_of(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Expression(expression) => brief(expression),
        other => other.to_string(),
    }
}

/// A value in short: texts without quotes, lists and calls in one line, and what is encoded only by the call.
pub(super) fn brief(value: &Expression) -> String {
    match value {
        Expression::String(text) => text.clone(),
        Expression::TemplateExpr(template) => match template.as_ref() {
            TemplateExpr::QuotedString(text) => text.clone(),
            TemplateExpr::Heredoc(heredoc) => heredoc.template.clone(),
        },
        Expression::Array(list) => format!("[{}]", list.iter().map(brief).collect::<Vec<_>>().join(", ")),
        Expression::Object(object) => {
            let entries = object.iter().map(|(key, value)| format!("{} = {}", name_of(key), brief(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Expression::FuncCall(call) if encoded(value).is_none() => called(call),
        Expression::FuncCall(_) => ENCODED.to_owned(),
        other => format::to_string(other).expect("an expression can be written"),
    }
}

fn called(call: &FuncCall) -> String {
    format!("{}({})", call.name.name, call.args.iter().map(brief).collect::<Vec<_>>().join(", "))
}
