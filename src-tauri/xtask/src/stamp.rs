//! Knowing that a step need not be done again, by the content of what it was made from.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::shell::Outcome;

/// A fingerprint of files, folders and words. It need only notice edits, not resist attack.
#[derive(Default)]
pub(crate) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    pub(crate) fn word(mut self, word: &str) -> Self {
        word.hash(&mut self.0);
        self
    }

    /// The file's content; a missing file counts as such.
    pub(crate) fn file(mut self, path: &Path) -> Self {
        fs::read(path).ok().hash(&mut self.0);
        self
    }

    /// All files below, by name and content, leaving out what is itself made.
    pub(crate) fn folder(mut self, folder: &Path, made: &[&str]) -> Outcome<Self> {
        for path in files(folder, made)? {
            path.hash(&mut self.0);
            fs::read(&path)?.hash(&mut self.0);
        }
        Ok(self)
    }

    pub(crate) fn text(self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// Does `step` unless the stamp says that it was done for this fingerprint; stamps after it has succeeded.
pub(crate) fn unless_done(stamp: &Path, fingerprint: &str, step: impl FnOnce() -> Outcome) -> Outcome {
    if fs::read_to_string(stamp).is_ok_and(|found| found == fingerprint) {
        return Ok(());
    }
    step()?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(stamp, fingerprint)?)
}

/// Every file below a folder, in a fixed order; `skip` names files and folders at any depth.
pub(crate) fn files(folder: &Path, skip: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if skip.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            let path = entry.path();
            if entry.file_type()?.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
