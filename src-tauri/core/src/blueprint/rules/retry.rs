//! When a job is tried again (RetryStrategy, EvaluateOnExit), and when it is ended (JobTimeout).

use super::Problems;
use crate::{
    blueprint::{JobDefinition, RetryRule},
    words::say,
};

pub(super) fn check(at: &str, definition: &JobDefinition, problems: &mut Problems) {
    if !(1..=10).contains(&definition.attempts) {
        let found = definition.attempts.to_string();
        problems.add(format!("{at}.attempts"), say("rule-attempts", &[("found", &found)]));
    }
    if let Some(seconds) = definition.timeout_seconds
        && (seconds < 60 || i32::try_from(seconds).is_err())
    {
        let found = seconds.to_string();
        problems.add(format!("{at}.timeout_seconds"), say("rule-timeout", &[("found", &found)]));
    }
    let rules = &definition.retry;
    if rules.len() > 5 {
        let found = rules.len().to_string();
        problems.add(format!("{at}.retry"), say("rule-retry-too-many", &[("found", &found)]));
    }
    if !rules.is_empty() && definition.attempts == 1 {
        problems.add(format!("{at}.attempts"), say("rule-retry-single-attempt", &[]));
    }
    for (index, rule) in rules.iter().enumerate() {
        one(&format!("{at}.retry[{index}]"), rule, problems);
    }
}

fn one(at: &str, rule: &RetryRule, problems: &mut Problems) {
    let texts = [("on_status_reason", &rule.on_status_reason), ("on_reason", &rule.on_reason)];
    for (name, pattern) in texts {
        let Some(pattern) = pattern else { continue };
        if !is_pattern(pattern, |c| c.is_alphanumeric() || matches!(c, '.' | ':') || c.is_whitespace()) {
            problems.add(format!("{at}.{name}"), say("rule-retry-pattern", &[("found", pattern)]));
        }
    }
    if let Some(pattern) = &rule.on_exit_code
        && !is_pattern(pattern, |c| c.is_ascii_digit())
    {
        problems.add(format!("{at}.on_exit_code"), say("rule-retry-exit-code", &[("found", pattern)]));
    }
    if rule.on_status_reason.is_none() && rule.on_reason.is_none() && rule.on_exit_code.is_none() {
        problems.add(at, say("rule-retry-no-pattern", &[]));
    }
}

/// "It can contain up to 512 characters", and "can end with an asterisk (*) so that only the start of the string
/// needs to be an exact match" (EvaluateOnExit).
fn is_pattern(pattern: &str, allowed: impl Fn(char) -> bool) -> bool {
    let stem = pattern.strip_suffix('*').unwrap_or(pattern);
    !pattern.is_empty() && pattern.chars().count() <= 512 && stem.chars().all(allowed)
}
