//! What a task speaks to before its container can start, and how its platform's agent words that it cannot.

use super::environment::Environment;
use super::job::Spec;
use super::size::Platform;
use super::{Moment, fate, secrets, world};
use crate::ACCOUNT_ID;
use crate::service::ec2::Target;
use crate::wire::json::text;

/// Why the task fails to start, where it cannot speak to something that it needs.
pub(super) fn trouble(
    moment: &Moment<'_>,
    spec: &Spec,
    environment: &Environment,
    host: Option<&str>,
) -> Option<String> {
    let region = moment.region;
    let (subnet, public_ip) = match spec.platform {
        Platform::Fargate => {
            let network = spec.container.get("networkConfiguration");
            let public = network.and_then(|network| text(network, "assignPublicIp")) == Some("ENABLED");
            // Which subnet a task gets is AWS's choice; the first stands for all.
            ((*environment.subnets().first()?).to_owned(), public)
        }
        Platform::Ec2 => {
            let host = environment.hosts.iter().find(|one| Some(one.id.as_str()) == host)?;
            (host.subnet.clone(), world::gives_public_ip(moment, &host.subnet))
        }
    };
    let reaches = |target| world::reaches(moment, environment, &subnet, public_ip, target);
    let lets = |service: &str, action: &str, resource: &str| {
        world::endpoint_lets(moment, environment, &subnet, service, (action, resource))
    };
    let fargate = spec.platform == Platform::Fargate;
    let timeout = |url: &str| {
        format!("RequestError: send request failed caused by: Post \"https://{url}/\": dial tcp: i/o timeout")
    };
    let init = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:";
    let network = "Please check your task network configuration.";
    if let Some((service, store)) =
        secrets::stores(spec, region).into_iter().find(|(s, _)| !reaches(Target::Service(s)))
    {
        let host = format!("{service}.{region}.amazonaws.com");
        return Some(if fargate {
            format!(
                "{init} unable to retrieve secret from {store}: service call has been retried 5 time(s): {}. {network}",
                timeout(&host)
            )
        } else {
            format!("Fetching secret data from {service} in {region}: {}", timeout(&host))
        });
    }
    let image = text(&spec.container, "image").unwrap_or_default();
    let registry = image.split('/').next().unwrap_or_default();
    let pull = |url: &str| {
        format!(
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref {image}: \
             failed to do request: Head \"https://{url}\": dial tcp: i/o timeout"
        )
    };
    if registry.contains(".dkr.ecr.") {
        if !reaches(Target::Service("ecr.api")) {
            let why = timeout(&format!("api.ecr.{region}.amazonaws.com"));
            return Some(if fargate {
                format!(
                    "{init} unable to retrieve ecr registry auth: service call has been retried 3 time(s): {why}. {network}"
                )
            } else {
                format!("CannotPullECRContainerError: {why}")
            });
        }
        if !reaches(Target::Service("ecr.dkr")) {
            return Some(pull(&format!("{registry}/v2/")));
        }
        if !reaches(Target::Service("s3")) {
            let bucket = format!("prod-{region}-starport-layer-bucket.s3.{region}.amazonaws.com");
            return Some(pull(&bucket));
        }
        if !lets("ecr.api", "ecr:GetAuthorizationToken", "*") {
            let why = refusal("ecr:GetAuthorizationToken", "*");
            return Some(if fargate {
                format!(
                    "{init} unable to retrieve ecr registry auth: service call has been retried 1 time(s): {why}"
                )
            } else {
                format!("CannotPullECRContainerError: {why}")
            });
        }
        let name =
            image.split_once('/').map_or("", |(_, name)| name).split([':', '@']).next().unwrap_or_default();
        let repository = format!("arn:aws:ecr:{region}:{ACCOUNT_ID}:repository/{name}");
        let layers = format!("arn:aws:s3:::prod-{region}-starport-layer-bucket/*");
        if !lets("ecr.dkr", "ecr:BatchGetImage", &repository) || !lets("s3", "s3:GetObject", &layers) {
            return Some(format!("CannotPullContainerError: failed to resolve ref {image}: 403 Forbidden"));
        }
    } else if !reaches(Target::Internet) {
        let host = if registry.contains('.') { registry } else { "registry-1.docker.io" };
        return Some(pull(&format!("{host}/v2/")));
    }
    if let Some((group, _)) = fate::log_group(spec) {
        let stream = format!("arn:aws:logs:{region}:{ACCOUNT_ID}:log-group:{group}:log-stream:");
        let why = if !reaches(Target::Service("logs")) {
            timeout(&format!("logs.{region}.amazonaws.com"))
        } else if !lets("logs", "logs:CreateLogStream", &stream) {
            refusal("logs:CreateLogStream", &stream)
        } else {
            return None;
        };
        return Some(if fargate {
            format!(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: \
                 failed to create Cloudwatch log stream: {why} : exit status 1"
            )
        } else {
            format!(
                "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed \
                 to create Cloudwatch log stream: {why}"
            )
        });
    }
    None
}

/// As AWS words it (IAM User Guide, "Troubleshoot access denied error messages").
fn refusal(action: &str, resource: &str) -> String {
    format!(
        "AccessDeniedException: not authorized to perform: {action} on resource: {resource} because no VPC endpoint \
         policy allows the {action} action"
    )
}
