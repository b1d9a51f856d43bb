//! What a journal tells of a run that did not come to an end.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::journal::{Ending, History, Record};
use crate::{
    error::AppError,
    plan::{Act, RunAct},
    stack::StackFolder,
    world::Moment,
};

/// A run that did not come to an end: killed, stopped, or failed and nobody decided.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct UnfinishedRun {
    /// The run's id.
    pub run: String,
    /// The stack's name.
    pub stack: String,
    /// What it was for.
    pub act: RunAct,
    /// When it began.
    pub started_at: Moment,
    /// The resources that it made, as far as the journal knows.
    pub made: Vec<String>,
    /// What it failed at, when it failed.
    pub failure: Option<AppError>,
}

/// The same, as a run needs it to go on.
#[derive(Debug)]
pub(super) struct Unfinished {
    pub run: String,
    pub act: RunAct,
    pub started_at: Moment,
    /// Steps of which at least one creating call was announced.
    pub made: BTreeSet<String>,
    /// Calls that were announced and of whose outcome nothing is known: step and action.
    pub lost: BTreeSet<(String, String)>,
    pub failure: Option<AppError>,
}

impl Unfinished {
    /// From everything since the last run that came to an end.
    pub(super) fn from(history: &History) -> Option<Self> {
        let mut open: Option<Self> = None;
        let mut creating: BTreeSet<String> = BTreeSet::new();
        for (at, record) in &history.records {
            match record {
                Record::Began { run, act, steps } => {
                    creating.clear();
                    if *act == RunAct::Create {
                        creating.extend(
                            steps.iter().filter(|(_, act)| *act == Act::Create).map(|(id, _)| id.clone()),
                        );
                    }
                    let this = open.get_or_insert_with(|| Self {
                        run: run.clone(),
                        act: *act,
                        started_at: *at,
                        made: BTreeSet::new(),
                        lost: BTreeSet::new(),
                        failure: None,
                    });
                    this.act = *act;
                    this.failure = None;
                }
                Record::Intent { step, action, .. } => {
                    if let Some(this) = &mut open {
                        if creating.contains(step) {
                            this.made.insert(step.clone());
                        }
                        this.lost.insert((step.clone(), action.clone()));
                    }
                }
                Record::Outcome { step, action, .. } => {
                    if let Some(this) = &mut open {
                        this.lost.remove(&(step.clone(), action.clone()));
                    }
                }
                Record::StepDone { .. } => {}
                Record::Ended { ending: Ending::Done | Ending::Kept, .. } => open = None,
                Record::Ended { failure, .. } => {
                    if let Some(this) = &mut open {
                        this.failure.clone_from(failure);
                    }
                }
            }
        }
        open
    }

    pub(super) fn view(self, stack: &str) -> UnfinishedRun {
        UnfinishedRun {
            run: self.run,
            stack: stack.to_owned(),
            act: self.act,
            started_at: self.started_at,
            made: self.made.into_iter().collect(),
            failure: self.failure,
        }
    }
}

/// The unfinished run of a stack, read without touching its journal.
pub(super) fn unfinished_of(folder: &StackFolder) -> Result<Option<Unfinished>, AppError> {
    match History::read(&folder.journal()) {
        Ok(history) => Ok(Unfinished::from(&history)),
        // What an unfinished run had made cannot be told any more; the next run sets the journal aside.
        Err(error) if error.code == "journal-damaged" => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(records: Vec<Record>) -> History {
        let mut history = History::default();
        history.records = records.into_iter().map(|record| (Moment(1), record)).collect();
        history
    }

    fn began(act: RunAct, steps: &[(&str, Act)]) -> Record {
        let steps = steps.iter().map(|(id, act)| ((*id).to_owned(), *act)).collect();
        Record::Began { run: "r".to_owned(), act, steps }
    }

    fn intent(step: &str) -> Record {
        Record::Intent { step: step.to_owned(), action: "a".to_owned(), on: String::new() }
    }

    #[test]
    fn what_a_run_made_is_what_it_announced_to_create() {
        let unfinished = Unfinished::from(&history(vec![
            began(
                RunAct::Create,
                &[("vpc/main", Act::Create), ("subnet/a", Act::Create), ("log-group/main", Act::Change)],
            ),
            intent("vpc/main"),
            intent("log-group/main"),
        ]))
        .unwrap();
        assert_eq!(unfinished.made.iter().map(String::as_str).collect::<Vec<_>>(), ["vpc/main"]);
        assert_eq!(unfinished.lost.len(), 2);
    }

    #[test]
    fn an_interrupted_undo_still_knows_what_was_made() {
        let unfinished = Unfinished::from(&history(vec![
            began(RunAct::Create, &[("vpc/main", Act::Create)]),
            intent("vpc/main"),
            Record::Ended { ending: Ending::Failed, failure: None },
            began(RunAct::Undo, &[("vpc/main", Act::Delete)]),
            intent("vpc/main"),
        ]))
        .unwrap();
        assert_eq!(unfinished.act, RunAct::Undo);
        assert!(unfinished.made.contains("vpc/main"));
    }

    #[test]
    fn a_run_that_ended_well_leaves_nothing() {
        let done = Record::Ended { ending: Ending::Done, failure: None };
        assert!(Unfinished::from(&history(vec![began(RunAct::Create, &[]), done])).is_none());
        assert!(Unfinished::from(&history(vec![])).is_none());
    }
}
