//! What IAM refuses as a policy.

use super::condition::is_operator;
use super::{Document, strings};
use crate::fault::Fault;
use serde_json::{Map, Value};

impl Document {
    /// Refuses what IAM refuses as the policy of an identity.
    pub fn check_identity(text: &str) -> Result<(), Fault> {
        for statement in checked_statements(text)? {
            if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
                return Err(malformed("Policy document should not specify a principal."));
            }
            if !statement.contains_key("Resource") && !statement.contains_key("NotResource") {
                return Err(malformed("Policy statement must contain resources."));
            }
            check_actions(&statement)?;
            check_operators(&statement)?;
        }
        Ok(())
    }

    /// Refuses what IAM refuses as a trust policy.
    pub fn check_trust(text: &str) -> Result<(), Fault> {
        for statement in checked_statements(text)? {
            if statement.contains_key("Resource") || statement.contains_key("NotResource") {
                return Err(malformed("Has prohibited field Resource"));
            }
            let Some(principal) = statement.get("Principal").or(statement.get("NotPrincipal")) else {
                return Err(malformed("Missing required field Principal"));
            };
            check_actions(&statement)?;
            check_operators(&statement)?;
            let actions = strings(statement.get("Action"));
            if let Some(wrong) = actions.iter().find(|a| !a.to_ascii_lowercase().starts_with("sts:")) {
                return Err(malformed(&format!(
                    "AssumeRole policy may only specify STS AssumeRole actions. Found {wrong}"
                )));
            }
            for service in strings(principal.get("Service")) {
                // IAM knows every service by name; what it certainly does not know is a name of another shape.
                if !service.ends_with(".amazonaws.com") && !service.ends_with(".amazonaws.com.cn") {
                    return Err(malformed(&format!(
                        "Invalid principal in policy: \"SERVICE\":\"{service}\""
                    )));
                }
            }
        }
        Ok(())
    }
}

fn malformed(why: &str) -> Fault {
    Fault::new("MalformedPolicyDocument", why)
}

fn checked_statements(text: &str) -> Result<Vec<Map<String, Value>>, Fault> {
    let document: Value =
        serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let version = document.get("Version").and_then(Value::as_str).unwrap_or("2008-10-17");
    if !matches!(version, "2012-10-17" | "2008-10-17") {
        return Err(malformed("The policy must contain a valid version string"));
    }
    let statements = match document.get("Statement") {
        Some(Value::Array(all)) => all.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => Vec::new(),
    };
    let fields: Vec<_> = statements.iter().filter_map(Value::as_object).cloned().collect();
    let effects =
        |s: &Map<String, Value>| matches!(s.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny"));
    if fields.is_empty() || fields.len() != statements.len() || !fields.iter().all(effects) {
        return Err(malformed("Syntax errors in policy."));
    }
    Ok(fields)
}

fn check_actions(statement: &Map<String, Value>) -> Result<(), Fault> {
    let actions = strings(statement.get("Action").or(statement.get("NotAction")));
    if actions.is_empty() {
        return Err(malformed("Policy statement must contain actions."));
    }
    match actions.iter().find(|action| *action != "*" && !action.contains(':')) {
        Some(_) => {
            Err(malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."))
        }
        None => Ok(()),
    }
}

fn check_operators(statement: &Map<String, Value>) -> Result<(), Fault> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    match operators.map(|(operator, _)| operator).find(|operator| !is_operator(operator)) {
        Some(unknown) => Err(malformed(&format!("Invalid Condition type : {unknown}."))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn trust_is_read_and_broken_trust_is_refused() {
        let good = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"
        }]});
        Document::check_trust(&good.to_string()).expect("good");
        let trust = Document::of(&good).expect("a document");
        assert!(trust.trusts_service("ecs-tasks.amazonaws.com"));
        assert!(!trust.trusts_service("batch.amazonaws.com"));

        let message = |text: &str| Document::check_trust(text).expect_err("refused").message;
        assert_eq!(message("{"), "This policy contains invalid Json");
        assert_eq!(
            message(&good.to_string().replace("ecs-tasks.amazonaws.com", "ecs")),
            "Invalid principal in policy: \"SERVICE\":\"ecs\""
        );
        assert_eq!(
            message(&good.to_string().replace("\"Effect\"", "\"Resource\":\"*\",\"Effect\"")),
            "Has prohibited field Resource"
        );
    }

    #[test]
    fn an_operator_that_is_none_is_refused() {
        let of = |operator: &str| {
            json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Action": "ec2:*", "Resource": "*",
                "Condition": {operator: {"ec2:Region": "eu-west-1"}}
            }]})
            .to_string()
        };
        Document::check_identity(&of("ForAnyValue:StringLikeIfExists")).expect("an operator");
        assert_eq!(
            Document::check_identity(&of("StringEqual")).expect_err("refused").message,
            "Invalid Condition type : StringEqual."
        );
    }
}
