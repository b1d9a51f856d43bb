//! That the table of what shows what names tests that are there.

use slipway_tests::places;

use crate::sources::{files, text};

#[test]
fn every_test_that_the_table_of_promises_names_is_there() {
    let table = text(&places::root().join("tests/README.md"));
    let mut sources = files("tests/suites", ".rs");
    sources.extend(files("src-tauri", ".rs"));
    let sources: String = sources.iter().map(|file| text(file)).collect();
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).filter(|word| word.contains("::")).collect();
    assert!(named.len() > 40, "only {} tests are named", named.len());
    let gone: Vec<_> = named
        .iter()
        .filter(|path| {
            let name = path.rsplit("::").next().unwrap_or(path);
            !sources.contains(&format!("fn {name}()"))
        })
        .collect();
    assert!(gone.is_empty(), "tests/README.md names tests that are not there: {gone:?}");
}
