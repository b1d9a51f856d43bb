//! The one shape an error takes on its way to a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    blueprint::FieldProblem,
    words::{Text, say},
};

/// What happened, what it means, what to do. A screen branches on `code` alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    /// Stable code, `kebab-case`.
    pub code: String,
    /// What happened and what it means, in one or two sentences.
    pub message: String,
    /// The chain below it, outermost first; AWS's own words stand here verbatim.
    pub causes: Vec<String>,
    /// What to do about it.
    pub advice: Option<String>,
    /// AWS's id of the request that failed, for its support.
    pub request_id: Option<String>,
    /// The fields of a blueprint or form that are to blame, when they are.
    pub fields: Vec<FieldProblem>,
}

impl AppError {
    /// An error whose sentence and advice stand in the words under `code` and `code-advice`.
    pub fn new(text: Text) -> Self {
        Self {
            code: text.code,
            message: text.text,
            causes: vec![],
            advice: None,
            request_id: None,
            fields: vec![],
        }
    }

    /// With what the person can do.
    #[must_use]
    pub fn advise(mut self, advice: Text) -> Self {
        self.advice = Some(advice.text);
        self
    }

    /// The same as a finding: what happened, and what to do.
    pub fn text(&self) -> Text {
        let text = match &self.advice {
            Some(advice) => format!("{} {advice}", self.message),
            None => self.message.clone(),
        };
        Text { code: self.code.clone(), params: BTreeMap::new(), text }
    }

    /// With what lay below it.
    #[must_use]
    pub fn because(mut self, cause: impl ToString) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// A blueprint or form that breaks rules, with every field that does.
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        let mut error = Self::new(say("blueprint-invalid", &[("count", &fields.len().to_string())]))
            .advise(say("blueprint-invalid-advice", &[]));
        error.causes = fields.iter().map(|f| format!("{}: {}", f.field, f.problem.text)).collect();
        error.fields = fields;
        error
    }

    /// A file or folder of ours that could not be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::NotFound {
            return Self::new(say("file-missing", &[("path", &path.display().to_string())]))
                .because(error)
                .advise(say("file-missing-advice", &[]));
        }
        Self::new(say("file-failed", &[("path", &path.display().to_string())]))
            .because(error)
            .advise(say("file-failed-advice", &[]))
    }
}
