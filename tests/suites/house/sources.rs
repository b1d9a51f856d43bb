//! The checkout's own files.

use std::path::{Path, PathBuf};

use slipway_tests::places;

/// Files below a folder of the checkout whose names end so; what is made or installed is left out.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![places::root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                if !["node_modules", "dist", "target", "paraglide", "gen", ".git", ".venv"]
                    .contains(&name.as_str())
                {
                    open.push(path);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Lines of those files that hold one of the words, as `path:line: text`. Comments may name what code may not.
pub(crate) fn lines_with(files: &[PathBuf], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in text(file).lines().enumerate() {
            let code = line.trim_start();
            if !code.starts_with("//")
                && !code.starts_with("* ")
                && words.iter().any(|word| code.contains(word))
            {
                found.push(format!("{}:{}: {code}", short(file).display(), number + 1));
            }
        }
    }
    found
}

/// A file's text.
pub(crate) fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The path in the checkout.
pub(crate) fn short(file: &Path) -> &Path {
    file.strip_prefix(places::root()).unwrap_or(file)
}
