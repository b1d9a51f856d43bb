//! Jobs at work on a compute environment are waited for before it goes: AWS Batch would end them with it.

use std::time::Duration;

use super::{hold::Halt, walk::AtWork};
use crate::{aws::FaultKind, job, words::say};

/// How long a look may fail before the wait is given up.
const PATIENCE: Duration = Duration::from_mins(1);

impl AtWork<'_> {
    /// Waits until no job is at work on the step's environment, for as long as that takes.
    pub(super) async fn drain(&self) -> Result<(), Halt> {
        let name = self.step.name.as_str();
        let mut pause = Duration::from_secs(2);
        let mut tries = self.tries();
        loop {
            match job::at_work(self.walk.session, name).await {
                Ok(0) => {
                    self.waits_for(None, None);
                    return Ok(());
                }
                Ok(jobs) => {
                    let params = [("name", name), ("jobs", &jobs.to_string())];
                    self.waits_for(Some(say("waits-drain", &params)), None);
                    tries = self.tries();
                    self.pause(pause).await?;
                    pause = (pause * 3 / 2).min(Duration::from_secs(30));
                }
                // Without leave to look, nobody can tell whether work would be lost.
                Err(fault) if fault.kind == FaultKind::Denied => return Err(fault.into()),
                Err(fault) => self.bear(&mut tries, fault, PATIENCE).await?,
            }
        }
    }
}
