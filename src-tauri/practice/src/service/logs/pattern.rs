//! Filter patterns.

use super::invalid;
use crate::fault::Fault;

/// The plain filter patterns: words that must all be there, `?` before words of which one must, `-` before
/// words that must not, quotes around phrases.
pub(super) struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        if text.trim_start().starts_with(['{', '[', '%']) {
            return Err(invalid(
                "The practice account knows filter patterns of words and phrases only, not of fields or expressions.",
            ));
        }
        let mut pattern = Self { all: Vec::new(), any: Vec::new(), none: Vec::new() };
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (sign, tail) = match rest.split_at(1) {
                (sign @ ("?" | "-"), tail) => (sign, tail),
                _ => ("", rest),
            };
            let (term, after) = match tail.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
                Some(found) => found,
                None => tail.split_once(char::is_whitespace).unwrap_or((tail, "")),
            };
            match sign {
                "?" => pattern.any.push(term.to_owned()),
                "-" => pattern.none.push(term.to_owned()),
                _ => pattern.all.push(term.to_owned()),
            }
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    pub(super) fn fits(&self, message: &str) -> bool {
        self.all.iter().all(|term| message.contains(term))
            && (self.any.is_empty() || self.any.iter().any(|term| message.contains(term)))
            && !self.none.iter().any(|term| message.contains(term))
    }
}
