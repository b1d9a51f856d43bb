//! The stacks of an account as a list, and one of them as a page.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde::{Deserialize, Serialize};

use super::{FoundStack, OpenStack, StackFolder, find, is_acceptable, is_sayable};
use crate::{
    account::Session,
    blueprint::{self, Blueprint, names},
    check::{CheckItem, CheckVerdict},
    error::AppError,
    resource::{Difference, Survey, Verdict},
    run::{UnfinishedRun, journal_problem, unfinished},
    words::{Text, say},
    world::Moment,
};

/// The AWS console's domains, by partition.
const AWS: &str = "console.aws.amazon.com";
const CHINA: &str = "console.amazonaws.cn";
const GOVERNMENT: &str = "console.amazonaws-us-gov.com";

/// Whether a stack works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// Everything is there and as it should be.
    Healthy,
    /// Something does not work.
    Broken,
    /// Somebody has changed something behind its blueprint's back.
    Drifted,
    /// Something is not there.
    Incomplete,
    /// It could not be told.
    Unknown,
}

/// A stack in a list.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct StackSummary {
    /// Its name.
    pub name: String,
    /// The value of its tag `slipway:stack-id`.
    pub stack_id: String,
    /// Whether it works.
    pub health: Health,
    /// The same as a sentence.
    pub finding: Text,
    /// The names of its queues in AWS.
    pub queues: Vec<String>,
    /// When it was first created from this computer.
    pub created_at: Option<Moment>,
    /// A run of it that did not come to an end.
    pub unfinished: Option<UnfinishedRun>,
    /// Why the journal cannot be relied on: until it is rebuilt the stack can be looked at and not changed.
    pub journal: Option<AppError>,
}

/// A stack as a page.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct StackView {
    /// What the list says of it.
    pub summary: StackSummary,
    /// What it should be.
    pub blueprint: Blueprint,
    /// What it is.
    pub items: Vec<CheckItem>,
    /// The parts of which a change by somebody else can be accepted: the ids of resources, as in items.
    pub acceptable: Vec<String>,
    /// Pages of the AWS console, by what they show.
    pub console_links: BTreeMap<String, String>,
}

/// Every stack that is kept here or seen in the account.
pub async fn stacks(session: &Session) -> Result<Vec<StackSummary>, AppError> {
    let open = unfinished(session)?;
    let mut kept = Vec::new();
    for folder in StackFolder::all(session)? {
        // One that cannot be understood is told of: it must not hide the others.
        if !matches!(folder.read(), Ok(None)) {
            kept.push(folder.name());
        }
    }
    let found = find(session).await;
    let elsewhere = found.keys().filter(|name| !kept.contains(name));
    let names: Vec<_> = kept.iter().chain(elsewhere).collect();
    let views = join_all(names.iter().map(|name| stack(session, name))).await;
    let mut stacks = Vec::new();
    for (name, view) in names.into_iter().zip(views) {
        let mut summary = match (view, found.get(name)) {
            (Ok(view), _) => view.summary,
            (Err(_), Some(found)) if !kept.contains(name) => unreadable(name, found),
            (Err(error), found) => {
                let problem = journal_problem(session, name).ok_or(error)?;
                let found = found.cloned().unwrap_or_default();
                StackSummary { finding: problem.text(), journal: Some(problem), ..unreadable(name, &found) }
            }
        };
        summary.unfinished = open.iter().find(|run| run.stack == summary.name).cloned();
        stacks.push(summary);
    }
    stacks.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(stacks)
}

/// One stack, looked at now.
pub async fn stack(session: &Session, name: &str) -> Result<StackView, AppError> {
    let open = OpenStack::whole(session, name).await?;
    let created_at = open.folder.read().ok().flatten().map(|record| record.created_at);
    let (resources, forgotten) = (open.resources(), open.forgotten());
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let (left, wanted): (Vec<_>, Vec<_>) =
        survey.sightings.iter().partition(|sighting| forgotten.contains(&sighting.resource));
    let mut items: Vec<_> = wanted.into_iter().map(|sighting| CheckItem::of_part(sighting, name)).collect();
    let (health, finding) = if created_at.is_none() && !blueprint::check(&open.wanted.blueprint).is_empty() {
        // Nobody here knows what it should be, but what is there could run no job.
        (Health::Incomplete, say("stack-incomplete-elsewhere", &[("name", name)]))
    } else {
        health(name, &items)
    };
    let acceptable = drifted(&items, &survey);
    items.extend(
        left.into_iter().filter(|sighting| sighting.present && sighting.ours).map(CheckItem::forgotten),
    );
    let queues =
        open.wanted.blueprint.job_queues.iter().map(|queue| names::job_queue(name, &queue.name)).collect();
    Ok(StackView {
        summary: StackSummary {
            name: name.to_owned(),
            stack_id: open.stack.id.clone(),
            health,
            finding,
            queues,
            created_at,
            unfinished: unfinished(session)?.into_iter().find(|run| run.stack == name),
            journal: journal_problem(session, name),
        },
        console_links: console_links(session, &open.wanted.blueprint),
        blueprint: open.wanted.blueprint,
        items,
        acceptable,
    })
}

