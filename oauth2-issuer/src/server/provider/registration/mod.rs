//! Clients that register themselves, and manage what was registered (RFC 7591; RFC 7592; OpenID Connect Dynamic Client
//! Registration 1.0).
//!
//! [`ClientMetadata`] is what a client says of itself; [`judge`] says whether it can be registered, and what is
//! registered for what it leaves open.

mod judge;
mod metadata;
mod redirect;

pub use judge::{RegistrationOffer, judge};
pub use metadata::ClientMetadata;
