//! A job definition as Terraform.

use std::collections::BTreeMap;

use super::{JobDefinition, JobDefinitionFacts, Revision};
use crate::{
    blueprint::{Platform, RetryRule, Volume},
    resource::{Known, Resource},
    terraform::{Block, Context, File, Part, Value, Variable},
};

impl JobDefinition {
    pub(super) fn write(&self, facts: Option<&JobDefinitionFacts>, with: &Context<'_>) -> Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let image = with.own("image", &id);
        let unseen = self.revision(&Known::default());
        let revision = facts.map_or(&unseen, |facts| &facts.found);
        let found = &revision.definition;
        let mut block = Block::resource(address)
            .set("name", with.name(&self.name))
            .set("type", "container")
            .set("platform_capabilities", vec![found.platform.batch()])
            .set("propagate_tags", found.propagate_tags)
            .set_because(
                "Jobs, schedules and people may name an older revision: it stays when a newer one is registered.",
                "deregister_on_new_revision",
                false,
            );
        if !found.parameters.is_empty() {
            block = block.set("parameters", Value::map(&found.parameters));
        }
        block = block
            .set_some("scheduling_priority", found.scheduling_priority)
            .set("container_properties", self.container(revision, &image, with).json());
        let mut retry = Block::new("retry_strategy", &[]).set("attempts", found.attempts);
        for rule in &found.retry {
            retry = retry.with(condition(rule));
        }
        block = block.with(retry);
        if let Some(seconds) = found.timeout_seconds {
            block = block.with(Block::new("timeout", &[]).set("attempt_duration_seconds", seconds));
        }
        block = block.set("tags", with.tags(&id));
        let needed = with.usable(&self.execution_role.of);
        if !needed.is_empty() {
            block = block.set_because(
                "A job that is launched at once needs its image pulled and its log written.",
                "depends_on",
                Value::codes(needed),
            );
        }
        Part::of(File::Batch, [block])
            .import(address, facts.map(|facts| &facts.arn))
            .variable(Variable::new(
                image,
                "string",
                "The container image, with its tag or digest.",
                &found.image,
            ))
            .output(
                with.own("job_definition_arn", &id),
                "What jobs are made from.",
                Value::code(format!("{address}.arn")),
            )
    }

    /// `container_properties`. A key without a value is left out: the provider would find it changed for ever.
    fn container(&self, revision: &Revision, image: &str, with: &Context<'_>) -> Value {
        let found = &revision.definition;
        let need = |kind: &str, value: String| Value::map([("type", kind.to_owned()), ("value", value)]);
        let mut needs = vec![need("VCPU", found.vcpu.clone()), need("MEMORY", found.memory_mib.to_string())];
        if found.gpus > 0 {
            needs.push(need("GPU", found.gpus.to_string()));
        }
        let mut properties: Vec<(&str, Value)> = vec![("image", Value::code(format!("var.{image}")))];
        let mut set = |name: &'static str, value: Value| properties.push((name, value));
        if let Some(secret) = &found.registry_secret {
            set("repositoryCredentials", Value::map([("credentialsParameter", secret)]));
        }
        if !found.command.is_empty() {
            set("command", found.command.clone().into());
        }
        set("executionRoleArn", with.refer(&self.execution_role));
        set("jobRoleArn", with.refer(&self.job_role));
        set("logConfiguration", self.log(with));
        set("resourceRequirements", Value::List(needs));
        let mut list = |name: &'static str, values: Vec<Value>| {
            if !values.is_empty() {
                set(name, Value::List(values));
            }
        };
        list("environment", pairs(&found.environment, "value"));
        list("secrets", pairs(&found.secrets, "valueFrom"));
        list("volumes", found.volumes.iter().map(volume).collect());
        let mounts = found.mounts.iter().map(|mount| {
            Value::map([
                ("sourceVolume", Value::from(&mount.volume)),
                ("containerPath", Value::from(&mount.path)),
                ("readOnly", Value::from(mount.read_only)),
            ])
        });
        list("mountPoints", mounts.collect());
        let limits = found.ulimits.iter().map(|limit| {
            Value::map([
                ("name", Value::from(&limit.name)),
                ("softLimit", Value::from(limit.soft)),
                ("hardLimit", Value::from(limit.hard)),
            ])
        });
        list("ulimits", limits.collect());
        if found.privileged {
            set("privileged", true.into());
        }
        if let Some(user) = &found.user {
            set("user", user.into());
        }
        if found.platform == Platform::Fargate {
            let address = if found.assign_public_ip { "ENABLED" } else { "DISABLED" };
            set("networkConfiguration", Value::map([("assignPublicIp", address)]));
            let platform =
                [("operatingSystemFamily", "LINUX"), ("cpuArchitecture", found.architecture.batch())];
            set("runtimePlatform", Value::map(platform));
        }
        if let Some(gib) = found.ephemeral_storage_gib {
            set("ephemeralStorage", Value::map([("sizeInGiB", gib)]));
        }
        Value::map(properties)
    }

    fn log(&self, with: &Context<'_>) -> Value {
        let options = [
            ("awslogs-group", with.refer(&self.log_group)),
            ("awslogs-region", Value::code("var.region")),
            ("awslogs-stream-prefix", Value::from(&self.wanted.name)),
        ];
        Value::map([("logDriver", Value::from("awslogs")), ("options", Value::map(options))])
    }
}

/// `[{ name = …, value = … }]`, as ECS writes what others write as a map.
fn pairs(pairs: &BTreeMap<String, String>, value: &str) -> Vec<Value> {
    pairs.iter().map(|(name, text)| Value::map([("name", name.as_str()), (value, text.as_str())])).collect()
}

fn volume(volume: &Volume) -> Value {
    let named = ("name", Value::from(volume.name()));
    match volume {
        Volume::Host { path, .. } => Value::map([named, ("host", Value::map([("sourcePath", path)]))]),
        Volume::Efs { file_system, root_directory, access_point, iam, .. } => {
            let mut efs = vec![("fileSystemId", Value::from(file_system))];
            efs.extend(root_directory.as_ref().map(|root| ("rootDirectory", Value::from(root))));
            efs.push(("transitEncryption", Value::from("ENABLED")));
            if *iam || access_point.is_some() {
                let mut authorization = vec![("iam", if *iam { "ENABLED" } else { "DISABLED" })];
                authorization.extend(access_point.as_deref().map(|point| ("accessPointId", point)));
                efs.push(("authorizationConfig", Value::map(authorization)));
            }
            Value::map([named, ("efsVolumeConfiguration", Value::map(efs))])
        }
    }
}

fn condition(rule: &RetryRule) -> Block {
    // In the case in which the provider keeps it.
    Block::new("evaluate_on_exit", &[])
        .set("action", rule.action.batch().to_lowercase())
        .set_some("on_status_reason", rule.on_status_reason.as_ref())
        .set_some("on_reason", rule.on_reason.as_ref())
        .set_some("on_exit_code", rule.on_exit_code.as_ref())
}
