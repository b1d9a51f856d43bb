//! The one home of core's English sentences. Everywhere else a finding is a code with parameters; the
//! window's message files translate by that code.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

/// A finding: its code, its parameters, and the English sentence the two make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Text {
    /// Stable code, `kebab-case`; what a screen branches on and translates.
    pub code: String,
    /// What varies in the sentence.
    pub params: BTreeMap<String, String>,
    /// The sentence in English.
    pub text: String,
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

static ENGLISH: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(ENGLISH_FILES).unwrap_or_default());

/// One file for each room that speaks.
const ENGLISH_FILES: &str = concat!(
    include_str!("../words/en/account.toml"),
    include_str!("../words/en/blueprint.toml"),
    include_str!("../words/en/check.toml"),
    include_str!("../words/en/cli.toml"),
    include_str!("../words/en/connect.toml"),
    include_str!("../words/en/fix.toml"),
    include_str!("../words/en/job.toml"),
    include_str!("../words/en/lessons.toml"),
    include_str!("../words/en/mend.toml"),
    include_str!("../words/en/run.toml"),
    include_str!("../words/en/stack.toml"),
    include_str!("../words/en/terraform.toml"),
);

/// The finding `code` with these parameters.
///
/// ```
/// let text = slipway_core::words::say("ready", &[]);
/// assert_eq!(text.text, "Ready.");
/// ```
pub fn say(code: &str, params: &[(&str, &str)]) -> Text {
    let mut text = ENGLISH.get(code).cloned().unwrap_or_else(|| code.to_owned());
    for (name, value) in params {
        if value.is_empty() {
            text = empty(&text, &format!("\"{{{name}}}\""));
        }
        text = text.replace(&format!("{{{name}}}"), value);
    }
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Text { code: code.to_owned(), params, text }
}

/// A field that nothing was typed into is no pair of quotes to a reader.
fn empty(text: &str, quoted: &str) -> String {
    match text.strip_prefix(quoted) {
        Some(rest) => format!("An empty text{rest}"),
        None => text.replace(quoted, "an empty text"),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::{ENGLISH, say};

    #[test]
    fn an_empty_field_is_no_pair_of_quotes() {
        let text = say("rule-group-id", &[("found", "")]).text;
        assert!(text.starts_with("An empty text is not a security group's id."), "{text}");
        let text = say("rule-mount-unknown", &[("name", "")]).text;
        assert!(text.contains(" an empty text "), "{text}");
        assert!(say("rule-group-id", &[("found", "x")]).text.starts_with("\"x\" is"));
    }

    /// Every literal code that is said has a sentence, and every sentence is said somewhere.
    #[test]
    fn each_code_has_its_sentence_and_each_sentence_its_code() {
        let mut source = String::new();
        for crate_that_speaks in ["src", "../connect/src", "../lessons/src", "../cli/src", "../src"] {
            read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(crate_that_speaks), &mut source);
        }
        let said: BTreeSet<&str> = source
            .split("say(")
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .collect();
        assert!(said.len() > 5, "the search for codes found almost nothing");
        let missing: Vec<_> = said.iter().filter(|code| !ENGLISH.contains_key(**code)).collect();
        assert!(missing.is_empty(), "codes without a sentence in words/en/: {missing:?}");
        // Of a lesson the id alone is written down; that each has its sentence, its own room tests.
        let written =
            |code: &str| source.contains(&format!("\"{}\"", code.strip_prefix("lesson-").unwrap_or(code)));
        let unused: Vec<_> = ENGLISH.keys().filter(|code| !written(code)).collect();
        assert!(unused.is_empty(), "sentences that nobody says: {unused:?}");
    }

    fn read(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(path).unwrap();
                into.push_str(text.split("#[cfg(test)]").next().unwrap());
            }
        }
    }
}
