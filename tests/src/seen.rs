//! Figures that a test counts itself, for the page that `cargo xtask test` prints last.

use std::fs;

use crate::places;

/// Writes down `seen` of `of`, for instance 87 of 87 kills survived; panics when they differ.
pub fn all(what: &str, seen: usize, of: usize) {
    write(what, &format!("{seen} of {of}"));
    assert_eq!(seen, of, "{what}");
    assert!(of > 0, "{what}: nothing was tried");
}

/// Writes down a figure that has no target.
pub fn figure(what: &str, figure: &str) {
    write(what, figure);
}

fn write(what: &str, figure: &str) {
    let name: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let folder = places::target().join("seen");
    let written =
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(name), format!("{what}: {figure}")));
    written.expect("the target directory can be written");
}
