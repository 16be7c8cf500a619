//! The registry of issuers that an administrator trusts: what is known of each, how it is discovered, and how its claims
//! become local fields.
//!
//! * [`RegisteredIssuer`] is the record; [`IssuerStore`] keeps records, in memory or in SQLite.
//! * [`Service`] is a kind of issuer: what a new one begins as, and its [`Discovery`]. A new kind is one type that
//!   implements both.
//! * [`IssuerRegistry`] puts them together: from a base URL everything is discovered.
//!
//! ```
//! use std::sync::Arc;
//! use oauth2_issuer::relying::issuer::{Credentials, IssuerRegistry, MemoryIssuerStore};
//! use oauth2_issuer::relying::{FetchPolicy, GuardedFetcher};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let network = Arc::new(GuardedFetcher::new(FetchPolicy::default())?);
//! let registry = IssuerRegistry::new(Arc::new(MemoryIssuerStore::default()), network);
//! let credentials = Credentials::new("client-1", Some("a client secret".into()));
//! let id = registry.add("openid", Some("https://accounts.school.example"), Some(credentials)).await?;
//! # Ok(())
//! # }
//! ```

mod badge_connect;
mod claim_path;
pub mod contract;
mod discovery;
mod mapping;
mod openid;
mod record;
mod registry;
mod service;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod templates;

pub use badge_connect::BadgeConnect;
pub use claim_path::{ClaimPath, ClaimPathError};
pub use discovery::{ClientDescription, Discovered, Discovery, DiscoveryError, RegistrationRequest};
pub use mapping::{AccountIdentity, AccountRule, FieldMapping, LocalField, MappedUser, MappingError, MissingField};
pub use openid::{AuthorizationServer, OpenIdConfiguration};
pub(crate) use record::is_safe;
pub use record::{
    ClientAuthentication, Credentials, EndpointError, Endpoints, IssuerId, IssuerName, RegisteredIssuer, Shown,
};
pub use registry::{IssuerRegistry, RegistryError};
pub use service::{Manual, Service};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteIssuerStore;
pub use store::{IssuerStore, MemoryIssuerStore};
pub use templates::{Facebook, Google, Microsoft};
