//! A step ends when a look at the account says that it did: usable, or gone.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::walk::AtWork;
use crate::{
    aws::FaultKind,
    error::AppError,
    plan::{Act, RunAct, differences},
    resource::{AnyResource, Sighting, Verdict},
    words::{Text, say},
};

/// How long a finished change may not show yet.
const VISIBILITY: Duration = Duration::from_secs(30);
/// How often something that is INVALID because a role was too young is put right.
const MENDS: u32 = 3;
/// Seconds before each further attempt to remove what would not go because a role was too young: two minutes in all.
const AGAIN: [u64; 3] = [15, 35, 70];

impl AtWork<'_> {
    /// Waits until the resource is as wanted, and says AWS's own reason when it will not be.
    pub(super) async fn settle_usable(&self, resource: &dyn AnyResource) -> Result<(), AppError> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(250);
        let mut mends = 0;
        loop {
            let sighting = self.sight(resource).await;
            let name = sighting.name.as_str();
            let waited = begun.elapsed();
            match &sighting.verdict {
                Verdict::Ready => return Ok(()),
                // Not being allowed to look is no failure: what was sent was accepted.
                Verdict::CannotTell(fault) if fault.kind == FaultKind::Denied => return Ok(()),
                Verdict::CannotTell(fault) if waited > VISIBILITY => return Err(fault.clone().into()),
                Verdict::Missing if waited > VISIBILITY => {
                    return Err(AppError::new(say("settle-vanished", &[("name", name)]))
                        .advise(say("settle-vanished-advice", &[])));
                }
                Verdict::Wrong(wrong, _) if waited > VISIBILITY => {
                    let differences = differences(wrong);
                    let text = say("settle-still-wrong", &[("name", name), ("differences", &differences)]);
                    return Err(AppError::new(text).advise(say("settle-still-wrong-advice", &[])));
                }
                Verdict::Missing | Verdict::Wrong(..) | Verdict::CannotTell(_) => {
                    self.waits_for(Some(say("waits-look", &[("name", name)])));
                }
                Verdict::Broken(reason) if too_young(reason) && mends < MENDS => {
                    mends += 1;
                    self.waits_for(Some(say("waits-iam", &[])));
                    sleep(Duration::from_secs(5 * u64::from(mends))).await;
                    for call in &sighting.change {
                        self.send(call).await?;
                    }
                }
                Verdict::Broken(reason) => {
                    return Err(AppError::new(say("settle-broken", &[("name", name), ("reason", reason)]))
                        .because(reason)
                        .advise(say("settle-broken-advice", &[])));
                }
                Verdict::Settling(status) => self.waits_for(Some(Self::waiting(&sighting, status))),
                Verdict::Foreign => return Err(AppError::new(say("foreign", &[("name", name)]))),
                Verdict::Lacking(text) => return Err(AppError::new(text.clone())),
            }
            self.be_patient(begun, &sighting)?;
            sleep(pause).await;
            pause = (pause * 3 / 2).min(Duration::from_secs(5));
        }
    }

    /// Waits until the resource is the stack's, or no longer, whatever else it is.
    pub(super) async fn settle_tagged(&self, resource: &dyn AnyResource) -> Result<(), AppError> {
        let begun = Instant::now();
        let wanted = self.walk.act == RunAct::Adopt;
        loop {
            let sighting = self.sight(resource).await;
            let name = ("name", sighting.name.as_str());
            match &sighting.verdict {
                Verdict::CannotTell(fault) if fault.kind == FaultKind::Denied => return Ok(()),
                Verdict::CannotTell(fault) if begun.elapsed() > VISIBILITY => {
                    return Err(fault.clone().into());
                }
                Verdict::CannotTell(_) => {}
                _ if sighting.ours == wanted => return Ok(()),
                _ if begun.elapsed() > VISIBILITY => {
                    return Err(AppError::new(say("settle-not-tagged", &[name]))
                        .advise(say("settle-still-wrong-advice", &[])));
                }
                _ => {}
            }
            self.waits_for(Some(say("waits-look", &[name])));
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// Waits until the resource is gone.
    pub(super) async fn settle_gone(&self, resource: &dyn AnyResource) -> Result<(), AppError> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(250);
        let mut again = AGAIN.iter();
        loop {
            let sighting = self.sight(resource).await;
            match &sighting.verdict {
                Verdict::CannotTell(fault) if fault.kind == FaultKind::Denied => return Ok(()),
                Verdict::CannotTell(_) => {
                    self.waits_for(Some(say("waits-look", &[("name", &sighting.name)])));
                }
                _ if !sighting.present => return Ok(()),
                Verdict::Settling(status) => self.waits_for(Some(Self::waiting(&sighting, status))),
                // Its role was put back a moment ago so that it can go, and is not known everywhere yet.
                Verdict::Broken(reason)
                    if too_young(reason)
                        && let Some(wait) = again.next() =>
                {
                    self.waits_for(Some(say("waits-iam", &[])));
                    sleep(Duration::from_secs(*wait)).await;
                    for call in &sighting.delete {
                        self.send(call).await?;
                    }
                }
                // It was INVALID before, perhaps, and its deletion does not show yet; after that it will not go.
                Verdict::Broken(reason) if begun.elapsed() > VISIBILITY => {
                    let params = [("name", sighting.name.as_str()), ("reason", reason.as_str())];
                    return Err(AppError::new(say("settle-not-gone", &params))
                        .because(reason)
                        .advise(say("settle-not-gone-advice", &[])));
                }
                _ => self.waits_for(Some(say("waits-gone", &[("name", &sighting.name)]))),
            }
            self.be_patient(begun, &sighting)?;
            sleep(pause).await;
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

    fn be_patient(&self, begun: Instant, sighting: &Sighting) -> Result<(), AppError> {
        let patience = self.step.patience_seconds;
        if begun.elapsed() < Duration::from_secs(u64::from(patience)) {
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

/// Whether AWS's reason may only mean that a role is not known everywhere yet.
///
/// The words are those of compute environments that turned INVALID moments after their role was made
/// (AWS Batch User Guide, "Invalid compute environment"; terraform-provider-aws issue 37945).
fn too_young(reason: &str) -> bool {
    ["sts:AssumeRole", "is not authorized to perform", "Invalid IamInstanceProfile", "service linked role"]
        .iter()
        .any(|words| reason.contains(words))
}
