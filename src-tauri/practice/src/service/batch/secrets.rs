//! Secrets that a container gets as environment variables, and the one that opens its image's registry: whether its
//! execution role may read them.

use super::job::Spec;
use super::size::Platform;
use super::{Moment, world};
use crate::ACCOUNT_ID;
use crate::ids;
use crate::wire::json::{list, text};

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kept {
    /// In Secrets Manager, under this ARN.
    Secret(String),
    /// In Systems Manager's parameter store.
    Parameter(String),
}

impl Kept {
    /// `valueFrom`: the ARN of a secret, with a key and a version perhaps, or the ARN or the name of a parameter.
    fn of(value_from: &str, region: &str) -> Self {
        if value_from.starts_with("arn:") && value_from.split(':').nth(2) == Some("secretsmanager") {
            return Self::Secret(value_from.split(':').take(7).collect::<Vec<_>>().join(":"));
        }
        if value_from.starts_with("arn:") {
            return Self::Parameter(value_from.to_owned());
        }
        let name = value_from.trim_start_matches('/');
        Self::Parameter(format!("arn:aws:ssm:{region}:{ACCOUNT_ID}:parameter/{name}"))
    }

    /// `credentialsParameter`: the ARN of a secret or its name, behind which Secrets Manager has put six characters.
    fn of_registry(moment: &Moment<'_>, secret: &str) -> Self {
        if secret.starts_with("arn:") {
            return Self::Secret(secret.to_owned());
        }
        let own = &ids::digest_hex(moment.state.seed(), &format!("secret-of/{secret}"))[..6];
        Self::Secret(format!("arn:aws:secretsmanager:{}:{ACCOUNT_ID}:secret:{secret}-{own}", moment.region))
    }

    const fn action(&self) -> &'static str {
        match self {
            Self::Secret(_) => "secretsmanager:GetSecretValue",
            Self::Parameter(_) => "ssm:GetParameters",
        }
    }

    fn arn(&self) -> &str {
        match self {
            Self::Secret(arn) | Self::Parameter(arn) => arn,
        }
    }
}

/// The services that keep a task's secrets, and what Fargate's agent calls them.
pub(super) fn stores(spec: &Spec, region: &str) -> Vec<(&'static str, &'static str)> {
    let all = list(&spec.container, "secrets").iter().filter_map(|secret| text(secret, "valueFrom"));
    let mut stores: Vec<_> = all
        .map(|value_from| match Kept::of(value_from, region) {
            Kept::Secret(_) => ("secretsmanager", "asm"),
            Kept::Parameter(_) => ("ssm", "ssm"),
        })
        .collect();
    stores.extend(of_registry(spec).map(|_| ("secretsmanager", "asm")));
    stores.sort_unstable();
    stores.dedup();
    stores
}

/// The secret that opens the registry of a container's image.
pub(super) fn of_registry(spec: &Spec) -> Option<&str> {
    text(spec.container.get("repositoryCredentials")?, "credentialsParameter")
}

/// Why a task cannot have its secrets, in the words of its platform's agent: of Fargate's as in aws/copilot-cli 5752
/// and 4504, of that on hosts as in awsdocs/amazon-ecs-developer-guide 110 (GitHub) and, of a registry's, in
/// aws/amazon-ecs-agent, `GetDockerAuthFromASM`.
pub(super) fn trouble(moment: &Moment<'_>, spec: &Spec, of: &str) -> Option<String> {
    let role = text(&spec.container, "executionRoleArn")?;
    let all = list(&spec.container, "secrets").iter().filter_map(|secret| text(secret, "valueFrom"));
    let registry = of_registry(spec).map(|secret| (Kept::of_registry(moment, secret), true));
    let (kept, opens_registry) = registry
        .into_iter()
        .chain(all.map(|value_from| (Kept::of(value_from, moment.region), false)))
        .find(|(kept, _)| !world::role_allows(moment, role, kept.action(), kept.arn()))?;
    let (action, arn, region) = (kept.action(), kept.arn(), moment.region);
    let name = role.rsplit('/').next().unwrap_or(role);
    let session = &ids::digest_hex(moment.state.seed(), &format!("task/{of}"))[..32];
    let denied = format!(
        "AccessDeniedException: User: arn:aws:sts::{ACCOUNT_ID}:assumed-role/{name}/{session} is not authorized to \
         perform: {action} on resource: {arn} because no identity-based policy allows the {action} action"
    );
    let request = ids::uuid(moment.state.seed(), &format!("secret/{of}"));
    Some(match (spec.platform, &kept) {
        (Platform::Fargate, Kept::Secret(_)) => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: \
             unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {arn} \
             from secrets manager: {denied} status code: 400, request id: {request}"
        ),
        (Platform::Fargate, Kept::Parameter(_)) => format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: \
             unable to retrieve secrets from ssm: service call has been retried 1 time(s): {denied} status code: 400, \
             request id: {request}"
        ),
        (Platform::Ec2, Kept::Secret(_)) if opens_registry => {
            format!("asm fetching secret from the service for {arn}: {denied}")
        }
        (Platform::Ec2, Kept::Secret(_)) => {
            format!(
                "Fetching secret data from AWS Secrets Manager in region {region}: secret {arn}: {denied}"
            )
        }
        (Platform::Ec2, Kept::Parameter(_)) => {
            format!("Fetching secret data from SSM Parameter Store in {region}: {denied}")
        }
    })
}
