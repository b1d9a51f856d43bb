//! The `slipway` binary as a person starts it, with a data directory of its own.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::boto;
use crate::places;

/// A person with an empty data directory.
#[derive(Debug)]
pub struct Cli {
    home: tempfile::TempDir,
    endpoint: Option<String>,
}

/// What a run of it said and how it ended.
#[derive(Clone, Debug)]
pub struct Said {
    /// 0 done, 1 failed, 2 usage, 3 refused by a check; -1 when it was killed.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Cli {
    /// On the practice account, which is new.
    pub fn practice() -> Self {
        Self { home: tempfile::tempdir().expect("there is room for a folder"), endpoint: None }
    }

    /// On an emulator, with credentials from the environment.
    pub fn at(endpoint: &str) -> Self {
        Self { endpoint: Some(endpoint.to_owned()), ..Self::practice() }
    }

    /// The same person, data directory and all, who now talks to another address.
    #[must_use]
    pub fn moved_to(self, endpoint: &str) -> Self {
        Self { endpoint: Some(endpoint.to_owned()), ..self }
    }

    /// The same person with another data directory.
    #[must_use]
    pub fn moved_into(self, home: tempfile::TempDir) -> Self {
        Self { home, ..self }
    }

    /// Its data directory.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The command, ready to be added to.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let program = places::binary("slipway");
        let mut command = match &self.endpoint {
            Some(endpoint) => boto::client(program, endpoint),
            None => Command::new(program),
        };
        // The address is said on the command line, as a person would; the SDK's own variable is for boto3.
        command.env_remove("AWS_ENDPOINT_URL").env("SLIPWAY_HOME", self.home.path()).args(arguments);
        match &self.endpoint {
            Some(endpoint) => command.args(["--endpoint", endpoint, "--region", "us-east-1"]),
            None => command.arg("--practice"),
        };
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).stdin(Stdio::null()).output().expect("slipway can be started").into()
    }

    /// Runs it to its end and expects success.
    pub fn must(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "slipway {}\n{}{}", arguments.join(" "), said.out, said.err);
        said
    }

    /// Runs it with `--json`, expects success, and parses its one document.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        self.must(&all).json()
    }

    /// Starts it and does not wait.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("slipway can be started")
    }

    /// The file of the preset *Fargate* after these changes; its stack is called `first`.
    pub fn blueprint(&self, changes: &[(&str, &str)]) -> String {
        self.blueprint_of("fargate", changes)
    }

    /// The same of any preset.
    pub fn blueprint_of(&self, preset: &str, changes: &[(&str, &str)]) -> String {
        let mut text = self.must(&["blueprint", preset]).out;
        for (from, to) in changes {
            assert!(text.contains(from), "the preset holds {from:?}:\n{text}");
            text = text.replacen(from, to, 1);
        }
        self.write("blueprint.toml", &text)
    }

    /// Writes a file into its data directory's neighbourhood and returns the path.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, text).expect("there is room for a file");
        path.to_string_lossy().into_owned()
    }
}

impl Said {
    /// Standard output as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON ({error}):\n{}{}", self.out, self.err))
    }

    /// Standard output as one JSON document a line.
    pub fn events(&self) -> Vec<Value> {
        let parse = |line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("a line is no JSON ({error}):\n{line}"))
        };
        self.out.lines().filter(|line| !line.trim().is_empty()).map(parse).collect()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
