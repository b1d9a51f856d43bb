//! What a container prints: cut into lines as they come, and bounded.

use super::{ErrorSink, MAX_PRINTED, MAX_TEXT, Machine};
use crate::sim::{Line, expand::shorten};

impl Machine<'_> {
    /// Standard output.
    pub(in crate::sim) fn print(&mut self, text: &str) {
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
    pub(in crate::sim) fn complain(&mut self, text: &str) {
        match self.errors.last_mut() {
            None | Some(ErrorSink::Console) => self.console(text),
            Some(ErrorSink::Output) => self.print(text),
            Some(ErrorSink::Nowhere) => {}
            Some(ErrorSink::Kept(kept)) => kept.push_str(text),
        }
    }

    /// A complaint in the shell's name.
    pub(in crate::sim) fn shell_error(&mut self, line: usize, text: &str) {
        let shell = &self.scope.shell;
        let message = if shell.ends_with("bash") {
            format!("{shell}: line {line}: {text}\n")
        } else {
            format!("{shell}: {line}: {text}\n")
        };
        self.complain(&message);
    }

    pub(in crate::sim) fn console(&mut self, text: &str) {
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

    pub(in crate::sim) fn line(&mut self, mut text: String) {
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
}
