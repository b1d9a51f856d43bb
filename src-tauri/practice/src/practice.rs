//! The practice account as the rest of Slipway holds it.

use crate::door::{self, Request, Response};
use crate::outside;
use crate::service;
use crate::settings::{Settings, Trouble};
use crate::state::State;
use crate::store::{self, PracticeError, SetAside, Store};
use crate::time::Millis;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the moment, in milliseconds since the epoch.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A simulated AWS account. Clones are handles on the same account.
#[derive(Clone)]
pub struct Practice {
    store: Arc<Store>,
    clock: Clock,
}

impl fmt::Debug for Practice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Practice").finish_non_exhaustive()
    }
}

impl Practice {
    /// The number of every practice account.
    pub const ACCOUNT_ID: &str = crate::ACCOUNT_ID;

    /// The account kept in a folder, made on first use; several processes may share it. A file that cannot
    /// be used is renamed and a fresh account begun: see [`Practice::set_aside`].
    pub fn open(dir: &Path) -> Result<Self, PracticeError> {
        Ok(Self::on(Store::file(dir)?))
    }

    /// A new account that is forgotten with its last handle. The seed decides every identifier.
    pub fn in_memory(seed: u64) -> Self {
        Self::on(Store::memory(seed))
    }

    fn on(store: Store) -> Self {
        Self { store: Arc::new(store), clock: Arc::new(wall_clock) }
    }

    /// The same account under another clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// What tells its time.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The state file that had to be set aside when the account was read, if one had.
    pub fn set_aside(&self) -> Option<SetAside> {
        self.store.set_aside()
    }

    /// Pace, troubles and the caller's policies.
    pub fn settings(&self) -> Result<Settings, PracticeError> {
        self.store.with(|state| Settings::clone(&state.settings))
    }

    /// Changes pace, troubles and the caller's policies, and makes the account what the troubles say. Policies that IAM
    /// would not take change nothing.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<(), PracticeError> {
        // What fell due before the change fell due under the old pace and the old troubles.
        self.store.at(self.now(), |state| {
            let mut settings = Settings::clone(&state.settings);
            change(&mut settings);
            settings.access.check().map_err(PracticeError::Policy)?;
            if settings != *state.settings {
                let cut = settings.troubles.contains(&Trouble::NoRouteOut);
                let turned = cut != state.settings.troubles.contains(&Trouble::NoRouteOut);
                *state.settings = settings;
                if turned {
                    service::ec2::default_route_out(state, !cut);
                }
            }
            Ok(())
        })?
    }

    /// Makes a VPC another account's that shares it with this one, as that account's RAM would: nobody here can.
    pub fn is_shared_by(&self, region: &str, vpc: &str, owner: &str) -> Result<(), PracticeError> {
        self.store.with(|state| service::ec2::share(state, region, vpc, owner))
    }

    /// Begins a new account with the same settings.
    pub fn reset(&self) -> Result<(), PracticeError> {
        self.store.with(|state| *state = store::fresh(state))
    }

    /// Everything in the account as it is now, in a stable order, without counters and settings: two dumps
    /// are equal when nothing changed in between.
    pub fn dump(&self) -> Result<serde_json::Value, PracticeError> {
        let now = self.now();
        let mut state = self.store.at(now, |state| state.clone())?;
        service::ec2::forget_untouched(&mut state, now);
        let value = serde_json::to_value(&state).map_err(PracticeError::Json)?;
        let kept = |key: &str| matches!(key, "iam" | "ec2" | "batch" | "logs" | "ecr");
        Ok(match value {
            serde_json::Value::Object(parts) => parts.into_iter().filter(|(key, _)| kept(key)).collect(),
            other => other,
        })
    }

    /// Answers one HTTP request.
    pub fn answer(&self, request: &Request) -> Result<Response, PracticeError> {
        let now = self.now();
        self.store.at(now, |state: &mut State| door::answer(state, now, request))
    }

    /// Answers a request to a host that is no API of AWS's.
    pub(crate) fn answer_outside(&self, host: &str, request: &Request) -> Result<Response, PracticeError> {
        self.store.at(self.now(), |state: &mut State| outside::answer(state, host, request))
    }

    /// Whether a request may wait for a file: such work belongs on a thread of its own.
    pub(crate) fn may_block(&self) -> bool {
        matches!(*self.store, Store::File(_))
    }

    fn now(&self) -> Millis {
        Millis((self.clock)())
    }
}

fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
