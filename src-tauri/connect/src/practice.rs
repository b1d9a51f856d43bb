//! The practice account as window and command line handle it: its file, its pace, its reset, and who calls.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};
use slipway_core::{error::AppError, words::say};
use slipway_practice::PracticeError;
pub use slipway_practice::{Access, Practice};

/// What a person may turn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PracticeSettings {
    /// How many times quicker than AWS: 1 is as slow, 5 the default.
    // To specta a float may be `null`, since JSON has no NaN; this one never is.
    #[specta(type = i32)]
    pub pace: f64,
}

/// Sets the folders of its stacks apart from those of other accounts.
pub(crate) const REALM: &str = "practice";

/// The slowest and the quickest pace.
const PACES: std::ops::RangeInclusive<f64> = 0.1..=10_000.0;

/// The practice account under this home, made on first use.
pub fn open(home: &Path) -> Result<Practice, AppError> {
    Practice::open(&home.join("practice")).map_err(|error| failed(&error))
}

/// The settings.
pub fn settings(account: &Practice) -> Result<PracticeSettings, AppError> {
    let settings = account.settings().map_err(|error| failed(&error))?;
    Ok(PracticeSettings { pace: settings.pace })
}

/// Changes how quickly its time runs.
pub fn set_pace(account: &Practice, pace: f64) -> Result<PracticeSettings, AppError> {
    if !PACES.contains(&pace) {
        return Err(AppError::new(say("practice-pace", &[("pace", &pace.to_string())])));
    }
    account.change_settings(|settings| settings.pace = pace).map_err(|error| failed(&error))?;
    self::settings(account)
}

/// The policies that the caller is judged by.
pub fn access(account: &Practice) -> Result<Access, AppError> {
    Ok(account.settings().map_err(|error| failed(&error))?.access)
}

/// Has the caller judged by these from now on.
pub fn set_access(account: &Practice, access: Access) -> Result<(), AppError> {
    account.change_settings(|settings| settings.access = access).map_err(|error| failed(&error))
}

/// Begins a new practice account, and forgets what Slipway remembers of the old one: its stacks are gone.
pub fn reset(home: &Path) -> Result<(), AppError> {
    open(home)?.reset().map_err(|error| failed(&error))?;
    forget(home, REALM)
}

/// Forgets what Slipway remembers of the stacks of a practice account.
pub(crate) fn forget(home: &Path, realm: &str) -> Result<(), AppError> {
    remove(&home.join("accounts").join(format!("{realm}-{}", Practice::ACCOUNT_ID)))
}

/// Removes a folder, if it is there.
fn remove(folder: &Path) -> Result<(), AppError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AppError::file(folder, &error)),
        _ => Ok(()),
    }
}

pub(crate) fn failed(error: &PracticeError) -> AppError {
    let mut failure = AppError::new(say("practice-failed", &[])).because(error);
    if let Some(source) = std::error::Error::source(error) {
        failure = failure.because(source);
    }
    failure.advise(say("practice-failed-advice", &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_kept_and_an_impossible_one_refused() {
        let home = tempfile::tempdir().unwrap();
        let account = open(home.path()).unwrap();
        assert_eq!(set_pace(&account, 50.0), Ok(PracticeSettings { pace: 50.0 }));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(set_pace(&account, bad).unwrap_err().code, "practice-pace");
        }
        assert_eq!(settings(&account), Ok(PracticeSettings { pace: 50.0 }));
    }

    #[test]
    fn the_callers_policies_are_kept_and_what_is_none_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let account = open(home.path()).unwrap();
        let nothing = Access { identity: Vec::new(), ..Access::default() };
        set_access(&account, nothing.clone()).unwrap();
        assert_eq!(access(&account), Ok(nothing.clone()));
        let broken = Access { boundary: Some("{}".to_owned()), ..Access::default() };
        let refused = set_access(&account, broken).unwrap_err();
        assert!(refused.causes.iter().any(|cause| cause.contains("Syntax errors in policy.")), "{refused:?}");
        assert_eq!(access(&account), Ok(nothing));
    }

    #[test]
    fn a_reset_forgets_the_practice_stacks_and_no_others() {
        let home = tempfile::tempdir().unwrap();
        let practice = home.path().join("accounts/practice-111122223333/us-east-1/stacks/first");
        let real = home.path().join("accounts/aws-123456789012/us-east-1/stacks/first");
        let lesson = home.path().join("accounts/practice-zones-one-111122223333/us-east-1/stacks/first");
        for folder in [&practice, &real, &lesson] {
            fs::create_dir_all(folder).unwrap();
        }
        reset(home.path()).unwrap();
        assert!(!practice.exists() && real.exists() && lesson.exists());
    }
}
