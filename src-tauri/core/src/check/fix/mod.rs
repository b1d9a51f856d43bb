//! What helps against a finding: the plan, a change of the blueprint, a change of what somebody else made, or words for
//! whoever can. Changes of the blueprint that only one check knows it offers itself; what is the same for all is here.

mod endpoint;
mod letter;
mod refused;

pub(super) use refused::{Asked, Unmet};
use serde::{Deserialize, Serialize};

use super::{CheckItem, CheckReport, CheckVerdict, Cure, CureKind, NetworkPicture};
use crate::{
    account::Session,
    blueprint::{Amendment, Blueprint, Network, Service, Volume, WayOut, needed},
    cost::Money,
    mend::Change,
    network::Blocked,
    words::{Text, say},
};

/// What helps against a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fix {
    /// A step of the plan does it.
    Plan {
        /// In a sentence.
        says: Text,
    },
    /// The blueprint is changed, and nothing in AWS.
    Blueprint {
        /// As a button says it.
        says: Text,
        /// The changes.
        amendments: Vec<Amendment>,
    },
    /// Something is changed that Slipway did not make; a person is asked first.
    Account {
        /// As a button says it.
        says: Text,
        /// The changes, in order.
        changes: Vec<Change>,
        /// What goes with them in the blueprint.
        amendments: Vec<Amendment>,
        /// What it costs a month whether jobs run or not.
        cost: Money,
    },
    /// More is asked for of AWS, by the finding's `quota`; a person is asked first.
    Limit {
        /// As a button says it.
        says: Text,
    },
    /// Somebody else has to do something.
    Ask {
        /// As a button says it.
        says: Text,
        /// The words to send.
        letter: Text,
    },
}

impl Fix {
    /// Changes of the blueprint, where they change something and leave it sound.
    pub(super) fn blueprint(blueprint: &Blueprint, amendments: Vec<Amendment>) -> Option<Self> {
        let last = amendments.last()?.says();
        let mut new = blueprint.clone();
        for amendment in &amendments {
            if !amendment.suits(&new) {
                return None;
            }
            new = amendment.applied(&new);
        }
        Some(Self::Blueprint { says: last, amendments })
    }

    /// What a button or a line says of it.
    pub fn says(&self) -> &Text {
        match self {
            Self::Plan { says }
            | Self::Blueprint { says, .. }
            | Self::Account { says, .. }
            | Self::Limit { says }
            | Self::Ask { says, .. } => says,
        }
    }
}

/// Adds what helps to each finding that is not as it should be.
/// `rights` is what the caller needs for this blueprint and has not, to tell whoever gives rights; `blocked` what passes no
/// internet gateway.
pub(super) fn complete(
    session: &Session,
    blueprint: &Blueprint,
    rights: &Asked,
    blocked: Blocked,
    report: &mut CheckReport,
) {
    let CheckReport { items, network, other_name, .. } = report;
    for item in items.iter_mut().filter(|item| item.verdict != CheckVerdict::Ready) {
        if let Some(says) = by_plan(item) {
            item.fixes.push(Fix::Plan { says });
            continue;
        }
        let cures = cures_of(item, network.as_ref());
        item.fixes.extend(cures.iter().filter_map(|cure| by_cure(blueprint, item.verdict, cure)));
        item.fixes.extend(by_other_network(blueprint, item, blocked));
        item.fixes.extend(by_other_name(blueprint, item, other_name.as_deref()));
        item.fixes.extend(by_what_is_left(blueprint, item));
        if let Some(quota) = item.quota.as_ref().filter(|quota| quota.open.is_none()) {
            let says = say("fix-limit", &[("desired", &quota.desired.to_string())]);
            item.fixes.push(Fix::Limit { says });
        }
        // Where the blueprint alone mends it, nobody need be asked.
        let own = |fix: &Fix| matches!(fix, Fix::Blueprint { .. });
        let others = |fix: &Fix| matches!(fix, Fix::Account { .. } | Fix::Limit { .. });
        if !item.fixes.iter().any(own) || item.fixes.iter().any(others) || !cures.is_empty() {
            let document = document(session, blueprint, rights, item);
            item.fixes.push(letter::to_whoever_can(session, item, &cures, document));
        }
    }
}

/// What whoever can help pastes in, where that is a policy.
fn document(
    session: &Session,
    blueprint: &Blueprint,
    rights: &Asked,
    item: &CheckItem,
) -> Option<letter::Document> {
    if ["reach-endpoint-policy", "reach-endpoint-refuses"].contains(&item.finding.code.as_str()) {
        let services = needed(blueprint).into_keys();
        let service = services.into_iter().find(|one| super::network::id_of(*one) == item.id)?;
        let endpoint = item.finding.params.get("endpoint").map_or("", String::as_str);
        let statements = endpoint::statements(session, blueprint, service)?;
        return Some(letter::Document {
            needed: Some(say("fix-needed-endpoint", &[("endpoint", endpoint)])),
            text: Some(say("fix-letter-statement", &[("statement", &statements)])),
            ..letter::Document::default()
        });
    }
    rights.of(&item.id)
}

