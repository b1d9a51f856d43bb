//! A script's tree, walked node by node.

use super::{Flow, Machine, Stop};
use crate::sim::ast::{Node, Redirect, Word};
use crate::sim::filters::glob;

impl Machine<'_> {
    pub(in crate::sim) fn node(&mut self, node: &Node) -> Flow {
        let status = match node {
            Node::Simple { assignments, words, redirects, line } => {
                return self.simple(assignments, words, redirects, *line);
            }
            Node::Sequence(nodes) => {
                let mut status = self.status;
                for node in nodes {
                    status = self.node(node)?;
                }
                status
            }
            Node::AndOr(first, rest) => {
                let mut status = 0;
                // A failure that something follows is an answer, not an error, whatever follows it.
                for (position, (on_success, node)) in [(true, first.as_ref())]
                    .into_iter()
                    .chain(rest.iter().map(|(on_success, node)| (*on_success, node)))
                    .enumerate()
                {
                    if on_success == (status == 0) {
                        status = if position < rest.len() { self.condition(node)? } else { self.node(node)? };
                    }
                }
                status
            }
            Node::Redirected(body, redirects) => self.redirected(redirects, |shell| shell.node(body))?,
            Node::Not(inner) => i32::from(self.condition(inner)? == 0),
            Node::Pipe(nodes) => self.pipe(nodes)?,
            Node::If { condition, then, otherwise } => {
                if self.condition(condition)? == 0 {
                    self.node(then)?
                } else if let Some(otherwise) = otherwise {
                    self.node(otherwise)?
                } else {
                    0
                }
            }
            Node::For { name, words, body } => {
                let values = self.expand_all(words)?;
                let mut status = 0;
                for value in values {
                    self.step()?;
                    self.scope.variables.insert(name.clone(), value);
                    match self.turn(body)? {
                        (next, true) => status = next,
                        (_, false) => break,
                    }
                }
                status
            }
            Node::While { condition, until, body } => {
                let mut status = 0;
                loop {
                    self.step()?;
                    if (self.condition(condition)? == 0) == *until {
                        break;
                    }
                    match self.turn(body)? {
                        (next, true) => status = next,
                        (_, false) => break,
                    }
                }
                status
            }
            Node::Case { word, arms } => {
                let text = self.expand_text(word)?;
                let mut chosen = None;
                'arms: for (patterns, body) in arms {
                    for pattern in patterns {
                        if glob(&self.expand_text(pattern)?, &text) {
                            chosen = Some(body);
                            break 'arms;
                        }
                    }
                }
                match chosen {
                    Some(body) => self.node(body)?,
                    None => 0,
                }
            }
            Node::Subshell(body) => self.subshell(|shell| shell.node(body))?,
        };
        self.status = status;
        Ok(status)
    }

    /// One turn of a loop: its status, and whether the loop goes on.
    fn turn(&mut self, body: &Node) -> Result<(i32, bool), Stop> {
        match self.node(body) {
            Ok(status) => Ok((status, true)),
            Err(Stop::Continue(1)) => Ok((0, true)),
            Err(Stop::Break(1)) => Ok((0, false)),
            Err(Stop::Continue(loops)) => Err(Stop::Continue(loops - 1)),
            Err(Stop::Break(loops)) => Err(Stop::Break(loops - 1)),
            Err(stop) => Err(stop),
        }
    }

    fn condition(&mut self, node: &Node) -> Flow {
        self.conditions += 1;
        let outcome = self.node(node);
        self.conditions -= 1;
        outcome
    }

    fn pipe(&mut self, nodes: &[Node]) -> Flow {
        let before = self.input.take();
        let mut status = 0;
        for (position, node) in nodes.iter().enumerate() {
            if position + 1 == nodes.len() {
                status = self.subshell(|shell| shell.node(node))?;
            } else {
                let (printed, outcome) = self.captured(|shell| {
                    shell.conditions += 1;
                    let outcome = shell.subshell(|shell| shell.node(node));
                    shell.conditions -= 1;
                    outcome
                });
                outcome?;
                self.input = Some(printed);
            }
        }
        self.input = before;
        Ok(status)
    }

    fn simple(
        &mut self,
        assignments: &[(String, Word)],
        words: &[Word],
        redirects: &[Redirect],
        line: usize,
    ) -> Flow {
        self.step()?;
        self.substituted = None;
        let words = self.expand_all(words)?;
        let mut values = Vec::new();
        for (name, word) in assignments {
            let value = self.expand_text(word)?;
            if words.is_empty() {
                self.scope.variables.insert(name.clone(), value);
            } else {
                values.push((name.clone(), value));
            }
        }
        if self.scope.trace && !words.is_empty() {
            self.complain(&format!("+ {}\n", words.join(" ")));
        }
        let status = if words.is_empty() {
            self.redirected(redirects, |shell| Ok(shell.substituted.unwrap_or(0)))?
        } else if values.is_empty() {
            self.redirected(redirects, |shell| shell.command(&words, line))?
        } else {
            let before = self.scope.clone();
            for (name, value) in values {
                self.scope.exported.insert(name.clone());
                self.scope.variables.insert(name, value);
            }
            let outcome = self.redirected(redirects, |shell| shell.command(&words, line));
            self.scope.variables = before.variables;
            self.scope.exported = before.exported;
            outcome?
        };
        self.status = status;
        if status != 0 && self.scope.exit_on_error && self.conditions == 0 {
            return Err(Stop::Exit(status));
        }
        Ok(status)
    }
}
