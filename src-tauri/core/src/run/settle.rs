//! A step ends when a look at the account says that it did: usable, or gone.

use std::time::Duration;

use tokio::time::Instant;

use super::{hold::Halt, walk::AtWork};
use crate::{
    aws::FaultKind,
    error::AppError,
    plan::{Act, RunAct, differences},
    resource::{AnyResource, Kind, Sighting, Verdict},
    words::{Text, say},
};

/// How long a finished change may not show yet.
const VISIBILITY: Duration = Duration::from_secs(30);
/// When something that is INVALID because a role was too young is put right, counted from when its step began: what
/// it needs was made by then. The last time is so that the seconds in which AWS looks at it again end at two minutes.
const MENDS: [Duration; 3] = [Duration::from_secs(20), Duration::from_mins(1), Duration::from_secs(116)];
/// What turned INVALID later than that is given a moment all the same.
const AT_LEAST: Duration = Duration::from_secs(5);
/// The pauses before each further attempt to remove what would not go because a role was too young: two minutes in all.
const AGAIN: [Duration; 3] = [Duration::from_secs(15), Duration::from_secs(35), Duration::from_secs(70)];

impl AtWork<'_> {
    /// Waits until the resource is as wanted, and says AWS's own reason when it will not be.
    pub(super) async fn settle_usable(&self, resource: &dyn AnyResource) -> Result<(), Halt> {
        let begun = Instant::now();
        let mut tries = self.tries();
        let mut pause = Duration::from_millis(250);
        let mut mends = MENDS.iter();
        loop {
            let sighting = self.sight(resource).await;
            let name = sighting.name.as_str();
            let waited = begun.elapsed().saturating_sub(tries.held);
            match &sighting.verdict {
                Verdict::Ready => return Ok(()),
                // Not being allowed to look is no failure: what was sent was accepted.
                Verdict::CannotTell(fault) if fault.kind == FaultKind::Denied => return Ok(()),
                Verdict::CannotTell(fault) => {
                    self.bear(&mut tries, fault.clone(), VISIBILITY).await?;
                    continue;
                }
                // Nothing was sent for it: it was on its way by itself, and the plan is of before that.
                Verdict::Missing | Verdict::Wrong(..) if self.step.act == Act::Wait => {
                    return Err(AppError::new(say("settle-moved", &[("name", name)]))
                        .advise(say("settle-moved-advice", &[]))
                        .into());
                }
                Verdict::Missing if waited > VISIBILITY => {
                    return Err(AppError::new(say("settle-vanished", &[("name", name)]))
                        .advise(say("settle-vanished-advice", &[]))
                        .into());
                }
                Verdict::Wrong(wrong, _) if waited > VISIBILITY => {
                    let differences = differences(wrong);
                    let text = say("settle-still-wrong", &[("name", name), ("differences", &differences)]);
                    return Err(AppError::new(text).advise(say("settle-still-wrong-advice", &[])).into());
                }
                Verdict::Missing | Verdict::Wrong(..) => {
                    self.waits_for(Some(say("waits-look", &[("name", name)])), None);
                }
                Verdict::Broken(reason, _) if is_too_young(reason) => {
                    let Some(at) = mends.next() else { return Err(still_too_young(name, reason).into()) };
                    self.waits_for(Some(say("waits-iam", &[])), None);
                    self.pause(at.saturating_sub(self.begun.elapsed()).max(AT_LEAST)).await?;
                    for call in &sighting.change {
                        self.send(call).await?;
                    }
                }
                Verdict::Broken(reason, _) => {
                    return Err(AppError::new(say("settle-broken", &[("name", name), ("reason", reason)]))
                        .because(reason)
                        .advise(say("settle-broken-advice", &[]))
                        .into());
                }
                Verdict::Settling(status) => self.waits_for(Some(Self::waiting(&sighting, status)), None),
                Verdict::Foreign => {
                    let foreign = AppError::new(say("foreign", &[("name", name)]));
                    return Err(foreign.advise(say("foreign-advice", &[])).into());
                }
                Verdict::Lacking(text) => return Err(AppError::new(text.clone()).into()),
            }
            self.be_patient(waited, &sighting)?;
            self.pause(pause).await?;
            pause = (pause * 3 / 2).min(Duration::from_secs(5));
        }
    }

    /// Waits until the resource is the stack's, or no longer, whatever else it is.
    pub(super) async fn settle_tagged(&self, resource: &dyn AnyResource) -> Result<(), Halt> {
        let begun = Instant::now();
        let mut tries = self.tries();
        let wanted = self.walk.act == RunAct::Adopt;
        loop {
            let sighting = self.sight(resource).await;
            let name = ("name", sighting.name.as_str());
            match &sighting.verdict {
                Verdict::CannotTell(fault) if fault.kind == FaultKind::Denied => return Ok(()),
                Verdict::CannotTell(fault) => {
                    self.bear(&mut tries, fault.clone(), VISIBILITY).await?;
                    continue;
                }
                _ if sighting.ours == wanted => return Ok(()),
                _ if begun.elapsed().saturating_sub(tries.held) > VISIBILITY => {
                    return Err(AppError::new(say("settle-not-tagged", &[name]))
                        .advise(say("settle-still-wrong-advice", &[]))
                        .into());
                }
                _ => self.waits_for(Some(say("waits-look", &[name])), None),
            }
            self.pause(Duration::from_millis(500)).await?;
        }
    }

    /// Waits until the resource is gone.
    pub(super) async fn settle_gone(&self, resource: &dyn AnyResource) -> Result<(), Halt> {
        let begun = Instant::now();
        let mut tries = self.tries();
        let mut pause = Duration::from_millis(250);
        let mut again = AGAIN.iter();
        loop {
            let sighting = self.sight(resource).await;
            let waited = begun.elapsed().saturating_sub(tries.held);
            match &sighting.verdict {
                // What AWS accepted to remove it does remove, seen or not. But it works with an environment's roles until
                // that is gone, and nobody may take them away before.
                Verdict::CannotTell(fault) if fault.kind == FaultKind::Denied => {
                    let works_on = sighting.resource.kind == Kind::ComputeEnvironment;
                    return if works_on { Err(AppError::from(fault.clone()).into()) } else { Ok(()) };
                }
                Verdict::CannotTell(fault) => {
                    let patience = Duration::from_secs(u64::from(self.step.patience_seconds));
                    self.bear(&mut tries, fault.clone(), patience).await?;
                    continue;
                }
                _ if !sighting.present => return Ok(()),
                // What stands under the name by now is somebody else's: a job definition of another's making.
                Verdict::Foreign => return Ok(()),
                Verdict::Settling(status) => self.waits_for(Some(Self::waiting(&sighting, status)), None),
                // Its role was put back a moment ago so that it can go, and is not known everywhere yet.
                Verdict::Broken(reason, _)
                    if is_too_young(reason)
                        && let Some(wait) = again.next() =>
                {
                    self.waits_for(Some(say("waits-iam", &[])), None);
                    self.pause(*wait).await?;
                    for call in &sighting.delete {
                        self.send(call).await?;
                    }
                }
                // It was INVALID before, perhaps, and its deletion does not show yet; after that it will not go.
                Verdict::Broken(reason, _) if waited > VISIBILITY => {
                    let params = [("name", sighting.name.as_str()), ("reason", reason.as_str())];
                    return Err(AppError::new(say("settle-not-gone", &params))
                        .because(reason)
                        .advise(say("settle-not-gone-advice", &[]))
                        .into());
                }
                _ => self.waits_for(Some(say("waits-gone", &[("name", &sighting.name)])), None),
            }
            self.be_patient(waited, &sighting)?;
            self.pause(pause).await?;
            pause = (pause * 3 / 2).min(Duration::from_secs(5));
        }
    }

    async fn sight(&self, resource: &dyn AnyResource) -> Sighting {
        let look = resource.look(&self.walk.session.aws).await;
        let facts = look.known();
        let mut known = self.walk.known();
        known.learn(&self.step.resource, facts.clone());
        self.learn(facts);
        look.judge(&known)
    }

    fn waiting(sighting: &Sighting, status: &str) -> Text {
        let typical = sighting.typical_seconds.to_string();
        say("waits-settling", &[("name", &sighting.name), ("status", status), ("seconds", &typical)])
    }

    fn be_patient(&self, waited: Duration, sighting: &Sighting) -> Result<(), AppError> {
        let patience = self.step.patience_seconds;
        if waited < Duration::from_secs(u64::from(patience)) {
            return Ok(());
        }
        let minutes = (patience / 60).max(1).to_string();
        let params = [("name", sighting.name.as_str()), ("minutes", minutes.as_str())];
        Err(if self.step.act == Act::Delete {
            AppError::new(say("settle-gone-too-long", &params))
                .advise(say("settle-gone-too-long-advice", &[]))
        } else {
            AppError::new(say("settle-too-long", &params)).advise(say("settle-too-long-advice", &[]))
        })
    }
}

fn still_too_young(name: &str, reason: &str) -> AppError {
    AppError::new(say("settle-role-unknown", &[("name", name), ("reason", reason)]))
        .because(reason)
        .advise(say("settle-role-unknown-advice", &[]))
}

/// Whether AWS's reason may only mean that a role is not known everywhere yet.
///
/// The words are those of compute environments that turned INVALID moments after their role was made
/// (AWS Batch User Guide, "Invalid compute environment"; terraform-provider-aws issue 37945).
fn is_too_young(reason: &str) -> bool {
    ["sts:AssumeRole", "is not authorized to perform", "Invalid IamInstanceProfile", "service linked role"]
        .iter()
        .any(|words| reason.contains(words))
}
