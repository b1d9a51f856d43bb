//! What stops a create before anything is sent: whatever the check finds wrong. Warnings and what cannot be told do not.
//! What would fail half-way and what would leave jobs waiting for ever are treated alike: neither is made unseen.

use super::{CheckItem, CheckVerdict, check};
use crate::{account::Session, blueprint::Blueprint, error::AppError, words::say};

/// What the check finds wrong.
pub async fn in_the_way(session: &Session, blueprint: &Blueprint) -> Result<Vec<CheckItem>, AppError> {
    let mut items = check(session, blueprint.clone(), |_| ()).await?.items;
    items.retain(|item| item.verdict == CheckVerdict::Wrong);
    Ok(items)
}

/// Refuses where anything is wrong.
pub(crate) async fn require_clear_way(session: &Session, blueprint: &Blueprint) -> Result<(), AppError> {
    let wrong = in_the_way(session, blueprint).await?;
    if wrong.is_empty() { Ok(()) } else { Err(stopped(&blueprint.name, &wrong)) }
}

/// The refusal, with every finding and what to do about it.
pub fn stopped(stack: &str, wrong: &[CheckItem]) -> AppError {
    let count = wrong.len().to_string();
    let error = AppError::new(say("findings-in-the-way", &[("name", stack), ("count", &count)]))
        .advise(say("findings-in-the-way-advice", &[]));
    wrong.iter().fold(error, |error, item| {
        let mut cause = item.finding.text.clone();
        if let Some(name) = item.name.as_ref().filter(|name| !cause.contains(name.as_str())) {
            cause = format!("{name}: {cause}");
        }
        // The same may be found of several: of the ways to two services, say.
        cause = format!("{}: {cause}", item.subject.replace('-', " "));
        if let Some(remedy) = &item.remedy {
            cause = format!("{cause} {}", remedy.text);
        }
        error.because(cause)
    })
}
