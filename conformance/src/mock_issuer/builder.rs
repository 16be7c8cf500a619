//! What a mock issuer is to be like.

use std::{future::IntoFuture, sync::Arc};

use oauth2_issuer::{
    BoxFuture,
    clock::Clock,
    once::{MemoryOnceStore, OnceStore},
    relying::{FetchPolicy, GuardedFetcher, JwksCache},
    server::provider::{
        AuthMethod, MemoryProviderStore, Provider, ProviderParts, ProviderPolicy, ProviderStore, RegisteredClient,
        random_secret, registration::RegistrationPolicy,
    },
};
use tokio::net::TcpListener;
use url::Url;

use super::{
    Fault, FaultPlan, MockClient, MockClock, MockIssuer, MockIssuerError, Wait,
    interaction::Desk,
    issuer::{Inner, Kept, path},
    keys::IssuerKeys,
    layer::{Layer, Parts},
    other::other_session,
    session::Sessions,
    trial::Trials,
};
use crate::{keys::SuiteKey, serve::serve_router, user_agent::is_loopback};

/// The scopes that a mock issuer has to give.
pub(crate) const SCOPES: &str = "openid profile email address phone offline_access";
/// The id of the client that is there from the start.
const CLIENT: &str = "mock-client";

/// What a mock issuer is to be like. `await` starts it on a free port of loopback.
#[must_use = "it starts when it is awaited"]
pub struct MockIssuerBuilder {
    path: String,
    clock: Option<Arc<dyn Clock>>,
    keys: Vec<Arc<SuiteKey>>,
    plans: Vec<FaultPlan>,
    user: Option<String>,
    asks_for_consent: bool,
    secret: Option<String>,
    redirect_uris: Vec<String>,
    clients: Vec<RegisteredClient>,
    policy: ProviderPolicy,
    wait: Wait,
    kept: Kept,
}

impl Default for MockIssuerBuilder {
    fn default() -> Self {
        Self {
            path: String::new(),
            clock: None,
            keys: Vec::new(),
            plans: Vec::new(),
            user: None,
            asks_for_consent: false,
            secret: None,
            redirect_uris: vec!["https://client.test/callback".to_owned()],
            clients: Vec::new(),
            policy: policy(),
            wait: Arc::new(|time| Box::pin(tokio::time::sleep(time))),
            kept: Kept { store: Arc::new(MemoryProviderStore::default()), once: Arc::new(MemoryOnceStore::default()) },
        }
    }
}

/// Whoever tries a client that registers itself can do so here.
fn policy() -> ProviderPolicy {
    let mut policy = ProviderPolicy::default();
    policy.registration = RegistrationPolicy::Open;
    policy
}

impl std::fmt::Debug for MockIssuerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockIssuerBuilder").field("plans", &self.plans).finish_non_exhaustive()
    }
}

impl MockIssuerBuilder {
    /// With this fault at every answer, or as a [`FaultPlan`] says.
    pub fn with(mut self, plan: impl Into<FaultPlan>) -> Self {
        self.plans.push(plan.into());
        self
    }

    /// With this fault once.
    pub fn with_once(self, fault: Fault) -> Self {
        self.with(FaultPlan::once(fault))
    }

    /// Whoever comes is signed in as this [`Person`](super::Person), without a login page.
    pub fn signed_in_as(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }

    /// Users are asked what the client may have; otherwise the [client](MockIssuer::client) belongs to the issuer, and
    /// nobody is asked.
    pub fn asking_for_consent(mut self) -> Self {
        self.asks_for_consent = true;
        self
    }

    /// Where answers to the [client](MockIssuer::client) may go, in place of `https://client.test/callback`.
    pub fn redirect_uris(mut self, uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.redirect_uris = uris.into_iter().map(Into::into).collect();
        self
    }

    /// The secret of the [client](MockIssuer::client), in place of a random one.
    pub fn client_secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    /// Knows this client too.
    pub fn client(mut self, client: RegisteredClient) -> Self {
        self.clients.push(client);
        self
    }

    /// At this path of its host, for instance `/school`, in place of the root.
    pub fn path(mut self, path: &str) -> Self {
        path.trim_end_matches('/').clone_into(&mut self.path);
        self
    }

    /// Goes by this clock, in place of the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Signs with the first of these keys and rotates to the others, in place of making its own. Two issuers with the
    /// same key cannot be told apart by signatures.
    pub fn keys(mut self, keys: impl IntoIterator<Item = Arc<SuiteKey>>) -> Self {
        self.keys = keys.into_iter().collect();
        self
    }

