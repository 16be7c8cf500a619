//! Who may have access tokens, and with which keys it proves itself.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use lti_core::id::{ClientId, DeploymentId};
use lti_core::jose::KeySet;
use lti_core::service::Scopes;
use url::Url;

use crate::{BoxFuture, Unavailable};

/// Where the public keys of a client are.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ClientKeys {
    /// The client registered none, so it can have no access token.
    None,
    /// At this address (Security Framework 1.0, 6.3).
    Url(Url),
    /// Here: it registered the keys themselves.
    Set(Arc<KeySet>),
}

/// A client as the token endpoint needs to know it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenClient {
    /// The id it was registered under.
    pub client_id: ClientId,
    /// Where its public keys are.
    pub keys: ClientKeys,
    /// What it may have, if it asks for it.
    pub scopes: Scopes,
    /// Its deployments: an assertion may name one of them, and no other.
    pub deployment_ids: Vec<DeploymentId>,
}

impl TokenClient {
    /// A client that may have nothing yet.
    pub fn new(client_id: impl Into<ClientId>, keys: ClientKeys) -> Self {
        Self { client_id: client_id.into(), keys, scopes: Scopes::default(), deployment_ids: Vec::new() }
    }

    /// Says what it may have.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = lti_core::service::Scope>) -> Self {
        self.scopes = scopes.into_iter().collect();
        self
    }

    /// Says how it is deployed.
    #[must_use]
    pub fn deployed_as(mut self, deployment_ids: impl IntoIterator<Item = impl Into<DeploymentId>>) -> Self {
        self.deployment_ids = deployment_ids.into_iter().map(Into::into).collect();
        self
    }
}

/// The registered clients. It is asked at each request, so that what an administrator changes holds at once.
pub trait TokenClients: Send + Sync {
    /// The client with that id, if there is one.
    ///
    /// # Errors
    /// [`Unavailable`] when the register cannot be read.
    fn token_client<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<TokenClient>, Unavailable>>;
}

/// A fixed register in memory.
impl<S: BuildHasher + Send + Sync> TokenClients for HashMap<String, TokenClient, S> {
    fn token_client<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<TokenClient>, Unavailable>> {
        Box::pin(async move { Ok(self.get(client_id).cloned()) })
    }
}

/// Gets the key sets of clients by their address. With the feature `relying` the key set cache does it.
pub trait KeySets: Send + Sync {
    /// The keys at `url`, fetched anew, at a bounded rate, when `kid` names none of those that are known.
    ///
    /// # Errors
    /// [`Unavailable`] when there is no usable key set.
    fn key_set<'a>(&'a self, url: &'a Url, kid: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>>;
}

#[cfg(feature = "relying")]
impl KeySets for crate::relying::JwksCache {
    fn key_set<'a>(&'a self, url: &'a Url, kid: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>> {
        Box::pin(async move { self.keys_for(url, kid).await.map_err(|error| Unavailable::new(error.to_string())) })
    }
}
