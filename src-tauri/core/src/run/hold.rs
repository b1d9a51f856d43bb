//! What went wrong and passes by itself: how long it is borne, what is said meanwhile, and that a person can end it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::walk::AtWork;
use crate::{
    aws::{AwsFault, FaultKind},
    error::AppError,
    words::{Text, say},
    world::Moment,
};

/// How long a network that is away is borne: a laptop sleeps, a train goes through a tunnel.
const AWAY: Duration = Duration::from_mins(15);
/// How long a person may take to sign in again.
const SIGNED_OUT: Duration = Duration::from_hours(1);
/// Credentials that AWS calls good and refuses all the same are not renewed for ever.
const RENEWALS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A source of credentials may run a program or ask a person, so it is asked less often.
const BETWEEN_SIGN_INS: Duration = Duration::from_secs(15);
/// A lost answer now and then is nothing to tell a person of.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// What holds a run up until it passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// AWS cannot be reached.
    Network,
    /// The sign-in has run out.
    SignIn,
}

/// A run that is held up, and until when it waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Held {
    /// By what.
    pub by: Hold,
    /// Since when.
    pub since: Moment,
    /// When it gives up.
    pub until: Moment,
    /// What it means, in a sentence.
    pub text: Text,
    /// What a person can do about it.
    pub advice: Option<Text>,
}

/// Why a step did not come to its end.
#[derive(Debug)]
pub(super) enum Halt {
    /// It failed.
    Failed(AppError),
    /// A person stopped the run while it waited.
    Stopped,
}

impl From<AppError> for Halt {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

impl From<AwsFault> for Halt {
    fn from(fault: AwsFault) -> Self {
        Self::Failed(fault.into())
    }
}

/// What has been borne at one call, or while looking at one thing.
#[derive(Debug)]
pub(super) struct Tries {
    pause: Duration,
    /// Since when each kind of trouble has been met.
    since: Vec<(FaultKind, Instant, Moment)>,
    signed_in: u64,
    renewals: u32,
    /// How long the network or the sign-in was away: no patience with AWS itself counts that.
    pub(super) held: Duration,
}

impl AtWork<'_> {
    /// The first try is about to be made.
    pub(super) fn tries(&self) -> Tries {
        Tries {
            pause: FIRST_PAUSE,
            since: vec![],
            signed_in: self.walk.sign_in.times(),
            renewals: 0,
            held: Duration::ZERO,
        }
    }

    /// Waits until it is time for the next try, or hands the fault back: it does not pass, or not within `patience`.
    /// A network that is away and a sign-in that has run out have a patience of their own.
    pub(super) async fn bear(
        &self,
        tries: &mut Tries,
        fault: AwsFault,
        patience: Duration,
    ) -> Result<(), Halt> {
        if matches!(fault.kind, FaultKind::Expired | FaultKind::WrongKeys) {
            return self.sign_in_again(tries, fault).await;
        }
        let away = is_away(&fault);
        if !away {
            tries.since.retain(|(kind, ..)| *kind != FaultKind::Unreachable);
        }
        let kind = if away { FaultKind::Unreachable } else { fault.kind };
        let patience = if away { AWAY } else { patience };
        let (begun, since) = tries.since(kind, self.walk.session.world.now());
        let left = patience.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Err(if away { gave_up("network-too-long", AWAY, fault) } else { fault.into() });
        }
        let pause = tries.pause.min(left);
        tries.pause = (tries.pause * 2).min(LONGEST_PAUSE);
        let held = away && pause >= WORTH_TELLING;
        self.waits_for(Some(waiting(&fault)), held.then(|| held_by_network(since)));
        self.pause(pause).await?;
        if away {
            tries.held += pause;
        }
        Ok(())
    }

    /// Waits for so long, or until a person stops the run.
    pub(super) async fn pause(&self, time: Duration) -> Result<(), Halt> {
        tokio::select! {
            biased;
            () = self.walk.stop.cancelled() => Err(Halt::Stopped),
            () = sleep(time) => Ok(()),
        }
    }

    /// Waits until there are credentials again that AWS takes, of the same account. One step asks for all.
    async fn sign_in_again(&self, tries: &mut Tries, fault: AwsFault) -> Result<(), Halt> {
        let session = self.walk.session;
        let sign_in = &self.walk.sign_in;
        let Some(how) = session.aws.sign_in.how_again().filter(|_| tries.renewals < RENEWALS) else {
            return Err(fault.into());
        };
        tries.renewals += 1;
        let (begun, since) = (Instant::now(), session.world.now());
        let until = since.plus(milliseconds(SIGNED_OUT));
        let text = say("held-sign-in", &[]);
        let held = Held { by: Hold::SignIn, since, until, text, advice: Some(how.clone()) };
        let waits = || self.waits_for(Some(say("waits-sign-in", &[])), Some(held.clone()));
        let mut pause = Duration::from_secs(1);
        let _asking = tokio::select! {
            biased;
            () = self.walk.stop.cancelled() => return Err(Halt::Stopped),
            asking = sign_in.asking.lock() => asking,
        };
        // Once: what another step gets while this one waits is good, and a program is not asked for it again.
        if sign_in.times() == tries.signed_in {
            session.aws.sign_in.forget();
        }
        while sign_in.times() == tries.signed_in {
            let confirmed = tokio::select! {
                biased;
                () = self.walk.stop.cancelled() => return Err(Halt::Stopped),
                confirmed = session.confirm() => confirmed,
            };
            match confirmed {
                Ok(()) => sign_in.renewed(),
                Err(fault) if !passes(&fault) => return Err(fault.into()),
                Err(fault) if begun.elapsed() >= SIGNED_OUT => {
                    return Err(gave_up("sign-in-too-long", SIGNED_OUT, fault));
                }
                Err(_) => {
                    waits();
                    self.pause(pause).await?;
                    pause = (pause * 2).min(BETWEEN_SIGN_INS);
                }
            }
        }
        tries.signed_in = sign_in.times();
        tries.held += begun.elapsed();
        Ok(())
    }
}

