//! Networks as accounts have them, good and broken: what the check says of the way from a subnet to each service, by
//! AWS's documentation; and how a job fares there, on an account that decides it in its own way. A way that the check
//! calls good and a job does not get through would be seen here, and the other way round.

mod cures;
mod lab;
mod mended;
mod order;
mod situations;

use std::collections::BTreeSet;

use slipway_core::{
    check::{self, CheckReport, CheckVerdict, DrawnWay, HopState, WayState},
    job::{self, JobState},
};
use slipway_tests::seen;
use tokio::time::{Duration, sleep};

use slipway_lessons::network::Runs;

use self::{
    lab::Lab,
    situations::{Situation, all},
};
use crate::{
    account::Account,
    launch::{job_for, see_through},
    runs::{create, done},
};

/// The situations by their names.
pub(crate) fn situations() -> impl Iterator<Item = &'static str> {
    all().into_iter().map(|situation| situation.name)
}

/// What the check finds in one of them.
pub(crate) async fn found(name: &str) -> (Account, CheckReport) {
    let situation = all().into_iter().find(|one| one.name == name).expect("there is such a situation");
    let (lab, _, report) = cures::broken(&situation).await;
    (lab.account, report)
}

#[tokio::test(start_paused = true)]
async fn every_way_is_judged_as_jobs_fare_on_it() {
    let situations = all();
    let (mut judged, mut fared, mut tried) = (0, 0, 0);
    for Situation { name, runs, done: done_to, complain } in &situations {
        let lab = Lab::new().await;
        for act in *done_to {
            lab.apply(*act).await;
        }
        let blueprint = lab.blueprint(*runs);
        let report = check::check(&lab.account.session, blueprint.clone(), |_| ()).await.unwrap();
        let ways: Vec<_> = report.items.iter().filter(|item| item.id.starts_with("reach-")).collect();
        let bad = ways.iter().filter(|item| item.verdict != CheckVerdict::Ready);
        let found: Vec<_> =
            bad.map(|item| (item.id.as_str(), item.verdict, item.finding.code.as_str())).collect();
        assert_eq!(found.len(), complain.len(), "{name}: {found:?}");
        assert!(found.iter().all(|one| complain.contains(one)), "{name}: {found:?}");
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
    seen::all("networks judged as AWS documents", judged, situations.len());
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
    for item in report.items.iter().filter(|item| item.id.starts_with("reach-")) {
        let of_service = network.ways.iter().filter(|way| item.id == id_of(way));
        let worst = of_service.clone().map(|way| rank(told(way.state, name).0)).max();
        assert_eq!(worst, Some(rank(item.verdict)), "{name}: {}", item.id);
        let whys: Vec<_> = of_service.filter_map(|way| way.why.as_ref()).collect();
        let ready = item.verdict == CheckVerdict::Ready;
        assert!(ready && whys.is_empty() || whys.contains(&&item.finding), "{name}: {item:?} of {whys:?}");
    }
    for way in &network.ways {
        let id = id_of(way);
        assert!(report.items.iter().any(|item| item.id == id), "{name}: {id}");
        let last = told(way.state, name).1;
        for branch in &way.branches {
            let (end, before) = branch.hops.split_last().unwrap();
            assert!(before.iter().all(|hop| hop.state == HopState::Passed), "{name}: {branch:?}");
            assert!(branch.state != way.state || end.state == last, "{name}: {branch:?}");
            let missing = branch.hops.iter().find(|hop| !drawn.contains(hop.id.as_str()));
            assert!(missing.is_none(), "{name}: {missing:?} is on the way and not drawn");
        }
    }
}

fn id_of(way: &DrawnWay) -> String {
    let service = serde_json::to_value(way.service).unwrap();
    format!("reach-{}", service.as_str().unwrap())
}

/// What the list says of a way, and how the last hop of it is drawn.
fn told(state: WayState, name: &str) -> (CheckVerdict, HopState) {
    match state {
        WayState::Reaches => (CheckVerdict::Ready, HopState::Passed),
        WayState::Broken => (CheckVerdict::Wrong, HopState::Broken),
        WayState::CannotTell => (CheckVerdict::CannotTell, HopState::Unknown),
        WayState::ToBeMade => panic!("{name}: nothing is to be made"),
    }
}

/// The worst way is what a person hears of.
const fn rank(verdict: CheckVerdict) -> u8 {
    match verdict {
        CheckVerdict::Ready => 0,
        CheckVerdict::CannotTell => 1,
        _ => 2,
    }
}
