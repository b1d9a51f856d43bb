//! Several runs of the same thing, and how two things compare.

use std::time::{Duration, Instant};

/// How long something took, several times over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Took(Vec<Duration>);

impl Took {
    /// Notes one run.
    pub(crate) fn time<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = run();
        self.0.push(started.elapsed());
        result
    }

    /// Seconds of the run in the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort();
        sorted.get(sorted.len() / 2).map_or(0.0, Duration::as_secs_f64)
    }

    fn in_words(&self) -> String {
        let seconds = self.0.iter().map(Duration::as_secs_f64);
        let (least, most) =
            seconds.fold((f64::INFINITY, 0.0_f64), |(least, most), s| (least.min(s), most.max(s)));
        format!("{:.2} s ({least:.2} to {most:.2}, {} runs)", self.median(), self.0.len())
    }
}

/// Prints two of them with their calls, and how many times longer the second took.
pub(crate) fn compare(what: &str, ours: (&str, &Took, usize), theirs: (&str, &Took, usize)) {
    println!("\n{what}");
    for (name, took, calls) in [ours, theirs] {
        println!("  {name:<34} {:<34} {calls} calls", took.in_words());
    }
    println!(
        "  ratio                              {:.1}",
        theirs.1.median() / ours.1.median().max(f64::EPSILON)
    );
}
