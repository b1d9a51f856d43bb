//! The policy of its own that a role may have.

use serde_json::Value;

use crate::{
    resource::Stack,
    words::{Text, say},
};

/// The inline policy that Slipway keeps on a role; every other one is somebody else's.
#[derive(Debug, Clone)]
pub(crate) struct Inline {
    /// Its name: `access`.
    pub(crate) name: &'static str,
    /// What it says; without anything to say it is not there.
    pub(crate) policy: Option<Value>,
    /// Whether a blueprint could say what is found there. What it could not, somebody else wrote with a purpose, and
    /// Slipway writes nothing over it.
    pub(crate) can_say: fn(&Stack, &Value) -> bool,
}

/// All inline policies of a role together, in characters without blanks (IAM User Guide, "IAM and AWS STS quotas"; it
/// cannot be raised).
const MOST_INLINE: usize = 10_240;

impl Inline {
    /// A role that needs no policy of its own.
    pub(crate) const NONE: Self = Self { name: "", policy: None, can_say: |_, _| true };

    /// Why IAM would not take it.
    pub(super) fn too_large(&self, role: &str) -> Option<Text> {
        let characters = self.policy.as_ref()?.to_string().chars().filter(|c| !c.is_whitespace()).count();
        let params = [("name", role), ("found", &characters.to_string()), ("most", &MOST_INLINE.to_string())];
        (characters > MOST_INLINE).then(|| say("role-policy-too-large", &params))
    }
}
