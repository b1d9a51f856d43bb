//! Who may do what: the caller's policies, evaluated at the door.

use crate::account::Caller;
use crate::settings::Lesson;
use crate::state::State;

/// Whether the caller's policies allow the action on the resource; otherwise AWS's sentence.
pub fn allows(state: &State, caller: &Caller, action: &str, resource: &str) -> Result<(), String> {
    // GetCallerIdentity needs no permission and cannot be denied (STS API reference).
    if action == "sts:GetCallerIdentity" || !missing(state).any(|pattern| matches(pattern, action)) {
        return Ok(());
    }
    Err(format!(
        "User: {} is not authorized to perform: {action} on resource: {resource} because no identity-based \
         policy allows the {action} action",
        caller.arn
    ))
}

fn missing(state: &State) -> impl Iterator<Item = &str> {
    state.settings.lessons.iter().flat_map(|lesson| {
        match lesson {
            Lesson::MissingPermission { actions } => actions.as_slice(),
            _ => &[],
        }
        .iter()
        .map(String::as_str)
    })
}

/// IAM's wildcards, without regard to case: `*` is any run of characters, `?` any one.
pub fn matches(pattern: &str, text: &str) -> bool {
    fn inner(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|skip| inner(rest, &text[skip..])),
            Some((b'?', rest)) => !text.is_empty() && inner(rest, &text[1..]),
            Some((byte, rest)) => {
                text.first().is_some_and(|other| other.eq_ignore_ascii_case(byte)) && inner(rest, &text[1..])
            }
        }
    }
    inner(pattern.as_bytes(), text.as_bytes())
}
