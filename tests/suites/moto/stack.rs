//! The main job by the command line on moto, for both networks: boto3 finds the stack as AWS's documentation says it
//! must be, a job ends with its log, and after the teardown the account is as it was.

use std::path::Path;

use slipway_tests::cli::Cli;
use slipway_tests::moto::Moto;
use slipway_tests::{account, attributes, seen};

/// moto wants a service role where AWS wants none, and describes a part of a vCPU as a fraction where AWS has a whole
/// number, which no SDK with types can read.
pub(crate) const FOR_MOTO: [(&str, &str); 3] = [
    ("service_role = \"service-linked\"", "service_role = \"classic\""),
    ("vcpu = \"0.25\"", "vcpu = \"1\""),
    ("memory_mib = 512", "memory_mib = 2048"),
];
const NEW_VPC: (&str, &str) = ("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"");

#[test]
fn in_the_default_vpc() {
    main_job(&FOR_MOTO, "the default VPC", "puffin-3141");
}

#[test]
fn in_a_vpc_of_its_own() {
    main_job(&[&FOR_MOTO[..], &[NEW_VPC]].concat(), "a new VPC", "gannet-2718");
}

fn main_job(changes: &[(&str, &str)], what: &str, word: &str) {
    let moto = Moto::like_a_new_account();
    let person = Cli::at(&moto.endpoint());
    let blueprint = person.blueprint(changes);
    let before = moto.dump();

    let report = person.json(&["check", "--blueprint", &blueprint]);
    assert_eq!(report["blocked"], false, "{report}");
    let plan = person.json(&["plan", "--blueprint", &blueprint]);
    assert!(plan["blocked"].is_null() && plan["steps"].as_array().is_some_and(|all| all.len() > 8), "{plan}");
    assert_eq!(account::differences(&before, &moto.dump()), Vec::<String>::new(), "looking changes nothing");

    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    let (rows, wrong) = attributes::compare(&moto.endpoint(), Path::new(&blueprint));
    assert_eq!(wrong, Vec::<String>::new());
    seen::figure(&format!("attributes that boto3 found as documented, {what}"), &rows.to_string());
    let stacks = person.json(&["stacks"]);
    assert_eq!(stacks[0]["health"], "healthy", "{stacks}");

    launch(&moto, &person, word);
    person.must(&["teardown", "--stack", "first", "--yes"]);
    assert_eq!(account::left_over(&before, &moto.dump()), Vec::<String>::new());
}

/// Submits a job, watches it to its end and reads its log.
fn launch(moto: &Moto, person: &Cli, word: &str) {
    let variable = format!("WORD={word}");
    let command = "sh -c 'echo the word is $WORD'";
    let job = person.json(&[
        "submit",
        "--stack",
        "first",
        "--name",
        "one",
        "--env",
        &variable,
        "--command",
        command,
    ]);
    let id = job["id"].as_str().expect("a job has an id");
    person.must(&["watch", id]);
    assert_eq!(moto.play_container("first-main"), ["sh", "-c", "echo the word is $WORD"]);
    let logs = person.must(&["logs", id]);
    assert!(logs.out.contains(&format!("the word is {word}")), "{}", logs.out);
    moto.forget_container();
    let jobs = person.json(&["jobs", "--stack", "first"]);
    assert_eq!(jobs[0]["jobs"][0]["name"], "one", "{jobs}");
}
