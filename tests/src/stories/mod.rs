//! Things go wrong in a run on the practice account: two chosen by a seed, or each in turn at every call. Then somebody
//! acts as a person would until nothing is left to do. What must have become of it all is what becomes of it when
//! nothing goes wrong.

mod case;
mod chance;
mod every;
mod oracle;
mod person;

use std::{
    collections::BTreeMap,
    future::Future,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{runtime::Builder, time::timeout};

pub use case::{Act, Case, Kind};
pub use every::{
    KILLS, all_kinds, around_every_call, at_every_call_and_undone, few_kinds, kinds, private_kinds,
};
use oracle::Undisturbed;

use crate::inside::{seam::Seen, trouble::Trouble};

/// Set to a seed, or to the number of a story, exactly that one is run.
pub const SEED: &str = "SLIPWAY_SEED";

/// What takes longer than that never ends.
const FOR_EVER: Duration = Duration::from_hours(1000);

/// What became of many stories.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Stories.
    pub tried: usize,
    /// Those in which everything that was to go wrong did.
    pub met: usize,
    /// Calls in them that could change something.
    pub changing: usize,
    /// Those after which everything was as if nothing had gone wrong.
    pub well: usize,
    /// What should have gone and stayed, or is of nobody.
    pub leaks: usize,
    /// What is there once too often.
    pub duplicates: usize,
    /// What somebody else owns and was changed, removed or named by a call that changes something.
    pub foreign: usize,
    /// Panics.
    pub panics: usize,
    /// What was wrong, a line for each story.
    pub wrong: Vec<String>,
}

impl Outcome {
    /// The counts.
    pub fn in_words(&self) -> String {
        format!(
            "{} of {} well ({} met all faults), {} leaks, {} duplicates, {} foreign things touched in {} calls, {} panics",
            self.well,
            self.tried,
            self.met,
            self.leaks,
            self.duplicates,
            self.foreign,
            self.changing,
            self.panics
        )
    }
}

/// What was found wrong after one run.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What should have gone and stayed, or is of nobody.
    pub leaks: Vec<String>,
    /// What is there once too often.
    pub duplicates: Vec<String>,
    /// What somebody else owns and was touched.
    pub foreign: Vec<String>,
    /// Whatever else is not as it should be.
    pub other: Vec<String>,
}

impl Findings {
    fn lines(&self) -> Vec<String> {
        let all = [
            ("leak", &self.leaks),
            ("twice", &self.duplicates),
            ("foreign", &self.foreign),
            ("", &self.other),
        ];
        let line = |name: &str, text: &String| format!("{name} {text}").trim().to_owned();
        all.iter().flat_map(|(name, lines)| lines.iter().map(move |text| line(name, text))).collect()
    }
}

/// What happened in one story.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What was wrong in the end.
    pub findings: Findings,
    /// Every call, from the first that could meet a fault.
    pub calls: Vec<Seen>,
    /// How many of them came before an undo or a teardown began.
    pub before_the_way_back: usize,
    /// What the person did, and how each of it ended.
    pub deeds: Vec<String>,
}

/// Two faults at two calls, whatever each of these seeds chooses.
pub fn pairs(seeds: Range<u64>) -> Outcome {
    let book = Book::default();
    run(seeds, &book, |seed| chance::of(seed, |kind, act| book.undisturbed(kind, act).calls))
}

/// Tells these stories, as many at once as there are processors; the one that [`SEED`] names and no other when it does.
fn run(numbers: Range<u64>, book: &Book, case: impl Fn(u64) -> Case + Sync) -> Outcome {
    let only = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok());
    let numbers = only.map_or(numbers, |only: u64| only..only + 1);
    let next = AtomicU64::new(numbers.start);
    let outcome = Mutex::new(Outcome::default());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= numbers.end {
                        break;
                    }
                    let case = case(number);
                    let told = catch_unwind(AssertUnwindSafe(|| tell(&case, book)));
                    note(&mut held(&outcome), &case, told.ok());
                }
            });
        }
    });
    outcome.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs one seed and tells all of it.
pub fn one(seed: u64) -> (Case, Told) {
    let book = Book::default();
    let case = chance::of(seed, |kind, act| book.undisturbed(kind, act).calls);
    let told = tell(&case, &book);
    (case, told)
}

fn note(outcome: &mut Outcome, case: &Case, told: Option<Told>) {
    outcome.tried += 1;
    let lines = if let Some(told) = told {
        let troubled = |call: &&Seen| call.trouble.is_some_and(|trouble| trouble != Trouble::Stop);
        let met = told.calls.iter().filter(troubled).count();
        outcome.met += usize::from(met >= case.planted.len());
        outcome.changing += told.calls.iter().filter(|call| call.changes).count();
        outcome.leaks += told.findings.leaks.len();
        outcome.duplicates += told.findings.duplicates.len();
        outcome.foreign += told.findings.foreign.len();
        let mut lines = told.findings.lines();
        if !lines.is_empty() {
            lines.extend(told.deeds);
        }
        lines
    } else {
        outcome.panics += 1;
        vec!["panic".to_owned()]
    };
    if lines.is_empty() {
        outcome.well += 1;
    } else {
        let said: String = lines.join("; ").chars().take(6000).collect();
        let line = format!("{SEED}={} repeats it: {case}: {said}", case.seed);
        // Said at once: whoever waits for all may want to begin with the first.
        eprintln!("{line}");
        outcome.wrong.push(line);
    }
}

fn tell(case: &Case, book: &Book) -> Told {
    let wanted = book.undisturbed(case.kind, case.act);
    in_virtual_time(case.seed, async {
        let acted = timeout(FOR_EVER, person::acts(case, &wanted)).await;
        acted.unwrap_or_else(|_| {
            let findings = Findings { other: vec!["it never ends".to_owned()], ..Findings::default() };
            Told { findings, ..Told::default() }
        })
    })
}

/// What each act on each kind of stack comes to when nothing goes wrong; found out once.
#[derive(Debug, Default)]
struct Book(Mutex<BTreeMap<String, Undisturbed>>);

impl Book {
    fn undisturbed(&self, kind: Kind, act: Act) -> Undisturbed {
        let mut known = held(&self.0);
        known
            .entry(format!("{kind:?} {act:?}"))
            .or_insert_with(|| in_virtual_time(0, person::undisturbed(kind, act)))
            .clone()
    }
}

/// Minutes of AWS in milliseconds, and the same chance each time: the SDK's jitter is this thread's.
fn in_virtual_time<T>(seed: u64, story: impl Future<Output = T>) -> T {
    fastrand::seed(seed);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(story)
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
