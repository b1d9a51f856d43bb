//! The programs that a simulated container has. They do what their namesakes do, as far as a job's log shows.

use super::exec::{Flow, MAX_TEXT, Machine, Stop};
use super::{Container, python};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Programs that are there in every image.
const PROGRAMS: [&str; 51] = [
    "[", "arch", "ash", "base64", "basename", "bash", "cat", "cp", "cut", "dash", "date", "df", "dirname",
    "echo", "env", "expr", "false", "free", "grep", "head", "hostname", "id", "ls", "mkdir", "nohup",
    "nproc", "printenv", "printf", "pwd", "python", "python3", "rev", "rm", "seq", "sh", "sleep", "sort",
    "stdbuf", "tail", "tee", "test", "time", "timeout", "touch", "tr", "true", "uname", "uniq", "wc",
    "which", "whoami",
];

/// Whether an image has a program, by its name or by a usual path.
pub(super) fn is_program(name: &str) -> bool {
    let base = match name.rsplit_once('/') {
        Some(("/bin" | "/usr/bin" | "/usr/local/bin" | "/sbin" | "/usr/sbin", base)) => base,
        Some(_) => return false,
        None => name,
    };
    PROGRAMS.contains(&base) || base.strip_prefix("python3.").is_some_and(|minor| minor.parse::<u8>().is_ok())
}

/// The few files that a container is born with.
pub(super) fn root_files(container: &Container<'_>) -> BTreeMap<String, String> {
    let image = container.image;
    let (name, id) = ["ubuntu", "debian", "alpine", "busybox"]
        .into_iter()
        .find(|name| image.contains(name))
        .map_or(("Amazon Linux", "amzn"), |name| (name, name));
    BTreeMap::from([
        (
            "/etc/os-release".to_owned(),
            format!("NAME=\"{name}\"\nID=\"{id}\"\nPRETTY_NAME=\"{name} (simulated)\"\n"),
        ),
        ("/etc/hostname".to_owned(), format!("{}\n", container.hostname)),
        (
            "/proc/cpuinfo".to_owned(),
            (0..container.processors).fold(String::new(), |mut text, number| {
                let _ = write!(text, "processor\t: {number}\n\n");
                text
            }),
        ),
    ])
}

const DIRECTORIES: [&str; 14] = [
    "/", "/bin", "/dev", "/etc", "/home", "/mnt", "/opt", "/proc", "/root", "/srv", "/tmp", "/usr", "/var",
    "/var/tmp",
];

/// Whether there is such a directory.
pub(super) fn is_directory(machine: &Machine<'_>, path: &str) -> bool {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let inside = format!("{path}/");
    DIRECTORIES.contains(&path) || machine.files.keys().any(|name| name.starts_with(&inside))
}

/// Runs a program; `words[0]` is one that [`is_program`] knows.
pub(super) fn run(machine: &mut Machine<'_>, words: &[String]) -> Flow {
    let Some((path, arguments)) = words.split_first() else { return Ok(0) };
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "sh" | "bash" | "ash" | "dash" => return machine.start_shell(path, arguments),
        "sleep" => return sleep(machine, arguments),
        "env" => return env(machine, arguments),
        "nohup" | "time" | "stdbuf" => {
            let rest: Vec<String> =
                arguments.iter().skip_while(|word| word.starts_with('-')).cloned().collect();
            return nested(machine, name, &rest);
        }
        "timeout" => return timeout(machine, arguments),
        _ if name.starts_with("python") => return python::run(machine, name, arguments),
        _ => {}
    }
    let input = if reads_input(name) { machine.input.take() } else { None };
    Ok(simple(machine, name, arguments, input.unwrap_or_default()))
}

fn reads_input(name: &str) -> bool {
    matches!(
        name,
        "cat" | "grep" | "head" | "tail" | "sort" | "uniq" | "wc" | "tr" | "cut" | "rev" | "tee" | "base64"
    )
}

fn nested(machine: &mut Machine<'_>, name: &str, words: &[String]) -> Flow {
    match words.first() {
        None => Ok(0),
        Some(program) if is_program(program) => machine.program(words),
        Some(program) => {
            machine
                .complain(&format!("{name}: failed to run command '{program}': No such file or directory\n"));
            Ok(127)
        }
    }
}

