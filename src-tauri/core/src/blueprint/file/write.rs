//! From a blueprint to TOML: complete, in one order, with a line of explanation for every section.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;
use toml::Value;

use crate::blueprint::{
    Architecture, Blueprint, ComputeEnvironment, ComputeKind, JobDefinition, JobQueue, Network, ServiceRole,
};

/// The whole blueprint as TOML. The same blueprint always makes the same text, and [`super::read`] reads it
/// back.
pub fn write(blueprint: &Blueprint) -> String {
    let mut out = Document::default();
    out.line(
        "# A Slipway blueprint: what the stack shall be. Check it with `slipway check --blueprint FILE`.",
    );
    out.gap();
    out.line("# The first part of every name in AWS: lower-case letters, digits and hyphens.");
    out.set("name", &blueprint.name);
    out.line("# The role with which AWS Batch works: \"service-linked\" (AWS keeps it) or \"classic\".");
    out.set("service_role", &service_role(blueprint.service_role));

    out.section("# Your own tags, put on everything.", "[tags]");
    out.map(&blueprint.tags);

    out.section(
        "# Where jobs run: \"default-vpc\", or \"new-vpc\" with addresses, cidr = \"10.42.0.0/16\".",
        "[network]",
    );
    match &blueprint.network {
        Network::DefaultVpc {} => out.set("kind", &"default-vpc"),
        Network::NewVpc { cidr } => {
            out.set("kind", &"new-vpc");
            out.set("cidr", cidr);
        }
    }

    out.section("# Days until CloudWatch Logs forgets a line.", "[logs]");
    out.set("retention_days", &blueprint.logs.retention_days);

    if blueprint.repositories.is_empty() {
        out.note("# No [[repositories]]: no ECR repository is made.");
    }
    for repository in &blueprint.repositories {
        out.section("# An ECR repository for your own image.", "[[repositories]]");
        out.set("name", &repository.name);
    }
    for environment in &blueprint.compute_environments {
        compute_environment(&mut out, environment);
    }
    for queue in &blueprint.job_queues {
        job_queue(&mut out, queue);
    }
    for definition in &blueprint.job_definitions {
        job_definition(&mut out, definition);
    }
    out.finish(blueprint)
}

fn compute_environment(out: &mut Document, environment: &ComputeEnvironment) {
    out.section("# What jobs run on.", "[[compute_environments]]");
    out.set("name", &environment.name);
    out.set("kind", &compute_kind(environment.kind));
    out.line("# The most vCPUs in use at one time; a new account is allowed 6.");
    out.set("max_vcpus", &environment.max_vcpus);
}

fn job_queue(out: &mut Document, queue: &JobQueue) {
    out.section(
        "# Where jobs wait. One to three compute environments, tried in this order.",
        "[[job_queues]]",
    );
    out.set("name", &queue.name);
    out.set("priority", &queue.priority);
    out.set("compute_environments", &queue.compute_environments);
}

fn job_definition(out: &mut Document, definition: &JobDefinition) {
    out.section("# What jobs are made from.", "[[job_definitions]]");
    out.set("name", &definition.name);
    out.set("image", &definition.image);
    out.line("# Empty for the image's own command.");
    out.set("command", &definition.command);
    out.line("# Fargate's sizes only: 0.25 vCPU goes with 512, 1024 or 2048 MiB.");
    out.set("vcpu", &definition.vcpu);
    out.set("memory_mib", &definition.memory_mib);
    out.line("# What the image is built for: \"x86_64\" or \"arm64\".");
    out.set("architecture", &architecture(definition.architecture));
    out.line("# How often a job is tried, 1 to 10.");
    out.set("attempts", &definition.attempts);
    if let Some(seconds) = definition.timeout_seconds {
        out.line("# Seconds after which an attempt is ended, 60 or more.");
        out.set("timeout_seconds", &seconds);
    } else {
        out.line("# No timeout_seconds: an attempt runs until it ends by itself.");
    }
    out.line("# The only way out of a public subnet: image, logs and AWS are reached through it.");
    out.set("assign_public_ip", &definition.assign_public_ip);
    out.section(
        "# Environment variables. Not for secrets: whoever may describe jobs can read them.",
        "[job_definitions.environment]",
    );
    out.map(&definition.environment);
}

fn service_role(role: ServiceRole) -> &'static str {
    match role {
        ServiceRole::ServiceLinked => "service-linked",
        ServiceRole::Classic => "classic",
    }
}

fn compute_kind(kind: ComputeKind) -> &'static str {
    match kind {
        ComputeKind::Fargate => "fargate",
    }
}

fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    }
}

#[derive(Default)]
struct Document {
    text: String,
}

impl Document {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }

    fn note(&mut self, note: &str) {
        self.gap();
        self.line(note);
    }

    fn section(&mut self, comment: &str, header: &str) {
        self.note(comment);
        self.line(header);
    }

    fn set(&mut self, key: &str, value: &impl Serialize) {
        // Strings, numbers, booleans and lists of strings: all of them have a form in TOML.
        let value = Value::try_from(value).unwrap_or_else(|_| Value::String(String::new()));
        let key = if is_bare(key) { key.to_owned() } else { Value::String(key.to_owned()).to_string() };
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{key} = {value}");
    }

    fn map(&mut self, map: &BTreeMap<String, String>) {
        for (key, value) in map {
            self.set(key, value);
        }
    }

    /// The lists that must be there are written even when they are empty, above the first table.
    fn finish(self, blueprint: &Blueprint) -> String {
        let empty = [
            ("compute_environments", blueprint.compute_environments.is_empty()),
            ("job_queues", blueprint.job_queues.is_empty()),
            ("job_definitions", blueprint.job_definitions.is_empty()),
        ];
        let mut missing = String::new();
        for (list, _) in empty.iter().filter(|(_, empty)| *empty) {
            let _ = writeln!(missing, "{list} = []");
        }
        if missing.is_empty() {
            return self.text;
        }
        self.text.replacen("\n# Your own tags", &format!("{missing}\n# Your own tags"), 1)
    }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
