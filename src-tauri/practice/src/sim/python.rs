//! `python -c "…"`: the handful of statements that a first job is made of.
//!
//! Assignments, `print`, `import`, `for … in range(…)`, `time.sleep`, `sys.exit`, `os.environ`. What is not
//! understood is said to be so in the log, rather than guessed at.

use super::exec::{Flow, Machine, Stop};
use std::collections::BTreeMap;

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

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Int(i64),
    Float(f64),
    List(Vec<Value>),
    Nothing,
}

impl Value {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => format!("{number:?}"),
            Self::List(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| match item {
                        Self::Text(text) => format!("'{text}'"),
                        other => other.shown(),
                    })
                    .collect();
                format!("[{}]", items.join(", "))
            }
            Self::Nothing => "None".to_owned(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss, reason = "small numbers of a simulated script")]
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
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

/// A script as lines with their indentation; `;` separates statements.
fn lines(script: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    for line in script.lines() {
        let indent = line.len() - line.trim_start().len();
        // A colon makes the rest of its line one block.
        let parts =
            if line.trim_start().starts_with("for ") { vec![line.to_owned()] } else { split(line, ';') };
        for part in parts {
            if !part.trim().is_empty() && !part.trim().starts_with('#') {
                all.push((indent, part.trim().to_owned()));
            }
        }
    }
    all
}

/// Splits at a character that stands outside of quotes and brackets.
fn split(text: &str, at: char) -> Vec<String> {
    let (mut parts, mut current, mut quote, mut depth) = (Vec::new(), String::new(), None, 0_i32);
    let mut escaped = false;
    for found in text.chars() {
        if quote.is_none() && depth == 0 && found == at {
            parts.push(std::mem::take(&mut current));
            continue;
        }
        match (quote, found) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == found => quote = None,
            (None, '"' | '\'') => quote = Some(found),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        current.push(found);
    }
    parts.push(current);
    parts
}

impl Python<'_, '_> {
    fn block(&mut self, lines: &[(usize, String)]) -> Outcome<()> {
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
        Ok(())
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

    fn value(&mut self, text: &str) -> Outcome<Value> {
        self.depth += 1;
        if self.depth > 50 {
            return raised("RecursionError: maximum recursion depth exceeded");
        }
        let value = self.sum(text.trim());
        self.depth -= 1;
        value
    }

    fn sum(&mut self, text: &str) -> Outcome<Value> {
        for operator in ['+', '-', '*', '%'] {
            let parts = split(text, operator);
            // An empty part is a sign or a `**`, not an operator of ours.
            if parts.len() > 1 && parts.iter().all(|part| !part.trim().is_empty()) {
                let mut value = self.value(&parts[0])?;
                for part in &parts[1..] {
                    let right = self.value(part)?;
                    value = combine(operator, &value, &right)?;
                }
                return Ok(value);
            }
        }
        self.atom(text)
    }

    fn atom(&mut self, text: &str) -> Outcome<Value> {
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Value::Int(number));
        }
        if let Ok(number) = text.parse::<f64>()
            && text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
        {
            return Ok(Value::Float(number));
        }
        if let Some(inner) = literal(text, "f") {
            return self.format(&inner).map(Value::Text);
        }
        if let Some(inner) = literal(text, "") {
            return Ok(Value::Text(inner));
        }
        match text {
            "None" => return Ok(Value::Nothing),
            "True" | "False" => return Ok(Value::Text(text.to_owned())),
            _ => {}
        }
        if let Some(value) = self.variables.get(text) {
            return Ok(value.clone());
        }
        if let Some(key) = text.strip_prefix("os.environ[").and_then(|rest| rest.strip_suffix(']')) {
            let key = self.value(key)?.shown();
            return match self.environment.get(&key) {
                Some(value) => Ok(Value::Text(value.clone())),
                None => raised(format!("KeyError: '{key}'")),
            };
        }
        for name in ["os.environ.get", "os.getenv"] {
            if let Some(arguments) = call(text, name) {
                let arguments = split(arguments, ',');
                let key = self.value(&arguments[0])?.shown();
                return match (self.environment.get(&key), arguments.get(1)) {
                    (Some(value), _) => Ok(Value::Text(value.clone())),
                    (None, Some(default)) => self.value(default),
                    (None, None) => Ok(Value::Nothing),
                };
            }
        }
        if let Some(argument) = call(text, "str") {
            return Ok(Value::Text(self.value(argument)?.shown()));
        }
        if let Some(argument) = call(text, "int") {
            let shown = self.value(argument)?.shown();
            return match shown.trim().parse() {
                Ok(number) => Ok(Value::Int(number)),
                Err(_) => raised(format!("ValueError: invalid literal for int() with base 10: '{shown}'")),
            };
        }
        if let Some(argument) = call(text, "len") {
            return match self.value(argument)? {
                Value::Text(text) => Ok(Value::Int(i64::try_from(text.chars().count()).unwrap_or(0))),
                Value::List(items) => Ok(Value::Int(i64::try_from(items.len()).unwrap_or(0))),
                _ => not_understood(text),
            };
        }
        if let Some(arguments) = call(text, "range") {
            let mut numbers = Vec::new();
            for argument in split(arguments, ',') {
                let Value::Int(number) = self.value(&argument)? else { return not_understood(text) };
                numbers.push(number);
            }
            let (from, to) = match numbers.as_slice() {
                [to] => (0, *to),
                [from, to] => (*from, *to),
                _ => return not_understood(text),
            };
            return Ok(Value::List((from..to.min(from.saturating_add(10_000))).map(Value::Int).collect()));
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let mut items = Vec::new();
            for item in split(inner, ',').iter().filter(|item| !item.trim().is_empty()) {
                items.push(self.value(item)?);
            }
            return Ok(Value::List(items));
        }
        if text.chars().all(|c| c == '_' || c.is_alphanumeric()) {
            return raised(format!("NameError: name '{text}' is not defined"));
        }
        not_understood(text)
    }

    /// The text of an f-string.
    fn format(&mut self, text: &str) -> Outcome<String> {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, tail)) = rest.split_once('{') {
            out.push_str(before);
            if let Some(tail) = tail.strip_prefix('{') {
                out.push('{');
                rest = tail;
                continue;
            }
            let Some((expression, after)) = tail.split_once('}') else { return not_understood(text) };
            out.push_str(&self.value(expression)?.shown());
            rest = after;
        }
        out.push_str(&rest.replace("}}", "}"));
        Ok(out)
    }
}

