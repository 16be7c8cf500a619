//! Everything that a case of the suite `issuer` can use: the configuration, the way to reach the issuer, browsers, keys.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use url::Url;

use super::config::IssuerConfig;
use crate::{
    clock::SuiteClock,
    keys::SuiteKey,
    subject::fresh::Fresh,
    transport::Transport,
    user_agent::{Browser, CookieJar, CookiePolicy, Frontier},
};

/// The keys that the suite signs client assertions with.
#[derive(Debug, Clone)]
pub struct ClientKeys {
    /// The key of the clients that sign.
    pub own: Arc<SuiteKey>,
    /// A key that the issuer was never told of.
    pub stranger: Arc<SuiteKey>,
}

/// Everything that a case can use.
#[derive(Clone)]
pub struct IssuerWorld {
    /// What the person told the suite.
    pub config: Arc<IssuerConfig>,
    /// The time.
    pub clock: SuiteClock,
    /// The keys that the suite signs with.
    pub keys: ClientKeys,
    transport: Arc<dyn Transport>,
    fresh: Fresh,
    /// The origins of the issuer's pages.
    origins: Arc<Mutex<Vec<String>>>,
    /// The cookies of people who have signed in once, by name.
    sessions: Arc<Mutex<HashMap<String, CookieJar>>>,
}

impl std::fmt::Debug for IssuerWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerWorld").field("issuer", &self.config.issuer.url).finish_non_exhaustive()
    }
}

impl IssuerWorld {
    /// A world around an issuer that is reached by this transport.
    pub fn new(config: IssuerConfig, clock: SuiteClock, transport: Arc<dyn Transport>, keys: ClientKeys) -> Self {
        let fresh = Fresh::new(&clock);
        let issuer = Url::parse(&config.issuer.url).ok();
        let mut origins: Vec<String> = issuer.iter().map(|url| url.origin().ascii_serialization()).collect();
        let scheme = issuer.as_ref().map_or("https", Url::scheme);
        let hosts = config.issuer.hosts.iter().filter_map(|host| Url::parse(&format!("{scheme}://{host}/")).ok());
        origins.extend(hosts.map(|url| url.origin().ascii_serialization()));
        Self {
            config: Arc::new(config),
            clock,
            keys,
            transport,
            fresh,
            origins: Arc::new(Mutex::new(origins)),
            sessions: Arc::default(),
        }
    }

    /// A fresh browser that sends every cookie and stops wherever it leaves the issuer.
    pub fn browser(&self) -> Browser {
        Browser::new(Arc::clone(&self.transport), Arc::new(Border(self.clone())), CookiePolicy::Lenient)
    }

    /// The way to reach the issuer, for a request without a browser.
    pub fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    /// A value that nobody can have seen before.
    pub fn fresh(&self, word: &str) -> String {
        self.fresh.next(word)
    }

    /// The pages of this address's origin belong to the issuer as well.
    pub(super) fn belongs(&self, url: &Url) {
        let origin = url.origin().ascii_serialization();
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }

    /// Whether a page belongs to the issuer.
    pub fn is_issuer(&self, url: &Url) -> bool {
        let origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        origins.contains(&url.origin().ascii_serialization())
    }

    /// The cookies of people who have signed in once.
    pub(super) fn sessions(&self) -> MutexGuard<'_, HashMap<String, CookieJar>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this address is plain http on this machine, where rules about TLS prove nothing.
    pub fn plain_loopback(&self, url: &Url) -> bool {
        url.scheme() == "http" && crate::user_agent::is_loopback(url)
    }
}

/// The browser stops wherever it leaves the issuer, with all that it carries.
struct Border(IssuerWorld);

impl Frontier for Border {
    fn is_authorization(&self, url: &Url) -> bool {
        !self.0.is_issuer(url)
    }

    fn is_known(&self, url: &Url) -> bool {
        self.0.is_issuer(url)
    }

    fn platform_origin(&self) -> String {
        self.0.config.suite.redirect_base.origin().ascii_serialization()
    }

    fn subject(&self) -> &'static str {
        "issuer"
    }
}
