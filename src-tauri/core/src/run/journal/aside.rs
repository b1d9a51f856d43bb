//! Putting aside what cannot be relied on.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::head;
use crate::{error::AppError, world::Moment};

/// Renames the file at `path`, and its head where it is a journal, so that the name says `why` and since when; nothing
/// is overwritten. Returns where now is what there was of them.
pub(in crate::run) fn set_aside(path: &Path, why: &str, now: Moment) -> Result<Vec<PathBuf>, AppError> {
    let extension = path.extension().unwrap_or_default().display().to_string();
    let of = |nth: u32| path.with_extension(format!("{why}-{}-{nth}.{extension}", now.0));
    let free = |aside: &PathBuf| !aside.exists() && !head::beside(aside).exists();
    // Only the stack's one writer does this, so that nobody takes the name meanwhile.
    let mut nth = 1;
    while !free(&of(nth)) {
        nth += 1;
    }
    let aside = of(nth);
    let renamed = |from: &Path, to: PathBuf| match fs::rename(from, &to) {
        Ok(()) => Ok(Some(to)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(AppError::file(from, &error)),
    };
    // Last the head: alone it still tells that something is missing.
    let head = head::beside(&aside);
    let whole = renamed(path, aside)?;
    let head = renamed(&head::beside(path), head)?;
    Ok(whole.into_iter().chain(head).collect())
}
