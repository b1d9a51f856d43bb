//! What a container prints: a small interpreter for the commands that people type into a job.
//!
//! Nothing is executed. A command is read as `sh` would read it, a few dozen programs are imitated, and the
//! result is a list of lines with the moment each appears, an exit code and the time the whole took. The same
//! command in the same environment always gives the same result, and every run is bounded in steps, lines and
//! memory, so a careless loop cannot hurt the account that simulates it.

mod arith;
mod ast;
mod builtins;
mod exec;
mod expand;
mod filters;
mod parse;
mod print;
mod programs;
mod python;

use std::collections::BTreeMap;

/// One line on a container's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it appears, in milliseconds of the container's own time since its start.
    pub at: u64,
    /// The text, without its line break.
    pub text: String,
}

/// How a run ends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The main process exits.
    Exit {
        /// Its exit code.
        code: i32,
        /// Milliseconds of the container's own time since its start.
        at: u64,
    },
    /// The program named by the command is not in the image: the container never starts.
    NotFound {
        /// The program that was asked for.
        program: String,
    },
    /// It would run on until somebody stops it (`sleep infinity`, an endless loop).
    Never,
}

/// A container's life, told in advance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What it prints, in order of time.
    pub lines: Vec<Line>,
    /// How it ends when nobody stops it.
    pub end: End,
}

/// Everything that decides what a container prints.
#[derive(Debug, Clone)]
pub struct Container<'a> {
    /// The image, as the job definition names it.
    pub image: &'a str,
    /// The command, parameters already filled in; empty means the image's own.
    pub command: &'a [String],
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The container's host name.
    pub hostname: &'a str,
    /// `x86_64` or `aarch64`, as `uname -m` says it.
    pub machine: &'a str,
    /// How many processors `nproc` counts.
    pub processors: u32,
    /// When the container starts, in milliseconds since the epoch.
    pub started: i64,
    /// How many times faster than the account's clock the container's own time runs.
    pub pace: f64,
    /// How many lines are kept at most; what comes after is dropped, with a note.
    pub max_lines: usize,
}

/// Runs a container's command.
pub fn run(container: &Container<'_>) -> Run {
    exec::run(container)
}

#[cfg(test)]
mod tests;
