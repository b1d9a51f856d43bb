//! What a cure of a network gives to be typed, typed: into a shell, with the real AWS CLI, on a practice account that is
//! served. The finding that it is for is gone then.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_core::blueprint;
use slipway_practice::Practice;
use slipway_tests::{boto, cli::Cli, places, seen};
use tokio::net::TcpListener;

/// Lessons, and the cure of each.
const TYPED: [(&str, &str); 13] = [
    ("reach-no-route", "public-ips"),
    ("reach-no-route", "nat-gateway"),
    ("reach-blackhole", "nat-gateway"),
    ("reach-host-unaddressed", "public-ips"),
    ("reach-endpoint-missing-agent", "endpoints"),
    ("reach-endpoint-missing-layers", "endpoints"),
    ("reach-endpoint-table", "endpoints"),
    ("reach-endpoint-nameless", "endpoints"),
    ("reach-no-hostnames", "endpoints"),
    ("reach-no-dns", "put-right"),
    ("reach-endpoint-shut", "put-right"),
    ("reach-group-shut", "put-right"),
    ("reach-acl-in", "put-right"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cure_gives_to_be_typed_mends_what_it_is_for() {
    let (mut mended, mut operations) = (0, BTreeSet::new());
    for (id, kind) in TYPED {
        let practice = Practice::in_memory(7);
        practice.change_settings(|settings| settings.pace = 1000.0).expect("an account of this process");
        let lesson = slipway_lessons::find(id).unwrap_or_else(|| panic!("there is no lesson {id}"));
        let wanted = slipway_lessons::prepare(&practice, lesson).await;
        let wanted = wanted.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("it listens"));
        let server = tokio::spawn(async move { practice.serve(listener).await });
        let what = format!("{id}, {kind}");
        let lines = tokio::task::spawn_blocking(move || {
            let person = Cli::at(&endpoint);
            let file = person.write("wanted.toml", &blueprint::write(&wanted));
            let lines = typed(&report(&person, &file), kind, &what);
            let mut shell = boto::client("/bin/sh".into(), &endpoint);
            let aws = places::python("aws");
            let path = std::env::var("PATH").unwrap_or_default();
            let path = format!("{}:{path}", aws.parent().expect("it is in a folder").display());
            let typed = shell.env("PATH", path).args(["-eu", "-c", &lines.join("\n")]).output();
            let typed = typed.expect("there is a shell");
            assert!(typed.status.success(), "{what}: {}\n{lines:#?}", String::from_utf8_lossy(&typed.stderr));
            let left = ways_that_end(&report(&person, &file));
            assert!(left.is_empty(), "{what}: {left:?}\n{lines:#?}");
            lines
        });
        let lines = lines.await.expect("it was typed");
        operations.extend(
            lines
                .iter()
                .filter_map(|line| line.split("aws ec2 ").nth(1)?.split(' ').next().map(str::to_owned)),
        );
        server.abort();
        mended += 1;
    }
    assert!(operations.len() >= 14, "{operations:?}");
    seen::all("cures of networks, typed with the AWS CLI", mended, TYPED.len());
}

fn report(person: &Cli, blueprint: &str) -> Value {
    person.run(&["check", "--blueprint", blueprint, "--json"]).json()
}

/// The lines of a cure, of which each step has some; and the letter has them, too.
fn typed(report: &Value, kind: &str, what: &str) -> Vec<String> {
    let cures = report["network"]["cures"].as_array().unwrap_or_else(|| panic!("{what}: no cures"));
    let cure = cures.iter().find(|cure| cure["kind"] == kind).unwrap_or_else(|| panic!("{what}: {cures:#?}"));
    let mut lines = vec![];
    for step in cure["steps"].as_array().expect("a cure has steps") {
        let of_step = step["commands"].as_array().expect("a step has commands, or none");
        assert!(!of_step.is_empty() || step["by"]["kind"] == "nobody", "{what}: {step:#}");
        lines.extend(of_step.iter().map(|line| line.as_str().expect("a line").to_owned()));
    }
    let letters = report.to_string();
    for line in &lines {
        let escaped = serde_json::to_string(line).expect("text");
        assert!(letters.matches(escaped.trim_matches('"')).count() >= 2, "{what}: no letter has {line}");
    }
    lines
}

fn ways_that_end(report: &Value) -> Vec<String> {
    let items = report["items"].as_array().expect("a report has items");
    let ways = items.iter().filter(|item| item["id"].as_str().is_some_and(|id| id.starts_with("reach-")));
    let bad = ways.filter(|item| item["verdict"] != "ready");
    bad.map(|item| format!("{} {}", item["id"], item["finding"]["text"])).collect()
}
