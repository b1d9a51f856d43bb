//! The seven states of a job.

use std::{fmt, str::FromStr};

use aws_sdk_batch::types::JobStatus;
use serde::{Deserialize, Serialize};

use crate::{error::AppError, words::say};

/// Where a job stands, in the order in which a job passes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum JobState {
    Submitted,
    Pending,
    Runnable,
    Starting,
    Running,
    Succeeded,
    Failed,
}

impl JobState {
    /// All of them, in the order in which a job passes through.
    pub const ALL: [Self; 7] = [
        Self::Submitted,
        Self::Pending,
        Self::Runnable,
        Self::Starting,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
    ];

    /// As AWS Batch writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "SUBMITTED",
            Self::Pending => "PENDING",
            Self::Runnable => "RUNNABLE",
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
        }
    }

    /// Whether a job stays there.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }

    /// Whether a container is being started or runs: from here on CancelJob no longer acts.
    pub fn has_started(self) -> bool {
        matches!(self, Self::Starting | Self::Running)
    }

    /// As the SDK has it.
    pub(super) fn batch(self) -> JobStatus {
        JobStatus::from(self.name())
    }

    /// The state that AWS names, if it is one of the seven.
    pub(super) fn known(status: &JobStatus) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == status.as_str())
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for JobState {
    type Err = AppError;

    fn from_str(name: &str) -> Result<Self, AppError> {
        Self::ALL.into_iter().find(|state| state.name().eq_ignore_ascii_case(name.trim())).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            AppError::new(say("job-state-unknown", &[("state", name)]))
                .advise(say("job-state-unknown-advice", &[("known", &known)]))
        })
    }
}
