//! System packages on Debian and its relatives.

use std::process::Command;

use crate::shell::{Failure, Outcome, capture, run, say, succeeds, which};

/// To compile and open the window: WebKitGTK and what Tauri links.
pub(crate) const WINDOW: &[&str] = &[
    "build-essential",
    "curl",
    "file",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
];
/// A screen that nobody sees, and a session bus for what runs on it.
pub(crate) const SCREEN: &[&str] = &["dbus", "dbus-x11", "xvfb"];
/// To drive the window as a person would.
pub(crate) const DRIVER: &[&str] = &["webkit2gtk-driver"];
/// A real secret service.
pub(crate) const KEYRING: &[&str] = &["gnome-keyring", "libsecret-tools"];
/// To make Python environments.
pub(crate) const PYTHON: &[&str] = &["python3", "python3-venv"];

/// Installs those of the packages that are missing. Where there is no apt it asks for what cannot be done without,
/// and goes on when that is there.
pub(crate) fn ensure(packages: &[&str]) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if which("dpkg-query").is_none() || which("apt-get").is_none() {
        return elsewhere(packages);
    }
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("system packages: {}", missing.join(" ")));
    let install = |packages: &[&str]| {
        run(apt_get()?.args(["install", "--yes", "--no-install-recommends"]).args(packages))
    };
    // The package lists of a fresh image are empty or old; fetching them costs seconds, so only when it helps.
    install(&missing).or_else(|_| {
        run(apt_get()?.arg("update"))?;
        install(&missing)
    })
}

fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    packages.iter().copied().filter(|package| !installed(package)).collect()
}

fn installed(package: &str) -> bool {
    capture(Command::new("dpkg-query").args(["--show", "--showformat=${Status}", package]))
        .is_ok_and(|status| status.ends_with("ok installed"))
}

fn apt_get() -> Outcome<Command> {
    let root = capture(Command::new("id").arg("-u"))?.trim() == "0";
    let mut command = if root {
        Command::new("apt-get")
    } else if which("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.args(["--preserve-env=DEBIAN_FRONTEND", "apt-get"]);
        sudo
    } else {
        return Err(Failure::new("installing system packages takes root, and there is no sudo here"));
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

fn elsewhere(packages: &[&str]) -> Outcome {
    let builds = !packages.contains(&"libwebkit2gtk-4.1-dev")
        || succeeds(Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"]));
    if builds {
        return Ok(());
    }
    Err(Failure::new(format!(
        "this system has no apt. Please install with its own package manager what Debian calls\n  {}\nand run the \
         command again; https://v2.tauri.app/start/prerequisites/ names the packages of other systems.",
        packages.join(" ")
    )))
}
