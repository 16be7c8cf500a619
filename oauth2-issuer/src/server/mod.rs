//! The issuer's half: the authorization endpoint, and the documents a relying party reads.
//!
//! [`authorize`] decides, without I/O of its own; [`router`] puts it behind HTTP. [`token`] is the token endpoint,
//! [`access_token`] what it gives out, [`bearer`] the guard that services put before themselves.

pub mod access_token;
pub mod authorize;
pub mod bearer;
pub mod client;
pub mod error;
mod outcome;
pub mod page;
pub mod provider;
pub mod router;
pub mod token;
mod validate;

pub use access_token::{AccessGrant, AccessToken, AccessTokenError, AccessTokenKey, AccessTokens};
pub use authorize::Authorizer;
pub use bearer::{BearerError, BearerFault};
pub use client::{Client, Clients};
pub use error::{AuthenticationError, Denial};
pub use outcome::Outcome;
pub use router::{IssuerServer, Sessions};
pub use token::{TokenClient, TokenClients, TokenEndpoint, TokenPolicy};
pub use validate::{ValidRequest, validate};
