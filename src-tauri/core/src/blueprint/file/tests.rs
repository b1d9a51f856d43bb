use std::collections::BTreeMap;

use super::{read, write};
use crate::blueprint::{
    Access, AccessMode, Architecture, Blueprint, DiskType, Flow, Mount, Network, Preset, SchedulingPolicy,
    ServiceRole, State, Ulimit, Volume,
};

fn preset() -> Blueprint {
    Preset::Fargate.blueprint("first")
}

#[test]
fn what_is_written_is_read_back() {
    let mut odd = preset();
    odd.service_role = ServiceRole::Classic;
    odd.network = Network::new_vpc("10.42.0.0/16");
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
    let presets = Preset::ALL.iter().map(|preset| preset.blueprint("first"));
    for blueprint in presets.chain([odd, empty, everything()]) {
        let text = write(&blueprint);
        assert_eq!(read(&text).as_ref(), Ok(&blueprint), "{text}");
        assert_eq!(write(&read(&text).unwrap()), text);
    }
}

/// A blueprint in which everything is set that can be.
fn everything() -> Blueprint {
    let mut blueprint = Preset::SpotThenOndemand.blueprint("first");
    blueprint.network = Network::ExistingVpc {
        vpc: "vpc-0a1b2c3d".into(),
        subnets: vec!["subnet-0a1b2c3d".into()],
        security_groups: vec!["sg-0a1b2c3d".into()],
    };
    blueprint.flows = vec![Flow { name: "efs".into(), security_group: "sg-0a1b2c3e".into(), port: 2049 }];
    blueprint.compute_environments[1].state = State::Disabled;
    let instances = blueprint.compute_environments[0].instances.as_mut().unwrap();
    instances.desired_vcpus = Some(2);
    instances.bid_percentage = Some(70);
    instances.key_pair = Some("ana".into());
    let template = instances.launch_template.as_mut().unwrap();
    template.disk_type = DiskType::Gp2;
    template.imdsv2 = false;
    template.user_data = Some("#!/bin/bash\necho \"hello\" > '/tmp/x'\n".into());
    blueprint.scheduling_policies = vec![SchedulingPolicy {
        name: "fair".into(),
        share_decay_seconds: 3600,
        compute_reservation: 10,
        shares: BTreeMap::from([("research".into(), 0.5), ("user*".into(), 1.0)]),
    }];
    blueprint.job_queues[0].scheduling_policy = Some("fair".into());
    blueprint.job_queues[0].state = State::Disabled;
    let definition = &mut blueprint.job_definitions[0];
    definition.gpus = 1;
    definition.secrets = BTreeMap::from([("PASSWORD".into(), "/imaging/password".into())]);
    definition.command = vec!["run".into(), "Ref::input".into()];
    definition.parameters = BTreeMap::from([("input".into(), "s3://scans/one".into())]);
    definition.volumes = vec![
        Volume::Host { name: "scratch".into(), path: "/mnt/scratch".into() },
        Volume::Efs {
            name: "data".into(),
            file_system: "fs-0a1b2c3d".into(),
            root_directory: Some("/".into()),
            access_point: Some("fsap-0a1b2c3d".into()),
            iam: true,
        },
    ];
    let mount =
        |volume: &str, read_only| Mount { volume: volume.into(), path: format!("/{volume}"), read_only };
    definition.mounts = vec![mount("scratch", false), mount("data", true)];
    definition.ulimits = vec![Ulimit { name: "nofile".into(), soft: 1024, hard: 4096 }];
    definition.privileged = true;
    definition.user = Some("1000:1000".into());
    definition.propagate_tags = false;
    definition.scheduling_priority = Some(7);
    definition.access = vec![
        Access::S3 { bucket: "scans".into(), prefix: Some("raw/".into()), mode: AccessMode::Read },
        Access::DynamoDb { table: "movies".into(), mode: AccessMode::Write },
        Access::Sqs { queue: "work".into(), mode: AccessMode::ReadWrite },
        Access::Parameter { name: "/imaging/model".into() },
        Access::Statement { actions: vec!["sns:Publish".into()], resources: vec!["*".into()] },
    ];
    blueprint
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

    let (code, message, advice) = refused("name = \"first\"", "name = \"first\"\nzzz = 1");
    assert_eq!(code, "blueprint-unknown-key");
    assert!(message.contains("zzz"), "{message}");
    assert!(advice.contains("job_queues, "), "{advice}");

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
    let (code, message, _) = refused("max_vcpus = 4", "max_vcpus = -1");
    assert_eq!(code, "blueprint-number");
    assert!(message.ends_with("from 0 to 2147483647 (line 30); it is -1."), "{message}");

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
