//! `test`, `[` and `expr`: programs that answer by their exit code.

use super::{is_directory, is_program};
use crate::sim::arith;
use crate::sim::exec::Machine;
use crate::sim::filters::glob;

/// The conditions of `test` and `[`: 0 for true, 1 for false, 2 for a mistake.
pub(in crate::sim) fn test(machine: &mut Machine<'_>, mut words: &[String]) -> i32 {
    'next: loop {
        for (operator, stop) in [("-o", 0), ("||", 0), ("-a", 1), ("&&", 1)] {
            if let Some(at) = words.iter().position(|word| word == operator)
                && at > 0
            {
                let left = test(machine, &words[..at]);
                if left == stop {
                    return left;
                }
                words = &words[at + 1..];
                continue 'next;
            }
        }
        break;
    }
    let negations = words.iter().take_while(|word| *word == "!").count();
    match (condition(machine, &words[negations..]), negations % 2) {
        (0, 1) => 1,
        (1, 1) => 0,
        (answer, _) => answer,
    }
}

/// One condition, without any that it would be joined to.
fn condition(machine: &mut Machine<'_>, words: &[String]) -> i32 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |text: &str| text.trim().parse::<i64>();
    let truth = match words.as_slice() {
        [] => false,
        [text] | ["-n", text] => !text.is_empty(),
        ["-z", text] => text.is_empty(),
        ["-f" | "-r" | "-w", name] => machine.files.contains_key(&machine.path(name)),
        ["-s", name] => machine.files.get(&machine.path(name)).is_some_and(|text| !text.is_empty()),
        ["-d", name] => is_directory(machine, &machine.path(name)),
        ["-e", name] => {
            let path = machine.path(name);
            machine.files.contains_key(&path) || is_directory(machine, &path)
        }
        ["-x", name] => is_program(name),
        [left, "=" | "==", right] => glob(right, left),
        [left, "!=", right] => !glob(right, left),
        [left, operator @ ("-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge"), right] => {
            let (Ok(a), Ok(b)) = (number(left), number(right)) else {
                let wrong = if number(left).is_err() { left } else { right };
                machine.complain(&format!("sh: 1: [: Illegal number: {wrong}\n"));
                return 2;
            };
            match *operator {
                "-eq" => a == b,
                "-ne" => a != b,
                "-lt" => a < b,
                "-le" => a <= b,
                "-gt" => a > b,
                _ => a >= b,
            }
        }
        [_, operator, ..] => {
            machine.complain(&format!("sh: 1: [: {operator}: unexpected operator\n"));
            return 2;
        }
    };
    i32::from(!truth)
}

pub(super) fn expr(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
    let Ok(value) = arith::evaluate(&arguments.join(" "), &|_| String::new()) else {
        machine.complain("expr: syntax error\n");
        return 2;
    };
    machine.print(&format!("{value}\n"));
    i32::from(value == 0)
}
