//! The job role: what the code in the container itself may do. Its own, never the execution role; without anything
//! said in the blueprint it may do nothing at all.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Kind, ResourceId, Stack,
    execution_role::{parameter_arn, secret_arn},
    iam_role::{IamRole, Inline, Needs},
};
use crate::blueprint::{Access, AccessMode, JobDefinition, Volume, names};

/// The role of the code in the container.
pub(crate) fn job_role(stack: &Arc<Stack>, definition: &JobDefinition) -> IamRole {
    IamRole {
        stack: stack.clone(),
        id: ResourceId::new(Kind::JobRole, &definition.name),
        name: names::job_role(&stack.name, &definition.name),
        trusted: "ecs-tasks.amazonaws.com",
        description: "The role of the code in the container; give it what the job may read and write",
        policies: vec![],
        needs: Needs::default(),
        inline: Inline { name: "access", policy: policy(stack, definition), can_say },
    }
}

/// The least that lets the code do what the blueprint says of it; nothing where it says nothing.
pub fn policy(stack: &Stack, definition: &JobDefinition) -> Option<Value> {
    let mut statements: Vec<Value> =
        definition.access.iter().flat_map(|access| statements(stack, access)).collect();
    statements.extend(definition.volumes.iter().filter_map(|volume| mounting(stack, definition, volume)));
    (!statements.is_empty()).then(|| json!({ "Version": "2012-10-17", "Statement": statements }))
}

fn allow(actions: &[&str], resources: &[String]) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

fn statements(stack: &Stack, access: &Access) -> Vec<Value> {
    let mut list = Vec::new();
    match access {
        Access::S3 { bucket, prefix, mode } => {
            let bucket = format!("arn:{}:s3:::{bucket}", stack.partition());
            let objects = format!("{bucket}/{}*", prefix.as_deref().unwrap_or_default());
            if mode.reads() {
                let mut listing = allow(&["s3:ListBucket"], &[bucket]);
                if let Some(prefix) = prefix {
                    listing["Condition"] = json!({ "StringLike": { "s3:prefix": [format!("{prefix}*")] } });
                }
                list.push(listing);
                list.push(allow(&["s3:GetObject"], std::slice::from_ref(&objects)));
            }
            if mode.writes() {
                // A large object goes up in parts, which are thrown away when that fails.
                list.push(allow(&["s3:PutObject", "s3:AbortMultipartUpload"], &[objects]));
            }
        }
        Access::DynamoDb { table, mode } => {
            let table = stack.arn("dynamodb", &format!("table/{table}"));
            if mode.reads() {
                let actions = ["BatchGetItem", "GetItem", "Query", "Scan"].map(|a| format!("dynamodb:{a}"));
                let actions: Vec<_> = actions.iter().map(String::as_str).collect();
                list.push(allow(&actions, &[table.clone(), format!("{table}/index/*")]));
            }
            if mode.writes() {
                let actions = ["BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"];
                let actions = actions.map(|a| format!("dynamodb:{a}"));
                let actions: Vec<_> = actions.iter().map(String::as_str).collect();
                list.push(allow(&actions, &[table]));
            }
        }
        Access::Secret { arn } => {
            list.push(allow(&["secretsmanager:GetSecretValue"], &[secret_arn(arn)]));
        }
        Access::Parameter { name } => {
            list.push(allow(&["ssm:GetParameter", "ssm:GetParameters"], &[parameter_arn(stack, name)]));
        }
        Access::Sqs { queue, mode } => {
            let queue = [stack.arn("sqs", queue)];
            if mode.reads() {
                let actions = [
                    "sqs:ChangeMessageVisibility",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                    "sqs:GetQueueUrl",
                    "sqs:ReceiveMessage",
                ];
                list.push(allow(&actions, &queue));
            }
            if mode.writes() {
                list.push(allow(&["sqs:GetQueueUrl", "sqs:SendMessage"], &queue));
            }
        }
        Access::Statement { actions, resources } => {
            list.push(json!({ "Effect": "Allow", "Action": actions, "Resource": resources }));
        }
    }
    list
}

/// What a policy lets the code do, as a blueprint would say it; what [`policy`] would not have written so, statement
/// by statement. The right to mount is no part of it: the volumes ask for that.
pub(crate) fn read(stack: &Stack, policy: &Value) -> Vec<Access> {
    let said = taken_apart(stack, policy).into_iter().filter_map(|said| match said {
        Said::As(access) => Some(access),
        Said::ByVolumes | Said::Not => None,
    });
    said.collect()
}

/// Whether a blueprint could say all of it.
fn can_say(stack: &Stack, policy: &Value) -> bool {
    policy["Statement"].is_array() && !taken_apart(stack, policy).contains(&Said::Not)
}

/// How a blueprint says a part of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    As(Access),
    /// The volumes ask for it.
    ByVolumes,
    /// Not at all: Deny, conditions, everything but. Left out it would allow more, so it is never taken for less.
    Not,
}

