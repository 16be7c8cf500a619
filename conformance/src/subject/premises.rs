//! Where a scripted user agent is at home on a platform: the addresses that belong to it, its people, and the sessions
//! that they have already.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use url::Url;

use super::platform::UserConfig;
use crate::{
    steps::UserStep,
    transport::Transport,
    user_agent::{Browser, CookieJar, CookiePolicy, Frontier},
};

/// A platform as its users see it.
#[derive(Clone)]
pub struct Premises {
    transport: Arc<dyn Transport>,
    users: Arc<Vec<UserConfig>>,
    /// The origins of the platform's pages.
    origins: Arc<Vec<String>>,
    /// The origin of the suite's tool.
    suite: String,
    /// The cookies of users who have signed in once.
    sessions: Arc<Mutex<HashMap<String, CookieJar>>>,
}

impl std::fmt::Debug for Premises {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Premises").field("origins", &self.origins).finish_non_exhaustive()
    }
}

impl Premises {
    /// A platform whose pages lie at the origins of these addresses, unless that is the suite's own.
    pub fn new(
        transport: Arc<dyn Transport>,
        users: &[UserConfig],
        suite: &Url,
        addresses: impl IntoIterator<Item = Url>,
    ) -> Self {
        let own = suite.origin();
        let mut origins: Vec<String> = addresses
            .into_iter()
            .map(|url| url.origin())
            .filter(|origin| *origin != own)
            .map(|origin| origin.ascii_serialization())
            .collect();
        origins.dedup();
        Self {
            transport,
            users: Arc::new(users.to_vec()),
            origins: Arc::new(origins),
            suite: own.ascii_serialization(),
            sessions: Arc::default(),
        }
    }

    /// A fresh browser that sends every cookie and stops wherever it leaves the platform.
    pub fn browser(&self) -> Browser {
        Browser::new(Arc::clone(&self.transport), Arc::new(Border(self.clone())), CookiePolicy::Lenient)
    }

    /// The way to reach the platform, for a request without a browser.
    pub fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    /// Whether a page belongs to the platform.
    pub fn is_platform(&self, url: &Url) -> bool {
        self.origins.contains(&url.origin().ascii_serialization())
    }

    /// The steps by which this user signs in.
    pub(super) fn sign_in_of(&self, user: &str) -> &[UserStep] {
        let known = self.users.iter().find(|known| known.name == user);
        known.map(|user| user.sign_in.as_slice()).unwrap_or_default()
    }

    pub(super) fn sessions(&self) -> MutexGuard<'_, HashMap<String, CookieJar>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The addresses that steps open.
pub(super) fn opened<'s>(steps: impl IntoIterator<Item = &'s UserStep>) -> impl Iterator<Item = Url> {
    steps.into_iter().filter_map(|step| match step {
        UserStep::Open(url) => Some(url.clone()),
        UserStep::Follow(_) | UserStep::Fill(_) | UserStep::Submit(_) | UserStep::Expect(_) => None,
    })
}

/// The platform's browser stops wherever it leaves the platform, with all that it carries.
struct Border(Premises);

impl Frontier for Border {
    fn is_authorization(&self, url: &Url) -> bool {
        !self.0.is_platform(url)
    }

    fn is_known(&self, url: &Url) -> bool {
        self.0.is_platform(url)
    }

    fn platform_origin(&self) -> String {
        self.0.suite.clone()
    }

    fn subject(&self) -> &'static str {
        "platform"
    }
}
