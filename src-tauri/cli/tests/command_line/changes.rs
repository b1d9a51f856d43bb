//! A blueprint that has changed since its stack was made.

use crate::person::Person;

#[test]
fn a_plan_lists_what_changes_below_the_step_that_changes_it() {
    let person = Person::new();
    assert_eq!(person.run(&["practice", "pace", "10000"]).code, 0);
    let file = person.blueprint("timeout_seconds = 3600", "timeout_seconds = 3600");
    assert_eq!(person.run(&["create", "--blueprint", &file, "--practice", "--yes"]).code, 0);
    let file = person.blueprint("timeout_seconds = 3600", "timeout_seconds = 90\nuser = \"nobody\"");

    let plan = person.run(&["plan", "--blueprint", &file, "--practice"]).out;
    let lines: Vec<_> = plan.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("~  job definition")).expect("it changes");
    assert!(lines[at].contains("gets a new revision"), "{plan}");
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(lines[at + 1]), "user not set → nobody");
    assert_eq!(words(lines[at + 2]), "attemptDurationSeconds 3600 → 90");
    assert_eq!(lines[at + 1].find('n'), lines[at + 2].find('3'), "in columns: {plan}");

    let check = person.run(&["check", "--blueprint", &file, "--practice"]).out;
    assert!(check.contains("not as it should be") && check.contains("3600 → 90"), "{check}");
}
