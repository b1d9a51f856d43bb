//! What the check finds wrong stops `slipway create` before anything is sent, unless a person says to go on.

use crate::person::Person;

fn begun(person: &Person, lesson: &str) {
    assert_eq!(person.run(&["practice", "pace", "10000"]).code, 0);
    let begun = person.run(&["lessons", "begin", lesson]);
    assert_eq!(begun.code, 0, "{}{}", begun.out, begun.err);
}

fn changes(person: &Person, lesson: &str) -> usize {
    let calls = person.run(&["activity", "--lesson", lesson, "--changes", "--json"]);
    calls.out.lines().filter(|line| line.contains("\"action\"")).count()
}

#[test]
fn what_is_wrong_is_told_with_what_helps_and_nothing_is_sent() {
    let (person, lesson) = (Person::new(), "reach-no-route");
    begun(&person, lesson);
    for yes in [&["--yes"][..], &[]] {
        let create = ["create", "--lesson", lesson];
        let said = person.run(&[&create, yes].concat());
        assert_eq!(said.code, 3, "{}{}", said.out, said.err);
        assert!(said.out.contains("✕") && said.out.contains("slipway fix reach-"), "{}", said.out);
        assert!(said.out.contains("slipway check --letter reach-"), "{}", said.out);
        assert!(said.err.contains("--despite-findings"), "{}", said.err);
        let said = person.run(&[&create, yes, &["--json"]].concat());
        let error = said.error();
        assert_eq!((said.code, error["code"].as_str()), (3, Some("findings-in-the-way")));
        assert!(!error["causes"].as_array().unwrap().is_empty() && said.out.is_empty(), "{error}");
    }
    let planned = person.run(&["plan", "--lesson", lesson]);
    assert_eq!(planned.code, 3, "{}", planned.out);
    assert!(
        planned.out.contains("✕") && planned.out.contains("unless --despite-findings"),
        "{}",
        planned.out
    );
    let planned = person.run(&["plan", "--lesson", lesson, "--json"]);
    assert!(!planned.json()["in_the_way"].as_array().unwrap().is_empty());
    assert_eq!(changes(&person, lesson), 0);
    assert_eq!(person.run(&["stacks", "--lesson", lesson, "--json"]).json(), serde_json::json!([]));

    let made = person.run(&["create", "--lesson", lesson, "--despite-findings", "--yes"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    assert!(changes(&person, lesson) > 5);
}

#[test]
fn without_a_yes_and_without_a_terminal_nothing_is_made() {
    let person = Person::new();
    assert_eq!(person.run(&["practice", "pace", "10000"]).code, 0);
    let file = person.blueprint("name = \"first\"", "name = \"imaging\"");
    let create = ["create", "--blueprint", &file, "--practice"];
    let unasked = person.run(&[&create[..], &["--json"]].concat());
    assert_eq!((unasked.code, unasked.error()["code"].as_str()), (2, Some("confirmation-needed")));
    let unasked = person.run(&create);
    assert!(unasked.code == 2 && unasked.err.contains("Create the stack imaging?"), "{}", unasked.err);
    assert_eq!(person.run(&["stacks", "--practice", "--json"]).json(), serde_json::json!([]));

    assert_eq!(person.run(&[&create[..], &["--yes"]].concat()).code, 0);
    // Where nothing is changed, nothing is asked.
    let again = person.run(&create);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    let help = person.run(&["create", "--help"]).out;
    assert!(help.contains("--despite-findings") && help.contains("jobs may wait for ever"), "{help}");
}
