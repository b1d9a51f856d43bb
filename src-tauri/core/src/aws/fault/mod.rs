//! What went wrong with one AWS call, sorted by what it means for what to do next.

mod sort;

use serde::{Deserialize, Serialize};

pub use self::sort::fault;
pub(super) use self::sort::is_about_the_sign_in;
use crate::{
    error::AppError,
    words::{Text, say},
};

/// One failed AWS call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, thiserror::Error)]
#[error("{action}: {}{message}", code.as_ref().map(|c| format!("{c}: ")).unwrap_or_default())]
pub struct AwsFault {
    /// The action as IAM writes it, `iam:CreateRole`.
    pub action: String,
    /// AWS's error code.
    pub code: Option<String>,
    /// AWS's own words.
    pub message: String,
    /// AWS's request id.
    pub request_id: Option<String>,
    /// What it means.
    pub kind: FaultKind,
}

/// What a failed call means for what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The caller may not do this.
    Denied,
    /// The keys are wrong, unknown to AWS, or there are none.
    WrongKeys,
    /// The session's credentials have run out.
    Expired,
    /// The credentials that came instead are another account's; nothing was sent with them.
    OtherAccount,
    /// What was asked for is not there.
    NotFound,
    /// The name is taken, or it has happened already.
    AlreadyExists,
    /// Too many calls; it did not happen and may be sent again.
    Throttled,
    /// Something it needs was made moments ago and is not known everywhere in AWS yet.
    NotPropagated,
    /// Something else still uses it, or it is in the middle of a change.
    InUse,
    /// A limit of the account is reached.
    Quota,
    /// AWS refuses what was asked.
    Invalid,
    /// No connection was made; it did not happen.
    Unreachable,
    /// The answer was lost; it may have happened.
    OutcomeUnknown,
    /// The answer came and makes no sense; it may have happened.
    Unreadable,
}

impl AwsFault {
    /// The answer lacks what AWS always says in it.
    pub fn lacks(action: &str, what: &str) -> Self {
        Self {
            action: action.to_owned(),
            code: None,
            message: format!("the answer has no {what}"),
            request_id: None,
            kind: FaultKind::Unreadable,
        }
    }

    /// Whether the call may have taken effect all the same.
    pub fn may_have_happened(&self) -> bool {
        matches!(self.kind, FaultKind::OutcomeUnknown | FaultKind::Unreadable)
    }

    /// The action that is not allowed: often another one than the call's own, `iam:PassRole` of an environment that is
    /// made with a role. AWS names it in its sentence, "is not authorized to perform: ACTION on resource: …".
    fn denied(&self) -> &str {
        let named = self.message.split_once("not authorized to perform: ").map(|(_, rest)| rest);
        let named = named.and_then(|rest| rest.split_whitespace().next());
        named.filter(|action| action.contains(':')).unwrap_or(&self.action)
    }

    /// What happened, in one sentence for a person.
    pub fn text(&self) -> Text {
        let action = self.action.as_str();
        let words = self.message.as_str();
        match self.kind {
            FaultKind::Denied => say("aws-denied", &[("action", self.denied())]),
            FaultKind::WrongKeys => say("aws-wrong-keys", &[("action", action)]),
            FaultKind::Expired => say("aws-expired", &[("action", action)]),
            FaultKind::OtherAccount => say("aws-other-account", &[("words", words)]),
            FaultKind::Throttled => say("aws-throttled", &[("action", action)]),
            FaultKind::Quota => say("aws-quota", &[("action", action), ("words", words)]),
            FaultKind::Unreachable => say("aws-unreachable", &[("action", action)]),
            FaultKind::OutcomeUnknown if !changes(action) => say("aws-no-answer", &[("action", action)]),
            FaultKind::OutcomeUnknown => say("aws-outcome-unknown", &[("action", action)]),
            FaultKind::Unreadable => say("aws-unreadable", &[("action", action), ("words", words)]),
            FaultKind::NotPropagated => say("aws-not-propagated", &[("action", action)]),
            FaultKind::NotFound | FaultKind::AlreadyExists | FaultKind::InUse | FaultKind::Invalid => {
                say("aws-refused", &[("action", action), ("words", words)])
            }
        }
    }

    fn advice(&self) -> Text {
        match self.kind {
            FaultKind::Denied => say("aws-denied-advice", &[("action", self.denied())]),
            FaultKind::WrongKeys => say("aws-wrong-keys-advice", &[]),
            FaultKind::Expired => say("aws-expired-advice", &[]),
            FaultKind::OtherAccount => say("aws-other-account-advice", &[]),
            FaultKind::Quota => say("aws-quota-advice", &[]),
            FaultKind::Unreachable => say("aws-unreachable-advice", &[]),
            FaultKind::Throttled | FaultKind::NotPropagated | FaultKind::InUse => {
                say("aws-later-advice", &[])
            }
            FaultKind::OutcomeUnknown if !changes(&self.action) => say("aws-unreachable-advice", &[]),
            FaultKind::OutcomeUnknown => say("aws-outcome-unknown-advice", &[]),
            FaultKind::Unreadable => say("aws-unreadable-advice", &[]),
            FaultKind::NotFound | FaultKind::AlreadyExists | FaultKind::Invalid => {
                say("aws-refused-advice", &[])
            }
        }
    }
}

/// Why credentials were not handed out although their source gave some.
#[derive(Debug, thiserror::Error)]
pub(super) enum Withheld {
    /// They are another account's.
    #[error("{found} instead of {wanted}")]
    OtherAccount { wanted: String, found: String },
    /// AWS did not say whose they are.
    #[error(transparent)]
    Unconfirmed(AwsFault),
}

/// Whether an action, `iam:CreateRole` or `CreateRole`, changes something rather than looks.
pub(super) fn changes(action: &str) -> bool {
    let verb = action.rsplit(':').next().unwrap_or(action);
    !["Get", "List", "Describe", "BatchGet", "Simulate", "Filter"]
        .iter()
        .any(|reading| verb.starts_with(reading))
}

impl From<AwsFault> for AppError {
    fn from(fault: AwsFault) -> Self {
        let request_id = fault.request_id.clone();
        let mut error = Self::new(fault.text()).because(&fault).advise(fault.advice());
        error.request_id = request_id;
        error
    }
}
