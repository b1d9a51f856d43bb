//! What a seed chooses: what is done to which stack, and what goes wrong at which two calls.

use std::{fmt, time::Duration};

use slipway_core::blueprint::{Blueprint, ComputeKind, Network, Preset, ServiceRole};

use crate::{
    dice::Dice,
    inside::{
        seam::Planted,
        trouble::{Spoiled, Trouble},
    },
};

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
    /// A VPC of its own, or the default one.
    pub new_vpc: bool,
    /// A service role of its own, or the service-linked one.
    pub classic: bool,
}

impl Kind {
    /// What is wanted.
    pub fn blueprint(self) -> Blueprint {
        let network = if self.new_vpc {
            Network::NewVpc { cidr: "10.42.0.0/16".to_owned() }
        } else {
            Network::DefaultVpc {}
        };
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

/// All that a seed chooses.
#[derive(Debug, Clone)]
pub struct Case {
    /// The seed.
    pub seed: u64,
    /// What is done.
    pub act: Act,
    /// To what.
    pub kind: Kind,
    /// What goes wrong.
    pub planted: Vec<Planted>,
    /// Where an undo is begun.
    pub stop: Option<Planted>,
    /// Whether somebody signs in again while a run waits for it.
    pub signs_in: bool,
}

impl Case {
    /// `calls` tells how many calls an act takes that nothing disturbs: in all, and of those that change something.
    pub fn of(seed: u64, calls: impl Fn(Kind, Act) -> (usize, usize)) -> Self {
        let mut dice = Dice::new(seed);
        let act = *dice.one_of(&[Act::Create, Act::Undo, Act::Teardown, Act::Change, Act::Adopt]);
        let kind = kind(&mut dice);
        let (all, changing) = calls(kind, act);
        let at = |dice: &mut Dice, trouble| {
            let only_changing = dice.below(2) == 0;
            // Some come only while somebody goes on.
            let end = if only_changing { changing } else { all };
            Planted { call: 1 + dice.below(end + end / 5), changing: only_changing, trouble }
        };
        let planted = [0, 1].map(|_| {
            let trouble = trouble(&mut dice);
            at(&mut dice, trouble)
        });
        let stop = (act == Act::Undo).then(|| Planted {
            call: 1 + dice.below(changing),
            changing: true,
            trouble: Trouble::Stop,
        });
        Self { seed, act, kind, planted: planted.to_vec(), stop, signs_in: dice.below(2) == 0 }
    }
}

/// Mostly the smallest, since every stack goes through the same hands.
fn kind(dice: &mut Dice) -> Kind {
    let small = dice.below(4) != 0;
    let others = [Preset::FargateSpot, Preset::OnDemand, Preset::Spot, Preset::SpotThenOndemand, Preset::Gpu];
    let other = *dice.one_of(&others);
    Kind {
        preset: if small { Preset::Fargate } else { other },
        new_vpc: dice.below(4) == 0,
        classic: dice.below(2) == 0,
    }
}

fn trouble(dice: &mut Dice) -> Trouble {
    let seconds = |dice: &mut Dice, all: &[u64]| Duration::from_secs(*dice.one_of(all));
    match dice.below(16) {
        0 => Trouble::KilledBefore,
        1 | 2 => Trouble::KilledAfterActing,
        3 => Trouble::KilledAfterReply,
        4 => Trouble::Unreachable,
        5 | 6 => Trouble::LostReply,
        7 => Trouble::Throttled,
        8 => Trouble::ServerError { acted: dice.below(2) == 0 },
        9 => Trouble::Denied,
        10 => Trouble::Expired,
        11 => Trouble::Page,
        12 => Trouble::Spoiled(Spoiled::Empty),
        13 => Trouble::Spoiled(*dice.one_of(&[Spoiled::Truncated, Spoiled::OtherType])),
        // The SDK gives up a look after ten seconds, and a change after thirty.
        14 => Trouble::Slow(seconds(dice, &[1, 12, 45])),
        _ => Trouble::Cut(seconds(dice, &[5, 60, 600, 1200])),
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} of {:?}{}{}",
            self.act,
            self.kind.preset,
            if self.kind.new_vpc { ", new VPC" } else { "" },
            if self.kind.classic { ", classic role" } else { "" }
        )?;
        for planted in self.planted.iter().chain(&self.stop) {
            let of = if planted.changing { "changing call" } else { "call" };
            write!(f, ", {:?} at {of} {}", planted.trouble, planted.call)?;
        }
        Ok(())
    }
}
