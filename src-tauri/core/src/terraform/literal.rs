//! A person's text as a Terraform string that means exactly that text and nothing else.
//!
//! HCL's escapes and template markers: "Native Syntax Specification", Template Expressions.

use std::fmt::Write;

/// The text between the quotes of a quoted template. Whatever could start a template, end the string, or not be
/// seen for what it is (controls, bidirectional marks, blanks that look alike) is escaped.
///
/// Terraform itself keeps every string in Unicode's normal form C, so a text that is not in that form comes back
/// in it; nothing written in a file can prevent that.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' => sign(c, rest.as_str(), &mut out),
            ' '..='~' => out.push(c),
            c if is_plain(c) => out.push(c),
            c => code_point(c, &mut out),
        }
    }
    out
}

/// The same for a text that code follows: a sign at its very end would take the code's own for the second half of an
/// escape.
pub(super) fn escape_before_code(text: &str) -> String {
    let Some(last) = text.chars().last().filter(|last| matches!(last, '$' | '%')) else {
        return escape(text);
    };
    let mut out = escape(&text[..text.len() - last.len_utf8()]);
    code_point(last, &mut out);
    out
}

/// `${` and `%{` start a template and are written `$${` and `%%{`. In a run of the same sign before a brace the
/// scanner would take another pair for that escape, so the signs before the last are written by their number.
fn sign(sign: char, rest: &str, out: &mut String) {
    let run = rest.len() - rest.trim_start_matches(sign).len();
    if !rest[run..].starts_with('{') {
        out.push(sign);
    } else if run == 0 {
        out.push(sign);
        out.push(sign);
    } else {
        code_point(sign, out);
    }
}

/// Letters, digits and marks that show themselves. The standard library's idea of what a debugger may print
/// leaves out exactly the rest: controls, formats, blanks other than the plain one, private and unassigned code
/// points, and marks that join the character before them.
fn is_plain(c: char) -> bool {
    !c.is_ascii() && c.escape_debug().len() == 1
}

fn code_point(c: char, out: &mut String) {
    let number = u32::from(c);
    // Writing to a string cannot fail.
    let _ = if number > 0xffff { write!(out, "\\U{number:08x}") } else { write!(out, "\\u{number:04x}") };
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_before_code};

    #[test]
    fn what_could_mean_something_is_escaped() {
        for (text, written) in [
            ("plain text, 100 % and $5", "plain text, 100 % and $5"),
            ("${x}", "$${x}"),
            ("%{if x}", "%%{if x}"),
            ("$${x}", r"\u0024$${x}"),
            ("%%%{x}", r"\u0025\u0025%%{x}"),
            ("$%{x}", "$%%{x}"),
            ("$$", "$$"),
            ("say \"no\" \\ yes", r#"say \"no\" \\ yes"#),
            ("a\nb\r\tc\u{0}\u{1b}[31m", r"a\nb\r\tc\u0000\u001b[31m"),
            ("naïve 船台 부두", "naïve 船台 부두"),
            ("\u{202e}cod\u{2066}\u{200b}\u{feff}", r"\u202ecod\u2066\u200b\ufeff"),
            ("a\u{a0}b\u{2028}", r"a\u00a0b\u2028"),
            ("e\u{301}", r"e\u0301"),
            ("🚢\u{e0001}", r"🚢\U000e0001"),
        ] {
            assert_eq!(escape(text), written, "{text:?}");
        }
    }

    /// `$${code}` would be the text `${code}`.
    #[test]
    fn a_sign_before_code_is_no_half_of_an_escape() {
        for (text, written) in [("a$", r"a\u0024"), ("%%", r"%\u0025"), ("$a", "$a"), ("", "")] {
            assert_eq!(escape_before_code(text), written, "{text:?}");
        }
    }
}
