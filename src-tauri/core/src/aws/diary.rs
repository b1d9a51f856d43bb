//! The calls as they are kept on this computer, so that after a crash one can read what happened: a line of JSON each,
//! for the owner alone, and never more than two files of a bounded size.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::ActivityEntry;

/// Some ten thousand calls.
const MOST_BYTES: u64 = 2 * 1024 * 1024;

/// Where the calls of one account and region are kept.
#[derive(Debug)]
pub(super) struct Diary {
    folder: PathBuf,
}

impl Diary {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Adds a call. It is not what anything rests on, so a full disk is not its business to tell.
    pub(super) fn write(&self, entry: &ActivityEntry) {
        let _ = self.try_write(entry);
    }

    fn try_write(&self, entry: &ActivityEntry) -> io::Result<()> {
        let line = serde_json::to_string(entry)? + "\n";
        let path = self.now();
        if fs::metadata(&path).is_ok_and(|file| file.len() + line.len() as u64 > MOST_BYTES) {
            fs::rename(&path, self.before())?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // Opened each time: another Slipway may have begun a new file, and a reset takes the whole folder.
        let mut file = options.open(&path).or_else(|_| {
            self.make()?;
            options.open(&path)
        })?;
        // At once, so that the lines of two programs do not mix.
        file.write_all(line.as_bytes())
    }

    /// The last calls that are kept, oldest first. What cannot be read is passed over: a line torn by a crash, one of
    /// a newer Slipway.
    pub(super) fn read(&self, most: usize) -> Vec<ActivityEntry> {
        let texts = [self.before(), self.now()].map(|path| fs::read(path).unwrap_or_default());
        let mut entries = Vec::new();
        for text in &texts {
            let lines = text.split(|byte| *byte == b'\n');
            entries.extend(lines.filter_map(|line| serde_json::from_slice::<ActivityEntry>(line).ok()));
        }
        entries.split_off(entries.len().saturating_sub(most))
    }

    fn now(&self) -> PathBuf {
        self.folder.join("activity.jsonl")
    }

    fn before(&self) -> PathBuf {
        self.folder.join("activity-before.jsonl")
    }

    fn make(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Moment;

    fn entry(at: i64) -> ActivityEntry {
        ActivityEntry {
            at: Moment(at),
            service: "iam".to_owned(),
            action: "CreateRole".to_owned(),
            resource: Some("imaging-batch".to_owned()),
            outcome: "ok".to_owned(),
            failed: false,
            milliseconds: 12,
            attempts: 1,
            request_id: Some("r".repeat(36)),
            changes: true,
        }
    }

    #[test]
    fn what_is_written_is_read_and_torn_lines_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let diary = Diary::in_folder(&folder.path().join("aws-1/us-east-1"));
        diary.write(&entry(1));
        fs::write(diary.now(), fs::read_to_string(diary.now()).unwrap() + "{\"at\":2,\"ser\n").unwrap();
        diary.write(&entry(3));
        assert_eq!(diary.read(10), [entry(1), entry(3)]);
        assert_eq!(diary.read(1), [entry(3)]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(diary.now()).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let diary = Diary::in_folder(folder.path());
        for at in 0..25_000 {
            diary.write(&entry(at));
        }
        let bytes = |path| fs::metadata(path).unwrap().len();
        assert!(bytes(diary.now()) <= MOST_BYTES && bytes(diary.before()) <= MOST_BYTES);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert_eq!(diary.read(1), [entry(24_999)]);
    }
}
