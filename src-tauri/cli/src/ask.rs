//! Questions to whoever sits at the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use secrecy::{SecretString, zeroize::Zeroizing};
use slipway_core::{error::AppError, words::say};

use crate::{args::Global, output::Output};

/// Whether a person sits at the terminal who has not yet said yes.
pub(crate) fn somebody_is_there(global: &Global, out: Output) -> bool {
    !global.yes && !out.is_json() && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks before something that changes an account or cannot be undone; `--yes` answers.
pub(crate) fn confirm(global: &Global, out: Output, question: &str) -> Result<bool, AppError> {
    if global.yes {
        return Ok(true);
    }
    if !somebody_is_there(global, out) {
        return Err(AppError::new(say("confirmation-needed", &[("question", question)]))
            .advise(say("confirmation-needed-advice", &[])));
    }
    let answer = line(&format!("{question} [y/N] ")).map_err(|error| unread(&error))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// A secret: typed without being shown, or the next line of standard input. Never an argument, which every
/// process on the computer can read. Empty where nothing is left to read.
pub(crate) fn secret(prompt: &str) -> Result<SecretString, AppError> {
    if io::stdin().is_terminal() {
        let typed = rpassword::prompt_password(format!("{prompt}: ")).map_err(|error| unread(&error))?;
        let typed = Zeroizing::new(typed);
        return Ok(typed.trim().into());
    }
    let mut read = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut read).map_err(|error| unread(&error))?;
    Ok(read.trim().into())
}

fn line(prompt: &str) -> io::Result<String> {
    let mut error = io::stderr().lock();
    write!(error, "{prompt}")?;
    error.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer)
}

fn unread(error: &io::Error) -> AppError {
    AppError::new(say("input-unread", &[])).because(error)
}
