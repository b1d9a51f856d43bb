//! Reading a journal back: whole, or not at all.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use super::{
    course::Course,
    head::Head,
    line::{self, Unread},
    record::Record,
};
use crate::{error::AppError, words::say, world::Moment};

/// What a journal says.
#[derive(Debug)]
pub(in crate::run) struct History {
    /// Its records in order.
    pub(in crate::run) records: Vec<(Moment, Record)>,
    /// The check of the last of them.
    pub(super) check: String,
    pub(super) course: Course,
    /// Bytes up to the end of the last whole record.
    pub(super) length: u64,
    /// Whether there are more: a record that a crash has torn. It announces a call that was never sent, or the
    /// outcome of one that is looked for anyway.
    pub(super) torn: bool,
}

impl Default for History {
    fn default() -> Self {
        Self { records: vec![], check: line::nothing(), course: Course::default(), length: 0, torn: false }
    }
}

impl History {
    /// Reads the journal at `path`; one that is not there says nothing.
    pub(in crate::run) fn read(path: &Path) -> Result<Self, AppError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::InvalidData => damaged(path, error),
            _ => AppError::file(path, &error),
        };
        // First the head: somebody may be writing, and the journal is never behind it.
        let head = Head::read(path).map_err(failed)?;
        let mut history = Self::default();
        let mut vouched = head.as_ref().is_none_or(|head| *head == Head::default());
        match File::open(path) {
            Ok(file) => {
                let mut reader = BufReader::new(file);
                while history.take(&mut reader, path).map_err(failed)?? {
                    let so_far = Head { records: history.records.len(), check: history.check.clone() };
                    vouched |= head.as_ref() == Some(&so_far);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        if !vouched {
            if Head::read(path).map_err(failed)?.is_none() {
                // The stack is gone, and at this moment its folder goes.
                return Ok(Self::default());
            }
            return Err(damaged(path, "it does not hold the last record that its head tells of"));
        }
        if head.is_none() && (history.torn || history.length > 0) {
            return Err(damaged(path, "its head is gone"));
        }
        Ok(history)
    }

    /// Reads one line; false at the end.
    fn take(&mut self, reader: &mut impl BufRead, path: &Path) -> io::Result<Result<bool, AppError>> {
        let mut bytes = Vec::new();
        let read = reader.read_until(b'\n', &mut bytes)?;
        if bytes.pop() != Some(b'\n') {
            self.torn = read > 0;
            return Ok(Ok(false));
        }
        let (at, record, check) = match line::read(&bytes, &self.check) {
            Ok(found) => found,
            Err(Unread::Newer) => return Ok(Err(newer(path))),
            Err(Unread::Damaged(why)) => return Ok(Err(damaged(path, why))),
        };
        if let Err(why) = self.course.follow(&record) {
            return Ok(Err(damaged(path, why)));
        }
        self.records.push((at, record));
        self.check = check;
        self.length += read as u64;
        Ok(Ok(true))
    }
}

fn newer(path: &Path) -> AppError {
    let (file, name) = shown(path);
    let params = [("path", file.as_str()), ("name", name.as_str())];
    AppError::new(say("journal-newer", &params)).advise(say("journal-newer-advice", &params))
}

fn damaged(path: &Path, cause: impl ToString) -> AppError {
    let (file, name) = shown(path);
    let params = [("path", file.as_str()), ("name", name.as_str())];
    AppError::new(say("journal-damaged", &params))
        .because(cause)
        .advise(say("journal-damaged-advice", &params))
}

/// A journal, and the stack that it is of: a stack's folder bears its name.
fn shown(path: &Path) -> (String, String) {
    let stack = path.parent().and_then(Path::file_name).unwrap_or_default();
    (path.display().to_string(), stack.to_string_lossy().into_owned())
}
