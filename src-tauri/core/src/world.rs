//! What core takes from outside itself: the time and fresh ids.
//!
//! Sleeping is `tokio::time`, which a test pauses and runs ahead; so ten minutes of AWS take a millisecond.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A moment in milliseconds since the Unix epoch.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type,
)]
#[serde(transparent)]
// In TypeScript a number, which holds milliseconds exactly for longer than anybody will ask.
pub struct Moment(#[specta(type = i32)] pub i64);

impl Moment {
    /// The moment `milliseconds` later.
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// As a clock of this computer's time zone shows it: `2026-01-01 14:03:07`.
    pub fn local(self) -> String {
        let at = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Milliseconds from `earlier` to this moment, never negative.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).max(0)
    }
}

/// Time and ids, handed in so that a test decides both.
#[derive(Clone)]
pub struct World {
    now: Arc<dyn Fn() -> i64 + Send + Sync>,
    id: Arc<dyn Fn() -> String + Send + Sync>,
}

impl World {
    /// A world with its own clock (milliseconds since the epoch) and its own source of ids.
    pub fn new(
        now: impl Fn() -> i64 + Send + Sync + 'static,
        id: impl Fn() -> String + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), id: Arc::new(id) }
    }

    /// The computer's clock and random ids.
    pub fn real() -> Self {
        Self::new(|| jiff::Timestamp::now().as_millisecond(), random_id)
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        Moment((self.now)())
    }

    /// A fresh id: lower-case letters and digits, unique for good.
    pub fn id(&self) -> String {
        (self.id)()
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

/// Sixty random bits in base 32: short enough to read aloud, unique enough for a person's stacks.
fn random_id() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = [0_u8; 12];
    // Without randomness the clock still tells two ids of one person apart.
    if getrandom::fill(&mut bytes).is_err() {
        bytes[..8].copy_from_slice(&jiff::Timestamp::now().as_microsecond().to_be_bytes());
    }
    bytes.iter().map(|byte| ALPHABET[usize::from(byte & 31)] as char).collect()
}
