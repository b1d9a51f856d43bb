//! A journal that cannot be relied on.

use std::{fs, path::PathBuf};

use crate::person::Person;

/// Where the journal of the one stack is.
fn journal(person: &Person) -> PathBuf {
    let one = |folder: PathBuf| fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let region = one(one(person.home().join("slipway/accounts")));
    one(region.join("stacks")).join("journal.jsonl")
}

#[test]
fn a_damaged_journal_is_told_of_and_rebuilt_when_somebody_says_so() {
    let person = Person::new();
    assert_eq!(person.run(&["practice", "pace", "10000"]).code, 0);
    let file = person.blueprint("timeout_seconds = 3600", "timeout_seconds = 3600");
    let create = ["create", "--blueprint", &file, "--practice", "--yes", "--json"];
    assert_eq!(person.run(&create).code, 0);
    let path = journal(&person);
    let sound = fs::read_to_string(&path).unwrap();
    fs::write(&path, sound.replacen("began", "begun", 1)).unwrap();

    let said = person.run(&create);
    assert_eq!((said.code, said.error()["code"].as_str()), (3, Some("journal-damaged")));
    let stacks = person.run(&["stacks", "--practice"]).out;
    assert!(stacks.contains("is damaged") && stacks.contains("slipway rebuild --stack first"), "{stacks}");
    let rebuild = ["rebuild", "--stack", "first", "--practice", "--json"];
    let said = person.run(&rebuild);
    assert_eq!((said.code, said.error()["code"].as_str()), (2, Some("confirmation-needed")));
    assert_ne!(fs::read_to_string(&path).unwrap(), sound, "nobody has said yes yet");

    let said = person.run(&[&rebuild[..], &["--yes"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let kept = fs::read_to_string(said.json()["kept_as"][0].as_str().unwrap()).unwrap();
    assert!(kept.contains("begun") && !fs::read_to_string(&path).unwrap().contains("begun"));
    assert_eq!(person.run(&create).code, 0);
    assert_eq!(person.run(&["teardown", "--stack", "first", "--practice", "--yes"]).code, 0);
}