fn sleep(machine: &mut Machine<'_>, arguments: &[String]) -> Flow {
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

fn timeout(machine: &mut Machine<'_>, arguments: &[String]) -> Flow {
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

fn env(machine: &mut Machine<'_>, arguments: &[String]) -> Flow {
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

/// Programs that read, print and end.
fn simple(machine: &mut Machine<'_>, name: &str, arguments: &[String], input: String) -> i32 {
    let first = || arguments.first().map(String::as_str);
    match name {
        "true" | "mkdir" => 0,
        "false" => 1,
        "echo" => {
            echo(machine, arguments);
            0
        }
        "printf" => printf(machine, arguments),
        "printenv" => {
            let mut missing = 0;
            if arguments.is_empty() {
                return env(machine, &[]).unwrap_or(0);
            }
            for name in arguments {
                let value =
                    machine.environment().find(|(there, _)| *there == name).map(|(_, value)| value.clone());
                match value {
                    Some(value) => machine.print(&format!("{value}\n")),
                    None => missing = 1,
                }
            }
            missing
        }
        "date" => {
            let text = date(machine, arguments);
            machine.print(&format!("{text}\n"));
            0
        }
        "hostname" => say(machine, machine.container.hostname),
        "pwd" => {
            let directory = machine.scope.directory.clone();
            say(machine, &directory)
        }
        "whoami" => say(machine, "root"),
        "id" if first() == Some("-u") => say(machine, "0"),
        "id" => say(machine, "uid=0(root) gid=0(root) groups=0(root)"),
        "nproc" => {
            let processors = machine.container.processors.to_string();
            say(machine, &processors)
        }
        "arch" => say(machine, machine.container.machine),
        "uname" => {
            let cpu = machine.container.machine;
            let host = machine.container.hostname;
            let text = match first().unwrap_or_default() {
                "-m" | "-p" | "-i" => cpu.to_owned(),
                "-n" => host.to_owned(),
                "-r" => "6.1.0-practice".to_owned(),
                flags if flags.contains('a') => format!("Linux {host} 6.1.0-practice #1 SMP {cpu} GNU/Linux"),
                _ => "Linux".to_owned(),
            };
            say(machine, &text)
        }
        "free" => say(
            machine,
            "               total        used        free\nMem:         2005204      183412     1821792",
        ),
        "df" => say(
            machine,
            "Filesystem     1K-blocks    Used Available Use% Mounted on\noverlay         20956344 1048576  19907768   6% /",
        ),
        "seq" => seq(machine, arguments),
        "expr" => expr(machine, arguments),
        "test" => i32::from(test(machine, arguments) != 0),
        "[" => {
            let inner = arguments.strip_suffix(&["]".to_owned()]).unwrap_or(arguments);
            test(machine, inner)
        }
        "which" => {
            let mut missing = 0;
            for name in arguments {
                if is_program(name) {
                    machine.print(&format!("/usr/bin/{name}\n"));
                } else {
                    missing = 1;
                }
            }
            missing
        }
        "basename" => {
            let path = first().unwrap_or_default().trim_end_matches('/');
            let base = path.rsplit('/').next().unwrap_or(path);
            let base = arguments.get(1).and_then(|suffix| base.strip_suffix(suffix.as_str())).unwrap_or(base);
            say(machine, base)
        }
        "dirname" => {
            let path = first().unwrap_or_default();
            let parent = match path.rsplit_once('/') {
                Some(("", _)) => "/",
                Some((parent, _)) => parent,
                None => ".",
            };
            say(machine, parent)
        }
        "ls" => ls(machine, arguments),
        "touch" | "rm" | "cp" => change_files(machine, name, arguments),
        "tee" => {
            let append = first() == Some("-a");
            for file in arguments.iter().filter(|word| !word.starts_with('-')) {
                let path = machine.path(file);
                machine.write_file(path, &input, append);
            }
            machine.print(&input);
            0
        }
        _ => filter(machine, name, arguments, input),
    }
}

fn say(machine: &mut Machine<'_>, text: &str) -> i32 {
    machine.print(&format!("{text}\n"));
    0
}

fn echo(machine: &mut Machine<'_>, arguments: &[String]) {
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

fn unescape(text: &str) -> String {
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

fn printf(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
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

fn formatted(kind: char, flags: &str, argument: &str) -> String {
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
fn date(machine: &Machine<'_>, arguments: &[String]) -> String {
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

fn seq(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
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

fn expr(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
    let Ok(value) = super::arith::evaluate(&arguments.join(" "), &|_| String::new()) else {
        machine.complain("expr: syntax error\n");
        return 2;
    };
    machine.print(&format!("{value}\n"));
    i32::from(value == 0)
}

/// The conditions of `test` and `[`: 0 for true, 1 for false, 2 for a mistake.
pub(super) fn test(machine: &mut Machine<'_>, words: &[String]) -> i32 {
    for (operator, stop) in [("-o", 0), ("||", 0), ("-a", 1), ("&&", 1)] {
        if let Some(at) = words.iter().position(|word| word == operator)
            && at > 0
        {
            let left = test(machine, &words[..at]);
            return if left == stop { left } else { test(machine, &words[at + 1..]) };
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |text: &str| text.trim().parse::<i64>();
    let truth = match words.as_slice() {
        [] => false,
        ["!", rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
            return match test(machine, &rest) {
                0 => 1,
                1 => 0,
                mistake => mistake,
            };
        }
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

fn ls(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
    let target =
        arguments.iter().find(|word| !word.starts_with('-')).cloned().unwrap_or_else(|| ".".to_owned());
    let path = if target == "." { machine.scope.directory.clone() } else { machine.path(&target) };
    if machine.files.contains_key(&path) {
        return say(machine, &target);
    }
    if !is_directory(machine, &path) {
        machine.complain(&format!("ls: cannot access '{target}': No such file or directory\n"));
        return 2;
    }
    let prefix = if path == "/" { path.clone() } else { format!("{}/", path.trim_end_matches('/')) };
    let names: std::collections::BTreeSet<String> = DIRECTORIES
        .iter()
        .copied()
        .chain(machine.files.keys().map(String::as_str))
        .filter_map(|name| name.strip_prefix(&prefix))
        .filter_map(|name| name.split('/').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let text = names.into_iter().fold(String::new(), |text, name| text + &name + "\n");
    machine.print(&text);
    0
}

fn change_files(machine: &mut Machine<'_>, name: &str, arguments: &[String]) -> i32 {
    let forced = arguments.iter().any(|word| word.starts_with('-') && word.contains('f'));
    let files: Vec<String> =
        arguments.iter().filter(|word| !word.starts_with('-')).map(|word| machine.path(word)).collect();
    match name {
        "touch" => {
            for file in files {
                machine.write_file(file, "", true);
            }
        }
        "cp" => {
            let [from, to] = files.as_slice() else { return 1 };
            let Some(text) = machine.files.get(from).cloned() else {
                machine.complain(&format!("cp: cannot stat '{from}': No such file or directory\n"));
                return 1;
            };
            machine.write_file(to.clone(), &text, false);
        }
        _ => {
            for file in files {
                if machine.files.remove(&file).is_none() && !forced {
                    machine.complain(&format!("rm: cannot remove '{file}': No such file or directory\n"));
                    return 1;
                }
            }
        }
    }
    0
}

/// Programs that read text, from files or from what was piped to them, and print some of it.
fn filter(machine: &mut Machine<'_>, name: &str, arguments: &[String], input: String) -> i32 {
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
fn found(pattern: &str, line: &str) -> bool {
    let (pattern, start) = pattern.strip_prefix('^').map_or((pattern, false), |rest| (rest, true));
    let (pattern, end) = pattern.strip_suffix('$').map_or((pattern, false), |rest| (rest, true));
    let pattern = pattern.replace(".*", "*");
    let before = if start { "" } else { "*" };
    let after = if end { "" } else { "*" };
    glob(&format!("{before}{pattern}{after}"), line)
}

fn translate(text: &str, sets: &[&str], delete: bool) -> String {
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