/// What creating does by itself.
fn by_plan(item: &CheckItem) -> Option<Text> {
    Some(match (item.verdict, item.finding.code.as_str()) {
        (CheckVerdict::Make, _) => say("fix-plan-make", &[]),
        (CheckVerdict::Mend, _) => say("fix-plan-mend", &[]),
        (CheckVerdict::Waiting, _) => say("fix-plan-wait", &[]),
        (_, "check-forgotten") => say("fix-plan-remove", &[]),
        _ => return None,
    })
}

/// The cures of the network that mend what a finding is about.
fn cures_of<'n>(item: &CheckItem, network: Option<&'n NetworkPicture>) -> Vec<&'n Cure> {
    let broken = matches!(item.verdict, CheckVerdict::Wrong | CheckVerdict::CannotTell);
    let cures = network.into_iter().flat_map(|network| &network.cures);
    cures
        .filter(|cure| broken && cure.services.iter().any(|one| super::network::id_of(*one) == item.id))
        .collect()
}

/// One click, where nothing of it is left to a person.
fn by_cure(blueprint: &Blueprint, verdict: CheckVerdict, cure: &Cure) -> Option<Fix> {
    let (changes, amendments) = cure.doable()?;
    if changes.is_empty() {
        return Fix::blueprint(blueprint, amendments);
    }
    let says = match cure.kind {
        // Jobs may do well as it is.
        CureKind::PutRight if verdict == CheckVerdict::CannotTell => say("fix-let-all", &[]),
        CureKind::PutRight => say("fix-put-right", &[]),
        CureKind::PublicIps => say("fix-public-ips", &[]),
        CureKind::NatGateway => say("fix-nat-gateway", &[]),
        CureKind::Endpoints => say("fix-endpoints", &[]),
    };
    Some(Fix::Account { says, changes, amendments, cost: cure.cost.clone() })
}

/// A VPC of the stack's own in place of one that does not do, unless jobs need something that is in that one.
fn by_other_network(blueprint: &Blueprint, item: &CheckItem, blocked: Blocked) -> Option<Fix> {
    const GONE: [&str; 3] = ["default-vpc-missing", "default-vpc-without-subnets", "existing-vpc-missing"];
    let code = item.finding.code.as_str();
    let wrong = item.verdict == CheckVerdict::Wrong;
    let new_vpc = |way_out| Fix::blueprint(blueprint, vec![Amendment::NewVpc { way_out }]);
    if code.starts_with("reach-will-be-blocked") {
        return way_past(blocked, blueprint).and_then(new_vpc);
    }
    if code == "reach-no-endpoint" {
        return (blocked != Blocked::Everything).then_some(WayOut::NatGateway).and_then(new_vpc);
    }
    if code == "reach-will-be-unaddressed" {
        let jobs = blueprint.job_definitions.iter().filter(|job| !job.assign_public_ip);
        let jobs = jobs.filter(|job| job.platform == crate::blueprint::Platform::Fargate);
        let jobs = jobs.map(|job| job.name.clone()).collect();
        return Fix::blueprint(blueprint, vec![Amendment::JobAddresses { jobs }]);
    }
    let there = item.id.starts_with("reach-") && wrong;
    let bound = !blueprint.flows.is_empty()
        || blueprint
            .job_definitions
            .iter()
            .flat_map(|job| &job.volumes)
            .any(|one| matches!(one, Volume::Efs { .. }));
    let theirs = !matches!(blueprint.network, Network::NewVpc { .. });
    if bound || !theirs || !(there || GONE.contains(&code)) {
        return None;
    }
    way_past(blocked, blueprint).and_then(new_vpc)
}

/// The way out of a new network that costs least and that VPC Block Public Access leaves. No endpoint leads to a registry
/// on the internet.
fn way_past(blocked: Blocked, blueprint: &Blueprint) -> Option<WayOut> {
    match blocked {
        Blocked::Nothing => Some(WayOut::PublicIps),
        Blocked::Arriving => Some(WayOut::NatGateway),
        Blocked::Everything => {
            (!needed(blueprint).contains_key(&Service::Registry)).then_some(WayOut::Endpoints)
        }
    }
}

fn by_other_name(blueprint: &Blueprint, item: &CheckItem, other: Option<&str>) -> Option<Fix> {
    let name = other.filter(|_| item.finding.code == "foreign")?.to_owned();
    Fix::blueprint(blueprint, vec![Amendment::Name { name }])
}

/// Subnets or groups that are gone are left out.
fn by_what_is_left(blueprint: &Blueprint, item: &CheckItem) -> Option<Fix> {
    let Network::ExistingVpc { subnets, security_groups, .. } = &blueprint.network else { return None };
    let without = |all: &[String], gone: &str| {
        let gone: Vec<&str> = item.finding.params.get(gone)?.split(", ").collect();
        Some(all.iter().filter(|id| !gone.contains(&id.as_str())).cloned().collect::<Vec<_>>())
    };
    let amendment = match item.finding.code.as_str() {
        "existing-subnets-missing" => Amendment::Subnets { subnets: without(subnets, "subnets")? },
        "existing-groups-missing" => {
            Amendment::SecurityGroups { groups: without(security_groups, "groups")? }
        }
        _ => return None,
    };
    Fix::blueprint(blueprint, vec![amendment])
}
