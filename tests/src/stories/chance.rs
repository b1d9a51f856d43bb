//! What a seed chooses: an act, a stack, and two things that go wrong at two calls.

use std::time::Duration;

use slipway_core::blueprint::{Preset, WayOut};

use super::case::{Act, Case, Kind};
use crate::{
    dice::Dice,
    inside::{
        seam::Planted,
        trouble::{Spoiled, Trouble},
    },
};

/// `calls` tells how many calls an act takes that nothing disturbs: in all, and of those that change something.
pub(super) fn of(seed: u64, calls: impl Fn(Kind, Act) -> (usize, usize)) -> Case {
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
    let signs_in = dice.below(2) == 0;
    // Who hurries while the network is cut only loses patience.
    let cut = planted.iter().any(|planted| matches!(planted.trouble, Trouble::Cut(_)));
    let hurries = dice.below(2) == 0 && !cut;
    Case { seed, planted: planted.to_vec(), stop, signs_in, hurries, ..Case::quiet(act, kind) }
}

/// Mostly the smallest, since every stack goes through the same hands.
fn kind(dice: &mut Dice) -> Kind {
    let small = dice.below(4) != 0;
    let others = [Preset::FargateSpot, Preset::OnDemand, Preset::Spot, Preset::SpotThenOndemand, Preset::Gpu];
    let other = *dice.one_of(&others);
    Kind {
        preset: if small { Preset::Fargate } else { other },
        own_vpc: (dice.below(4) == 0).then_some(WayOut::PublicIps),
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
