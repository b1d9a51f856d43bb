//! A planted bug: a unified diff under `tests/planted/` with two lines at its head.
//!
//! ```text
//! # what: the runner sends a call before it has written it down
//! # test: slipway-core run::journal::tests::intent_comes_first
//! ```
//! The test is `PACKAGE FILTER`, for the tests beside a package's code; `slipway-tests/SUITE FILTER`, for one of a
//! suite; or `ui FILTER`, for the pages' own. The filter is a part of the test's path (for `ui` a pattern for its name).

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Failure, Outcome, capture};
use crate::test::artifacts::Binary;
use crate::tree::Tree;

/// One planted bug.
pub(crate) struct Patch {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) test: Test,
    path: PathBuf,
}

/// The test that must see it.
pub(crate) struct Test {
    pub(crate) package: String,
    target: Option<String>,
    pub(crate) filter: String,
}

impl Patch {
    /// All of them, or those whose names hold one of the words.
    pub(crate) fn all(tree: &Tree, words: &[&str]) -> Outcome<Vec<Self>> {
        let folder = tree.root.join("tests/planted");
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "patch"))
            .collect();
        paths.sort();
        let patches: Vec<Self> = paths.into_iter().map(Self::read).collect::<Outcome<_>>()?;
        let chosen: Vec<Self> = patches
            .into_iter()
            .filter(|patch| words.is_empty() || words.iter().any(|word| patch.name.contains(word)))
            .collect();
        if chosen.is_empty() {
            return Err(Failure::new("no planted bug has such a name; they are the files in tests/planted"));
        }
        Ok(chosen)
    }

    fn read(path: PathBuf) -> Outcome<Self> {
        let text = fs::read_to_string(&path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let head = |key: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(key))
                .map(|value| value.trim().to_owned())
                .ok_or_else(|| Failure::new(format!("{name}: the patch has no line `{key} …`")))
        };
        let (what, test) = (head("# what:")?, head("# test:")?);
        let test = Test::parse(&test)
            .ok_or_else(|| Failure::new(format!("{name}: `# test: PACKAGE FILTER` is meant")))?;
        Ok(Self { name, what, test, path })
    }

    /// Applies it to a folder that is no repository of its own; git must not take the one around it for meant.
    pub(crate) fn apply(&self, folder: &Path) -> Outcome {
        capture(
            Command::new("git")
                .args(["apply", "--whitespace=nowarn"])
                .arg(&self.path)
                .current_dir(folder)
                .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder)),
        )
        .map(drop)
        .map_err(|failure| Failure::new(format!("the patch does not apply any more: {failure}")))
    }
}

impl Test {
    fn parse(text: &str) -> Option<Self> {
        let (place, filter) = text.split_once(' ')?;
        let (package, target) = match place.split_once('/') {
            Some((package, target)) => (package, Some(target.to_owned())),
            None => (place, None),
        };
        Some(Self { package: package.to_owned(), target, filter: filter.trim().to_owned() })
    }

    /// The suite it belongs to, for tests that cross rooms.
    pub(crate) fn suite(&self) -> Option<&str> {
        self.target.as_deref().filter(|_| self.package == "slipway-tests")
    }

    /// What cargo has to build for it: its binary, and the programs of ours that it starts. Always of the whole
    /// workspace: for one package alone cargo chooses other features, and compiles the AWS SDK anew for them.
    pub(crate) fn selection(&self) -> Vec<&str> {
        let own_program = match self.package.as_str() {
            "slipway-cli" => Some("slipway"),
            "slipway-app" | "xtask" => Some(self.package.as_str()),
            _ => None,
        };
        let Some(target) = self.target.as_deref() else {
            let mut words = vec!["test", "--no-run", "--workspace"];
            words.extend(own_program.map_or(vec!["--lib"], |program| vec!["--bin", program]));
            return words;
        };
        let mut words = vec!["build", "--workspace", "--test", target];
        if !matches!(self.suite(), Some("house" | "practice")) {
            words.extend(["--bin", "slipway"]);
        }
        if target == "window" {
            words.extend(["--bin", "slipway-app"]);
        }
        words
    }

    /// Whether it may be in this binary.
    pub(crate) fn is_in(&self, binary: &Binary) -> bool {
        binary.package == self.package && self.target.as_ref().is_none_or(|target| *target == binary.target)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Some(target) => write!(f, "{}/{target} {}", self.package, self.filter),
            None => write!(f, "{} {}", self.package, self.filter),
        }
    }
}
