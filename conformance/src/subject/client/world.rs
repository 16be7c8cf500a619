//! Everything that a case of the suite `client` can use: the client's configuration, the issuer that the suite plays, the
//! way to reach the client.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use url::Url;

use super::{config::ClientConfig, issuer::PlayedIssuer};
use crate::{
    clock::SuiteClock,
    keys::Keys,
    transport::Transport,
    user_agent::{Browser, CookiePolicy, Frontier},
};

/// Everything that a case can use.
#[derive(Clone)]
pub struct ClientWorld {
    /// What the person told the suite.
    pub config: Arc<ClientConfig>,
    /// The time.
    pub clock: SuiteClock,
    /// The side that the suite plays.
    pub issuer: PlayedIssuer,
    transport: Arc<dyn Transport>,
    /// The origins of the client's pages.
    origins: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for ClientWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientWorld").field("login_url", &self.config.client.login_url.as_str()).finish_non_exhaustive()
    }
}

/// What begins every code and token of a run, so that no other run had it. Under a virtual clock the client was made for
/// this run alone, and the numbers are enough.
pub fn run_prefix(clock: &SuiteClock) -> String {
    let mut random = [0; 12];
    if clock.is_system() {
        // Without randomness the numbers have to do: they differ within the run.
        let _ = SystemRandom::new().fill(&mut random);
    }
    URL_SAFE_NO_PAD.encode(random)
}

impl ClientWorld {
    /// A world around a client that is reached by this transport.
    pub fn new(config: ClientConfig, issuer: PlayedIssuer, clock: SuiteClock, transport: Arc<dyn Transport>) -> Self {
        let client = &config.client;
        let scheme = client.login_url.scheme();
        let hosts = client.hosts.iter().filter_map(|host| Url::parse(&format!("{scheme}://{host}/")).ok());
        let urls: Vec<Url> = [client.login_url.clone()]
            .into_iter()
            .chain(client.redirect_uris.iter().cloned())
            .chain(client.probe_url.clone())
            .chain(client.initiate_url.clone())
            .chain(config.second.as_ref().map(|second| second.login_url.clone()))
            .chain(hosts)
            .collect();
        let origins = urls.iter().map(|url| url.origin().ascii_serialization()).collect();
        Self { config: Arc::new(config), clock, issuer, transport, origins: Arc::new(Mutex::new(origins)) }
    }

    /// The issuer of this configuration with keys of its own.
    pub fn played(config: &ClientConfig, keys: Keys, clock: &SuiteClock) -> PlayedIssuer {
        PlayedIssuer::new(config, keys, clock.clone(), &run_prefix(clock))
    }

    /// A fresh browser that sends every cookie.
    pub fn browser(&self) -> Browser {
        Browser::new(Arc::clone(&self.transport), Arc::new(Border(self.clone())), CookiePolicy::Lenient)
    }

    /// Takes an origin for one of the client's own, because the sound login leads there.
    pub fn adopt(&self, url: &Url) {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner).push(url.origin().ascii_serialization());
    }

    /// Whether a page belongs to the client.
    pub fn is_subject(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        self.origins.lock().unwrap_or_else(PoisonError::into_inner).contains(&origin)
    }

    /// Whether the client is reached over TLS.
    pub fn uses_tls(&self) -> bool {
        self.config.client.login_url.scheme() == "https"
    }
}

/// Where the suite's browser does not go.
struct Border(ClientWorld);

impl Frontier for Border {
    fn is_authorization(&self, url: &Url) -> bool {
        self.0.issuer.authorization(url).is_some()
    }

    fn is_known(&self, url: &Url) -> bool {
        self.0.is_subject(url)
    }

    fn platform_origin(&self) -> String {
        self.0.issuer.owner(0).origin.clone()
    }

    fn subject(&self) -> &'static str {
        "client"
    }
}
