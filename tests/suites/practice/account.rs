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
    world::World,
};
use slipway_practice::Practice;
use tempfile::TempDir;
use tokio::time::Instant;

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;

use crate::seam::{Fault, Seam};

/// An account, a session on it, and the folder that goes with the test.
pub(crate) struct Account {
    pub(crate) practice: Practice,
    pub(crate) session: Session,
    home: TempDir,
    pub(crate) seam: Seam,
    world: World,
}

impl Account {
    /// A new process, as it were: another session on the same account and the same folder.
    pub(crate) async fn start_again(&mut self) {
        self.session = open(&self.seam, self.home.path(), &self.world).await;
    }
}

/// A fresh account. Call it inside a runtime with paused time.
pub(crate) async fn fresh(seed: u64) -> Account {
    let start = Instant::now();
    let clock = move || BEGINNING + i64::try_from(start.elapsed().as_millis()).unwrap();
    let practice = Practice::in_memory(seed).with_clock(Arc::new(clock));
    let home = tempfile::tempdir().unwrap();
    let ids = AtomicU32::new(0);
    let world = World::new(clock, move || format!("id{}", ids.fetch_add(1, Ordering::Relaxed)));
    let seam = Seam::new(practice.http_client(), Fault::None);
    let session = open(&seam, home.path(), &world).await;
    Account { practice, session, home, seam, world }
}

async fn open(seam: &Seam, home: &Path, world: &World) -> Session {
    let credentials = Credentials::new("AKIAPRACTICE", "practice", None, None, "test");
    let connection = Connection {
        region: "us-east-1".to_owned(),
        endpoint: None,
        credentials: SignIn::new(world.clone(), credentials),
        http: Some(seam.client()),
        activity: Activity::new(world.clone(), None),
    };
    Session::open(&connection, "practice", home, world.clone()).await.unwrap()
}

/// Both networks with both service roles.
pub(crate) fn blueprints() -> Vec<Blueprint> {
    let mut all = Vec::new();
    for network in [Network::DefaultVpc {}, Network::NewVpc { cidr: "10.42.0.0/16".to_owned() }] {
        for service_role in [ServiceRole::ServiceLinked, ServiceRole::Classic] {
            let blueprint = Preset::Fargate.blueprint("imaging");
            all.push(Blueprint { network: network.clone(), service_role, ..blueprint });
        }
    }
    all
}
