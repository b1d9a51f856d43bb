//! The commands that belong to the shell itself, and starting a shell.

use super::exec::{Flow, Machine, Stop};
use super::programs;

impl Machine<'_> {
    /// A command of a script: one that belongs to the shell itself, or a program.
    pub(super) fn command(&mut self, words: &[String], line: usize) -> Flow {
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

    pub(super) fn set(&mut self, arguments: &[String]) {
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

    pub(super) fn read(&mut self, names: &[String]) -> i32 {
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
}
