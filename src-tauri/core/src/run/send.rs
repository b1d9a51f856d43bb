//! One call: announced, sent once, and looked for when its answer is lost.

use std::time::Duration;

use super::{
    hold::{Halt, is_away},
    journal::Outcome,
    walk::AtWork,
};
use crate::{
    aws::{AwsFault, FaultKind},
    error::AppError,
    plan::Act,
    resource::{Call, Facts, Repeat},
    words::say,
};

/// How long a role made moments ago may be unknown to the rest of AWS before that is a failure.
const PROPAGATION: Duration = Duration::from_mins(2);
/// How long what was made moments ago may be unknown to the next call.
const VISIBILITY: Duration = Duration::from_secs(30);
/// How long throttling is borne, and a service of AWS's that fails by itself.
const PATIENCE: Duration = Duration::from_mins(1);
/// Looks for a call whose answer was lost: what it made may not be visible at once.
const LOOKS: u32 = 3;

impl AtWork<'_> {
    /// Sends one call and makes sure of its outcome.
    pub(super) async fn send(&self, call: &Call) -> Result<(), Halt> {
        if self.was_announced(call)
            && call.repeat == Repeat::LookFirst
            && let Some(facts) = self.look_for(call).await?
        {
            return self.found(call, facts);
        }
        let mut tries = self.tries();
        loop {
            self.intend(call)?;
            let fault = match call.send(&self.walk.session.aws, &self.walk.known()).await {
                Ok(facts) => {
                    self.learn(facts);
                    self.waits_for(None, None);
                    return Ok(self.outcome(call, Outcome::Done)?);
                }
                Err(fault) => fault,
            };
            let bearable = match fault.kind {
                _ if fault.may_have_happened() => {
                    // Not noted as an outcome: until a look tells, nothing is known.
                    if call.repeat == Repeat::LookFirst
                        && let Some(facts) = self.look_for(call).await?
                    {
                        return self.found(call, facts);
                    }
                    PATIENCE
                }
                FaultKind::AlreadyExists => {
                    self.outcome(call, Outcome::Refused(fault.message.clone()))?;
                    return match self.look_for(call).await {
                        Ok(Some(facts)) => self.found(call, facts),
                        Ok(None) => Err(self.foreign(call, fault).into()),
                        Err(Halt::Stopped) => Err(Halt::Stopped),
                        // Something is there, and whose it is cannot be told: not ours to touch.
                        Err(Halt::Failed(unseen)) => {
                            let error = AppError::new(say("foreign-unseen", &[("name", &self.step.name)]));
                            let because = unseen.causes.first().cloned().unwrap_or(unseen.message);
                            Err(error.because(because).advise(say("foreign-unseen-advice", &[])).into())
                        }
                    };
                }
                kind => {
                    self.outcome(call, Outcome::Refused(fault.message.clone()))?;
                    self.bearable(kind)
                }
            };
            self.bear(&mut tries, fault, bearable).await?;
        }
    }

    /// How long a call that met this fault is tried again; zero for not at all.
    fn bearable(&self, kind: FaultKind) -> Duration {
        match kind {
            FaultKind::Throttled => PATIENCE,
            FaultKind::NotPropagated => PROPAGATION,
            FaultKind::InUse => Duration::from_secs(u64::from(self.step.patience_seconds)),
            // What this run made moments ago is not known to every part of AWS at once.
            FaultKind::NotFound if self.step.act != Act::Delete => VISIBILITY,
            _ => Duration::ZERO,
        }
    }

    async fn look_for(&self, call: &Call) -> Result<Option<Facts>, Halt> {
        let mut tries = self.tries();
        let mut pause = Duration::from_millis(300);
        let mut looks = 0;
        loop {
            match call.look(&self.walk.session.aws, &self.walk.known()).await {
                Ok(Some(facts)) => return Ok(Some(facts)),
                Ok(None) => looks += 1,
                // Never send again what could not be looked for.
                Err(fault) if is_away(&fault) || is_about_who_looks(&fault) => {
                    self.bear(&mut tries, fault, Duration::ZERO).await?;
                    continue;
                }
                Err(fault) => {
                    looks += 1;
                    if looks == LOOKS {
                        return Err(fault.into());
                    }
                }
            }
            if looks == LOOKS {
                return Ok(None);
            }
            self.pause(pause).await?;
            pause *= 3;
        }
    }

    fn found(&self, call: &Call, facts: Facts) -> Result<(), Halt> {
        self.learn(facts);
        self.waits_for(None, None);
        Ok(self.outcome(call, Outcome::Found)?)
    }

    fn foreign(&self, call: &Call, fault: AwsFault) -> AppError {
        AppError::new(say("foreign", &[("name", &self.step.name)]))
            .because(format!("{}: {}", call.action, fault.message))
            .advise(say("foreign-advice", &[]))
    }
}

fn is_about_who_looks(fault: &AwsFault) -> bool {
    matches!(fault.kind, FaultKind::Expired | FaultKind::WrongKeys)
}
