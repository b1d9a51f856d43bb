//! What AWS would refuse, said before anything is sent: one rule after the other, each naming its field, the
//! rule and the remedy.

mod access;
mod compute;
mod instances;
mod job;
mod name;
mod network;
mod retry;
mod stack;
mod storage;
mod tags;

#[cfg(test)]
mod tests;

pub(crate) use name::is_share;
pub(crate) use stack::RETENTION_DAYS;
pub use stack::is_stack_name;

use super::{Blueprint, FieldProblem};
use crate::words::Text;

/// Every rule that the blueprint breaks, in the order of the file; none means that it can be planned.
pub fn check(blueprint: &Blueprint) -> Vec<FieldProblem> {
    let mut problems = Problems::default();
    stack::check(blueprint, &mut problems);
    tags::check(&blueprint.tags, &mut problems);
    network::check(blueprint, &mut problems);
    compute::check(blueprint, &mut problems);
    job::check(blueprint, &mut problems);
    problems.0
}

#[derive(Default)]
struct Problems(Vec<FieldProblem>);

impl Problems {
    fn add(&mut self, field: impl Into<String>, problem: Text) {
        self.0.push(FieldProblem { field: field.into(), problem });
    }
}

/// A key as TOML writes it in a path: bare where that is allowed.
fn key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare { key.to_owned() } else { format!("{key:?}") }
}
