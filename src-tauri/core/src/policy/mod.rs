//! What IAM's policies let somebody do, as far as that follows from reading them. Three answers, since much hangs on a
//! request that nobody has made yet: what cannot be told is never taken for a refusal.
//!
//! By the rules of the IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements reference".

mod circumstances;
mod condition;
mod pattern;
mod statement;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub(crate) use self::circumstances::Circumstances;
use self::{pattern::Overlap, statement::Statement};

/// How far something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holds {
    /// Never.
    No,
    /// In some cases, or nobody can tell from here.
    Perhaps,
    /// Always.
    Yes,
}

impl Holds {
    pub(crate) fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Perhaps => Self::Perhaps,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl From<Overlap> for Holds {
    fn from(overlap: Overlap) -> Self {
        match overlap {
            Overlap::None => Self::No,
            Overlap::Some => Self::Perhaps,
            Overlap::Whole => Self::Yes,
        }
    }
}

/// What something is done to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// The action is about no resource, and is allowed on `*` alone.
    Whole,
    /// Resources whose ARNs look like this, `*` standing for what is not known yet.
    Like(String),
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ask {
    /// `ecs:Poll`; with wildcards it means all of them.
    pub(crate) action: String,
    pub(crate) target: Target,
}

/// A policy, or a role's trust policy.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    statements: Vec<Statement>,
}

impl Policy {
    /// As it is written; none where that is no policy.
    pub(crate) fn read(document: &Value) -> Option<Self> {
        let statements = match document.get("Statement")? {
            Value::Array(all) => all.iter().map(Statement::read).collect::<Option<Vec<_>>>()?,
            one => vec![Statement::read(one)?],
        };
        Some(Self { statements })
    }

    /// Whether it allows this, others aside.
    pub(crate) fn allows(&self, ask: &Ask, known: &Circumstances) -> Holds {
        self.says(true, |statement| statement.is_about(ask, known))
    }

    /// Whether it forbids this.
    pub(crate) fn denies(&self, ask: &Ask, known: &Circumstances) -> Holds {
        self.says(false, |statement| statement.is_about(ask, known))
    }

    /// What it comes to for this, where it is an endpoint's and nobody's own policy counts.
    pub(crate) fn lets_pass(&self, ask: &Ask, known: &Circumstances) -> Holds {
        let meant = |statement: &Statement| statement.is_about(ask, known).min(statement.is_of_everybody());
        self.says(true, meant).min(self.says(false, meant).not())
    }

    /// Whether what it forbids may hang on a key that is in some requests only, in a way that needs none.
    pub(crate) fn guesses(&self, known: &Circumstances) -> bool {
        self.statements.iter().any(|statement| !statement.allows && statement.guesses(known))
    }

    /// Whether a trust policy lets this service assume its role, denials aside.
    pub(crate) fn trusts(&self, service: &str, known: &Circumstances) -> Holds {
        self.says(true, |statement| statement.is_about_service("sts:AssumeRole", service, known))
    }

    /// Whether it may give the role's session tags of its own (IAM User Guide, "Pass session tags in AWS STS": who does
    /// needs `sts:TagSession` in the trust policy).
    pub(crate) fn lets_tag(&self, service: &str, known: &Circumstances) -> Holds {
        self.says(true, |statement| statement.is_about_service("sts:TagSession", service, known))
    }

    /// Whether a trust policy forbids this service to assume its role.
    pub(crate) fn distrusts(&self, service: &str, known: &Circumstances) -> Holds {
        self.says(false, |statement| statement.is_about_service("sts:AssumeRole", service, known))
    }

    /// The most that any statement of this effect says.
    fn says(&self, allows: bool, meant: impl Fn(&Statement) -> Holds) -> Holds {
        let statements = self.statements.iter().filter(|statement| statement.allows == allows);
        statements.map(meant).max().unwrap_or(Holds::No)
    }
}
