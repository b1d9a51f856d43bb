//! Programs whose whole work is what they print.

use super::exec::{MAX_TEXT, Machine};

pub(super) fn say(machine: &mut Machine<'_>, text: &str) -> i32 {
    machine.print(&format!("{text}\n"));
    0
}

pub(super) fn echo(machine: &mut Machine<'_>, arguments: &[String]) {
    let (mut rest, mut newline, mut escapes) = (arguments, true, false);
    while let Some(flags) = rest.first().and_then(|word| word.strip_prefix('-')) {
        if flags.is_empty() || !flags.chars().all(|flag| matches!(flag, 'n' | 'e' | 'E')) {
            break;
        }
        newline &= !flags.contains('n');
        escapes |= flags.contains('e');
        rest = &rest[1..];
    }
    let mut text = rest.join(" ");
    if escapes {
        text = unescape(&text);
    }
    if newline {
        text.push('\n');
    }
    machine.print(&text);
}

pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(found) = characters.next() {
        if found != '\\' {
            out.push(found);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('"') => out.push('"'),
            Some('e' | '0') if characters.as_str().starts_with("33") => {
                characters.nth(1);
                out.push('\u{1b}');
            }
            Some('e') => out.push('\u{1b}'),
            Some('\\') | None => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}

pub(super) fn printf(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
    let Some((format, mut rest)) = arguments.split_first() else {
        machine.complain("printf: usage: printf format [arguments]\n");
        return 2;
    };
    let format = unescape(format);
    let mut out = String::new();
    // The format is used again until the arguments are used up.
    loop {
        let before = rest.len();
        let mut characters = format.chars().peekable();
        while let Some(found) = characters.next() {
            if found != '%' {
                out.push(found);
                continue;
            }
            let mut flags = String::new();
            while let Some(flag) =
                characters.next_if(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '+' | ' '))
            {
                flags.push(flag);
            }
            let kind = characters.next().unwrap_or('%');
            if kind == '%' {
                out.push('%');
                continue;
            }
            let argument = rest.split_first().map(|(argument, tail)| {
                rest = tail;
                argument.clone()
            });
            out.push_str(&formatted(kind, &flags, &argument.unwrap_or_default()));
        }
        if rest.is_empty() || rest.len() == before || out.len() > MAX_TEXT {
            break;
        }
    }
    machine.print(&out);
    0
}

pub(super) fn formatted(kind: char, flags: &str, argument: &str) -> String {
    let left = flags.starts_with('-');
    let zero = flags.starts_with('0');
    let flags = flags.trim_start_matches(['-', '+', ' ']);
    let (width, precision) =
        flags.split_once('.').map_or((flags, None), |(width, digits)| (width, digits.parse::<usize>().ok()));
    let width = width.parse::<usize>().unwrap_or(0).min(200);
    let precision = precision.map(|digits| digits.min(200));
    let text = match kind {
        'd' | 'i' | 'u' => argument.trim().parse::<i64>().unwrap_or(0).to_string(),
        'f' | 'g' | 'e' => {
            format!("{:.*}", precision.unwrap_or(6), argument.trim().parse::<f64>().unwrap_or(0.0))
        }
        'x' => format!("{:x}", argument.trim().parse::<i64>().unwrap_or(0)),
        'b' => unescape(argument),
        'c' => argument.chars().take(1).collect(),
        _ => argument.chars().take(precision.unwrap_or(usize::MAX)).collect(),
    };
    if left {
        format!("{text:<width$}")
    } else if zero && kind != 's' {
        format!("{text:0>width$}")
    } else {
        format!("{text:>width$}")
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a date to the second")]
pub(super) fn date(machine: &Machine<'_>, arguments: &[String]) -> String {
    let container = machine.container;
    let pace = if container.pace > 0.0 { container.pace } else { 1.0 };
    let millis = container.started.saturating_add((machine.at as f64 / pace) as i64);
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let format = arguments.iter().find_map(|word| word.strip_prefix('+'));
    let format = match format {
        Some(format) => format.replace("%N", "%9f"),
        None if arguments.iter().any(|word| word.starts_with("-I") || word == "--iso-8601=seconds") => {
            "%Y-%m-%dT%H:%M:%S+00:00".to_owned()
        }
        None => "%a %b %e %H:%M:%S UTC %Y".to_owned(),
    };
    let broken = moment.to_zoned(jiff::tz::TimeZone::UTC);
    jiff::fmt::strtime::format(format, &broken).unwrap_or_else(|_| moment.to_string())
}

pub(super) fn seq(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
    let (separator, rest) = match arguments {
        [flag, separator, rest @ ..] if flag == "-s" => (separator.as_str(), rest),
        [flag, rest @ ..] if flag == "-w" => ("\n", rest),
        rest => ("\n", rest),
    };
    let numbers: Option<Vec<i64>> = rest.iter().map(|word| word.parse().ok()).collect();
    let (from, by, to) = match numbers.as_deref() {
        Some([to]) => (1, 1, *to),
        Some([from, to]) => (*from, 1, *to),
        Some([from, by, to]) if *by != 0 => (*from, *by, *to),
        _ => {
            machine.complain("seq: invalid argument\n");
            return 1;
        }
    };
    let (mut number, mut out) = (from, Vec::new());
    while (by > 0 && number <= to || by < 0 && number >= to) && out.len() < 10_000 {
        out.push(number.to_string());
        number = number.saturating_add(by);
    }
    if !out.is_empty() {
        machine.print(&format!("{}\n", out.join(separator)));
    }
    0
}
