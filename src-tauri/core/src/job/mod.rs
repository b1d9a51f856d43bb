//! Jobs: submitting them, watching them, reading their logs, stopping them.
//!
//! The only room that sends SubmitJob, CancelJob and TerminateJob. What a job is, AWS Batch says each time it
//! is asked; nothing is remembered here but launches whose outcome is not known.

mod at_work;
mod backoff;
mod command_line;
mod container;
mod describe;
mod doing;
mod ending;
mod follow;
mod list;
mod logs;
mod objections;
mod platform;
mod request;
mod rules;
mod shares;
mod size;
mod state;
mod stop;
mod submit;
mod targets;
mod types;
mod unheard;
mod view;
mod watch;

#[cfg(test)]
mod tests;

pub(crate) use at_work::{at_work, queues_of_others, unfinished_of};
pub use command_line::command_line;
pub use follow::follow;
pub use list::list;
pub use logs::logs;
pub use rules::check;
pub use state::JobState;
pub use stop::{cancel, terminate};
pub use submit::{SUBMISSION_TAG, submit};
pub(crate) use targets::queues_and_definitions;
pub use targets::{queues, targets};
pub use types::*;
pub use view::view;
pub use watch::watch;

/// The last part of an ARN, or the name itself: `queue` of `arn:aws:batch:…:job-queue/queue`.
fn short(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
