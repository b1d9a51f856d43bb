//! The rule for names that Slipway puts together to names in AWS.

use std::collections::HashSet;

use super::Problems;
use crate::{blueprint::names::LONGEST_PART, words::say};

/// Lower-case letters, digits and single hyphens, beginning with a letter. IAM and Batch allow more; ECR
/// does not: it refuses capitals, a hyphen at the end and two in a row.
pub(super) fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && !name.contains("--")
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Checks the names of one list of the blueprint, `list[0].name` and so on.
pub(super) fn parts<'n>(list: &str, names: impl Iterator<Item = &'n str>, problems: &mut Problems) {
    let mut seen = HashSet::new();
    for (index, name) in names.enumerate() {
        let field = format!("{list}[{index}].name");
        if !is_plain(name) || name.len() > LONGEST_PART {
            let params = [("name", name), ("longest", &LONGEST_PART.to_string())];
            problems.add(field, say("rule-part-name", &params));
        } else if !seen.insert(name) {
            problems.add(field, say("rule-name-twice", &[("name", name)]));
        }
    }
}

/// `vpc-0123abcd`: EC2 gives eight digits, and since 2016 seventeen.
pub(super) fn is_ec2_id(kind: &str, id: &str) -> bool {
    matches!(digits(kind, id), Some(8 | 17))
}

/// `fs-0123abcd`: eight to forty digits (CreateAccessPoint in the API reference of EFS, `FileSystemId`).
pub(super) fn is_efs_id(kind: &str, id: &str) -> bool {
    matches!(digits(kind, id), Some(8..=40))
}

/// How many digits an id has behind its kind; none where it is no id of that kind.
fn digits(kind: &str, id: &str) -> Option<usize> {
    let digits = id.strip_prefix(kind)?.strip_prefix('-')?;
    digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')).then_some(digits.len())
}

/// A share identifier: "limited to 255 alphanumeric characters, and can be followed by an asterisk (*)" (SubmitJob and
/// ShareAttributes, `shareIdentifier`).
pub(crate) fn is_share(name: &str) -> bool {
    let stem = name.strip_suffix('*').unwrap_or(name);
    !stem.is_empty() && name.len() <= 255 && stem.bytes().all(|b| b.is_ascii_alphanumeric())
}
