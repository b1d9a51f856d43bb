//! An account with a VPC in which somebody does things.

use slipway_core::blueprint::Blueprint;
use slipway_lessons::{
    hands::Hands,
    network::{Act, Runs, Site},
};

use crate::account::{Account, fresh};

pub(super) struct Lab {
    pub(super) account: Account,
    hands: Hands,
    site: Site,
}

impl Lab {
    pub(super) async fn new() -> Self {
        let account = fresh(7).await;
        let hands = Hands::on(&account.practice);
        let site = Site::new(&hands).await.unwrap();
        Self { account, hands, site }
    }

    pub(super) async fn apply(&self, act: Act) {
        self.site.apply(&self.hands, act).await.unwrap();
    }

    pub(super) fn blueprint(&self, runs: Runs) -> Blueprint {
        self.site.blueprint(runs)
    }
}
