//! A record as it stands in the file: one line of JSON that names the check of the line before and ends in its own.
//!
//! That frame is the same for all versions, so that a newer journal is told from a damaged one.

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::record::Record;
use crate::world::Moment;

/// The version of the format.
pub(super) const VERSION: u32 = 2;

#[derive(Serialize, Deserialize)]
struct Line {
    v: u32,
    at: Moment,
    prev: String,
    #[serde(flatten)]
    record: Record,
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// Why a line is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    Newer,
    Damaged(String),
}

/// The check of what comes before the first line.
pub(super) fn nothing() -> String {
    hash("")
}

/// The line of a record, without its end, and its check.
pub(super) fn write(at: Moment, prev: &str, record: Record) -> serde_json::Result<(String, String)> {
    let line = Line { v: VERSION, at, prev: prev.to_owned(), record };
    let mut text = serde_json::to_string(&line)?;
    text.pop();
    let check = hash(&text);
    text.push_str(&ending(&check));
    Ok((text, check))
}

/// The record of a line that follows the one with the check `prev`, and the line's own check.
pub(super) fn read(bytes: &[u8], prev: &str) -> Result<(Moment, Record, String), Unread> {
    let damaged = |why: &str| Unread::Damaged(why.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|error| Unread::Damaged(error.to_string()))?;
    let begins = text.len().checked_sub(ending(prev).len()).and_then(|at| text.split_at_checked(at));
    let (content, end) = begins.ok_or_else(|| damaged("a record is too short"))?;
    let check = hash(content);
    if end != ending(&check) {
        return Err(damaged("a record is not as it was written"));
    }
    let known = |error: serde_json::Error| Unread::Damaged(error.to_string());
    if serde_json::from_str::<Version>(text).map_err(known)?.v > VERSION {
        return Err(Unread::Newer);
    }
    let line: Line = serde_json::from_str(text).map_err(known)?;
    if line.prev != prev {
        return Err(damaged("a record does not follow the one before it"));
    }
    Ok((line.at, line.record, check))
}

fn ending(check: &str) -> String {
    format!(",\"check\":\"{check}\"}}")
}

fn hash(text: &str) -> String {
    BASE64_STANDARD_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
pub(super) fn of_version(version: u32) -> String {
    let content = format!("{{\"v\":{version},\"something\":\"new\"");
    let check = hash(&content);
    content + &ending(&check)
}
