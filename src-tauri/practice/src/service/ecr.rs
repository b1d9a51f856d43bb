//! The ecr service.

use super::Call;
use serde::{Deserialize, Serialize};

/// What the account remembers of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ecr {}

/// The calls it knows.
pub const CALLS: &[Call] = &[];
