//! What a word becomes: variables, commands in commands, splitting.

use super::arith;
use super::ast::{Operator, Piece, Word};
use super::exec::{MAX_TEXT, Machine, Stop};
use super::filters::glob;

impl Machine<'_> {
    /// Expands words as a command's: unquoted results are split at blanks.
    pub(super) fn expand_all(&mut self, words: &[Word]) -> Result<Vec<String>, Stop> {
        let mut all = Vec::new();
        for word in words {
            self.expand_into(word, &mut all)?;
            if all.len() > 20_000 {
                return Err(Stop::Never);
            }
        }
        Ok(all)
    }

    pub(super) fn expand_into(&mut self, word: &Word, all: &mut Vec<String>) -> Result<(), Stop> {
        if let [Piece::Text { text, quoted: false }] = word.as_slice()
            && self.scope.shell.ends_with("bash")
            && let Some(words) = braces(text)
        {
            all.extend(words);
            return Ok(());
        }
        let mut current: Option<String> = None;
        for piece in word {
            // "$@" is the one quoted expansion that makes several words.
            if let Piece::Variable { name, operator: None, quoted: true } = piece
                && name == "@"
            {
                let arguments = self.scope.arguments.clone();
                for (position, argument) in arguments.iter().enumerate() {
                    if position > 0 {
                        all.extend(current.take());
                    }
                    current.get_or_insert_default().push_str(argument);
                }
                continue;
            }
            let (text, split) = self.piece(piece)?;
            if !split {
                current.get_or_insert_default().push_str(&text);
                continue;
            }
            if text.starts_with(char::is_whitespace) {
                all.extend(current.take());
            }
            let mut parts = text.split_whitespace().peekable();
            while let Some(part) = parts.next() {
                current.get_or_insert_default().push_str(part);
                if parts.peek().is_some() || text.ends_with(char::is_whitespace) {
                    all.extend(current.take());
                }
            }
        }
        all.extend(current);
        Ok(())
    }

    /// Expands a word to one text.
    pub(super) fn expand_text(&mut self, word: &Word) -> Result<String, Stop> {
        let mut text = String::new();
        for piece in word {
            text.push_str(&self.piece(piece)?.0);
        }
        shorten(&mut text);
        Ok(text)
    }

    /// A piece's text, and whether it is to be split at blanks.
    pub(super) fn piece(&mut self, piece: &Piece) -> Result<(String, bool), Stop> {
        let (mut text, split) = match piece {
            Piece::Text { text, .. } => (text.clone(), false),
            Piece::Variable { name, operator, quoted } => (self.variable(name, operator.as_ref())?, !quoted),
            Piece::Command { script, quoted } => {
                self.step()?;
                let (mut printed, outcome) =
                    self.captured(|shell| shell.subshell(|shell| shell.node(script)));
                self.status = outcome?;
                self.substituted = Some(self.status);
                printed.truncate(printed.trim_end_matches('\n').len());
                (printed, !quoted)
            }
            Piece::Arithmetic { text } => {
                let value = arith::evaluate(text, &|name| {
                    self.scope.variables.get(name).cloned().unwrap_or_default()
                });
                match value {
                    Ok(value) => (value.to_string(), false),
                    Err(message) => {
                        self.shell_error(1, &message);
                        return Err(Stop::Exit(2));
                    }
                }
            }
        };
        shorten(&mut text);
        Ok((text, split))
    }

    pub(super) fn variable(
        &mut self,
        name: &str,
        operator: Option<&(Operator, Word)>,
    ) -> Result<String, Stop> {
        let value = self.value_of(name);
        let is_set = value.as_ref().is_some_and(|value| !value.is_empty());
        let Some((operator, word)) = operator else {
            if value.is_none() && self.scope.error_on_unset {
                self.shell_error(1, &format!("{name}: parameter not set"));
                return Err(Stop::Exit(2));
            }
            return Ok(value.unwrap_or_default());
        };
        let value = value.unwrap_or_default();
        Ok(match operator {
            Operator::Length => value.chars().count().to_string(),
            Operator::Default if !is_set => self.expand_text(word)?,
            Operator::Assign if !is_set => {
                let text = self.expand_text(word)?;
                self.scope.variables.insert(name.to_owned(), text.clone());
                text
            }
            Operator::Alternative => {
                if is_set {
                    self.expand_text(word)?
                } else {
                    String::new()
                }
            }
            Operator::Error if !is_set => {
                let text = self.expand_text(word)?;
                let text = if text.is_empty() { "parameter null or not set".to_owned() } else { text };
                self.shell_error(1, &format!("{name}: {text}"));
                return Err(Stop::Exit(2));
            }
            Operator::Default | Operator::Assign | Operator::Error => value,
            Operator::RemovePrefix { longest } => {
                let pattern = self.expand_text(word)?;
                let ends: Vec<usize> = boundaries(&value).collect();
                let found = |end: &&usize| glob(&pattern, &value[..**end]);
                let end = if *longest { ends.iter().rev().find(found) } else { ends.iter().find(found) };
                value[end.copied().unwrap_or(0)..].to_owned()
            }
            Operator::RemoveSuffix { longest } => {
                let pattern = self.expand_text(word)?;
                let starts: Vec<usize> = boundaries(&value).collect();
                let found = |start: &&usize| glob(&pattern, &value[**start..]);
                let start =
                    if *longest { starts.iter().find(found) } else { starts.iter().rev().find(found) };
                value[..start.copied().unwrap_or(value.len())].to_owned()
            }
        })
    }

    /// A variable's value, if it is set.
    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        match name {
            "?" => Some(self.status.to_string()),
            "#" => Some(self.scope.arguments.len().to_string()),
            "@" | "*" => Some(self.scope.arguments.join(" ")),
            "$" => Some("1".to_owned()),
            "!" => Some(String::new()),
            "0" => Some(self.scope.shell.clone()),
            "PWD" => Some(self.scope.directory.clone()),
            // Different each time and yet the same in every repetition.
            "RANDOM" => Some(
                (u64::from(self.steps).wrapping_mul(1_103_515_245).wrapping_add(self.at) % 32_768)
                    .to_string(),
            ),
            _ => match name.parse::<usize>() {
                Ok(position) => self.scope.arguments.get(position.wrapping_sub(1)).cloned(),
                Err(_) => self.scope.variables.get(name).cloned(),
            },
        }
    }
}

/// Cuts a text at the limit, at a character's boundary.
pub(super) fn shorten(text: &mut String) {
    if text.len() > MAX_TEXT {
        let mut end = MAX_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
}

/// `{1..5}` and `{a,b}` with what stands around them, as bash expands them.
pub(super) fn braces(text: &str) -> Option<Vec<String>> {
    let (before, rest) = text.split_once('{')?;
    let (inner, after) = rest.split_once('}')?;
    if let Some((from, to)) = inner.split_once("..") {
        let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
        let count = from.abs_diff(to).min(10_000);
        let one = |step: u64| {
            let step = i64::try_from(step).unwrap_or(0);
            let number = if from <= to { from + step } else { from - step };
            format!("{before}{number}{after}")
        };
        return Some((0..=count).map(one).collect());
    }
    inner.contains(',').then(|| inner.split(',').map(|part| format!("{before}{part}{after}")).collect())
}

pub(super) fn boundaries(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}
