//! Where the account is kept: in memory, or in a file that several processes share.

use crate::ids::Ids;
use crate::service;
use crate::state::State;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The format this version writes. A file of a newer one is set aside, never guessed at.
const FORMAT: u32 = 1;
const ACCOUNT_FILE: &str = "account.json";
const LOCK_FILE: &str = "account.lock";

/// Why the practice account could not be used.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The folder or a file in it cannot be read or written.
    #[error("cannot {doing} {}", .path.display())]
    File {
        /// `read`, `write`, `lock`.
        doing: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The account could not be written as JSON.
    #[error("the practice account cannot be written as JSON")]
    Json(#[source] serde_json::Error),
    /// A policy of the caller's is none.
    #[error("IAM would not take the caller's policies")]
    Policy(#[source] crate::fault::Fault),
}

/// A state file that could not be used, and where it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct SetAside {
    /// What was wrong with it.
    pub why: Unusable,
    /// The name it was given; a fresh account took its place.
    pub kept_as: PathBuf,
}

/// What can be wrong with a state file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unusable {
    /// It cannot be read as an account.
    Damaged {
        /// The parser's reason.
        reason: String,
    },
    /// A newer Slipway wrote it.
    Newer {
        /// The format it has.
        format: u32,
    },
}

/// The account and where it lives.
#[derive(Debug)]
pub(crate) enum Store {
    Memory(Mutex<State>),
    File(Mutex<FileStore>),
}

impl Store {
    pub(crate) fn memory(seed: u64) -> Self {
        Self::Memory(Mutex::new(State::new(seed)))
    }

    pub(crate) fn file(dir: &Path) -> Result<Self, PracticeError> {
        let mut store = FileStore::new(dir)?;
        store.after(|_| (), |_| ())?;
        Ok(Self::File(Mutex::new(store)))
    }

    /// Lets `f` read and write the account; when it returns, what it wrote is kept.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut State) -> R) -> Result<R, PracticeError> {
        self.after(|_| (), f)
    }

    /// The same at a moment: what fell due by then is worked off first. That alone is not written down, since
    /// whoever reads the file works it off again and with the same result; so looking at an account full of
    /// running jobs costs no write.
    pub(crate) fn at<R>(&self, now: Millis, f: impl FnOnce(&mut State) -> R) -> Result<R, PracticeError> {
        self.after(|state| service::catch_up(state, now), f)
    }

    fn after<R>(
        &self,
        first: impl FnOnce(&mut State),
        f: impl FnOnce(&mut State) -> R,
    ) -> Result<R, PracticeError> {
        match self {
            Self::Memory(state) => {
                let mut state = locked(state);
                first(&mut state);
                Ok(f(&mut state))
            }
            Self::File(file) => locked(file).after(first, f),
        }
    }

    pub(crate) fn set_aside(&self) -> Option<SetAside> {
        match self {
            Self::Memory(_) => None,
            Self::File(file) => locked(file).set_aside.clone(),
        }
    }
}

/// A panic elsewhere cannot leave half a state behind: parts are replaced whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A new account after this one: same settings, and identifiers that were never seen before.
pub(crate) fn fresh(old: &State) -> State {
    let mut state = State::new(old.seed().wrapping_add(1));
    state.settings = old.settings.clone();
    state
}

/// The account in a file. Whoever uses it holds the lock on a second file meanwhile, which also counts the
/// writes, so that others see that theirs is stale.
#[derive(Debug)]
pub(crate) struct FileStore {
    dir: PathBuf,
    cached: Option<(Stamp, State)>,
    set_aside: Option<SetAside>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    writes: u64,
    modified: Option<SystemTime>,
    length: u64,
}

#[derive(Deserialize)]
struct Kept<S> {
    format: u32,
    #[serde(bound = "S: Deserialize<'de>")]
    state: S,
}

impl FileStore {
    fn new(dir: &Path) -> Result<Self, PracticeError> {
        private_folder(dir).map_err(file("create", dir))?;
        Ok(Self { dir: dir.to_owned(), cached: None, set_aside: None })
    }

