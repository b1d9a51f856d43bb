//! What the code of a job may do: names that exist in AWS's own forms, and a policy that IAM can hold.

use super::Problems;
use crate::{
    blueprint::{Access, JobDefinition},
    words::say,
};

/// IAM counts an inline policy's characters without its blanks; all of a role's together may have so many.
const MOST: usize = 10_240;

pub(super) fn check(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    for (index, access) in definition.access.iter().enumerate() {
        one(&format!("{at}.access[{index}]"), access, problems);
    }
    let size: usize = definition.access.iter().map(length).sum();
    if size > MOST / 2 {
        let params = [("found", size.to_string()), ("most", (MOST / 2).to_string())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        problems.add(format!("{at}.access"), say("rule-access-large", &params));
    }
}

/// Characters that a person wrote. The policy that is made of them is measured as a whole where its role is judged.
fn length(access: &Access) -> usize {
    match access {
        Access::S3 { bucket, prefix, .. } => bucket.len() + prefix.as_ref().map_or(0, String::len),
        Access::DynamoDb { table: name, .. }
        | Access::Sqs { queue: name, .. }
        | Access::Secret { arn: name }
        | Access::Parameter { name } => name.len(),
        Access::Statement { actions, resources } => {
            actions.iter().chain(resources).map(|text| text.len() + 3).sum()
        }
    }
}

fn one(at: &str, access: &Access, problems: &mut Problems) {
    let mut bad = |field: &str, code: &'static str, found: &str| {
        let text = match code {
            "rule-bucket" => say("rule-bucket", &[("found", found)]),
            "rule-prefix" => say("rule-prefix", &[("found", found)]),
            "rule-table" => say("rule-table", &[("found", found)]),
            "rule-sqs-queue" => say("rule-sqs-queue", &[("found", found)]),
            "rule-secret-arn" => say("rule-secret-arn", &[("found", found)]),
            _ => say("rule-parameter-name", &[("found", found)]),
        };
        problems.add(format!("{at}.{field}"), text);
    };
    match access {
        Access::S3 { bucket, prefix, .. } => {
            if !is_bucket(bucket) {
                bad("bucket", "rule-bucket", bucket);
            }
            if let Some(prefix) = prefix
                && (prefix.is_empty()
                    || prefix.starts_with('/')
                    || prefix.contains(['*', '?', '$', '\0'])
                    || prefix.len() > 1000)
            {
                bad("prefix", "rule-prefix", prefix);
            }
        }
        Access::DynamoDb { table, .. } => {
            let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
            if !(3..=255).contains(&table.len()) || !table.bytes().all(legal) {
                bad("table", "rule-table", table);
            }
        }
        Access::Sqs { queue, .. } => {
            let stem = queue.strip_suffix(".fifo").unwrap_or(queue);
            let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
            if stem.is_empty() || queue.len() > 80 || !stem.bytes().all(legal) {
                bad("queue", "rule-sqs-queue", queue);
            }
        }
        Access::Secret { arn } => {
            if !is_whole_secret(arn) {
                bad("arn", "rule-secret-arn", arn);
            }
        }
        Access::Parameter { name } => {
            // AWS's own parameters, which everybody may read.
            if !is_parameter(name.strip_prefix("/aws/service").unwrap_or(name)) {
                bad("name", "rule-parameter-name", name);
            }
        }
        Access::Statement { actions, resources } => statement(at, actions, resources, problems),
    }
}

fn statement(at: &str, actions: &[String], resources: &[String], problems: &mut Problems) {
    for (list, texts) in [("actions", actions), ("resources", resources)] {
        if texts.is_empty() {
            problems.add(format!("{at}.{list}"), say("rule-list-empty", &[("list", list)]));
        }
    }
    for (index, action) in actions.iter().enumerate() {
        let word = |text: &str, more: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        let legal = action == "*"
            || action.split_once(':').is_some_and(|(service, name)| word(service, "-") && word(name, "*?"));
        if !legal {
            problems.add(format!("{at}.actions[{index}]"), say("rule-action", &[("found", action)]));
        }
    }
    for (index, resource) in resources.iter().enumerate() {
        let legal = resource == "*"
            || resource.starts_with("arn:")
                && resource.split(':').count() >= 6
                && !resource.contains(char::is_whitespace);
        if !legal {
            problems.add(format!("{at}.resources[{index}]"), say("rule-resource", &[("found", resource)]));
        }
    }
}

