//! The mock issuer itself, as a test or the command line holds it.

use std::sync::Arc;

use lti_core::id::ClientId;
use oauth2_issuer::{
    once::OnceStore,
    server::provider::{Provider, ProviderStore, RegisteredClient, ScopeSet},
};
use url::Url;

use super::{
    Armed, Fault, FaultPlan, Ledger, MockClock, MockIssuerError, builder::MockIssuerBuilder, interaction::Desk,
    layer::Layer, session::Sessions, trial::Trials,
};
use crate::{
    keys::SuiteKey,
    serve::Served,
    transport::{InProcess, Request, Response, Transport, TransportError},
};

/// A mock issuer: a sound one, until it is told to misbehave. A clone is the same issuer; it ends with its last clone.
///
/// ```
/// use conformance::mock_issuer::{Endpoint, Fault, MockIssuer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let issuer = MockIssuer::start().signed_in_as("ada").with(Fault::DiscoveryIssuerOther).await?;
/// let metadata = reqwest::get(issuer.discovery_url()).await?.json::<serde_json::Value>().await?;
/// assert_ne!(metadata["issuer"], issuer.url()); // your client has to refuse this
///
/// issuer.clear(Fault::DiscoveryIssuerOther);
/// let metadata = reqwest::get(issuer.discovery_url()).await?.json::<serde_json::Value>().await?;
/// assert_eq!(metadata["issuer"], issuer.url());
///
/// assert_eq!(issuer.ledger().at(Endpoint::Discovery).len(), 2);
/// assert_eq!(issuer.ledger().bitten(Fault::DiscoveryIssuerOther).len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MockIssuer {
    pub(super) inner: Arc<Inner>,
    /// Ends with the last clone.
    pub(super) _server: Option<Arc<Served>>,
}

/// What the pages and the endpoints share.
pub(crate) struct Inner {
    pub(crate) layer: Layer,
    pub(crate) provider: Arc<Provider>,
    pub(crate) store: Arc<dyn ProviderStore>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) client: MockClient,
    pub(crate) trials: Trials,
    /// Clients that somebody registered on the page, for the list.
    pub(crate) registered: std::sync::Mutex<Vec<ClientId>>,
}

/// The client that a mock issuer knows from the start.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MockClient {
    /// Its id.
    pub id: String,
    /// Its secret, for `client_secret_basic` and `client_secret_post`.
    pub secret: String,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
}

impl std::fmt::Debug for MockClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockClient")
            .field("id", &self.id)
            .field("redirect_uris", &self.redirect_uris)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MockIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockIssuer").field("url", &self.url()).field("faults", &self.faults()).finish_non_exhaustive()
    }
}

impl MockIssuer {
    /// A mock issuer to be: say what it is like, then `await` it, and it listens on a free port of loopback.
    pub fn start() -> MockIssuerBuilder {
        MockIssuerBuilder::default()
    }

    /// The issuer identifier, as it stands in `iss`.
    pub fn url(&self) -> &str {
        self.inner.layer.identifier()
    }

    /// Where its metadata is (OpenID Connect Discovery 1.0, 4).
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.url())
    }

    /// The address of an endpoint: `issuer.endpoint("/token")`.
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.url())
    }

    /// The client that it knows from the start.
    pub fn client(&self) -> &MockClient {
        &self.inner.client
    }

    /// The sound issuer behind it.
    pub fn provider(&self) -> &Arc<Provider> {
        &self.inner.provider
    }

    /// Registers a client, or changes the one with its id.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn register(&self, client: RegisteredClient) -> Result<(), MockIssuerError> {
        let stored = self.inner.store.put_client(self.inner.provider.issuer(), client).await;
        stored.map_err(|error| MockIssuerError::Setup(error.to_string()))
    }

    /// Records that a user lets a client have these scopes, separated by spaces, so that nobody is asked.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn consent(&self, user: &str, client_id: &str, scopes: &str) -> Result<(), MockIssuerError> {
        let scopes = ScopeSet::parse(scopes);
        let stored = self.inner.store.add_consent(self.inner.provider.issuer(), user, client_id, scopes).await;
        stored.map_err(|error| MockIssuerError::Setup(error.to_string()))
    }

    /// Switches a fault on: `issuer.fault(Fault::IdTokenAlgNone)`, or a [`FaultPlan`] to have it once.
    pub fn fault(&self, plan: impl Into<FaultPlan>) {
        self.armed().set(plan.into());
    }

    /// Switches a fault off, and says whether it was on.
    #[expect(clippy::must_use_candidate, reason = "whether it was on interests few")]
    pub fn clear(&self, fault: Fault) -> bool {
        self.armed().clear(fault)
    }

    /// Switches every fault off.
    pub fn clear_all(&self) {
        self.armed().clear_all();
    }

    /// The faults that are on; one that bites once is gone when it has bitten.
    pub fn faults(&self) -> Vec<FaultPlan> {
        self.armed().plans()
    }

    /// What it was asked and what it answered.
    pub fn ledger(&self) -> &Ledger {
        &self.inner.layer.ledger
    }

    /// Its clock.
    pub fn clock(&self) -> &MockClock {
        &self.inner.layer.clock
    }

    /// Publishes a new key and signs with it from now on; the one before stays published for a day. Gives the new `kid`.
    ///
    /// # Errors
    /// When a key cannot be made.
    pub fn rotate_keys(&self) -> Result<String, MockIssuerError> {
        self.inner.layer.keys.rotate()
    }

    /// The private key that it signs with, for what only the issuer itself could forge.
    pub fn signing_key(&self) -> Option<Arc<SuiteKey>> {
        self.inner.layer.keys.key("")
    }

    /// Answers a request without a network.
    ///
    /// # Errors
    /// [`TransportError::Broken`] when a fault ends the connection.
    pub async fn handle(&self, request: Request) -> Result<Response, TransportError> {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let answer = super::serve::answer(Arc::clone(&self.inner), request).await;
        match answer.extensions().get::<super::Cut>() {
            Some(_) => {
                Err(TransportError::Broken(host, "the connection ended before the answer was complete".to_owned()))
            }
            None => Ok(answer),
        }
    }

    /// A transport that carries every request to this issuer.
    pub fn transport(&self) -> Arc<dyn Transport> {
        let issuer = self.clone();
        Arc::new(InProcess::new(Arc::new(move |request| {
            let issuer = issuer.clone();
            Box::pin(async move { issuer.handle(request).await })
        })))
    }

    /// The issuer as a router: endpoints, pages and admin API at their paths.
    pub fn router(&self) -> axum::Router {
        super::serve::router(vec![self.clone()])
    }

    fn armed(&self) -> &Armed {
        &self.inner.layer.armed
    }
}

/// What an issuer keeps, and where.
pub(crate) struct Kept {
    pub(crate) store: Arc<dyn ProviderStore>,
    pub(crate) once: Arc<dyn OnceStore>,
}

/// The path of an address, without a slash at its end.
pub(crate) fn path(url: &Url) -> &str {
    url.path().trim_end_matches('/')
}
