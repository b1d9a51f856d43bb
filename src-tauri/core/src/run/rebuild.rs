//! A journal begun anew from what the account shows, where the old one cannot be relied on.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    history::unfinished_of,
    journal::{History, Journal, Record, set_aside},
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
    /// Where now is what could not be relied on.
    pub kept_as: Vec<String>,
}

/// Keeps aside what cannot be relied on, the stack's journal, its record or both, and begins another with what the
/// account shows of the stack. Nothing in the account is changed. Without its journal nobody remembers what an
/// unfinished run had made, so it is not offered to be undone; going on means to create again, and a teardown goes by
/// the tags.
pub async fn rebuild(session: &Session, stack: &str) -> Result<Rebuilt, AppError> {
    let writer = Writer::of(session, stack)?;
    let folder = StackFolder::of(session, stack);
    let (journal, record) = (History::read(&folder.journal()).err(), folder.read().err());
    if journal.is_none() && record.is_none() {
        return Err(
            AppError::new(say("journal-sound", &[("name", stack)])).advise(say("journal-sound-advice", &[]))
        );
    }
    let (journal, record) = (journal.map(rebuildable).transpose()?, record.map(rebuildable).transpose()?);
    // All of the looking comes first: when it fails, nothing has changed.
    let (open, parts) = match OpenStack::whole(session, stack).await {
        Ok(open) => {
            let parts = seen(session, &open).await?;
            (Some(open), parts)
        }
        Err(error) if error.code == "stack-unknown" => (None, BTreeSet::new()),
        Err(error) => return Err(error),
    };
    let now = session.world.now();
    let mut kept = Vec::new();
    if let Some(why) = record {
        kept.extend(set_aside(&folder.record(), why, now)?);
    }
    if let Some(mut open) = open {
        // What the account shows is what a later undo goes back to, unless a run has not come to its end there.
        if record.is_some() && (journal.is_some() || unfinished_of(&folder)?.is_none()) {
            open.settled = Some(open.wanted.clone());
        }
        // A part that only its tags told of would not be told of any more once it is half gone.
        open.keep(session, &writer)?;
    }
    if let Some(why) = journal {
        kept.extend(set_aside(&folder.journal(), why, now)?);
        let (mut journal, _) = Journal::open(&folder.journal())?;
        journal.append(now, Record::Rebuilt { parts: parts.clone() })?;
    }
    let kept_as = kept.iter().map(|path| path.display().to_string()).collect();
    Ok(Rebuilt { stack: stack.to_owned(), parts, kept_as })
}

/// What a rebuilding can put in order, as the word in the name of what is kept aside.
fn rebuildable(problem: AppError) -> Result<&'static str, AppError> {
    match problem.code.as_str() {
        "journal-damaged" | "record-damaged" => Ok("damaged"),
        "journal-newer" => Ok("newer"),
        _ => Err(problem),
    }
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
