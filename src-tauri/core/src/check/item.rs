//! One finding of a check: verdict, plain sentence, evidence, remedy.

use serde::{Deserialize, Serialize};

use super::Fix;
use crate::{
    plan::{differences, purpose},
    quota::QuotaView,
    resource::{Difference, Evidence, Kind, Mend, STATUS, Sighting, Verdict},
    words::{Text, say},
};

/// What a finding comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum CheckVerdict {
    /// As it should be.
    Ready,
    /// Not there; it would be made.
    Make,
    /// Not as it should be; it would be put right.
    Mend,
    /// Creating would fail.
    Wrong,
    /// Something to know.
    Warning,
    /// It could not be looked at. Never blocks.
    CannotTell,
    /// AWS is still at work on it.
    Waiting,
}

/// What a finding is about, in the order in which a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Group {
    Account,
    Roles,
    Network,
    Image,
    Limits,
    Batch,
}

/// How the ids of findings about resources begin.
const RESOURCE: &str = "resource:";

/// One finding.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct CheckItem {
    /// Stable: `resource:vpc/main`, `reach-ecr`.
    pub id: String,
    /// Where it belongs.
    pub group: Group,
    /// The code of what it is about: `execution-role`, `caller`.
    pub subject: String,
    /// Its name in AWS.
    pub name: Option<String>,
    /// What it comes to.
    pub verdict: CheckVerdict,
    /// The sentence.
    pub finding: Text,
    /// What is not as it should be, attribute by attribute.
    pub differences: Vec<Difference>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What to do.
    pub remedy: Option<Text>,
    /// The limit that is too low, for whoever may ask for more.
    pub quota: Option<QuotaView>,
    /// What helps; nothing where it is as it should be.
    pub fixes: Vec<Fix>,
}

impl CheckItem {
    /// What was found of a resource.
    pub fn of_resource(sighting: &Sighting) -> Self {
        let name = sighting.name.as_str();
        let (verdict, finding, remedy) = match &sighting.verdict {
            // What somebody added may be what the doubt comes of; it is told among the differences.
            Verdict::Ready => match &sighting.doubt {
                Some(doubt) => {
                    (CheckVerdict::CannotTell, doubt.clone(), Some(say("check-doubt-advice", &[])))
                }
                None if !sighting.additions.is_empty() => (
                    CheckVerdict::Warning,
                    say("check-added", &[("name", name)]),
                    Some(say("check-added-advice", &[])),
                ),
                None => (CheckVerdict::Ready, say("check-ready", &[("name", name)]), None),
            },
            Verdict::Missing => {
                (CheckVerdict::Make, say("check-make", &[("name", name)]), Some(purpose(&sighting.resource)))
            }
            Verdict::Lacking(text) => (CheckVerdict::Wrong, text.clone(), None),
            Verdict::Wrong(_, mend) => {
                let said = sighting.finding.clone();
                let finding = said.unwrap_or_else(|| say("check-wrong", &[("name", name)]));
                match mend {
                    Mend::InPlace => (CheckVerdict::Mend, finding, Some(say("check-mend", &[]))),
                    Mend::Replace(text) => (CheckVerdict::Mend, finding, Some(text.clone())),
                    Mend::Refuse(text) => (CheckVerdict::Wrong, finding, Some(text.clone())),
                }
            }
            Verdict::Foreign => {
                (CheckVerdict::Wrong, say("foreign", &[("name", name)]), Some(say("foreign-advice", &[])))
            }
            Verdict::Settling(status) => {
                (CheckVerdict::Waiting, say("plan-wait", &[("name", name), ("status", status)]), None)
            }
            Verdict::Broken(reason, _) => (
                CheckVerdict::Mend,
                say("plan-mend", &[("name", name), ("reason", reason)]),
                Some(say("settle-broken-advice", &[])),
            ),
            Verdict::CannotTell(fault) => (
                CheckVerdict::CannotTell,
                say("check-cannot-tell", &[("action", &fault.action), ("words", &fault.text().text)]),
                Some(say("check-cannot-tell-advice", &[])),
            ),
        };
        Self {
            id: format!("{RESOURCE}{}", sighting.resource),
            group: group_of(sighting.resource.kind),
            subject: sighting.resource.kind.code().to_owned(),
            name: Some(sighting.name.clone()),
            verdict,
            finding,
            differences: differing(sighting),
            evidence: sighting.evidence.clone(),
            remedy,
            quota: None,
            fixes: vec![],
        }
    }

