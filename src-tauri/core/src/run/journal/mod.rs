//! The journal of a stack: intent first, outcome after.
//!
//! Append-only, one record a line, each carrying the check of the one before and its own, and on the disk before the
//! call that it announces is sent. A memory, not the truth: the account is. A journal that cannot be relied on stays
//! as it is, and nothing is changed, until a person has it begun anew from what the account shows.

mod aside;
mod course;
mod head;
mod line;
mod read;
mod record;

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

pub(super) use aside::set_aside;
pub(super) use read::History;
pub(super) use record::{Ending, Outcome, Record};

use crate::{error::AppError, stack::private_file, words::say, world::Moment};
use course::Course;
use head::Head;

/// The journal of one stack, open for appending.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    head_file: File,
    head: Head,
    course: Course,
    /// Set by the first write that fails: what is on the disk is not known from then on, so nothing is added and
    /// nothing sent.
    shut: bool,
}

impl Journal {
    /// Opens the journal at `path` for appending, or begins one. A record torn by a crash is cut off.
    pub(super) fn open(path: &Path) -> Result<(Self, History), AppError> {
        let mut history = History::read(path)?;
        let failed = |error: io::Error| AppError::file(path, &error);
        let head = Head { records: history.records.len(), check: history.check.clone() };
        // Before the journal, so that none is ever without.
        let mut head_file = Head::file(path).map_err(failed)?;
        head.write(&mut head_file).map_err(failed)?;
        let mut file = private_file(path).map_err(failed)?;
        if history.torn {
            file.set_len(history.length).map_err(failed)?;
        }
        if history.records.is_empty() {
            keep_names(path).map_err(failed)?;
        }
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let course = std::mem::take(&mut history.course);
        Ok((Self { path: path.to_owned(), file, head_file, head, course, shut: false }, history))
    }

    /// Writes a record; when this returns it is on the disk.
    pub(super) fn append(&mut self, at: Moment, record: Record) -> Result<(), AppError> {
        if self.shut {
            return Err(self.unwritable("a record before this one could not be written"));
        }
        self.course.follow(&record).map_err(|why| {
            AppError::new(say("journal-out-of-order", &[("path", &self.path.display().to_string())]))
                .because(why)
                .advise(say("journal-out-of-order-advice", &[]))
        })?;
        self.shut = true;
        self.write(at, record).map_err(|error| self.unwritable(error))?;
        self.shut = false;
        Ok(())
    }

    fn write(&mut self, at: Moment, record: Record) -> io::Result<()> {
        let (text, check) = line::write(at, &self.head.check, record).map_err(io::Error::other)?;
        self.file.write_all(format!("{text}\n").as_bytes())?;
        self.file.sync_data()?;
        self.head = Head { records: self.head.records + 1, check };
        self.head.write(&mut self.head_file)
    }

    fn unwritable(&self, error: impl ToString) -> AppError {
        AppError::new(say("journal-unwritable", &[("path", &self.path.display().to_string())]))
            .because(error)
            .advise(say("file-failed-advice", &[]))
    }
}

/// That there is such a file must survive a crash as well; a folder can be told so on Unix alone.
fn keep_names(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
