//! What makes one revision differ from the next, in words that a person reads and no two settings share.

use super::Revision;
use crate::{
    blueprint::{Mount, Platform, RetryRule, Ulimit, Volume},
    resource::Attributes,
    shell,
};

impl Revision {
    /// Each attribute that is set, in AWS's words; what Batch keeps in no order by its name.
    pub(super) fn attributes(&self) -> Attributes {
        let definition = &self.definition;
        let on_fargate = definition.platform == Platform::Fargate;
        let only = |there: bool, value: &'static str| if there { value } else { "" };
        let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
        let public_ip = if definition.assign_public_ip { "ENABLED" } else { "DISABLED" };
        Attributes::default()
            .with("platformCapabilities", definition.platform.batch())
            .with("image", &definition.image)
            .with("repositoryCredentials", definition.registry_secret.as_deref().unwrap_or_default())
            .with("command", shell::line(&definition.command))
            .with("VCPU", &definition.vcpu)
            .with("MEMORY", definition.memory_mib)
            .with("GPU", number(Some(definition.gpus).filter(|gpus| *gpus > 0)))
            // An instance's processor is the environment's business.
            .with("cpuArchitecture", only(on_fargate, definition.architecture.batch()))
            .with_each("environment", &definition.environment)
            .with_each("secrets", &definition.secrets)
            .with_each("parameters", &definition.parameters)
            .with_each("volumes", definition.volumes.iter().map(|one| (one.name(), volume(one))))
            .with_each("mountPoints", definition.mounts.iter().map(|one| (&one.path, mount(one))))
            .with_each("ulimits", definition.ulimits.iter().map(|one| (&one.name, ulimit(one))))
            .with("privileged", only(definition.privileged, "true"))
            .with("user", definition.user.as_deref().unwrap_or_default())
            .with("ephemeralStorage", number(definition.ephemeral_storage_gib))
            .with("executionRoleArn", &self.execution_role)
            .with("jobRoleArn", &self.job_role)
            .with("awslogs-group", &self.log_group)
            .with("assignPublicIp", only(on_fargate, public_ip))
            .with("attempts", definition.attempts)
            .with_list("evaluateOnExit", definition.retry.iter().map(rule))
            .with("attemptDurationSeconds", number(definition.timeout_seconds))
            .with("propagateTags", definition.propagate_tags)
            .with("schedulingPriority", number(definition.scheduling_priority))
    }
}

/// `/mnt/scratch`, or `fs-0a1b2c3d, root /data, access point fsap-0a1b2c3d, IAM`.
fn volume(volume: &Volume) -> String {
    match volume {
        Volume::Host { path, .. } => path.clone(),
        Volume::Efs { file_system, root_directory, access_point, iam, .. } => {
            let root = root_directory.as_ref().map(|root| format!("root {}", shell::quoted(root)));
            let point = access_point.as_ref().map(|point| format!("access point {point}"));
            let iam = iam.then(|| "IAM".to_owned());
            let parts = std::iter::once(file_system.clone()).chain(root).chain(point).chain(iam);
            parts.collect::<Vec<_>>().join(", ")
        }
    }
}

/// `data`, or `data, read-only`.
fn mount(mount: &Mount) -> String {
    format!("{}{}", mount.volume, if mount.read_only { ", read-only" } else { "" })
}

fn ulimit(limit: &Ulimit) -> String {
    format!("soft {}, hard {}", limit.soft, limit.hard)
}

