//! Everything that a case can use: the subject's configuration, the way to reach it, the platform that the suite plays.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use http::Method;
use url::Url;

use crate::{
    acts::Sessions,
    clock::SuiteClock,
    config::Config,
    deep_linking::{RETURN_PATH, Told},
    platform::ForgingPlatform,
    transport::Transport,
    user_agent::{Browser, CookiePolicy, Frontier},
    variant::Variant,
};

/// Everything that a case can use.
#[derive(Clone)]
pub struct World {
    /// What the person told the suite.
    pub config: Arc<Config>,
    /// The platform that the suite plays.
    pub platform: ForgingPlatform,
    /// The time.
    pub clock: SuiteClock,
    transport: Arc<dyn Transport>,
    number: Arc<AtomicU32>,
    login_by_get: Arc<AtomicBool>,
    known_hosts: Arc<Mutex<Vec<String>>>,
    variant: Option<&'static Variant>,
    /// The sound sessions of the services, which many cases look at.
    pub(crate) sessions: Arc<Sessions>,
    told: Arc<Mutex<HashMap<&'static str, Told>>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("platform", &self.platform).finish_non_exhaustive()
    }
}

impl World {
    /// A world around a subject that is reached by this transport.
    pub fn new(config: Config, platform: ForgingPlatform, clock: SuiteClock, transport: Arc<dyn Transport>) -> Self {
        let mut known_hosts: Vec<String> = [&config.tool.login_url, &config.tool.target_link_uri]
            .into_iter()
            .chain(&config.tool.redirect_uris)
            .chain(config.registrations.iter().flat_map(|known| &known.redirect_uris))
            .chain(&config.tool.probe_url)
            .chain(&config.tool.registration_url)
            .chain(config.tool.deep_linking.iter().filter_map(|known| known.target_link_uri.as_ref()))
            .chain(config.tool.services.addresses())
            .filter_map(|url| url.host_str().map(str::to_ascii_lowercase))
            .collect();
        known_hosts.dedup();
        platform.services().keep_time(clock.clone());
        Self {
            config: Arc::new(config),
            platform,
            clock,
            transport,
            number: Arc::default(),
            login_by_get: Arc::default(),
            known_hosts: Arc::new(Mutex::new(known_hosts)),
            variant: None,
            sessions: Arc::default(),
            told: Arc::default(),
        }
    }

    /// The same world with launches as this platform sends them, or as the suite sends them without one. The key sets of
    /// the suite change with it, so only the world that was dressed last is to be used.
    #[must_use]
    pub fn dressed(&self, variant: Option<&'static Variant>) -> Self {
        self.platform.dress_keys(variant.map(Variant::key));
        Self { variant, login_by_get: Arc::default(), sessions: Arc::default(), told: Arc::default(), ..self.clone() }
    }

