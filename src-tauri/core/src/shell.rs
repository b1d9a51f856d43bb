//! A list of words as one line that a POSIX shell takes apart again into the same words.

/// The words on one line; none at all is an empty line.
pub(crate) fn line<'w>(words: impl IntoIterator<Item = &'w String>) -> String {
    words.into_iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Bare where no shell could read anything into it, else between single quotes.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_back_exactly_what_was_meant() {
        let hostile = ["it's", "$(id)`id`", "a\nb", "", "\\'\"", "*?[~]#!&|;<>", "ü \u{202e}"];
        let words = hostile.map(str::to_owned);
        let script = format!("printf '%s\\0' {}", line(&words));
        let said = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(said.stdout).unwrap(), words.map(|word| word + "\0").concat());
        assert_eq!(line(&[]), "");
    }
}
