//! Two things go wrong in one run on the practice account, both chosen by a seed; then somebody acts as a person would
//! until nothing is left to do. What must have become of it all is what becomes of it when nothing goes wrong.

mod chance;
mod oracle;
mod person;

use std::{
    collections::BTreeMap,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{runtime::Builder, time::timeout};

pub use chance::{Act, Case, Kind};
use oracle::Undisturbed;

use crate::inside::seam::Seen;

/// Set to a seed, exactly that one is run.
pub const SEED: &str = "SLIPWAY_SEED";

/// What takes longer than that never ends.
const FOR_EVER: Duration = Duration::from_hours(1000);

/// What became of many seeds.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Seeds.
    pub tried: usize,
    /// Those of which both faults came.
    pub met: usize,
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
    /// What was wrong, a line for each seed.
    pub wrong: Vec<String>,
}

impl Outcome {
    /// The counts.
    pub fn in_words(&self) -> String {
        format!(
            "{} of {} well ({} met both faults), {} leaks, {} duplicates, {} foreign things touched, {} panics",
            self.well, self.tried, self.met, self.leaks, self.duplicates, self.foreign, self.panics
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

/// What one seed did.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What was wrong in the end.
    pub findings: Findings,
    /// Every call, from the first that could meet a fault.
    pub calls: Vec<Seen>,
    /// What the person did, and how each of it ended.
    pub deeds: Vec<String>,
}

/// Runs these seeds, as many at once as there are processors; the one that [`SEED`] names and no other when it does.
pub fn run(seeds: std::ops::Range<u64>) -> Outcome {
    let only = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok());
    let seeds = only.map_or(seeds, |only: u64| only..only + 1);
    let known = Book::default();
    let next = AtomicU64::new(seeds.start);
    let outcome = Mutex::new(Outcome::default());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        break;
                    }
                    let case = Case::of(seed, |kind, act| known.undisturbed(kind, act).calls);
                    let told = catch_unwind(AssertUnwindSafe(|| tell(&case, &known)));
                    note(&mut held(&outcome), &case, told.ok());
                }
            });
        }
    });
    outcome.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs one seed and tells all of it.
pub fn one(seed: u64) -> (Case, Told) {
    let known = Book::default();
    let case = Case::of(seed, |kind, act| known.undisturbed(kind, act).calls);
    let told = tell(&case, &known);
    (case, told)
}

fn note(outcome: &mut Outcome, case: &Case, told: Option<Told>) {
    outcome.tried += 1;
    let lines = if let Some(told) = told {
        let met = told.calls.iter().filter(|call| call.trouble.is_some()).count();
        outcome.met += usize::from(met >= 2);
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

fn tell(case: &Case, known: &Book) -> Told {
    let wanted = known.undisturbed(case.kind, case.act);
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
