//! An issuer for everybody: OAuth 2 authorization server and OpenID provider, as learning platforms trust them.
//!
//! A [`Provider`] is one issuer under one URL; [`Providers`] mounts many, each at its path. What it keeps is behind
//! [`ProviderStore`]; who is signed in and what the pages look like it asks [`Accounts`] and [`Interaction`].
//!
//! | file | what |
//! |---|---|
//! | `model`, `grant`, `scopes`, `secret` | clients, grants, and what is kept of codes and tokens |
//! | `store`, `store_memory`, `store_sqlite` | the trait, the store of one process, and that of many |
//! | `contract` | what every store must hold |
//! | `registration` | clients that register themselves |
//! | `accounts` | what the embedder says: users, pages |
//! | `policy` | lifetimes, scopes, grants |
//! | `core`, `metadata`, `router` | the issuer, what it says about itself, where it serves |
//! | `parameters`, `claims` | how requests are read, what is told of a user |

mod accounts;
mod claims;
pub mod contract;
mod core;
mod grant;
mod metadata;
mod model;
mod parameters;
mod policy;
pub mod registration;
mod router;
mod scopes;
mod secret;
mod store;
mod store_memory;
#[cfg(feature = "sqlite")]
mod store_sqlite;

pub use accounts::{Accounts, ConsentRequest, Interaction, LoginReason, LoginRequest, Session, Step};
pub use core::{Provider, ProviderError, ProviderParts};
pub use grant::{ChallengeMethod, CodeChallenge, CodeRecord, Grant, RefreshRecord, Stage, WaitingRequest};
pub use model::{ApplicationType, AuthMethod, ClientJwks, RegisteredClient};
pub use parameters::Parameters;
pub use policy::ProviderPolicy;
pub use router::Providers;
pub use scopes::ScopeSet;
pub use secret::{SecretHash, random_secret};
pub use store::{ProviderStore, RefreshState, Stored, Taken};
pub use store_memory::MemoryProviderStore;
#[cfg(feature = "sqlite")]
pub use store_sqlite::SqliteProviderStore;
