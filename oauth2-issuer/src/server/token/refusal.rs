//! What a refused token request is answered.

use http::StatusCode;
use lti_core::service::token::{TokenErrorCode, TokenErrorResponse};

/// A token request that is refused: a code of RFC 6749, 5.2 and a sentence for whoever runs the client. Nothing of the
/// assertion is in it beyond the claims that are named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
#[non_exhaustive]
pub struct TokenRefusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// The code.
    pub code: TokenErrorCode,
    /// The rule, what was expected, and what was seen.
    pub description: String,
    /// Whether the client tried to prove itself by `Authorization: Basic`, and so gets a challenge.
    pub basic: bool,
}

impl TokenRefusal {
    /// A refusal with status 400, which Security Framework 1.0, 4.1 asks for.
    pub fn new(code: TokenErrorCode, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, description: description.into(), basic: false }
    }

    /// The parameters cannot be understood.
    pub(in crate::server) fn request(description: impl Into<String>) -> Self {
        Self::new(TokenErrorCode::InvalidRequest, description)
    }

    /// The client did not prove who it is: also the code for every fault of an assertion (RFC 7521, 4.2.1).
    pub(in crate::server) fn client(description: impl Into<String>) -> Self {
        Self::new(TokenErrorCode::InvalidClient, description)
    }

    /// Nothing can be granted.
    pub(in crate::server) fn scope(description: impl Into<String>) -> Self {
        Self::new(TokenErrorCode::InvalidScope, description)
    }

    /// Something behind this server does not answer: try again.
    pub(in crate::server) fn unavailable() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            ..Self::new(
                TokenErrorCode::Other("temporarily_unavailable".to_owned()),
                "something behind the token endpoint does not answer: try again in a minute",
            )
        }
    }

    /// The same refusal for a client that tried `Authorization: Basic`: 401, with a challenge (RFC 6749, 5.2).
    pub(in crate::server) fn of_basic(mut self) -> Self {
        self.status = StatusCode::UNAUTHORIZED;
        self.basic = true;
        self
    }

    /// The refusal with another status.
    pub(in crate::server) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The body of the answer.
    pub fn to_response(&self) -> TokenErrorResponse {
        TokenErrorResponse::new(self.code.clone(), self.description.clone())
    }
}
