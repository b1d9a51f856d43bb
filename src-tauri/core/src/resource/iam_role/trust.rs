//! Who may assume a role: whether the service that works with it may, what keeps that one out, and whoever else is let
//! in.

use serde_json::{Value, json};

use super::{IamRole, RoleFacts, TRUST};
use crate::{
    blueprint::names,
    policy::{Circumstances, Holds, Policy},
    resource::{Difference, iam_policy::one_or_many},
};

/// Whether the service that a role is for may assume it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trust {
    Given,
    /// It hangs on who calls; what is asked of that one.
    Open(String),
    /// A statement forbids it, whatever others allow.
    Denied(String),
    /// It is let in under conditions that do not hold here.
    Unmet(String),
    /// Others are let in; nobody at all, where this is empty.
    Lacking(String),
}

impl Trust {
    /// Whether a run has to write the trust policy anew. What somebody denies is not a run's to take off.
    pub(super) const fn is_to_put(&self) -> bool {
        matches!(self, Self::Unmet(_) | Self::Lacking(_))
    }
}

impl IamRole {
    /// The trust policy: this one service and nobody else.
    pub(crate) fn trust(&self) -> Value {
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": self.trusted },
                "Action": "sts:AssumeRole",
            }],
        })
    }

    /// What a run puts right of it.
    pub(super) fn trust_difference(&self, trust: &Trust) -> Option<Difference> {
        let wanted = format!("Service {}", self.trusted);
        match trust {
            Trust::Lacking(found) => Difference::between(TRUST, found.clone(), wanted),
            Trust::Unmet(condition) => Difference::between(TRUST, format!("{wanted} if {condition}"), wanted),
            Trust::Given | Trust::Open(_) | Trust::Denied(_) => None,
        }
    }

    /// Whether the service may assume it.
    pub(super) fn trusted(&self, facts: &RoleFacts) -> Trust {
        let Some(policy) = Policy::read(&facts.trust) else { return Trust::Lacking(String::new()) };
        let statements = statements(&facts.trust);
        // Which of them it is; all, where no single one says it.
        let by = |says: &dyn Fn(&Policy) -> Holds, wanted: Holds| {
            let one = statements.iter().find(|one| alone(one).is_some_and(|one| says(&one) == wanted));
            one.map_or_else(
                || statements.iter().map(|one| told(one)).collect::<Vec<_>>().join("; "),
                |one| told(one),
            )
        };
        let callers = self.callers(facts);
        let allowed = |policy: &Policy| self.allowed(policy, &callers);
        let denied = |policy: &Policy| self.denied(policy, &callers);
        match (denied(&policy), allowed(&policy)) {
            (Holds::Yes, _) => Trust::Denied(by(&denied, Holds::Yes)),
            (_, Holds::No) => {
                let without = |statement: &&&Value| {
                    let mut bare = (**statement).clone();
                    if let Some(fields) = bare.as_object_mut() {
                        fields.remove("Condition");
                    }
                    alone(&bare).is_some_and(|bare| allowed(&bare) == Holds::Yes)
                };
                match statements.iter().find(without) {
                    Some(unmet) => Trust::Unmet(conditions(unmet)),
                    None => Trust::Lacking(self.let_in(facts).join(", ")),
                }
            }
            (Holds::Perhaps, _) => Trust::Open(by(&denied, Holds::Perhaps)),
            (Holds::No, Holds::Perhaps) => Trust::Open(by(&allowed, Holds::Perhaps)),
            (Holds::No, Holds::Yes) => Trust::Given,
        }
    }

    /// Who calls when the role is assumed, as far as conditions ask, once for each thing on whose behalf that may be.
    ///
    /// Amazon ECS Developer Guide, "Amazon ECS task IAM role": of clusters only all can be named. AWS Batch User Guide,
    /// "Cross-service confused deputy prevention": an environment, and beside it any job. What EC2 says when it hands
    /// an instance its role, and Spot Fleet, is nowhere written.
    fn callers(&self, facts: &RoleFacts) -> Vec<Circumstances> {
        let service = Circumstances::from([
            ("aws:principalisawsservice", "true".to_owned()),
            ("aws:principalservicename", self.trusted.to_owned()),
            ("aws:securetransport", "true".to_owned()),
        ]);
        let service = service.since(facts.earliest());
        let on_behalf_of = |source: String| {
            let mut known = service.clone();
            known.insert("aws:sourceaccount", self.stack.account.clone());
            known.insert("aws:sourcearn", source);
            known
        };
        match self.trusted {
            "ecs-tasks.amazonaws.com" => vec![on_behalf_of(self.stack.arn("ecs", "*"))],
            "batch.amazonaws.com" => {
                let environments = names::compute_environment(&self.stack.name, "*", 1);
                let environments = format!("compute-environment/{environments}");
                [&environments, "job/*"].map(|of| on_behalf_of(self.stack.arn("batch", of))).to_vec()
            }
            _ => vec![service],
        }
    }

    /// Of several on whose behalf it may be, the first is the one without which nothing works.
    fn allowed(&self, trust: &Policy, callers: &[Circumstances]) -> Holds {
        let mut each = callers.iter().map(|known| trust.trusts(self.trusted, known));
        let first = each.next().unwrap_or(Holds::No);
        if each.all(|holds| holds == Holds::Yes) { first } else { first.min(Holds::Perhaps) }
    }

    fn denied(&self, trust: &Policy, callers: &[Circumstances]) -> Holds {
        let mut each = callers.iter().map(|known| trust.distrusts(self.trusted, known));
        let first = each.next().unwrap_or(Holds::No);
        if each.all(|holds| holds == Holds::No) { first } else { first.max(Holds::Perhaps) }
    }

    /// Others who are let in beside the service: `AWS arn:aws:iam::444455556666:root`. What a trust policy asks of the
    /// service, and whom it denies, lets in nobody; and what goes with beginning a session is none of its own
    /// (`sts:TagSession`, `sts:SetSourceIdentity`).
    pub(super) fn let_in(&self, facts: &RoleFacts) -> Vec<String> {
        let allowing = statements(&facts.trust).into_iter().filter(|one| one["Effect"] == "Allow");
        let each = allowing.flat_map(|statement| {
            let known = ["Effect", "Action", "Principal", "Condition", "Sid"];
            let fields = statement.as_object();
            let plain =
                fields.is_some_and(|fields| fields.keys().all(|field| known.contains(&field.as_str())));
            if !plain {
                return vec![told(statement)];
            }
            // Who may do no more than tag a session may begin none.
            let begins = |action: &&Value| {
                let action = action.as_str().unwrap_or_default().to_lowercase();
                !["sts:tagsession", "sts:setsourceidentity"].contains(&action.as_str())
            };
            if !one_or_many(&statement["Action"]).iter().any(begins) {
                return vec![];
            }
            let others = principals(&statement["Principal"]).into_iter();
            let others = others.filter(|(kind, who)| !(*kind == "Service" && *who == self.trusted));
            others
                .map(|(kind, who)| format!("{kind} {who}{}", only_if(statement)).trim().to_owned())
                .collect()
        });
        each.collect()
    }
}

