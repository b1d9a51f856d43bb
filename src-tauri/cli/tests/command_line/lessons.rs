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
    assert!(begun.err.contains("slipway check --lesson zones-one\n"), "{}", begun.err);

    let report = person.run(&["check", "--lesson", "zones-one", "--json"]).json();
    let items = report["items"].as_array().unwrap().iter();
    let found: Vec<_> = items.filter(|item| item["verdict"] == "warning").map(|item| &item["id"]).collect();
    assert_eq!(found, ["subnet-zones"]);
    assert_eq!(person.run(&["networks", "--practice", "--json"]).json(), own);
}

#[test]
fn what_is_done_to_a_lessons_account_is_not_done_to_the_persons_own() {
    let (person, lesson) = (Person::new(), ["--lesson", "refused-denied"]);
    let of = |words: &[&'static str]| [words, &lesson[..]].concat();
    let early = person.run(&of(&["practice", "policies", "--json"]));
    assert_eq!(early.error()["code"], "lessons-not-begun");
    assert_eq!(person.run(&["lessons", "begin", lesson[1]]).code, 0);
    let (own, of_lesson) =
        (person.run(&["practice", "policies"]).out, person.run(&of(&["practice", "policies"])).out);
    assert!(
        own.contains("may do everything") && of_lesson.contains("CreateComputeEnvironment"),
        "{own}{of_lesson}"
    );

    assert_eq!(person.run(&of(&["practice", "policies", "--administrator"])).code, 0);
    // A new account has another default VPC.
    let networks = || person.run(&["networks", "--practice", "--json"]).json();
    let before = networks();
    assert_eq!(person.run(&of(&["practice", "reset", "--yes"])).code, 0);
    assert_eq!(person.run(&of(&["practice", "policies"])).out, of_lesson, "it begins anew");
    assert_eq!(networks(), before, "the own account was touched");
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

#[test]
fn a_lesson_is_checked_planned_and_fixed_by_its_own_blueprint_and_then_it_is_solved() {
    let (person, lesson) = (Person::new(), "fit-none-memory");
    let early = person.run(&["check", "--lesson", lesson, "--json"]);
    assert_eq!((early.code, early.error()["code"].as_str()), (1, Some("lessons-not-begun")));
    let begun = person.run(&["lessons", "begin", lesson]);
    let file = begun.out.trim().to_owned();
    let state = || {
        let all = person.run(&["lessons", "--json"]).json();
        all.as_array().unwrap().iter().find(|one| one["id"] == lesson).unwrap()["solved"].clone()
    };

    // Of the preset, which runs on Fargate, nothing would be found.
    for command in ["check", "plan"] {
        let said = person.run(&[command, "--lesson", lesson]);
        assert_eq!(said.code, 3, "{}{}", said.out, said.err);
        assert!(said.err.contains(&format!("The lesson's own blueprint: {file}")), "{}", said.err);
        assert!(
            said.out.contains("slipway fix fit:job --number 1 --lesson fit-none-memory\n"),
            "{}",
            said.out
        );
        assert!(!said.err.contains("solved"), "{}", said.err);
    }
    assert_eq!(state(), false);
    let fixed = person.run(&["fix", "--lesson", lesson, "fit:job"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.out, fixed.err);
    let checked = person.run(&["check", "--lesson", lesson]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    assert!(checked.err.contains("The lesson fit-none-memory is solved"), "{}", checked.err);
    assert_eq!(state(), true);
    let listed = person.run(&["lessons"]).out;
    let line = listed.lines().find(|line| line.contains(lesson)).unwrap();
    assert!(line.contains("solved"), "{line}");
    let nothing = person.run(&["plan", "--practice", "--json"]);
    assert_eq!((nothing.code, nothing.error()["code"].as_str()), (2, Some("nothing-wanted")));
}
