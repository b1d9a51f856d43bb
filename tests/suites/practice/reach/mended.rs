//! What one yes mends of a network that somebody else made: it is mended, nothing else changes, whatever befalls the
//! call; and what a stack made, what has changed meanwhile and what a policy denies is left as it is.

use std::collections::BTreeMap;

use serde_json::Value;
use slipway_core::{
    blueprint::Blueprint,
    check::{self, CheckReport, CheckVerdict, Cure, CureKind, Fix},
    error::AppError,
    mend::{self, Change, Outcome},
};
use slipway_practice::Access;
use slipway_tests::{
    account::differences,
    inside::{
        seam::{Fault, Planted},
        trouble::Trouble,
    },
    seen,
};
use tokio::time::{Duration, sleep};

use super::{cures::broken, lab::Lab, situations::all};
use crate::account::Account;

/// A change of the account that a check offers, and what goes with it.
struct Offer {
    name: &'static str,
    /// Which of the situations.
    at: usize,
    changes: Vec<Change>,
    /// The findings that it is offered for.
    ids: Vec<String>,
}

fn offers(at: usize, report: &CheckReport) -> Vec<Offer> {
    let mut offers: Vec<Offer> = vec![];
    for item in &report.items {
        for fix in &item.fixes {
            let Fix::Account { changes, .. } = fix else { continue };
            match offers.iter_mut().find(|offer| offer.changes == *changes) {
                Some(offer) => offer.ids.push(item.id.clone()),
                None => offers.push(Offer {
                    name: all()[at].name,
                    at,
                    changes: changes.clone(),
                    ids: vec![item.id.clone()],
                }),
            }
        }
    }
    offers
}

async fn all_offers() -> Vec<Offer> {
    let mut offered = vec![];
    for (at, situation) in all().iter().enumerate() {
        let (_, _, report) = broken(situation).await;
        offered.extend(offers(at, &report));
    }
    offered
}

/// What EC2 has of it, whatever the time is.
fn network(account: &Account) -> Value {
    account.practice.dump().unwrap()["ec2"].clone()
}

fn amended(report: &CheckReport, changes: &[Change], mut blueprint: Blueprint) -> Blueprint {
    let fixes = report.items.iter().flat_map(|item| &item.fixes);
    let amendments = fixes.filter_map(|fix| match fix {
        Fix::Account { changes: these, amendments, .. } if these == changes => Some(amendments),
        _ => None,
    });
    for amendment in amendments.take(1).flatten() {
        blueprint = amendment.applied(&blueprint);
    }
    blueprint
}

/// Whether something else has to be put right as well.
fn waits(report: &CheckReport, changes: &[Change]) -> bool {
    let cures: &[Cure] = report.network.as_ref().map_or(&[], |network| &network.cures);
    let of_others = |cure: &&Cure| {
        !cure.steps.iter().any(|step| match &step.by {
            check::By::Slipway { changes: these } => these.iter().all(|one| changes.contains(one)),
            _ => false,
        })
    };
    let (right, ways): (Vec<_>, Vec<_>) = cures.iter().partition(|cure| cure.kind == CureKind::PutRight);
    !right.is_empty() && !ways.is_empty() && right.iter().chain(&ways).any(of_others)
}

#[tokio::test(start_paused = true)]
async fn one_yes_mends_what_it_says_and_changes_nothing_else() {
    let (mut mended, mut kinds) = (0, BTreeMap::<String, usize>::new());
    for offer in all_offers().await {
        let (lab, blueprint, report) = broken(&all()[offer.at]).await;
        let what = format!("{}: {:?}", offer.name, offer.changes);
        let before = network(&lab.account);
        let done = mend::mend(&lab.account.session, offer.changes.clone()).await.unwrap();
        assert!(done.iter().all(|one| !one.already), "{what}");
        let changed = differences(&before, &network(&lab.account));
        assert!(changed.len() >= offer.changes.len(), "{what}: {changed:#?}");
        for difference in &changed {
            let said = offer.changes.iter().any(|change| difference.contains(&change.on));
            assert!(said, "{what}: {difference}");
        }
        sleep(Duration::from_mins(5)).await;
        let wanted = amended(&report, &offer.changes, blueprint);
        let after = check::check(&lab.account.session, wanted, |_| ()).await.unwrap();
        let left = after.items.iter().filter(|item| offer.ids.contains(&item.id));
        let left: Vec<_> = left.filter(|item| item.verdict != CheckVerdict::Ready).collect();
        assert!(waits(&report, &offer.changes) || left.is_empty(), "{what}: {left:#?}");
        let again = mend::mend(&lab.account.session, offer.changes.clone()).await.unwrap();
        assert!(again.iter().all(|one| one.already), "{what}: twice");
        let notes = mend::history(&lab.account.session);
        let (intended, kept): (Vec<_>, Vec<_>) =
            notes.iter().partition(|note| note.outcome == Outcome::Intended);
        assert_eq!((intended.len(), kept.len()), (offer.changes.len(), offer.changes.len()), "{what}");
        for change in &offer.changes {
            let kind = serde_json::to_value(&change.what).unwrap()["kind"].as_str().unwrap().to_owned();
            *kinds.entry(kind).or_default() += 1;
            assert!(!change.back.text.is_empty() && change.concerns.is_some(), "{what}");
        }
        mended += 1;
    }
    assert_eq!(kinds.len(), 10, "{kinds:?}");
    seen::all("kinds of changes that mend a network with one yes", kinds.len(), 10);
    assert!(mended >= 20, "{mended} offers: {kinds:?}");
}

