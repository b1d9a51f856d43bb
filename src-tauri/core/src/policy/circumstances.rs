//! What is known of a request that nobody has made yet.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::Moment;

/// What a request has under a key of conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key<'k> {
    /// This, `*` standing for what of it is not known.
    Is(&'k str),
    /// A moment no earlier than this.
    From(Moment),
    /// Surely nothing.
    Absent,
    /// This, or nothing.
    PerhapsIs(&'k str),
    Unknown,
}

/// The keys of conditions, in lower case, as far as they are known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Circumstances {
    keys: BTreeMap<String, String>,
    perhaps: BTreeMap<&'static str, &'static str>,
    absent: BTreeSet<&'static str>,
    /// Whether whoever calls has no other tags than those among the keys.
    tags_are_all: bool,
    from: Option<Moment>,
}

const TAG: &str = "aws:principaltag/";
const TIMES: [&str; 3] = ["aws:currenttime", "aws:epochtime", "aws:tokenissuetime"];

impl<const N: usize> From<[(&'static str, String); N]> for Circumstances {
    fn from(known: [(&'static str, String); N]) -> Self {
        let keys = known.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
        Self { keys, ..Self::default() }
    }
}

impl Circumstances {
    /// What is known of any request that a role of an account makes in a region, by HTTPS as all of them are.
    pub(crate) fn by_role(region: &str, account: &str, arn: String) -> Self {
        Self::from([
            ("aws:requestedregion", region.to_owned()),
            ("aws:securetransport", "true".to_owned()),
            ("aws:principalaccount", account.to_owned()),
            ("aws:principalarn", arn),
            ("aws:principalisawsservice", "false".to_owned()),
        ])
    }

    pub(crate) fn insert(&mut self, key: &str, value: String) {
        self.keys.insert(key.to_owned(), value);
    }

    /// Requests surely have none of these.
    pub(crate) fn without(mut self, keys: &[&'static str]) -> Self {
        self.absent.extend(keys);
        self
    }

    /// Where they have this key at all, this is its value.
    pub(crate) fn perhaps(mut self, key: &'static str, value: &'static str) -> Self {
        self.perhaps.insert(key, value);
        self
    }

    /// Whoever calls has these tags and no others.
    pub(crate) fn with_tags<'t>(mut self, tags: impl IntoIterator<Item = (&'t String, &'t String)>) -> Self {
        let tags = tags.into_iter();
        self.keys.extend(tags.map(|(key, value)| (format!("{TAG}{}", key.to_lowercase()), value.clone())));
        self.tags_are_all = true;
        self
    }

    /// They come at this moment or later, with credentials that are no older.
    pub(crate) fn since(mut self, moment: Moment) -> Self {
        self.from = Some(moment);
        self
    }

    pub(super) fn get(&self, key: &str) -> Key<'_> {
        if let Some(value) = self.keys.get(key) {
            return Key::Is(value);
        }
        if self.absent.contains(key) || self.tags_are_all && key.starts_with(TAG) {
            return Key::Absent;
        }
        match (self.perhaps.get(key), self.from) {
            (Some(value), _) => Key::PerhapsIs(value),
            (None, Some(moment)) if TIMES.contains(&key) => Key::From(moment),
            _ => Key::Unknown,
        }
    }
}
