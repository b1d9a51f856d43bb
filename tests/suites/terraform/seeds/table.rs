//! The table of a seed: what its article sets, argument by argument, beside what our export has there.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::exported::{Exported, Found};
use super::names::{Place, kind};
use super::whole;

/// What stands where there is nothing.
pub(super) const NOTHING: &str = "—";

/// `NNN-name.table.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// The article, in a few words.
    article: String,
    /// Every resource and data source of the article, or for one without Terraform every thing that it sets up.
    pub(super) resources: Vec<String>,
    /// What the article calls one way and our export another, though they are the same: `var.module_name` is
    /// `local.name`.
    #[serde(default)]
    words: BTreeMap<String, String>,
    /// Reasons that hold for many rows, by a short name.
    #[serde(default)]
    pub(super) reasons: BTreeMap<String, String>,
    pub(super) row: Vec<Row>,
}

/// One argument.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) resource: String,
    pub(super) argument: String,
    pub(super) article: String,
    pub(super) address: String,
    pub(super) path: String,
    pub(super) ours: String,
    #[serde(default)]
    pub(super) reason: Option<String>,
}

impl Row {
    /// Both sides by name.
    pub(super) fn what(&self) -> String {
        format!("{} {} (ours: {} {})", self.resource, self.argument, self.address, self.path)
    }

    /// Whether our export calls the argument what the article calls it.
    pub(super) fn is_called_the_same(&self) -> bool {
        Place { block: &self.resource, path: &self.argument }.is_called_like(self.place())
    }

    fn is_one_sided(&self) -> bool {
        [&self.article, &self.ours].iter().any(|value| *value == NOTHING)
    }

    fn place(&self) -> Place<'_> {
        Place { block: &self.address, path: &self.path }
    }

    /// As a list is compared: a policy takes one value and a list of that value for the same, Terraform does not.
    fn comparable(&self, text: String) -> String {
        let one = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match one.filter(|one| !one.contains(", ") && self.place().in_policy().is_some()) {
            Some(one) => one.to_owned(),
            None => text,
        }
    }
}

/// What a table comes to once it has been held against an export.
pub(super) struct Judged {
    /// Rows whose argument and value are the same.
    pub(super) same: usize,
    /// Rows whose value is the same under another name, each with its reason.
    pub(super) renamed: usize,
    /// Rows with a value on both sides that is not the same, each with its reason.
    pub(super) different: usize,
    /// Rows of what only the article or only the export has, each with its reason.
    pub(super) one_sided: usize,
    /// What is wrong with the table; empty when it holds.
    pub(super) complaints: Vec<String>,
    /// The table for reading.
    pub(super) markdown: String,
}

impl Table {
    /// Holds every row against the export. `mask` puts the names of placeholders for this account's own values.
    pub(super) fn judge(&self, exported: &Exported, mask: impl Fn(String) -> String) -> Judged {
        let mut judged = Judged {
            same: 0,
            renamed: 0,
            different: 0,
            one_sided: 0,
            complaints: whole::complaints(self, exported),
            markdown: self.head(),
        };
        for row in &self.row {
            let what = row.what();
            let found = exported.look(&row.address, &row.path);
            let there = found.as_ref().map_or_else(|| NOTHING.to_owned(), |found| mask(found.whole()));
            if there != row.ours {
                judged.complaints.push(format!("stale: {what}: `{}` is in truth `{there}`", row.ours));
            }
            match (self.same(row, found, &mask), row.is_called_the_same(), &row.reason) {
                (true, true, None) => judged.same += 1,
                (true, false, Some(_)) => judged.renamed += 1,
                (false, _, Some(_)) if row.is_one_sided() => judged.one_sided += 1,
                (false, _, Some(_)) => judged.different += 1,
                (true, true, Some(_)) => {
                    judged.complaints.push(format!("a reason, but no difference: {what}"));
                }
                (true, false, None) => {
                    judged.complaints.push(format!("called differently without a reason: {what}"));
                }
                (false, _, None) => {
                    judged.complaints.push(format!("a difference without a reason: {what}"));
                }
            }
            judged.markdown.push_str(&self.line(row, &there));
        }
        judged
    }

    /// Whether the article has the value that our export has, its references and its own words put into ours. A
    /// variable of ours is what it comes to; one of the article that comes to nothing is equal to nothing.
    fn same(&self, row: &Row, found: Option<Found>, mask: &impl Fn(String) -> String) -> bool {
        let article = row.comparable(self.in_our_words(&row.article));
        let ours = found.map(|found| mask(found.comes_to.unwrap_or(found.written)));
        ours.map_or_else(|| NOTHING.to_owned(), |ours| row.comparable(ours)) == article
    }

    fn in_our_words(&self, article: &str) -> String {
        // Something that is made and something that is looked up are not the same, whatever they hold.
        let addresses = self.row.iter().filter(|row| kind(&row.resource) == kind(&row.address));
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
