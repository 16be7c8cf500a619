//! How a tool is put together.

use std::sync::Arc;

use lti_core::inspect::Policy;
use lti_core::lti11;
use oauth2_issuer::clock::{Clock, SystemClock};
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::once::{MemoryOnceStore, OnceStore};
use oauth2_issuer::relying::guarded::FetcherError;
use oauth2_issuer::relying::{Call, Fetch, FetchPolicy, GuardedFetcher, JwksCache, SystemWait, TokenClient, Wait};
use url::Url;

use crate::cookie_jar::CookieJar;
use crate::lti11::cause::LastLook;
use crate::lti11::{Consumer, Consumers, MemoryConsumers, SecretsOfConsumers};
use crate::migration::Lti11Secrets;
use crate::random::{Random, RandomError, SystemRandom};
use crate::registration::{MemoryRegistrations, Registration, Registrations};
use crate::seal::CookieKey;
use crate::service::{ServicePolicy, ServiceState};
use crate::tool::{LAUNCH_PATH, LtiTool, Parts, endpoint};

/// Describes an [`LtiTool`]. Without further words it uses the system's clock and random source, fetches keys from
/// public https addresses alone, and remembers nonces in memory: right for one process.
pub struct LtiToolBuilder {
    public_url: Url,
    further_urls: Vec<Url>,
    listed: Vec<Registration>,
    registrations: Option<Arc<dyn Registrations>>,
    cookie_key: Option<CookieKey>,
    fetch_policy: FetchPolicy,
    fetch: Option<Arc<dyn Fetch>>,
    once: Option<Arc<dyn OnceStore>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    policy: Policy,
    keys: Option<Arc<KeyRing>>,
    lti11_secrets: Option<Arc<dyn Lti11Secrets>>,
    consumers_listed: Vec<Consumer>,
    consumers: Option<Arc<dyn Consumers>>,
    lti11_policy: lti11::inspect::Policy,
    call: Option<Arc<dyn Call>>,
    wait: Arc<dyn Wait>,
    service_policy: ServicePolicy,
}

