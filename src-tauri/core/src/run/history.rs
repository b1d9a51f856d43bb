//! What a journal tells of a run that did not come to an end.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::journal::{Ending, History, Outcome, Record};
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
    /// Steps whose resource this run brought into being, or may have.
    pub made: BTreeSet<String>,
    /// Steps whose resource was there before, and of which this run sent, or may have sent, anything.
    pub touched: BTreeSet<String>,
    /// Steps whose resource this run made the stack's, or may have.
    pub adopted: BTreeSet<String>,
    /// Steps that were to remove their resource when it was last begun.
    pub going: BTreeSet<String>,
    /// Steps whose resource was seen to be gone after that.
    pub gone: BTreeSet<String>,
    /// Calls that were announced and that AWS did not refuse, as step and action: what they did is there, or may be,
    /// even where AWS does not show it yet.
    pub announced: BTreeSet<(String, String)>,
    pub failure: Option<AppError>,
}

/// One sitting of a run: what it was to create, and what it could see before.
#[derive(Debug, Default)]
struct Sitting {
    creating: BTreeSet<String>,
    blind: BTreeSet<String>,
    /// Calls that bring their resource into being, as step and action.
    makers: BTreeSet<(String, String)>,
    /// Steps of which AWS itself said that this run made them.
    sure: BTreeSet<String>,
}

impl Sitting {
    fn began(record: &Record) -> Self {
        let Record::Began { act: RunAct::Create, steps, blind, .. } = record else { return Self::default() };
        let creating = steps.iter().filter(|(_, act)| *act == Act::Create).map(|(id, _)| id.clone());
        Self { creating: creating.collect(), blind: blind.clone(), ..Self::default() }
    }

    /// What was seen not to be there and is announced is taken for made, since a kill may come before the answer.
    /// What could not be seen may have been there all along: only AWS's own word makes it the run's.
    fn intent(&mut self, made: &mut BTreeSet<String>, step: &str, action: &str, creates: bool) {
        if !creates || !self.creating.contains(step) {
            return;
        }
        self.makers.insert((step.to_owned(), action.to_owned()));
        if !self.blind.contains(step) {
            made.insert(step.to_owned());
        }
    }

    fn outcome(&mut self, made: &mut BTreeSet<String>, step: &str, action: &str, outcome: &Outcome) {
        if !self.makers.contains(&(step.to_owned(), action.to_owned())) {
            return;
        }
        match outcome {
            Outcome::Done => {
                self.sure.insert(step.to_owned());
                made.insert(step.to_owned());
            }
            Outcome::Found if !self.blind.contains(step) => {
                made.insert(step.to_owned());
            }
            Outcome::Found => {}
            Outcome::Refused(_) => {
                if !self.sure.contains(step) {
                    made.remove(step);
                }
            }
        }
    }
}

/// The steps that a create has brought to their end and nothing has removed since.
pub(super) fn made_before(folder: &StackFolder) -> Result<BTreeSet<String>, AppError> {
    let history = History::read(&folder.journal())?;
    let mut made = BTreeSet::new();
    let mut leaving = BTreeSet::new();
    let mut tags_only = false;
    for (_, record) in &history.records {
        match record {
            Record::Began { act, steps, .. } => {
                leaving = going(steps);
                tags_only = *act == RunAct::Adopt;
            }
            // Tagged is not brought to its end.
            Record::StepDone { .. } if tags_only => {}
            Record::StepDone { step } if !leaving.contains(step) => {
                made.insert(step.clone());
            }
            Record::Rebuilt { parts } => made.extend(parts.iter().cloned()),
            // One that was announced may be gone.
            Record::Intent { step, .. } if leaving.contains(step) => {
                made.remove(step);
            }
            _ => {}
        }
    }
    Ok(made)
}

/// The steps that remove their resource.
fn going(steps: &[(String, Act)]) -> BTreeSet<String> {
    steps.iter().filter(|(_, act)| *act == Act::Delete).map(|(step, _)| step.clone()).collect()
}

