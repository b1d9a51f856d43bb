//! A story: what is done to which stack, and what goes wrong at which calls.

use std::fmt;

use slipway_core::blueprint::{Blueprint, ComputeKind, Network, Preset, ServiceRole, WayOut};

use crate::inside::seam::Planted;

/// What a person is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Making a stack.
    Create,
    /// Making a stack, stopping in the middle, and undoing it.
    Undo,
    /// Making a stack and removing it.
    Teardown,
    /// Changing what takes a new environment beside the old one.
    Change,
    /// Taking over what is there under the stack's names, and making the rest.
    Adopt,
}

/// A stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its preset.
    pub preset: Preset,
    /// The way out of a VPC of its own; none for the default VPC.
    pub own_vpc: Option<WayOut>,
    /// A service role of its own, or the service-linked one.
    pub classic: bool,
}

impl Kind {
    /// What is wanted.
    pub fn blueprint(self) -> Blueprint {
        let cidr = || "10.42.0.0/16".to_owned();
        let network =
            self.own_vpc.map_or(Network::DefaultVpc {}, |way_out| Network::NewVpc { cidr: cidr(), way_out });
        let service_role = if self.classic { ServiceRole::Classic } else { ServiceRole::ServiceLinked };
        Blueprint { network, service_role, ..self.preset.blueprint("imaging") }
    }

    /// What was wanted before a change that AWS Batch makes with a new environment only.
    pub fn before(self) -> Blueprint {
        let mut before = self.blueprint();
        match before.compute_environments[0].kind {
            ComputeKind::Fargate => before.compute_environments[0].kind = ComputeKind::FargateSpot,
            ComputeKind::FargateSpot => before.compute_environments[0].kind = ComputeKind::Fargate,
            _ if self.classic => before.service_role = ServiceRole::ServiceLinked,
            _ => before.service_role = ServiceRole::Classic,
        }
        before
    }
}

/// All that decides how a story goes.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its number, by which it is repeated; the seed of whatever else is chance.
    pub seed: u64,
    /// What is done.
    pub act: Act,
    /// To what.
    pub kind: Kind,
    /// What goes wrong.
    pub planted: Vec<Planted>,
    /// Whether those calls are counted from where an undo or a teardown begins.
    pub on_the_way_back: bool,
    /// Where an undo is begun.
    pub stop: Option<Planted>,
    /// Whether somebody signs in again while a run waits for it.
    pub signs_in: bool,
    /// Whether somebody goes on at once, while AWS is still at work on what was begun.
    pub hurries: bool,
}

impl Case {
    /// Of which nothing goes wrong.
    pub fn quiet(act: Act, kind: Kind) -> Self {
        Self {
            seed: 0,
            act,
            kind,
            planted: vec![],
            on_the_way_back: false,
            stop: None,
            signs_in: false,
            hurries: false,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} of {:?}{}{}",
            self.act,
            self.kind.preset,
            match self.kind.own_vpc {
                None => "",
                Some(WayOut::PublicIps) => ", new VPC",
                Some(WayOut::NatGateway) => ", new VPC with a NAT gateway",
                Some(WayOut::Endpoints) => ", new VPC with endpoints",
            },
            if self.kind.classic { ", classic role" } else { "" }
        )?;
        for planted in self.planted.iter().chain(&self.stop) {
            let of = if planted.changing { "changing call" } else { "call" };
            write!(f, ", {:?} at {of} {}", planted.trouble, planted.call)?;
        }
        if self.hurries {
            write!(f, ", in haste")?;
        }
        if self.on_the_way_back {
            write!(f, " of the way back")?;
        }
        Ok(())
    }
}
