//! What is kept of a stack on this computer: its id, its blueprint, its journal. Ids and wishes only, no secret.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Wanted;
use crate::{account::Session, error::AppError, words::say, world::Moment};

/// What is written down of a stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// The value of its tag `slipway:stack-id`.
    pub id: String,
    /// When it was first created from here.
    pub created_at: Moment,
    /// What it should be.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// What it should have been before, as far as that names more: what was made then is still the stack's.
    #[serde(default)]
    pub earlier: Vec<Wanted>,
    /// What it was when somebody last brought it to an end; `None` until its first create has ended.
    #[serde(default)]
    pub settled: Option<Wanted>,
}

/// The folder of one stack.
#[derive(Debug, Clone)]
pub struct StackFolder {
    path: PathBuf,
}

impl StackFolder {
    /// The folder of the stack of this name in the session's account and region.
    pub fn of(session: &Session, name: &str) -> Self {
        Self { path: session.folder.join("stacks").join(name) }
    }

    /// The folders of every stack kept for the session's account and region.
    pub fn all(session: &Session) -> Result<Vec<Self>, AppError> {
        let path = session.folder.join("stacks");
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            Err(error) => return Err(AppError::file(&path, &error)),
        };
        let mut folders: Vec<_> =
            entries.filter_map(|entry| Some(Self { path: entry.ok()?.path() })).collect();
        folders.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(folders)
    }

    /// The stack's name.
    pub fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Where it is written down what the stack is.
    pub(crate) fn record(&self) -> PathBuf {
        self.path.join("stack.json")
    }

    /// Where its journal is.
    pub(crate) fn journal(&self) -> PathBuf {
        self.path.join("journal.jsonl")
    }

    /// What is written down, or `None` where nothing is.
    pub fn read(&self) -> Result<Option<Record>, AppError> {
        let path = self.record();
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| self.damaged(&error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(AppError::file(&path, &error)),
        }
    }

    /// Writes it down: whole or not at all.
    pub(crate) fn write(&self, record: &Record) -> Result<(), AppError> {
        self.make()?;
        let path = self.record();
        let text = serde_json::to_string_pretty(record).map_err(|error| self.damaged(&error))?;
        let draft = self.path.join("stack.json.new");
        let written = private_file(&draft).and_then(|mut file| {
            file.set_len(0)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&draft, &path)).map_err(|error| AppError::file(&path, &error))
    }

    /// Forgets the stack: it is gone from the account.
    pub(crate) fn forget(&self) -> Result<(), AppError> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AppError::file(&self.path, &error)),
            _ => Ok(()),
        }
    }

    /// What its one writer locks.
    pub(super) fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    pub(super) fn make(&self) -> Result<(), AppError> {
        private_folder(&self.path)
    }

    fn damaged(&self, error: &serde_json::Error) -> AppError {
        let (path, name) = (self.record().display().to_string(), self.name());
        AppError::new(say("record-damaged", &[("path", &path), ("name", &name)]))
            .because(error)
            .advise(say("record-damaged-advice", &[("name", &name)]))
    }
}

/// Makes a folder, and those above it, that only its owner may look into.
pub(crate) fn private_folder(path: &Path) -> Result<(), AppError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| AppError::file(path, &error))
}

/// Opens a file that only its owner may read, for reading and writing.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// No stack of this name is known here.
pub(crate) fn unknown(name: &str) -> AppError {
    AppError::new(say("stack-unknown", &[("name", name)])).advise(say("stack-unknown-advice", &[]))
}
