//! Policies: read, checked as IAM checks them, and evaluated.

use crate::authorizer::matches;
use crate::fault::Fault;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A policy document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq)]
struct Statement {
    sid: Option<String>,
    allows: bool,
    actions: Vec<String>,
    /// `Action` lists what is meant, `NotAction` everything else.
    actions_negated: bool,
    resources: Vec<String>,
    resources_negated: bool,
    /// Service principals, for trust policies.
    services: Vec<String>,
    /// `(operator, key, values)`.
    conditions: Vec<(String, String, Vec<String>)>,
}

/// What a request brings along for conditions: keys in lower case.
#[derive(Debug, Clone, Default)]
pub struct Context(pub BTreeMap<String, Vec<String>>);

/// What policies say of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// A decision and what led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The outcome.
    pub decision: Decision,
    /// The `Sid`s of the statements that decided it, where they have one.
    pub matched: Vec<String>,
    /// Condition keys that statements asked for and the context had not.
    pub missing_keys: BTreeSet<String>,
}

impl Document {
    /// Reads a document; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(&serde_json::from_str(text).ok()?)
    }

    /// Reads a document that is JSON already.
    pub fn of(document: &Value) -> Option<Self> {
        let statements = match document.get("Statement")? {
            Value::Array(all) => all.iter().map(Statement::of).collect::<Option<_>>()?,
            one @ Value::Object(_) => vec![Statement::of(one)?],
            _ => return None,
        };
        Some(Self { statements })
    }

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

    /// Whether the service may assume the role that carries this trust policy.
    pub fn trusts_service(&self, service: &str) -> bool {
        let meant = |s: &&Statement| {
            s.services.iter().any(|name| name == service || name == "*")
                && s.actions.iter().any(|action| matches(action, "sts:AssumeRole"))
        };
        self.statements.iter().filter(meant).any(|s| s.allows)
            && !self.statements.iter().filter(meant).any(|s| !s.allows && s.conditions.is_empty())
    }
}

/// What these documents together say of a request.
pub fn evaluate(documents: &[Document], action: &str, resource: &str, context: &Context) -> Evaluation {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    let mut missing_keys = BTreeSet::new();
    for statement in documents.iter().flat_map(|document| &document.statements) {
        if statement.is_about(action, resource) && statement.conditions_hold(context, &mut missing_keys) {
            (if statement.allows { &mut allowed } else { &mut denied }).push(statement);
        }
    }
    let (decision, decisive) = match (denied.is_empty(), allowed.is_empty()) {
        (false, _) => (Decision::ExplicitDeny, denied),
        (true, false) => (Decision::Allowed, allowed),
        (true, true) => (Decision::ImplicitDeny, Vec::new()),
    };
    Evaluation {
        decision,
        matched: decisive.into_iter().map(|s| s.sid.clone().unwrap_or_default()).collect(),
        missing_keys,
    }
}

impl Statement {
    fn of(value: &Value) -> Option<Self> {
        let fields = value.as_object()?;
        let negated = |plain: &str, not: &str| match fields.get(plain) {
            Some(values) => (strings(Some(values)), false),
            None => (strings(fields.get(not)), true),
        };
        let (actions, actions_negated) = negated("Action", "NotAction");
        let (resources, resources_negated) = negated("Resource", "NotResource");
        let conditions = fields
            .get("Condition")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .flat_map(|(operator, keys)| {
                keys.as_object().into_iter().flatten().map(move |(key, values)| {
                    (operator.clone(), key.to_ascii_lowercase(), strings(Some(values)))
                })
            })
            .collect();
        Some(Self {
            sid: fields.get("Sid").and_then(Value::as_str).map(str::to_owned),
            allows: fields.get("Effect")?.as_str()? == "Allow",
            actions,
            actions_negated,
            resources,
            resources_negated,
            services: fields.get("Principal").map(services).unwrap_or_default(),
            conditions,
        })
    }

    fn is_about(&self, action: &str, resource: &str) -> bool {
        self.actions.iter().any(|pattern| matches(pattern, action)) != self.actions_negated
            && self.resources.iter().any(|pattern| matches(pattern, resource)) != self.resources_negated
    }

