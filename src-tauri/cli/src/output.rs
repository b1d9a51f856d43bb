//! Where results go: neat text for a person, or JSON for a machine. Nothing else writes to standard output.

use std::io::{self, Write};

use serde::Serialize;
use slipway_connect::SessionView;
use slipway_core::error::AppError;

use crate::text::{columns, plain};

/// Standard output and standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

#[allow(clippy::unused_self, reason = "whoever has no output may not write")]
impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a machine reads it.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// One result: `value` for a machine, `lines` for a person.
    pub(crate) fn result<I>(self, value: &impl Serialize, lines: impl FnOnce() -> I)
    where
        I: IntoIterator<Item = String>,
    {
        if self.json {
            self.document(value);
        } else {
            lines().into_iter().for_each(|line| self.line(&line));
        }
    }

    /// One JSON document over several lines.
    pub(crate) fn document(self, value: &impl Serialize) {
        write_out(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// One JSON document on one line, of many that come while something goes on.
    pub(crate) fn event(self, value: &impl Serialize) {
        write_out(&serde_json::to_string(value).unwrap_or_default());
    }

    /// A line for a person.
    pub(crate) fn line(self, line: &str) {
        write_out(&plain(line));
    }

    /// Rows in columns for a person.
    pub(crate) fn table(self, rows: &[Vec<String>]) {
        for line in columns(rows) {
            self.line(&line);
        }
    }

    /// Something to know that is no part of the result. A machine is not told.
    pub(crate) fn note(self, line: &str) {
        if !self.json {
            write_err(&plain(line));
        }
    }

    /// Before anything that changes an account: who and where, and whether it is practice.
    pub(crate) fn heading(self, view: &SessionView) {
        let place = match (view.kind, &view.endpoint) {
            (slipway_connect::SessionKind::Practice, _) => "PRACTICE",
            (_, Some(endpoint)) => endpoint,
            (_, None) => "AWS",
        };
        let account = view.identity.alias.as_ref().unwrap_or(&view.identity.account);
        self.note(&format!("{place} · {account} · {} · {}", view.region, view.identity.arn));
    }

    /// What went wrong: message, causes, advice.
    pub(crate) fn failure(self, error: &AppError) {
        if self.json {
            return write_err(&serde_json::to_string(error).unwrap_or_default());
        }
        let mut lines = vec![format!("error: {}", error.message)];
        lines.extend(error.causes.iter().map(|cause| format!("  - {cause}")));
        lines.extend(error.advice.iter().map(|advice| format!("What to do: {advice}")));
        lines.extend(error.request_id.iter().map(|id| format!("AWS request id: {id}")));
        for line in lines {
            write_err(&plain(&line));
        }
    }
}

/// Whoever reads may stop reading; then there is nobody left to tell.
fn write_out(line: &str) {
    if writeln!(io::stdout().lock(), "{line}").is_err() {
        std::process::exit(1);
    }
}

fn write_err(line: &str) {
    // Where even this fails there is no place left to say so.
    let _ = writeln!(io::stderr().lock(), "{line}");
}
