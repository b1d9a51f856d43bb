//! The picture of a network on the check's page: topologies as accounts have them, good and broken, each looked at by a
//! person as a picture and by this suite as words. The picture, the list of stops and what a screen reader is told are
//! compared, and must be the same.

use serde_json::{Value, json};
use slipway_tests::{
    boto,
    cli::Cli,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window, key},
};

use crate::{
    journey::{CREATED, Journey},
    topologies::*,
};

fn picture(topology: &Topology, scheme: Scheme) {
    let person = Cli::practice();
    let practice = Practice::paced(person.home(), "1000");
    let mut changes: Vec<(&str, String)> =
        topology.changes.iter().map(|(from, to)| (*from, (*to).to_owned())).collect();
    if let Some(lines) = topology.lab {
        let made = boto::run(&practice.endpoint(), &format!("{LAB}\n{lines}"));
        let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        if made["vpc"].is_string() {
            let subnets: Vec<_> = made["subnets"].as_array().into_iter().flatten().map(text).collect();
            let network = format!("kind = \"existing-vpc\"\nvpc = {}\nsubnets = {subnets:?}", made["vpc"]);
            changes.push((DEFAULT, network));
        }
    }
    let changes: Vec<_> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
    let file = person.blueprint_of(topology.preset, &changes);
    let blueprint = std::fs::read_to_string(person.home().join(file)).expect("the blueprint is there");

    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(person.home(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "network-" };
    check(&window, &blueprint);
    choose_service(&window, topology.service);
    window.says("network-verdict", topology.says, CREATED);
    same_in_words(&window);
    for (kind, word) in topology.cures {
        window.says(&format!("network-cure-{kind}"), word, CREATED);
    }
    let offered = ["put-right", "public-ips", "nat-gateway", "endpoints"];
    let offered = offered.iter().filter(|kind| window.has(&format!("network-cure-{kind}"))).count();
    assert_eq!(offered, topology.cures.len(), "{}: cures", topology.name);
    journey.shot_with(topology.name, || top(&window, "network"));
    if !topology.cures.is_empty() {
        let last = topology.cures[0].0;
        journey
            .shot_with(&format!("{}-cures", topology.name), || top(&window, &format!("network-cure-{last}")));
    }
}

pub(crate) fn top(window: &Window, name: &str) {
    let script =
        "document.querySelector(`[data-testid=\"${arguments[0]}\"]`).scrollIntoView({ block: 'start' })";
    window.script(script, &[json!(name)]);
}

/// On the practice account, to the check of this blueprint.
pub(crate) fn check(window: &Window, blueprint: &str) {
    window.click("connect-practice");
    window.see("practice-badge");
    window.click("toggle-toml");
    window.see("toml");
    paste(window, blueprint);
    window.click("go-check");
    window.see_within("network", CREATED);
}

/// Puts the text where a person would paste it.
pub(crate) fn paste(window: &Window, text: &str) {
    const PASTE: &str = "const toml = document.querySelector('[data-testid=\"toml\"]'); \
                         toml.value = arguments[0]; toml.dispatchEvent(new Event('input', { bubbles: true }))";
    window.script(PASTE, &[json!(text)]);
    let name = text.lines().find_map(|line| line.strip_prefix("name = ")).expect("a stack has a name");
    slipway_tests::process::until("the form to take it over", CREATED, || {
        (format!("{:?}", window.value("field-name")) == name).then_some(())
    });
}

/// By the arrow keys alone, from whichever service is shown.
fn choose_service(window: &Window, service: &str) {
    const FOCUS: &str = "document.querySelector('[data-testid=\"network\"] input:checked').focus()";
    window.script(FOCUS, &[]);
    let chosen = "return document.querySelector('[data-testid=\"network\"] input:checked').value";
    for _ in 0..8 {
        if window.script(chosen, &[]) == json!(service) {
            return;
        }
        window.press(&[], &key::DOWN.to_string());
    }
    panic!("{service} is not reached by the arrow keys");
}

/// What the picture tells of the way, stop by stop, is what the list tells, and what is read out.
fn same_in_words(window: &Window) {
    const SAID: &str = r#"
const inside = (name, what) => [...document.querySelector(`[data-testid="${name}"]`).querySelectorAll(what)];
const drawn = inside('network-drawing', 'button.thing').map((one) => one.getAttribute('aria-label'));
const subnets = inside('network-drawing', 'button.subnet').map((one) => one.getAttribute('aria-label'));
const listed = inside('network-way', 'li .said').map((one) => one.innerText.trim());
return { drawn, subnets, listed };
"#;
    let said = window.script(SAID, &[]);
    let list = |name: &str| {
        let mut all: Vec<String> = said[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect();
        all.sort();
        all
    };
    let (drawn, listed) = (list("drawn"), list("listed"));
    for stop in &drawn {
        assert!(listed.contains(stop), "drawn and not listed: {stop}\n{said:#}");
    }
    let unlisted = listed.iter().filter(|one| !drawn.contains(one));
    // What is a box of another kind, and a thing that the way leads through twice.
    let rest = unlisted.filter(|one| !one.contains("Subnet ") && !one.contains("reached"));
    assert!(rest.count() <= 1, "listed and not drawn: {said:#}");
    // In the order of the hops, as it is read out and reached by keyboard; two names may each have a way of their own.
    let in_order: Vec<_> = said["drawn"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let place =
        |stop: &&str| said["listed"].as_array().and_then(|all| all.iter().position(|one| one == stop));
    assert!(in_order.is_sorted_by_key(place), "another order in the picture: {said:#}");
    assert!(!list("subnets").is_empty() && list("subnets").iter().all(|one| one.contains(": ")), "{said:#}");
}

#[test]
fn the_default_vpc() {
    picture(&GOOD, Scheme::Light);
}

#[test]
fn the_default_vpc_in_the_dark() {
    picture(&GOOD, Scheme::Dark);
}

#[test]
fn the_default_vpc_without_a_route() {
    picture(&NO_ROUTE, Scheme::Light);
}

#[test]
fn private_subnets_with_nothing() {
    picture(&PRIVATE, Scheme::Light);
}

#[test]
fn private_subnets_in_the_dark() {
    picture(&PRIVATE, Scheme::Dark);
}

#[test]
fn public_subnets_without_addresses() {
    picture(&UNADDRESSED, Scheme::Light);
}

#[test]
fn a_nat_gateway() {
    picture(&NAT, Scheme::Light);
}

#[test]
fn a_nat_gateway_in_the_wrong_place() {
    picture(&NAT_INSIDE, Scheme::Light);
}

#[test]
fn a_nat_gateway_in_a_subnet_that_lets_nothing_in() {
    picture(&NAT_SHUT, Scheme::Light);
}

#[test]
fn a_nat_gateway_in_the_wrong_place_in_the_dark() {
    picture(&NAT_INSIDE, Scheme::Dark);
}

#[test]
fn every_endpoint() {
    picture(&ENDPOINTS, Scheme::Light);
}

#[test]
fn endpoints_of_which_one_is_shut_and_one_lacks() {
    picture(&ENDPOINTS_BROKEN, Scheme::Light);
}

#[test]
fn endpoints_in_the_dark() {
    picture(&ENDPOINTS_BROKEN, Scheme::Dark);
}

#[test]
fn a_transit_gateway() {
    picture(&TRANSIT, Scheme::Light);
}

#[test]
fn one_that_is_to_be_made() {
    picture(&TO_BE_MADE, Scheme::Light);
}

#[test]
fn an_internet_gateway_that_the_account_has_blocked() {
    picture(&BLOCKED, Scheme::Light);
}

#[test]
fn an_internet_gateway_that_the_account_has_blocked_in_the_dark() {
    picture(&BLOCKED, Scheme::Dark);
}

#[test]
fn one_that_is_to_be_made_and_would_be_blocked() {
    picture(&BLOCKED_TO_BE_MADE, Scheme::Dark);
}
