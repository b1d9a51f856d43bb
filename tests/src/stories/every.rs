//! Every call of an act in turn, on every preset and network.

use slipway_core::blueprint::{Preset, WayOut};

use super::{
    Book, Outcome,
    case::{Act, Case, Kind},
    run, tell,
};
use crate::inside::{seam::Planted, trouble::Trouble};

/// `kill -9` before a call is sent, after AWS acted, and with the answer in hands.
pub const KILLS: [Trouble; 3] =
    [Trouble::KilledBefore, Trouble::KilledAfterActing, Trouble::KilledAfterReply];

const PRESETS: [Preset; 6] = [
    Preset::Fargate,
    Preset::FargateSpot,
    Preset::OnDemand,
    Preset::Spot,
    Preset::SpotThenOndemand,
    Preset::Gpu,
];

/// Every preset on both networks. The service roles take turns, so that each preset and each network meets both.
pub fn kinds() -> Vec<Kind> {
    let mut kinds = all_kinds();
    let turn = |kind: &Kind| PRESETS.iter().position(|preset| *preset == kind.preset).map(|n| n % 2 == 0);
    kinds.retain(|kind| turn(kind) == Some(kind.classic == kind.own_vpc.is_some()));
    kinds
}

/// The one with the fewest parts and the one with the most, on both networks.
pub fn few_kinds() -> Vec<Kind> {
    let mut kinds = kinds();
    kinds.retain(|kind| matches!(kind.preset, Preset::Fargate | Preset::SpotThenOndemand));
    kinds
}

/// Every preset on both networks with both service roles.
pub fn all_kinds() -> Vec<Kind> {
    let networks_and_roles = [(false, false), (false, true), (true, false), (true, true)];
    let public = |own| if own { Some(WayOut::PublicIps) } else { None };
    let of = |preset| networks_and_roles.map(|(own, classic)| Kind { preset, own_vpc: public(own), classic });
    PRESETS.into_iter().flat_map(of).collect()
}

/// The preset with the fewest parts on both private networks.
pub fn private_kinds() -> Vec<Kind> {
    let of = |way_out| Kind { preset: Preset::Fargate, own_vpc: Some(way_out), classic: false };
    vec![of(WayOut::NatGateway), of(WayOut::Endpoints)]
}

/// Each of the troubles at each changing call of the act: of an undo or a teardown, of the way back.
pub fn around_every_call(act: Act, kinds: &[Kind], troubles: &[Trouble]) -> Outcome {
    let book = Book::default();
    let cases = kinds.iter().flat_map(|kind| {
        let (case, calls) = whole(act, *kind, &book);
        at_every_call(&case, calls, troubles)
    });
    told(cases.collect(), &book)
}

/// A create in which each of the troubles comes to each changing call, undone.
pub fn at_every_call_and_undone(kinds: &[Kind], troubles: &[Trouble]) -> Outcome {
    let book = Book::default();
    let cases = kinds.iter().flat_map(|kind| {
        let calls = book.undisturbed(*kind, Act::Create).calls.1;
        at_every_call(&Case::quiet(Act::Undo, *kind), calls, troubles)
    });
    told(cases.collect(), &book)
}

fn told(mut cases: Vec<Case>, book: &Book) -> Outcome {
    for (number, case) in (0..).zip(&mut cases) {
        case.seed = number;
    }
    let case = |number: u64| cases[usize::try_from(number).expect("a number of a story")].clone();
    run(0..cases.len() as u64, book, case)
}

fn at_every_call(case: &Case, calls: usize, troubles: &[Trouble]) -> Vec<Case> {
    let at =
        |call, trouble| Case { planted: vec![Planted { call, changing: true, trouble }], ..case.clone() };
    (1..=calls).flat_map(|call| troubles.iter().map(move |trouble| at(call, *trouble))).collect()
}

/// The act without any trouble, and how many changing calls there are in that part of it which is looked at.
fn whole(act: Act, kind: Kind, book: &Book) -> (Case, usize) {
    let case = Case::quiet(act, kind);
    let calls = book.undisturbed(kind, act).calls.1;
    match act {
        Act::Create | Act::Change | Act::Adopt => (case, calls),
        Act::Teardown => {
            let case = Case { on_the_way_back: true, ..case };
            let calls = calls_of_the_way_back(&case, book);
            (case, calls)
        }
        Act::Undo => {
            // As late as a create can be stopped: then there is most to undo.
            let last = book.undisturbed(kind, Act::Create).calls.1;
            let stopped = (1..=last).rev().map(|call| Case {
                on_the_way_back: true,
                stop: Some(Planted { call, changing: true, trouble: Trouble::Stop }),
                ..case.clone()
            });
            let undone = |case: &Case| tell(case, book).deeds.contains(&"undo: done".to_owned());
            let case = stopped.into_iter().find(undone).expect("a create can be stopped");
            let calls = calls_of_the_way_back(&case, book);
            (case, calls)
        }
    }
}

fn calls_of_the_way_back(case: &Case, book: &Book) -> usize {
    let told = tell(case, book);
    told.calls[told.before_the_way_back..].iter().filter(|call| call.changes).count()
}
