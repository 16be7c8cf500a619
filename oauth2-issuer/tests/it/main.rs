//! The issuer's two halves as a user of the crate meets them.
#![expect(clippy::unwrap_used, reason = "tests")]

mod authorize;
mod fetch_proxy;
mod fetcher;
mod issuer_registry;
mod jwks_cache;
mod once;
mod oracle;
mod provider;
mod provider_store;
mod router;
mod scripted_issuer;
mod scripted_network;
mod system_account;
mod tls;
mod token;
mod token_client;
mod user_client;
