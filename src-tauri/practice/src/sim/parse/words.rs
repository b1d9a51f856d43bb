//! Words: quotes, variables, substitutions.

use super::{Reader, SyntaxError};
use crate::sim::ast::{Operator, Piece, Word};

impl Reader {
    pub(super) fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(found) = self.peek().filter(|found| *found == '_' || found.is_ascii_alphanumeric()) {
            name.push(found);
            self.at += 1;
        }
        name
    }

    pub(super) fn word(&mut self) -> Result<Word, SyntaxError> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        loop {
            match self.peek() {
                None => break,
                Some(found) if found.is_whitespace() || ";&|()<>".contains(found) => break,
                Some('\'') => {
                    self.next();
                    flush(&mut pieces, &mut text, false);
                    loop {
                        match self.next() {
                            Some('\'') => break,
                            Some(found) => text.push(found),
                            None => return self.error("Syntax error: Unterminated quoted string"),
                        }
                    }
                    pieces.push(Piece::Text { text: std::mem::take(&mut text), quoted: true });
                }
                Some('"') => {
                    self.next();
                    flush(&mut pieces, &mut text, false);
                    self.double_quoted(&mut pieces)?;
                }
                Some('\\') => {
                    self.next();
                    if let Some(found) = self.next().filter(|found| *found != '\n') {
                        flush(&mut pieces, &mut text, false);
                        pieces.push(Piece::Text { text: found.to_string(), quoted: true });
                    }
                }
                Some('$' | '`') => {
                    flush(&mut pieces, &mut text, false);
                    match self.dollar(false)? {
                        Some(piece) => pieces.push(piece),
                        None => text.push('$'),
                    }
                }
                Some(found) => {
                    text.push(found);
                    self.next();
                }
            }
        }
        flush(&mut pieces, &mut text, false);
        if pieces.is_empty() {
            return match self.peek() {
                None => self.error("Syntax error: end of file unexpected"),
                Some(found) => Err(self.unexpected(&found.to_string())),
            };
        }
        Ok(pieces)
    }

    pub(super) fn double_quoted(&mut self, pieces: &mut Word) -> Result<(), SyntaxError> {
        let mut text = String::new();
        let before = pieces.len();
        loop {
            match self.peek() {
                None => return self.error("Syntax error: Unterminated quoted string"),
                Some('"') => {
                    self.next();
                    break;
                }
                Some('\\') => {
                    self.next();
                    match self.next() {
                        Some('\n') => {}
                        Some(found @ ('$' | '`' | '"' | '\\')) => text.push(found),
                        Some(found) => text.extend(['\\', found]),
                        None => return self.error("Syntax error: Unterminated quoted string"),
                    }
                }
                Some('$' | '`') => {
                    flush(pieces, &mut text, true);
                    match self.dollar(true)? {
                        Some(piece) => pieces.push(piece),
                        None => text.push('$'),
                    }
                }
                Some(found) => {
                    text.push(found);
                    self.next();
                }
            }
        }
        // An empty pair of quotes is still a word.
        if pieces.len() == before || !text.is_empty() {
            pieces.push(Piece::Text { text, quoted: true });
        }
        Ok(())
    }

    /// What a dollar sign or a backquote opens; nothing when the dollar stands for itself.
    pub(super) fn dollar(&mut self, quoted: bool) -> Result<Option<Piece>, SyntaxError> {
        self.nested(|reader| reader.dollar_piece(quoted))
    }

    pub(super) fn dollar_piece(&mut self, quoted: bool) -> Result<Option<Piece>, SyntaxError> {
        if self.skip("`") {
            let mut inner = String::new();
            loop {
                match self.next() {
                    Some('`') => break,
                    Some('\\') if matches!(self.peek(), Some('`' | '\\' | '$')) => inner.extend(self.next()),
                    Some(found) => inner.push(found),
                    None => return self.error("Syntax error: EOF in backquote substitution"),
                }
            }
            let depth = self.depth;
            let mut reader = Reader { text: inner.chars().collect(), at: 0, line: self.line, depth };
            let script = Box::new(reader.list(&[])?);
            return Ok(Some(Piece::Command { script, quoted }));
        }
        self.next();
        if self.skip("((") {
            let mut text = String::new();
            let mut open = 0_usize;
            loop {
                match self.next() {
                    Some(')') if open == 0 && self.peek() == Some(')') => {
                        self.next();
                        return Ok(Some(Piece::Arithmetic { text }));
                    }
                    Some(found) => {
                        match found {
                            '(' => open += 1,
                            ')' => open = open.saturating_sub(1),
                            _ => {}
                        }
                        text.push(found);
                    }
                    None => return self.error("Syntax error: missing '))'"),
                }
            }
        }
        if self.skip("(") {
            let script = Box::new(self.list(&[])?);
            if self.next() != Some(')') {
                return self.error("Syntax error: end of file unexpected (expecting \")\")");
            }
            return Ok(Some(Piece::Command { script, quoted }));
        }
        if self.skip("{") {
            return self.braced(quoted).map(Some);
        }
        match self.peek() {
            Some(found @ ('?' | '#' | '@' | '*' | '$' | '!' | '0'..='9')) => {
                self.next();
                Ok(Some(Piece::Variable { name: found.to_string(), operator: None, quoted }))
            }
            Some(found) if found == '_' || found.is_ascii_alphabetic() => {
                Ok(Some(Piece::Variable { name: self.name(), operator: None, quoted }))
            }
            _ => Ok(None),
        }
    }

    /// The inside of `${…}`.
    pub(super) fn braced(&mut self, quoted: bool) -> Result<Piece, SyntaxError> {
        let length = self.peek() == Some('#') && self.peek_at(1) != Some('}');
        if length {
            self.next();
        }
        let mut name = self.name();
        if name.is_empty()
            && let Some(found) = self.peek().filter(|found| "?#@*$!".contains(*found))
        {
            name.push(found);
            self.next();
        }
        if name.is_empty() {
            return self.error("Bad substitution");
        }
        let operator = if length {
            Some((Operator::Length, Vec::new()))
        } else if self.peek() == Some('}') {
            None
        } else {
            self.skip(":");
            let operator = match self.next() {
                Some('-') => Operator::Default,
                Some('=') => Operator::Assign,
                Some('+') => Operator::Alternative,
                Some('?') => Operator::Error,
                Some('#') => Operator::RemovePrefix { longest: self.skip("#") },
                Some('%') => Operator::RemoveSuffix { longest: self.skip("%") },
                _ => return self.error("Bad substitution"),
            };
            Some((operator, self.braced_word()?))
        };
        if self.next() != Some('}') {
            return self.error("Bad substitution");
        }
        Ok(Piece::Variable { name, operator, quoted })
    }

    pub(super) fn braced_word(&mut self) -> Result<Word, SyntaxError> {
        let (mut pieces, mut text) = (Vec::new(), String::new());
        loop {
            match self.peek() {
                None => return self.error("Syntax error: Missing '}'"),
                Some('}') => break,
                Some('$' | '`') => {
                    flush(&mut pieces, &mut text, true);
                    match self.dollar(true)? {
                        Some(piece) => pieces.push(piece),
                        None => text.push('$'),
                    }
                }
                Some('"' | '\'') => {
                    self.next();
                }
                Some('\\') => {
                    self.next();
                    text.extend(self.next());
                }
                Some(found) => {
                    text.push(found);
                    self.next();
                }
            }
        }
        flush(&mut pieces, &mut text, true);
        Ok(pieces)
    }
}

fn flush(pieces: &mut Word, text: &mut String, quoted: bool) {
    if !text.is_empty() {
        pieces.push(Piece::Text { text: std::mem::take(text), quoted });
    }
}
