//! The token endpoint: access tokens for clients that prove themselves by a signed assertion (Security Framework 1.0,
//! 4.1; LTI Core 1.3, 6.2; RFC 6749, 4.4; RFC 7523).
//!
//! [`validate`] judges a request without I/O. [`TokenEndpoint`] goes on from there: it finds the client, verifies the
//! signature with the client's keys, claims the `jti`, grants what the client asked for as far as it may have it, and
//! makes the access token. [`TokenEndpoint::router`] puts it behind HTTP. [`bearer`](super::bearer) is the other end,
//! before the services.
//!
//! What the texts leave to the platform, and what it is here:
//!
//! | question | answer |
//! |---|---|
//! | status of an error | 400 (Security Framework 1.0, 4.1), and 401 with a challenge when the client tried `Authorization` (RFC 6749, 5.2) |
//! | a bad assertion | `invalid_client` (RFC 7521, 4.2.1) |
//! | audience | the token URL, the issuer, and what [`TokenPolicy::audiences`] names further; as a string or in an array |
//! | a scope that the client may not have | dropped, and the answer says what was granted; an error when none is left |
//! | no scope asked | `invalid_scope`: nothing is granted that was not asked for (Security Framework 1.0, 7.1.4) |
//! | the same `jti` again | refused until its assertion has expired |
//! | `iat` | not looked at: a wrong clock shows in `exp` |
//! | `kid` | may be missing: then every key of the client that fits is tried |

pub(super) mod assertion;
mod client;
mod endpoint;
mod refusal;
pub(super) mod router;
mod validate;

pub use client::{ClientKeys, KeySets, TokenClient, TokenClients};
pub use endpoint::{TokenEndpoint, TokenObserver};
pub use refusal::TokenRefusal;
pub use validate::{TokenPolicy, ValidTokenRequest, validate};
