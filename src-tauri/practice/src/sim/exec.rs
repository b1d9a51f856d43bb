//! Walks a script and tells what it prints, and when.

use super::ast::{Node, Redirect, RedirectKind, Word};
use super::expand::shorten;
use super::filters::glob;
use super::parse;
use super::{Container, End, Line, Run, programs};
use std::collections::{BTreeMap, BTreeSet};

/// Commands that one run may take. A script that is still going then counts as one that never ends.
const MAX_STEPS: u32 = 30_000;
/// Characters that one run may print.
const MAX_PRINTED: usize = 256 * 1024;
/// Characters in one word, variable or line: doubling a variable in a loop must stay harmless.
pub(super) const MAX_TEXT: usize = 16 * 1024;
/// How deep shells may start shells.
const MAX_DEPTH: u32 = 12;
/// What a command takes at least, so that lines have an order in time.
const STEP_MILLIS: u64 = 2;

/// Why a list of commands is left early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
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
pub(super) type Flow = Result<i32, Stop>;

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
pub(super) struct Scope {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) exported: BTreeSet<String>,
    /// `$1` and so on.
    pub(super) arguments: Vec<String>,
    pub(super) directory: String,
    /// `sh`, or the name it was started by.
    pub(super) shell: String,
    pub(super) exit_on_error: bool,
    pub(super) trace: bool,
    pub(super) error_on_unset: bool,
}

/// A container at work.
#[derive(Debug)]
pub(super) struct Machine<'a> {
    pub(super) container: &'a Container<'a>,
    pub(super) scope: Scope,
    /// Milliseconds since the start.
    pub(super) at: u64,
    pub(super) files: BTreeMap<String, String>,
    /// What the current command may read.
    pub(super) input: Option<String>,
    lines: Vec<Line>,
    unfinished: String,
    printed: usize,
    flooded: bool,
    captures: Vec<String>,
    errors: Vec<ErrorSink>,
    pub(super) steps: u32,
    depth: u32,
    /// Above zero inside conditions, where a failure is an answer.
    pub(super) conditions: u32,
    pub(super) status: i32,
    /// How the last command substitution of the current command ended: an assignment alone takes it over.
    pub(super) substituted: Option<i32>,
}