/// The items that are not as the blueprint says, in what it has a say in.
fn drifted(items: &[CheckItem], survey: &Survey<'_>) -> Vec<String> {
    let differs = |item: &CheckItem| item.verdict == CheckVerdict::Make || !item.differences.is_empty();
    let sayable = survey.sightings.iter().filter(|sighting| {
        let lost_tags = |wrong: &[Difference]| wrong.iter().any(|one| one.what.starts_with("tags.slipway:"));
        match &sighting.verdict {
            // What was only added is noted, and needs no blueprint that could say it.
            Verdict::Ready => true,
            // Without them nobody could tell that it is the stack's.
            Verdict::Wrong(wrong, _) if lost_tags(wrong) => false,
            Verdict::Wrong(wrong, _) | Verdict::Broken(_, wrong) => {
                let kind = sighting.resource.kind;
                is_acceptable(kind) && wrong.iter().all(|one| is_sayable(kind, &one.what))
            }
            _ => is_acceptable(sighting.resource.kind),
        }
    });
    let ids: Vec<_> = sayable.map(|sighting| format!("resource:{}", sighting.resource)).collect();
    let drifted = items.iter().filter(|item| differs(item) && ids.contains(&item.id));
    drifted.map(|item| item.id.clone()).collect()
}

fn health(name: &str, items: &[CheckItem]) -> (Health, Text) {
    let first = |verdicts: &[CheckVerdict]| items.iter().find(|item| verdicts.contains(&item.verdict));
    let broken = |item: &&CheckItem| item.verdict == CheckVerdict::Wrong || item.does_not_work();
    if let Some(item) = items.iter().find(broken) {
        (Health::Broken, item.in_one_sentence())
    } else if let Some(item) = first(&[CheckVerdict::Make, CheckVerdict::Waiting]) {
        (Health::Incomplete, item.in_one_sentence())
    } else if let Some(item) = items.iter().find(|item| !item.differences.is_empty()) {
        (Health::Drifted, item.in_one_sentence())
    } else if let Some(item) = first(&[CheckVerdict::CannotTell]) {
        (Health::Unknown, item.in_one_sentence())
    } else {
        (Health::Healthy, say("stack-healthy", &[("name", name)]))
    }
}

/// A stack of another computer that may not be looked at closer: what its tags say.
fn unreadable(name: &str, found: &FoundStack) -> StackSummary {
    StackSummary {
        finding: say("stack-elsewhere", &[("name", name)]),
        name: name.to_owned(),
        stack_id: found.id.clone(),
        health: Health::Unknown,
        queues: found.queues.clone(),
        created_at: None,
        unfinished: None,
        journal: None,
    }
}

/// Whether an address is a page of the AWS console, over https and nothing but that.
pub fn is_console(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    let plain = uri.scheme_str() == Some("https") && uri.port().is_none() && !url.contains('@');
    let ours = |domain: &&str| uri.host().is_some_and(|host| host.ends_with(&format!(".{domain}")));
    plain && [AWS, CHINA, GOVERNMENT].iter().any(ours)
}

/// A page of a region's console.
pub(crate) fn console_page(region: &str, path: &str) -> String {
    let domain = match region.get(..3) {
        Some("cn-") => CHINA,
        Some("us-") if region.starts_with("us-gov-") => GOVERNMENT,
        _ => AWS,
    };
    format!("https://{region}.{domain}/{path}")
}

/// Pages of the AWS console; those of the practice account would lead nowhere, so callers leave them out there.
fn console_links(session: &Session, blueprint: &Blueprint) -> BTreeMap<String, String> {
    let region = &session.region;
    let page = |path: &str| console_page(region, path);
    let log_group = names::log_group(&blueprint.name).replace('/', "$252F");
    BTreeMap::from([
        (
            "compute-environments".to_owned(),
            page(&format!("batch/home?region={region}#compute-environments")),
        ),
        ("job-queues".to_owned(), page(&format!("batch/home?region={region}#queues"))),
        ("job-definitions".to_owned(), page(&format!("batch/home?region={region}#job-definition"))),
        (
            "log-group".to_owned(),
            page(&format!("cloudwatch/home?region={region}#logsV2:log-groups/log-group/{log_group}")),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::{console_page, is_console};

    #[test]
    fn only_the_console_over_https_is_opened() {
        assert!(is_console("https://us-east-1.console.aws.amazon.com/batch/home?region=us-east-1#queues"));
        for region in ["eu-west-1", "cn-north-1", "us-gov-west-1"] {
            let page = console_page(region, "servicequotas/home/services/ec2/quotas/L-1216C47A");
            assert!(is_console(&page), "{page}");
        }
        for other in [
            "http://us-east-1.console.aws.amazon.com/",
            "https://console.aws.amazon.com.example.com/",
            "https://example.com/?a=.console.aws.amazon.com",
            "https://x@us-east-1.console.aws.amazon.com/",
            "https://us-east-1.console.aws.amazon.com:8443/",
            "javascript:alert(1)",
            "file:///etc/passwd",
        ] {
            assert!(!is_console(other), "{other}");
        }
    }
}
