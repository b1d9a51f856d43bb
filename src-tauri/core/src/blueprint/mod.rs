//! What a person wants: types, presets, rules, the TOML file. Never a secret.

pub mod names;
mod types;

use serde::{Deserialize, Serialize};

pub use types::*;

use crate::words::Text;

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct FieldProblem {
    /// Its path as in the TOML file: `compute_environments[0].max_vcpus`.
    pub field: String,
    /// The rule and what to do.
    pub problem: Text,
}
