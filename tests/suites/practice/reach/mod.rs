//! Networks as accounts have them, good and broken: what the check says of the way from a subnet to each service, by
//! AWS's documentation; and how a job fares there, on an account that decides it in its own way. A way that the check
//! calls good and a job does not get through would be seen here, and the other way round.

mod cures;
mod lab;
mod mended;
mod situations;

use std::collections::BTreeSet;

use slipway_core::{
    check::{self, CheckReport, CheckVerdict, HopState, WayState},
    job::{self, JobState},
};
use slipway_tests::seen;
use tokio::time::{Duration, sleep};

use self::{
    lab::Lab,
    situations::{Runs, SITUATIONS, Situation},
};
use crate::{
    account::Account,
    launch::{job_for, see_through},
    runs::{create, done},
};

/// The situations by their names.
pub(crate) fn situations() -> impl Iterator<Item = &'static str> {
    SITUATIONS.iter().map(|situation| situation.name)
}

/// What the check finds in one of them.
pub(crate) async fn found(name: &str) -> (Account, CheckReport) {
    let situation = SITUATIONS.iter().find(|one| one.name == name).expect("there is such a situation");
    let (lab, _, report) = cures::broken(situation).await;
    (lab.account, report)
}

#[tokio::test(start_paused = true)]
async fn every_way_is_judged_as_jobs_fare_on_it() {
    let (mut judged, mut fared, mut tried) = (0, 0, 0);
    for Situation { name, runs, done: done_to, complain, code } in SITUATIONS {
        let lab = Lab::new().await;
        for what in *done_to {
            lab.apply(*what).await;
        }
        // What comes with time has come.
        sleep(Duration::from_mins(3)).await;
        let blueprint = lab.blueprint(*runs);
        let report = check::check(&lab.account.session, blueprint.clone(), |_| ()).await.unwrap();
        let ways: Vec<_> = report.items.iter().filter(|item| item.id.starts_with("reach-")).collect();
        let bad = ways.iter().filter(|item| item.verdict != CheckVerdict::Ready);
        let found: BTreeSet<_> = bad.map(|item| (item.id.as_str(), item.finding.code.as_str())).collect();
        let wanted: BTreeSet<_> = complain.iter().map(|id| (*id, *code)).collect();
        assert_eq!(found, wanted, "{name}");
        assert!(ways.len() >= 2, "{name}: {} ways", ways.len());
        drawn_as_listed(&report, name);
        judged += 1;
        if ways.iter().any(|item| item.verdict == CheckVerdict::CannotTell) {
            continue;
        }
        tried += 1;
        done(&create(&lab.account, &blueprint).await);
        let session = &lab.account.session;
        let target = job::targets(session).await.unwrap().remove(0);
        let state = if *runs == Runs::OnHosts && !complain.is_empty() {
            let id = job::submit(session, &job_for(&target, "first")).await.unwrap().id;
            sleep(Duration::from_hours(1)).await;
            job::view(session, &id).await.unwrap().summary.state
        } else {
            see_through(session, &job_for(&target, "first")).await.0.summary.state
        };
        let well = state == JobState::Succeeded;
        assert_eq!(well, complain.is_empty(), "{name}: the check and the job differ ({state:?})");
        fared += 1;
    }
    seen::all("networks judged as AWS documents", judged, SITUATIONS.len());
    seen::all("networks in which a job fared as the check said", fared, tried);
}

/// The picture breaks where the list says that it does, and nowhere else; all that is on a way is drawn.
fn drawn_as_listed(report: &CheckReport, name: &str) {
    let network = report.network.as_ref().unwrap_or_else(|| panic!("{name}: no picture"));
    let drawn: BTreeSet<&str> = network
        .subnets
        .iter()
        .map(|one| one.id.as_str())
        .chain(network.things.iter().map(|one| one.id.as_str()))
        .collect();
    for way in &network.ways {
        let service = serde_json::to_value(way.service).unwrap();
        let id = format!("reach-{}", service.as_str().unwrap());
        let item = report.items.iter().find(|item| item.id == id).unwrap();
        let (verdict, last) = match way.state {
            WayState::Reaches => (CheckVerdict::Ready, HopState::Passed),
            WayState::Broken => (CheckVerdict::Wrong, HopState::Broken),
            WayState::CannotTell => (CheckVerdict::CannotTell, HopState::Unknown),
            WayState::ToBeMade => panic!("{name}: nothing is to be made"),
        };
        assert_eq!(item.verdict, verdict, "{name}: {id}");
        assert_eq!(
            way.why.as_ref(),
            Some(&item.finding).filter(|_| verdict != CheckVerdict::Ready),
            "{name}"
        );
        for branch in &way.branches {
            let (end, before) = branch.hops.split_last().unwrap();
            assert!(before.iter().all(|hop| hop.state == HopState::Passed), "{name}: {branch:?}");
            assert!(branch.state != way.state || end.state == last, "{name}: {branch:?}");
            let missing = branch.hops.iter().find(|hop| !drawn.contains(hop.id.as_str()));
            assert!(missing.is_none(), "{name}: {missing:?} is on the way and not drawn");
        }
    }
}
