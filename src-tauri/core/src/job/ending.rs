//! How a job ended, in plain words: AWS's reasons and exit codes are riddles to most people.
//!
//! Sources of the words matched here: Batch User Guide (job timeouts, retries, troubleshooting), ECS Developer
//! Guide (stopped task errors, CannotPullContainer errors).

use super::{JobState, container::Container, doing::Course};
use crate::words::{Text, say};

/// How it ended.
pub(super) fn ending(job: &Course<'_>) -> Text {
    if job.summary.state == JobState::Succeeded { succeeded(job) } else { failed(job) }
}

fn succeeded(job: &Course<'_>) -> Text {
    if let Some(array) = job.array {
        return say("job-succeeded-array", &[("size", &array.size.to_string())]);
    }
    match job.tries().0 {
        1 => say("job-succeeded", &[]),
        attempt => say("job-succeeded-attempt", &[("attempt", &attempt.to_string())]),
    }
}

fn failed(job: &Course<'_>) -> Text {
    let reason = job.reason();
    let given = [("reason", reason)];
    if job.detail.is_terminated() == Some(true) {
        return say("job-failed-terminated", &given);
    }
    if job.detail.is_cancelled() == Some(true) {
        return say("job-failed-cancelled", &given);
    }
    if let Some(text) = by_status_reason(job, reason) {
        return text;
    }
    if let Some(array) = job.array {
        let failed = array.counts.get(&JobState::Failed).copied().unwrap_or_default();
        let params = [("size", &*array.size.to_string()), ("failed", &failed.to_string())];
        return say("job-failed-array", &params);
    }
    let last = job.attempts.last().and_then(|last| last.reason.as_deref());
    let own = Container::of(job.detail).and_then(|container| container.reason);
    let container = own.or(last).unwrap_or_default();
    by_container_reason(container)
        .or_else(|| by_exit_code(job.summary.exit_code?))
        .unwrap_or_else(|| by_words([reason, container]))
}

fn by_status_reason(job: &Course<'_>, reason: &str) -> Option<Text> {
    let given = [("reason", reason)];
    let begins = |beginning: &str| reason.starts_with(beginning);
    Some(if begins("Job attempt duration exceeded timeout") {
        let seconds =
            job.detail.timeout().and_then(aws_sdk_batch::types::JobTimeout::attempt_duration_seconds);
        say("job-failed-timeout", &[("seconds", &seconds.unwrap_or_default().to_string())])
    } else if begins("Dependent Job failed") {
        say("job-failed-dependency", &[])
    } else if begins("Host EC2") {
        say("job-failed-host", &given)
    } else if begins("Canceled by JobStateTimeLimit") {
        say("job-failed-time-limit", &given)
    } else if begins("ECS was unable to assume the role") {
        say("job-failed-role", &given)
    } else if begins("Container Overrides length") {
        say("job-failed-overrides", &[])
    } else {
        return None;
    })
}

fn by_container_reason(reason: &str) -> Option<Text> {
    let words = [("words", reason)];
    let has = |parts: &[&str]| parts.iter().any(|part| reason.contains(part));
    let no_way_out = has(&["i/o timeout", "dial tcp", "context deadline exceeded", "request canceled"]);
    if has(&["OutOfMemory"]) {
        return Some(say("job-failed-memory", &words));
    }
    if has(&["CannotPullContainer", "CannotPullImage", "CannotPullECRContainer"]) {
        return Some(if has(&["matching platform", "no matching manifest"]) {
            say("job-pull-architecture", &words)
        } else if has(&["toomanyrequests", "rate limit"]) {
            say("job-pull-limit", &words)
        } else if has(&["no space left"]) {
            say("job-pull-space", &words)
        } else if no_way_out {
            say("job-pull-network", &words)
        } else if has(&["not found", "manifest unknown", "does not exist"]) {
            say("job-pull-missing", &words)
        } else if has(&["denied", "Forbidden", "no basic auth", "unauthorized"]) {
            say("job-pull-denied", &words)
        } else {
            say("job-pull", &words)
        });
    }
    if has(&["ResourceInitializationError"]) {
        return Some(if has(&["logger args", "log stream", "log group"]) {
            say("job-init-logs", &words)
        } else if no_way_out || has(&["network configuration", "connection issue"]) {
            say("job-init-network", &words)
        } else if has(&["AccessDenied", "not authorized"]) {
            say("job-init-denied", &words)
        } else {
            say("job-init", &words)
        });
    }
    if has(&["executable file not found", "no such file or directory"]) {
        return Some(say("job-start-command", &words));
    }
    has(&["CannotStartContainer", "CannotCreateContainer", "DockerTimeout"]).then(|| say("job-start", &words))
}

/// Above 128 a shell tells the signal that ended the process; ECS does likewise.
fn by_exit_code(code: i32) -> Option<Text> {
    Some(match code {
        // A container that exits with 0 did not fail by its code; AWS's words then say more.
        0 => return None,
        126 => say("job-exit-126", &[]),
        127 => say("job-exit-127", &[]),
        137 => say("job-exit-137", &[]),
        139 => say("job-exit-139", &[]),
        143 => say("job-exit-143", &[]),
        code => say("job-exit", &[("code", &code.to_string())]),
    })
}

fn by_words(candidates: [&str; 2]) -> Text {
    match candidates.into_iter().find(|words| !words.is_empty()) {
        Some(words) => say("job-failed-words", &[("words", words)]),
        None => say("job-failed", &[]),
    }
}
