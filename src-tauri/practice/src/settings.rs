//! What a person may turn: how fast simulated time runs, which trouble is on, and who calls.

use crate::access::Access;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The practice account's settings. They survive a reset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Settings {
    /// Simulated durations are divided by this: 1 is as slow as AWS, 5 (the default) five times as quick.
    pub pace: f64,
    /// The faults that are switched on.
    #[serde(alias = "lessons")]
    pub troubles: BTreeSet<Trouble>,
    /// What the caller may do: everything, as an account begins.
    pub access: Access,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pace: 5.0, troubles: BTreeSet::new(), access: Access::default() }
    }
}

impl Settings {
    /// How many milliseconds something takes that takes `seconds` at AWS.
    #[allow(clippy::cast_possible_truncation, reason = "saturates, and no simulated wait nears the limit")]
    pub fn paced(&self, seconds: f64) -> i64 {
        let pace = if self.pace.is_finite() && self.pace > 0.0 { self.pace } else { 1.0 };
        (seconds * 1000.0 / pace).ceil() as i64
    }
}

/// A switch that breaks one thing, to learn from or to test against.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trouble {
    /// The default VPC's main route table has lost its route to the internet gateway.
    NoRouteOut,
    /// Every vCPU quota is 1.
    SmallQuota,
    /// The caller may do everything but these actions (`iam:CreateRole`, `batch:*`).
    MissingPermission {
        /// The actions that no policy allows, in IAM's spelling; `*` and `?` are wildcards.
        actions: Vec<String>,
    },
    /// New roles take this long to become usable everywhere, instead of about eight seconds.
    SlowIam {
        /// At AWS's speed; divided by the pace like every duration.
        seconds: u32,
    },
    /// Every so-manyth request is refused with the service's throttling error.
    Throttling {
        /// 2 refuses every second request; 0 and 1 are taken as 2, since a retry must be able to pass.
        every_nth: u32,
    },
    /// Spot capacity is taken back while jobs run on it.
    SpotReclaim,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn troubles_are_read_by_the_name_that_they_had_before() {
        let old = r#"{"pace":1.0,"lessons":[{"kind":"no_route_out"}]}"#;
        let read: Settings = serde_json::from_str(old).expect("settings");
        assert_eq!(read.troubles, BTreeSet::from([Trouble::NoRouteOut]));
        let written = serde_json::to_string(&read).expect("JSON");
        assert!(written.contains("\"troubles\"") && !written.contains("lessons"), "{written}");
    }
}
