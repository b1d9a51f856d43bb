//! One call: announced, sent once, and looked for when its answer is lost.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{journal::Outcome, walk::AtWork};
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
/// How long throttling and a network that is away are borne.
const PATIENCE: Duration = Duration::from_mins(1);
/// Looks for a call whose answer was lost: what it made may not be visible at once.
const LOOKS: u32 = 3;

impl AtWork<'_> {
    /// Sends one call and makes sure of its outcome.
    pub(super) async fn send(&self, call: &Call) -> Result<(), AppError> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(300);
        if self.was_lost(call)
            && call.repeat == Repeat::LookFirst
            && let Some(facts) = self.look_for(call).await?
        {
            return self.found(call, facts);
        }
        loop {
            self.intend(call)?;
            let fault = match call.send(&self.walk.session.aws, &self.walk.known()).await {
                Ok(facts) => {
                    self.learn(facts);
                    self.waits_for(None);
                    return self.outcome(call, Outcome::Done);
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
                        Ok(None) => Err(self.foreign(call, fault)),
                        // Something is there, and whose it is cannot be told: not ours to touch.
                        Err(unseen) => {
                            Err(AppError::new(say("foreign-unseen", &[("name", &self.step.name)]))
                                .because(unseen)
                                .advise(say("foreign-unseen-advice", &[])))
                        }
                    };
                }
                kind => {
                    self.outcome(call, Outcome::Refused(fault.message.clone()))?;
                    self.bearable(kind)
                }
            };
            if begun.elapsed() + pause > bearable {
                return Err(fault.into());
            }
            self.explain(call, &fault);
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(8));
        }
    }

    /// How long a call that met this fault is tried again; zero for not at all.
    fn bearable(&self, kind: FaultKind) -> Duration {
        match kind {
            FaultKind::Throttled | FaultKind::Unreachable => PATIENCE,
            FaultKind::NotPropagated => PROPAGATION,
            FaultKind::InUse => Duration::from_secs(u64::from(self.step.patience_seconds)),
            // What this run made moments ago is not known to every part of AWS at once.
            FaultKind::NotFound if self.step.act != Act::Delete => VISIBILITY,
            _ => Duration::ZERO,
        }
    }

    fn explain(&self, call: &Call, fault: &AwsFault) {
        let action = call.action;
        self.waits_for(Some(match fault.kind {
            FaultKind::Throttled => say("waits-throttled", &[("action", action)]),
            FaultKind::Unreachable | FaultKind::OutcomeUnknown | FaultKind::Unreadable => {
                say("waits-network", &[("action", action)])
            }
            FaultKind::NotPropagated => say("waits-iam", &[]),
            FaultKind::InUse => say("waits-in-use", &[("words", &fault.message)]),
            _ => say("waits-visible", &[("words", &fault.message)]),
        }));
    }

    async fn look_for(&self, call: &Call) -> Result<Option<Facts>, AwsFault> {
        let mut pause = Duration::from_millis(300);
        for look in 1..=LOOKS {
            match call.look(&self.walk.session.aws, &self.walk.known()).await {
                Ok(Some(facts)) => return Ok(Some(facts)),
                Ok(None) if look == LOOKS => break,
                // Never send again what could not be looked for.
                Err(fault) if look == LOOKS => return Err(fault),
                Ok(None) | Err(_) => {}
            }
            sleep(pause).await;
            pause *= 3;
        }
        Ok(None)
    }

    fn found(&self, call: &Call, facts: Facts) -> Result<(), AppError> {
        self.learn(facts);
        self.waits_for(None);
        self.outcome(call, Outcome::Found)
    }

    fn foreign(&self, call: &Call, fault: AwsFault) -> AppError {
        AppError::new(say("foreign", &[("name", &self.step.name)]))
            .because(format!("{}: {}", call.action, fault.message))
            .advise(say("foreign-advice", &[]))
    }
}
