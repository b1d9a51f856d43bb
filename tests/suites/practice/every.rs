//! Every changing call of a create, an undo and a teardown: killed before it is sent, after AWS acted and with the
//! answer in hands; its answer lost; refused. The same stack or nothing, nothing twice. Creates of every preset on both
//! networks; the rest of them, with both service roles, in `cargo xtask bench`.

use std::time::Duration;

use slipway_tests::{
    inside::trouble::Trouble,
    seen,
    stories::{
        Act, KILLS, Outcome, around_every_call, at_every_call_and_undone, few_kinds, kinds, private_kinds,
    },
};

/// As many of each trouble as there are calls, in every one of which it came.
fn all_well(what: &str, outcome: &Outcome, troubles: usize) {
    assert!(outcome.wrong.is_empty(), "{}: {:#?}", outcome.in_words(), outcome.wrong);
    assert_eq!((outcome.tried % troubles, outcome.met), (0, outcome.tried), "{what}");
    let calls = outcome.tried / troubles;
    assert!(calls > 8 * few_kinds().len(), "a stack takes more than {calls} calls");
    let (duplicates, leaks, foreign) = (outcome.duplicates, outcome.leaks, outcome.foreign);
    assert_eq!((duplicates, leaks, foreign), (0, 0, 0), "{what}");
    seen::all(&format!("{what}, 0 duplicates, 0 left behind"), outcome.well, outcome.tried);
}

#[test]
fn creates_killed_around_any_call_go_on_to_the_same_stack() {
    let outcome = around_every_call(Act::Create, &kinds(), &KILLS);
    all_well("creates killed around every call and resumed", &outcome, KILLS.len());
}

#[test]
fn undos_killed_around_any_call_go_on_to_nothing() {
    let outcome = around_every_call(Act::Undo, &few_kinds(), &KILLS);
    all_well("undos killed around every call and resumed", &outcome, KILLS.len());
}

#[test]
fn teardowns_killed_around_any_call_go_on_to_nothing() {
    let outcome = around_every_call(Act::Teardown, &few_kinds(), &KILLS);
    all_well("teardowns killed around every call and resumed", &outcome, KILLS.len());
}

#[test]
fn whatever_step_fails_its_run_is_undone_to_nothing() {
    let fails = [Trouble::Denied, Trouble::Cut(Duration::from_mins(20))];
    let outcome = at_every_call_and_undone(&few_kinds(), &fails);
    all_well("creates that failed at every call and were undone", &outcome, fails.len());
}

#[test]
fn private_networks_killed_around_any_call_come_to_the_same_stack_or_to_nothing() {
    for (act, what) in [(Act::Create, "creates"), (Act::Undo, "undos"), (Act::Teardown, "teardowns")] {
        let outcome = around_every_call(act, &private_kinds(), &KILLS);
        let what = format!("{what} of private networks killed around every call and resumed");
        all_well(&what, &outcome, KILLS.len());
        let outcome = around_every_call(act, &private_kinds(), &[Trouble::LostReply]);
        all_well(&format!("{act:?} of private networks, every answer lost"), &outcome, 1);
    }
}

/// AWS did it and nobody heard: whoever goes on comes to it a second time. After each of them the whole is done a
/// second time, too, and sends nothing.
#[test]
fn what_is_done_twice_is_there_once_and_gone_once() {
    let twice = [Trouble::LostReply, Trouble::ServerError { acted: true }];
    for (act, what) in [(Act::Create, "creates"), (Act::Undo, "undos")] {
        let outcome = around_every_call(act, &few_kinds(), &twice);
        all_well(&format!("{what} of which every call was made twice"), &outcome, twice.len());
    }
}
