//! The token endpoint: client credentials by a signed assertion (Security Framework 1.0, 4.1; RFC 6749, 4.4; RFC 7523).

mod assertion;
mod request;
mod response;

pub use assertion::{AssertionClaims, ClientAssertion};
pub use request::{CLIENT_CREDENTIALS, JWT_BEARER, TokenRequest, TokenRequestFields};
pub use response::{AccessToken, TokenErrorCode, TokenErrorResponse, TokenResponse};
