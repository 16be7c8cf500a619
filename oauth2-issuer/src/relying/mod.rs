//! The relying party's half: fetching documents from an issuer, holding its keys, and calling its services with access
//! tokens; the registry of issuers that are trusted.

pub mod address;
pub mod call;
mod code_flow;
pub mod fetch;
pub mod grant;
pub mod guarded;
mod hosts;
mod id_token;
pub mod issuer;
pub mod jwks_cache;
mod network;
mod policy;
mod proxy;
pub mod rest;
pub mod secret;
pub mod submit;
pub mod system_account;
pub mod token_client;
mod user_client;
pub mod wait;

pub use call::{Call, ServiceRequest};
pub use code_flow::{
    CallbackError, CodeFlow, Completion, FlowParts, FlowPolicy, LoginError, LoginLifetime, Purpose, SessionId,
    UserInfoError,
};
pub use fetch::{Fetch, FetchError, Fetched};
pub use guarded::{FetchPolicy, GuardedFetcher};
pub use id_token::IdTokenError;
pub use jwks_cache::{CachePolicy, JwksCache, JwksError};
pub use network::Network;
pub use submit::{Submission, Submit};
pub use token_client::{HeldToken, TokenAudience, TokenClient, TokenClientError, TokenClientPolicy, TokenRequester};
pub use user_client::{
    MemoryUserTokenStore, SignedIn, UserClient, UserClientError, UserClients, UserTokenStore, UserTokens,
};
pub use wait::{SystemWait, Wait};
