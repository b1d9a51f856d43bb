//! Walks a script and tells what it prints, and when.

mod output;
mod redirect;

use super::ast::{Node, Redirect, Word};
use super::filters::glob;
use super::parse;
use super::{Container, End, Line, Run, programs};
use std::collections::{BTreeMap, BTreeSet};

/// Commands that one run may take. A script that is still going then counts as one that never ends.
const MAX_STEPS: u32 = 30_000;
/// Characters that one run may print.
const MAX_PRINTED: usize = 256 * 1024;
/// Characters in one word, variable or line: doubling a variable in a loop must stay harmless.
pub(in crate::sim) const MAX_TEXT: usize = 16 * 1024;
/// How deep shells may start shells.
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
        if self.depth >= MAX_DEPTH {
            self.complain("sh: Cannot fork\n");
            return Ok(2);
        }
        self.depth += 1;
        let scope = self.scope.clone();
        let outcome = work(self);
        self.scope = scope;
        self.depth -= 1;
        match outcome {
            Err(Stop::Never) => Err(Stop::Never),
            Err(Stop::Exit(code)) | Ok(code) => Ok(code & 0xff),
            Err(Stop::Break(_) | Stop::Continue(_)) => Ok(0),
        }
    }

    /// Runs `work` and returns what it printed.
    pub(in crate::sim) fn captured(&mut self, work: impl FnOnce(&mut Self) -> Flow) -> (String, Flow) {
        self.captures.push(String::new());
        let outcome = work(self);
        (self.captures.pop().unwrap_or_default(), outcome)
    }

    pub(in crate::sim) fn node(&mut self, node: &Node) -> Flow {
        let status = match node {
            Node::Simple { assignments, words, redirects, line } => {
                return self.simple(assignments, words, redirects, *line);
            }
            Node::Sequence(nodes) => {
                let mut status = self.status;
                for node in nodes {
                    status = self.node(node)?;
                }
                status
            }
            Node::AndOr(first, rest) => {
                let mut status = 0;
                // A failure that something follows is an answer, not an error, whatever follows it.
                for (position, (on_success, node)) in [(true, first.as_ref())]
                    .into_iter()
                    .chain(rest.iter().map(|(on_success, node)| (*on_success, node)))
                    .enumerate()
                {
                    if on_success == (status == 0) {
                        status = if position < rest.len() { self.condition(node)? } else { self.node(node)? };
                    }
                }
                status
            }
            Node::Redirected(body, redirects) => self.redirected(redirects, |shell| shell.node(body))?,
            Node::Not(inner) => i32::from(self.condition(inner)? == 0),
            Node::Pipe(nodes) => self.pipe(nodes)?,
            Node::If { condition, then, otherwise } => {
                if self.condition(condition)? == 0 {
                    self.node(then)?
                } else if let Some(otherwise) = otherwise {
                    self.node(otherwise)?
                } else {
                    0
                }
            }
            Node::For { name, words, body } => {
                let values = self.expand_all(words)?;
                let mut status = 0;
                for value in values {
                    self.step()?;
                    self.scope.variables.insert(name.clone(), value);
                    match self.turn(body)? {
                        (next, true) => status = next,
                        (_, false) => break,
                    }
                }
                status
            }
            Node::While { condition, until, body } => {
                let mut status = 0;
                loop {
                    self.step()?;
                    if (self.condition(condition)? == 0) == *until {
                        break;
                    }
                    match self.turn(body)? {
                        (next, true) => status = next,
                        (_, false) => break,
                    }
                }
                status
            }
            Node::Case { word, arms } => {
                let text = self.expand_text(word)?;
                let mut chosen = None;
                'arms: for (patterns, body) in arms {
                    for pattern in patterns {
                        if glob(&self.expand_text(pattern)?, &text) {
                            chosen = Some(body);
                            break 'arms;
                        }
                    }
                }
                match chosen {
                    Some(body) => self.node(body)?,
                    None => 0,
                }
            }
            Node::Subshell(body) => self.subshell(|shell| shell.node(body))?,
        };
        self.status = status;
        Ok(status)
    }

    /// One turn of a loop: its status, and whether the loop goes on.
    fn turn(&mut self, body: &Node) -> Result<(i32, bool), Stop> {
        match self.node(body) {
            Ok(status) => Ok((status, true)),
            Err(Stop::Continue(1)) => Ok((0, true)),
            Err(Stop::Break(1)) => Ok((0, false)),
            Err(Stop::Continue(loops)) => Err(Stop::Continue(loops - 1)),
            Err(Stop::Break(loops)) => Err(Stop::Break(loops - 1)),
            Err(stop) => Err(stop),
        }
    }

    fn condition(&mut self, node: &Node) -> Flow {
        self.conditions += 1;
        let outcome = self.node(node);
        self.conditions -= 1;
        outcome
    }

    fn pipe(&mut self, nodes: &[Node]) -> Flow {
        let before = self.input.take();
        let mut status = 0;
        for (position, node) in nodes.iter().enumerate() {
            if position + 1 == nodes.len() {
                status = self.subshell(|shell| shell.node(node))?;
            } else {
                let (printed, outcome) = self.captured(|shell| {
                    shell.conditions += 1;
                    let outcome = shell.subshell(|shell| shell.node(node));
                    shell.conditions -= 1;
                    outcome
                });
                outcome?;
                self.input = Some(printed);
            }
        }
        self.input = before;
        Ok(status)
    }

    fn simple(
        &mut self,
        assignments: &[(String, Word)],
        words: &[Word],
        redirects: &[Redirect],
        line: usize,
    ) -> Flow {
        self.step()?;
        self.substituted = None;
        let words = self.expand_all(words)?;
        let mut values = Vec::new();
        for (name, word) in assignments {
            let value = self.expand_text(word)?;
            if words.is_empty() {
                self.scope.variables.insert(name.clone(), value);
            } else {
                values.push((name.clone(), value));
            }
        }
        if self.scope.trace && !words.is_empty() {
            self.complain(&format!("+ {}\n", words.join(" ")));
        }
        let status = if words.is_empty() {
            self.redirected(redirects, |shell| Ok(shell.substituted.unwrap_or(0)))?
        } else if values.is_empty() {
            self.redirected(redirects, |shell| shell.command(&words, line))?
        } else {
            let before = self.scope.clone();
            for (name, value) in values {
                self.scope.exported.insert(name.clone());
                self.scope.variables.insert(name, value);
            }
            let outcome = self.redirected(redirects, |shell| shell.command(&words, line));
            self.scope.variables = before.variables;
            self.scope.exported = before.exported;
            outcome?
        };
        self.status = status;
        if status != 0 && self.scope.exit_on_error && self.conditions == 0 {
            return Err(Stop::Exit(status));
        }
        Ok(status)
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
