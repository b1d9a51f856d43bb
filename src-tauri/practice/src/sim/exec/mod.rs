//! Runs a script and tells what it prints, and when.

mod output;
mod redirect;
mod walk;

use super::parse;
use super::{Container, End, Line, Run, programs};
use std::collections::{BTreeMap, BTreeSet};

/// Commands that one run may take. A script that is still going then counts as one that never ends.
const MAX_STEPS: u32 = 30_000;

/// Characters that one run may print.
const MAX_PRINTED: usize = 256 * 1024;

/// Characters in one word, variable or line: doubling a variable in a loop must stay harmless.
pub(in crate::sim) const MAX_TEXT: usize = 16 * 1024;

/// How deep shells and programs may start others.
const MAX_DEPTH: u32 = 12;

/// What a command takes at least, so that lines have an order in time.
const STEP_MILLIS: u64 = 2;

/// Why a list of commands is left early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Stop {
    /// `exit`, or the end of everything.
    Exit(i32),
    /// `break`, so many loops.
    Break(u32),
    /// `continue`, so many loops.
    Continue(u32),
    /// It runs on for ever.
    Never,
}

/// An exit status, or the reason to leave.
pub(in crate::sim) type Flow = Result<i32, Stop>;

/// Where error output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ErrorSink {
    Console,
    Output,
    Nowhere,
    Kept(String),
}

/// A shell's own state; a subshell works on a copy.
#[derive(Debug, Clone, Default)]
pub(in crate::sim) struct Scope {
    pub(in crate::sim) variables: BTreeMap<String, String>,
    pub(in crate::sim) exported: BTreeSet<String>,
    /// `$1` and so on.
    pub(in crate::sim) arguments: Vec<String>,
    pub(in crate::sim) directory: String,
    /// `sh`, or the name it was started by.
    pub(in crate::sim) shell: String,
    pub(in crate::sim) exit_on_error: bool,
    pub(in crate::sim) trace: bool,
    pub(in crate::sim) error_on_unset: bool,
}

/// A container at work.
#[derive(Debug)]
pub(in crate::sim) struct Machine<'a> {
    pub(in crate::sim) container: &'a Container<'a>,
    pub(in crate::sim) scope: Scope,
    /// Milliseconds since the start.
    pub(in crate::sim) at: u64,
    pub(in crate::sim) files: BTreeMap<String, String>,
    /// What the current command may read.
    pub(in crate::sim) input: Option<String>,
    lines: Vec<Line>,
    unfinished: String,
    printed: usize,
    flooded: bool,
    captures: Vec<String>,
    errors: Vec<ErrorSink>,
    pub(in crate::sim) steps: u32,
    depth: u32,
    /// Above zero inside conditions, where a failure is an answer.
    pub(in crate::sim) conditions: u32,
    pub(in crate::sim) status: i32,
    /// How the last command substitution of the current command ended: an assignment alone takes it over.
    pub(in crate::sim) substituted: Option<i32>,
}

/// Runs a container's command to its end.
pub(in crate::sim) fn run(container: &Container<'_>) -> Run {
    let mut machine = Machine::new(container);
    let outcome = match container.command.split_first() {
        None => Ok(machine.image_default()),
        Some((program, _)) if !programs::is_program(program) => {
            return Run { lines: Vec::new(), end: End::NotFound { program: program.clone() } };
        }
        Some(_) => machine.program(container.command),
    };
    let unfinished = std::mem::take(&mut machine.unfinished);
    machine.line(unfinished);
    let end = match outcome {
        Ok(code) | Err(Stop::Exit(code)) => End::Exit { code: code & 0xff, at: machine.at },
        Err(Stop::Break(_) | Stop::Continue(_)) => End::Exit { code: 0, at: machine.at },
        Err(Stop::Never) => End::Never,
    };
    Run { lines: machine.lines, end }
}

