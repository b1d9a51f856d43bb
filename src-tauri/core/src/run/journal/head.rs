//! Beside the journal, how many records it has and the check of the last: a journal that is cut short between two
//! records looks whole by itself.
//!
//! Written in place and after the record that it counts, so it may lag behind, and the chain vouches for the rest; it
//! is never ahead. Always of one length, so that writing it anew needs no room on a full disk.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::line;
use crate::stack::private_file;

/// What the journal was when this was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) records: usize,
    pub(super) check: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { records: 0, check: line::nothing() }
    }
}

impl Head {
    /// Reads the head of the journal at `path`. `None` where there is none, or only its name: a full disk has room for
    /// that. One that makes no sense is an error of the kind `InvalidData`.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        let text = match fs::read(beside(path)) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let parts = text.split_once(' ').and_then(|(records, check)| {
            Some(Self { records: records.parse().ok()?, check: check.strip_suffix('\n')?.to_owned() })
        });
        // Whatever else would be read as the same is not what was written.
        let head = parts.filter(|head| head.text() == text);
        head.map(Some).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its head makes no sense"))
    }

    /// Opens the head of the journal at `path` for writing.
    pub(super) fn file(path: &Path) -> io::Result<File> {
        private_file(&beside(path))
    }

    pub(super) fn write(&self, file: &mut File) -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(self.text().as_bytes())
    }

    fn text(&self) -> String {
        format!("{:010} {}\n", self.records, self.check)
    }
}

/// Where the head of the journal at `path` is.
pub(super) fn beside(path: &Path) -> PathBuf {
    path.with_extension("head")
}
