//! Where input comes from and output goes, and the files of a container.

use super::{ErrorSink, Flow, MAX_PRINTED, Machine};
use crate::sim::ast::{Redirect, RedirectKind};

impl Machine<'_> {
    pub(in crate::sim) fn redirected(
        &mut self,
        redirects: &[Redirect],
        work: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
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

    pub(in crate::sim) fn write_file(&mut self, name: String, text: &str, append: bool) {
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
    pub(in crate::sim) fn path(&self, name: &str) -> String {
        if name.starts_with('/') {
            name.to_owned()
        } else {
            format!("{}/{}", self.scope.directory.trim_end_matches('/'), name.trim_start_matches("./"))
        }
    }
}
