//! A journal begun anew from what the account shows, where the old one cannot be relied on.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    history::sound,
    journal::{Journal, Record, set_aside},
};
use crate::{
    account::Session,
    aws::FaultKind,
    error::AppError,
    resource::{Survey, Verdict},
    stack::{OpenStack, StackFolder, Writer},
    words::say,
};

/// What a rebuilt journal begins with.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Rebuilt {
    /// The stack's name.
    pub stack: String,
    /// What carries the stack's tags, by resource.
    pub parts: BTreeSet<String>,
    /// Where the old journal is now.
    pub kept_as: String,
}

/// Keeps the stack's journal aside and begins another with what the account shows of the stack. Nothing in the
/// account is changed. What an unfinished run had made nobody remembers any more, so it is not offered to be undone;
/// going on means to create again, and a teardown goes by the tags.
pub async fn rebuild(session: &Session, stack: &str) -> Result<Rebuilt, AppError> {
    let writer = Writer::of(session, stack)?;
    let folder = StackFolder::of(session, stack);
    let why = match sound(&folder).map_err(|error| (error.code.clone(), error)) {
        Ok(()) => {
            return Err(AppError::new(say("journal-sound", &[("name", stack)]))
                .advise(say("journal-sound-advice", &[])));
        }
        Err((code, _)) if code == "journal-damaged" => "damaged",
        Err((code, _)) if code == "journal-newer" => "newer",
        Err((_, error)) => return Err(error),
    };
    // All of the looking comes first: when it fails, nothing has changed.
    let parts = match OpenStack::whole(session, stack).await {
        Ok(open) => {
            let parts = seen(session, &open).await?;
            // A part that only its tags told of would not be told of any more once it is half gone.
            open.keep(session, &writer)?;
            parts
        }
        Err(error) if error.code == "stack-unknown" => BTreeSet::new(),
        Err(error) => return Err(error),
    };
    let now = session.world.now();
    let kept_as = set_aside(&folder.journal(), why, now)?;
    let (mut journal, _) = Journal::open(&folder.journal())?;
    journal.append(now, Record::Rebuilt { parts: parts.clone() })?;
    Ok(Rebuilt { stack: stack.to_owned(), parts, kept_as: kept_as.display().to_string() })
}

/// What is there and carries the stack's tags.
async fn seen(session: &Session, open: &OpenStack) -> Result<BTreeSet<String>, AppError> {
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    for sighting in &survey.sightings {
        // What may not be looked at today may not be looked at tomorrow either; but a network comes back.
        if let Verdict::CannotTell(fault) = &sighting.verdict
            && fault.kind != FaultKind::Denied
        {
            return Err(fault.clone().into());
        }
    }
    let ours = survey.sightings.iter().filter(|sighting| sighting.present && sighting.ours);
    Ok(ours.map(|sighting| sighting.resource.to_string()).collect())
}
