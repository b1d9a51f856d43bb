//! What was changed of what others made, a line of JSON each in the session's folder: the change before it is sent, and
//! what became of it. The account is the truth; this is how a person finds again what to take back.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Change;
use crate::{
    account::Session,
    error::AppError,
    words::{Text, say},
    world::{Moment, World},
};

const FILE: &str = "mended.jsonl";

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Note {
    /// When.
    pub at: Moment,
    /// What is about to be sent, or was.
    pub change: Change,
    /// How far it is.
    pub outcome: Outcome,
}

/// How far a change is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// It is about to be sent.
    Intended,
    /// AWS shows it.
    Done,
    /// AWS refused it.
    Refused {
        /// In its words.
        words: String,
    },
}

pub(super) struct Notes {
    path: PathBuf,
    world: World,
}

impl Notes {
    pub(super) fn of(session: &Session) -> Self {
        Self { path: session.folder.join(FILE), world: session.world.clone() }
    }

    /// On the disk before anything is sent.
    pub(super) fn intend(&self, change: &Change) -> Result<(), AppError> {
        self.add(change, Outcome::Intended)
    }

    pub(super) fn done(&self, change: &Change) -> Result<(), AppError> {
        self.add(change, Outcome::Done)
    }

    pub(super) fn refused(&self, change: &Change, words: &str) -> Result<(), AppError> {
        self.add(change, Outcome::Refused { words: words.to_owned() })
    }

    /// It is as wanted already: where the last line says that it was about to be sent, that is how it came to be.
    pub(super) fn found(&self, change: &Change) -> Result<(), AppError> {
        let last = read(&self.path).into_iter().rev().find(|note| note.change == *change);
        match last {
            Some(Note { outcome: Outcome::Intended, .. }) => self.done(change),
            _ => Ok(()),
        }
    }

    fn add(&self, change: &Change, outcome: Outcome) -> Result<(), AppError> {
        let note = Note { at: self.world.now(), change: change.clone(), outcome };
        self.write(&note).map_err(|error| AppError::file(&self.path, &error))
    }

    fn write(&self, note: &Note) -> io::Result<()> {
        // A line that a crash tore must not take the next one with it.
        let text = fs::read(&self.path).unwrap_or_default();
        let torn = text.last().is_some_and(|byte| *byte != b'\n');
        let line = format!("{}{}\n", if torn { "\n" } else { "" }, serde_json::to_string(note)?);
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    }
}

/// What was changed here, oldest first.
pub fn history(session: &Session) -> Vec<Note> {
    read(&session.folder.join(FILE))
}

/// The changes, oldest first, each as far as it came: one whose end is not known may have been carried out.
pub fn changes(session: &Session) -> Vec<Note> {
    let mut changes: Vec<Note> = vec![];
    for note in history(session) {
        // The same may be done again after somebody took it back.
        let open = |known: &&mut Note| known.outcome == Outcome::Intended && known.change == note.change;
        match changes.iter_mut().rev().find(open) {
            Some(known) => *known = note,
            None => changes.push(note),
        }
    }
    changes
}

impl Outcome {
    /// In a sentence.
    pub fn says(&self) -> Text {
        match self {
            Self::Intended => say("mend-history-open", &[]),
            Self::Done => say("mend-history-done", &[]),
            Self::Refused { words } => say("mend-history-refused", &[("words", words)]),
        }
    }
}

/// What cannot be read is passed over: a line torn by a crash, one of a newer Slipway.
fn read(path: &Path) -> Vec<Note> {
    let text = fs::read(path).unwrap_or_default();
    text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}
