//! `slipway limits`: what it shows, and asking for more only after a yes.

use crate::person::Person;

#[test]
fn limits_are_shown_with_how_to_ask_for_more() {
    let person = Person::new();
    let file = person.blueprint("max_vcpus = 4", "max_vcpus = 16");
    let said = person.run(&["limits", "--practice", "--blueprint", &file, "--evidence"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("slipway limits --request fargate/L-3032A538=16"), "{}", said.out);
    assert!(said.out.contains("QuotaCode: fargate/L-3032A538"), "{}", said.out);
    let json = person.run(&["limits", "--practice", "--blueprint", &file, "--json"]).json();
    assert!(json.as_array().unwrap().iter().all(|item| item["group"] == "limits"));
}

#[test]
fn more_is_asked_for_after_a_yes_and_what_is_open_is_said() {
    let person = Person::new();
    person.run(&["practice", "pace", "1"]);
    let ask = ["limits", "--practice", "--request", "fargate/L-3032A538=16"];
    let unanswered = person.run(&ask);
    assert_eq!((unanswered.code, unanswered.out.contains("AWS has")), (2, false), "{}", unanswered.err);
    let yes = [&ask[..], &["--yes", "--json"]].concat();
    let asked = person.run(&yes).json();
    assert_eq!((asked["status"].as_str(), asked["desired"].as_i64()), (Some("pending"), Some(16)));
    let more = person.run(&["limits", "--practice", "--request", "fargate/L-3032A538=99", "--yes"]);
    assert!(more.out.contains("has the request for 16"), "{}", more.out);
    let wrong = person.run(&["limits", "--practice", "--request", "fargate=16", "--yes"]);
    assert_eq!(wrong.code, 2);
}
