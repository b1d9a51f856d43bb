//! A real secret service in its three states: unlocked, locked, absent. Each is a set of environment variables for a
//! program under test, with a session bus and a home of its own; nothing of the person's own keyring is touched.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::process::{Server, until};
use crate::screen::Bus;

/// An environment with a keyring in one of its states.
#[derive(Debug)]
pub struct Keyring {
    home: tempfile::TempDir,
    bus: Option<Bus>,
    daemon: Option<Server>,
}

impl Keyring {
    /// A keyring that answers.
    pub fn unlocked() -> Self {
        let mut keyring = Self::bus_only();
        keyring.daemon = Some(keyring.start_daemon());
        // The login collection appears with its first secret; it is stored and removed again.
        keyring.secret_tool(&["store", "--label=first", "slipway-test", "first"], "x");
        keyring.secret_tool(&["clear", "slipway-test", "first"], "");
        keyring
    }

    /// A keyring that holds secrets and was not opened. No prompt can be answered here, as on a machine whose user
    /// dismisses it.
    pub fn locked() -> Self {
        let keyring = Self::unlocked();
        keyring.call(&[
            "--dest=org.freedesktop.secrets",
            "--type=method_call",
            "--print-reply",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            "array:objpath:/org/freedesktop/secrets/collection/login",
        ]);
        keyring
    }

    /// A keyring that is there and that nobody may talk to.
    pub fn refusing() -> Self {
        let mut keyring = Self::on(Bus::without_secrets());
        keyring.daemon = Some(keyring.start_daemon());
        keyring
    }

    /// A session bus on which nobody keeps secrets.
    pub fn absent() -> Self {
        Self::bus_only()
    }

    /// No session bus at all, as on a server.
    pub fn no_bus() -> Self {
        Self { home: tempfile::tempdir().expect("there is room for a folder"), bus: None, daemon: None }
    }

    /// Whether the login collection says that it is locked.
    pub fn is_locked(&self) -> bool {
        let answer = self.call(&[
            "--dest=org.freedesktop.secrets",
            "--print-reply",
            "/org/freedesktop/secrets/collection/login",
            "org.freedesktop.DBus.Properties.Get",
            "string:org.freedesktop.Secret.Collection",
            "string:Locked",
        ]);
        answer.contains("boolean true")
    }

    /// Puts a program into this environment.
    pub fn enter<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.home.path().join("data"))
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .env("XDG_CACHE_HOME", self.home.path().join("cache"))
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
        match &self.bus {
            Some(bus) => command.env("DBUS_SESSION_BUS_ADDRESS", bus.address()),
            // An unset address would be searched for; this one is there and leads nowhere.
            None => command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"),
        }
    }

    /// The home in which the keyring's own files lie.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The files in which gnome-keyring keeps its secrets, encrypted.
    pub fn files(&self) -> Vec<PathBuf> {
        let folder = self.home.path().join("data/keyrings");
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    }

    /// Runs libsecret's own tool with something on its standard input; its output when it succeeded.
    pub fn secret_tool(&self, arguments: &[&str], input: &str) -> Option<String> {
        let mut command = Command::new("secret-tool");
        self.enter(command.args(arguments));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("secret-tool is there; `cargo xtask test keychain` installs it");
        if let Some(mut pipe) = child.stdin.take() {
            std::io::Write::write_all(&mut pipe, input.as_bytes()).expect("secret-tool reads its input");
        }
        let output = child.wait_with_output().expect("secret-tool ends");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn bus_only() -> Self {
        Self::on(Bus::start())
    }

    fn on(bus: Bus) -> Self {
        let home = tempfile::tempdir().expect("there is room for a folder");
        for folder in ["data/keyrings", "config", "cache", "run"] {
            std::fs::create_dir_all(home.path().join(folder)).expect("there is room for a folder");
        }
        Self { home, bus: Some(bus), daemon: None }
    }

    fn start_daemon(&self) -> Server {
        let mut command = Command::new("gnome-keyring-daemon");
        self.enter(command.args(["--foreground", "--unlock", "--components=secrets"]));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon is there; `cargo xtask test keychain` installs it");
        // The login password, ended by the end of input.
        let mut pipe = child.stdin.take().expect("its input is piped");
        std::io::Write::write_all(&mut pipe, b"a test's password").expect("the daemon reads its password");
        drop(pipe);
        let daemon = Server::adopt(child);
        until("gnome-keyring to own its name on the bus", Duration::from_secs(20), || {
            self.answers().then_some(())
        });
        daemon
    }

    fn answers(&self) -> bool {
        let mut command = Command::new("dbus-send");
        command.args([
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            "string:org.freedesktop.secrets",
        ]);
        let output = self.enter(&mut command).output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("boolean true"))
    }

    fn call(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("dbus-send");
        let output = self.enter(command.args(arguments)).output().expect("dbus-send is there");
        assert!(output.status.success(), "dbus-send: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
