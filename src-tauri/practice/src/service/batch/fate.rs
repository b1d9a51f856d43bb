//! What becomes of a task that has a place: everything it needs before its container can start.

use super::environment::Environment;
use super::job::{Ending, Spec};
use super::size::Platform;
use super::{Moment, connections, disk, instance_choice, secrets, world};
use crate::ACCOUNT_ID;
use crate::ids;
use crate::service::ecr::{Architecture, Pull};
use crate::wire::json::text;

/// The group that jobs log to unless they name another.
pub(super) const LOG_GROUP: &str = "/aws/batch/job";

/// What becomes of a task that has a place.
pub(super) enum Fate {
    /// Its container starts after so many seconds.
    Starts { after: f64 },
    /// It fails before that.
    Fails { after: f64, ending: Ending },
}

pub(super) fn failed_to_start(after: f64, reason: String) -> Fate {
    let ending = Ending {
        status_reason: "Task failed to start".to_owned(),
        exit_code: None,
        reason: Some(reason),
        stopped: false,
    };
    Fate::Fails { after, ending }
}

/// Looks at everything a task needs before its container can start.
pub(super) fn fate(
    moment: &Moment<'_>,
    spec: &Spec,
    environment: &Environment,
    host: Option<&str>,
    of: &str,
) -> Fate {
    let container = &spec.container;
    if spec.override_bytes > 8_192 {
        let reason = "Container Overrides length must be at most 8192".to_owned();
        let ending = Ending { status_reason: reason, exit_code: None, reason: None, stopped: false };
        return Fate::Fails { after: 1.0, ending };
    }
    for field in ["executionRoleArn", "jobRoleArn"] {
        let role = text(container, field).filter(|role| !role.is_empty());
        if let Some(role) = role.filter(|role| !world::role_usable(moment, role, "ecs-tasks.amazonaws.com")) {
            let reason = format!(
                "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the \
                 role being passed has the proper trust relationship and permissions and that your IAM user has \
                 permissions to pass this role."
            );
            let ending = Ending { status_reason: reason, exit_code: None, reason: None, stopped: false };
            return Fate::Fails { after: 2.0, ending };
        }
    }
    let pull = 14.0 + 12.0 * moment.jitter(&format!("pull/{of}"));
    if let Some(reason) = connections::trouble(moment, spec, environment, host) {
        // The agent tries several times before it gives up.
        return failed_to_start(pull + 90.0, reason);
    }
    if let Some(reason) = secrets::trouble(moment, spec, of) {
        return failed_to_start(pull, reason);
    }
    let image = text(container, "image").unwrap_or_default();
    let wanted = architecture(spec, environment);
    let pulled = if secrets::of_registry(spec).is_some() {
        moment.state.ecr.pull_signed_in(image)
    } else {
        moment.state.ecr.pull(image)
    };
    let pulled = match pulled {
        Pull::Missing => through_cache(moment, spec, environment, image).unwrap_or(pulled),
        _ => pulled,
    };
    let is_private = image.contains(".dkr.ecr.");
    if is_private
        && spec.platform == Platform::Fargate
        && let Some(role) = text(container, "executionRoleArn")
        && !world::role_allows(moment, role, "ecr:GetAuthorizationToken", "*")
    {
        return failed_to_start(
            pull,
            format!(
                "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
                 failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): \
                 AccessDeniedException: User: {role} is not authorized to perform: ecr:GetAuthorizationToken on \
                 resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action"
            ),
        );
    }
    // On hosts it is the host that pulls, with the role that it carries (ECS Developer Guide, task_cannot_pull_image).
    if is_private
        && spec.platform == Platform::Ec2
        && let Some(role) = world::host_role_without(moment, environment, "ecr:GetAuthorizationToken")
    {
        return failed_to_start(
            pull,
            format!(
                "CannotPullECRContainerError: AccessDeniedException: User: \
                 arn:aws:sts::{ACCOUNT_ID}:assumed-role/{role}/{} is not authorized to perform: \
                 ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the \
                 ecr:GetAuthorizationToken action",
                host.unwrap_or_default()
            ),
        );
    }
    match &pulled {
        Pull::Missing => {
            return failed_to_start(
                pull,
                format!(
                    "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
                     {image}: {image}: not found"
                ),
            );
        }
        Pull::Several(there) if !there.contains(&wanted) => {
            return failed_to_start(
                pull + 20.0,
                format!(
                    "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does \
                     not contain descriptor matching platform 'linux/{}'.",
                    wanted.name()
                ),
            );
        }
        _ => {}
    }
    if let Some(reason) = disk::trouble(moment, spec, environment, image, wanted) {
        return failed_to_start(pull + 60.0, reason);
    }
    if let Some(trouble) = log_trouble(moment, spec, of) {
        if spec.platform == Platform::Ec2 {
            return failed_to_start(
                pull / 3.0,
                format!(
                    "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: \
                     failed to create Cloudwatch log stream: {trouble}"
                ),
            );
        }
        return failed_to_start(
            pull,
            format!(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 \
                 times: failed to create Cloudwatch log stream: {trouble} : exit status 1"
            ),
        );
    }
    Fate::Starts { after: if spec.platform == Platform::Fargate { pull } else { pull / 3.0 } }
}

