//! The task execution role: what ECS does before and around the container (pull the image, write its log, fetch
//! the values of secrets).
//!
//! Fargate always wants one (RegisterJobDefinition, `executionRoleArn`), EC2 where there are secrets.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};

use super::{
    Kind, ResourceId, Stack,
    iam_role::{IamRole, Inline, Needs},
};
use crate::blueprint::{JobDefinition, names};

/// The role with which ECS pulls the image, writes the log and fetches the secrets of these definitions' jobs.
pub(crate) fn execution_role(stack: &Arc<Stack>, definitions: &[JobDefinition]) -> IamRole {
    IamRole {
        stack: stack.clone(),
        id: ResourceId::main(Kind::ExecutionRole),
        name: names::execution_role(&stack.name),
        trusted: "ecs-tasks.amazonaws.com",
        description: "The role with which ECS pulls the image and writes the log of a job",
        policies: vec!["service-role/AmazonECSTaskExecutionRolePolicy"],
        needs: Needs::of_execution(stack, definitions),
        inline: Inline { name: "secrets", policy: secrets(stack, definitions), can_say: |_, _| true },
    }
}

/// The right to fetch just these secrets, and nothing without any.
///
/// Amazon ECS Developer Guide, "Amazon ECS task execution IAM role", on secrets. One that is encrypted with a key of
/// the person's own also needs `kms:Decrypt` of that key, which its ARN does not tell.
fn secrets(stack: &Stack, definitions: &[JobDefinition]) -> Option<Value> {
    let from: BTreeSet<&str> =
        definitions.iter().flat_map(|definition| definition.secrets.values()).map(String::as_str).collect();
    let (secrets, parameters): (Vec<_>, Vec<_>) =
        from.into_iter().partition(|from| from.split(':').nth(2) == Some("secretsmanager"));
    let registries = definitions.iter().filter_map(|definition| definition.registry_secret.as_deref());
    let secrets: BTreeSet<String> = secrets
        .iter()
        .map(|from| secret_arn(from))
        .chain(registries.map(|secret| registry_secret_arn(stack, secret)))
        .collect();
    let parameters: BTreeSet<String> =
        parameters.into_iter().map(|from| parameter_arn(stack, from)).collect();
    let mut statements = Vec::new();
    for (action, on) in [("secretsmanager:GetSecretValue", secrets), ("ssm:GetParameters", parameters)] {
        if !on.is_empty() {
            statements.push(json!({ "Effect": "Allow", "Action": action, "Resource": on }));
        }
    }
    (!statements.is_empty()).then(|| json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// The ARN of a secret, without the key, stage and version that may stand behind it where a value is asked for.
pub(crate) fn secret_arn(from: &str) -> String {
    from.split(':').take(7).collect::<Vec<_>>().join(":")
}

/// The ARN of a registry's secret by its ARN or its name. Six characters stand behind a name that nobody knows before:
/// "use 6 question mark wildcards" (AWS Secrets Manager User Guide, "Permissions policy examples"). The role needs it on
/// instances as on Fargate (AWS Batch User Guide, "Required IAM permissions for private registry authentication").
fn registry_secret_arn(stack: &Stack, secret: &str) -> String {
    if secret.starts_with("arn:") {
        return secret.to_owned();
    }
    stack.arn("secretsmanager", &format!("secret:{secret}-??????"))
}

/// The ARN of a parameter by its ARN or its name.
pub(crate) fn parameter_arn(stack: &Stack, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    stack.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')))
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

    #[test]
    fn only_the_named_secrets_may_be_fetched() {
        let mut definition = Preset::Fargate.blueprint("first").job_definitions.remove(0);
        assert_eq!(secrets(&stack(), std::slice::from_ref(&definition)), None);
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
        definition.secrets.insert("PASSWORD".into(), format!("{secret}:password::"));
        definition.secrets.insert("USER".into(), format!("{secret}:user::"));
        definition.secrets.insert("MODEL".into(), "/imaging/model".into());
        assert_eq!(
            secrets(&stack(), &[definition]).unwrap(),
            json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": [secret] },
                { "Effect": "Allow", "Action": "ssm:GetParameters",
                  "Resource": ["arn:aws:ssm:eu-west-1:111122223333:parameter/imaging/model"] },
            ]})
        );
    }

    #[test]
    fn a_registrys_secret_may_be_fetched_by_its_arn_or_its_name() {
        let with = |secret: &str| {
            let mut definition = Preset::Spot.blueprint("first").job_definitions.remove(0);
            definition.registry_secret = Some(secret.to_owned());
            let policy = secrets(&stack(), &[definition]).unwrap();
            assert_eq!(policy["Statement"][0]["Action"], "secretsmanager:GetSecretValue");
            policy["Statement"][0]["Resource"].clone()
        };
        let elsewhere = "arn:aws:secretsmanager:eu-central-1:444455556666:secret:quay-AbCdEf";
        assert_eq!(with(elsewhere), json!([elsewhere]));
        let own = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:registry/quay-??????";
        assert_eq!(with("registry/quay"), json!([own]));
    }
}
