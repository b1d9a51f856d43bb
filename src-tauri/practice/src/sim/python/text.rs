//! A script's text, taken apart.

/// A script as lines with their indentation; `;` separates statements.
pub(super) fn lines(script: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    for line in script.lines() {
        let indent = line.len() - line.trim_start().len();
        // A colon makes the rest of its line one block.
        let parts =
            if line.trim_start().starts_with("for ") { vec![line.to_owned()] } else { split(line, ';') };
        for part in parts {
            if !part.trim().is_empty() && !part.trim().starts_with('#') {
                all.push((indent, part.trim().to_owned()));
            }
        }
    }
    all
}

/// Splits at a character that stands outside of quotes and brackets.
pub(super) fn split(text: &str, at: char) -> Vec<String> {
    let (mut parts, mut current, mut quote, mut depth) = (Vec::new(), String::new(), None, 0_i32);
    let mut escaped = false;
    for found in text.chars() {
        if quote.is_none() && depth == 0 && found == at {
            parts.push(std::mem::take(&mut current));
            continue;
        }
        match (quote, found) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == found => quote = None,
            (None, '"' | '\'') => quote = Some(found),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        current.push(found);
    }
    parts.push(current);
    parts
}

/// The inside of `name(…)` when the whole text is that call.
pub(super) fn call<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let inner = text.trim().strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    // `f(a) + g(b)` begins and ends like a call and is none.
    let mut depth = 0_i32;
    for found in inner.chars() {
        match found {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// The text of a string literal with this prefix.
pub(super) fn literal(text: &str, prefix: &str) -> Option<String> {
    let text = text.strip_prefix(prefix)?;
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let (mut out, mut escaped) = (String::new(), false);
    for found in inner.chars() {
        match (escaped, found) {
            (false, '\\') => escaped = true,
            (false, found) if found == quote => return None,
            (true, 'n') => {
                out.push('\n');
                escaped = false;
            }
            (true, 't') => {
                out.push('\t');
                escaped = false;
            }
            (_, found) => {
                out.push(found);
                escaped = false;
            }
        }
    }
    Some(out)
}
