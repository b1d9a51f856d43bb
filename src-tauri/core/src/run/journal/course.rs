//! What may follow what: a run announces before it sends, ends what it began, and nothing else is believed.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Ending, Outcome, Record};
use crate::plan::Act;

/// A step and an action. Calls of a step are sent one after the other, so that the two tell which one is meant.
type Announced = (String, String);

/// How far the records so far have come.
#[derive(Debug, Default)]
pub(super) struct Course {
    begun: bool,
    /// Whether a run has begun that nobody has finished or kept.
    unfinished: bool,
    /// What that run has announced so far, in all its sittings.
    announced: BTreeSet<Announced>,
    sitting: Option<Sitting>,
}

/// From a beginning to its end, or to the next beginning where the process was killed in between.
#[derive(Debug, Default)]
struct Sitting {
    steps: BTreeMap<String, Act>,
    done: BTreeSet<String>,
    /// Calls whose last word is that they were announced, or refused.
    open: BTreeMap<Announced, Open>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Unanswered,
    Refused,
}

impl Course {
    /// Goes on by one record, or says why that record cannot stand here.
    pub(super) fn follow(&mut self, record: &Record) -> Result<(), &'static str> {
        match record {
            // Whatever came before: a process may be killed anywhere.
            Record::Began { steps, .. } => {
                self.unfinished = true;
                self.sitting = Some(Sitting { steps: steps.iter().cloned().collect(), ..Sitting::default() });
            }
            Record::Intent { step, action, .. } => {
                let sitting = self.sitting.as_mut().ok_or("a call is announced outside any run")?;
                sitting.at_work(step)?;
                let call = (step.clone(), action.clone());
                // A second time too: an answer was lost, a look found nothing, and it is sent again.
                sitting.open.insert(call.clone(), Open::Unanswered);
                self.announced.insert(call);
            }
            Record::Outcome { step, action, outcome } => {
                let sitting = self.sitting.as_mut().ok_or("a call is answered outside any run")?;
                sitting.at_work(step)?;
                let call = (step.clone(), action.clone());
                let state = sitting.open.get(&call).copied();
                match outcome {
                    // Announced in an earlier sitting is enough: the answer was lost with the process.
                    Outcome::Found if self.announced.contains(&call) => sitting.open.remove(&call),
                    Outcome::Done if state == Some(Open::Unanswered) => sitting.open.remove(&call),
                    Outcome::Refused(_) if state == Some(Open::Unanswered) => {
                        sitting.open.insert(call, Open::Refused)
                    }
                    _ => return Err("a call is answered that was not announced"),
                };
            }
            Record::StepDone { step } => {
                let sitting = self.sitting.as_mut().ok_or("a step is done outside any run")?;
                sitting.at_work(step)?;
                if sitting.open.keys().any(|(of, _)| of == step) {
                    return Err("a step is done of which a call is not");
                }
                sitting.done.insert(step.clone());
            }
            Record::Ended { ending, .. } => {
                let sitting = self.sitting.as_ref().ok_or("a run ends that has not begun")?;
                if *ending != Ending::Done {
                    self.sitting = None;
                } else if sitting.open.is_empty() {
                    self.close();
                } else {
                    return Err("a run is done of which a call is not");
                }
            }
            Record::Kept if !self.unfinished => return Err("nothing is unfinished that could be kept"),
            Record::Kept => self.close(),
            Record::Rebuilt { .. } if self.begun => return Err("a journal is begun anew in its middle"),
            Record::Rebuilt { .. } => {}
        }
        self.begun = true;
        Ok(())
    }

    fn close(&mut self) {
        *self = Self { begun: true, ..Self::default() };
    }
}

impl Sitting {
    fn at_work(&self, step: &str) -> Result<(), &'static str> {
        match self.steps.get(step) {
            None => Err("a step is at work that is none of the run"),
            Some(Act::Keep | Act::Refuse) => Err("a step is at work that was to do nothing"),
            Some(_) if self.done.contains(step) => Err("a step is at work that was done"),
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::AppError, plan::RunAct, words::say};

    fn began() -> Record {
        Record::Began {
            run: "r".to_owned(),
            act: RunAct::Create,
            steps: vec![
                ("vpc/main".to_owned(), Act::Create),
                ("role/job".to_owned(), Act::Create),
                ("queue/main".to_owned(), Act::Keep),
            ],
            blind: BTreeSet::new(),
        }
    }

