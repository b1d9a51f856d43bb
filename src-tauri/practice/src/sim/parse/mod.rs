//! Reads a shell script: the part of the POSIX grammar that people put into a job's command.

mod clauses;
mod words;

use super::ast::{Node, Redirect, RedirectKind};

/// Why a script cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) line: usize,
    pub(super) message: String,
}

/// How deep constructs may nest: the reader recurses, and a job's command is not to be trusted with the stack.
const DEPTH: usize = 40;

/// Words that end a list of commands or open a compound one.
const RESERVED: [&str; 13] =
    ["then", "else", "elif", "fi", "do", "done", "esac", "in", "if", "for", "while", "until", "case"];

/// Reads a whole script.
pub(super) fn script(text: &str) -> Result<Node, SyntaxError> {
    let mut reader = Reader { text: text.chars().collect(), at: 0, line: 1, depth: 0 };
    let node = reader.list(&[])?;
    match reader.peek() {
        None => Ok(node),
        Some(found) => Err(reader.unexpected(&found.to_string())),
    }
}

struct Reader {
    text: Vec<char>,
    at: usize,
    line: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.at += 1;
        if found == '\n' {
            self.line += 1;
        }
        Some(found)
    }

    fn looking_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, wanted)| self.peek_at(ahead) == Some(wanted))
    }

    fn skip(&mut self, text: &str) -> bool {
        let there = self.looking_at(text);
        if there {
            for _ in text.chars() {
                self.next();
            }
        }
        there
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError { line: self.line, message: message.into() })
    }

    fn unexpected(&self, found: &str) -> SyntaxError {
        let found = if found == "\n" { "newline" } else { found };
        SyntaxError { line: self.line, message: format!("Syntax error: \"{found}\" unexpected") }
    }

    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => {
                    self.next();
                }
                Some('\\') if self.peek_at(1) == Some('\n') => {
                    self.next();
                    self.next();
                }
                Some('#') => {
                    while self.peek().is_some_and(|found| found != '\n') {
                        self.next();
                    }
                }
                _ => return,
            }
        }
    }

    fn breaks(&mut self) {
        loop {
            self.blanks();
            if self.peek() == Some('\n') {
                self.next();
            } else {
                return;
            }
        }
    }

    /// The reserved word that stands here unquoted, if one does.
    fn reserved(&self) -> Option<&'static str> {
        RESERVED.into_iter().chain(["{", "}", "!"]).find(|word| {
            self.looking_at(word)
                && self
                    .peek_at(word.chars().count())
                    .is_none_or(|next| next.is_whitespace() || ";&|()".contains(next))
        })
    }

    fn expect(&mut self, word: &str) -> Result<(), SyntaxError> {
        self.breaks();
        if self.reserved() == Some(word) && self.skip(word) {
            return Ok(());
        }
        match self.peek() {
            None => self.error(format!("Syntax error: end of file unexpected (expecting \"{word}\")")),
            Some(found) => self.error(format!("Syntax error: \"{found}\" unexpected (expecting \"{word}\")")),
        }
    }

    /// Reads something that may hold its own kind again.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return self.error("Syntax error: nested too deeply");
        }
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// Commands up to one of `ends` (left unread), a closing bracket, or the end.
    fn list(&mut self, ends: &[&str]) -> Result<Node, SyntaxError> {
        self.nested(|reader| reader.commands(ends))
    }

    fn commands(&mut self, ends: &[&str]) -> Result<Node, SyntaxError> {
        let mut commands = Vec::new();
        loop {
            self.breaks();
            match self.peek() {
                None | Some(')') => break,
                Some(';') if self.looking_at(";;") => break,
                Some(found @ (';' | '&' | '|')) => return Err(self.unexpected(&found.to_string())),
                _ => {}
            }
            if let Some(word) = self.reserved() {
                if ends.contains(&word) {
                    break;
                }
                if matches!(word, "then" | "else" | "elif" | "fi" | "do" | "done" | "esac" | "in" | "}") {
                    return Err(self.unexpected(word));
                }
            }
            commands.push(self.and_or()?);
            self.blanks();
            match self.peek() {
                // What runs in the background is run in its turn: one container, one clock.
                Some('&') => {
                    self.next();
                }
                Some(';') if !self.looking_at(";;") => {
                    self.next();
                }
                _ => {}
            }
        }
        Ok(if commands.len() == 1 { commands.swap_remove(0) } else { Node::Sequence(commands) })
    }

    fn and_or(&mut self) -> Result<Node, SyntaxError> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let on_success = if self.skip("&&") {
                true
            } else if self.skip("||") {
                false
            } else {
                break;
            };
            self.breaks();
            rest.push((on_success, self.pipeline()?));
        }
        Ok(if rest.is_empty() { first } else { Node::AndOr(Box::new(first), rest) })
    }

    fn pipeline(&mut self) -> Result<Node, SyntaxError> {
        self.blanks();
        if self.reserved() == Some("!") {
            self.next();
            let inner = self.nested(Self::pipeline)?;
            return Ok(Node::Not(Box::new(inner)));
        }
        let mut commands = vec![self.command()?];
        loop {
            self.blanks();
            if self.peek() == Some('|') && self.peek_at(1) != Some('|') {
                self.next();
                self.breaks();
                commands.push(self.command()?);
            } else {
                break;
            }
        }
        Ok(if commands.len() == 1 { commands.swap_remove(0) } else { Node::Pipe(commands) })
    }

    fn command(&mut self) -> Result<Node, SyntaxError> {
        self.blanks();
        match self.reserved() {
            Some("if") => {
                self.skip("if");
                return self.if_clause();
            }
            Some("for") => return self.for_clause(),
            Some(word @ ("while" | "until")) => {
                self.skip(word);
                let condition = Box::new(self.list(&["do"])?);
                let body = self.do_group()?;
                let until = word == "until";
                return self.redirected(Node::While { condition, until, body: Box::new(body) });
            }
            Some("case") => return self.case_clause(),
            Some("{") => {
                self.skip("{");
                let body = self.list(&["}"])?;
                self.expect("}")?;
                return self.redirected(body);
            }
            Some(word) => return Err(self.unexpected(word)),
            None => {}
        }
        if self.peek() == Some('(') {
            self.next();
            let body = self.list(&[])?;
            if self.next() != Some(')') {
                return self.error("Syntax error: end of file unexpected (expecting \")\")");
            }
            return self.redirected(Node::Subshell(Box::new(body)));
        }
        self.simple()
    }

    /// The redirections behind a compound command.
    fn redirected(&mut self, body: Node) -> Result<Node, SyntaxError> {
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            match self.redirect()? {
                Some(redirect) => redirects.push(redirect),
                None if redirects.is_empty() => return Ok(body),
                None => return Ok(Node::Redirected(Box::new(body), redirects)),
            }
        }
    }

    fn simple(&mut self) -> Result<Node, SyntaxError> {
        let line = self.line;
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.blanks();
            match self.peek() {
                None | Some('\n' | ';' | ')' | '|') => break,
                Some('&') if !self.looking_at("&>") => break,
                Some('(') => return Err(self.unexpected("(")),
                _ => {}
            }
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            if words.is_empty()
                && let Some(name) = self.assignment()
            {
                let value = if self.peek().is_none_or(|next| next.is_whitespace() || ";&|)".contains(next)) {
                    Vec::new()
                } else {
                    self.word()?
                };
                assignments.push((name, value));
                continue;
            }
            words.push(self.word()?);
        }
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            return match self.peek() {
                None => self.error("Syntax error: end of file unexpected"),
                Some(found) => Err(self.unexpected(&found.to_string())),
            };
        }
        Ok(Node::Simple { assignments, words, redirects, line })
    }

    /// Reads `NAME=` when it stands here.
    fn assignment(&mut self) -> Option<String> {
        let mut ahead = 0;
        while self.peek_at(ahead).is_some_and(|c| c == '_' || c.is_ascii_alphanumeric()) {
            ahead += 1;
        }
        if ahead == 0
            || self.peek_at(ahead) != Some('=')
            || self.peek().is_some_and(|first| first.is_ascii_digit())
        {
            return None;
        }
        let name = self.text[self.at..self.at + ahead].iter().collect();
        self.at += ahead + 1;
        Some(name)
    }

    fn redirect(&mut self) -> Result<Option<Redirect>, SyntaxError> {
        let digit = self.peek().filter(char::is_ascii_digit);
        let operator = usize::from(digit.is_some());
        let both = digit.is_none() && self.looking_at("&>");
        if !both && !matches!(self.peek_at(operator), Some('<' | '>')) {
            return Ok(None);
        }
        let from = digit.and_then(|digit| digit.to_digit(10)).and_then(|digit| u8::try_from(digit).ok());
        self.at += if both { 1 } else { operator };
        if self.skip("<<<") {
            self.blanks();
            return Ok(Some(Redirect { from: 0, kind: RedirectKind::Here(self.word()?) }));
        }
        if self.skip("<") {
            self.blanks();
            return Ok(Some(Redirect { from: 0, kind: RedirectKind::Input(self.word()?) }));
        }
        self.skip(">");
        let from = if both { 3 } else { from.unwrap_or(1) };
        if self.skip("&") {
            let target = self.next().and_then(|digit| digit.to_digit(10));
            return match target.and_then(|digit| u8::try_from(digit).ok()) {
                Some(target) => Ok(Some(Redirect { from, kind: RedirectKind::Descriptor(target) })),
                None => self.error("Syntax error: Bad fd number"),
            };
        }
        let append = self.skip(">");
        self.blanks();
        Ok(Some(Redirect { from, kind: RedirectKind::File { name: self.word()?, append } }))
    }
}
