//! What must have become of it: the same stack or nothing, nothing twice, and nobody else's things touched.

use serde_json::Value;

use super::{Findings, case::Act};
use crate::inside::{account::Account, shape::changed, shape::left_over, shape::shape};

/// What somebody else has, by parts of names and by ids, in the account that everything happens in.
pub(super) const OF_OTHERS: &str = "somebodys";

/// How an act ends that nothing disturbs.
#[derive(Debug, Clone)]
pub(super) struct Undisturbed {
    /// Calls in all, and of those that change something.
    pub(super) calls: (usize, usize),
    /// What is there in the end.
    pub(super) shape: Vec<String>,
}

/// Whether it ends with a stack.
pub(super) fn stays(act: Act) -> bool {
    !matches!(act, Act::Undo | Act::Teardown)
}

/// What is there, but for what the account has noted to do.
pub(super) fn seen(account: &Value) -> Vec<String> {
    let mut shape = shape(account);
    shape.retain(|line| !["/agenda", "/orders"].iter().any(|part| line.contains(part)));
    shape
}

/// Compares what is with what should be.
pub(super) fn judge(
    act: Act,
    account: &Account,
    before: &Value,
    others: &[String],
    wanted: &Undisturbed,
) -> Findings {
    let mut found = Findings::default();
    let after = account.practice.dump().expect("an account");
    if stays(act) {
        for line in differences(&wanted.shape, &seen(&after)) {
            match line {
                Difference::More(text) => found.duplicates.push(text),
                Difference::Less(text) => found.other.push(text),
            }
        }
        found.foreign = changed(before, &after, others);
    } else {
        let left = left_over(before, &after);
        found.foreign = changed(before, &after, others);
        found.leaks = left.into_iter().filter(|path| !found.foreign.contains(path)).collect();
    }
    let touching = account.seam.seen().into_iter().filter(|call| call.changes && call.names_watched);
    found.foreign.extend(touching.map(|call| call.action));
    found
}

enum Difference {
    More(String),
    Less(String),
}

/// Each line ends with how many there are.
fn differences(wanted: &[String], found: &[String]) -> Vec<Difference> {
    let count = |lines: &[String], path: &str| {
        let of = |line: &String| {
            let (this, count) = line.rsplit_once(' ')?;
            (this == path).then(|| count.parse::<usize>().unwrap_or(0))
        };
        lines.iter().find_map(of).unwrap_or(0)
    };
    let path = |line: &String| line.rsplit_once(' ').map(|(path, _)| path.to_owned());
    let mut paths: Vec<_> = wanted.iter().chain(found).filter_map(path).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .filter_map(|path| {
            let (wanted, found) = (count(wanted, &path), count(found, &path));
            let text = format!("{path}: {found} instead of {wanted}");
            match found.cmp(&wanted) {
                std::cmp::Ordering::Greater => Some(Difference::More(text)),
                std::cmp::Ordering::Less => Some(Difference::Less(text)),
                std::cmp::Ordering::Equal => None,
            }
        })
        .collect()
}
