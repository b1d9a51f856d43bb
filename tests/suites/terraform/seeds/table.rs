//! The table of a seed: what its article sets, argument by argument, beside what our export has there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::exported::{Exported, Found};

/// What stands where there is nothing.
const NOTHING: &str = "—";

/// `NNN-name.table.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// The article, in a few words.
    pub(super) article: String,
    /// Every resource and data source of the article, or for one without Terraform every thing that it sets up.
    resources: Vec<String>,
    /// What the article calls one way and our export another, though they are the same: `var.module_name` is
    /// `local.name`.
    #[serde(default)]
    words: BTreeMap<String, String>,
    /// Reasons that hold for many rows, by a short name.
    #[serde(default)]
    reasons: BTreeMap<String, String>,
    row: Vec<Row>,
}

/// One argument.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    resource: String,
    argument: String,
    article: String,
    address: String,
    path: String,
    ours: String,
    #[serde(default)]
    reason: Option<String>,
}

/// What a table comes to once it has been held against an export.
pub(super) struct Judged {
    /// Rows whose values are the same.
    pub(super) same: usize,
    /// Rows that differ, each with its reason.
    pub(super) different: usize,
    /// What is wrong with the table; empty when it holds.
    pub(super) complaints: Vec<String>,
    /// The table for reading.
    pub(super) markdown: String,
}

impl Table {
    /// Holds every row against the export. `mask` puts the names of placeholders for this account's own values.
    pub(super) fn judge(&self, exported: &Exported, mask: impl Fn(String) -> String) -> Judged {
        let mut judged =
            Judged { same: 0, different: 0, complaints: self.whole(exported), markdown: self.head() };
        for row in &self.row {
            let what = format!("{} {} (ours: {} {})", row.resource, row.argument, row.address, row.path);
            let found = exported.look(&row.address, &row.path);
            let there = found.as_ref().map_or_else(|| NOTHING.to_owned(), |found| mask(found.whole()));
            if there != row.ours {
                judged.complaints.push(format!("stale: {what}: `{}` is in truth `{there}`", row.ours));
            }
            let same = self.same(row, found.as_ref(), &mask);
            match (same, &row.reason) {
                (true, None) => judged.same += 1,
                (false, Some(_)) => judged.different += 1,
                (true, Some(_)) => judged.complaints.push(format!("a reason, but no difference: {what}")),
                (false, None) => judged.complaints.push(format!("a difference without a reason: {what}")),
            }
            judged.markdown.push_str(&self.line(row, &there));
        }
        judged
    }

    /// Whether the article has what our export has, its references and its own words put into ours.
    fn same(&self, row: &Row, found: Option<&Found>, mask: &impl Fn(String) -> String) -> bool {
        let article = bare(&self.in_our_words(&row.article));
        let ours = found.map(|found| {
            let comes_to = found.comes_to.iter().cloned();
            comes_to.chain([found.written.clone(), found.whole()]).map(|text| bare(&mask(text))).collect()
        });
        ours.unwrap_or_else(|| vec![NOTHING.to_owned()]).contains(&article)
    }

    fn in_our_words(&self, article: &str) -> String {
        let addresses = self.row.iter().filter(|row| row.address != NOTHING && row.resource != NOTHING);
        let addresses = addresses.map(|row| (row.resource.as_str(), row.address.as_str()));
        let words = self.words.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str()));
        // The first row of a resource says what it corresponds to.
        let mut pairs: BTreeMap<&str, &str> = BTreeMap::new();
        for (theirs, ours) in addresses.chain(words) {
            pairs.entry(theirs).or_insert(ours);
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || ['_', '-', '.'].contains(&c);
        let mut text = String::new();
        let mut rest = article;
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len()).max(first.len_utf8());
            let (name, after) = rest.split_at(end);
            let known = pairs.iter().find(|(theirs, _)| {
                name.strip_prefix(**theirs).is_some_and(|left| left.is_empty() || left.starts_with('.'))
            });
            match known {
                Some((theirs, ours)) => text.push_str(&name.replacen(theirs, ours, 1)),
                None => text.push_str(name),
            }
            rest = after;
        }
        text
    }

    /// What concerns no single row: nothing of the article and nothing of the export is left out.
    fn whole(&self, exported: &Exported) -> Vec<String> {
        let mut complaints = Vec::new();
        let theirs: BTreeSet<&str> = self.row.iter().map(|row| row.resource.as_str()).collect();
        let listed: BTreeSet<&str> = self.resources.iter().map(String::as_str).chain([NOTHING]).collect();
        complaints.extend(
            listed
                .difference(&theirs)
                .filter(|r| **r != NOTHING)
                .map(|r| format!("no row for the article's {r}")),
        );
        complaints.extend(theirs.difference(&listed).map(|r| format!("the article has no {r}")));
        let ours: BTreeSet<&str> = self.row.iter().map(|row| row.address.as_str()).collect();
        let there: BTreeSet<&str> = exported.resources().chain([NOTHING]).collect();
        complaints.extend(
            there.difference(&ours).filter(|r| **r != NOTHING).map(|r| format!("no row for our {r}")),
        );
        complaints.extend(ours.difference(&there).map(|address| format!("the export has no {address}")));
        let mut rows = BTreeSet::new();
        complaints.extend(
            self.row
                .iter()
                .filter(|row| !rows.insert((&row.resource, &row.argument, &row.address, &row.path)))
                .map(|row| format!("twice: {} {}", row.resource, row.argument)),
        );
        let used: BTreeSet<&str> = self.row.iter().filter_map(|row| row.reason.as_deref()).collect();
        complaints.extend(
            self.reasons
                .keys()
                .filter(|name| !used.contains(name.as_str()))
                .map(|name| format!("no row has the reason {name}")),
        );
        // A short name that nobody explains is no reason.
        complaints.extend(
            used.iter()
                .filter(|reason| !reason.contains(' ') && !self.reasons.contains_key(**reason))
                .map(|reason| format!("nothing is called {reason} in [reasons]")),
        );
        complaints
    }

    fn head(&self) -> String {
        format!(
            "# {}\n\n| article | argument | there | ours | argument | here | why |\n|---|---|---|---|---|---|---|\n",
            self.article
        )
    }

    fn line(&self, row: &Row, there: &str) -> String {
        let reason = row.reason.as_deref().unwrap_or("");
        let reason = self.reasons.get(reason).map_or(reason, String::as_str);
        let cells = [&row.resource, &row.argument, &row.article, &row.address, &row.path, there, reason].map(
            |cell| {
                // A cell ends where a bar stands.
                cell.replace('|', "\\|")
            },
        );
        format!("| {} |\n", cells.join(" | "))
    }
}

/// IAM and Terraform take one value and a list of that value for the same.
fn bare(text: &str) -> String {
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(one) if !one.contains(", ") => one.to_owned(),
        _ => text.to_owned(),
    }
}
