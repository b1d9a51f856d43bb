//! The commands: each takes its arguments apart, calls core, and hands back what core says. No logic.

pub(crate) mod connect;
pub(crate) mod jobs;
pub(crate) mod lessons;
pub(crate) mod offers;
pub(crate) mod practice;
pub(crate) mod runs;
pub(crate) mod setup;
pub(crate) mod stacks;
pub(crate) mod terraform;

use slipway_core::{error::AppError, words::say};

/// Something of the window itself that failed.
fn window_failed(error: impl ToString) -> AppError {
    AppError::new(say("window-failed", &[])).because(error).advise(say("window-failed-advice", &[]))
}