/// `RETRY, onStatusReason "Host EC2*"`: no pattern holds a quotation mark (EvaluateOnExit, `onReason`).
fn rule(rule: &RetryRule) -> String {
    let patterns = [
        ("onStatusReason", &rule.on_status_reason),
        ("onReason", &rule.on_reason),
        ("onExitCode", &rule.on_exit_code),
    ];
    let told =
        patterns.into_iter().filter_map(|(what, pattern)| Some(format!("{what} \"{}\"", pattern.as_ref()?)));
    let action = rule.action.batch().to_owned();
    std::iter::once(action).chain(told).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::{JobDefinition, Preset, RetryAction};

    fn revision(change: impl FnOnce(&mut JobDefinition)) -> Attributes {
        let mut definition = Preset::Fargate.blueprint("first").job_definitions.remove(0);
        change(&mut definition);
        let text = |text: &str| text.to_owned();
        let revision = Revision {
            definition,
            execution_role: text("execution"),
            job_role: text("role"),
            log_group: text("/slipway/first"),
        };
        revision.attributes()
    }

    /// What is told of a change: `what: found -> wanted`.
    fn told(change: impl FnOnce(&mut JobDefinition)) -> Vec<String> {
        let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let differences = revision(|_| ()).differences(&revision(change)).into_iter();
        differences.map(|d| format!("{}: {} -> {}", d.what, shown(d.found), shown(d.wanted))).collect()
    }

    fn efs(root: Option<&str>, point: Option<&str>, iam: bool) -> Volume {
        Volume::Efs {
            name: "data".to_owned(),
            file_system: "fs-0a1b2c3d".to_owned(),
            root_directory: root.map(str::to_owned),
            access_point: point.map(str::to_owned),
            iam,
        }
    }

    #[test]
    fn lists_are_told_entry_by_entry_in_words() {
        assert_eq!(
            told(|d| d.command = vec!["echo".into(), "it's".into()])[0].split(" -> ").nth(1),
            Some("echo 'it'\\''s'")
        );
        assert_eq!(
            told(|d| d.environment = [("WORD".to_owned(), "plum jam".to_owned())].into()),
            ["environment.MESSAGE: it works -> -", "environment.WORD: - -> plum jam"]
        );
        let told_of_storage = told(|d| {
            d.volumes = vec![
                Volume::Host { name: "scratch".into(), path: "/mnt/scratch".into() },
                efs(Some("/a b"), Some("fsap-1"), true),
            ];
            d.mounts = vec![Mount { volume: "data".into(), path: "/data".into(), read_only: true }];
            d.ulimits = vec![Ulimit { name: "nofile".into(), soft: 1024, hard: 4096 }];
        });
        assert_eq!(
            told_of_storage,
            [
                "volumes.scratch: - -> /mnt/scratch",
                "volumes.data: - -> fs-0a1b2c3d, root '/a b', access point fsap-1, IAM",
                "mountPoints./data: - -> data, read-only",
                "ulimits.nofile: - -> soft 1024, hard 4096",
            ]
        );
        let told_of_retries = told(|d| {
            let rule = |action, status: Option<&str>, exit: Option<&str>| RetryRule {
                action,
                on_status_reason: status.map(str::to_owned),
                on_reason: None,
                on_exit_code: exit.map(str::to_owned),
            };
            d.attempts = 3;
            d.retry = vec![
                rule(RetryAction::Retry, Some("Host EC2*"), Some("137")),
                rule(RetryAction::Exit, None, Some("*")),
            ];
        });
        assert_eq!(
            told_of_retries,
            [
                "attempts: 1 -> 3",
                "evaluateOnExit.1: - -> RETRY, onStatusReason \"Host EC2*\", onExitCode \"137\"",
                "evaluateOnExit.2: - -> EXIT, onExitCode \"*\"",
            ]
        );
    }

    #[test]
    fn what_differs_is_told_differently() {
        let volumes = [
            efs(None, None, false),
            efs(None, None, true),
            efs(Some("/"), None, false),
            efs(Some("/, IAM"), None, false),
            efs(Some("/"), None, true),
            efs(None, Some("fsap-1"), false),
        ];
        let told: std::collections::BTreeSet<_> = volumes.iter().map(volume).collect();
        assert_eq!(told.len(), volumes.len(), "{told:?}");
        // An order that Batch does not keep makes no difference, the order of words does.
        let command = |words: [&str; 2]| revision(|d| d.command = words.map(str::to_owned).to_vec());
        assert_ne!(command(["a b", "c"]), command(["a", "b c"]));
        let mount = |path: &str| Mount { volume: "data".into(), path: path.into(), read_only: false };
        let mounts = |paths: [&str; 2]| revision(|d| d.mounts = paths.map(mount).to_vec());
        assert_eq!(mounts(["/a", "/b"]).differences(&mounts(["/b", "/a"])), []);
    }
}
