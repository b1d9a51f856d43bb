//! AWS Batch.

use super::Call;
use crate::state::State;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// What the account remembers of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Batch {}

/// The calls it knows.
pub const CALLS: &[Call] = &[];

/// Works off what fell due up to `now`; writes nothing when nothing did.
pub fn catch_up(_state: &mut State, _now: Millis) {}
