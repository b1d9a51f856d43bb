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

#[test]
fn what_was_changed_in_the_account_is_listed_with_what_takes_it_back() {
    let (person, lesson) = (Person::new(), "reach-group-shut");
    let file = begun(&person, lesson);
    let history = |json: bool| {
        let more = if json { &["--json"][..] } else { &[] };
        person.run(&[&["fix", "--history", "--lesson", lesson], more].concat())
    };
    assert_eq!(history(true).json(), serde_json::json!([]));
    assert!(history(false).out.contains("Nothing was changed here"));

    assert_eq!(fix(&person, lesson, &file, &["reach-logs", "--yes"]).code, 0);
    let listed = history(true).json();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    let (change, outcome) = (&listed[0]["change"], &listed[0]["outcome"]["kind"]);
    assert_eq!(outcome, "done");
    let (group, back) = (change["on"].as_str().unwrap(), change["back"]["text"].as_str().unwrap());
    assert!(group.starts_with("sg-"), "{change}");
    let said = history(false).out;
    assert!(said.contains(group) && said.contains(&format!("To take it back: {back}")), "{said}");
    assert_eq!(person.run(&["fix", "--history", "reach-logs", "--lesson", lesson]).code, 2);
}

#[test]
fn a_letter_holds_whatever_its_reader_has_to_paste_or_to_ask_for() {
    let person = Person::new();
    let letter = |lesson: &str, finding: &str| {
        begun(&person, lesson);
        let said = person.run(&["check", "--lesson", lesson, "--letter", finding]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.out
    };
    let policy = letter("refused-not-allowed", "may-create");
    let from = policy.find("{\n").unwrap();
    let policy: serde_json::Value = serde_json::from_str(&policy[from..]).unwrap();
    let whole = person.run(&["policy", "--lesson", "refused-not-allowed", "--json"]).json();
    let whole: serde_json::Value = serde_json::from_str(whole["policies"][0].as_str().unwrap()).unwrap();
    assert_eq!(policy, whole);

    let endpoint = letter("reach-endpoint-refuses", "reach-logs");
    let from = endpoint.find("[\n").unwrap();
    let statements: serde_json::Value = serde_json::from_str(&endpoint[from..]).unwrap();
    let of = |at: usize| &statements[at];
    assert_eq!(of(0)["Action"], serde_json::json!(["logs:CreateLogStream"]));
    assert_eq!(of(1)["Action"], serde_json::json!(["logs:PutLogEvents"]));
    let role = "arn:aws:iam::111122223333:role/imaging-execution";
    for at in [0, 1] {
        assert_eq!(of(at)["Condition"]["ArnEquals"]["aws:PrincipalArn"], serde_json::json!([role]));
        let on = of(at)["Resource"][0].as_str().unwrap();
        assert!(on.starts_with("arn:aws:logs:us-east-1:111122223333:log-group:/slipway/imaging:"), "{on}");
    }

    let limit = letter("limit-full-vpcs", "limit-vpcs");
    assert!(limit.contains("VPCs per Region (vpc/L-F678F1CE): 5 today, 6 wanted"), "{limit}");
    let checked = person.run(&["check", "--lesson", "limit-full-vpcs"]).out;
    let ask = "slipway limits --request vpc/L-F678F1CE=6 --lesson limit-full-vpcs";
    assert!(checked.contains(ask), "{checked}");
}

#[test]
fn of_several_policies_each_is_printed_by_its_number() {
    let person = Person::new();
    let file = person.write("spot.toml", &person.run(&["blueprint", "spot"]).out);
    let of = |words: &[&str]| person.run(&[&["policy", "--blueprint", &file, "--practice"], words].concat());
    let all = of(&["--json"]).json()["policies"].as_array().unwrap().clone();
    assert!(all.len() > 1, "{all:?}");
    assert!(of(&[]).err.contains("--number 1 prints only the first"));
    let first: serde_json::Value = serde_json::from_str(&of(&["--number", "1"]).out).unwrap();
    assert_eq!(first, serde_json::from_str::<serde_json::Value>(all[0].as_str().unwrap()).unwrap());
    let none = of(&["--number", "9", "--json"]);
    assert_eq!((none.code, none.error()["code"].as_str()), (2, Some("policy-number")));
}
