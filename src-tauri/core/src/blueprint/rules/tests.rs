use super::check;
use crate::blueprint::{Blueprint, Network, Preset, Repository};

/// The fields that break a rule after this change, with the rule's code.
fn broken(change: impl FnOnce(&mut Blueprint)) -> Vec<(String, String)> {
    let mut blueprint = Preset::Fargate.blueprint("first");
    change(&mut blueprint);
    let problems = check(&blueprint);
    for problem in &problems {
        assert!(!problem.problem.text.contains('{'), "a parameter is missing: {}", problem.problem.text);
        assert_ne!(problem.problem.text, problem.problem.code, "no sentence");
    }
    problems.into_iter().map(|p| (p.field, p.problem.code)).collect()
}

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

#[test]
fn stack_names() {
    for good in ["a", "first", "a1-b2", "sgx", &"a".repeat(30)] {
        assert_eq!(broken(|b| b.name = good.to_owned()), vec![], "{good}");
    }
    for bad in ["", "First", "1st", "a_b", "a-", "a--b", "-a", "a.b", "é", &"a".repeat(31), "a b", "a\n"] {
        assert_eq!(broken(|b| b.name = bad.to_owned()), one("name", "rule-stack-name"), "{bad}");
    }
    for bad in ["sg", "sg-one"] {
        assert_eq!(broken(|b| b.name = bad.to_owned()), one("name", "rule-stack-name-sg"));
    }
}

#[test]
fn part_names() {
    assert_eq!(
        broken(|b| b.repositories[0].name = "App".into()),
        one("repositories[0].name", "rule-part-name")
    );
    assert_eq!(
        broken(|b| b.repositories.push(Repository { name: "app".into() })),
        one("repositories[1].name", "rule-name-twice")
    );
    assert_eq!(
        broken(|b| b.job_definitions[0].name = "a".repeat(30)),
        one("job_definitions[0].name", "rule-part-name")
    );
    assert_eq!(broken(|b| b.job_queues[0].name = String::new()), one("job_queues[0].name", "rule-part-name"));
}

#[test]
fn tags() {
    let tag = |key: &str, value: &str| broken(|b| drop(b.tags.insert(key.into(), value.into())));
    assert_eq!(tag("team", "imaging & co"), one("tags.team", "rule-tag-value"));
    assert_eq!(tag("team", "a+b=c:/@ é_.-1"), vec![]);
    assert_eq!(tag("empty", ""), vec![]);
    for reserved in ["aws:x", "AWS:x", "slipway:stack", "Name"] {
        assert_eq!(tag(reserved, "x")[0].1, "rule-tag-reserved", "{reserved}");
    }
    for bad in ["", " a", "a\"b", &"k".repeat(129)] {
        assert_eq!(tag(bad, "x")[0].1, "rule-tag-key", "{bad}");
    }
    assert_eq!(tag("k", &"v".repeat(257))[0].1, "rule-tag-value");
    let twice = broken(|b| b.tags.extend([("Env".into(), "a".into()), ("env".into(), "b".into())]));
    assert_eq!(twice, one("tags.env", "rule-tag-case"));
    let many = broken(|b| b.tags.extend((0..41).map(|n| (format!("k{n}"), String::new()))));
    assert_eq!(many, one("tags", "rule-tags-too-many"));
}

#[test]
fn networks() {
    let cidr = |cidr: &str| broken(|b| b.network = Network::new_vpc(cidr));
    for good in ["10.42.0.0/16", "192.168.7.0/24", "172.16.0.0/20", "100.64.0.0/16"] {
        assert_eq!(cidr(good), vec![], "{good}");
    }
    for (bad, code) in [
        ("10.42.0.0", "rule-cidr"),
        ("10.42.0.0/33", "rule-cidr"),
        ("10.420.0.0/16", "rule-cidr"),
        ("fd00::/16", "rule-cidr"),
        ("", "rule-cidr"),
        ("10.42.0.1/16", "rule-cidr-host-bits"),
        ("10.0.0.0/8", "rule-cidr-size"),
        ("10.0.0.0/25", "rule-cidr-size"),
        ("8.8.0.0/16", "rule-cidr-private"),
        ("172.32.0.0/16", "rule-cidr-private"),
    ] {
        assert_eq!(cidr(bad), one("network.cidr", code), "{bad}");
    }
}

