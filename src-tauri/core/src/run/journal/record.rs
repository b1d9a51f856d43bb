//! What is written down of a run.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    error::AppError,
    plan::{Act, RunAct},
};

/// One thing that happened, or is about to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub(in crate::run) enum Record {
    /// A run begins, or goes on after it was stopped or killed.
    Began {
        /// The run.
        run: String,
        /// What it is for.
        act: RunAct,
        /// Every step, by its resource.
        steps: Vec<(String, Act)>,
        /// Those of which nothing could be seen before.
        #[serde(default)]
        blind: BTreeSet<String>,
    },
    /// A call is about to be sent.
    Intent {
        /// The step.
        step: String,
        /// `iam:CreateRole`.
        action: String,
        /// What it acts on.
        on: String,
        /// Whether it brings the step's resource into being.
        #[serde(default)]
        creates: bool,
    },
    /// What became of it.
    Outcome {
        /// The step.
        step: String,
        /// `iam:CreateRole`.
        action: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// A step is done: AWS shows it as wanted.
    StepDone {
        /// The step.
        step: String,
    },
    /// The run came to an end.
    Ended {
        /// How.
        ending: Ending,
        /// What a failed run failed at.
        failure: Option<AppError>,
    },
    /// A person chose to keep what the unfinished run made.
    Kept,
    /// An earlier journal could not be relied on; a person had this one begun from what the account showed.
    Rebuilt {
        /// What carried the stack's tags, by resource.
        parts: BTreeSet<String>,
    },
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::run) enum Outcome {
    /// AWS did it.
    Done,
    /// The reply was lost or the thing was there; a look showed that it has happened.
    Found,
    /// AWS refused, in its words.
    Refused(String),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::run) enum Ending {
    /// Everything is done.
    Done,
    /// A step failed; somebody has to decide.
    Failed,
    /// Stopped by a person; somebody has to decide.
    Stopped,
}
