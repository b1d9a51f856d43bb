//! The files of a simulated container, and the programs that are about them.

use crate::sim::Container;
use crate::sim::exec::Machine;
use crate::sim::print::say;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The few files that a container is born with.
pub(in crate::sim) fn root_files(container: &Container<'_>) -> BTreeMap<String, String> {
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
pub(in crate::sim) fn is_directory(machine: &Machine<'_>, path: &str) -> bool {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let inside = format!("{path}/");
    DIRECTORIES.contains(&path) || machine.files.keys().any(|name| name.starts_with(&inside))
}

pub(super) fn ls(machine: &mut Machine<'_>, arguments: &[String]) -> i32 {
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
    let names: BTreeSet<String> = DIRECTORIES
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

pub(super) fn change_files(machine: &mut Machine<'_>, name: &str, arguments: &[String]) -> i32 {
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
