//! Everything that a case of the suite `platform` can use: the platform's configuration, the way to reach it, browsers.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use http::Method;
use url::Url;

use super::{
    config::PlatformConfig,
    deep_linking::Control,
    service::{Desk, KEEP_LINE_ITEMS, Step, ToolKeys},
};
use crate::{
    clock::SuiteClock,
    driver::Halt,
    subject::{
        fresh::Fresh,
        premises::{Premises, opened},
    },
    transport::Transport,
    user_agent::Browser,
};

/// Everything that a case can use.
#[derive(Clone)]
pub struct PlatformWorld {
    /// What the person told the suite.
    pub config: Arc<PlatformConfig>,
    /// The time.
    pub clock: SuiteClock,
    premises: Premises,
    fresh: Fresh,
    /// Whether authentication requests go by POST because GET is not taken.
    by_post: Arc<AtomicBool>,
    /// The keys that the suite signs with as a tool.
    tool_keys: Option<Arc<ToolKeys>>,
    /// Access tokens and line items of this run.
    desk: Arc<Mutex<Desk>>,
    /// What became of the sound deep linking response, once it was tried.
    item_control: Arc<Mutex<Option<Control>>>,
}

impl std::fmt::Debug for PlatformWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformWorld").field("platform", &self.config.platform.issuer).finish_non_exhaustive()
    }
}

impl PlatformWorld {
    /// A world around a platform that is reached by this transport.
    pub fn new(config: PlatformConfig, clock: SuiteClock, transport: Arc<dyn Transport>) -> Self {
        let fresh = Fresh::new(&clock);
        let premises = Premises::new(transport, &config.users, &config.suite.public_url, addresses(&config));
        Self {
            config: Arc::new(config),
            clock,
            premises,
            fresh,
            by_post: Arc::default(),
            tool_keys: None,
            desk: Arc::default(),
            item_control: Arc::default(),
        }
    }

    /// The same world with keys for the tool that the suite plays. The platform has to be able to fetch their public
    /// halves: the suite serves them at [`PlatformConfig::tool_jwks_url`].
    #[must_use]
    pub fn signing_with(mut self, keys: ToolKeys) -> Self {
        self.tool_keys = Some(Arc::new(keys));
        self
    }

    /// The keys that the suite signs with as a tool.
    ///
    /// # Errors
    /// When it has none, so that nothing can be signed.
    pub fn tool_keys(&self) -> Result<&ToolKeys, Halt> {
        self.tool_keys.as_deref().ok_or_else(|| Halt::Skip("the suite has no key to sign with as a tool".to_owned()))
    }

    /// A fresh browser that sends every cookie.
    pub fn browser(&self) -> Browser {
        self.premises.browser()
    }

    /// The way to reach the platform, for a request without a browser.
    pub fn transport(&self) -> &dyn Transport {
        self.premises.transport()
    }

    /// The platform as its users see it.
    pub const fn premises(&self) -> &Premises {
        &self.premises
    }

    /// A value that nobody can have seen before.
    pub fn fresh(&self, word: &str) -> String {
        self.fresh.next(word)
    }

    /// How authentication requests are sent: by GET, unless the platform turned out to take POST alone.
    pub fn method(&self) -> Method {
        if self.by_post.load(Ordering::Relaxed) { Method::POST } else { Method::GET }
    }

    /// Sends authentication requests by POST from now on.
    pub(super) fn ask_by_post(&self) {
        self.by_post.store(true, Ordering::Relaxed);
    }

    /// Whether an address is, without its query, one of the suite's registered redirect URIs.
    pub fn is_redirect_uri(&self, url: &Url) -> bool {
        let mut registered = vec![self.config.redirect_uri()];
        if self.config.platform.can(super::script::SECOND_REDIRECT_URI) {
            registered.push(self.config.second_redirect_uri());
        }
        let mut plain = url.clone();
        plain.set_query(None);
        plain.set_fragment(None);
        // Credentials before the host make it another address.
        registered.contains(&plain)
    }

    /// Whether an address is the suite's login initiation URL, with whatever query.
    pub fn is_login(&self, url: &Url) -> bool {
        let login = self.config.login_url();
        url.origin() == login.origin() && url.path() == login.path()
    }

    /// Whether a page belongs to the platform.
    pub fn is_platform(&self, url: &Url) -> bool {
        self.premises.is_platform(url)
    }

    /// The certification guide's exchange, where it was done in this run.
    pub fn certified(&self) -> Option<Arc<Vec<Step>>> {
        self.desk().certified()
    }

    /// Keeps the certification guide's exchange for the rows that show it.
    pub fn keep_certified(&self, steps: Vec<Step>) -> Arc<Vec<Step>> {
        self.desk().keep_certified(steps)
    }

    /// Whether the line items of the certification rows stay in the gradebook.
    pub fn keeps_line_items(&self) -> bool {
        self.config.platform.can(KEEP_LINE_ITEMS)
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of the sound deep linking response, if it was tried.
    pub(super) fn item_control(&self) -> Option<Control> {
        self.item_control.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what became of it.
    pub(super) fn keep_item_control(&self, control: Control) {
        *self.item_control.lock().unwrap_or_else(PoisonError::into_inner) = Some(control);
    }
}

/// The addresses that the configuration names.
fn addresses(config: &PlatformConfig) -> Vec<Url> {
    let platform = &config.platform;
    let mut urls = vec![platform.authorization_url.clone(), platform.jwks_url.clone()];
    urls.extend(Url::parse(&platform.issuer));
    let steps = config.users.iter().flat_map(|user| &user.sign_in);
    let steps = steps
        .chain(config.launches.iter().flat_map(|launch| &launch.steps))
        .chain(
            config
                .deep_linking
                .iter()
                .flat_map(|adding| adding.steps.iter().chain(&adding.shows).chain(&adding.created)),
        )
        .chain(&platform.rotate_keys)
        .chain(&platform.add_tool);
    urls.extend(opened(steps));
    let scheme = platform.authorization_url.scheme();
    urls.extend(platform.hosts.iter().filter_map(|host| Url::parse(&format!("{scheme}://{host}/")).ok()));
    urls
}
