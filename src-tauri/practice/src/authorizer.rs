//! Who may do what: the caller's policies, evaluated at the door.

use crate::account::Caller;
use crate::service::iam::{self, Context, Decision};
use crate::state::State;
use crate::wire::{Place, fits};

/// Whether the caller's policies allow the action on the resource; otherwise AWS's sentence.
pub fn allows(state: &State, caller: &Caller, action: &str, resource: &str) -> Result<(), String> {
    // GetCallerIdentity needs no permission and cannot be denied (STS API reference).
    if action == "sts:GetCallerIdentity" {
        return Ok(());
    }
    let documents = iam::caller_documents(state, caller);
    let reason = match iam::evaluate(&documents, action, resource, &Context::default()).decision {
        Decision::Allowed => return Ok(()),
        Decision::ImplicitDeny => format!("because no identity-based policy allows the {action} action"),
        Decision::ExplicitDeny => "with an explicit deny in an identity-based policy".to_owned(),
    };
    Err(format!(
        "User: {} is not authorized to perform: {action} on resource: {resource} {reason}",
        caller.arn
    ))
}

/// IAM's wildcards, without regard to case: `*` is any run of characters, `?` any one.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<Place> = pattern.chars().map(Place::of).collect();
    let text: Vec<char> = text.chars().collect();
    fits(&pattern, &text, |a, b| a.eq_ignore_ascii_case(&b))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards() {
        assert!(matches("batch:*", "batch:SubmitJob"));
        assert!(matches("BATCH:submit???", "batch:SubmitJob"));
        assert!(matches("arn:aws:iam::*:role/a*z", "arn:aws:iam::1:role/abcz"));
        assert!(!matches("arn:aws:iam::*:role/a*z", "arn:aws:iam::1:role/abc"));
        assert!(!matches("batch:Submit", "batch:SubmitJob"));
        assert!(matches("*", ""));
    }
}
