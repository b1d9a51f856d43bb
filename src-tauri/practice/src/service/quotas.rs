//! Service Quotas.

use super::Call;

/// The calls it knows.
pub const CALLS: &[Call] = &[];
