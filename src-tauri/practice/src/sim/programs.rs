//! The programs that a simulated container has. They do what their namesakes do, as far as a job's log shows.

use super::exec::{Flow, Machine, Stop};
use super::filters::{filter, glob};
use super::print::{date, echo, printf, say, seq};
use super::{Container, python};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Programs that are there in every image.
const PROGRAMS: [&str; 52] = [
    "[",
    "arch",
    "ash",
    "base64",
    "basename",
    "bash",
    "cat",
    "cp",
    "cut",
    "dash",
    "date",
    "df",
    "dirname",
    "echo",
    "env",
    "expr",
    "false",
    "free",
    "grep",
    "head",
    "hostname",
    "id",
    "ls",
    "mkdir",
    "nohup",
    "nproc",
    "nvidia-smi",
    "printenv",
    "printf",
    "pwd",
    "python",
    "python3",
    "rev",
    "rm",
    "seq",
    "sh",
    "sleep",
    "sort",
    "stdbuf",
    "tail",
    "tee",
    "test",
    "time",
    "timeout",
    "touch",
    "tr",
    "true",
    "uname",
    "uniq",
    "wc",
    "which",
    "whoami",
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
        "nvidia-smi" => gpus(machine),
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

/// What NVIDIA's tool shows, of GPUs that are as simulated as everything else here.
fn gpus(machine: &mut Machine<'_>) -> i32 {
    let Some(devices) = machine.container.environment.get("NVIDIA_VISIBLE_DEVICES").cloned() else {
        machine.print("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n");
        return 9;
    };
    for (number, device) in devices.split(',').enumerate() {
        machine.print(&format!("GPU {number}: simulated, of the practice account (UUID: {device})\n"));
    }
    0
}
