//! The shape of a shell script that has been read.

/// One command, simple or compound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// `NAME=value program argument…`.
    Simple { assignments: Vec<(String, Word)>, words: Vec<Word>, redirects: Vec<Redirect>, line: usize },
    /// Commands one after the other.
    Sequence(Vec<Node>),
    /// `a && b || c`: a command, and what follows it on success (`true`) or on failure.
    AndOr(Box<Node>, Vec<(bool, Node)>),
    /// `! a`.
    Not(Box<Node>),
    /// `a | b | c`.
    Pipe(Vec<Node>),
    /// `if … then … else … fi`.
    If { condition: Box<Node>, then: Box<Node>, otherwise: Option<Box<Node>> },
    /// `for name in words; do … done`.
    For { name: String, words: Vec<Word>, body: Box<Node> },
    /// `while … do … done`; `until` turns the condition round.
    While { condition: Box<Node>, until: bool, body: Box<Node> },
    /// `case word in pattern) … ;; esac`.
    Case { word: Word, arms: Vec<(Vec<Word>, Node)> },
    /// `( … )`: assignments inside stay inside.
    Subshell(Box<Node>),
    /// A compound command with redirections of its own.
    Redirected(Box<Node>, Vec<Redirect>),
}

/// Where a command's output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirect {
    /// 0, 1 or 2; 3 stands for both outputs (`&>`).
    pub(super) from: u8,
    pub(super) kind: RedirectKind,
}

/// The kinds of redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RedirectKind {
    /// `>` and `>>`.
    File { name: Word, append: bool },
    /// `>&1`, `2>&1`.
    Descriptor(u8),
    /// `< file`.
    Input(Word),
    /// `<<< word`.
    Here(Word),
}

/// A word before its expansion.
pub(super) type Word = Vec<Piece>;

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it stands. `quoted` text is never split and its `*` means itself.
    Text { text: String, quoted: bool },
    /// `$name`, `${name}`, `${name:-word}` and its sisters.
    Variable { name: String, operator: Option<(Operator, Word)>, quoted: bool },
    /// `$(…)` or backquotes.
    Command { script: Box<Node>, quoted: bool },
    /// `$((…))`.
    Arithmetic { text: String },
}

/// What `${name…word}` does with its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `:-` (and `-`).
    Default,
    /// `:=` (and `=`).
    Assign,
    /// `:+` (and `+`).
    Alternative,
    /// `:?` (and `?`).
    Error,
    /// `#` and `##`.
    RemovePrefix { longest: bool },
    /// `%` and `%%`.
    RemoveSuffix { longest: bool },
    /// `${#name}`.
    Length,
}
