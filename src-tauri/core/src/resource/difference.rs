//! What is not as the blueprint wants it, attribute by attribute.

use serde::{Deserialize, Serialize};

use super::Evidence;

/// The attribute that is not as it should be where AWS says that something does not work.
pub const STATUS: &str = "status";

/// An attribute that is not as the blueprint wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Difference {
    /// The attribute, in AWS's words: `MapPublicIpOnLaunch`; one of many by its name: `environment.BUCKET`.
    pub what: String,
    /// What it is; none where it is not set.
    pub found: Option<String>,
    /// What it should be; none where it should not be set.
    pub wanted: Option<String>,
}

impl Difference {
    /// Both values, when they differ. An empty one counts as not set.
    pub fn between(what: &str, found: impl ToString, wanted: impl ToString) -> Option<Self> {
        let set = |value: String| Some(value).filter(|value| !value.is_empty());
        Self::of(what, set(found.to_string()), set(wanted.to_string()))
    }

    /// What should be there and is not.
    pub fn lacking(what: &str, wanted: impl ToString) -> Self {
        Self { what: what.to_owned(), found: None, wanted: Some(wanted.to_string()) }
    }

    /// What is there and should not be.
    pub fn added(what: &str, found: impl ToString) -> Self {
        Self { what: what.to_owned(), found: Some(found.to_string()), wanted: None }
    }

    fn of(what: &str, found: Option<String>, wanted: Option<String>) -> Option<Self> {
        (found != wanted).then(|| Self { what: what.to_owned(), found, wanted })
    }
}

/// What makes one thing differ from another of its kind: attributes that are set, in the order in which they are told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Attributes(Vec<(String, String)>);

impl Attributes {
    /// With this one, where it has a value.
    pub(crate) fn with(mut self, what: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        if !value.is_empty() {
            self.0.push((what.to_owned(), value));
        }
        self
    }

    /// With each of many, by its name. An empty value is one, too.
    pub(crate) fn with_each<N: AsRef<str>, V: ToString>(
        mut self,
        what: &str,
        each: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let named = |(name, value): (N, V)| (format!("{what}.{}", name.as_ref()), value.to_string());
        self.0.extend(each.into_iter().map(named));
        self
    }

    /// With each of many whose order counts, by its place from 1.
    pub(crate) fn with_list<V: ToString>(self, what: &str, list: impl IntoIterator<Item = V>) -> Self {
        self.with_each(what, (1..).zip(list).map(|(place, value): (u32, V)| (place.to_string(), value)))
    }

    /// What is found here and wanted there, where that is not the same.
    pub(crate) fn differences(&self, wanted: &Self) -> Vec<Difference> {
        let mut names: Vec<&str> = wanted.0.iter().map(|(name, _)| name.as_str()).collect();
        // What is only found stands behind what it was told behind.
        let mut behind = 0;
        for (name, _) in &self.0 {
            let place = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.insert(behind, name);
                behind
            });
            behind = place + 1;
        }
        names
            .into_iter()
            .filter_map(|name| Difference::of(name, self.value(name), wanted.value(name)))
            .collect()
    }

    /// As what a verdict rests on.
    pub(crate) fn evidence(&self) -> impl Iterator<Item = Evidence> {
        self.0.iter().map(|(what, value)| Evidence::new(what, value))
    }

    fn value(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_goes_and_changes_is_told_where_it_belongs() {
        let found = Attributes::default()
            .with("image", "busybox:1")
            .with_each("environment", [("GONE", "x"), ("KEPT", "y"), ("TOLD", "z")])
            .with("user", "root")
            .with("GPU", "");
        let wanted = Attributes::default()
            .with("image", "busybox:2")
            .with_each("environment", [("EMPTY", ""), ("KEPT", "y"), ("TOLD", "Z")])
            .with_list("evaluateOnExit", ["retry"]);
        let told = |what: &str, found: Option<&str>, wanted: Option<&str>| Difference {
            what: what.to_owned(),
            found: found.map(str::to_owned),
            wanted: wanted.map(str::to_owned),
        };
        assert_eq!(
            found.differences(&wanted),
            [
                told("image", Some("busybox:1"), Some("busybox:2")),
                told("environment.GONE", Some("x"), None),
                told("environment.EMPTY", None, Some("")),
                told("environment.TOLD", Some("z"), Some("Z")),
                told("user", Some("root"), None),
                told("evaluateOnExit.1", None, Some("retry")),
            ]
        );
        assert_eq!(found.differences(&found), []);
        assert_eq!(found.evidence().count(), 5);
    }
}
