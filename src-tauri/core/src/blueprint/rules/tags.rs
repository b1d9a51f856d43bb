//! The person's own tags, which go on everything: so the strictest service's rule counts, which is IAM's.

use std::collections::{BTreeMap, HashSet};

use super::{Problems, key};
use crate::words::say;

/// AWS allows fifty; Slipway's own and AWS's need room.
const MOST: usize = 40;

pub(super) fn check(tags: &BTreeMap<String, String>, problems: &mut Problems) {
    if tags.len() > MOST {
        let params = [("count", tags.len().to_string()), ("most", MOST.to_string())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        problems.add("tags", say("rule-tags-too-many", &params));
    }
    let mut seen = HashSet::new();
    for (tag, value) in tags {
        let field = format!("tags.{}", key(tag));
        let lower = tag.to_lowercase();
        if tag.is_empty() || tag.chars().count() > 128 || !tag.chars().all(is_allowed) || tag.trim() != tag {
            problems.add(&field, say("rule-tag-key", &[("key", tag)]));
        } else if lower.starts_with("aws:") || lower.starts_with("slipway:") || lower == "name" {
            problems.add(&field, say("rule-tag-reserved", &[("key", tag)]));
        } else if !seen.insert(lower) {
            problems.add(&field, say("rule-tag-case", &[("key", tag)]));
        }
        if value.chars().count() > 256 || !value.chars().all(is_allowed) {
            problems.add(field, say("rule-tag-value", &[("key", tag)]));
        }
    }
}

/// `[\p{L}\p{Z}\p{N}_.:/=+\-@]`, as IAM writes it; of the blanks only the plain one, since others look alike.
fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}