/// Runs a container's command to its end.
pub(super) fn run(container: &Container<'_>) -> Run {
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
    pub(super) fn step(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        self.at += STEP_MILLIS;
        if self.steps > MAX_STEPS { Err(Stop::Never) } else { Ok(()) }
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, millis: u64) {
        self.at = self.at.saturating_add(millis);
    }

    /// Standard output.
    pub(super) fn print(&mut self, text: &str) {
        match self.captures.last_mut() {
            Some(capture) => {
                if capture.len() + text.len() <= MAX_PRINTED {
                    capture.push_str(text);
                }
            }
            None => self.console(text),
        }
    }

    /// Error output.
    pub(super) fn complain(&mut self, text: &str) {
        match self.errors.last_mut() {
            None | Some(ErrorSink::Console) => self.console(text),
            Some(ErrorSink::Output) => self.print(text),
            Some(ErrorSink::Nowhere) => {}
            Some(ErrorSink::Kept(kept)) => kept.push_str(text),
        }
    }

    /// A complaint in the shell's name.
    pub(super) fn shell_error(&mut self, line: usize, text: &str) {
        let shell = &self.scope.shell;
        let message = if shell.ends_with("bash") {
            format!("{shell}: line {line}: {text}\n")
        } else {
            format!("{shell}: {line}: {text}\n")
        };
        self.complain(&message);
    }

    fn console(&mut self, text: &str) {
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('\n') {
            let mut line = std::mem::take(&mut self.unfinished);
            line.push_str(head);
            self.line(line);
            rest = tail;
        }
        if self.unfinished.len() + rest.len() <= MAX_TEXT {
            self.unfinished.push_str(rest);
        }
    }

    fn line(&mut self, mut text: String) {
        // The awslogs driver sends no empty events.
        if text.is_empty() || self.flooded {
            return;
        }
        shorten(&mut text);
        self.printed += text.len();
        if self.lines.len() >= self.container.max_lines || self.printed > MAX_PRINTED {
            self.flooded = true;
            "Practice account: this job prints more than is kept here; the rest is left out."
                .clone_into(&mut text);
        }
        self.lines.push(Line { at: self.at, text });
    }

    /// Runs a script in this shell.
    pub(super) fn script(&mut self, text: &str) -> Flow {
        match parse::script(text) {
            Ok(node) => self.node(&node),
            Err(error) => {
                self.shell_error(error.line, &error.message);
                Ok(2)
            }
        }
    }

    /// Runs `work` in a shell of its own, whose `exit` and variables do not reach this one.
    pub(super) fn subshell(&mut self, work: impl FnOnce(&mut Self) -> Flow) -> Flow {
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
    pub(super) fn captured(&mut self, work: impl FnOnce(&mut Self) -> Flow) -> (String, Flow) {
        self.captures.push(String::new());
        let outcome = work(self);
        (self.captures.pop().unwrap_or_default(), outcome)
    }

    pub(super) fn node(&mut self, node: &Node) -> Flow {
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

    fn redirected(&mut self, redirects: &[Redirect], work: impl FnOnce(&mut Self) -> Flow) -> Flow {
        #[derive(Clone, PartialEq)]
        enum Target {
            Output,
            Console,
            File(String, bool),
        }
        if redirects.is_empty() {
            return work(self);
        }
        let (mut out, mut err) = (Target::Output, Target::Console);
        let before = self.input.clone();
        for redirect in redirects {
            match &redirect.kind {
                RedirectKind::Input(file) => {
                    let name = self.expand_text(file)?;
                    let Some(text) = self.files.get(&self.path(&name)).cloned() else {
                        self.shell_error(1, &format!("cannot open {name}: No such file"));
                        return Ok(2);
                    };
                    self.input = Some(text);
                }
                RedirectKind::Here(here) => {
                    let mut text = self.expand_text(here)?;
                    text.push('\n');
                    self.input = Some(text);
                }
                RedirectKind::Descriptor(to) => {
                    let target = if *to == 2 { err.clone() } else { out.clone() };
                    if redirect.from == 2 { err = target } else { out = target }
                }
                RedirectKind::File { name, append } => {
                    let name = self.expand_text(name)?;
                    let target = match name.as_str() {
                        "/dev/stdout" => Target::Output,
                        "/dev/stderr" => Target::Console,
                        _ => Target::File(self.path(&name), *append),
                    };
                    if redirect.from != 2 {
                        out = target.clone();
                    }
                    if redirect.from >= 2 {
                        err = target;
                    }
                }
            }
        }
        let sink = match &err {
            Target::Console => self.errors.last().cloned().unwrap_or(ErrorSink::Console),
            Target::File(name, _) if name == "/dev/null" => ErrorSink::Nowhere,
            // Both in one place: errors join the output that is captured below.
            target if *target == out => ErrorSink::Output,
            Target::Output => ErrorSink::Output,
            Target::File(..) => ErrorSink::Kept(String::new()),
        };
        self.errors.push(sink);
        let outcome = if out == Target::Output {
            work(self)
        } else {
            let (printed, outcome) = self.captured(work);
            match out {
                Target::File(name, append) => self.write_file(name, &printed, append),
                Target::Console => self.console(&printed),
                Target::Output => {}
            }
            outcome
        };
        if let (Some(ErrorSink::Kept(kept)), Target::File(name, append)) = (self.errors.pop(), err) {
            self.write_file(name, &kept, append);
        }
        self.input = before;
        outcome
    }

    pub(super) fn write_file(&mut self, name: String, text: &str, append: bool) {
        if name == "/dev/null" || (self.files.len() > 200 && !self.files.contains_key(&name)) {
            return;
        }
        let file = self.files.entry(name).or_default();
        if !append {
            file.clear();
        }
        if file.len() + text.len() <= MAX_PRINTED {
            file.push_str(text);
        }
    }

    /// A file's absolute name.
    pub(super) fn path(&self, name: &str) -> String {
        if name.starts_with('/') {
            name.to_owned()
        } else {
            format!("{}/{}", self.scope.directory.trim_end_matches('/'), name.trim_start_matches("./"))
        }
    }

    /// A program, by its own name or its path.
    pub(super) fn program(&mut self, words: &[String]) -> Flow {
        programs::run(self, words)
    }

    /// Runs a command with an environment of its own, as `env` does.
    pub(super) fn with_environment(
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
    pub(super) fn environment(&self) -> impl Iterator<Item = (&String, &String)> {
        self.scope.variables.iter().filter(|(name, _)| self.scope.exported.contains(*name))
    }
}
