//! Both halves of an OAuth 2 / OpenID Connect issuer, as far as LTI needs them.
//!
//! * `server` (feature): validates authentication requests, answers them by `form_post`, and serves the discovery
//!   document and the key set. Gives out access tokens for client credentials, and guards services with them.
//! * `relying` (feature): the other side. A guarded HTTP fetcher and a key set cache, for whoever must verify what an
//!   issuer signed.
//!
//! What both need lies at the top: a [`clock`], the claim-[`once`] store, the [`key_ring`] and the discovery
//! [`metadata`].

pub mod clock;
pub mod key_ring;
pub mod metadata;
pub mod once;
#[cfg(feature = "relying")]
pub mod relying;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod unavailable;

pub use unavailable::Unavailable;

use std::future::Future;
use std::pin::Pin;

/// A boxed future, so that the traits of this crate can be used as trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