    /// Serves by this policy.
    pub fn policy(mut self, policy: ProviderPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Waits like this when an answer is to be slow.
    pub fn waiting_with(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Keeps clients, codes and tokens there, and what may be used once; in memory unless told otherwise.
    pub fn kept_in(mut self, store: Arc<dyn ProviderStore>, once: Arc<dyn OnceStore>) -> Self {
        self.kept = Kept { store, once };
        self
    }

    /// Sets the issuer up under this identifier, without a network: [`MockIssuer::handle`] and [`MockIssuer::router`]
    /// answer for it.
    ///
    /// # Errors
    /// [`MockIssuerError`] says what is missing.
    pub async fn at(self, issuer: Url) -> Result<MockIssuer, MockIssuerError> {
        let clock = self.clock.map_or_else(MockClock::default, MockClock::over);
        let keys = IssuerKeys::new(Arc::new(clock.clone()), self.keys)?;
        let name = issuer.as_str().trim_end_matches('/').to_owned();
        let secure = issuer.scheme() == "https" || is_loopback(&issuer);
        let sessions = Arc::new(Sessions::new(clock.clone(), path(&issuer), secure, self.user.as_deref()));
        let desk = Arc::new(Desk::new(&name));
        let parts = ProviderParts {
            store: Arc::clone(&self.kept.store),
            once: self.kept.once,
            keys: keys.ring(),
            key_sets: Arc::new(key_sets(&clock)?),
            accounts: Arc::clone(&sessions) as _,
            interaction: Arc::clone(&desk) as _,
            clock: Arc::new(clock.clone()),
        };
        let provider = Arc::new(Provider::new(name.clone(), parts, self.policy).map_err(setup)?);
        let client = MockClient {
            id: CLIENT.to_owned(),
            secret: self.secret.map_or_else(random_secret, Ok).map_err(setup)?,
            redirect_uris: self.redirect_uris,
        };
        let layer = Layer::new(Parts {
            other_session: other_session(
                Arc::clone(&self.kept.store),
                Arc::clone(&sessions),
                name.clone(),
                client.id.clone(),
            ),
            issuer,
            provider: Arc::clone(&provider).router(),
            keys,
            clock,
            wait: self.wait,
        });
        let mut clients = self.clients;
        let kept = self.kept.store.client(&name, CLIENT).await.map_err(setup)?;
        clients.push(first_client(&client, !self.asks_for_consent, kept));
        clients.push(super::trial::client(&name));
        for client in clients {
            self.kept.store.put_client(&name, client).await.map_err(setup)?;
        }
        for plan in self.plans {
            layer.armed.set(plan);
        }
        let inner = Inner {
            layer,
            provider,
            store: self.kept.store,
            sessions,
            desk,
            client,
            trials: Trials::default(),
            registered: std::sync::Mutex::default(),
        };
        Ok(MockIssuer { inner: Arc::new(inner), _server: None })
    }

    async fn listen(self) -> Result<MockIssuer, MockIssuerError> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}{}", listener.local_addr()?, self.path);
        let issuer = self.at(Url::parse(&address).map_err(setup)?).await?;
        let served = serve_router(listener, issuer.router(), None)?;
        Ok(MockIssuer { _server: Some(Arc::new(served)), ..issuer })
    }
}

impl IntoFuture for MockIssuerBuilder {
    type Output = Result<MockIssuer, MockIssuerError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.listen())
    }
}

fn setup(error: impl std::fmt::Display) -> MockIssuerError {
    MockIssuerError::Setup(error.to_string())
}

fn key_sets(clock: &MockClock) -> Result<JwksCache, MockIssuerError> {
    let fetcher = GuardedFetcher::new(FetchPolicy::default().allow_loopback()).map_err(setup)?;
    Ok(JwksCache::new(Arc::new(fetcher), Arc::new(clock.clone())))
}

/// The client that is there from the start; a secret that it was given on the page of clients stays.
fn first_client(client: &MockClient, first_party: bool, kept: Option<RegisteredClient>) -> RegisteredClient {
    let mut registered = RegisteredClient::new(client.id.clone())
        .with_secret(AuthMethod::ClientSecretBasic, &client.secret)
        .with_redirect_uris(client.redirect_uris.clone())
        .with_flows(
            ["code", "id_token", "id_token token", "code id_token"],
            ["authorization_code", "implicit", "refresh_token", "client_credentials"],
        )
        .with_scopes(SCOPES);
    registered.first_party = first_party;
    if let Some(secret) = kept.and_then(|kept| kept.secret) {
        registered.secret = Some(secret);
    }
    registered.metadata.insert("client_name".to_owned(), "Mock client".into());
    registered
}
