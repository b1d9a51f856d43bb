//! The journal of a stack: intent first, outcome after.
//!
//! Append-only, one record a line, each carrying the hash of the one before, and on the disk before the call
//! that it announces is sent. A memory, not the truth: the account is, and a lost journal costs nothing but
//! the knowledge of what an unfinished run had made.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    error::AppError,
    plan::{Act, RunAct},
    stack::private_file,
    words::say,
    world::Moment,
};

/// The version of the format; a newer one is left alone.
const VERSION: u32 = 1;

/// What is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub(super) enum Record {
    /// A run begins, or goes on after it was stopped or killed.
    Began {
        /// The run.
        run: String,
        /// What it is for.
        act: RunAct,
        /// Every step, by its resource.
        steps: Vec<(String, Act)>,
        /// Those of which nothing could be seen before.
        #[serde(default)]
        blind: BTreeSet<String>,
    },
    /// A call is about to be sent.
    Intent {
        /// The step.
        step: String,
        /// `iam:CreateRole`.
        action: String,
        /// What it acts on.
        on: String,
        /// Whether it brings the step's resource into being.
        #[serde(default)]
        creates: bool,
    },
    /// What became of it.
    Outcome {
        /// The step.
        step: String,
        /// `iam:CreateRole`.
        action: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// A step is done: AWS shows it as wanted.
    StepDone {
        /// The step.
        step: String,
    },
    /// The run came to an end.
    Ended {
        /// How.
        ending: Ending,
        /// What a failed run failed at.
        failure: Option<AppError>,
    },
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// AWS did it.
    Done,
    /// The reply was lost or the thing was there; a look showed that it has happened.
    Found,
    /// AWS refused, in its words.
    Refused(String),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ending {
    /// Everything is done.
    Done,
    /// A step failed; somebody has to decide.
    Failed,
    /// Stopped by a person; somebody has to decide.
    Stopped,
    /// A person chose to keep what was made.
    Kept,
}

/// A record as it stands in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    v: u32,
    at: Moment,
    prev: String,
    #[serde(flatten)]
    record: Record,
}

/// The journal of one stack, open for appending.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    prev: String,
}

/// What a journal says.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Its records in order.
    pub(super) records: Vec<(Moment, Record)>,
    prev: String,
    /// Bytes up to the end of the last whole record.
    length: u64,
    torn: bool,
}

impl Journal {
    /// Opens the journal at `path` for appending, or begins one.
    ///
    /// A damaged journal is kept aside under another name. A record torn by a crash announces a call that was
    /// never sent, or the outcome of one that is looked for anyway; so it is cut off.
    pub(crate) fn open(path: &Path, now: Moment) -> Result<(Self, History), AppError> {
        let history = match History::read(path) {
            Ok(history) => history,
            Err(error) if error.code == "journal-damaged" => {
                set_aside(path, now)?;
                History::default()
            }
            Err(error) => return Err(error),
        };
        let failed = |error: io::Error| AppError::file(path, &error);
        let mut file = private_file(path).map_err(failed)?;
        if history.torn {
            file.set_len(history.length).map_err(failed)?;
        }
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok((Self { path: path.to_owned(), file, prev: history.prev.clone() }, history))
    }

    /// Writes a record; when this returns it is on the disk.
    pub(crate) fn append(&mut self, at: Moment, record: Record) -> Result<(), AppError> {
        let line = Line { v: VERSION, at, prev: self.prev.clone(), record };
        let written = serde_json::to_string(&line).map_err(io::Error::other).and_then(|text| {
            self.file.write_all(format!("{text}\n").as_bytes())?;
            self.file.sync_data()?;
            Ok(text)
        });
        let text = written.map_err(|error| {
            AppError::new(say("journal-unwritable", &[("path", &self.path.display().to_string())]))
                .because(error)
                .advise(say("file-failed-advice", &[]))
        })?;
        self.prev = hash(&text);
        Ok(())
    }
}