    fn after<R>(
        &mut self,
        first: impl FnOnce(&mut State),
        f: impl FnOnce(&mut State) -> R,
    ) -> Result<R, PracticeError> {
        let lock_path = self.dir.join(LOCK_FILE);
        let mut lock = private(OpenOptions::new().read(true).write(true).create(true).truncate(false))
            .open(&lock_path)
            .map_err(file("open", &lock_path))?;
        lock.lock().map_err(file("lock", &lock_path))?;
        let writes = read_count(&mut lock).map_err(file("read", &lock_path))?;

        let stamp = self.stamp(writes);
        // Taken, not copied: what falls due is then worked off in place.
        let (mut before, is_new) = match self.cached.take() {
            Some((cached, state)) if cached == stamp => (state, false),
            _ => self.read()?,
        };
        first(&mut before);
        let mut state = before.clone();
        let result = f(&mut state);
        if is_new || !state.same(&before) {
            // Counting first: a crash in between makes the others read once more, never too little.
            write_count(&mut lock, writes + 1).map_err(file("write", &lock_path))?;
            self.write(&state)?;
            self.cached = Some((self.stamp(writes + 1), state));
        } else {
            self.cached = Some((stamp, state));
        }
        Ok(result)
    }

    fn stamp(&self, writes: u64) -> Stamp {
        let meta = fs::metadata(self.dir.join(ACCOUNT_FILE)).ok();
        Stamp {
            writes,
            modified: meta.as_ref().and_then(|m| m.modified().ok()),
            length: meta.map_or(0, |m| m.len()),
        }
    }

    /// The account in the file, and whether it is a fresh one that is not there yet.
    fn read(&mut self) -> Result<(State, bool), PracticeError> {
        let path = self.dir.join(ACCOUNT_FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok((State::new(random_seed()), true)),
            Err(e) => return Err(file("read", &path)(e)),
        };
        let why = match serde_json::from_slice::<Kept<State>>(&bytes) {
            Ok(kept) if kept.format == FORMAT => return Ok((kept.state, false)),
            Ok(kept) => Unusable::Newer { format: kept.format },
            Err(e) => match serde_json::from_slice::<Kept<serde::de::IgnoredAny>>(&bytes) {
                Ok(kept) if kept.format > FORMAT => Unusable::Newer { format: kept.format },
                _ => Unusable::Damaged { reason: e.to_string() },
            },
        };
        let kept_as = self.unused_name(&why);
        fs::rename(&path, &kept_as).map_err(file("set aside", &path))?;
        tracing::warn!(?why, kept_as = %kept_as.display(), "the practice account's file was set aside");
        self.set_aside = Some(SetAside { why, kept_as });
        Ok((State::new(random_seed()), true))
    }

    fn unused_name(&self, why: &Unusable) -> PathBuf {
        let word = match why {
            Unusable::Damaged { .. } => "damaged",
            Unusable::Newer { .. } => "newer",
        };
        let mut number = 1_u32;
        loop {
            let path = self.dir.join(format!("account.{word}-{number}.json"));
            if !path.exists() {
                return path;
            }
            number += 1;
        }
    }

    fn write(&self, state: &State) -> Result<(), PracticeError> {
        #[derive(Serialize)]
        struct Keeping<'a> {
            format: u32,
            state: &'a State,
        }
        let text = serde_json::to_vec(&Keeping { format: FORMAT, state }).map_err(PracticeError::Json)?;
        let path = self.dir.join(ACCOUNT_FILE);
        let beside = self.dir.join("account.json.new");
        let mut out = private(OpenOptions::new().write(true).create(true).truncate(true))
            .open(&beside)
            .map_err(file("write", &beside))?;
        out.write_all(&text).map_err(file("write", &beside))?;
        drop(out);
        fs::rename(&beside, &path).map_err(file("write", &path))
    }
}

fn file<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> PracticeError + 'a {
    move |source| PracticeError::File { doing, path: path.to_owned(), source }
}

#[cfg(unix)]
fn private_folder(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(not(unix))]
fn private_folder(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn read_count(lock: &mut File) -> io::Result<u64> {
    let mut text = String::new();
    lock.take(32).read_to_string(&mut text)?;
    Ok(text.trim().parse().unwrap_or(0))
}

fn write_count(lock: &mut File, count: u64) -> io::Result<()> {
    lock.seek(SeekFrom::Start(0))?;
    // As wide as the widest number, so that a shorter one never leaves the tail of a longer.
    write!(lock, "{count:<20}")
}

/// The only randomness there is: it tells one person's account from another's. Without it, they are alike.
fn random_seed() -> u64 {
    getrandom::u64().unwrap_or(Ids::default().seed)
}
