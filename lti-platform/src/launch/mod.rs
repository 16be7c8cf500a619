//! A launch from the platform's side: set it going, then answer the authentication request with an ID token.
//!
//! The platform keeps nothing between the two steps. What it must find again travels in the two hints, which only this
//! platform can make (see [`hint`](crate::hint)).

mod custom;
mod deep_linking;
mod platform;
mod request;
mod services;
mod source;

pub use deep_linking::RETURN_PATH;
#[cfg(feature = "mock")]
pub(crate) use deep_linking::return_url;
pub(crate) use deep_linking::{WithoutLink, bare as bare_deep_linking, split as split_deep_linking};
pub use oauth2_issuer::server::authorize::ID_TOKEN_LIFETIME;
pub use platform::{INITIATION_LIFETIME, Platform};
pub use request::{InitiationError, LaunchRequest, StartedLaunch};
pub use source::{LaunchRefused, LaunchSource};
