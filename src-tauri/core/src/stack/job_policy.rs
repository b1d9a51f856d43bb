//! What a job's code may do, as the policy that its role gets: to read, and to edit as far as a blueprint can say it.

use serde_json::{Value, json};

use crate::{
    account::Session,
    blueprint::{Access, JobDefinition},
    error::AppError,
    resource::{Stack, job_policy, read_access},
    words::say,
};

/// The policy of the role of this definition's code, as JSON text; `None` where the code may do nothing.
pub fn policy_of(session: &Session, definition: &JobDefinition) -> Option<String> {
    let policy = job_policy(&here(session), definition)?;
    // Of two maps of texts nothing can fail to be written.
    serde_json::to_string_pretty(&policy).ok()
}

/// What a policy lets the code do, as a blueprint says it. What the blueprint could only say more loosely is refused,
/// never loosened.
pub fn access_of(
    session: &Session,
    definition: &JobDefinition,
    policy: &str,
) -> Result<Vec<Access>, AppError> {
    let stack = here(session);
    let read: Value = serde_json::from_str(policy).map_err(|error| {
        AppError::new(say("policy-not-json", &[("words", &error.to_string())]))
            .advise(say("policy-not-json-advice", &[]))
    })?;
    let wanted = normal(&read)?;
    let access = read_access(&stack, &wanted);
    let said = JobDefinition { access: access.clone(), ..definition.clone() };
    let said = job_policy(&stack, &said).unwrap_or_else(|| json!({ "Statement": [] }));
    let statements = |policy: &Value| policy["Statement"].as_array().cloned().unwrap_or_default();
    // The rights to mount come from the volumes, whether the text has them or not.
    match statements(&wanted).iter().find(|statement| !statements(&said).contains(statement)) {
        None => Ok(access),
        Some(lost) => Err(AppError::new(say("policy-not-sayable", &[("statement", &lost.to_string())]))
            .advise(say("policy-not-sayable-advice", &[]))),
    }
}

/// A policy belongs to an account and a region, not to a stack.
fn here(session: &Session) -> Stack {
    Stack::called("", session)
}

/// A policy with lists wherever IAM also takes a single one, and without the names of its statements.
fn normal(policy: &Value) -> Result<Value, AppError> {
    let listed = |value: &Value| match value {
        Value::Array(list) => list.clone(),
        Value::Null => vec![],
        one => vec![one.clone()],
    };
    let not_a_policy =
        || AppError::new(say("policy-no-policy", &[])).advise(say("policy-no-policy-advice", &[]));
    let whole =
        policy.as_object().filter(|whole| whole.contains_key("Statement")).ok_or_else(not_a_policy)?;
    let statements = listed(&whole["Statement"]).into_iter().map(|statement| {
        let Value::Object(mut statement) = statement else { return Err(not_a_policy()) };
        statement.remove("Sid");
        for key in ["Action", "Resource"] {
            if let Some(value) = statement.get_mut(key) {
                *value = listed(value).into();
            }
        }
        Ok(Value::Object(statement))
    });
    Ok(json!({ "Statement": statements.collect::<Result<Vec<_>, _>>()? }))
}
