//! Text from elsewhere, made safe for a terminal; columns, and differences in them.

use slipway_core::resource::Difference;

/// Without what could move the cursor, change colours, talk to the terminal, or turn the reading direction:
/// a log line, a tag or a reason may hold anything.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => '\u{fffd}',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Rows in columns, each as wide as its widest cell, two blanks apart.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let cells = |row: &Vec<String>| row.iter().map(|cell| plain(cell).replace('\n', " ")).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// What is not as it should be, attribute by attribute: `maxvCpus  4 → 8`.
pub(crate) fn differing(differences: &[Difference]) -> Vec<String> {
    let shown = |value: &Option<String>| match value.as_deref() {
        None => "not set".to_owned(),
        Some("") => "empty".to_owned(),
        // A script or a policy has lines, and a row has one.
        Some(value) => value.replace('\n', " ⏎ "),
    };
    let row =
        |one: &Difference| vec![one.what.clone(), format!("{} → {}", shown(&one.found), shown(&one.wanted))];
    columns(&differences.iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::{columns, plain};

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        assert_eq!(
            plain("a\u{1b}]52;c;x\u{7}b\u{202e}c\r\nd"),
            "a\u{fffd}]52;c;x\u{fffd}b\u{fffd}c\u{fffd}\nd"
        );
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["a".to_owned(), "b".to_owned()], vec!["ccc".to_owned(), String::new()]];
        assert_eq!(columns(&rows), ["a    b", "ccc"]);
    }
}