/// One offer of each kind of change, by itself.
async fn one_of_each() -> Vec<(usize, Change)> {
    let mut kinds = BTreeMap::new();
    for offer in all_offers().await {
        for change in offer.changes {
            // What rests on a change before it is not tried alone.
            let kind = serde_json::to_value(&change.what).unwrap()["kind"].as_str().unwrap().to_owned();
            let kind = format!("{kind} {}", change.action);
            kinds.entry(kind).or_insert((offer.at, change));
        }
    }
    kinds.into_values().collect()
}

async fn tried(lab: &Lab, change: &Change, trouble: Trouble) -> Option<Result<(), AppError>> {
    lab.account.seam.plant(vec![Planted { call: 1, changing: true, trouble }]);
    tokio::select! {
        biased;
        () = lab.account.seam.hung() => {
            lab.account.seam.revive();
            None
        }
        ended = mend::mend(&lab.account.session, vec![change.clone()]) => Some(ended.map(drop)),
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_cut_off_is_made_once() {
    const TROUBLES: [Trouble; 7] = [
        Trouble::KilledBefore,
        Trouble::KilledAfterActing,
        Trouble::KilledAfterReply,
        Trouble::LostReply,
        Trouble::ServerError { acted: true },
        Trouble::ServerError { acted: false },
        Trouble::Unreachable,
    ];
    let (mut met, mut once) = (0, 0);
    for (at, change) in one_of_each().await {
        let (lab, ..) = broken(&all()[at]).await;
        mend::mend(&lab.account.session, vec![change.clone()]).await.unwrap();
        let wanted = network(&lab.account);
        for trouble in TROUBLES {
            let (mut lab, ..) = broken(&all()[at]).await;
            let ended = tried(&lab, &change, trouble).await;
            met += 1;
            lab.account.seam.plant(vec![]);
            if !matches!(ended, Some(Ok(()))) {
                lab.account.start_again().await;
                mend::mend(&lab.account.session, vec![change.clone()]).await.unwrap();
            }
            let found = differences(&wanted, &network(&lab.account)).into_iter();
            // The SDK draws a token for each call.
            let found: Vec<_> = found.filter(|one| !one.contains("token")).collect();
            assert_eq!(found, Vec::<String>::new(), "{change:?}, {trouble:?}");
            let notes = mend::history(&lab.account.session);
            let last = notes.last().map(|note| (&note.change, &note.outcome));
            assert_eq!(last, Some((&change, &Outcome::Done)), "{trouble:?}");
            once += 1;
        }
    }
    assert!(met >= 70, "{met}");
    seen::all("changes that were cut off and made once", once, met);
}

#[tokio::test(start_paused = true)]
async fn what_a_policy_denies_is_named_and_nothing_is_changed() {
    let mut refused = 0;
    let changes = one_of_each().await;
    for (at, change) in &changes {
        let (lab, ..) = broken(&all()[*at]).await;
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","NotAction":"{}","Resource":"*"}}]}}"#,
            change.action
        );
        let access = Access { identity: vec![policy], ..Access::default() };
        lab.account.practice.change_settings(|settings| settings.access = access).unwrap();
        let before = network(&lab.account);
        let error = mend::mend(&lab.account.session, vec![change.clone()]).await.unwrap_err();
        let advice = error.advice.clone().unwrap_or_default();
        assert!(error.message.contains(&change.action), "{error:?}");
        assert!(advice.contains(&change.action) && advice.contains(&change.on), "{error:?}");
        assert_eq!(differences(&before, &network(&lab.account)), Vec::<String>::new());
        refused += 1;
    }
    seen::all("changes refused by a policy that were named", refused, changes.len());
}

#[tokio::test(start_paused = true)]
async fn what_a_stack_made_is_refused_and_so_is_what_has_changed_meanwhile() {
    for (at, change) in one_of_each().await {
        let (lab, ..) = broken(&all()[at]).await;
        let ec2 = &lab.account.session.aws.once.ec2;
        let tag = aws_sdk_ec2::types::Tag::builder().key("slipway:stack-id").value("abc").build();
        ec2.create_tags().resources(&change.on).tags(tag).send().await.unwrap();
        lab.account.seam.set(Fault::None);
        let error = mend::mend(&lab.account.session, vec![change.clone()]).await.unwrap_err();
        assert_eq!((error.code.as_str(), lab.account.seam.changing()), ("mend-of-a-stack", 0), "{change:?}");

        let (lab, ..) = broken(&all()[at]).await;
        let mut stale = change.clone();
        stale.difference.found = Some("what it was yesterday".to_owned());
        lab.account.seam.set(Fault::None);
        let error = mend::mend(&lab.account.session, vec![stale]).await.unwrap_err();
        assert_eq!((error.code.as_str(), lab.account.seam.changing()), ("mend-otherwise", 0), "{change:?}");
        assert!(mend::history(&lab.account.session).is_empty());
    }
}
