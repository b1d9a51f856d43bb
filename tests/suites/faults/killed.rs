//! `kill -9` of the real command line around the calls of a create, then `resume`: the same stack, nothing twice. On
//! moto every call of one preset, and of every preset on both networks one for each phase; all of them are killed in
//! `cargo xtask bench`. On the practice account seeded moments.

use std::io::{BufRead, BufReader};
use std::process::Child;

use proptest::sample::subsequence;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;
use slipway_tests::account::{differences, shape};
use slipway_tests::cli::Cli;
use slipway_tests::kills::{Kind, Outcome, PHASES, a_call_for_each_phase, around_calls, every_call, is_kill};
use slipway_tests::practice::Practice;
use slipway_tests::proxy::{Fault, Proxy, What, Which};
use slipway_tests::seen;

use crate::accounts::Account;

const MOMENTS: usize = 10;

/// Ten of these, the same ones in every run.
fn seeded<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> Vec<T> {
    assert!(all.len() >= MOMENTS, "only {} moments to choose from", all.len());
    let mut runner = TestRunner::deterministic();
    subsequence(all, MOMENTS).new_tree(&mut runner).expect("nothing is filtered away").current()
}

/// What a create leaves that nobody disturbs, and how many changing calls it takes.
fn undisturbed(account: &Account) -> (Value, usize) {
    let proxy = Proxy::before(account.address());
    let person = Cli::at(&proxy.endpoint());
    let blueprint = account.blueprint(&person);
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    (shape(&account.dump()), proxy.mutating().len())
}

/// Killed around a call: before the account hears of it, after it has acted, after the answer has arrived.
fn killed_around_a_call(new: fn() -> Account) {
    let (wanted, calls) = undisturbed(&new());
    let moments = (1..=calls).flat_map(|call| PHASES.map(|phase| (call, phase))).collect();
    let (mut tried, mut same, mut name) = (0, 0, "");
    for (call, phase) in seeded(moments) {
        let account = new();
        name = account.name();
        let proxy = Proxy::before(account.address());
        let person = Cli::at(&proxy.endpoint());
        let blueprint = account.blueprint(&person);
        proxy.plant(Fault::once(Which::Mutating, call, phase, What::Kill));
        let mut client = person.start(&["create", "--blueprint", &blueprint, "--yes"]);
        proxy.victim(client.id());
        let status = client.wait().expect("the client ends");
        assert!(is_kill(status), "{name}, call {call} {phase:?}: not killed but {status}");

        person.must(&["resume", "--stack", "first", "--yes"]);
        let wrong = differences(&wanted, &shape(&account.dump()));
        assert_eq!(wrong, Vec::<String>::new(), "{name}, call {call} {phase:?}");
        proxy.forget();
        person.must(&["create", "--blueprint", &blueprint, "--yes"]);
        assert_eq!(proxy.mutating(), [], "{name}, call {call} {phase:?}: it was not finished");
        (tried, same) = (tried + 1, same + 1);
    }
    seen::all(
        &format!("kill -9 around a call of a create on {name}, resumed to the same stack"),
        same,
        tried,
    );
}

fn all_converged(what: &str, outcome: &Outcome) {
    seen::figure(what, &outcome.in_words());
    assert!(outcome.wrong.is_empty(), "{what}: {:#?}", outcome.wrong);
    assert!(outcome.tried > 0 && outcome.converged == outcome.tried && outcome.duplicates == 0);
}

#[test]
fn a_create_on_moto_killed_around_every_call() {
    let fargate = Kind { preset: "fargate", new_vpc: true };
    let outcome = around_calls(&[fargate], every_call);
    assert_eq!(outcome.tried % PHASES.len(), 0);
    assert!(outcome.tried > 60, "only {} moments", outcome.tried);
    all_converged("kill -9 in every phase of every call of a create on moto, resumed", &outcome);
}

#[test]
fn creates_of_every_preset_on_both_networks_of_moto_killed_once_in_each_phase() {
    let outcome = around_calls(&Kind::all(), a_call_for_each_phase);
    assert_eq!(outcome.tried, Kind::all().len() * PHASES.len());
    all_converged(
        "kill -9 of creates of every preset on two networks of moto, in each phase, resumed",
        &outcome,
    );
}

#[test]
fn a_create_on_the_served_practice_account_killed_around_a_call() {
    killed_around_a_call(Account::practice);
}

/// Somebody whose create was killed when it said its `event`th event. On a busy machine the news may come too late,
/// when the create has ended; then it is killed at the event before.
fn killed_at(event: usize, create: &dyn Fn(&Cli) -> Child) -> Cli {
    let person = Cli::practice();
    let mut client = create(&person);
    let pipe = BufReader::new(client.stdout.take().expect("its output is piped"));
    assert_eq!(pipe.lines().take(event).count(), event);
    client.kill().expect("a child that nobody waited for can be killed");
    let status = client.wait().expect("the client ends");
    if is_kill(status) || event == 1 {
        assert!(is_kill(status), "not killed at its first event but {status}");
        return person;
    }
    killed_at(event - 1, create)
}

/// Here the killed process is also the one that keeps the account: its file must survive as well.
#[test]
fn a_create_on_the_practice_account_killed_at_an_event() {
    let create = |person: &Cli| {
        let network = ("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"");
        let blueprint = person.blueprint(&[network]);
        person.must(&["practice", "pace", "1000"]);
        person.start(&["create", "--blueprint", &blueprint, "--yes", "--json"])
    };
    let held = |person: &Cli| shape(&Practice::serve(person.home()).dump());

    let person = Cli::practice();
    let output = create(&person).wait_with_output().expect("the client ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let events = String::from_utf8_lossy(&output.stdout).lines().count();
    let wanted = held(&person);

    let mut same = 0;
    for event in seeded((1..events).collect()) {
        let person = killed_at(event, &create);
        let resumed = person.run(&["resume", "--stack", "first", "--yes"]);
        // Killed between the last word of the journal and the last one on the screen, it had come to its end.
        let ended = event + 3 > events && resumed.err.contains("nothing unfinished");
        assert!(resumed.code == 0 || ended, "event {event} of {events}: {}", resumed.err);
        assert_eq!(differences(&wanted, &held(&person)), Vec::<String>::new(), "event {event}");
        same += 1;
    }
    seen::all("kill -9 of the practice account's own process, resumed to the same stack", same, MOMENTS);
}
