//! From a blueprint to TOML: complete, in one order, with a line of explanation for every section.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;
use toml::Value;

use crate::blueprint::{
    Blueprint, ComputeEnvironment, JobDefinition, JobQueue, Network, Platform, SchedulingPolicy, ServiceRole,
    State,
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

    network(&mut out, blueprint);

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
    for policy in &blueprint.scheduling_policies {
        scheduling_policy(&mut out, policy);
    }
    for queue in &blueprint.job_queues {
        job_queue(&mut out, queue);
    }
    for definition in &blueprint.job_definitions {
        job_definition(&mut out, definition);
    }
    out.finish(blueprint)
}

fn network(out: &mut Document, blueprint: &Blueprint) {
    out.section(
        "# Where jobs run: \"default-vpc\"; \"new-vpc\" with addresses, cidr = \"10.42.0.0/16\"; or \"existing-vpc\" \
         with\n# vpc = \"vpc-…\", subnets = [\"subnet-…\"] and, if wanted, security_groups = [\"sg-…\"].",
        "[network]",
    );
    match &blueprint.network {
        Network::DefaultVpc {} => out.set("kind", &"default-vpc"),
        Network::NewVpc { cidr, way_out } => {
            out.set("kind", &"new-vpc");
            out.set("cidr", cidr);
            out.line("# How jobs get out: \"public-ips\", \"nat-gateway\" or \"endpoints\".");
            out.set("way_out", way_out);
        }
        Network::ExistingVpc { vpc, subnets, security_groups } => {
            out.set("kind", &"existing-vpc");
            out.set("vpc", vpc);
            out.set("subnets", subnets);
            out.set_unless_empty("security_groups", security_groups);
        }
    }
    for flow in &blueprint.flows {
        out.section("# A door in somebody else's security group that jobs get through.", "[[flows]]");
        out.set("name", &flow.name);
        out.set("security_group", &flow.security_group);
        out.set("port", &flow.port);
    }
}

fn compute_environment(out: &mut Document, environment: &ComputeEnvironment) {
    out.section("# What jobs run on.", "[[compute_environments]]");
    out.set("name", &environment.name);
    out.line("# \"fargate\", \"fargate-spot\", \"ec2\" or \"spot\".");
    out.set("kind", &environment.kind);
    if environment.state != State::Enabled {
        out.set("state", &environment.state);
    }
    out.line(match environment.kind.platform() {
        Platform::Fargate => "# The most vCPUs in use at one time; a new account is allowed 6.",
        Platform::Ec2 => {
            "# The most vCPUs in use at one time; a new account is allowed 5, and none with GPUs."
        }
    });
    out.set("max_vcpus", &environment.max_vcpus);
    let Some(instances) = &environment.instances else { return };
    out.section("# Which EC2 instances.", "[compute_environments.instances]");
    out.line("# Types, families, or AWS's choice: default_x86_64, default_arm64.");
    out.set("types", &instances.types);
    out.set("allocation_strategy", &instances.allocation_strategy);
    out.line("# Kept running, and paid for, even with nothing to do.");
    out.set("min_vcpus", &instances.min_vcpus);
    out.set_some("desired_vcpus", instances.desired_vcpus.as_ref());
    out.set_some("bid_percentage", instances.bid_percentage.as_ref());
    out.set_some("key_pair", instances.key_pair.as_ref());
    out.line("# Amazon Linux 2023: \"al2023\", or \"al2023-nvidia\" for GPUs.");
    out.set("ami", &instances.ami);
    let Some(template) = &instances.launch_template else { return };
    out.section("# What an instance is started with.", "[compute_environments.instances.launch_template]");
    if let Some(gib) = template.disk_gib {
        out.line("# The root disk, which images and containers share; 30 without.");
        out.set("disk_gib", &gib);
    }
    out.set("disk_type", &template.disk_type);
    out.set("imdsv2", &template.imdsv2);
    out.set_some("user_data", template.user_data.as_ref());
}

fn scheduling_policy(out: &mut Document, policy: &SchedulingPolicy) {
    out.section("# How a queue shares its compute out.", "[[scheduling_policies]]");
    out.set("name", &policy.name);
    out.set("share_decay_seconds", &policy.share_decay_seconds);
    out.set("compute_reservation", &policy.compute_reservation);
    out.section("# Weights: the lower, the more.", "[scheduling_policies.shares]");
    for (share, weight) in &policy.shares {
        out.set(share, weight);
    }
}