impl History {
    /// Reads the journal at `path`; one that is not there says nothing.
    pub(crate) fn read(path: &Path) -> Result<Self, AppError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(AppError::file(path, &error)),
        };
        let mut history = Self::default();
        let mut reader = BufReader::new(file);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read = reader.read_until(b'\n', &mut bytes).map_err(|error| AppError::file(path, &error))?;
            if read == 0 {
                return Ok(history);
            }
            if bytes.last() != Some(&b'\n') {
                history.torn = true;
                return Ok(history);
            }
            let text = std::str::from_utf8(&bytes[..read - 1]).map_err(|error| damaged(path, error))?;
            let line: Line = serde_json::from_str(text).map_err(|error| damaged(path, error))?;
            if line.v > VERSION {
                return Err(AppError::new(say("journal-newer", &[("path", &path.display().to_string())]))
                    .advise(say("journal-newer-advice", &[])));
            }
            if line.prev != history.prev {
                return Err(damaged(path, "a record does not follow the one before it"));
            }
            history.prev = hash(text);
            history.length += read as u64;
            history.records.push((line.at, line.record));
        }
    }
}

fn hash(text: &str) -> String {
    BASE64_STANDARD_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

fn damaged(path: &Path, cause: impl ToString) -> AppError {
    AppError::new(say("journal-damaged", &[("path", &path.display().to_string())])).because(cause)
}

fn set_aside(path: &Path, now: Moment) -> Result<(), AppError> {
    let aside = path.with_extension(format!("damaged-{}.jsonl", now.0));
    fs::rename(path, &aside).map_err(|error| AppError::file(path, &error))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn intent(n: usize) -> Record {
        Record::Intent {
            step: format!("vpc/{n}"),
            action: "ec2:CreateVpc".to_owned(),
            on: "a".to_owned(),
            creates: true,
        }
    }

    fn journal_of(count: usize) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, Moment(0)).unwrap();
        for n in 0..count {
            journal.append(Moment(i64::try_from(n).unwrap()), intent(n)).unwrap();
        }
        (folder, path)
    }

    #[test]
    fn what_was_written_is_read_again_and_goes_on() {
        let (_folder, path) = journal_of(3);
        let (mut journal, history) = Journal::open(&path, Moment(9)).unwrap();
        assert_eq!(history.records.len(), 3);
        journal.append(Moment(9), intent(3)).unwrap();
        assert_eq!(History::read(&path).unwrap().records[3].1, intent(3));
    }

    #[test]
    fn a_torn_record_is_cut_off() {
        let (_folder, path) = journal_of(3);
        let length = fs::metadata(&path).unwrap().len();
        private_file(&path).unwrap().set_len(length - 5).unwrap();
        let (mut journal, history) = Journal::open(&path, Moment(9)).unwrap();
        assert_eq!(history.records.len(), 2);
        journal.append(Moment(9), intent(7)).unwrap();
        assert_eq!(History::read(&path).unwrap().records.len(), 3);
    }

    #[test]
    fn a_newer_journal_is_left_alone() {
        let (_folder, path) = journal_of(1);
        let newer = fs::read_to_string(&path).unwrap().replace("\"v\":1", "\"v\":2");
        fs::write(&path, &newer).unwrap();
        assert_eq!(Journal::open(&path, Moment(9)).unwrap_err().code, "journal-newer");
        assert_eq!(fs::read_to_string(&path).unwrap(), newer);
    }

    proptest! {
        /// Any byte changed to any other is noticed: the journal is set aside, or only its torn end is cut.
        #[test]
        fn a_changed_byte_is_noticed(at in 0_usize..1000, to in any::<u8>()) {
            let (folder, path) = journal_of(4);
            let mut bytes = fs::read(&path).unwrap();
            let at = at % bytes.len();
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            fs::write(&path, &bytes).unwrap();
            // The last record has no successor to vouch for it; its own shape must.
            let last = bytes[..bytes.len() - 1].iter().rposition(|b| *b == b'\n').unwrap();
            prop_assume!(at <= last);
            match Journal::open(&path, Moment(9)) {
                Ok((_, history)) => {
                    prop_assert!(history.records.is_empty());
                    prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
                }
                Err(error) => prop_assert_eq!(error.code, "journal-newer"),
            }
        }
    }
}
