//! Launches that nobody has heard of yet. Each is written down before it is sent and crossed out when its outcome is
//! known, so that one that was cut off is looked for before the same is sent again: by another press of the button,
//! another process, after a crash. Names and an id only; a job's environment may hold secrets.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Submit, submit::Submission};
use crate::{
    account::Session,
    error::AppError,
    stack::{private_file, private_folder},
    world::Moment,
};

/// AWS Batch tells of a job for at least seven days after its end; what is older cannot be found again.
const LONGEST: i64 = 7 * 24 * 60 * 60 * 1000;

/// A launch whose outcome is not known.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    queue: String,
    definition: String,
    name: String,
    submission: String,
    at: Moment,
}

/// It, for as long as somebody waits for its outcome; the lock on its file says that somebody does.
#[derive(Debug)]
pub(super) struct Unheard {
    path: PathBuf,
    _lock: File,
}

impl Unheard {
    /// Writes down what is about to be sent.
    pub(super) fn write(
        session: &Session,
        wanted: &Submit,
        submission: &Submission,
    ) -> Result<Self, AppError> {
        let folder = folder(session);
        private_folder(&folder)?;
        let path = folder.join(format!("{}.json", submission.id));
        let written = Written {
            queue: wanted.queue.clone(),
            definition: wanted.definition.clone(),
            name: wanted.name.clone(),
            submission: submission.id.clone(),
            at: submission.at,
        };
        // Whoever sees it sees it whole and locked.
        let draft = path.with_extension("new");
        let keep = || {
            let mut file = private_file(&draft)?;
            file.lock()?;
            file.write_all(serde_json::to_string(&written)?.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            // A folder can be told on Unix alone that there is a file in it.
            if cfg!(unix) {
                File::open(&folder)?.sync_all()?;
            }
            Ok(file)
        };
        let lock = keep().map_err(|error: io::Error| AppError::file(&path, &error))?;
        Ok(Self { path, _lock: lock })
    }

    /// Crosses it out: what became of it is known.
    pub(super) fn heard(self) {
        cross_out(&self.path);
    }
}

/// A launch of the same job that nobody waits for any more.
#[derive(Debug)]
pub(super) struct Abandoned {
    /// What it is known by.
    pub(super) submission: Submission,
    path: PathBuf,
}

impl Abandoned {
    /// The last of them, if there is one.
    pub(super) fn of(session: &Session, wanted: &Submit) -> Option<Self> {
        let entries = fs::read_dir(folder(session)).ok()?;
        let same = |(_, of): &(PathBuf, Written)| {
            (&of.queue, &of.definition, &of.name) == (&wanted.queue, &wanted.definition, &wanted.name)
        };
        let abandoned = entries.filter_map(|entry| read(session, &entry.ok()?.path()));
        let (path, last) = abandoned.filter(same).max_by_key(|(_, of)| of.at)?;
        Some(Self { submission: Submission { id: last.submission, at: last.at }, path })
    }

    /// Crosses it out.
    pub(super) fn heard(self) {
        cross_out(&self.path);
    }
}

/// What is written there, unless somebody waits for its outcome. What makes no sense is not ours, and what is too old
/// cannot be found: both go.
fn read(session: &Session, path: &Path) -> Option<(PathBuf, Written)> {
    let mut file = File::open(path).ok().filter(|_| path.extension().is_some_and(|end| end == "json"))?;
    file.try_lock().ok()?;
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    let written = serde_json::from_str::<Written>(&text).ok();
    let written = written.filter(|of| session.world.now().since(of.at) < LONGEST);
    if written.is_none() {
        cross_out(path);
    }
    Some((path.to_owned(), written?))
}

/// Where that fails, the launch is looked for once more than it need be.
fn cross_out(path: &Path) {
    let _ = fs::remove_file(path);
}

fn folder(session: &Session) -> PathBuf {
    session.folder.join("launches")
}
