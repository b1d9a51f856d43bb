//! The programs that a simulated container has. They do what their namesakes do, as far as a job's log shows.

mod conditions;
mod environment;
mod files;
mod time;

pub(super) use conditions::test;
pub(super) use files::{is_directory, root_files};

use super::exec::{Flow, Machine};
use super::filters::filter;
use super::print::{date, echo, printf, say, seq};
use super::python;
use conditions::expr;
use environment::{env, print_environment};
use files::{change_files, ls};
use time::{sleep, timeout};

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
        Some(program) if is_program(program) => machine.deeper(|machine| machine.program(words)),
        Some(program) => {
            machine
                .complain(&format!("{name}: failed to run command '{program}': No such file or directory\n"));
            Ok(127)
        }
    }
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
        "printenv" => print_environment(machine, arguments),
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