/// The trust policy as evidence: the services that are let in, or what it says where it says more than that.
pub(super) fn shown(facts: &RoleFacts) -> String {
    let each = statements(&facts.trust).into_iter().map(|statement| {
        let services = principals(&statement["Principal"]).into_iter();
        let services: Vec<_> = services.map(|(kind, who)| (kind == "Service").then_some(who)).collect();
        let plain = statement["Effect"] == "Allow"
            && one_or_many(&statement["Action"]) == ["sts:AssumeRole"]
            && statement.get("Condition").is_none();
        match services.into_iter().collect::<Option<Vec<_>>>() {
            Some(services) if plain && !services.is_empty() => services.join(", "),
            _ => told(statement),
        }
    });
    each.collect::<Vec<_>>().join("; ")
}

fn statements(trust: &Value) -> Vec<&Value> {
    one_or_many(&trust["Statement"])
}

/// A policy of this one statement.
fn alone(statement: &Value) -> Option<Policy> {
    Policy::read(&json!({ "Statement": [statement] }))
}

/// `Service` and `ec2.amazonaws.com`; everybody is nothing and `*`.
fn principals(of: &Value) -> Vec<(&str, &str)> {
    match of {
        Value::String(everybody) => vec![("", everybody)],
        Value::Object(kinds) => {
            let each = kinds.iter().flat_map(|(kind, who)| {
                one_or_many(who).into_iter().map(move |who| (kind.as_str(), who.as_str().unwrap_or_default()))
            });
            each.collect()
        }
        _ => vec![],
    }
}

/// `Deny sts:AssumeRole to Service ec2.amazonaws.com if aws:SourceAccount is 444455556666`; what is written in a way that
/// is not read here, as it is written.
fn told(statement: &Value) -> String {
    let known = ["Effect", "Action", "Principal", "NotPrincipal", "Condition", "Sid"];
    let fields = statement.as_object();
    if fields.is_none_or(|fields| fields.keys().any(|field| !known.contains(&field.as_str()))) {
        return statement.to_string();
    }
    let who = |of: &Value| {
        let each = principals(of).into_iter();
        let each =
            each.map(|(kind, who)| if who == "*" { "everybody".to_owned() } else { format!("{kind} {who}") });
        each.collect::<Vec<_>>().join(", ")
    };
    let to = match statement.get("NotPrincipal") {
        Some(others) => format!("everybody but {}", who(others)),
        None => who(&statement["Principal"]),
    };
    let effect = statement["Effect"].as_str().unwrap_or_default();
    format!("{effect} {} to {to}{}", list(&statement["Action"]), only_if(statement))
}

fn only_if(statement: &Value) -> String {
    let conditions = conditions(statement);
    if conditions.is_empty() { conditions } else { format!(" if {conditions}") }
}

/// `aws:SourceAccount is 444455556666`.
fn conditions(statement: &Value) -> String {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    let each = operators.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| match operator.as_str() {
            "StringEquals" | "ArnEquals" => format!("{key} is {}", list(values)),
            "StringLike" | "ArnLike" => format!("{key} is like {}", list(values)),
            _ => format!("{operator} {key} {}", list(values)),
        })
    });
    each.collect::<Vec<_>>().join(" and ")
}

fn list(values: &Value) -> String {
    let texts = one_or_many(values).into_iter();
    let texts = texts.map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned));
    texts.collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests;
