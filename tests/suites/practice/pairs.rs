//! Two faults at two calls, chosen by a seed, a thousand times.

use slipway_tests::{seen, stories};

#[test]
fn a_thousand_pairs_of_faults_leave_nothing_double_or_behind() {
    let outcome = stories::pairs(0..1000);
    assert!(outcome.wrong.is_empty(), "{}: {:#?}", outcome.in_words(), outcome.wrong);
    seen::all("pairs of faults survived", outcome.well, outcome.tried);
    seen::figure(
        "calls that touched what is somebody else's, in pairs of faults",
        &format!("{} of {}", outcome.foreign, outcome.changing),
    );
}

#[test]
fn a_seed_repeats() {
    for seed in [1, 2, 3, 5, 8, 13] {
        let (first, second) = (stories::one(seed).1, stories::one(seed).1);
        assert!(!first.calls.is_empty());
        assert_eq!(first.calls, second.calls, "seed {seed}");
        assert_eq!(first.deeds, second.deeds, "seed {seed}");
    }
}
