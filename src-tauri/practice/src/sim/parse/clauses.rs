//! Compound commands: `if`, `for`, `while`, `case`.

use super::{Reader, SyntaxError};
use crate::sim::ast::Node;

impl Reader {
    pub(super) fn if_clause(&mut self) -> Result<Node, SyntaxError> {
        let condition = Box::new(self.list(&["then"])?);
        self.expect("then")?;
        let then = Box::new(self.list(&["else", "elif", "fi"])?);
        self.breaks();
        let otherwise = match self.reserved() {
            Some("elif") => {
                self.skip("elif");
                let rest = self.nested(Self::if_clause)?;
                return Ok(Node::If { condition, then, otherwise: Some(Box::new(rest)) });
            }
            Some("else") => {
                self.skip("else");
                Some(Box::new(self.list(&["fi"])?))
            }
            _ => None,
        };
        self.expect("fi")?;
        self.redirected(Node::If { condition, then, otherwise })
    }

    pub(super) fn for_clause(&mut self) -> Result<Node, SyntaxError> {
        self.skip("for");
        self.blanks();
        let name = self.name();
        if name.is_empty() {
            return self.error("Syntax error: Bad for loop variable");
        }
        self.breaks();
        let mut words = Vec::new();
        if self.reserved() == Some("in") {
            self.skip("in");
            loop {
                self.blanks();
                match self.peek() {
                    None | Some(';' | '\n') => break,
                    _ => words.push(self.word()?),
                }
            }
        }
        if self.peek() == Some(';') {
            self.next();
        }
        let body = Box::new(self.do_group()?);
        self.redirected(Node::For { name, words, body })
    }

    pub(super) fn do_group(&mut self) -> Result<Node, SyntaxError> {
        self.expect("do")?;
        let body = self.list(&["done"])?;
        self.expect("done")?;
        Ok(body)
    }

    pub(super) fn case_clause(&mut self) -> Result<Node, SyntaxError> {
        self.skip("case");
        self.blanks();
        let word = self.word()?;
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.breaks();
            if self.reserved() == Some("esac") {
                self.skip("esac");
                return Ok(Node::Case { word, arms });
            }
            self.skip("(");
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                patterns.push(self.word()?);
                self.blanks();
                match self.next() {
                    Some('|') => {}
                    Some(')') => break,
                    _ => return self.error("Syntax error: expecting \")\""),
                }
            }
            let body = self.list(&["esac"])?;
            arms.push((patterns, body));
            self.breaks();
            self.skip(";;");
        }
    }
}
