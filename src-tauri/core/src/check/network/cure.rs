//! A cure: what would mend ways that are broken, step by step, who does each, and what it costs.

use serde::{Deserialize, Serialize};

use crate::{
    blueprint::{Amendment, Service},
    cost::Money,
    mend::{Change, What},
    network::VpcFacts,
    words::Text,
};

/// What would mend ways that are broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Cure {
    /// How.
    pub kind: CureKind,
    /// The services that are reached then.
    pub services: Vec<Service>,
    /// What to do, in order.
    pub steps: Vec<CureStep>,
    /// What it costs a month whether jobs run or not, beside what is paid already.
    pub cost: Money,
}

/// One step of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct CureStep {
    /// What to do.
    pub says: Text,
    /// Who can.
    pub by: By,
    /// The same, to be typed into a shell: lines of the AWS CLI that follow on those of the steps before. None where one
    /// of the steps takes more than that.
    pub commands: Vec<String>,
}

/// Who does a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum By {
    /// Slipway, when a person has said yes: it costs nothing and can be taken back.
    Slipway {
        /// The changes.
        changes: Vec<Change>,
    },
    /// The blueprint.
    Blueprint {
        /// Its change.
        amendment: Amendment,
    },
    /// Nobody: it is something to know.
    Nobody,
    /// A person, in the account.
    Person,
}

impl Cure {
    /// All changes of it, where none of its steps is left to a person.
    pub(in crate::check) fn doable(&self) -> Option<(Vec<Change>, Vec<Amendment>)> {
        let (mut changes, mut amendments) = (vec![], vec![]);
        for step in &self.steps {
            match &step.by {
                By::Slipway { changes: these } => changes.extend(these.iter().cloned()),
                By::Blueprint { amendment } => amendments.push(amendment.clone()),
                By::Nobody => {}
                By::Person => return None,
            }
        }
        Some((changes, amendments))
    }
}

impl CureStep {
    pub(super) fn person(says: Text) -> Self {
        Self { says, by: By::Person, commands: vec![] }
    }

    pub(super) fn nobody(says: Text) -> Self {
        Self { says, by: By::Nobody, commands: vec![] }
    }

    /// Changes that Slipway can make; a person's where one of them cannot be told.
    pub(super) fn changes(facts: &VpcFacts, says: Text, each: impl IntoIterator<Item = What>) -> Self {
        let changes: Option<Vec<_>> = each.into_iter().map(|what| what.change(facts)).collect();
        match changes.filter(|changes| !changes.is_empty()) {
            Some(changes) => Self { says, by: By::Slipway { changes }, commands: vec![] },
            None => Self::person(says),
        }
    }
}

/// How a way is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum CureKind {
    /// What stops it is put right, since no other way out leads around it.
    PutRight,
    /// Public addresses and a route to an internet gateway.
    PublicIps,
    /// A route to a NAT gateway.
    NatGateway,
    /// Endpoints of the services.
    Endpoints,
}
