//! The relying party's half: fetching documents from an issuer, holding its keys, and calling its services with access
//! tokens; the registry of issuers that are trusted.

pub mod address;
pub mod call;
pub mod fetch;
pub mod guarded;
pub mod issuer;
pub mod jwks_cache;
mod network;
pub mod secret;
pub mod submit;
pub mod token_client;
pub mod wait;

pub use call::{Call, ServiceRequest};
pub use fetch::{Fetch, FetchError, Fetched};
pub use guarded::{FetchPolicy, GuardedFetcher};
pub use jwks_cache::{CachePolicy, JwksCache, JwksError};
pub use network::Network;
pub use submit::{Submission, Submit};
pub use token_client::{HeldToken, TokenAudience, TokenClient, TokenClientError, TokenClientPolicy, TokenRequester};
pub use wait::{SystemWait, Wait};
