//! A screen and a session bus of a test's own.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::process::Server;

/// A virtual screen; gone with this value.
#[derive(Debug)]
pub struct Screen {
    name: String,
    _server: Server,
}

impl Screen {
    /// Starts one of this size in pixels; Xvfb itself picks a free number.
    pub fn start(width: u32, height: u32) -> Self {
        let (name, server) = first_line(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            &format!("{width}x{height}x24"),
            "-nolisten",
            "tcp",
        ]));
        Self { name: format!(":{name}"), _server: server }
    }

    /// What belongs into `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A session bus; gone with this value.
#[derive(Debug)]
pub struct Bus {
    address: String,
    _server: Server,
}

impl Bus {
    /// Starts one on which nobody is yet, and on which nobody is started by being asked for: services of the machine
    /// must not appear in a test that says they are absent.
    pub fn start() -> Self {
        Self::with_policy("")
    }

    /// One that lets nobody talk to the secret service.
    pub fn without_secrets() -> Self {
        Self::with_policy(r#"<deny send_destination="org.freedesktop.secrets"/>"#)
    }

    fn with_policy(policy: &str) -> Self {
        let configuration = tempfile::NamedTempFile::new().expect("there is room for a small file");
        let text = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>{policy}</policy>
</busconfig>"#
        );
        std::fs::write(configuration.path(), text).expect("there is room for a small file");
        let (address, server) = first_line(
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", configuration.path().display()))
                .args(["--nofork", "--print-address"]),
        );
        Self { address, _server: server }
    }

    /// What belongs into `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// Starts a server that says on its first line where it is.
fn first_line(command: &mut Command) -> (String, Server) {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap_or_else(
            |error| panic!("{name} could not be started ({error}); `cargo xtask test window` installs it"),
        );
    let pipe = child.stdout.take().expect("its output is piped");
    let mut line = String::new();
    BufReader::new(pipe).read_line(&mut line).expect("its output can be read");
    assert!(!line.trim().is_empty(), "{name} ended before it said where it is");
    (line.trim().to_owned(), Server::adopt(child))
}
