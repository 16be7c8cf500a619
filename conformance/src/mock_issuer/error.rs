//! Why there is no mock issuer.

use crate::keys::KeyError;

/// Why there is no mock issuer, or why it cannot do what it is told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MockIssuerError {
    /// It cannot listen.
    #[error("the mock issuer cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// A key cannot be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The product does not take a key.
    #[error("a key of the mock issuer cannot be used: {0}")]
    SigningKey(#[from] lti_core::jose::KeyError),
    /// The ring does not take a key.
    #[error(transparent)]
    Ring(#[from] oauth2_issuer::key_ring::KeyRingError),
    /// The issuer cannot be set up.
    #[error("the mock issuer cannot be set up: {0}")]
    Setup(String),
}
