use std::collections::BTreeMap;

use super::{read, write};
use crate::blueprint::{Architecture, Blueprint, Network, Preset, ServiceRole};

fn preset() -> Blueprint {
    Preset::Fargate.blueprint("first")
}

#[test]
fn what_is_written_is_read_back() {
    let mut odd = preset();
    odd.service_role = ServiceRole::Classic;
    odd.network = Network::NewVpc { cidr: "10.42.0.0/16".to_owned() };
    odd.tags = BTreeMap::from([("cost centre".to_owned(), "a \"b\" \\ c".to_owned())]);
    odd.repositories.clear();
    let definition = &mut odd.job_definitions[0];
    definition.command =
        vec!["sh".into(), "-c".into(), "echo 'a'\n\techo \"${b}\" %{c} \u{1b}[0m \u{202e}".into()];
    definition.environment = BTreeMap::from([("k.with-odd \"name".to_owned(), "'''\n\"\"\"".to_owned())]);
    definition.architecture = Architecture::Arm64;
    definition.timeout_seconds = None;
    definition.assign_public_ip = false;
    let mut second = definition.clone();
    second.name = "second".to_owned();
    second.environment.clear();
    odd.job_definitions.push(second);
    let mut empty = preset();
    empty.compute_environments.clear();
    empty.job_queues.clear();
    empty.job_definitions.clear();
    for blueprint in [preset(), odd, empty] {
        let text = write(&blueprint);
        assert_eq!(read(&text).as_ref(), Ok(&blueprint), "{text}");
        assert_eq!(write(&read(&text).unwrap()), text);
    }
}

#[test]
fn the_preset_shows_the_two_lines_that_scripts_change() {
    let text = write(&preset());
    assert!(text.contains("\nname = \"first\"\n"), "{text}");
    assert!(text.contains("\nservice_role = \"service-linked\"\n"), "{text}");
}

fn refused(from: &str, to: &str) -> (String, String, String) {
    let text = write(&preset());
    assert!(text.contains(from), "the test looks for {from:?}");
    let error = read(&text.replacen(from, to, 1)).unwrap_err();
    (error.code, error.message, error.advice.unwrap_or_default())
}

fn line_of(what: &str) -> String {
    let text = write(&preset());
    let at = text.lines().position(|line| line.starts_with(what)).unwrap() + 1;
    format!("line {at}")
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_likely_one() {
    let (code, message, advice) = refused("max_vcpus = 4", "max_vcpu = 4");
    assert_eq!(code, "blueprint-unknown-key");
    assert!(message.contains("compute_environments[0].max_vcpu"), "{message}");
    assert!(message.contains(&line_of("max_vcpus")), "{message}");
    assert!(advice.contains("max_vcpus"), "{advice}");

    let (code, message, _) = refused("name = \"first\"", "name = \"first\"\nzzz = 1");
    assert_eq!(code, "blueprint-unknown-key");
    assert!(message.contains("zzz"), "{message}");

    let (code, message, _) =
        refused("kind = \"default-vpc\"", "kind = \"default-vpc\"\ncidr = \"10.0.0.0/16\"");
    assert_eq!(code, "blueprint-unknown-key", "{message}");
    assert!(message.contains("network.cidr"), "{message}");
}

#[test]
fn a_missing_key_is_named() {
    let (code, message, _) = refused("max_vcpus = 4\n", "");
    assert_eq!(code, "blueprint-missing-key");
    assert!(message.contains("compute_environments[0].max_vcpus"), "{message}");
    let (code, message, _) = refused("name = \"first\"", "");
    assert_eq!(code, "blueprint-missing-key");
    assert!(message.contains("name"), "{message}");
}

#[test]
fn a_wrong_type_and_an_unknown_value_are_named() {
    let (code, message, _) = refused("max_vcpus = 4", "max_vcpus = \"four\"");
    assert_eq!(code, "blueprint-wrong-type");
    assert!(message.contains("compute_environments[0].max_vcpus"), "{message}");
    assert!(message.contains(&line_of("max_vcpus")), "{message}");
    let (code, _, _) = refused("max_vcpus = 4", "max_vcpus = -1");
    assert_eq!(code, "blueprint-wrong-type");

    let (code, message, advice) = refused("service_role = \"service-linked\"", "service_role = \"mine\"");
    assert_eq!(code, "blueprint-unknown-value");
    assert!(message.contains("service_role") && message.contains("mine"), "{message}");
    assert!(advice.contains("classic"), "{advice}");
    let (code, message, advice) = refused("kind = \"default-vpc\"", "kind = \"my-vpc\"");
    assert_eq!(code, "blueprint-unknown-value", "{message}");
    assert!(advice.contains("new-vpc"), "{advice}");
}

#[test]
fn a_syntax_error_is_told_with_its_line() {
    let (code, message, _) = refused("max_vcpus = 4", "max_vcpus = = 4");
    assert_eq!(code, "blueprint-syntax");
    assert!(message.contains(&line_of("max_vcpus")), "{message}");
    assert_eq!(read("\u{0}").unwrap_err().code, "blueprint-syntax");
    assert_eq!(read("").unwrap_err().code, "blueprint-missing-key");
}
