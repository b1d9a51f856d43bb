//! The account's limits against what is there and what the blueprint makes. What is not enough for things that are to be
//! made would fail; what is not enough for vCPUs only holds jobs back, unless it is too little for one of them.
//!
//! ```text
//! limits, what runs, what is there ─► defaults and open requests ─► with the survey: findings
//! ```

mod below;
mod classes;
mod fixed;
mod running;
mod things;
mod vcpus;

use futures::FutureExt;

use self::{running::Environment, things::Asked};
use super::{CheckItem, CheckVerdict, Group, Once};
use crate::{
    account::Session,
    blueprint::Blueprint,
    offer::Types,
    quota::{self, Quota, QuotaView, Reading},
    resource::{Evidence, Resources, Survey},
    words::{Text, say},
};

/// What was found before it is known which of the things are there already.
pub(super) struct Found {
    vcpus: Vec<CheckItem>,
    things: Vec<Asked>,
}

pub(super) async fn ask(
    session: &Session,
    blueprint: &Blueprint,
    resources: &Resources,
    types: Once<'_, Types>,
) -> Found {
    let environments: Once<'_, Vec<Environment>> = running::environments(session).boxed().shared();
    let (vcpus, things) = tokio::join!(
        vcpus::check(session, blueprint, environments.clone(), types),
        things::ask(session, resources, environments)
    );
    Found { vcpus, things }
}

impl Found {
    pub(super) fn items(self, survey: &Survey<'_>) -> Vec<CheckItem> {
        let things = self.things.iter().filter_map(|asked| asked.judge(survey));
        self.vcpus.into_iter().chain(things).collect()
    }
}

fn item(id: &str, verdict: CheckVerdict, finding: Text) -> CheckItem {
    CheckItem::answer(id, Group::Limits, verdict, finding)
}

/// What of Service Quotas a finding rests on.
fn evidence(quota: Quota, reading: &Reading) -> Vec<Evidence> {
    let mut evidence = vec![Evidence::new("QuotaCode", format!("{}/{}", quota.service, quota.code))];
    evidence.extend(reading.value.as_ref().ok().map(|value| Evidence::new("Value", value)));
    evidence.extend(reading.used.as_ref().ok().map(|used| Evidence::new("inUse", used)));
    evidence
}

/// What to do about a limit that is too low: there is a request already, or one can be sent.
fn too_low(session: &Session, item: &mut CheckItem, quota: Quota, reading: &Reading, desired: u32) {
    let wanted = desired.to_string();
    item.remedy = Some(match &reading.open {
        Some(open) => say(
            "limit-asked",
            &[("desired", &open.desired.to_string()), ("case", open.case.as_deref().unwrap_or("–"))],
        ),
        None if item.finding.code == "limit-below" => say("limit-ask-below", &[("desired", &wanted)]),
        None if reading.value.as_ref() == Ok(&0) => say("limit-ask-none", &[("desired", &wanted)]),
        None => say("limit-ask", &[("desired", &wanted)]),
    });
    item.quota = reading.value.as_ref().ok().map(|limit| QuotaView {
        service: quota.service.to_owned(),
        code: quota.code.to_owned(),
        name: reading.name.clone(),
        limit: *limit,
        desired,
        console: quota::console(session, quota),
        open: reading.open.clone(),
    });
}
