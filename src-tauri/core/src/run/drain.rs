//! Jobs at work on a compute environment are waited for before it goes: AWS Batch would end them with it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::walk::AtWork;
use crate::{aws::FaultKind, error::AppError, job, words::say};

/// How long a look may fail before the wait is given up.
const PATIENCE: Duration = Duration::from_mins(1);

impl AtWork<'_> {
    /// Waits until no job is at work on the step's environment, for as long as that takes; `false` when the run is
    /// asked to stop before.
    pub(super) async fn drain(&self) -> Result<bool, AppError> {
        let name = self.step.name.as_str();
        let mut pause = Duration::from_secs(2);
        let mut seen = Instant::now();
        loop {
            match job::at_work(self.walk.session, name).await {
                Ok(0) => {
                    self.waits_for(None);
                    return Ok(true);
                }
                Ok(jobs) => {
                    seen = Instant::now();
                    self.waits_for(Some(say("waits-drain", &[("name", name), ("jobs", &jobs.to_string())])));
                }
                // Without leave to look, nobody can tell whether work would be lost.
                Err(fault) if fault.kind == FaultKind::Denied || seen.elapsed() > PATIENCE => {
                    return Err(fault.into());
                }
                Err(fault) => {
                    self.waits_for(Some(say("waits-network", &[("action", &fault.action)])));
                }
            }
            tokio::select! {
                () = sleep(pause) => {}
                () = self.walk.stop.cancelled() => return Ok(false),
            }
            pause = (pause * 3 / 2).min(Duration::from_secs(30));
        }
    }
}
