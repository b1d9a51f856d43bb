//! Putting a journal aside that cannot be relied on.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::head;
use crate::{error::AppError, world::Moment};

/// Renames the journal at `path` and its head, so that the name says `why` and since when; nothing is overwritten.
/// Returns where the journal is now.
pub(in crate::run) fn set_aside(path: &Path, why: &str, now: Moment) -> Result<PathBuf, AppError> {
    let of = |nth: u32| path.with_extension(format!("{why}-{}-{nth}.jsonl", now.0));
    let free = |aside: &PathBuf| !aside.exists() && !head::beside(aside).exists();
    // Only the stack's one writer does this, so that nobody takes the name meanwhile.
    let mut nth = 1;
    while !free(&of(nth)) {
        nth += 1;
    }
    let aside = of(nth);
    let renamed = |from: &Path, to: &Path| match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AppError::file(from, &error)),
        _ => Ok(()),
    };
    // Last the head: alone it still tells that something is missing.
    renamed(path, &aside)?;
    renamed(&head::beside(path), &head::beside(&aside))?;
    Ok(aside)
}
