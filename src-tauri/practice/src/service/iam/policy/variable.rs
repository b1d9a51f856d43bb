//! Policy variables, and the patterns that they stand in (IAM User Guide, "IAM policy elements: Variables and tags").

use super::Context;
use crate::wire::{Place, fits};

/// A character of a policy's text, and whether it stands for itself alone: what a variable brings is no wildcard.
type Character = (char, bool);

/// The text with its variables replaced; none when a variable has no value, since then nothing is meant.
fn replaced(text: &str, context: &Context, variables: bool) -> Option<Vec<Character>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${").filter(|_| variables) {
        let Some(end) = rest[at..].find('}') else { break };
        out.extend(rest[..at].chars().map(|c| (c, false)));
        let variable = rest[at + 2..at + end].trim();
        let value = match variable {
            // How a policy writes these characters where they would be wildcards or begin a variable.
            "*" | "?" | "$" => variable.to_owned(),
            _ => value(variable, context)?,
        };
        out.extend(value.chars().map(|c| (c, true)));
        rest = &rest[at + end + 1..];
    }
    out.extend(rest.chars().map(|c| (c, false)));
    Some(out)
}

/// `aws:username`, or `aws:PrincipalTag/team, 'none'` with what is taken where there is no such tag.
fn value(variable: &str, context: &Context) -> Option<String> {
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key.trim(), default.trim().strip_prefix('\'')?.strip_suffix('\'')),
        None => (variable, None),
    };
    match context.get(key) {
        Some([one]) => Some(one.clone()),
        // A key with several values cannot be a variable.
        Some(_) => None,
        None => default.map(str::to_owned),
    }
}

/// The text as it is to be compared.
pub(super) fn text(text: &str, context: &Context, variables: bool) -> Option<String> {
    Some(replaced(text, context, variables)?.into_iter().map(|(c, _)| c).collect())
}

/// The text as a pattern: its own `*` and `?` are wildcards.
pub(super) fn pattern(text: &str, context: &Context, variables: bool) -> Option<Vec<Place>> {
    let place = |(c, alone)| if alone { Place::Exactly(c) } else { Place::of(c) };
    Some(replaced(text, context, variables)?.into_iter().map(place).collect())
}

/// Whether a pattern fits, case and all.
pub(super) fn like(pattern: &[Place], text: &str) -> bool {
    fits(pattern, &text.chars().collect::<Vec<_>>(), |a, b| a == b)
}

/// Whether an ARN's pattern fits: each of its six parts by itself.
pub(super) fn arn_like(pattern: &[Place], arn: &str) -> bool {
    let parts: Vec<&[Place]> = pattern.splitn(6, |place| *place == Place::Exactly(':')).collect();
    let found: Vec<&str> = arn.splitn(6, ':').collect();
    pattern == [Place::Run]
        || parts.len() == 6
            && found.len() == 6
            && parts.iter().zip(found).all(|(pattern, part)| like(pattern, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitting(pattern: &str, found: &str) -> bool {
        let context = Context::default().with("aws:username", "a*c").with("aws:TagKeys", "x");
        super::pattern(pattern, &context, true).is_some_and(|pattern| like(&pattern, found))
    }

    #[test]
    fn a_variables_value_is_no_pattern_and_one_without_a_value_means_nothing() {
        assert!(fitting("home/${aws:username}/*", "home/a*c/x"));
        assert!(!fitting("home/${aws:username}/*", "home/abc/x"));
        assert!(fitting("home/${AWS:UserName}", "home/a*c"));
        assert!(!fitting("home/${aws:nobody}", "home/"));
        assert!(fitting("${aws:nobody, 'no one'}-*", "no one-1"));
        assert!(fitting("${*}${?}${$}{x}", "*?${x}"));
        assert!(!fitting("${*}", "abc"));
        assert!(fitting("open ${aws", "open ${aws"));
        assert_eq!(
            text("${aws:username}", &Context::default().with("aws:username", "me"), false).as_deref(),
            Some("${aws:username}")
        );
    }

    #[test]
    fn an_arns_wildcard_stays_in_its_part() {
        let fits = |pattern: &str, arn: &str| {
            super::pattern(pattern, &Context::default(), true).is_some_and(|pattern| arn_like(&pattern, arn))
        };
        assert!(fits("arn:aws:iam::*:role/team-*", "arn:aws:iam::111122223333:role/team-x:y"));
        assert!(!fits("arn:*:role/x", "arn:aws:iam::111122223333:role/x"));
        assert!(!fits("arn:aws:iam::*", "arn:aws:iam::111122223333:role/x"));
        assert!(fits("*", "arn:aws:iam::111122223333:role/x"));
        assert!(!fits("arn:aws:iam::*:role/*", "boop"));
    }
}