fn combine(operator: char, left: &Value, right: &Value) -> Outcome<Value> {
    match (operator, left, right) {
        ('+', Value::Text(a), Value::Text(b)) => Ok(Value::Text(format!("{a}{b}"))),
        ('+', Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_add(*b))),
        ('-', Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_sub(*b))),
        ('*', Value::Int(a), Value::Int(b)) => Ok(Value::Int(a.wrapping_mul(*b))),
        ('*', Value::Text(text), Value::Int(times)) => {
            Ok(Value::Text(text.repeat(usize::try_from((*times).clamp(0, 200)).unwrap_or(0))))
        }
        ('+', Value::Text(_), _) => raised("TypeError: can only concatenate str (not \"int\") to str"),
        _ => match (left.number(), right.number()) {
            (Some(a), Some(b)) => Ok(Value::Float(match operator {
                '+' => a + b,
                '-' => a - b,
                '*' => a * b,
                _ => a % b,
            })),
            _ => not_understood(&format!("{} {operator} {}", left.shown(), right.shown())),
        },
    }
}

fn exit_code(value: &Value) -> i32 {
    match value {
        Value::Int(code) => i32::try_from(code & 0xff).unwrap_or(1),
        Value::Nothing => 0,
        _ => 1,
    }
}

/// The inside of `name(…)` when the whole text is that call.
fn call<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let inner = text.trim().strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    // `f(a) + g(b)` begins and ends like a call and is none.
    let mut depth = 0_i32;
    for found in inner.chars() {
        match found {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// The text of a string literal with this prefix.
fn literal(text: &str, prefix: &str) -> Option<String> {
    let text = text.strip_prefix(prefix)?;
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let (mut out, mut escaped) = (String::new(), false);
    for found in inner.chars() {
        match (escaped, found) {
            (false, '\\') => escaped = true,
            (false, found) if found == quote => return None,
            (true, 'n') => {
                out.push('\n');
                escaped = false;
            }
            (true, 't') => {
                out.push('\t');
                escaped = false;
            }
            (_, found) => {
                out.push(found);
                escaped = false;
            }
        }
    }
    Some(out)
}
