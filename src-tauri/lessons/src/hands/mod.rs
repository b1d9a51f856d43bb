//! What somebody does in an account by hand, as calls of AWS's.

mod images;
mod roles;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use aws_credential_types::Credentials;
use slipway_core::{
    aws::{Activity, AwsFault, Clients, Connection, Services, SignIn},
    error::AppError,
    words::say,
    world::World,
};
use slipway_practice::{Practice, PracticeError, Settings};

/// The region in which lessons are prepared.
pub const REGION: &str = "us-east-1";

/// How long ago somebody began. A NAT gateway that is gone is listed for an hour.
const BEGUN: Duration = Duration::from_mins(30);

/// Somebody who works in a practice account. It was a while ago, so that waiting for something takes no time: what
/// comes with time has come by now.
#[derive(Debug)]
pub struct Hands {
    pub(crate) aws: Services,
    practice: Practice,
    /// Milliseconds ago.
    ago: Arc<AtomicI64>,
}

/// Sends a request, and gives the fault in core's words.
macro_rules! send {
    ($action:literal, $request:expr) => {
        $request.send().await.map_err(slipway_core::aws::fault($action))
    };
}

/// Sends a request, and reads of the answer what the rest of the lesson needs.
macro_rules! made {
    ($action:literal, $request:expr, $read:expr) => {
        $crate::hands::send!($action, $request)
            .and_then(|answer| $crate::hands::read_from($action, answer, $read))
    };
}

pub(crate) use images::HERE;
pub use images::IMAGE;
pub(crate) use roles::{Role, policy, trust};
pub(crate) use {made, send};

pub(crate) fn read_from<A, T>(
    action: &str,
    answer: A,
    read: impl FnOnce(A) -> Option<T>,
) -> Result<T, AwsFault> {
    read(answer).ok_or_else(|| AwsFault::lacks(action, "what was made"))
}

impl Hands {
    /// On a practice account and on nothing else.
    pub fn on(practice: &Practice) -> Self {
        let ago = Arc::new(AtomicI64::new(millis(BEGUN)));
        let clock = {
            let (now, ago) = (practice.clock(), ago.clone());
            move || now().saturating_sub(ago.load(Ordering::Relaxed))
        };
        let then = practice.clone().with_clock(Arc::new(clock.clone()));
        let world = World::new(clock, String::new);
        // They go nowhere: the account answers within this process.
        let keys = Credentials::new("AKIAPRACTICEPRACTICE", "practice", None, None, "practice");
        let connection = Connection {
            region: REGION.to_owned(),
            endpoint: None,
            credentials: SignIn::new(world.clone(), keys),
            http: Some(then.http_client()),
            activity: Activity::new(world, None),
        };
        Self { aws: Clients::new(&connection).once, practice: practice.clone(), ago }
    }

    /// Waits, of the time that has gone by since.
    pub fn wait(&self, duration: Duration) {
        self.ago.fetch_sub(millis(duration), Ordering::Relaxed);
    }

    /// A VPC is another account's, which shares it with this one.
    pub(crate) fn shared_by(&self, vpc: &str, owner: &str) -> Result<(), AwsFault> {
        let shared = self.practice.is_shared_by(REGION, vpc, owner);
        shared.map_err(|_| AwsFault::lacks("ram:CreateResourceShare", "an account that can be written"))
    }

    /// What comes now is done at this moment, and what takes AWS time is on its way.
    pub(crate) fn catch_up(&self) {
        self.ago.store(0, Ordering::Relaxed);
    }

    /// Whether it is no while ago any more.
    pub(crate) fn is_now(&self) -> bool {
        self.ago.load(Ordering::Relaxed) <= 0
    }

    /// Changes what the account itself is like.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<(), AppError> {
        self.practice.change_settings(change).map_err(|error| unusable(&error))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn unusable(error: &PracticeError) -> AppError {
    AppError::new(say("practice-failed", &[])).because(error).advise(say("practice-failed-advice", &[]))
}