/// Why a tool cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The public address is not http or https, or has a query or a fragment.
    #[error("the public address {0} must be http or https, without query and fragment")]
    PublicUrl(Url),
    /// Registrations were both listed and given as a store.
    #[error("registrations are either listed or looked up in a store, not both")]
    Registrations,
    /// Consumers of LTI 1.x were both listed and given as a store.
    #[error("consumers are either listed or looked up in a store, not both")]
    Consumers,
    /// The fetcher for key sets cannot be made.
    #[error(transparent)]
    Fetcher(#[from] FetcherError),
    /// There is no random cookie key.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl LtiToolBuilder {
    pub(crate) fn new(public_url: Url) -> Self {
        Self {
            public_url,
            further_urls: Vec::new(),
            listed: Vec::new(),
            registrations: None,
            cookie_key: None,
            fetch_policy: FetchPolicy::default(),
            fetch: None,
            once: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            policy: Policy::default(),
            keys: None,
            lti11_secrets: None,
            consumers_listed: Vec::new(),
            consumers: None,
            lti11_policy: lti11::inspect::Policy::default(),
            call: None,
            wait: Arc::new(SystemWait),
            service_policy: ServicePolicy::default(),
        }
    }

    /// Adds a platform.
    #[must_use]
    pub fn registration(mut self, registration: Registration) -> Self {
        self.listed.push(registration);
        self
    }

    /// Looks platforms up in a store instead of a list.
    #[must_use]
    pub fn registrations(mut self, registrations: Arc<dyn Registrations>) -> Self {
        self.registrations = Some(registrations);
        self
    }

    /// Another address of this tool: a `target_link_uri` may lead there too. Only scheme, host and port count.
    #[must_use]
    pub fn also_at(mut self, url: Url) -> Self {
        self.further_urls.push(url);
        self
    }

    /// Seals states and cookies with this key. Without one a fresh key is made, and logins that are under way at a
    /// restart end in a refusal.
    #[must_use]
    pub fn cookie_key(mut self, key: CookieKey) -> Self {
        self.cookie_key = Some(key);
        self
    }

    /// Fetches key sets within this policy, for platforms on a campus network, or on this machine in development.
    #[must_use]
    pub fn fetch_policy(mut self, policy: FetchPolicy) -> Self {
        self.fetch_policy = policy;
        self
    }

    /// Fetches key sets by something else than a [`GuardedFetcher`], such as a test.
    #[must_use]
    pub fn fetch(mut self, fetch: Arc<dyn Fetch>) -> Self {
        self.fetch = Some(fetch);
        self
    }

    /// Remembers nonces and states in this store: one that several processes share, or that outlives a restart.
    #[must_use]
    pub fn once_store(mut self, store: Arc<dyn OnceStore>) -> Self {
        self.once = Some(store);
        self
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes states and nonces from this source.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// What the specifications leave to the tool.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Publishes these keys at `/lti/jwks`.
    #[must_use]
    pub fn key_ring(mut self, keys: Arc<KeyRing>) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Verifies the migration claim of launches with these secrets of LTI 1.1 (LTI Migration Guide). Without them no
    /// launch is [`Migration::Migrated`](lti_core::inspect::Migration::Migrated).
    #[must_use]
    pub fn lti11_secrets(mut self, secrets: Arc<dyn Lti11Secrets>) -> Self {
        self.lti11_secrets = Some(secrets);
        self
    }

    /// Adds a platform of LTI 1.x by its consumer key and shared secret, for
    /// [`receive_lti11`](LtiTool::receive_lti11) and the routers that take both versions.
    #[must_use]
    pub fn consumer(mut self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.consumers_listed.push(Consumer::new(key, secret));
        self
    }

    /// As [`consumer`](Self::consumer), for a platform that moves to LTI 1.3: the migration claims of this issuer are proven
    /// with the secret, unless [`lti11_secrets`](Self::lti11_secrets) are given apart.
    #[must_use]
    pub fn moving_consumer(
        mut self,
        key: impl Into<String>,
        secret: impl Into<String>,
        issuer: impl Into<lti_core::id::Issuer>,
    ) -> Self {
        self.consumers_listed.push(Consumer::new(key, secret).moving_to(issuer));
        self
    }

    /// Looks platforms of LTI 1.x up in a store instead of a list.
    #[must_use]
    pub fn consumers(mut self, consumers: Arc<dyn Consumers>) -> Self {
        self.consumers = Some(consumers);
        self
    }

    /// What the texts of LTI 1.x leave to the tool: how old a launch may be, and whether it may be anonymous.
    #[must_use]
    pub fn lti11_policy(mut self, policy: lti11::inspect::Policy) -> Self {
        self.lti11_policy = policy;
        self
    }

    /// Calls token endpoints and services by something else than a [`GuardedFetcher`], such as a test.
    #[must_use]
    pub fn service_call(mut self, call: Arc<dyn Call>) -> Self {
        self.call = Some(call);
        self
    }

    /// Waits so, before a service that asked for it is called again.
    #[must_use]
    pub fn wait(mut self, wait: Arc<dyn Wait>) -> Self {
        self.wait = wait;
        self
    }

    /// How patient the tool is with services.
    #[must_use]
    pub fn service_policy(mut self, policy: ServicePolicy) -> Self {
        self.service_policy = policy;
        self
    }

    /// Puts the tool together.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn build(self) -> Result<LtiTool, BuildError> {
        let public_url = self.public_url;
        let plain = public_url.query().is_none() && public_url.fragment().is_none();
        if !plain || !matches!(public_url.scheme(), "http" | "https") {
            return Err(BuildError::PublicUrl(public_url));
        }
        let registrations: Arc<dyn Registrations> = match self.registrations {
            Some(_) if !self.listed.is_empty() => return Err(BuildError::Registrations),
            Some(store) => store,
            None => Arc::new(self.listed.into_iter().collect::<MemoryRegistrations>()),
        };
        let has_consumers = self.consumers.is_some() || !self.consumers_listed.is_empty();
        let consumers: Arc<dyn Consumers> = match self.consumers {
            Some(_) if !self.consumers_listed.is_empty() => return Err(BuildError::Consumers),
            Some(store) => store,
            None => Arc::new(self.consumers_listed.into_iter().collect::<MemoryConsumers>()),
        };
        let (fetch, call) = match (self.fetch, self.call) {
            (Some(fetch), Some(call)) => (fetch, call),
            (fetch, call) => {
                let guarded = Arc::new(GuardedFetcher::new(self.fetch_policy)?);
                (fetch.unwrap_or_else(|| Arc::clone(&guarded) as _), call.unwrap_or(guarded))
            }
        };
        let cookie_key = match self.cookie_key {
            Some(key) => key,
            None => CookieKey::generate(&*self.random)?,
        };
        let parts = Parts {
            launch_url: endpoint(&public_url, LAUNCH_PATH),
            origins: std::iter::once(&public_url).chain(&self.further_urls).map(Url::origin).collect(),
            registrations,
            jwks: JwksCache::new(fetch, Arc::clone(&self.clock)),
            once: self.once.unwrap_or_else(|| Arc::new(MemoryOnceStore::default())),
            tokens: TokenClient::new(Arc::clone(&call), Arc::clone(&self.clock)),
            clock: self.clock,
            random: self.random,
            jar: CookieJar::new(cookie_key, public_url.scheme() == "https"),
            policy: self.policy,
            keys: self.keys,
            lti11_secrets: self.lti11_secrets.or_else(|| {
                has_consumers.then(|| Arc::new(SecretsOfConsumers(Arc::clone(&consumers))) as Arc<dyn Lti11Secrets>)
            }),
            consumers,
            lti11_policy: self.lti11_policy,
            last_look: LastLook::default(),
            call,
            wait: self.wait,
            service_policy: self.service_policy,
            services: ServiceState::default(),
            public_url,
        };
        Ok(LtiTool(Arc::new(parts)))
    }
}

impl std::fmt::Debug for LtiToolBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LtiToolBuilder").field("public_url", &self.public_url.as_str()).finish_non_exhaustive()
    }
}
