//! Every lesson can be put right: whatever helps against what is found in it, done as a person does it, mends what it is
//! offered for and brings nothing else; and where somebody is asked, what the letter asks for mends it.

mod asked;
mod in_the_way;

use std::collections::{BTreeMap, BTreeSet};

use slipway_core::{
    blueprint::{Amendment, Blueprint},
    check::{self, CheckItem, CheckReport, CheckVerdict, Fix},
    mend,
    quota::{self, QuotaView},
    run::RunState,
};
use slipway_lessons::Lesson;
use slipway_tests::seen;
use tokio::time::{Duration, sleep};

use crate::{
    account::{Account, fresh},
    runs::create,
};

/// A lesson as it is begun, on an account of its own.
struct Begun {
    account: Account,
    blueprint: Blueprint,
    report: CheckReport,
}

impl Begun {
    async fn of(lesson: &Lesson) -> Self {
        let account = fresh(7).await;
        let blueprint = slipway_lessons::prepare(&account.practice, lesson).await;
        let blueprint = blueprint.unwrap_or_else(|error| panic!("{}: {error:?}", lesson.id));
        let report = checked(&account, &blueprint).await.unwrap();
        Self { account, blueprint, report }
    }

    /// Does what a person does who takes this.
    async fn carry_out(&mut self, offer: &Offer) -> Result<(), String> {
        let session = &self.account.session;
        match &offer.fix {
            Fix::Blueprint { amendments, .. } => self.amend(amendments),
            Fix::Account { changes, amendments, .. } => {
                let mended = mend::mend(session, changes.clone()).await;
                mended.map_err(|error| format!("{error:?}"))?;
                self.amend(amendments);
            }
            Fix::Plan { .. } => self.create().await?,
            Fix::Limit { .. } => {
                let QuotaView { service, code, desired, .. } = offer.quota.as_ref().ok_or("no quota")?;
                let requested = quota::request(session, service, code, *desired).await;
                requested.map_err(|error| format!("{error:?}"))?;
            }
            Fix::Ask { .. } => return Err("somebody else's to do".to_owned()),
        }
        // A name to be known everywhere, a limit to be granted.
        sleep(Duration::from_mins(10)).await;
        Ok(())
    }

    async fn create(&self) -> Result<(), String> {
        let run = create(&self.account, &self.blueprint).await;
        (run.state == RunState::Done).then_some(()).ok_or_else(|| format!("{:?}", run.failure))
    }

    fn amend(&mut self, amendments: &[Amendment]) {
        for amendment in amendments {
            self.blueprint = amendment.applied(&self.blueprint);
        }
    }

    /// What is still amiss of these findings, and what has come that was not there, or not as bad.
    async fn left(&self, ids: &BTreeSet<&str>) -> Result<(), String> {
        let after = checked(&self.account, &self.blueprint).await?;
        let before = complaints(&self.report);
        let amiss = |item: &CheckItem| match before.get(item.id.as_str()) {
            None => true,
            Some(was) if was_told(was, item) => false,
            Some(was) => ids.contains(item.id.as_str()) || rank(was.verdict) < rank(item.verdict),
        };
        let amiss: Vec<_> = complaints(&after).into_values().filter(|item| amiss(item)).collect();
        let told = |item: &&CheckItem| format!("{} {:?} {}", item.id, item.verdict, item.finding.code);
        let told: Vec<_> = amiss.iter().map(told).collect();
        told.is_empty().then_some(()).ok_or_else(|| told.join(", "))
    }
}

/// What somebody has added to what a run puts right is told before, and left where it is.
fn was_told(before: &CheckItem, after: &CheckItem) -> bool {
    let told = after.differences.iter().all(|one| before.differences.contains(one));
    before.verdict == CheckVerdict::Mend && after.finding.code == "check-added" && told
}

async fn checked(account: &Account, blueprint: &Blueprint) -> Result<CheckReport, String> {
    let report = check::check(&account.session, blueprint.clone(), |_| ()).await;
    report.map_err(|error| format!("{error:?}"))
}

/// Everything that is neither ready nor merely to be made.
fn complaints(report: &CheckReport) -> BTreeMap<&str, &CheckItem> {
    let items = report.items.iter().filter(|item| rank(item.verdict) > 0);
    items.map(|item| (item.id.as_str(), item)).collect()
}

