//! A refusal in AWS's words.

/// What AWS answers instead of a result. The door writes it in the shape of the service's protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Fault {
    /// HTTP status.
    pub status: u16,
    /// The error code that SDKs branch on: `NoSuchEntity`, `ClientException`.
    pub code: String,
    /// The sentence AWS writes.
    pub message: String,
}

impl Fault {
    /// A refusal of the request as it stands: status 400.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::with_status(400, code, message)
    }

    /// A refusal with a status of its own.
    pub fn with_status(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }
}
