//! Retry strategies: reading them, and deciding after a failure.

use crate::wire::json::{list, number, text};
use serde_json::Value;

/// How an attempt ended, as far as a strategy looks at it.
pub(super) struct Ended<'a> {
    pub(super) status_reason: &'a str,
    pub(super) reason: Option<&'a str>,
    pub(super) exit_code: Option<i32>,
}

/// What is wrong with a strategy, in AWS's words.
pub(super) fn check(strategy: &Value) -> Result<(), String> {
    let Some(attempts) = number(strategy, "attempts") else {
        return Err("RetryAttempts must be provided with retry strategy.".to_owned());
    };
    if !(1..=10).contains(&attempts) {
        return Err(format!("Retry attempts must be between 1 and 10, got {attempts}."));
    }
    let conditions = list(strategy, "evaluateOnExit");
    if conditions.len() > 5 {
        return Err("Only 5 evaluateOnExit conditions are allowed.".to_owned());
    }
    for condition in conditions {
        let action = text(condition, "action").unwrap_or_default();
        if !["RETRY", "EXIT"].iter().any(|known| known.eq_ignore_ascii_case(action)) {
            return Err("Evaluate on exit action should be one of [RETRY, EXIT].".to_owned());
        }
        let mut patterns = 0;
        for field in ["onStatusReason", "onReason", "onExitCode"] {
            let Some(pattern) = text(condition, field) else { continue };
            patterns += 1;
            if pattern.len() > 512 {
                return Err("Evaluate on exit condition cannot exceed 512 characters.".to_owned());
            }
            let plain = pattern.strip_suffix('*').unwrap_or(pattern);
            let allowed = |c: char| match field {
                "onExitCode" => c.is_ascii_digit(),
                _ => c.is_ascii_alphanumeric() || c == '.' || c == ':' || c.is_whitespace(),
            };
            if !plain.chars().all(allowed) {
                return Err("Evaluate on exit condition contains restricted characters.".to_owned());
            }
        }
        if patterns == 0 {
            return Err(
                "EvaluateOnExit should contain at least one of onExitCode, onReason or onStatusReason"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// How many attempts a strategy allows.
pub(super) fn attempts(strategy: Option<&Value>) -> u32 {
    let attempts = strategy.and_then(|strategy| number(strategy, "attempts")).unwrap_or(1);
    u32::try_from(attempts.clamp(1, 10)).unwrap_or(1)
}

/// Whether a failed attempt is to be tried again, attempts being left: the first condition that fits decides,
/// and without one that fits Batch retries.
pub(super) fn again(strategy: Option<&Value>, ended: &Ended<'_>) -> bool {
    let code = ended.exit_code.map(|code| code.to_string());
    let fits = |condition: &Value| {
        let fits = |field: &str, found: Option<&str>| match text(condition, field) {
            None => true,
            Some(pattern) => found.is_some_and(|found| matches(pattern, found)),
        };
        fits("onStatusReason", Some(ended.status_reason))
            && fits("onReason", ended.reason.or(Some("")))
            && fits("onExitCode", code.as_deref())
    };
    strategy
        .and_then(|strategy| list(strategy, "evaluateOnExit").iter().find(|condition| fits(condition)))
        .is_none_or(|condition| {
            text(condition, "action").is_some_and(|action| action.eq_ignore_ascii_case("RETRY"))
        })
}

/// One star, at the end; case does not matter.
fn matches(pattern: &str, found: &str) -> bool {
    let (pattern, found) = (pattern.to_lowercase(), found.to_lowercase());
    match pattern.strip_suffix('*') {
        Some(start) => found.starts_with(start),
        None => found == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_condition_that_fits_decides_and_none_means_again() {
        let strategy = json!({ "attempts": 3, "evaluateOnExit": [
            { "onStatusReason": "Host EC2*", "action": "RETRY" },
            { "onExitCode": "1*", "onReason": "*", "action": "EXIT" },
        ] });
        check(&strategy).unwrap();
        let ended = |status_reason, code| Ended { status_reason, reason: None, exit_code: code };
        assert!(again(Some(&strategy), &ended("Host EC2 (instance i-1) terminated.", None)));
        assert!(!again(Some(&strategy), &ended("Essential container in task exited", Some(137))));
        assert!(again(Some(&strategy), &ended("Essential container in task exited", Some(2))));
        assert!(again(None, &ended("x", Some(1))));
    }

    #[test]
    fn strategies_are_checked() {
        for (strategy, wanted) in [
            (json!({}), "RetryAttempts must be provided"),
            (json!({ "attempts": 11 }), "between 1 and 10"),
            (json!({ "attempts": 2, "evaluateOnExit": [{ "action": "RETRY" }] }), "at least one of"),
            (
                json!({ "attempts": 2, "evaluateOnExit": [{ "onReason": "a(b)", "action": "EXIT" }] }),
                "restricted",
            ),
            (
                json!({ "attempts": 2, "evaluateOnExit": [{ "onExitCode": "x", "action": "EXIT" }] }),
                "restricted",
            ),
            (
                json!({ "attempts": 2, "evaluateOnExit": [{ "onReason": "*", "action": "STAY" }] }),
                "RETRY, EXIT",
            ),
        ] {
            let found = check(&strategy).unwrap_err();
            assert!(found.contains(wanted), "{strategy}: {found}");
        }
    }
}
