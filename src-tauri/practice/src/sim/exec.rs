//! Walks a script and tells what it prints, and when.

use super::parse::{self, Node, Operator, Piece, Redirect, RedirectKind, Word};
use super::{Container, End, Line, Run, arith, programs};
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
    exit_on_error: bool,
    trace: bool,
    error_on_unset: bool,
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
    steps: u32,
    depth: u32,
    /// Above zero inside conditions, where a failure is an answer.
    conditions: u32,
    status: i32,
    /// How the last command substitution of the current command ended: an assignment alone takes it over.
    substituted: Option<i32>,
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
    fn captured(&mut self, work: impl FnOnce(&mut Self) -> Flow) -> (String, Flow) {
        self.captures.push(String::new());
        let outcome = work(self);
        (self.captures.pop().unwrap_or_default(), outcome)
    }

    fn node(&mut self, node: &Node) -> Flow {
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
                        if programs::glob(&self.expand_text(pattern)?, &text) {
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

    /// A command of a script: one that belongs to the shell itself, or a program.
    fn command(&mut self, words: &[String], line: usize) -> Flow {
        let Some((name, arguments)) = words.split_first() else { return Ok(0) };
        let number = |default: i32| arguments.first().and_then(|text| text.parse().ok()).unwrap_or(default);
        match name.as_str() {
            "exit" => Err(Stop::Exit(number(self.status) & 0xff)),
            "return" => Ok(number(self.status)),
            "break" => Err(Stop::Break(number(1).max(1).unsigned_abs())),
            "continue" => Err(Stop::Continue(number(1).max(1).unsigned_abs())),
            "export" | "readonly" | "local" | "declare" => {
                for argument in arguments.iter().filter(|argument| !argument.starts_with('-')) {
                    let (name, value) = match argument.split_once('=') {
                        Some((name, value)) => (name, Some(value.to_owned())),
                        None => (argument.as_str(), None),
                    };
                    if let Some(value) = value {
                        self.scope.variables.insert(name.to_owned(), value);
                    }
                    self.scope.exported.insert(name.to_owned());
                }
                Ok(0)
            }
            "unset" => {
                for name in arguments {
                    self.scope.variables.remove(name);
                }
                Ok(0)
            }
            "set" => {
                self.set(arguments);
                Ok(0)
            }
            "shift" => {
                let count = usize::try_from(number(1)).unwrap_or(0).min(self.scope.arguments.len());
                self.scope.arguments.drain(..count);
                Ok(0)
            }
            "cd" => {
                let target = arguments.first().cloned().unwrap_or_else(|| "/root".to_owned());
                let path = self.path(&target);
                if programs::is_directory(self, &path) {
                    path.clone_into(&mut self.scope.directory);
                    Ok(0)
                } else {
                    self.shell_error(line, &format!("cd: can't cd to {target}"));
                    Ok(2)
                }
            }
            "eval" => self.script(&arguments.join(" ")),
            "read" => Ok(self.read(arguments)),
            ":" | "trap" | "wait" | "umask" | "ulimit" | "hash" => Ok(0),
            "exec" if arguments.is_empty() => Ok(0),
            "exec" => {
                let code = self.command(arguments, line)?;
                Err(Stop::Exit(code))
            }
            "command" if arguments.first().is_some_and(|first| first == "-v") => {
                let mut found = 0;
                for name in &arguments[1..] {
                    if programs::is_program(name) {
                        self.print(&format!("/usr/bin/{name}\n"));
                    } else {
                        found = 127;
                    }
                }
                Ok(found)
            }
            "command" | "builtin" => self.command(arguments, line),
            "[[" => {
                let inner = arguments.strip_suffix(&["]]".to_owned()]).unwrap_or(arguments);
                Ok(programs::test(self, inner))
            }
            _ if programs::is_program(name) => self.program(words),
            _ if name.contains('/') => {
                self.shell_error(line, &format!("{name}: not found"));
                Ok(127)
            }
            _ if self.scope.shell.ends_with("bash") => {
                self.shell_error(line, &format!("{name}: command not found"));
                Ok(127)
            }
            _ => {
                self.shell_error(line, &format!("{name}: not found"));
                Ok(127)
            }
        }
    }

    /// A program, by its own name or its path.
    pub(super) fn program(&mut self, words: &[String]) -> Flow {
        programs::run(self, words)
    }

    /// A shell started as a program: `sh -c "…" name arguments…`.
    pub(super) fn start_shell(&mut self, name: &str, arguments: &[String]) -> Flow {
        let mut rest = arguments;
        let (mut options, mut script) = (Vec::new(), None);
        while let Some((option, tail)) = rest.split_first().filter(|(option, _)| option.starts_with('-')) {
            rest = tail;
            if !option.starts_with("--") && option.ends_with('c') {
                options.push(option.trim_end_matches('c').to_owned());
                let Some((text, tail)) = rest.split_first() else {
                    self.complain(&format!("{name}: 0: -c requires an argument\n"));
                    return Ok(2);
                };
                script = Some(text.clone());
                rest = tail;
                break;
            }
            options.push(option.clone());
            if option == "-o" && !rest.is_empty() {
                options.push(rest[0].clone());
                rest = &rest[1..];
            }
        }
        let script = match script.or_else(|| self.input.take()) {
            Some(script) => script,
            None => match rest.split_first() {
                None => return Ok(0),
                Some((file, tail)) => {
                    rest = tail;
                    let Some(text) = self.files.get(&self.path(file)).cloned() else {
                        self.complain(&format!("{name}: 0: cannot open {file}: No such file\n"));
                        return Ok(127);
                    };
                    text
                }
            },
        };
        self.subshell(|shell| {
            shell.scope.shell = rest.first().cloned().unwrap_or_else(|| name.to_owned());
            shell.scope.arguments = rest.iter().skip(1).cloned().collect();
            shell.scope.variables.retain({
                let exported = shell.scope.exported.clone();
                move |name, _| exported.contains(name)
            });
            shell.scope.exit_on_error = false;
            shell.scope.trace = false;
            shell.set(&options);
            let conditions = std::mem::take(&mut shell.conditions);
            let outcome = shell.script(&script);
            shell.conditions = conditions;
            outcome
        })
    }

    fn set(&mut self, arguments: &[String]) {
        let mut named = false;
        for (position, argument) in arguments.iter().enumerate() {
            if std::mem::take(&mut named) {
                if argument == "errexit" {
                    self.scope.exit_on_error = true;
                }
                continue;
            }
            if argument == "--" {
                self.scope.arguments = arguments[position + 1..].to_vec();
                return;
            }
            let (on, flags) = match argument.split_at_checked(1) {
                Some(("-", flags)) => (true, flags),
                Some(("+", flags)) => (false, flags),
                _ => {
                    self.scope.arguments = arguments[position..].to_vec();
                    return;
                }
            };
            for flag in flags.chars() {
                match flag {
                    'e' => self.scope.exit_on_error = on,
                    'x' => self.scope.trace = on,
                    'u' => self.scope.error_on_unset = on,
                    'o' => named = true,
                    _ => {}
                }
            }
        }
    }

    fn read(&mut self, names: &[String]) -> i32 {
        let Some(text) = self.input.take().filter(|text| !text.is_empty()) else { return 1 };
        let (line, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let names: Vec<&String> = names.iter().filter(|name| !name.starts_with('-')).collect();
        let mut words = line.splitn(names.len().max(1), char::is_whitespace);
        for name in names {
            self.scope.variables.insert(name.clone(), words.next().unwrap_or_default().trim().to_owned());
        }
        self.input = Some(rest.to_owned());
        0
    }

    /// Expands words as a command's: unquoted results are split at blanks.
    fn expand_all(&mut self, words: &[Word]) -> Result<Vec<String>, Stop> {
        let mut all = Vec::new();
        for word in words {
            self.expand_into(word, &mut all)?;
            if all.len() > 20_000 {
                return Err(Stop::Never);
            }
        }
        Ok(all)
    }

    fn expand_into(&mut self, word: &Word, all: &mut Vec<String>) -> Result<(), Stop> {
        if let [Piece::Text { text, quoted: false }] = word.as_slice()
            && self.scope.shell.ends_with("bash")
            && let Some(words) = braces(text)
        {
            all.extend(words);
            return Ok(());
        }
        let mut current: Option<String> = None;
        for piece in word {
            // "$@" is the one quoted expansion that makes several words.
            if let Piece::Variable { name, operator: None, quoted: true } = piece
                && name == "@"
            {
                let arguments = self.scope.arguments.clone();
                for (position, argument) in arguments.iter().enumerate() {
                    if position > 0 {
                        all.extend(current.take());
                    }
                    current.get_or_insert_default().push_str(argument);
                }
                continue;
            }
            let (text, split) = self.piece(piece)?;
            if !split {
                current.get_or_insert_default().push_str(&text);
                continue;
            }
            if text.starts_with(char::is_whitespace) {
                all.extend(current.take());
            }
            let mut parts = text.split_whitespace().peekable();
            while let Some(part) = parts.next() {
                current.get_or_insert_default().push_str(part);
                if parts.peek().is_some() || text.ends_with(char::is_whitespace) {
                    all.extend(current.take());
                }
            }
        }
        all.extend(current);
        Ok(())
    }

    /// Expands a word to one text.
    fn expand_text(&mut self, word: &Word) -> Result<String, Stop> {
        let mut text = String::new();
        for piece in word {
            text.push_str(&self.piece(piece)?.0);
        }
        shorten(&mut text);
        Ok(text)
    }

    /// A piece's text, and whether it is to be split at blanks.
    fn piece(&mut self, piece: &Piece) -> Result<(String, bool), Stop> {
        let (mut text, split) = match piece {
            Piece::Text { text, .. } => (text.clone(), false),
            Piece::Variable { name, operator, quoted } => (self.variable(name, operator.as_ref())?, !quoted),
            Piece::Command { script, quoted } => {
                self.step()?;
                let (mut printed, outcome) =
                    self.captured(|shell| shell.subshell(|shell| shell.node(script)));
                self.status = outcome?;
                self.substituted = Some(self.status);
                printed.truncate(printed.trim_end_matches('\n').len());
                (printed, !quoted)
            }
            Piece::Arithmetic { text } => {
                let value = arith::evaluate(text, &|name| {
                    self.scope.variables.get(name).cloned().unwrap_or_default()
                });
                match value {
                    Ok(value) => (value.to_string(), false),
                    Err(message) => {
                        self.shell_error(1, &message);
                        return Err(Stop::Exit(2));
                    }
                }
            }
        };
        shorten(&mut text);
        Ok((text, split))
    }

    fn variable(&mut self, name: &str, operator: Option<&(Operator, Word)>) -> Result<String, Stop> {
        let value = self.value_of(name);
        let is_set = value.as_ref().is_some_and(|value| !value.is_empty());
        let Some((operator, word)) = operator else {
            if value.is_none() && self.scope.error_on_unset {
                self.shell_error(1, &format!("{name}: parameter not set"));
                return Err(Stop::Exit(2));
            }
            return Ok(value.unwrap_or_default());
        };
        let value = value.unwrap_or_default();
        Ok(match operator {
            Operator::Length => value.chars().count().to_string(),
            Operator::Default if !is_set => self.expand_text(word)?,
            Operator::Assign if !is_set => {
                let text = self.expand_text(word)?;
                self.scope.variables.insert(name.to_owned(), text.clone());
                text
            }
            Operator::Alternative => {
                if is_set {
                    self.expand_text(word)?
                } else {
                    String::new()
                }
            }
            Operator::Error if !is_set => {
                let text = self.expand_text(word)?;
                let text = if text.is_empty() { "parameter null or not set".to_owned() } else { text };
                self.shell_error(1, &format!("{name}: {text}"));
                return Err(Stop::Exit(2));
            }
            Operator::Default | Operator::Assign | Operator::Error => value,
            Operator::RemovePrefix { longest } => {
                let pattern = self.expand_text(word)?;
                let ends: Vec<usize> = boundaries(&value).collect();
                let found = |end: &&usize| programs::glob(&pattern, &value[..**end]);
                let end = if *longest { ends.iter().rev().find(found) } else { ends.iter().find(found) };
                value[end.copied().unwrap_or(0)..].to_owned()
            }
            Operator::RemoveSuffix { longest } => {
                let pattern = self.expand_text(word)?;
                let starts: Vec<usize> = boundaries(&value).collect();
                let found = |start: &&usize| programs::glob(&pattern, &value[**start..]);
                let start =
                    if *longest { starts.iter().find(found) } else { starts.iter().rev().find(found) };
                value[..start.copied().unwrap_or(value.len())].to_owned()
            }
        })
    }

    /// A variable's value, if it is set.
    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        match name {
            "?" => Some(self.status.to_string()),
            "#" => Some(self.scope.arguments.len().to_string()),
            "@" | "*" => Some(self.scope.arguments.join(" ")),
            "$" => Some("1".to_owned()),
            "!" => Some(String::new()),
            "0" => Some(self.scope.shell.clone()),
            "PWD" => Some(self.scope.directory.clone()),
            // Different each time and yet the same in every repetition.
            "RANDOM" => Some(
                (u64::from(self.steps).wrapping_mul(1_103_515_245).wrapping_add(self.at) % 32_768)
                    .to_string(),
            ),
            _ => match name.parse::<usize>() {
                Ok(position) => self.scope.arguments.get(position.wrapping_sub(1)).cloned(),
                Err(_) => self.scope.variables.get(name).cloned(),
            },
        }
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

/// Cuts a text at the limit, at a character's boundary.
fn shorten(text: &mut String) {
    if text.len() > MAX_TEXT {
        let mut end = MAX_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
}

/// `{1..5}` and `{a,b}` with what stands around them, as bash expands them.
fn braces(text: &str) -> Option<Vec<String>> {
    let (before, rest) = text.split_once('{')?;
    let (inner, after) = rest.split_once('}')?;
    if let Some((from, to)) = inner.split_once("..") {
        let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
        let count = from.abs_diff(to).min(10_000);
        let one = |step: u64| {
            let step = i64::try_from(step).unwrap_or(0);
            let number = if from <= to { from + step } else { from - step };
            format!("{before}{number}{after}")
        };
        return Some((0..=count).map(one).collect());
    }
    inner.contains(',').then(|| inner.split(',').map(|part| format!("{before}{part}{after}")).collect())
}

fn boundaries(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}