fn taken_apart(stack: &Stack, policy: &Value) -> Vec<Said> {
    let mut left: &[Value] = policy["Statement"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut said = Vec::new();
    while let Some(first) = left.first() {
        let mounts = first["Action"].get(0).is_some_and(|action| action == "elasticfilesystem:ClientMount");
        let known = guesses(first).into_iter().find(|guess| left.starts_with(&statements(stack, guess)));
        let taken = known.as_ref().map_or(1, |known| statements(stack, known).len());
        left = &left[taken..];
        said.push(match known {
            Some(known) => Said::As(known),
            None if mounts && first["Effect"] == "Allow" => Said::ByVolumes,
            None if is_plain(first) => Said::As(verbatim(first)),
            None => Said::Not,
        });
    }
    said
}

/// Nothing but actions that are allowed on resources.
fn is_plain(statement: &Value) -> bool {
    let fields = statement.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    statement["Effect"] == "Allow"
        && ["Action", "Resource"].iter().all(|name| !statement[name].is_null())
        && fields.into_iter().all(|name| ["Sid", "Effect", "Action", "Resource"].contains(&name))
}

/// What a statement may be the beginning of, the longest first.
fn guesses(statement: &Value) -> Vec<Access> {
    let resource = statement["Resource"].get(0).and_then(Value::as_str).unwrap_or_default();
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let [_, _, service, _, _, name] = parts[..] else { return vec![] };
    let modes = [AccessMode::ReadWrite, AccessMode::Read, AccessMode::Write];
    match service {
        "s3" => {
            let (bucket, key) = name.split_once('/').unwrap_or((name, "*"));
            let listed = statement["Condition"]["StringLike"]["s3:prefix"].get(0).and_then(Value::as_str);
            let prefix = listed.unwrap_or(key).trim_end_matches('*');
            let prefix = (!prefix.is_empty()).then(|| prefix.to_owned());
            let of = |mode| Access::S3 { bucket: bucket.to_owned(), prefix: prefix.clone(), mode };
            modes.map(of).to_vec()
        }
        "dynamodb" => {
            let table = name.trim_start_matches("table/").to_owned();
            modes.map(|mode| Access::DynamoDb { table: table.clone(), mode }).to_vec()
        }
        "sqs" => modes.map(|mode| Access::Sqs { queue: name.to_owned(), mode }).to_vec(),
        "secretsmanager" => vec![Access::Secret { arn: resource.to_owned() }],
        "ssm" => {
            let name = name.trim_start_matches("parameter/");
            [format!("/{name}"), name.to_owned()].map(|name| Access::Parameter { name }).to_vec()
        }
        _ => vec![],
    }
}

fn verbatim(statement: &Value) -> Access {
    let texts = |value: &Value| match value {
        Value::String(text) => vec![text.clone()],
        value => {
            value.as_array().into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect()
        }
    };
    Access::Statement { actions: texts(&statement["Action"]), resources: texts(&statement["Resource"]) }
}

/// The right to mount a file system that asks for it (Amazon EFS User Guide, "Using IAM to control file system data
/// access"); writing only where something is mounted to be written to.
fn mounting(stack: &Stack, definition: &JobDefinition, volume: &Volume) -> Option<Value> {
    let Volume::Efs { name, file_system, access_point, iam: true, .. } = volume else { return None };
    let writes = definition.mounts.iter().any(|mount| mount.volume == *name && !mount.read_only);
    let mut actions = vec!["elasticfilesystem:ClientMount"];
    if writes {
        actions.push("elasticfilesystem:ClientWrite");
    }
    let mut statement =
        allow(&actions, &[stack.arn("elasticfilesystem", &format!("file-system/{file_system}"))]);
    if let Some(point) = access_point {
        let point = stack.arn("elasticfilesystem", &format!("access-point/{point}"));
        statement["Condition"] = json!({ "StringEquals": { "elasticfilesystem:AccessPointArn": point } });
    }
    Some(statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Preset;

    fn stack() -> Stack {
        Stack {
            name: "first".into(),
            id: "id".into(),
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            tags: std::collections::BTreeMap::new(),
            former_tags: std::collections::BTreeSet::new(),
            generations: std::collections::BTreeMap::new(),
            accepted: std::collections::BTreeMap::new(),
        }
    }

    fn every_access() -> Vec<Access> {
        let mut all = Vec::new();
        for mode in [AccessMode::Read, AccessMode::Write, AccessMode::ReadWrite] {
            all.push(Access::S3 { bucket: "scans".into(), prefix: None, mode });
            all.push(Access::S3 { bucket: "scans".into(), prefix: Some("raw/".into()), mode });
            all.push(Access::DynamoDb { table: "movies".into(), mode });
            all.push(Access::Sqs { queue: "work.fifo".into(), mode });
        }
        all.push(Access::Secret {
            arn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf".into(),
        });
        all.push(Access::Parameter { name: "/imaging/model".into() });
        all.push(Access::Statement { actions: vec!["sns:Publish".into()], resources: vec!["*".into()] });
        all
    }

    #[test]
    fn a_policy_is_read_back_as_it_was_said() {
        let mut definition = Preset::Fargate.blueprint("first").job_definitions.remove(0);
        assert_eq!(policy(&stack(), &definition), None);
        for access in every_access() {
            definition.access = vec![access];
            let policy = policy(&stack(), &definition).unwrap();
            assert_eq!(read(&stack(), &policy), definition.access, "{policy}");
        }
        definition.access = every_access();
        definition.volumes = vec![Volume::Efs {
            name: "data".into(),
            file_system: "fs-12345678".into(),
            root_directory: None,
            access_point: None,
            iam: true,
        }];
        let policy = policy(&stack(), &definition).unwrap();
        assert_eq!(read(&stack(), &policy), definition.access);
    }

    #[test]
    fn reading_a_part_of_a_bucket_lists_and_gets_only_that_part() {
        let access =
            Access::S3 { bucket: "scans".into(), prefix: Some("raw/".into()), mode: AccessMode::Read };
        assert_eq!(
            json!(statements(&stack(), &access)),
            json!([
                { "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::scans"],
                  "Condition": { "StringLike": { "s3:prefix": ["raw/*"] } } },
                { "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::scans/raw/*"] },
            ])
        );
    }
}
