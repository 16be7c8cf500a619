//! The relying party's half: fetching documents from an issuer, and holding its keys.

pub mod address;
pub mod fetch;
pub mod guarded;
pub mod jwks_cache;
pub mod submit;

pub use fetch::{Fetch, FetchError, Fetched};
pub use guarded::{FetchPolicy, GuardedFetcher};
pub use jwks_cache::{CachePolicy, JwksCache, JwksError};
pub use submit::{Submission, Submit};
