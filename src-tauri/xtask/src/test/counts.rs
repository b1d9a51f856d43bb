//! Counting tests by what the runners themselves print.

use std::ops::AddAssign;

/// How many tests passed, failed, and were not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    pub(crate) fn total(self) -> u64 {
        self.passed + self.failed + self.skipped
    }

    /// From a line of libtest: `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`.
    pub(crate) fn of_libtest(line: &str) -> Option<Self> {
        let numbers = line.strip_prefix("test result: ")?;
        Some(Self {
            passed: before(numbers, " passed")?,
            failed: before(numbers, " failed")?,
            skipped: before(numbers, " ignored")?,
        })
    }

    /// From vitest's summary: `Tests  1 failed | 12 passed | 2 skipped (15)`.
    pub(crate) fn of_vitest(line: &str) -> Option<Self> {
        let numbers = line.trim_start().strip_prefix("Tests ")?;
        Some(Self {
            passed: before(numbers, " passed").unwrap_or(0),
            failed: before(numbers, " failed").unwrap_or(0),
            skipped: before(numbers, " skipped").unwrap_or(0) + before(numbers, " todo").unwrap_or(0),
        })
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> Option<u64> {
    text[..text.find(word)?].rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn libtest_lines_are_counted() {
        let line = "test result: FAILED. 31 passed; 2 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.1s";
        assert_eq!(Counts::of_libtest(line), Some(Counts { passed: 31, failed: 2, skipped: 1 }));
        assert_eq!(Counts::of_libtest("test a::b ... ok"), None);
    }

    #[test]
    fn vitest_lines_are_counted() {
        let line = "      Tests  1 failed | 12 passed | 2 skipped (15)";
        assert_eq!(Counts::of_vitest(line), Some(Counts { passed: 12, failed: 1, skipped: 2 }));
        assert_eq!(Counts::of_vitest("      Tests  4 passed (4)").map(|c| c.passed), Some(4));
        assert_eq!(Counts::of_vitest(" Test Files  1 passed (1)"), None);
    }
}
