//! A network as it is drawn and told: what stands in it, and each way from a subnet to a service. The window, the command
//! line and the list of findings say what is in here and nothing of their own.

use serde::{Deserialize, Serialize};

use super::cure::Cure;
use crate::{
    blueprint::{Runner, Service},
    network::{HopKind, Reach, Way},
    resource::Evidence,
    words::Text,
};

/// A network with the ways in it.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct NetworkPicture {
    /// Whether it is yet to be made: then what is in it has ids of Slipway's own.
    pub to_be_made: bool,
    /// The VPC.
    pub vpc: VpcDrawn,
    /// Its subnets, as far as they matter here, by zone.
    pub subnets: Vec<SubnetDrawn>,
    /// Everything else that is on a way, or could be.
    pub things: Vec<Thing>,
    /// From each subnet, of whatever speaks there, to each service that it needs.
    pub ways: Vec<DrawnWay>,
    /// What mends those that are broken.
    pub cures: Vec<Cure>,
}

/// The VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct VpcDrawn {
    /// `vpc-…`.
    pub id: String,
    /// Its tag `Name`.
    pub name: Option<String>,
    /// Its addresses; empty where it could not be looked at.
    pub cidr: String,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SubnetDrawn {
    /// `subnet-…`.
    pub id: String,
    /// Its tag `Name`.
    pub name: Option<String>,
    /// `us-east-1a`; of one that is to be made `1` or `2`, since EC2 has yet to choose.
    pub zone: String,
    /// Its addresses.
    pub cidr: String,
    /// How many of them nothing has yet.
    pub free_addresses: Option<u32>,
    /// Whether instances that start in it get a public address.
    pub gives_public_ips: bool,
    /// The route table that it follows.
    pub route_table: Option<String>,
    /// Whether jobs run in it; else a gateway stands in it.
    pub for_jobs: bool,
    /// What EC2 says of it.
    pub evidence: Vec<Evidence>,
}

/// A thing on a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Thing {
    /// Its id in AWS.
    pub id: String,
    /// What it is.
    pub kind: HopKind,
    /// Its name, or of an endpoint the end of its service's: `ecr.api`.
    pub name: Option<String>,
    /// The subnets that it stands in.
    pub subnets: Vec<String>,
    /// What EC2 says of it.
    pub evidence: Vec<Evidence>,
}

/// What a way comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum WayState {
    /// It gets there.
    Reaches,
    /// It will, when the network has been made.
    ToBeMade,
    /// It cannot be seen from here whether it does.
    CannotTell,
    /// It does not.
    Broken,
}

/// A way from a subnet to a service, of what speaks there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DrawnWay {
    /// Where it begins.
    pub subnet: String,
    /// What speaks.
    pub runner: Runner,
    /// Where it is to lead.
    pub service: Service,
    /// Where the names of the service lead: each on a way of its own, or all together.
    pub branches: Vec<Branch>,
    /// The worst that one of them comes to.
    pub state: WayState,
    /// Why, where it does not get there.
    pub why: Option<Text>,
    /// What to do about that.
    pub remedy: Option<Text>,
}

/// What one or several names of a service lead through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Branch {
    /// The ends of those names: `ecr.api`; none of a registry.
    pub names: Vec<String>,
    /// What it leads through, in order.
    pub hops: Vec<DrawnHop>,
    /// What it comes to.
    pub state: WayState,
    /// Why, where it does not get there.
    pub why: Option<Text>,
}

/// What becomes of a way at one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum HopState {
    /// It leads on.
    Passed,
    /// It will, when that has been made.
    ToBeMade,
    /// It may end here.
    Unknown,
    /// It ends here.
    Broken,
}

/// A thing on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DrawnHop {
    /// What it is.
    pub kind: HopKind,
    /// Which subnet or thing.
    pub id: String,
    /// What becomes of the way there.
    pub state: HopState,
}

impl DrawnWay {
    /// Of where each name of the service leads.
    pub(super) fn new(
        subnet: &str,
        runner: Runner,
        service: Service,
        each: Vec<(Option<&'static str>, Way)>,
    ) -> Self {
        let mut branches: Vec<Branch> = vec![];
        for (name, way) in each {
            let branch = Branch::new(way);
            let names = name.map(str::to_owned);
            // Names that lead the same way are one way.
            match branches.iter_mut().find(|one| one.hops == branch.hops && one.why == branch.why) {
                Some(same) => same.names.extend(names),
                None => branches.push(Branch { names: names.into_iter().collect(), ..branch }),
            }
        }
        let state = branches.iter().map(|branch| branch.state).max().unwrap_or(WayState::CannotTell);
        let worst = branches.iter().find(|branch| branch.state == state);
        let why = worst.and_then(|branch| branch.why.clone());
        Self { subnet: subnet.to_owned(), runner, service, branches, state, why, remedy: None }
    }
}

impl Branch {
    fn new(way: Way) -> Self {
        let (state, last, why) = match way.reach {
            Reach::Reaches => (WayState::Reaches, HopState::Passed, None),
            Reach::Broken { why } => (WayState::Broken, HopState::Broken, Some(why)),
            Reach::CannotTell { why } => (WayState::CannotTell, HopState::Unknown, Some(why)),
        };
        let count = way.hops.len();
        let hops = way.hops.into_iter().enumerate();
        let hops = hops.map(|(at, hop)| {
            let state = if at + 1 == count { last } else { HopState::Passed };
            DrawnHop { kind: hop.kind, id: hop.id, state }
        });
        Self { names: vec![], hops: hops.collect(), state, why }
    }

    /// `rtb-1 → nat-2 → igw-3`, and how it ends where it does not get there.
    pub(super) fn shown(&self) -> String {
        let hops = self.hops.iter().filter(|hop| hop.kind != HopKind::Subnet);
        let mut hops: Vec<&str> = hops.map(|hop| hop.id.as_str()).collect();
        match self.state {
            WayState::Reaches | WayState::ToBeMade => {}
            WayState::Broken => hops.push("✗"),
            WayState::CannotTell => hops.push("?"),
        }
        hops.join(" → ")
    }
}