#[test]
fn compute_and_queues() {
    assert_eq!(
        broken(|b| b.compute_environments[0].max_vcpus = 0),
        one("compute_environments[0].max_vcpus", "rule-max-vcpus")
    );
    assert_eq!(
        broken(|b| b.compute_environments[0].max_vcpus = u32::MAX),
        one("compute_environments[0].max_vcpus", "rule-max-vcpus")
    );
    assert_eq!(broken(|b| b.job_queues[0].priority = 1001), one("job_queues[0].priority", "rule-priority"));
    assert_eq!(broken(|b| b.job_queues[0].priority = 0), vec![]);
    let queue = |environments: &[&str]| {
        broken(|b| {
            b.job_queues[0].compute_environments = environments.iter().map(|e| (*e).to_owned()).collect();
        })
    };
    assert_eq!(queue(&[]), one("job_queues[0].compute_environments", "rule-queue-environments"));
    assert_eq!(queue(&["x"]), one("job_queues[0].compute_environments[0]", "rule-queue-unknown-environment"));
    assert_eq!(
        queue(&["fargate", "fargate"]),
        one("job_queues[0].compute_environments[1]", "rule-queue-environment-twice")
    );
    assert_eq!(broken(|b| b.job_queues.clear()), one("job_queues", "rule-list-empty"));
    assert_eq!(broken(|b| b.job_definitions.clear()), one("job_definitions", "rule-list-empty"));
    let many = broken(|b| {
        let queue = b.job_queues[0].clone();
        b.job_queues
            .extend((0..50).map(|n| crate::blueprint::JobQueue { name: format!("q{n}"), ..queue.clone() }));
    });
    assert_eq!(many, one("job_queues", "rule-list-too-long"));
}

#[test]
fn sizes() {
    let size = |vcpu: &str, memory: u32| {
        broken(|b| {
            b.job_definitions[0].vcpu = vcpu.to_owned();
            b.job_definitions[0].memory_mib = memory;
        })
    };
    assert_eq!(size("1", 2048), vec![]);
    assert_eq!(size("3", 2048), one("job_definitions[0].vcpu", "rule-fargate-vcpu"));
    assert_eq!(size("", 2048), one("job_definitions[0].vcpu", "rule-fargate-vcpu"));
    assert_eq!(size("1.0", 2048), one("job_definitions[0].vcpu", "rule-vcpu-written"));
    assert_eq!(size("1", 4000), one("job_definitions[0].memory_mib", "rule-fargate-memory"));
    assert_eq!(size("8", 16384), one("job_definitions[0].vcpu", "rule-vcpu-no-room"));
}

#[test]
fn what_a_job_runs() {
    let image = |image: &str| broken(|b| b.job_definitions[0].image = image.to_owned());
    assert_eq!(image("Not An Image"), one("job_definitions[0].image", "rule-image"));
    assert_eq!(image(&"a".repeat(256)), one("job_definitions[0].image", "rule-image-long"));
    let env = |name: &str, value: &str| {
        broken(|b| drop(b.job_definitions[0].environment.insert(name.to_owned(), value.to_owned())))
    };
    assert_eq!(env("A", "b"), vec![]);
    assert_eq!(env("A", ""), one("job_definitions[0].environment.A", "rule-env-empty"));
    assert_eq!(env("A=B", "x"), one("job_definitions[0].environment.\"A=B\"", "rule-env-name"));
    assert_eq!(
        env("AWS_BATCH_JOB_ID", "x"),
        one("job_definitions[0].environment.AWS_BATCH_JOB_ID", "rule-env-reserved")
    );
    assert_eq!(env("A", "\0"), one("job_definitions[0].environment.A", "rule-nul"));
    assert_eq!(env("A", &"x".repeat(30_000)), one("job_definitions[0].command", "rule-definition-large"));
    assert_eq!(
        broken(|b| b.job_definitions[0].command.push("\0".into())),
        one("job_definitions[0].command", "rule-nul")
    );
}

#[test]
fn tries_and_logs() {
    for bad in [0, 11] {
        assert_eq!(
            broken(|b| b.job_definitions[0].attempts = bad),
            one("job_definitions[0].attempts", "rule-attempts")
        );
    }
    assert_eq!(
        broken(|b| b.job_definitions[0].timeout_seconds = Some(59)),
        one("job_definitions[0].timeout_seconds", "rule-timeout")
    );
    assert_eq!(broken(|b| b.job_definitions[0].timeout_seconds = Some(60)), vec![]);
    assert_eq!(broken(|b| b.logs.retention_days = 31), one("logs.retention_days", "rule-retention"));
    assert_eq!(broken(|b| b.logs.retention_days = 9999), one("logs.retention_days", "rule-retention"));
}

#[test]
fn every_problem_is_told_at_once() {
    let found = broken(|b| {
        b.name = "No".into();
        b.compute_environments[0].max_vcpus = 0;
        b.job_definitions[0].memory_mib = 1;
    });
    assert_eq!(found.len(), 3, "{found:?}");
}
