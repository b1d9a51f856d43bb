//! A session on a fresh practice account whose clock is the test's own.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_credential_types::Credentials;
use slipway_core::{
    account::Session,
    aws::{Activity, Connection, SignIn},
    blueprint::{Blueprint, Network, Preset, ServiceRole},
    error::AppError,
    words::say,
    world::World,
};
use slipway_practice::Practice;
use tempfile::TempDir;
use tokio::time::Instant;

use super::seam::{Fault, Seam};

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;

/// An account, a session on it, and the folder that goes with the test.
#[derive(Debug)]
pub struct Account {
    /// The account itself.
    pub practice: Practice,
    /// What works on it.
    pub session: Session,
    /// What stands between the two.
    pub seam: Seam,
    home: TempDir,
    world: World,
    signs_in: bool,
}

impl Account {
    /// A new process, as it were: another session on the same account and the same folder.
    pub async fn start_again(&mut self) {
        self.try_to_start_again().await.expect("nothing is in the way");
    }

    /// The same, where the session may not come about.
    pub async fn try_to_start_again(&mut self) -> Result<(), AppError> {
        self.session = open(&self.seam, self.home.path(), &self.world, self.signs_in).await?;
        Ok(())
    }
}

/// A fresh account. Call it inside a runtime with paused time.
pub async fn fresh(seed: u64) -> Account {
    of(seed, false).await
}

/// A fresh account of a person who signs in again when the sign-in has run out.
pub async fn fresh_that_signs_in(seed: u64) -> Account {
    of(seed, true).await
}

async fn of(seed: u64, signs_in: bool) -> Account {
    let start = Instant::now();
    let clock = move || BEGINNING + i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    let practice = Practice::in_memory(seed).with_clock(Arc::new(clock));
    let home = tempfile::tempdir().expect("a folder");
    let ids = AtomicU32::new(0);
    let world = World::new(clock, move || format!("id{}", ids.fetch_add(1, Ordering::Relaxed)));
    let seam = Seam::new(practice.http_client(), Fault::None);
    let session = open(&seam, home.path(), &world, signs_in).await.expect("nothing is in the way");
    Account { practice, session, seam, home, world, signs_in }
}

async fn open(seam: &Seam, home: &Path, world: &World, signs_in: bool) -> Result<Session, AppError> {
    let credentials = Credentials::new("AKIAPRACTICE", "practice", None, None, "test");
    let sign_in = SignIn::new(world.clone(), credentials);
    let again = say("sign-in-again-sso", &[("name", "test")]);
    let connection = Connection {
        region: "us-east-1".to_owned(),
        endpoint: None,
        credentials: if signs_in { sign_in.again(again) } else { sign_in },
        http: Some(seam.client()),
        activity: Activity::new(world.clone(), None),
    };
    Session::open(&connection, "practice", home, world.clone()).await
}

/// Both networks with both service roles.
pub fn blueprints() -> Vec<Blueprint> {
    let mut all = Vec::new();
    for network in [Network::DefaultVpc {}, Network::new_vpc("10.42.0.0/16")] {
        for service_role in [ServiceRole::ServiceLinked, ServiceRole::Classic] {
            let blueprint = Preset::Fargate.blueprint("imaging");
            all.push(Blueprint { network: network.clone(), service_role, ..blueprint });
        }
    }
    all
}
