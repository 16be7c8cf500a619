//! The issuer's half: the authorization endpoint, and the documents a relying party reads.
//!
//! [`authorize`] decides, without I/O of its own; [`router`] puts it behind HTTP. The grants of the token endpoint and
//! client authentication are modules of their own beside these.

pub mod access_token;
pub mod authorize;
pub mod bearer;
pub mod client;
pub mod error;
mod outcome;
pub mod page;
pub mod router;
mod validate;

pub use access_token::{AccessGrant, AccessToken, AccessTokenError, AccessTokenKey, AccessTokens};
pub use authorize::Authorizer;
pub use bearer::{BearerError, BearerFault};
pub use client::{Client, Clients};
pub use error::{AuthenticationError, Denial};
pub use outcome::Outcome;
pub use router::{IssuerServer, Sessions};
pub use validate::{ValidRequest, validate};
