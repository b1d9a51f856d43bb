//! IAM.

use super::Call;
use serde::{Deserialize, Serialize};

/// What the account remembers of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Iam {}

impl Iam {
    /// A new account's: no roles.
    pub fn new(_seed: u64) -> Self {
        Self::default()
    }
}

/// The calls it knows.
pub const CALLS: &[Call] = &[];