    /// The platform whose launches are sent.
    pub fn variant(&self) -> Option<&'static Variant> {
        self.variant
    }

    /// A fresh browser.
    pub fn browser(&self, policy: CookiePolicy) -> Browser {
        Browser::new(Arc::clone(&self.transport), Arc::new(Border(self.clone())), policy)
    }

    /// The way to reach the subject, for a request without a browser.
    pub fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    /// A number that no launch of this run had before.
    pub fn next_number(&self) -> u32 {
        self.number.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How the control's login is sent: as the variant does, or else by POST unless the tool only takes GET.
    pub fn login_method(&self) -> Method {
        if let Some(method) = self.variant.and_then(Variant::method) {
            return method;
        }
        if self.login_by_get.load(Ordering::Relaxed) { Method::GET } else { Method::POST }
    }

    /// Forgets the sound sessions of the services: a new run plays its own.
    pub(crate) fn forget_sessions(&self) {
        self.sessions.forget();
    }

    /// Sends logins by GET from now on.
    pub fn prefer_get(&self) {
        self.login_by_get.store(true, Ordering::Relaxed);
    }

    /// Where deep linking requests are sent.
    pub fn deep_linking_target(&self) -> &Url {
        let own = self.config.tool.deep_linking.as_ref().and_then(|known| known.target_link_uri.as_ref());
        own.unwrap_or(&self.config.tool.target_link_uri)
    }

    /// An address for the answer to one deep linking request, which no other request of this run had.
    pub fn deep_link_return(&self) -> Url {
        let mut url = self.platform.root().clone();
        let path = format!("{}{RETURN_PATH}/{}", url.path().trim_end_matches('/'), self.next_number());
        url.set_path(&path);
        url
    }

    /// What became of the deep linking request of this name in this run.
    pub(crate) fn told(&self, name: &str) -> Option<Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Keeps what became of a deep linking request.
    pub(crate) fn keep_told(&self, name: &'static str, told: Told) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(name, told);
    }

    /// Forgets what became of deep linking requests: a new run asks again.
    pub(crate) fn forget_told(&self) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The issuer of a registration.
    pub fn issuer(&self, registration: usize) -> String {
        self.config.registrations.get(registration).map_or_else(String::new, |known| self.config.issuer_of(known))
    }

    /// The client id of a registration.
    pub fn client_id(&self, registration: usize) -> &str {
        self.config.registrations.get(registration).map_or("", |known| known.client_id.as_str())
    }

    /// A deployment of a registration; the first where there are not so many.
    pub fn deployment(&self, registration: usize, index: usize) -> &str {
        let deployments = self.config.registrations.get(registration).map(|known| known.deployment_ids.as_slice());
        deployments.and_then(|ids| ids.get(index).or_else(|| ids.first())).map_or("", String::as_str)
    }

    /// Whether the first registration has a second deployment.
    pub fn has_second_deployment(&self) -> bool {
        self.config.registrations.first().is_some_and(|known| known.deployment_ids.len() > 1)
    }

    /// The first registration under another issuer than the first one's.
    pub fn foreign_registration(&self) -> Option<usize> {
        let own = self.issuer(0);
        (1..self.config.registrations.len()).find(|&registration| self.issuer(registration) != own)
    }

    /// A further registration under the first one's issuer.
    pub fn second_client(&self) -> Option<usize> {
        let own = self.issuer(0);
        (1..self.config.registrations.len()).find(|&registration| self.issuer(registration) == own)
    }

    /// The first registration that is the only one of its issuer.
    pub fn sole_registration(&self) -> Option<usize> {
        let issuers: Vec<String> = (0..self.config.registrations.len()).map(|known| self.issuer(known)).collect();
        issuers.iter().position(|issuer| issuers.iter().filter(|other| *other == issuer).count() == 1)
    }

    /// The index among the suite's issuers of a registration's issuer.
    pub fn issuer_index(&self, registration: usize) -> usize {
        let issuer = self.issuer(registration);
        self.config.issuers().iter().position(|known| *known == issuer).unwrap_or_default()
    }

    /// Whether the subject is reached over TLS.
    pub fn uses_tls(&self) -> bool {
        self.config.tool.login_url.scheme() == "https"
    }

    /// Takes a host for one of the subject's own, because the sound launch leads there.
    pub fn adopt(&self, url: &Url) {
        if let Some(host) = url.host_str() {
            self.known_hosts.lock().unwrap_or_else(PoisonError::into_inner).push(host.to_ascii_lowercase());
        }
    }

    /// Whether a host is one of the subject's own.
    pub fn is_subject(&self, url: &Url) -> bool {
        url.host_str().is_some_and(|host| {
            let host = host.to_ascii_lowercase();
            self.known_hosts.lock().unwrap_or_else(PoisonError::into_inner).contains(&host)
        })
    }
}

/// Where the suite's browser does not go.
struct Border(World);

impl Frontier for Border {
    fn is_authorization(&self, url: &Url) -> bool {
        self.0.platform.issuer_of_auth(url).is_some()
    }

    fn is_return(&self, url: &Url) -> bool {
        self.0.platform.is_deep_link_return(url)
    }

    fn is_known(&self, url: &Url) -> bool {
        self.0.is_subject(url) || self.0.platform.owns(url)
    }

    fn platform_origin(&self) -> String {
        self.0.platform.root().origin().ascii_serialization()
    }
}
