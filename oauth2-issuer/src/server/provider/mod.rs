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
//! | `parameters`, `answer` | how requests are read, how answers are written |
//! | `authorize` | the authorization endpoint: the request, signing in, consent, the reply |
//! | `client_auth` | who sent a request: `Provider::authenticate`, for every endpoint that clients call |
//! | `token`, `pkce` | the token endpoint |
//! | `tokens` | ID tokens and access tokens; `Provider::verify_access_token` |
//! | `userinfo`, `claims` | what is told of a user |
//!
//! An endpoint in a file of its own takes `State<Arc<Provider>>`, is one line in `router::routes` and says of itself in
//! `Provider::metadata` what clients need to know. It answers refused clients by `Provider::refuse`, revokes by
//! `Provider::revoke_grant`, judges what is pushed by [`Provider::judge_pushed`] and keeps it as a
//! [`WaitingRequest`] under the digest of its `request_uri`.

mod accounts;
mod answer;
mod authorize;
mod claims;
mod client_auth;
pub mod contract;
mod core;
mod grant;
mod metadata;
mod model;
mod parameters;
mod pkce;
mod policy;
pub mod registration;
mod router;
mod scopes;
mod secret;
mod store;
mod store_memory;
#[cfg(feature = "sqlite")]
mod store_sqlite;
mod token;
mod tokens;
mod userinfo;

pub use accounts::{Accounts, ConsentRequest, Interaction, LoginReason, LoginRequest, Session, Step};
pub use authorize::PUSHED_PREFIX;
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
pub use tokens::VerifiedAccessToken;
