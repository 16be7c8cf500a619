//! What a store says when it cannot answer.

/// Something behind this server does not answer. The reason is for the log, never for the browser.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not available: {reason}")]
pub struct Unavailable {
    /// What is wrong.
    pub reason: String,
}

impl Unavailable {
    /// Says what is wrong.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}
