//! Programs that take their time, or take it from others.

use super::nested;
use crate::sim::exec::{Flow, Machine, Stop};

pub(super) fn sleep(machine: &mut Machine<'_>, arguments: &[String]) -> Flow {
    if arguments.is_empty() {
        machine.complain("sleep: missing operand\n");
        return Ok(1);
    }
    for argument in arguments {
        if matches!(argument.as_str(), "infinity" | "inf") {
            return Err(Stop::Never);
        }
        let Some(millis) = duration(argument) else {
            machine.complain(&format!("sleep: invalid time interval '{argument}'\n"));
            return Ok(1);
        };
        machine.wait(millis);
    }
    Ok(0)
}

/// `1.5`, `30s`, `2m`, `1h`, `1d` in milliseconds.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be positive and small"
)]
fn duration(text: &str) -> Option<u64> {
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1.0),
        Some((at, 'm')) => (&text[..at], 60.0),
        Some((at, 'h')) => (&text[..at], 3_600.0),
        Some((at, 'd')) => (&text[..at], 86_400.0),
        _ => (text, 1.0),
    };
    let seconds = number.parse::<f64>().ok().filter(|seconds| (0.0..1e9).contains(seconds))? * unit;
    Some((seconds.min(1e9) * 1_000.0) as u64)
}

pub(super) fn timeout(machine: &mut Machine<'_>, arguments: &[String]) -> Flow {
    let mut rest = arguments;
    while rest.first().is_some_and(|word| word.starts_with('-')) {
        rest = &rest[1..];
    }
    let Some((limit, command)) = rest.split_first() else { return Ok(125) };
    let Some(limit) = duration(limit) else {
        machine.complain(&format!("timeout: invalid time interval '{limit}'\n"));
        return Ok(125);
    };
    let start = machine.at;
    let outcome = nested(machine, "timeout", command);
    let deadline = start.saturating_add(limit);
    if machine.at > deadline || outcome == Err(Stop::Never) {
        machine.at = deadline;
        return Ok(124);
    }
    outcome
}
