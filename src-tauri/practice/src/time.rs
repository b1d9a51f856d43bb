//! Points in time, as the caller of the practice account tells them.

use serde::{Deserialize, Serialize};

/// Milliseconds since the epoch. The practice account has no clock: every request brings its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// This moment and so many milliseconds.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative when it lies ahead.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Seconds since the epoch with a fraction, as the AWS JSON protocols write time stamps.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of our era fit a double exactly")]
    pub fn epoch_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// `2026-11-21T09:30:50Z`, as IAM writes it.
    pub fn iso_seconds(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    }

    /// `2026-11-21T09:30:50.123Z`, as EC2 writes it.
    pub fn iso_millis(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
            .to_string()
    }
}
