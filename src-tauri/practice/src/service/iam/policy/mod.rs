//! Policies: read, checked as IAM checks them, and evaluated.

mod check;
mod condition;
mod extent;
mod variable;

use crate::wire::{Place as Letter, fits};
use condition::Condition;
use extent::Place;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A policy document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What the simulator calls it: `AdministratorAccess`.
    name: String,
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq)]
struct Statement {
    allows: bool,
    actions: Meant,
    resources: Meant,
    /// Service principals, for trust policies.
    services: Vec<String>,
    conditions: Vec<Condition>,
    /// Whether `${…}` is a variable: only the newer version of the language has them.
    variables: bool,
    extent: (Place, Place),
}

/// `Action` lists what is meant, `NotAction` everything else.
#[derive(Debug, Clone, PartialEq)]
struct Meant {
    patterns: Vec<String>,
    negated: bool,
}

/// What a request brings along for conditions: keys in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context(pub BTreeMap<String, Vec<String>>);

/// What policies say of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// A statement that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The name of its policy.
    pub policy: String,
    /// Line and column of its first character, and of its last.
    pub extent: (Place, Place),
}

/// A decision and what led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The outcome.
    pub decision: Decision,
    /// The statements that decided it.
    pub matched: Vec<Matched>,
    /// Condition keys that statements asked for and the context had not.
    pub missing_keys: BTreeSet<String>,
}

impl Context {
    /// The values of a key, however it is written; none when there are none.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        let values = self.0.get(key).or_else(|| self.0.get(&key.to_ascii_lowercase()))?;
        (!values.is_empty()).then_some(values.as_slice())
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.add(key, value);
        self
    }

    /// Adds a value.
    pub fn add(&mut self, key: &str, value: impl Into<String>) {
        self.0.entry(key.to_ascii_lowercase()).or_default().push(value.into());
    }
}

impl Document {
    /// Reads a document; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let variables = document.get("Version").and_then(Value::as_str) == Some("2012-10-17");
        let statements: Vec<&Value> = match document.get("Statement")? {
            Value::Array(all) => all.iter().collect(),
            one @ Value::Object(_) => vec![one],
            _ => return None,
        };
        let mut extents = extent::statements(text).into_iter();
        let statements = statements
            .into_iter()
            .map(|value| Statement::of(value, variables, extents.next().unwrap_or_default()))
            .collect::<Option<_>>()?;
        Some(Self { name: String::new(), statements })
    }

    /// Reads a document that is JSON already.
    pub fn of(document: &Value) -> Option<Self> {
        Self::parse(&document.to_string())
    }

    /// The same under a name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Whether the service may assume the role that carries this trust policy.
    pub fn trusts_service(&self, service: &str) -> bool {
        let meant = |s: &&Statement| {
            s.services.iter().any(|name| name == service || name == "*")
                && s.actions.has(|action| is_action(action, "sts:AssumeRole"))
        };
        self.statements.iter().filter(meant).any(|s| s.allows)
            && !self.statements.iter().filter(meant).any(|s| !s.allows && s.conditions.is_empty())
    }
}

/// What these documents together say of a request.
pub fn evaluate(documents: &[Document], action: &str, resource: &str, context: &Context) -> Evaluation {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    let mut missing_keys = BTreeSet::new();
    for document in documents {
        for statement in &document.statements {
            if statement.is_about(action, resource, context)
                && statement.conditions_hold(context, &mut missing_keys)
            {
                let matched = Matched { policy: document.name.clone(), extent: statement.extent };
                (if statement.allows { &mut allowed } else { &mut denied }).push(matched);
            }
        }
    }
    let (decision, matched) = match (denied.is_empty(), allowed.is_empty()) {
        (false, _) => (Decision::ExplicitDeny, denied),
        (true, false) => (Decision::Allowed, allowed),
        (true, true) => (Decision::ImplicitDeny, Vec::new()),
    };
    Evaluation { decision, matched, missing_keys }
}

/// Actions are compared without regard to case: `*` is any run of characters, `?` any one.
pub fn is_action(pattern: &str, action: &str) -> bool {
    let pattern: Vec<Letter> = pattern.chars().map(Letter::of).collect();
    let action: Vec<char> = action.chars().collect();
    fits(&pattern, &action, |a, b| a.eq_ignore_ascii_case(&b))
}

impl Meant {
    fn has(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.patterns.iter().any(|pattern| fits(pattern)) != self.negated
    }
}

impl Statement {
    fn of(value: &Value, variables: bool, extent: (Place, Place)) -> Option<Self> {
        let fields = value.as_object()?;
        let meant = |plain: &str, not: &str| match fields.get(plain) {
            Some(values) => Meant { patterns: strings(Some(values)), negated: false },
            None => Meant { patterns: strings(fields.get(not)), negated: true },
        };
        let conditions = fields
            .get("Condition")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .flat_map(|(operator, keys)| {
                keys.as_object().into_iter().flatten().map(move |(key, values)| Condition {
                    operator: operator.clone(),
                    key: key.to_ascii_lowercase(),
                    wanted: strings(Some(values)),
                })
            })
            .collect();
        Some(Self {
            allows: fields.get("Effect")?.as_str()? == "Allow",
            actions: meant("Action", "NotAction"),
            resources: meant("Resource", "NotResource"),
            services: fields.get("Principal").map(services).unwrap_or_default(),
            conditions,
            variables,
            extent,
        })
    }

    fn is_about(&self, action: &str, resource: &str, context: &Context) -> bool {
        let meant = |pattern: &str| {
            variable::pattern(pattern, context, self.variables)
                .is_some_and(|pattern| variable::like(&pattern, resource))
        };
        self.actions.has(|pattern| is_action(pattern, action)) && self.resources.has(meant)
    }

    fn conditions_hold(&self, context: &Context, missing: &mut BTreeSet<String>) -> bool {
        // Every condition is looked at, so that all missing keys are told.
        let fails = |condition: &&Condition| !condition.holds(context, self.variables, missing);
        self.conditions.iter().filter(fails).count() == 0
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
        Some(Value::Array(all)) => all.iter().flat_map(|one| strings(Some(one))).collect(),
        // Numbers and truth values may stand without quotation marks.
        Some(plain @ (Value::Bool(_) | Value::Number(_))) => vec![plain.to_string()],
        _ => Vec::new(),
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
    fn actions_have_wildcards_and_no_case() {
        assert!(is_action("batch:*", "batch:SubmitJob"));
        assert!(is_action("BATCH:submit???", "batch:SubmitJob"));
        assert!(!is_action("batch:Submit", "batch:SubmitJob"));
        assert!(is_action("*", ""));
    }

    #[test]
    fn resources_have_case_and_variables_but_only_in_the_newer_language() {
        let own = |version: &str| {
            json!({"Version": version, "Statement": {
                "Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::*:user/${aws:username}"
            }})
        };
        let me = [("aws:username", "ana")];
        let says = |version: &str, resource: &str| says(&[own(version)], "iam:GetUser", resource, &me);
        assert_eq!(says("2012-10-17", "arn:aws:iam::1:user/ana"), Decision::Allowed);
        assert_eq!(says("2012-10-17", "arn:aws:iam::1:user/Ana"), Decision::ImplicitDeny);
        assert_eq!(says("2012-10-17", "arn:aws:iam::1:user/bob"), Decision::ImplicitDeny);
        assert_eq!(says("2008-10-17", "arn:aws:iam::1:user/ana"), Decision::ImplicitDeny);
        assert_eq!(says("2008-10-17", "arn:aws:iam::1:user/${aws:username}"), Decision::Allowed);
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
}
