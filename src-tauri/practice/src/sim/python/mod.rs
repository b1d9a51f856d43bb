//! `python -c "…"`: the handful of statements that a first job is made of.
//!
//! Assignments, `print`, `import`, `for … in range(…)`, `time.sleep`, `sys.exit`, `os.environ`. What is not
//! understood is said to be so in the log, rather than guessed at.

mod expression;
mod text;
mod value;

use super::exec::{Flow, Machine, Stop};
use std::collections::BTreeMap;
use text::{call, lines, split};
use value::{Value, exit_code};

/// Runs the interpreter with its arguments.
pub(super) fn run(machine: &mut Machine<'_>, name: &str, arguments: &[String]) -> Flow {
    let mut rest = arguments.iter().filter(|word| !matches!(word.as_str(), "-u" | "-B" | "-E" | "-s"));
    match rest.next().map(String::as_str) {
        Some("-V" | "--version") => {
            machine.print("Python 3.12.0\n");
            Ok(0)
        }
        Some("-c") => {
            let Some(script) = rest.next() else {
                machine.complain("Argument expected for the -c option\n");
                return Ok(2);
            };
            let environment =
                machine.environment().map(|(name, value)| (name.clone(), value.clone())).collect();
            let mut python = Python { machine, environment, variables: BTreeMap::new(), depth: 0 };
            match python.block(&lines(script)) {
                Ok(()) => Ok(0),
                Err(Leave::Exit(code)) => Ok(code),
                Err(Leave::Never) => Err(Stop::Never),
                Err(Leave::Raised(what)) => {
                    python.machine.complain(&format!(
                        "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n{what}\n"
                    ));
                    Ok(1)
                }
            }
        }
        other => {
            let what = other.unwrap_or("its standard input");
            machine
                .print(&format!("Practice account: {name} would run {what}; it is not really run here.\n"));
            machine.wait(1_000);
            Ok(0)
        }
    }
}

enum Leave {
    Exit(i32),
    Never,
    Raised(String),
}

type Outcome<T> = Result<T, Leave>;

fn raised<T>(what: impl Into<String>) -> Outcome<T> {
    Err(Leave::Raised(what.into()))
}

fn not_understood<T>(what: &str) -> Outcome<T> {
    raised(format!("NotImplementedError: the practice account's Python does not understand: {}", what.trim()))
}

struct Python<'m, 'c> {
    machine: &'m mut Machine<'c>,
    environment: BTreeMap<String, String>,
    variables: BTreeMap<String, Value>,
    depth: u32,
}

impl Python<'_, '_> {
    fn block(&mut self, lines: &[(usize, String)]) -> Outcome<()> {
        self.deeper()?;
        let mut at = 0;
        while let Some((indent, line)) = lines.get(at) {
            at += 1;
            let inner = lines[at..].iter().take_while(|(deeper, _)| deeper > indent).count();
            if let Some(header) = line.strip_prefix("for ") {
                let body = &lines[at..at + inner];
                at += inner;
                self.for_loop(header, body)?;
            } else {
                self.statement(line)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Whatever recurses begins so: a job's command is not to be trusted with the stack.
    fn deeper(&mut self) -> Outcome<()> {
        self.depth += 1;
        if self.depth > 50 { raised("RecursionError: maximum recursion depth exceeded") } else { Ok(()) }
    }

    fn for_loop(&mut self, header: &str, body: &[(usize, String)]) -> Outcome<()> {
        let Some((name, rest)) = header.split_once(" in ") else { return not_understood(header) };
        let parts = split(rest, ':');
        let (Some(values), tail) = (parts.first(), parts.get(1..).unwrap_or_default().join(":")) else {
            return not_understood(header);
        };
        let Value::List(values) = self.value(values)? else { return not_understood(header) };
        let inline: Vec<(usize, String)> = split(&tail, ';')
            .into_iter()
            .filter(|part| !part.trim().is_empty())
            .map(|part| (0, part.trim().to_owned()))
            .collect();
        for value in values {
            self.machine.step().map_err(|_| Leave::Never)?;
            self.variables.insert(name.trim().to_owned(), value);
            self.block(if inline.is_empty() { body } else { &inline })?;
        }
        Ok(())
    }

    fn statement(&mut self, line: &str) -> Outcome<()> {
        self.machine.step().map_err(|_| Leave::Never)?;
        if line == "pass" || line.starts_with("import ") || line.starts_with("from ") {
            return Ok(());
        }
        if let Some(raise) = line.strip_prefix("raise ") {
            let (kind, message) = raise.split_once('(').unwrap_or((raise, ""));
            let message = message.strip_suffix(')').unwrap_or_default();
            let value = if message.is_empty() { Value::Nothing } else { self.value(message)? };
            if kind.trim() == "SystemExit" {
                return Err(Leave::Exit(exit_code(&value)));
            }
            return raised(match value {
                Value::Nothing => kind.trim().to_owned(),
                value => format!("{}: {}", kind.trim(), value.shown()),
            });
        }
        let parts = split(line, '=');
        if let [name, value] = parts.as_slice()
            && name.trim().chars().all(|c| c == '_' || c.is_alphanumeric())
        {
            let value = self.value(value)?;
            self.variables.insert(name.trim().to_owned(), value);
            return Ok(());
        }
        if let Some(arguments) = call(line, "print") {
            return self.print(arguments);
        }
        for name in ["sys.exit", "exit", "quit", "os._exit"] {
            if let Some(argument) = call(line, name) {
                let value = if argument.trim().is_empty() { Value::Int(0) } else { self.value(argument)? };
                return Err(Leave::Exit(exit_code(&value)));
            }
        }
        if let Some(argument) = call(line, "time.sleep").or_else(|| call(line, "sleep")) {
            let seconds = self.value(argument)?.number().unwrap_or(0.0).clamp(0.0, 1e9);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
            self.machine.wait((seconds * 1_000.0) as u64);
            return Ok(());
        }
        if call(line, "sys.stdout.flush").is_some() {
            return Ok(());
        }
        not_understood(line)
    }

    fn print(&mut self, arguments: &str) -> Outcome<()> {
        let (mut words, mut end) = (Vec::new(), "\n".to_owned());
        let mut separator = " ".to_owned();
        for argument in split(arguments, ',') {
            let argument = argument.trim();
            if argument.is_empty() || argument.starts_with("flush") || argument.starts_with("file") {
                continue;
            }
            if let Some(value) = argument.strip_prefix("end=") {
                end = self.value(value)?.shown();
            } else if let Some(value) = argument.strip_prefix("sep=") {
                separator = self.value(value)?.shown();
            } else {
                words.push(self.value(argument)?.shown());
            }
        }
        self.machine.print(&format!("{}{end}", words.join(&separator)));
        Ok(())
    }
}
