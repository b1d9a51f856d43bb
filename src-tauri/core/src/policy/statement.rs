//! One statement of a policy.

use serde_json::Value;

use super::{
    Ask, Circumstances, Holds, Target,
    condition::Condition,
    pattern::{of_arns, overlap},
};

#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) allows: bool,
    actions: Meant,
    /// Trust policies name none.
    resources: Option<Meant>,
    principals: Option<Value>,
    /// Everybody but these.
    others: Option<Value>,
    conditions: Vec<Condition>,
}

/// What is meant, or everything but that.
#[derive(Debug, Clone)]
struct Meant {
    patterns: Vec<String>,
    but: bool,
}

impl Meant {
    /// Nothing where the statement names neither.
    fn read(statement: &Value, name: &str) -> Option<Self> {
        let not = format!("Not{name}");
        let (values, but) = match (statement.get(name), statement.get(&not)) {
            (Some(values), None) => (values, false),
            (None, Some(values)) => (values, true),
            _ => return None,
        };
        Some(Self { patterns: texts(values), but })
    }

    fn holds(&self, of_one: impl Fn(&str) -> Holds) -> Holds {
        let any = self.patterns.iter().map(|pattern| of_one(pattern)).max().unwrap_or(Holds::No);
        if self.but { any.not() } else { any }
    }
}

impl Statement {
    pub(super) fn read(statement: &Value) -> Option<Self> {
        let allows = match statement.get("Effect")?.as_str()? {
            "Allow" => true,
            "Deny" => false,
            _ => return None,
        };
        Some(Self {
            allows,
            actions: Meant::read(statement, "Action")?,
            resources: Meant::read(statement, "Resource"),
            principals: statement.get("Principal").cloned(),
            others: statement.get("NotPrincipal").cloned(),
            conditions: Condition::read_all(statement.get("Condition")),
        })
    }

    /// Whether it is about this, and its conditions hold.
    pub(super) fn is_about(&self, ask: &Ask, known: &Circumstances) -> Holds {
        let on = match &self.resources {
            None => Holds::Yes,
            Some(resources) => resources.holds(|pattern| match &ask.target {
                // What is about no resource is asked about as `*`, which no ARN is.
                Target::Whole if pattern.chars().all(|letter| letter == '*') => Holds::Yes,
                Target::Whole => Holds::No,
                Target::Like(asked) => of_arns(pattern, asked).into(),
            }),
        };
        on.min(self.is_about_action(&ask.action)).min(self.conditions_hold(known))
    }

    /// Whether a condition of it holds where there is no such key, and nobody knows whether there is one.
    pub(super) fn guesses(&self, known: &Circumstances) -> bool {
        self.conditions.iter().any(|condition| condition.is_about_what_may_be_absent(known))
    }

    /// Whether it is about this service's doing this with the role: assuming it, say.
    pub(super) fn is_about_service(&self, action: &str, service: &str, known: &Circumstances) -> Holds {
        let named = |principals: &Value| texts(&principals["Service"]).iter().any(|name| name == service);
        // A denial of everybody takes in AWS's own services, which is why there is a key to leave them out of one (IAM
        // User Guide, "AWS global condition context keys", aws:PrincipalIsAWSService). That allowing everybody takes
        // them in is nowhere said.
        let everybody = if self.allows { Holds::Perhaps } else { Holds::Yes };
        let who = match (&self.principals, &self.others) {
            (Some(Value::String(all)), _) if all == "*" => everybody,
            (Some(principals), _) if named(principals) => Holds::Yes,
            (Some(principals), _) if texts(&principals["AWS"]).iter().any(|name| name == "*") => everybody,
            (Some(_), _) => Holds::No,
            (None, Some(others)) if named(others) => Holds::No,
            (None, _) => Holds::Perhaps,
        };
        who.min(self.is_about_action(action)).min(self.conditions_hold(known))
    }

    /// Whether it is about everybody. Who else a policy names at an endpoint, and whether a session with a role is one of
    /// them, differs by service (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies").
    pub(super) fn is_of_everybody(&self) -> Holds {
        let everybody = |principals: &Value| {
            let named = texts(if principals.is_object() { &principals["AWS"] } else { principals });
            named.iter().any(|name| name == "*")
        };
        if self.principals.as_ref().is_some_and(everybody) { Holds::Yes } else { Holds::Perhaps }
    }

    /// Actions have no case.
    fn is_about_action(&self, action: &str) -> Holds {
        let action = action.to_lowercase();
        self.actions.holds(|pattern| overlap(&pattern.to_lowercase(), &action).into())
    }

    /// All of them must hold.
    fn conditions_hold(&self, known: &Circumstances) -> Holds {
        self.conditions.iter().map(|condition| condition.holds(known)).min().unwrap_or(Holds::Yes)
    }
}

/// One text, or a list of them.
pub(super) fn texts(values: &Value) -> Vec<String> {
    match values {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().flat_map(texts).collect(),
        // Numbers and truth values may stand without quotation marks.
        plain @ (Value::Bool(_) | Value::Number(_)) => vec![plain.to_string()],
        _ => vec![],
    }
}
