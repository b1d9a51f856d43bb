//! `slipway fix`: what is found in a lesson is put right, in the blueprint's file or in the account.

use std::fs;

use crate::person::{Person, Said};

/// The blueprint's file of a lesson that is begun.
fn begun(person: &Person, lesson: &str) -> String {
    let begun = person.run(&["lessons", "begin", lesson]);
    assert_eq!(begun.code, 0, "{}{}", begun.out, begun.err);
    begun.out.trim().to_owned()
}

/// The ids of what is neither ready nor merely to be made.
fn found(person: &Person, lesson: &str, file: &str) -> Vec<String> {
    let report = person.run(&["check", "--lesson", lesson, "--blueprint", file, "--json"]).json();
    let items = report["items"].as_array().unwrap().iter();
    let amiss = items.filter(|item| item["verdict"] != "ready" && item["verdict"] != "make");
    amiss.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn fix(person: &Person, lesson: &str, file: &str, more: &[&str]) -> Said {
    person.run(&[&["fix", "--lesson", lesson, "--blueprint", file], more].concat())
}

#[test]
fn a_change_of_the_blueprint_is_written_into_the_file_beside_what_a_person_wrote() {
    let person = Person::new();
    let file = begun(&person, "fit-none-memory");
    let written = fs::read_to_string(&file).unwrap();
    let commented =
        format!("# Ada's, ask her first\n{}\n# the end\n", written.replace("memory_mib", "  memory_mib"));
    fs::write(&file, &commented).unwrap();
    assert_eq!(found(&person, "fit-none-memory", &file), ["fit:job"]);

    let fixed = fix(&person, "fit-none-memory", &file, &["fit:job"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.out, fixed.err);
    assert!(fixed.out.contains(&file) && fixed.out.contains(" in ondemand"), "{}", fixed.out);
    let after = fs::read_to_string(&file).unwrap();
    let differing = commented.lines().zip(after.lines()).filter(|(before, after)| before != after);
    assert_eq!(differing.count(), 1, "{after}");
    assert_eq!(commented.lines().count(), after.lines().count(), "{after}");
    assert_eq!(found(&person, "fit-none-memory", &file), Vec::<String>::new());

    // The other one that helps.
    let file = begun(&person, "fit-none-memory");
    let fixed = fix(&person, "fit-none-memory", &file, &["fit:job", "--number", "2", "--json"]).json();
    assert_eq!(fixed["amendments"][0]["kind"], "memory", "{fixed}");
    assert_eq!(found(&person, "fit-none-memory", &file), Vec::<String>::new());
}

#[test]
fn what_others_made_is_changed_after_a_yes_and_not_without_one() {
    let (person, lesson) = (Person::new(), "reach-group-shut");
    let file = begun(&person, lesson);
    let before = fs::read_to_string(&file).unwrap();
    let wrong = found(&person, lesson, &file);
    assert_eq!(wrong, ["reach-logs", "reach-registry"]);

    let unanswered = fix(&person, lesson, &file, &["reach-logs", "--json"]);
    assert_eq!((unanswered.code, unanswered.error()["code"].as_str()), (2, Some("confirmation-needed")));
    assert_eq!(found(&person, lesson, &file), wrong, "nothing was changed");

    let fixed = fix(&person, lesson, &file, &["reach-logs", "--yes"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.out, fixed.err);
    assert!(
        fixed.out.contains("IpPermissionsEgress") && fixed.out.contains("To take it back:"),
        "{}",
        fixed.out
    );
    assert_eq!(found(&person, lesson, &file), Vec::<String>::new());
    assert_eq!(fs::read_to_string(&file).unwrap(), before, "the file was not asked to change");
}

#[test]
fn what_is_not_found_or_nobody_here_can_fix_is_said() {
    let (person, lesson) = (Person::new(), "role-denied");
    let file = begun(&person, lesson);
    let before = fs::read_to_string(&file).unwrap();
    for more in [&["reach-nowhere"][..], &["resource:instance-role/main"], &["reach-logs", "--number", "9"]] {
        let said = fix(&person, lesson, &file, &[more, &["--yes", "--json"]].concat());
        assert_eq!(
            (said.code, said.error()["code"].as_str()),
            (1, Some("nothing-helps")),
            "{more:?}: {}",
            said.err
        );
    }
    assert_eq!(found(&person, lesson, &file), ["resource:instance-role/main"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}