impl Unfinished {
    /// From everything since the last run that came to an end.
    pub(super) fn from(history: &History) -> Option<Self> {
        let mut open: Option<Self> = None;
        let mut sitting = Sitting::default();
        for (at, record) in &history.records {
            if let Record::Began { run, act, steps, .. } = record {
                let this = open.get_or_insert_with(|| Self {
                    run: run.clone(),
                    act: *act,
                    started_at: *at,
                    made: BTreeSet::new(),
                    touched: BTreeSet::new(),
                    adopted: BTreeSet::new(),
                    going: BTreeSet::new(),
                    gone: BTreeSet::new(),
                    announced: BTreeSet::new(),
                    failure: None,
                });
                if *act == RunAct::Teardown {
                    // What is removed on purpose is not put back by undoing what is begun after that.
                    this.touched.clear();
                }
                this.act = *act;
                this.going = going(steps);
                this.failure = None;
                sitting = Sitting::began(record);
            }
            let Some(this) = &mut open else { continue };
            match record {
                Record::Began { .. } => {}
                Record::StepDone { step } => {
                    if this.going.contains(step) {
                        this.gone.insert(step.clone());
                    }
                }
                Record::Intent { step, action, creates, .. } => {
                    sitting.intent(&mut this.made, step, action, *creates);
                    if *creates {
                        this.gone.remove(step);
                    }
                    // What it was to bring into being was not there: where AWS refused, there is nothing to put back.
                    match this.act {
                        RunAct::Adopt => drop(this.adopted.insert(step.clone())),
                        RunAct::Create | RunAct::Undo if !sitting.creating.contains(step) => {
                            this.touched.insert(step.clone());
                        }
                        _ => {}
                    }
                    this.announced.insert((step.clone(), action.clone()));
                }
                Record::Outcome { step, action, outcome } => {
                    sitting.outcome(&mut this.made, step, action, outcome);
                    if matches!(outcome, Outcome::Refused(_)) {
                        this.announced.remove(&(step.clone(), action.clone()));
                    }
                }
                Record::Ended { ending: Ending::Done, .. } | Record::Kept | Record::Rebuilt { .. } => {
                    open = None;
                }
                Record::Ended { failure, .. } => this.failure.clone_from(failure),
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
    History::read(&folder.journal()).map(|history| Unfinished::from(&history))
}

/// Refuses where the journal cannot be relied on, or what the stack should be is not known: nothing is changed then.
pub(super) fn sound(folder: &StackFolder) -> Result<(), AppError> {
    History::read(&folder.journal())?;
    folder.read().map(drop)
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
        Record::Began { run: "r".to_owned(), act, steps, blind: BTreeSet::new() }
    }

    fn intent(step: &str) -> Record {
        Record::Intent { step: step.to_owned(), action: "a".to_owned(), on: String::new(), creates: true }
    }

    fn outcome(step: &str, outcome: Outcome) -> Record {
        Record::Outcome { step: step.to_owned(), action: "a".to_owned(), outcome }
    }

    fn made(records: Vec<Record>) -> Vec<String> {
        Unfinished::from(&history(records)).unwrap().made.into_iter().collect()
    }

    #[test]
    fn what_was_refused_or_there_before_is_not_what_a_run_made() {
        let role = || began(RunAct::Create, &[("job-role/job", Act::Create)]);
        let refused = || outcome("job-role/job", Outcome::Refused("exists".to_owned()));
        assert_eq!(made(vec![role(), intent("job-role/job"), refused()]), [] as [&str; 0]);
        // Lost, sent again, and found: it was seen not to be there before.
        let found = outcome("job-role/job", Outcome::Found);
        assert_eq!(made(vec![role(), intent("job-role/job"), refused(), found.clone()]), ["job-role/job"]);
        let blind = Record::Began {
            run: "r".to_owned(),
            act: RunAct::Create,
            steps: vec![("job-role/job".to_owned(), Act::Create)],
            blind: BTreeSet::from(["job-role/job".to_owned()]),
        };
        assert_eq!(made(vec![blind.clone(), intent("job-role/job")]), [] as [&str; 0]);
        assert_eq!(made(vec![blind.clone(), intent("job-role/job"), refused(), found]), [] as [&str; 0]);
        let done = outcome("job-role/job", Outcome::Done);
        assert_eq!(made(vec![blind, intent("job-role/job"), done]), ["job-role/job"]);
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
        assert_eq!(unfinished.announced.len(), 2);
        assert_eq!(unfinished.touched.iter().map(String::as_str).collect::<Vec<_>>(), ["log-group/main"]);
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
