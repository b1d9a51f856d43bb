//! How the program ends: 0 done, 1 failed, 2 usage, 3 refused by a check, or drift found.

use std::process::ExitCode;

use slipway_core::{error::AppError, words::say};

use crate::output::Output;

/// What a command came to.
pub(crate) type Ended = Result<Outcome, AppError>;

/// How a command ended without an error of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// It went its way and failed at the end; why has been shown.
    Failed,
    /// A check says no, or a stack is not as its blueprint says; why has been shown.
    Refused,
}

/// Codes of what is wrong with the command line itself.
const USAGE: &[&str] = &[
    "account-name",
    "account-unknown",
    "command-unreadable",
    "confirmation-needed",
    "endpoint-refused",
    "job-state-unknown",
    "lessons-unknown",
    "nothing-wanted",
    "policy-number",
    "practice-pace",
    "preset-unknown",
    "profile-unknown",
    "region-missing",
    "region-unknown",
    "sign-in-unspoken",
    "type-unknown",
    "variable-twice",
];

/// Codes of what a check refused before anything was sent.
const REFUSED: &[&str] = &[
    "accept-not-sayable",
    "accept-nothing",
    "accept-refused",
    "create-refused",
    "findings-in-the-way",
    "journal-damaged",
    "journal-newer",
    "part-unknown",
    "put-back-unfinished",
    "record-damaged",
    "stack-busy",
    "stack-busy-unknown",
    "submit-invalid",
    "undo-of-teardown",
];

/// Ends with what a command came to.
pub(crate) fn report(ended: Ended, out: Output) -> ExitCode {
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Ok(Outcome::Refused) => ExitCode::from(3),
        Err(error) => {
            out.failure(&error);
            ExitCode::from(if USAGE.contains(&error.code.as_str()) {
                2
            } else if error.code.starts_with("blueprint-") || REFUSED.contains(&error.code.as_str()) {
                3
            } else {
                1
            })
        }
    }
}

/// The command line could not be understood, or help was asked for.
pub(crate) fn usage(usage: &clap::Error) -> ExitCode {
    let for_machine = usage.use_stderr() && std::env::args().any(|argument| argument == "--json");
    if for_machine {
        Output::new(true).failure(&AppError::new(say("usage", &[])).because(usage.to_string().trim()));
    } else if usage.print().is_err() {
        return ExitCode::from(1);
    }
    if usage.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// The computer gave no threads.
pub(crate) fn no_runtime(error: &std::io::Error) -> AppError {
    AppError::new(say("no-threads", &[])).because(error).advise(say("no-threads-advice", &[]))
}
