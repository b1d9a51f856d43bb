//! The practice account through the command line.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::person::Person;

#[test]
fn whoami_says_that_it_is_practice() {
    let person = Person::new();
    let view = person.run(&["whoami", "--practice", "--json"]).json();
    assert_eq!(view["kind"], "practice");
    assert_eq!(view["region"], "us-east-1");
    assert!(view["identity"]["arn"].as_str().unwrap().starts_with("arn:aws:"));
    let said = person.run(&["whoami", "--practice"]);
    assert!(said.out.contains("practice account"), "{}", said.out);
}

#[test]
fn instance_types_by_name_family_and_choice() {
    let person = Person::new();
    let types =
        person.run(&["instance-types", "--practice", "m6i.large", "g5", "default_arm64", "--json"]).json();
    let types = types.as_array().unwrap();
    let of =
        |family: &str| types.iter().filter(|one| one["name"].as_str().unwrap().starts_with(family)).count();
    assert_eq!((of("m6i."), of("c7i.")), (1, 0));
    assert!(of("g5.") > 3 && of("m6g.") > 3 && of("c7g.") > 3);
    assert!(types.iter().all(|one| one["price"]["on_demand"].is_number()), "{types:?}");
    let said = person.run(&["instance-types", "--practice", "m6i", "p99", "t3.micro", "--json"]);
    assert_eq!((said.code, said.error()["code"].as_str()), (2, Some("type-unknown")));
    assert!(said.error()["message"].as_str().unwrap().contains("p99, t3.micro"));
}

#[cfg(unix)]
#[test]
fn the_data_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let person = Person::new();
    assert_eq!(person.run(&["whoami", "--practice"]).code, 0);
    let mode = std::fs::metadata(person.home().join("slipway")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn pace_and_reset() {
    let person = Person::new();
    assert_eq!(person.run(&["practice", "pace", "--json"]).json()["pace"], 5.0);
    assert_eq!(person.run(&["practice", "pace", "100", "--json"]).json()["pace"], 100.0);
    assert_eq!(person.run(&["practice", "pace", "0", "--json"]).error()["code"], "practice-pace");
    assert_eq!(person.run(&["practice", "reset", "--yes"]).code, 0);
    assert_eq!(person.run(&["practice", "pace", "--json"]).json()["pace"], 100.0);
}

#[test]
fn a_served_account_is_the_same_account() {
    let person = Person::new();
    let mut serving = person
        .command(&["practice", "serve", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut endpoint = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut endpoint).unwrap();
    let said =
        person.run_with_keys(&["whoami", "--endpoint", endpoint.trim(), "--region", "us-east-1", "--json"]);
    serving.kill().unwrap();
    serving.wait().unwrap();
    let view = said.json();
    assert_eq!(view["kind"], "environment");
    assert_eq!(view["endpoint"], endpoint.trim());
    assert_eq!(
        view["identity"]["account"],
        person.run(&["whoami", "--practice", "--json"]).json()["identity"]["account"]
    );
}

#[test]
fn a_stack_is_planned_made_found_finished_and_removed() {
    let person = Person::new();
    assert_eq!(person.run(&["practice", "pace", "10000"]).code, 0);
    let file = person.blueprint("name = \"first\"", "name = \"imaging\"");
    let on = |arguments: &[&str]| {
        let all: Vec<_> = arguments.iter().copied().chain(["--practice", "--json", "--yes"]).collect();
        person.run(&all)
    };

    let plan = on(&["plan", "--blueprint", &file]).json();
    let acts = |act: &str| plan["steps"].as_array().unwrap().iter().filter(|step| step["act"] == act).count();
    assert!(acts("create") > 5, "{plan}");

    let made = on(&["create", "--blueprint", &file]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let events: Vec<serde_json::Value> =
        made.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.first().unwrap()["event"], "began");
    let last = events.last().unwrap();
    assert_eq!((&last["event"], &last["run"]["state"]), (&"ended".into(), &"done".into()));

    let plan = on(&["plan", "--blueprint", &file]).json();
    assert!(plan["steps"].as_array().unwrap().iter().all(|step| step["act"] == "keep"), "{plan}");
    let stacks = on(&["stacks"]).json();
    assert_eq!(stacks[0]["name"], "imaging");
    assert_eq!(on(&["resume", "--stack", "imaging"]).error()["code"], "nothing-unfinished");

    let unasked = person.run(&["teardown", "--stack", "imaging", "--practice", "--json"]);
    assert_eq!((unasked.code, unasked.error()["code"].as_str()), (2, Some("confirmation-needed")));
    let listed = person.run(&["teardown", "--stack", "imaging", "--practice"]).out;
    assert!(listed.contains("to remove"), "{listed}");
    assert!(
        !listed.contains("a job runs") && !listed.contains('$'),
        "a stack that goes costs nothing: {listed}"
    );
    let gone = on(&["teardown", "--stack", "imaging"]);
    assert_eq!(gone.code, 0, "{}{}", gone.out, gone.err);
    assert_eq!(on(&["stacks"]).json(), serde_json::json!([]));
}

/// Kills a run at its first events, and says what is then offered for its stack.
fn offered_after_a_killed(person: &Person, arguments: &[&str]) -> String {
    assert_eq!(person.run(&["practice", "pace", "5"]).code, 0);
    let all: Vec<_> = arguments.iter().copied().chain(["--practice", "--json", "--yes"]).collect();
    let mut client = person.command(&all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let events = BufReader::new(client.stdout.take().unwrap()).lines();
    assert_eq!(events.take(3).count(), 3);
    client.kill().unwrap();
    client.wait().unwrap();
    assert_eq!(person.run(&["practice", "pace", "10000"]).code, 0);
    let said = person.run(&["stacks", "--practice"]).out;
    said.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn undo_is_offered_for_what_can_be_undone() {
    let person = Person::new();
    let file = person.blueprint("name = \"first\"", "name = \"imaging\"");
    let create = ["create", "--blueprint", &file];
    let offered = offered_after_a_killed(&person, &create);
    assert!(offered.contains("Creating imaging") && offered.contains("undo"), "{offered}");

    let all: Vec<_> = create.iter().copied().chain(["--practice", "--yes"]).collect();
    assert_eq!(person.run(&all).code, 0);
    let offered = offered_after_a_killed(&person, &["teardown", "--stack", "imaging"]);
    assert!(offered.contains("Tearing down imaging") && offered.contains("resume or keep"), "{offered}");
    assert!(!offered.contains("undo"), "{offered}");
}
