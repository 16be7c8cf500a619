//! An issuer for everybody: OAuth 2 authorization server and OpenID provider, as learning platforms trust them.
//!
//! A [`Provider`] is one issuer under one URL; [`Providers`] mounts many, each at its path. What it keeps is behind
//! [`ProviderStore`]; who is signed in and what the pages look like it asks [`Accounts`] and [`Interaction`].
//!
//! ```
//! use std::sync::Arc;
//! use http::HeaderMap;
//! use oauth2_issuer::clock::SystemClock;
//! use oauth2_issuer::key_ring::KeyRing;
//! use oauth2_issuer::once::MemoryOnceStore;
//! use oauth2_issuer::relying::{FetchPolicy, GuardedFetcher, JwksCache};
//! use oauth2_issuer::server::provider::*;
//! use oauth2_issuer::{BoxFuture, Unavailable};
//! use serde_json::{Map, Value};
//!
//! /// A school with one user, who is always signed in, and pages elsewhere.
//! struct School;
//!
//! impl Accounts for School {
//!     fn session<'a>(&'a self, _: &'a HeaderMap) -> BoxFuture<'a, Result<Option<Session>, Unavailable>> {
//!         Box::pin(async { Ok(Some(Session::new("the session's cookie", "ada", Default::default()))) })
//!     }
//!
//!     fn claims<'a>(
//!         &'a self,
//!         subject: &'a str,
//!         _: &'a ScopeSet,
//!     ) -> BoxFuture<'a, Result<Option<Map<String, Value>>, Unavailable>> {
//!         Box::pin(async move { Ok((subject == "ada").then(|| Map::from_iter([("name".into(), "Ada".into())]))) })
//!     }
//! }
//!
//! impl Interaction for School {
//!     fn login(&self, request: LoginRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
//!         Box::pin(async move { Ok(Step::Redirect(format!("/login?then={}", request.return_to))) })
//!     }
//!
//!     fn consent(&self, request: ConsentRequest) -> BoxFuture<'_, Result<Step, Unavailable>> {
//!         Box::pin(async move { Ok(Step::Redirect(format!("/consent?ticket={}", request.ticket))) })
//!     }
//! }
//!
//! let clock = Arc::new(SystemClock);
//! let parts = ProviderParts {
//!     store: Arc::new(MemoryProviderStore::default()),
//!     once: Arc::new(MemoryOnceStore::default()),
//!     keys: Arc::new(KeyRing::new(clock.clone())),
//!     key_sets: Arc::new(JwksCache::new(Arc::new(GuardedFetcher::new(FetchPolicy::default())?), clock.clone())),
//!     accounts: Arc::new(School),
//!     interaction: Arc::new(School),
//!     clock,
//! };
//! let provider = Provider::new("https://id.example/school", parts, ProviderPolicy::default())?;
//! let router: axum::Router = Providers::new().with(Arc::new(provider)).router();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | what |
//! |---|---|
//! | `model`, `grant`, `scopes`, `secret` | clients, grants, and what is kept of codes and tokens |
//! | `store`, `store_memory`, `store_sqlite` | the trait, the store of one process, and that of many |
//! | `contract` | what every store must hold |
//! | `registration` | clients that register themselves |
//! | `introspection`, `revocation`, `pushed` | what else clients ask for |
//! | `badge_connect`, `rotation` | the manifest for Open Badges; signing keys through their life |
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
mod badge_connect;
mod claims;
mod client_auth;
pub mod contract;
mod core;
mod grant;
mod introspection;
mod metadata;
mod model;
mod parameters;
mod pkce;
mod policy;
mod pushed;
pub mod registration;
mod revocation;
mod rotation;
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
pub use badge_connect::BadgeConnect;
pub use core::{Provider, ProviderError, ProviderParts};
pub use grant::{ChallengeMethod, CodeChallenge, CodeRecord, Grant, RefreshRecord, Stage, WaitingRequest};
pub use model::{ApplicationType, AuthMethod, ClientJwks, RegisteredClient};
pub use parameters::Parameters;
pub use policy::{ProviderPolicy, ResourceServer};
pub use router::Providers;
pub use scopes::ScopeSet;
pub use secret::{SecretHash, random_secret};
pub use store::{ProviderStore, RefreshState, Stored, Taken};
pub use store_memory::MemoryProviderStore;
#[cfg(feature = "sqlite")]
pub use store_sqlite::SqliteProviderStore;
pub use tokens::VerifiedAccessToken;