/// What a pull-through cache rule brings, where whoever pulls may have it fetched (Amazon ECR User Guide, "IAM permissions
/// required to sync an upstream registry"). To whoever may not, the image is not there.
fn through_cache(moment: &Moment<'_>, spec: &Spec, environment: &Environment, image: &str) -> Option<Pull> {
    let cached = moment.state.ecr.cached(image)?;
    let mut needed = vec!["ecr:BatchImportUpstreamImage"];
    needed.extend(cached.to_be_made.then_some("ecr:CreateRepository"));
    let may = |action: &&str| match spec.platform {
        Platform::Fargate => text(&spec.container, "executionRoleArn")
            .is_some_and(|role| world::role_allows(moment, role, action, &cached.repository_arn)),
        Platform::Ec2 => world::host_role_allows(moment, environment, action, &cached.repository_arn),
    };
    needed.iter().all(may).then(|| moment.state.ecr.pull_signed_in(&cached.upstream))
}

/// Why the log driver cannot open its stream: no such group, or a role that may not write there.
pub(super) fn log_trouble(moment: &Moment<'_>, spec: &Spec, of: &str) -> Option<String> {
    let (group, create) = log_group(spec)?;
    let there = group == LOG_GROUP || moment.state.logs.has_group(moment.region, group);
    if !there && !create {
        return Some("ResourceNotFoundException: The specified log group does not exist.".to_owned());
    }
    let role = text(&spec.container, "executionRoleArn").filter(|_| spec.platform == Platform::Fargate)?;
    let action = if there { "logs:CreateLogStream" } else { "logs:CreateLogGroup" };
    let resource = format!("arn:aws:logs:{}:{ACCOUNT_ID}:log-group:{group}:log-stream:", moment.region);
    if world::role_allows(moment, role, action, &resource) {
        return None;
    }
    let name = role.rsplit('/').next().unwrap_or(role);
    let session = &ids::digest_hex(moment.state.seed(), &format!("task/{of}"))[..32];
    Some(format!(
        "AccessDeniedException: User: arn:aws:sts::{ACCOUNT_ID}:assumed-role/{name}/{session} is not authorized to \
         perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
    ))
}

pub(super) fn architecture(spec: &Spec, environment: &Environment) -> Architecture {
    let arm = match spec.platform {
        Platform::Fargate => {
            spec.container.get("runtimePlatform").and_then(|platform| text(platform, "cpuArchitecture"))
                == Some("ARM64")
        }
        Platform::Ec2 => environment.instance_types().iter().any(|name| instance_choice::is_arm(name)),
    };
    if arm { Architecture::Arm64 } else { Architecture::Amd64 }
}

/// The group a job logs to, and whether the driver is to make it; nothing for other log drivers.
pub(super) fn log_group(spec: &Spec) -> Option<(&str, bool)> {
    let Some(log) = spec.container.get("logConfiguration") else { return Some((LOG_GROUP, false)) };
    if text(log, "logDriver") != Some("awslogs") {
        return None;
    }
    let option = |name: &str| log.get("options").and_then(|options| text(options, name));
    Some((option("awslogs-group").unwrap_or(LOG_GROUP), option("awslogs-create-group") == Some("true")))
}

pub(super) fn stream_name(spec: &Spec, task: &str) -> String {
    let options = spec.container.get("logConfiguration").and_then(|log| log.get("options"));
    let prefix = options.and_then(|options| text(options, "awslogs-stream-prefix"));
    let prefix: String = prefix.unwrap_or(&spec.definition_name).chars().take(200).collect();
    format!("{prefix}/{}/{task}", text(&spec.container, "name").unwrap_or("default"))
}