impl<'a> Machine<'a> {
    fn new(container: &'a Container<'a>) -> Self {
        let mut variables = container.environment.clone();
        for (name, value) in [
            ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOME", "/root"),
            ("HOSTNAME", container.hostname),
        ] {
            variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        let exported = variables.keys().cloned().collect();
        let scope = Scope {
            variables,
            exported,
            directory: "/".to_owned(),
            shell: "sh".to_owned(),
            ..Scope::default()
        };
        Self {
            container,
            scope,
            // A program does not print in the very millisecond it is started.
            at: 20,
            files: programs::root_files(container),
            input: None,
            lines: Vec::new(),
            unfinished: String::new(),
            printed: 0,
            flooded: false,
            captures: Vec::new(),
            errors: vec![ErrorSink::Console],
            steps: 0,
            depth: 0,
            conditions: 0,
            status: 0,
            substituted: None,
        }
    }

    /// What stands in for an image's own command, which nobody here can know.
    fn image_default(&mut self) -> i32 {
        let image = self.container.image;
        self.print(&format!(
            "Practice account: this job has no command, so the container of {image} would run its own.\n"
        ));
        self.at += 1_000;
        self.print("Nothing of the image is really run here. Give the job a command to see its output.\n");
        self.at += 1_000;
        0
    }

    /// Counts one command; ends a run that takes too many.
    pub(in crate::sim) fn step(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        self.at += STEP_MILLIS;
        if self.steps > MAX_STEPS { Err(Stop::Never) } else { Ok(()) }
    }

    /// Lets time pass.
    pub(in crate::sim) fn wait(&mut self, millis: u64) {
        self.at = self.at.saturating_add(millis);
    }

    /// Runs a script in this shell.
    pub(in crate::sim) fn script(&mut self, text: &str) -> Flow {
        match parse::script(text) {
            Ok(node) => self.node(&node),
            Err(error) => {
                self.shell_error(error.line, &error.message);
                Ok(2)
            }
        }
    }

    /// Runs `work` in a shell of its own, whose `exit` and variables do not reach this one.
    pub(in crate::sim) fn subshell(&mut self, work: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let outcome = self.deeper(|shell| {
            let scope = shell.scope.clone();
            let outcome = work(shell);
            shell.scope = scope;
            outcome
        });
        match outcome {
            Err(Stop::Never) => Err(Stop::Never),
            Err(Stop::Exit(code)) | Ok(code) => Ok(code & 0xff),
            Err(Stop::Break(_) | Stop::Continue(_)) => Ok(0),
        }
    }

    /// Runs `work`, which may start further work of its kind: a job's command is not to be trusted with the stack.
    pub(in crate::sim) fn deeper(&mut self, work: impl FnOnce(&mut Self) -> Flow) -> Flow {
        if self.depth >= MAX_DEPTH {
            self.complain("sh: Cannot fork\n");
            return Ok(2);
        }
        self.depth += 1;
        let outcome = work(self);
        self.depth -= 1;
        outcome
    }

    /// Runs `work` and returns what it printed.
    pub(in crate::sim) fn captured(&mut self, work: impl FnOnce(&mut Self) -> Flow) -> (String, Flow) {
        self.captures.push(String::new());
        let outcome = work(self);
        (self.captures.pop().unwrap_or_default(), outcome)
    }

    /// A program, by its own name or its path.
    pub(in crate::sim) fn program(&mut self, words: &[String]) -> Flow {
        programs::run(self, words)
    }

    /// Runs a command with an environment of its own, as `env` does.
    pub(in crate::sim) fn with_environment(
        &mut self,
        environment: BTreeMap<String, String>,
        words: &[String],
    ) -> Flow {
        self.subshell(|shell| {
            shell.scope.exported = environment.keys().cloned().collect();
            shell.scope.variables = environment;
            if programs::is_program(&words[0]) {
                shell.program(words)
            } else {
                shell.complain(&format!("env: {}: No such file or directory\n", words[0]));
                Ok(127)
            }
        })
    }

    /// The environment that a program sees.
    pub(in crate::sim) fn environment(&self) -> impl Iterator<Item = (&String, &String)> {
        self.scope.variables.iter().filter(|(name, _)| self.scope.exported.contains(*name))
    }
}
