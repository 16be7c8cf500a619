//! Clients that register themselves, and manage what was registered (RFC 7591; RFC 7592; OpenID Connect Dynamic Client
//! Registration 1.0).
//!
//! [`ClientMetadata`] is what a client says of itself; [`judge`] says whether it can be registered, and what is
//! registered for what it leaves open. The endpoints are `POST /register`, for whom [`RegistrationPolicy`] allows it, and
//! `GET`, `PUT` and `DELETE /register/{client_id}` for the client itself.
//!
//! | question | answer |
//! |---|---|
//! | metadata that nobody here knows | ignored (RFC 7591, 2), and not told as registered |
//! | `client_secret` | told once; kept as a digest, so a later reading does not tell it again |
//! | `registration_access_token` | stays the same; ends with the registration |
//! | a wrong token, a client that is not there | 401, never 404 (RFC 7592, 2.1) |
//! | a change to another way of proof | gets a secret, or loses it, as that way needs |

mod endpoint;
mod judge;
mod metadata;
mod record;
mod redirect;

pub use endpoint::RegistrationPolicy;
pub(super) use endpoint::{delete, describe, not_managed, not_post, read, register, update};
pub use judge::{RegistrationOffer, judge};
pub use metadata::ClientMetadata;
