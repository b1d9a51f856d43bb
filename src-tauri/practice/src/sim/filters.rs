//! Programs that read text, from files or from what was piped to them, and print some of it.

use super::exec::Machine;
use super::print::{say, unescape};
use super::programs::is_directory;

/// Programs that read text, from files or from what was piped to them, and print some of it.
pub(super) fn filter(machine: &mut Machine<'_>, name: &str, arguments: &[String], input: String) -> i32 {
    let flags: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| word.len() > 1 && word.starts_with('-')).collect();
    let mut words: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| !word.starts_with('-') || *word == "-").collect();
    // The values of `-n 3`, `-d ,` and `-f 2` stand apart from their flags.
    let mut take_value = |flag: &str| -> Option<String> {
        if let Some(value) =
            flags.iter().find_map(|word| word.strip_prefix(flag)).filter(|value| !value.is_empty())
        {
            return Some(value.to_owned());
        }
        let at = arguments.iter().position(|word| word == flag)?;
        let value = arguments.get(at + 1)?;
        words.iter().position(|word| word == value).map(|at| words.remove(at));
        Some(value.clone())
    };
    let count = matches!(name, "head" | "tail").then(|| {
        take_value("-n")
            .or_else(|| flags.iter().find_map(|word| word[1..].parse::<usize>().ok()).map(|n| n.to_string()))
            .and_then(|value| value.parse::<usize>().ok())
            .unwrap_or(10)
    });
    let cut =
        (name == "cut").then(|| (take_value("-d").unwrap_or_else(|| "\t".to_owned()), take_value("-f")));
    let has = |flag: char| flags.iter().any(|word| !word.starts_with("--") && word.contains(flag));
    let pattern = (name == "grep" && !words.is_empty()).then(|| words.remove(0).to_owned());
    let sets = (name == "tr").then(|| std::mem::take(&mut words));
    let text = if words.is_empty() || words == ["-"] {
        input
    } else {
        let mut text = String::new();
        for word in words {
            let path = machine.path(word);
            let Some(file) = machine.files.get(&path) else {
                let what =
                    if is_directory(machine, &path) { "Is a directory" } else { "No such file or directory" };
                machine.complain(&format!("{name}: {word}: {what}\n"));
                return if name == "grep" { 2 } else { 1 };
            };
            text.push_str(file);
        }
        text
    };
    let lines: Vec<&str> = text.lines().collect();
    let kept: Vec<String> = match name {
        "grep" => {
            let pattern = pattern.unwrap_or_default();
            let (pattern_low, fold) = (pattern.to_lowercase(), has('i'));
            let matches = |line: &str| {
                if fold { found(&pattern_low, &line.to_lowercase()) } else { found(&pattern, line) }
            };
            let kept: Vec<String> = lines
                .iter()
                .filter(|line| matches(line) != has('v'))
                .map(|line| (*line).to_owned())
                .collect();
            let status = i32::from(kept.is_empty());
            if has('c') {
                machine.print(&format!("{}\n", kept.len()));
            } else if !has('q') && !kept.is_empty() {
                machine.print(&format!("{}\n", kept.join("\n")));
            }
            return status;
        }
        "wc" => {
            let (newlines, words, bytes) =
                (text.matches('\n').count(), text.split_whitespace().count(), text.len());
            let line = if has('l') {
                newlines.to_string()
            } else if has('w') {
                words.to_string()
            } else if has('c') || has('m') {
                bytes.to_string()
            } else {
                format!("{newlines:>7} {words:>7} {bytes:>7}")
            };
            return say(machine, &line);
        }
        "base64" => {
            use base64::Engine;
            let engine = base64::engine::general_purpose::STANDARD;
            if has('d') {
                let bytes = engine.decode(text.split_whitespace().collect::<String>()).unwrap_or_default();
                machine.print(&String::from_utf8_lossy(&bytes));
                return 0;
            }
            return say(machine, &engine.encode(text.as_bytes()));
        }
        "tr" => {
            let sets = sets.unwrap_or_default();
            machine.print(&translate(&text, &sets, has('d')));
            return 0;
        }
        "cat" => {
            machine.print(&text);
            return 0;
        }
        "head" => lines.iter().take(count.unwrap_or(10)).map(|line| (*line).to_owned()).collect(),
        "tail" => {
            let skipped = lines.len().saturating_sub(count.unwrap_or(10));
            lines.iter().skip(skipped).map(|line| (*line).to_owned()).collect()
        }
        "sort" => {
            let mut sorted: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            if has('n') {
                sorted.sort_by_key(|line| line.trim().parse::<i64>().unwrap_or(0));
            } else {
                sorted.sort();
            }
            if has('r') {
                sorted.reverse();
            }
            if has('u') {
                sorted.dedup();
            }
            sorted
        }
        "uniq" => {
            let mut kept: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            kept.dedup();
            kept
        }
        "rev" => lines.iter().map(|line| line.chars().rev().collect()).collect(),
        _ => {
            let (delimiter, field) = cut.unwrap_or_default();
            let field = field.and_then(|field| field.parse::<usize>().ok()).unwrap_or(1).max(1);
            lines
                .iter()
                .map(|line| line.split(delimiter.as_str()).nth(field - 1).unwrap_or_default().to_owned())
                .collect()
        }
    };
    if !kept.is_empty() {
        machine.print(&format!("{}\n", kept.join("\n")));
    }
    0
}

/// Whether a line holds a pattern: `^`, `$` and `.*` are understood, the rest is taken as it stands.
pub(super) fn found(pattern: &str, line: &str) -> bool {
    let (pattern, start) = pattern.strip_prefix('^').map_or((pattern, false), |rest| (rest, true));
    let (pattern, end) = pattern.strip_suffix('$').map_or((pattern, false), |rest| (rest, true));
    let pattern = pattern.replace(".*", "*");
    let before = if start { "" } else { "*" };
    let after = if end { "" } else { "*" };
    glob(&format!("{before}{pattern}{after}"), line)
}

pub(super) fn translate(text: &str, sets: &[&str], delete: bool) -> String {
    let set = |text: &str| -> Vec<char> {
        match text {
            "a-z" | "[:lower:]" => ('a'..='z').collect(),
            "A-Z" | "[:upper:]" => ('A'..='Z').collect(),
            "0-9" | "[:digit:]" => ('0'..='9').collect(),
            other => unescape(other).chars().collect(),
        }
    };
    let from = set(sets.first().copied().unwrap_or_default());
    if delete {
        return text.chars().filter(|found| !from.contains(found)).collect();
    }
    let to = set(sets.get(1).copied().unwrap_or_default());
    text.chars()
        .map(|found| match from.iter().position(|wanted| *wanted == found) {
            Some(at) => to.get(at).or(to.last()).copied().unwrap_or(found),
            None => found,
        })
        .collect()
}

/// Whether a text matches a shell pattern of `*` and `?`.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star stands and what it has swallowed so far: only that one is ever tried again.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(found) if *found == '?' || *found == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, swallowed)) => {
                    star = Some((at, swallowed + 1));
                    p = at + 1;
                    t = swallowed + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}
