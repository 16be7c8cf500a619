//! From a request in order to an access token.

use std::fmt;
use std::sync::Arc;

use lti_core::service::Scopes;
use lti_core::service::token::{TokenRequestFields, TokenResponse};

use super::assertion::{self, failed};
use super::client::{KeySets, TokenClient, TokenClients};
use super::refusal::TokenRefusal;
use super::validate::{TokenPolicy, validate};
use crate::clock::Clock;
use crate::once::OnceStore;
use crate::server::access_token::{AccessGrant, AccessTokens};

/// Watches the token endpoint, for logs and traces. It sees what happened and changes nothing; `Debug` of the fields
/// does not show the assertion.
pub trait TokenObserver: Send + Sync {
    /// A request was answered.
    fn answered(&self, request: &TokenRequestFields, outcome: Result<&AccessGrant, &TokenRefusal>);
}

/// A token endpoint made of its parts.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Arc;
/// use lti_core::service::Scope;
/// use oauth2_issuer::clock::SystemClock;
/// use oauth2_issuer::once::MemoryOnceStore;
/// use oauth2_issuer::relying::{FetchPolicy, GuardedFetcher, JwksCache};
/// use oauth2_issuer::server::token::{ClientKeys, TokenClient, TokenEndpoint, TokenPolicy};
/// use oauth2_issuer::server::{AccessTokenKey, AccessTokens};
///
/// let clock = Arc::new(SystemClock);
/// let keys = ClientKeys::Url("https://quiz.example/jwks".parse()?);
/// let quiz = TokenClient::new("quiz", keys).with_scopes([Scope::Score]);
/// let tokens = Arc::new(AccessTokens::new("https://lms.example", AccessTokenKey::generate()?, clock.clone()));
/// let endpoint = TokenEndpoint::new(
///     TokenPolicy::new(["https://lms.example/token", "https://lms.example"]),
///     Arc::new(HashMap::from([("quiz".to_owned(), quiz)])),
///     Arc::new(JwksCache::new(Arc::new(GuardedFetcher::new(FetchPolicy::default())?), clock.clone())),
///     Arc::new(MemoryOnceStore::default()),
///     tokens,
///     clock,
/// );
/// let router: axum::Router = Arc::new(endpoint).router("/token");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TokenEndpoint {
    policy: TokenPolicy,
    clients: Arc<dyn TokenClients>,
    key_sets: Arc<dyn KeySets>,
    once: Arc<dyn OnceStore>,
    tokens: Arc<AccessTokens>,
    clock: Arc<dyn Clock>,
    observer: Option<Arc<dyn TokenObserver>>,
}

impl TokenEndpoint {
    /// An endpoint for these clients that gives out these tokens. `once` remembers the assertions: with several
    /// processes, or where a replay right after a restart matters, one that outlives the process.
    pub fn new(
        policy: TokenPolicy,
        clients: Arc<dyn TokenClients>,
        key_sets: Arc<dyn KeySets>,
        once: Arc<dyn OnceStore>,
        tokens: Arc<AccessTokens>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { policy, clients, key_sets, once, tokens, clock, observer: None }
    }

    /// Lets somebody watch.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn TokenObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// What assertions are judged by.
    pub fn policy(&self) -> &TokenPolicy {
        &self.policy
    }

    /// The tokens that are given out: the services verify with the same.
    pub fn tokens(&self) -> &Arc<AccessTokens> {
        &self.tokens
    }

    /// Answers a request: for a server that has its own routes.
    ///
    /// # Errors
    /// The refusal, as the client gets it.
    pub async fn answer(&self, fields: &TokenRequestFields) -> Result<TokenResponse, TokenRefusal> {
        let outcome = self.grant(fields).await;
        self.report(fields, outcome.as_ref().map(|(_, grant)| grant));
        outcome.map(|(response, _)| response)
    }

    pub(super) fn report(&self, fields: &TokenRequestFields, outcome: Result<&AccessGrant, &TokenRefusal>) {
        if let Err(refusal) = outcome {
            tracing::info!(%refusal, "a token request was refused");
        }
        if let Some(observer) = &self.observer {
            observer.answered(fields, outcome);
        }
    }

    /// The order is that of the risk: who asks is proven before anything is claimed or granted.
    async fn grant(&self, fields: &TokenRequestFields) -> Result<(TokenResponse, AccessGrant), TokenRefusal> {
        let request = validate(fields, &self.policy, self.clock.now())?;
        let client = self.clients.token_client(request.client_id.as_str()).await.map_err(|error| failed(&error))?;
        let client = client.filter(|client| client.client_id == request.client_id).ok_or_else(|| {
            TokenRefusal::client("expected sub to be the client_id of a registered tool, saw an unknown one")
        })?;
        let signed = (&request.assertion, request.algorithm);
        assertion::prove(signed, (&client.client_id, &client.keys), &*self.key_sets, "tool").await?;
        if let Some(deployment_id) = &request.deployment_id
            && !client.deployment_ids.contains(deployment_id)
        {
            return Err(TokenRefusal::client("expected deployment_id to be a deployment of the tool, saw another"));
        }
        let granted = granted(&request.scopes, &client)?;
        let name = (request.jti.as_str(), request.remember_until);
        assertion::claim(&*self.once, client.client_id.as_str(), name, self.clock.now()).await?;
        let scopes = granted.iter().map(|scope| scope.as_str().to_owned());
        let (token, grant) =
            self.tokens.issue(client.client_id, request.deployment_id, scopes).map_err(|error| failed(&error))?;
        Ok((TokenResponse::new(token.as_str(), self.tokens.lifetime().as_secs(), granted), grant))
    }
}

/// What was asked for, as far as the client may have it.
fn granted(asked: &Scopes, client: &TokenClient) -> Result<Scopes, TokenRefusal> {
    let granted = asked.intersection(&client.scopes);
    if !granted.is_empty() {
        return Ok(granted);
    }
    let may = if client.scopes.is_empty() { "none".to_owned() } else { client.scopes.to_string() };
    Err(TokenRefusal::scope(format!("expected a scope that the tool may have ({may}), saw others only")))
}

impl fmt::Debug for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenEndpoint")
            .field("policy", &self.policy)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
