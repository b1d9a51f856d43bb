//! Lessons through the command line: each on a practice account of its own.

use std::collections::BTreeSet;

use crate::person::Person;

#[test]
fn a_lesson_is_begun_found_and_leaves_the_practice_account_alone() {
    let person = Person::new();
    let own = person.run(&["networks", "--practice", "--json"]).json();
    let early = person.run(&["whoami", "--lesson", "zones-one", "--json"]);
    assert_eq!((early.code, early.error()["code"].as_str()), (1, Some("lessons-not-begun")));

    let begun = person.run(&["lessons", "begin", "zones-one"]);
    assert_eq!(begun.code, 0, "{}{}", begun.out, begun.err);
    let file = begun.out.trim();
    assert!(file.ends_with("lessons/zones-one/blueprint.toml"), "{file}");
    assert!(
        begun.err.contains(&format!("slipway check --lesson zones-one --blueprint {file}")),
        "{}",
        begun.err
    );

    let report = person.run(&["check", "--lesson", "zones-one", "--blueprint", file, "--json"]).json();
    let items = report["items"].as_array().unwrap().iter();
    let found: Vec<_> = items.filter(|item| item["verdict"] == "warning").map(|item| &item["id"]).collect();
    assert_eq!(found, ["subnet-zones"]);
    assert_eq!(person.run(&["networks", "--practice", "--json"]).json(), own);
}

#[test]
fn lessons_are_listed_by_topic_and_one_that_is_none_is_usage() {
    let person = Person::new();
    let all = person.run(&["lessons", "--json"]).json();
    let all = all.as_array().unwrap();
    let topics: BTreeSet<_> = all.iter().map(|lesson| lesson["topic"].as_str().unwrap()).collect();
    assert!(all.len() >= 66 && topics.len() == 6, "{} of {topics:?}", all.len());
    insta::assert_snapshot!(person.run(&["lessons"]).out);
    let unknown = person.run(&["lessons", "begin", "../practice", "--json"]);
    assert_eq!((unknown.code, unknown.error()["code"].as_str()), (2, Some("lessons-unknown")));
    let both = person.run(&["whoami", "--lesson", "zones-one", "--practice"]);
    assert_eq!(both.code, 2);
}