/// Amazon S3 User Guide, "General purpose bucket naming rules".
fn is_bucket(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.bytes().all(legal)
        && name.starts_with(edge)
        && name.ends_with(edge)
        && !name.contains("..")
        && !is_address(name)
}

/// Written like an IPv4 address.
fn is_address(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok()
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE` of this service, its resource beginning so.
pub(super) fn is_arn(arn: &str, service: &str, resource: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [prefix, partition, found, region, account, rest] = parts[..] else { return false };
    prefix == "arn"
        && partition.starts_with("aws")
        && found == service
        && !region.is_empty()
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && rest
            .strip_prefix(resource)
            .is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
}

/// The whole ARN of a secret: a hyphen and six characters of Secrets Manager's own stand behind its name, and a policy
/// that lacks them lets nobody in. A key, a stage and a version of the value may follow (AWS Secrets Manager User Guide,
/// "What's in a Secrets Manager secret?").
pub(super) fn is_secret(arn: &str) -> bool {
    let name = arn.split(':').nth(6).and_then(|name| name.rsplit_once('-'));
    is_arn(arn, "secretsmanager", "secret:")
        && name.is_some_and(|(name, own)| {
            !name.is_empty() && own.len() == 6 && own.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// The same of the secret itself, without a part of its value.
pub(super) fn is_whole_secret(arn: &str) -> bool {
    is_secret(arn) && arn.split(':').count() == 7
}

/// "The secret name can contain ASCII letters, numbers, and the following characters: /_+=.@-", 512 at most
/// (CreateSecret, `Name`).
pub(super) fn is_secret_name(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b);
    (1..=512).contains(&name.len()) && name.bytes().all(legal)
}

/// "a-zA-Z0-9_.-", in levels by `/`; `aws` and `ssm` are kept by AWS (PutParameter, `Name`).
pub(super) fn is_parameter(name: &str) -> bool {
    let trimmed = name.strip_prefix('/').unwrap_or(name);
    let lower = trimmed.to_ascii_lowercase();
    name.len() <= 1011
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
        && trimmed.split('/').count() <= 15
        && trimmed.split('/').all(|level| {
            !level.is_empty() && level.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        })
        // Levels need the slash in front.
        && (name.starts_with('/') || !trimmed.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_by_the_naming_rules() {
        for good in ["my-bucket", "a.b.c", "123", "logs-2026"] {
            assert!(is_bucket(good), "{good}");
        }
        for bad in ["My-bucket", "ab", "-a-b", "a..b", "192.168.0.1", "a_b", &"a".repeat(64)] {
            assert!(!is_bucket(bad), "{bad}");
        }
    }

    #[test]
    fn arns_and_parameters() {
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
        assert!(is_arn(secret, "secretsmanager", "secret:"));
        assert!(!is_arn(secret, "ssm", "parameter/"));
        assert!(!is_arn("arn:aws:secretsmanager:eu-west-1:1:secret:db", "secretsmanager", "secret:"));
        assert!(is_secret(secret) && is_secret(&format!("{secret}:password::")));
        assert!(!is_secret("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"));
        assert!(!is_secret("arn:aws:secretsmanager:eu-west-1:111122223333:secret:-AbCdEf"));
        assert!(is_whole_secret(secret) && !is_whole_secret(&format!("{secret}:password::")));
        assert!(is_secret_name("registry/quay+team") && !is_secret_name(secret) && !is_secret_name(""));
        assert!(is_parameter("/imaging/model") && is_parameter("model"));
        assert!(
            !is_parameter("imaging/model")
                && !is_parameter("/aws/x")
                && !is_parameter("")
                && !is_parameter("a b")
        );
    }
}