    fn intent(step: &str) -> Record {
        Record::Intent { step: step.to_owned(), action: "a".to_owned(), on: String::new(), creates: true }
    }

    fn heard(step: &str, outcome: Outcome) -> Record {
        Record::Outcome { step: step.to_owned(), action: "a".to_owned(), outcome }
    }

    fn refused() -> Outcome {
        Outcome::Refused("no".to_owned())
    }

    fn done(step: &str) -> Record {
        Record::StepDone { step: step.to_owned() }
    }

    fn ended(ending: Ending) -> Record {
        let failure = (ending == Ending::Failed).then(|| AppError::new(say("foreign", &[])));
        Record::Ended { ending, failure }
    }

    fn rebuilt() -> Record {
        Record::Rebuilt { parts: BTreeSet::new() }
    }

    /// The first record that cannot stand where it stands.
    fn stumbles(records: &[Record]) -> Option<usize> {
        let mut course = Course::default();
        records.iter().position(|record| course.follow(record).is_err())
    }

    #[test]
    fn what_runs_do_is_legal() {
        let (vpc, role) = ("vpc/main", "role/job");
        let legal: &[&[Record]] = &[
            &[],
            &[began(), intent(vpc), heard(vpc, Outcome::Done), done(vpc), ended(Ending::Done)],
            // Lost, looked for in vain, sent again.
            &[began(), intent(vpc), intent(vpc), heard(vpc, Outcome::Done), done(vpc)],
            // Throttled, sent again, and there by then.
            &[
                began(),
                intent(vpc),
                heard(vpc, refused()),
                intent(vpc),
                heard(vpc, Outcome::Found),
                done(vpc),
            ],
            &[began(), intent(vpc), heard(vpc, refused()), heard(vpc, Outcome::Found), done(vpc)],
            // Killed, and found when it goes on; or not looked for at all, since the step has nothing to send.
            &[began(), intent(vpc), began(), heard(vpc, Outcome::Found), done(vpc), ended(Ending::Done)],
            &[began(), intent(vpc), began(), done(vpc), ended(Ending::Done)],
            &[began(), intent(vpc), began(), intent(vpc), heard(vpc, Outcome::Done), done(vpc)],
            // Side by side, and one fails.
            &[
                began(),
                intent(vpc),
                intent(role),
                heard(vpc, Outcome::Done),
                done(vpc),
                ended(Ending::Failed),
            ],
            &[began(), ended(Ending::Failed), Record::Kept, began()],
            &[began(), Record::Kept],
            &[began(), ended(Ending::Stopped), began()],
            &[rebuilt(), began(), intent(vpc)],
        ];
        for records in legal {
            assert_eq!(stumbles(records), None, "{records:#?}");
        }
    }

    #[test]
    fn what_no_run_does_is_not() {
        let (vpc, queue) = ("vpc/main", "queue/main");
        let answered = || [began(), intent(vpc), heard(vpc, Outcome::Done)];
        let illegal: &[&[Record]] = &[
            &[intent(vpc)],
            &[heard(vpc, Outcome::Found)],
            &[done(vpc)],
            &[ended(Ending::Done)],
            &[Record::Kept],
            &[began(), intent("subnet/a")],
            &[began(), intent(queue)],
            &[began(), heard(vpc, Outcome::Done)],
            &[began(), heard(vpc, Outcome::Found)],
            &[began(), intent(vpc), done(vpc)],
            &[began(), intent(vpc), heard(vpc, refused()), done(vpc)],
            &[began(), intent(vpc), heard(vpc, refused()), heard(vpc, Outcome::Done)],
            &[began(), intent(vpc), began(), heard(vpc, Outcome::Done)],
            &[began(), intent(vpc), ended(Ending::Done)],
            &[began(), ended(Ending::Failed), intent(vpc)],
            &[began(), ended(Ending::Done), ended(Ending::Done)],
            &[began(), ended(Ending::Done), Record::Kept],
            &[began(), ended(Ending::Failed), Record::Kept, Record::Kept],
            &[began(), rebuilt()],
            &[rebuilt(), rebuilt()],
            &[rebuilt(), Record::Kept],
            &[&answered()[..], &[heard(vpc, Outcome::Done)]].concat(),
            &[&answered()[..], &[done(vpc), intent(vpc)]].concat(),
            &[&answered()[..], &[done(vpc), done(vpc)]].concat(),
        ];
        for records in illegal {
            assert_eq!(stumbles(records), Some(records.len() - 1), "{records:#?}");
        }
    }
}
