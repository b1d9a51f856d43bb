//! Somebody with an empty data folder and nothing in the environment.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Person {
    home: TempDir,
}

pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Person {
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program, ready to be added to. The environment holds no identity, no bus, no AWS files.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("SLIPWAY_HOME", self.home.path().join("slipway"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs it with credentials that look like credentials.
    pub(crate) fn run_with_keys(&self, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE12")
            .env("AWS_SECRET_ACCESS_KEY", "not-a-real-secret");
        said(&command.stdin(Stdio::null()).output().unwrap())
    }

    /// Runs it with something on its standard input.
    pub(crate) fn tell(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        said(&child.wait_with_output().unwrap())
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    }

    /// The preset's file, with one change in it.
    pub(crate) fn blueprint(&self, from: &str, to: &str) -> String {
        let preset = self.run(&["blueprint", "fargate"]).out;
        assert!(preset.contains(from), "the preset holds {from:?}");
        self.write("blueprint.toml", &preset.replacen(from, to, 1))
    }
}

fn said(output: &Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }

    /// The error as a machine reads it.
    pub(crate) fn error(&self) -> Value {
        serde_json::from_str(&self.err).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
}