const fn rank(verdict: CheckVerdict) -> u8 {
    match verdict {
        CheckVerdict::Ready | CheckVerdict::Make => 0,
        CheckVerdict::Mend | CheckVerdict::Waiting => 1,
        CheckVerdict::Warning => 2,
        CheckVerdict::CannotTell => 3,
        CheckVerdict::Wrong => 4,
    }
}

/// Something that helps, and the findings that it is offered for.
struct Offer {
    fix: Fix,
    quota: Option<QuotaView>,
    ids: BTreeSet<String>,
}

/// Each thing that is not somebody else's to do, once.
fn offers(report: &CheckReport) -> Vec<Offer> {
    let mut offers: Vec<Offer> = vec![];
    for item in complaints(report).into_values() {
        for fix in item.fixes.iter().filter(|fix| !matches!(fix, Fix::Ask { .. })) {
            let quota = item.quota.clone().filter(|_| matches!(fix, Fix::Limit { .. }));
            match offers.iter_mut().find(|offer| offer.fix == *fix && offer.quota == quota) {
                Some(offer) => drop(offer.ids.insert(item.id.clone())),
                None => {
                    offers.push(Offer { fix: fix.clone(), quota, ids: BTreeSet::from([item.id.clone()]) });
                }
            }
        }
    }
    offers
}

const fn kind(fix: &Fix) -> &'static str {
    match fix {
        Fix::Plan { .. } => "plan",
        Fix::Blueprint { .. } => "blueprint",
        Fix::Account { .. } => "account",
        Fix::Limit { .. } => "limit",
        Fix::Ask { .. } => "ask",
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_helps_against_what_a_lesson_has_mends_it_and_brings_nothing_else() {
    let (mut wrong, mut tried, mut kinds) = (vec![], 0, BTreeMap::<_, u32>::new());
    for lesson in slipway_lessons::all() {
        let first = Begun::of(lesson).await;
        let found = complaints(&first.report);
        for finding in lesson.finds {
            assert!(!found[finding.item].fixes.is_empty(), "{}: nothing helps {}", lesson.id, finding.item);
        }
        for offer in offers(&first.report) {
            let mut begun = Begun::of(lesson).await;
            let ids = offer.ids.iter().map(String::as_str).collect();
            let ended = match begun.carry_out(&offer).await {
                Ok(()) => begun.left(&ids).await,
                Err(why) => Err(why),
            };
            tried += 1;
            *kinds.entry(kind(&offer.fix)).or_default() += 1;
            if let Err(why) = ended {
                wrong.push(format!("{}, {} for {ids:?}: {why}", lesson.id, offer.fix.says().code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let enough = [("account", 25), ("blueprint", 40), ("limit", 5), ("plan", 6)];
    for (kind, least) in enough {
        assert!(kinds.get(kind).is_some_and(|count| *count >= least), "{kind}: {kinds:?}");
    }
    seen::all("things that help, each of which mended its lesson", tried - wrong.len(), tried);
}

/// Nobody in the lesson's account can do what is asked for: the image or the network is another's.
const BEYOND: [&str; 12] = [
    "reach-elsewhere",
    "reach-central",
    "reach-shared",
    "reach-endpoint-zone",
    "reach-resolvers",
    "image-missing-region",
    "image-missing-public",
    "image-hidden",
    "image-hidden-from-here",
    "image-unknown",
    "image-too-many",
    "image-few-pulls",
];

#[tokio::test(start_paused = true)]
async fn what_a_letter_asks_for_mends_the_lessons_that_nothing_else_does() {
    let (mut wrong, mut beyond, mut asked) = (vec![], vec![], 0);
    for lesson in slipway_lessons::all() {
        let mut begun = Begun::of(lesson).await;
        let found = complaints(&begun.report).into_values();
        let others = found.filter(|item| item.fixes.iter().all(|fix| matches!(fix, Fix::Ask { .. })));
        let ids: BTreeSet<String> = others.map(|item| item.id.clone()).collect();
        if ids.is_empty() {
            continue;
        }
        if !asked::do_it(&mut begun, &ids).await {
            beyond.push(lesson.id);
            continue;
        }
        asked += 1;
        sleep(Duration::from_mins(10)).await;
        let ids = ids.iter().map(String::as_str).collect();
        if let Err(why) = begun.left(&ids).await {
            wrong.push(format!("{}: {why}", lesson.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(beyond, BEYOND);
    assert!(asked >= 30, "{asked}");
    seen::all("lessons mended by what their letters ask for", asked - wrong.len(), asked);
}
