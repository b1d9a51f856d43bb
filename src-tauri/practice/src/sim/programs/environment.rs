//! `env` and `printenv`.

use crate::sim::exec::{Flow, Machine};
use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) fn env(machine: &mut Machine<'_>, arguments: &[String]) -> Flow {
    let mut environment: BTreeMap<String, String> =
        machine.environment().map(|(name, value)| (name.clone(), value.clone())).collect();
    let mut rest = arguments;
    while let Some((word, tail)) = rest.split_first() {
        if word == "-i" || word == "-" {
            environment.clear();
        } else if word == "-u" && !tail.is_empty() {
            environment.remove(&tail[0]);
            rest = &tail[1..];
            continue;
        } else if let Some((name, value)) = word.split_once('=') {
            environment.insert(name.to_owned(), value.to_owned());
        } else {
            return machine.with_environment(environment, rest);
        }
        rest = tail;
    }
    let text = environment.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name}={value}");
        text
    });
    machine.print(&text);
    Ok(0)
}

/// Prints these variables, all of them where none is named; 1 when one is missing.
pub(super) fn print_environment(machine: &mut Machine<'_>, names: &[String]) -> i32 {
    if names.is_empty() {
        return env(machine, &[]).unwrap_or(0);
    }
    let mut missing = 0;
    for name in names {
        let value = machine.environment().find(|(there, _)| *there == name).map(|(_, value)| value.clone());
        match value {
            Some(value) => machine.print(&format!("{value}\n")),
            None => missing = 1,
        }
    }
    missing
}