    /// What was found of a resource of a stack that is there: a name without the stack's tags has lost them, or another
    /// thing has come to bear it.
    pub(crate) fn of_part(sighting: &Sighting, stack: &str) -> Self {
        let item = Self::of_resource(sighting);
        let name = ("name", sighting.name.as_str());
        match sighting.verdict {
            Verdict::Missing => Self { finding: say("stack-part-missing", &[name]), ..item },
            Verdict::Foreign => Self {
                finding: say("stack-untagged", &[name, ("stack", stack)]),
                remedy: Some(say("stack-untagged-advice", &[("stack", stack)])),
                ..item
            },
            _ => item,
        }
    }

    /// The finding with what is wrong, for where there is no room for a list.
    pub(crate) fn in_one_sentence(&self) -> Text {
        match &self.name {
            _ if self.verdict == CheckVerdict::CannotTell => self.finding.clone(),
            Some(name) if !self.differences.is_empty() && !self.does_not_work() => {
                if self.verdict == CheckVerdict::Warning {
                    let each = self.differences.iter().map(|added| {
                        format!("{} {}", added.what, added.found.as_deref().unwrap_or_default())
                    });
                    let added = each.collect::<Vec<_>>().join("; ").replace('\n', "; ");
                    return say("check-added-what", &[("name", name), ("added", &added)]);
                }
                let differences = differences(&self.differences);
                say("check-differs", &[("name", name), ("differences", &differences)])
            }
            _ => self.finding.clone(),
        }
    }

    /// Whether it is about a resource, and not the answer to a question.
    pub(super) fn is_thing(&self) -> bool {
        self.id.starts_with(RESOURCE)
    }

    /// Whether AWS says that it does not work.
    pub(crate) fn does_not_work(&self) -> bool {
        self.finding.code == "plan-mend" || self.differences.iter().any(|one| one.what == STATUS)
    }

    /// A resource of the stack that its blueprint names no longer.
    pub fn forgotten(sighting: &Sighting) -> Self {
        let name = ("name", sighting.name.as_str());
        if sighting.resource.kind == Kind::Flow {
            return Self {
                verdict: CheckVerdict::Mend,
                finding: say("plan-door-closed", &[name]),
                remedy: None,
                differences: vec![],
                ..Self::of_resource(sighting)
            };
        }
        Self {
            verdict: CheckVerdict::Warning,
            finding: say("check-forgotten", &[name]),
            remedy: Some(say("check-forgotten-advice", &[])),
            differences: vec![],
            ..Self::of_resource(sighting)
        }
    }

    /// An answer to a question that is about no single resource.
    pub(super) fn answer(id: &str, group: Group, verdict: CheckVerdict, finding: Text) -> Self {
        Self {
            id: id.to_owned(),
            group,
            subject: id.split(':').next().unwrap_or(id).to_owned(),
            name: None,
            verdict,
            finding,
            differences: vec![],
            evidence: vec![],
            remedy: None,
            quota: None,
            fixes: vec![],
        }
    }

    /// Resources before the questions about them, each in the order of the kinds.
    pub(super) fn order(&self) -> (usize, &str) {
        let kind = Kind::ALL.iter().position(|kind| kind.code() == self.subject);
        (kind.unwrap_or(Kind::ALL.len()), &self.id)
    }
}

/// What is wrong, and then what somebody has added.
fn differing(sighting: &Sighting) -> Vec<Difference> {
    let wrong = match &sighting.verdict {
        Verdict::Ready => &[],
        Verdict::Wrong(wrong, _) | Verdict::Broken(_, wrong) => wrong.as_slice(),
        _ => return vec![],
    };
    wrong.iter().chain(sighting.additions.iter().map(|addition| &addition.difference)).cloned().collect()
}

fn group_of(kind: Kind) -> Group {
    match kind {
        Kind::ServiceRole
        | Kind::ServiceLinkedRole
        | Kind::InstanceRole
        | Kind::InstanceProfile
        | Kind::SpotFleetRole
        | Kind::ExecutionRole
        | Kind::JobRole => Group::Roles,
        Kind::DefaultVpc
        | Kind::ExistingVpc
        | Kind::Vpc
        | Kind::InternetGateway
        | Kind::Subnet
        | Kind::RouteTable
        | Kind::ElasticIp
        | Kind::NatGateway
        | Kind::VpcEndpoint
        | Kind::SecurityGroup
        | Kind::Flow => Group::Network,
        Kind::Repository => Group::Image,
        Kind::LogGroup
        | Kind::LaunchTemplate
        | Kind::SchedulingPolicy
        | Kind::ComputeEnvironment
        | Kind::JobQueue
        | Kind::JobDefinition => Group::Batch,
    }
}
