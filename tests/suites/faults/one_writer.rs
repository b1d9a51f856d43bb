//! One writer at a time, between real processes: the second says who the first is, a dead one's right passes on, and
//! two that begin together make nothing twice.

use std::process::{Child, Command};
use std::time::Duration;

use slipway_tests::cli::{Cli, Said};
use slipway_tests::process::until;
use slipway_tests::proxy::{Fault, Phase, Proxy, What, Which};
use slipway_tests::seen;

use crate::accounts::Account;

/// Steps that pairs of processes begin together.
const STEPS: usize = 200;

fn said(child: Child) -> Said {
    child.wait_with_output().expect("slipway ends").into()
}

/// A blueprint of its own for each pair, so that none has to wait for the removal of the one before.
fn named(person: &Cli, name: &str) -> String {
    person.blueprint(&[("name = \"first\"", &format!("name = \"{name}\""))])
}

#[test]
fn two_that_begin_together_make_nothing_twice() {
    let account = Account::practice();
    let proxy = Proxy::before(account.address());
    let person = Cli::at(&proxy.endpoint());
    // The first stack also makes what the account has only once, the service-linked roles.
    person.must(&["create", "--blueprint", &named(&person, "alone"), "--yes"]);
    proxy.forget();
    person.must(&["create", "--blueprint", &named(&person, "alone-too"), "--yes"]);
    let mut wanted: Vec<String> = proxy.mutating().iter().map(ToString::to_string).collect();
    wanted.sort();
    let (mut steps, mut twice, mut refused) = (0, 0, 0);
    for pair in 0.. {
        if steps >= STEPS {
            break;
        }
        let blueprint = named(&person, &format!("pair{pair}"));
        let create = ["create", "--blueprint", &blueprint, "--yes"];
        proxy.forget();
        let both = [person.start(&create), person.start(&create)].map(said);
        let mut sent: Vec<String> = proxy.mutating().iter().map(ToString::to_string).collect();
        sent.sort();
        twice += sent.len().saturating_sub(wanted.len());
        assert_eq!(sent, wanted, "pair {pair}: {both:?}");
        // The other one is refused, or comes when everything is done and finds nothing to do.
        let codes = both.each_ref().map(|said| said.code);
        assert!(codes.contains(&0) && codes.iter().all(|code| [0, 3].contains(code)), "{both:?}");
        let refusal = both.iter().find(|said| said.code == 3);
        if let Some(said) = refusal {
            assert!(said.err.contains("is at work on the stack"), "{}", said.err);
            refused += 1;
        }
        steps += sent.len();
    }
    assert!(refused > 0, "no pair ever met");
    seen::figure("of two processes that begin together, refused", &refused.to_string());
    seen::all("steps of two processes that begin together, none sent twice", steps - twice, steps);
}

#[test]
fn the_second_is_told_who_the_first_is_and_takes_over_when_that_one_is_dead() {
    let account = Account::practice();
    let proxy = Proxy::before(account.address());
    let person = Cli::at(&proxy.endpoint());
    let blueprint = person.blueprint(&[]);
    let create = ["create", "--blueprint", &blueprint, "--yes"];
    let third = Which::Mutating;
    proxy.plant(Fault::once(third, 3, Phase::Before, What::Delay(Duration::from_mins(2))));
    let mut first = person.start(&create);
    until("the first to be at work", Duration::from_mins(1), || (proxy.mutating().len() >= 3).then_some(()));

    for second in [&create[..], &["resume", "--stack", "first"], &["undo", "--stack", "first", "--yes"]] {
        let said = person.run(second);
        assert_eq!(said.code, 3, "{second:?}: {}", said.err);
        let who = format!("The slipway command line is at work on the stack first (process {})", first.id());
        assert!(said.err.contains(&who), "{second:?}: {}", said.err);
        assert!(said.err.contains("it creates it, since "), "{second:?}: {}", said.err);
    }

    let killed = Command::new("kill").args(["-KILL", &first.id().to_string()]).status();
    assert!(killed.expect("kill can be started").success());
    first.wait().expect("it is dead");
    proxy.forget();
    person.must(&["resume", "--stack", "first"]);
    person.must(&create);
}