fn job_queue(out: &mut Document, queue: &JobQueue) {
    out.section(
        "# Where jobs wait. One to three compute environments, tried in this order.",
        "[[job_queues]]",
    );
    out.set("name", &queue.name);
    out.set("priority", &queue.priority);
    if queue.state != State::Enabled {
        out.set("state", &queue.state);
    }
    out.set("compute_environments", &queue.compute_environments);
    out.set_some("scheduling_policy", queue.scheduling_policy.as_ref());
}

fn job_definition(out: &mut Document, definition: &JobDefinition) {
    out.section("# What jobs are made from.", "[[job_definitions]]");
    out.set("name", &definition.name);
    out.line("# \"fargate\" or \"ec2\": what the queues it is for have.");
    out.set("platform", &definition.platform);
    out.set("image", &definition.image);
    if let Some(secret) = &definition.registry_secret {
        out.line("# The secret that opens the image's registry: {\"username\": \"…\", \"password\": \"…\"}.");
        out.set("registry_secret", secret);
    }
    out.line("# Empty for the image's own command.");
    out.set("command", &definition.command);
    out.line(match definition.platform {
        Platform::Fargate => "# Fargate's sizes only: 0.25 vCPU goes with 512, 1024 or 2048 MiB.",
        Platform::Ec2 => "# An instance offers jobs a little less memory than its data sheet says.",
    });
    out.set("vcpu", &definition.vcpu);
    out.set("memory_mib", &definition.memory_mib);
    if definition.gpus > 0 {
        out.set("gpus", &definition.gpus);
    }
    out.line("# What the image is built for: \"x86_64\" or \"arm64\".");
    out.set("architecture", &definition.architecture);
    out.line("# How often a job is tried, 1 to 10.");
    out.set("attempts", &definition.attempts);
    if let Some(seconds) = definition.timeout_seconds {
        out.line("# Seconds after which an attempt is ended, 60 or more.");
        out.set("timeout_seconds", &seconds);
    } else {
        out.line("# No timeout_seconds: an attempt runs until it ends by itself.");
    }
    if definition.platform == Platform::Fargate {
        out.line("# The only way out of a public subnet: image, logs and AWS are reached through it.");
        out.set("assign_public_ip", &definition.assign_public_ip);
    } else if !definition.assign_public_ip {
        out.set("assign_public_ip", &false);
    }
    out.set_some("ephemeral_storage_gib", definition.ephemeral_storage_gib.as_ref());
    out.set_some("user", definition.user.as_ref());
    if definition.privileged {
        out.set("privileged", &true);
    }
    if !definition.propagate_tags {
        out.set("propagate_tags", &false);
    }
    out.set_some("scheduling_priority", definition.scheduling_priority.as_ref());
    out.section(
        "# Environment variables. Not for secrets: whoever may describe jobs can read them.",
        "[job_definitions.environment]",
    );
    out.map(&definition.environment);
    if !definition.secrets.is_empty() {
        out.section(
            "# Variables whose values come from Secrets Manager or the Parameter Store.",
            "[job_definitions.secrets]",
        );
        out.map(&definition.secrets);
    }
    if !definition.parameters.is_empty() {
        out.section("# Values for Ref::name in the command.", "[job_definitions.parameters]");
        out.map(&definition.parameters);
    }
    out.tables("# What can be mounted.", "job_definitions.volumes", &definition.volumes);
    out.tables("# Where it is mounted.", "job_definitions.mounts", &definition.mounts);
    out.tables("# Limits of the container's processes.", "job_definitions.ulimits", &definition.ulimits);
    out.tables(
        "# Which ends are worth another attempt; the first that matches counts.",
        "job_definitions.retry",
        &definition.retry,
    );
    out.tables("# What the code may do in AWS.", "job_definitions.access", &definition.access);
}

fn service_role(role: ServiceRole) -> &'static str {
    match role {
        ServiceRole::ServiceLinked => "service-linked",
        ServiceRole::Classic => "classic",
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

    fn set_some(&mut self, key: &str, value: Option<&impl Serialize>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    fn set_unless_empty(&mut self, key: &str, list: &[String]) {
        if !list.is_empty() {
            self.set(key, &list);
        }
    }

    /// A list of tables, each with the keys that it has, in the order of its type.
    fn tables<T: Serialize>(&mut self, comment: &str, list: &str, entries: &[T]) {
        for (index, entry) in entries.iter().enumerate() {
            let header = format!("[[{list}]]");
            if index == 0 {
                self.section(comment, &header);
            } else {
                self.note(&header);
            }
            if let Ok(Value::Table(table)) = Value::try_from(entry) {
                for (key, value) in &table {
                    self.set(key, value);
                }
            }
        }
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