    fn conditions_hold(&self, context: &Context, missing: &mut BTreeSet<String>) -> bool {
        // Every condition is looked at, so that all missing keys are told.
        self.conditions.iter().fold(true, |holds, (operator, key, wanted)| {
            condition_holds(operator, key, wanted, context, missing) && holds
        })
    }
}

fn condition_holds(
    operator: &str,
    key: &str,
    wanted: &[String],
    context: &Context,
    missing: &mut BTreeSet<String>,
) -> bool {
    let operator = operator.rsplit(':').next().unwrap_or(operator);
    let (operator, if_exists) =
        operator.strip_suffix("IfExists").map_or((operator, false), |plain| (plain, true));
    let found = context.0.get(key);
    if operator == "Null" {
        return wanted.iter().any(|w| (w == "true") == found.is_none());
    }
    let Some(found) = found else {
        if !if_exists {
            missing.insert(key.to_owned());
        }
        return if_exists || operator.contains("Not");
    };
    let any = |test: &dyn Fn(&str, &str) -> bool| found.iter().any(|f| wanted.iter().any(|w| test(w, f)));
    match operator {
        "StringEquals" => any(&|w, f| w == f),
        "StringNotEquals" => !any(&|w, f| w == f),
        "StringEqualsIgnoreCase" | "Bool" => any(&|w, f| w.eq_ignore_ascii_case(f)),
        "StringLike" | "ArnLike" | "ArnEquals" => any(&matches),
        "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => !any(&matches),
        // Numbers, dates and addresses: no policy in this account's world uses them; they hold for nobody.
        _ => false,
    }
}

fn services(principal: &Value) -> Vec<String> {
    match principal {
        Value::String(all) => vec![all.clone()],
        other => strings(other.get("Service")),
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::Bool(flag)) => vec![flag.to_string()],
        _ => Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn says(documents: &[Value], action: &str, resource: &str, context: &[(&str, &str)]) -> Decision {
        let documents: Vec<_> = documents.iter().filter_map(Document::of).collect();
        let context =
            Context(context.iter().map(|(k, v)| ((*k).to_owned(), vec![(*v).to_owned()])).collect());
        evaluate(&documents, action, resource, &context).decision
    }

    #[test]
    fn a_deny_beats_an_allow_and_nothing_is_allowed_by_silence() {
        let allow = json!({"Statement": {"Effect": "Allow", "Action": "batch:*", "Resource": "*"}});
        let deny = json!({"Statement": [{"Effect": "Deny", "Action": ["batch:Delete*"], "Resource": "*"}]});
        let both = [allow, deny];
        assert_eq!(says(&both, "batch:SubmitJob", "*", &[]), Decision::Allowed);
        assert_eq!(says(&both, "batch:DeleteJobQueue", "*", &[]), Decision::ExplicitDeny);
        assert_eq!(says(&both, "iam:GetRole", "*", &[]), Decision::ImplicitDeny);
    }

    #[test]
    fn conditions_and_negations_narrow_a_statement() {
        let pass = json!({"Statement": [{
            "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/slipway-*",
            "Condition": {"StringEquals": {"iam:PassedToService": ["batch.amazonaws.com"]}}
        }]});
        let role = "arn:aws:iam::111122223333:role/slipway-x";
        let to = |service| [("iam:passedtoservice", service)];
        assert_eq!(
            says(std::slice::from_ref(&pass), "iam:PassRole", role, &to("batch.amazonaws.com")),
            Decision::Allowed
        );
        assert_eq!(
            says(std::slice::from_ref(&pass), "iam:PassRole", role, &to("ec2.amazonaws.com")),
            Decision::ImplicitDeny
        );
        let documents = [Document::of(&pass).expect("a document")];
        let unknown = evaluate(&documents, "iam:PassRole", role, &Context::default());
        assert_eq!(unknown.decision, Decision::ImplicitDeny);
        assert!(unknown.missing_keys.contains("iam:passedtoservice"));

        let all_but = json!({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}});
        assert_eq!(says(std::slice::from_ref(&all_but), "iam:GetRole", "*", &[]), Decision::ImplicitDeny);
        assert_eq!(says(&[all_but], "ec2:CreateVpc", "*", &[]), Decision::Allowed);
    }

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
}