impl Tries {
    fn since(&mut self, kind: FaultKind, now: Moment) -> (Instant, Moment) {
        let known = self.since.iter().find(|(known, ..)| *known == kind).copied();
        let (_, begun, since) = known.unwrap_or_else(|| {
            self.since.push((kind, Instant::now(), now));
            // What is met for the first time may pass at once.
            self.pause = FIRST_PAUSE;
            (kind, Instant::now(), now)
        });
        (begun, since)
    }
}

/// Whether no answer of AWS's came: what answers without AWS's codes is a proxy, or a network that wants a sign-in.
pub(super) fn is_away(fault: &AwsFault) -> bool {
    match fault.kind {
        FaultKind::Unreachable | FaultKind::Unreadable => true,
        FaultKind::OutcomeUnknown => fault.code.is_none(),
        _ => false,
    }
}

/// Whether it keeps anybody from seeing or signing anything, and passes.
pub(super) fn passes(fault: &AwsFault) -> bool {
    let passing = [FaultKind::Expired, FaultKind::WrongKeys, FaultKind::Throttled, FaultKind::OutcomeUnknown];
    is_away(fault) || passing.contains(&fault.kind)
}

fn held_by_network(since: Moment) -> Held {
    Held {
        by: Hold::Network,
        since,
        until: since.plus(milliseconds(AWAY)),
        text: say("held-network", &[]),
        advice: None,
    }
}

fn gave_up(code: &str, patience: Duration, fault: AwsFault) -> Halt {
    let minutes = (patience.as_secs() / 60).to_string();
    let text = match code {
        "network-too-long" => say("network-too-long", &[("minutes", &minutes)]),
        _ => say("sign-in-too-long", &[("minutes", &minutes)]),
    };
    let mut error = AppError::from(fault);
    let below = std::mem::replace(&mut error, AppError::new(text));
    error.causes = below.causes;
    Halt::Failed(error.advise(say("held-too-long-advice", &[])))
}

fn waiting(fault: &AwsFault) -> Text {
    let action = fault.action.as_str();
    match fault.kind {
        FaultKind::Throttled => say("waits-throttled", &[("action", action)]),
        FaultKind::Unreachable | FaultKind::OutcomeUnknown | FaultKind::Unreadable => {
            say("waits-network", &[("action", action)])
        }
        FaultKind::NotPropagated => say("waits-iam", &[]),
        FaultKind::InUse => say("waits-in-use", &[("words", &fault.message)]),
        _ => say("waits-visible", &[("words", &fault.message)]),
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
