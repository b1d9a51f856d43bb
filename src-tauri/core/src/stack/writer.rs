//! One writer at a time: the right to change a stack, and who has it.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{StackFolder, private_file};
use crate::{
    account::{Program, Session},
    error::AppError,
    plan::RunAct,
    words::{Text, say},
    world::Moment,
};

/// Who has the right, as it stands in the file that is locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    program: Program,
    process: u32,
    since: Moment,
    /// What for; not known while it is being found out.
    act: Option<RunAct>,
}

/// The right to change a stack, for as long as this lives. It goes with the process, however that ends.
#[derive(Debug)]
pub struct Writer {
    lock: File,
    holder: Holder,
}

/// Somebody who only asks whether a stack is held locks it for a moment; that is not meant by "busy".
const TRIES: u32 = 10;
const BETWEEN: Duration = Duration::from_millis(10);

impl Writer {
    /// Takes the right to change the stack of this name, or says who has it. Before anything of the stack is read:
    /// what another one writes meanwhile would not be seen.
    pub fn of(session: &Session, name: &str) -> Result<Self, AppError> {
        let folder = StackFolder::of(session, name);
        for _ in 0..TRIES {
            folder.make()?;
            let path = folder.lock();
            let failed = |error: io::Error| AppError::file(&path, &error);
            let lock = match private_file(&path) {
                Ok(lock) => lock,
                // The folder went at this moment, with the stack that was in it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            match lock.try_lock() {
                Ok(()) if is_still(&lock, &path) => {
                    let now = session.world.now();
                    let process = std::process::id();
                    let holder = Holder { program: session.program, process, since: now, act: None };
                    let mut writer = Self { lock, holder };
                    writer.note().map_err(failed)?;
                    return Ok(writer);
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => thread::sleep(BETWEEN),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Err(busy(session, name, &folder.lock()))
    }

    /// Says what for, to whoever comes meanwhile.
    pub(crate) fn does(&mut self, act: RunAct) {
        self.holder.act = Some(act);
        // Only to say what: without it the message is less helpful, not wrong.
        let _ = self.note();
    }

    /// Forgets the stack, which is gone from the account, and gives the right back.
    pub(crate) fn forget(self, folder: &StackFolder) -> Result<(), AppError> {
        // Whoever comes next must find either all of it or nothing. Windows does not remove what is open.
        if cfg!(windows) {
            drop(self);
            return folder.forget();
        }
        let forgotten = folder.forget();
        drop(self);
        forgotten
    }

    fn note(&mut self) -> io::Result<()> {
        let text = serde_json::to_string(&self.holder).map_err(io::Error::other)?;
        self.lock.rewind()?;
        self.lock.set_len(0)?;
        self.lock.write_all(text.as_bytes())
    }
}

impl StackFolder {
    /// Whether somebody is changing the stack at this moment.
    pub(crate) fn is_held(&self) -> bool {
        File::open(self.lock())
            .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// Whether the file that was locked is the one that others find: a stack that went took its folder along.
#[cfg(unix)]
fn is_still(lock: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: &fs::Metadata, b: &fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    matches!((lock.metadata(), fs::metadata(path)), (Ok(locked), Ok(found)) if same(&locked, &found))
}

#[cfg(not(unix))]
fn is_still(_lock: &File, path: &Path) -> bool {
    fs::metadata(path).is_ok()
}

fn busy(session: &Session, name: &str, path: &Path) -> AppError {
    let mut text = String::new();
    let read = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    let holder = read.ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    let advice = say("stack-busy-advice", &[]);
    let Some(holder) = holder else {
        return AppError::new(say("stack-busy-unknown", &[("name", name)])).advise(advice);
    };
    let since = session.world.now().since(holder.since);
    let params = [
        ("name", name),
        ("who", &who(&holder).text),
        ("process", &holder.process.to_string()),
        ("doing", &doing(holder.act).text),
        ("since", &time(since).text),
    ];
    AppError::new(say("stack-busy", &params)).advise(advice)
}

fn who(holder: &Holder) -> Text {
    match holder.program {
        _ if holder.process == std::process::id() => say("busy-here", &[]),
        Program::Window => say("busy-window", &[]),
        Program::CommandLine => say("busy-command-line", &[]),
    }
}

fn doing(act: Option<RunAct>) -> Text {
    match act {
        Some(RunAct::Create) => say("busy-create", &[]),
        Some(RunAct::Undo) => say("busy-undo", &[]),
        Some(RunAct::Teardown) => say("busy-teardown", &[]),
        Some(RunAct::Adopt) => say("busy-adopt", &[]),
        None => say("busy-looks", &[]),
    }
}

fn time(milliseconds: i64) -> Text {
    let seconds = milliseconds / 1000;
    if seconds < 120 {
        say("busy-seconds", &[("seconds", &seconds.to_string())])
    } else {
        say("busy-minutes", &[("minutes", &(seconds / 60).to_string())])
    }
}
