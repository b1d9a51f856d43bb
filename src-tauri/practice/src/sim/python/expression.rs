//! What an expression comes to.

use super::text::{call, literal, split};
use super::value::Value;
use super::{Outcome, Python, not_understood, raised};

impl Python<'_, '_> {
    pub(super) fn value(&mut self, text: &str) -> Outcome<Value> {
        self.deeper()?;
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
