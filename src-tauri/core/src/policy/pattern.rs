//! Patterns with wildcards against texts of which a part may not be known.

/// How much of what is asked about a pattern means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Overlap {
    None,
    Some,
    Whole,
}

/// How much of `asked` the pattern means: `*` is any run of characters in both, `?` any one in the pattern.
pub(super) fn overlap(pattern: &str, asked: &str) -> Overlap {
    let (variable, pattern) = without_variables(pattern);
    let pattern: Vec<char> = pattern.chars().collect();
    let asked: Vec<char> = asked.chars().collect();
    if !walk(&pattern, &asked, false) {
        Overlap::None
    } else if !variable && walk(&pattern, &asked, true) {
        Overlap::Whole
    } else {
        Overlap::Some
    }
}

/// The same of ARNs. A run could reach into the next part, but only where a name holds what looks like the rest of
/// another ARN.
pub(super) fn of_arns(pattern: &str, asked: &str) -> Overlap {
    let (parts, others): (Vec<_>, Vec<_>) =
        (pattern.splitn(6, ':').collect(), asked.splitn(6, ':').collect());
    match overlap(pattern, asked) {
        Overlap::Some if parts.len() == 6 && others.len() == 6 => {
            let each = parts.iter().zip(others).map(|(pattern, asked)| overlap(pattern, asked));
            // What is whole part by part would have been whole at once.
            each.min().unwrap_or(Overlap::Some).min(Overlap::Some)
        }
        plain => plain,
    }
}

/// What a variable says is decided by who asks (IAM User Guide, "IAM policy elements: Variables and tags"); until then
/// it may be anything.
fn without_variables(pattern: &str) -> (bool, String) {
    let mut rest = pattern;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("${") {
        let Some((_, behind)) = after.split_once('}') else { break };
        plain.push_str(before);
        plain.push('*');
        rest = behind;
    }
    let variable = !plain.is_empty();
    plain.push_str(rest);
    (variable, plain)
}

/// Whether some text is meant by both; or, where `whole` is asked, every text that `asked` stands for is meant by the
/// pattern: then a run in `asked` is something that only a run in the pattern takes in.
fn walk(pattern: &[char], asked: &[char], whole: bool) -> bool {
    // Row by row: which ends of `asked` are reached by the pattern up to here.
    let mut reached = vec![false; asked.len() + 1];
    reached[0] = true;
    let skip_runs = |reached: &mut Vec<bool>| {
        // A run may also stand for nothing.
        for at in 0..asked.len() {
            if !whole && asked[at] == '*' && reached[at] {
                reached[at + 1] = true;
            }
        }
    };
    skip_runs(&mut reached);
    for letter in pattern {
        let mut next = vec![false; asked.len() + 1];
        if *letter == '*' {
            let mut any = false;
            for (at, was) in reached.iter().enumerate() {
                any |= *was;
                next[at] = any;
            }
        } else {
            for (at, other) in asked.iter().enumerate() {
                if !reached[at] {
                    continue;
                }
                if *other == '*' {
                    // The run goes on behind this letter.
                    next[at] |= !whole;
                } else if *letter == '?' || letter == other {
                    next[at + 1] = true;
                }
            }
        }
        skip_runs(&mut next);
        reached = next;
    }
    reached[asked.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_mean_all_of_it_some_of_it_or_none() {
        for (pattern, asked, wanted) in [
            ("*", "", Overlap::Whole),
            ("*", "*", Overlap::Whole),
            ("?*", "*", Overlap::Some),
            ("a*", "a*", Overlap::Whole),
            ("a*c", "a*", Overlap::Some),
            ("a*", "*c", Overlap::Some),
            ("ab*", "a", Overlap::None),
            ("a?c", "abc", Overlap::Whole),
            ("a?c", "a*c", Overlap::Some),
            ("ac", "a*c", Overlap::Some),
            ("", "", Overlap::Whole),
            ("b", "a*", Overlap::None),
            ("${aws:username}", "ana", Overlap::Some),
            ("a/${aws:username}", "b/ana", Overlap::None),
            ("open ${aws", "open ${aws", Overlap::Whole),
        ] {
            assert_eq!(overlap(pattern, asked), wanted, "{pattern} of {asked}");
        }
    }

    proptest! {
        /// What stands for many texts is meant whole only where each of them is, and not at all only where none is.
        #[test]
        fn a_text_not_known_yet_is_judged_as_each_that_it_may_become(
            pattern in "[ab*?]{0,6}",
            asked in "[ab*]{0,5}",
            fill in "[ab]{0,3}",
        ) {
            let one = asked.replace('*', &fill);
            match overlap(&pattern, &asked) {
                Overlap::Whole => prop_assert_eq!(overlap(&pattern, &one), Overlap::Whole),
                Overlap::None => prop_assert_eq!(overlap(&pattern, &one), Overlap::None),
                Overlap::Some => {}
            }
        }
    }
}
