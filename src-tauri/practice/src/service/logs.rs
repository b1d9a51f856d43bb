//! The logs service.

use super::Call;
use serde::{Deserialize, Serialize};

/// What the account remembers of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Logs {}

/// The calls it knows.
pub const CALLS: &[Call] = &[];
