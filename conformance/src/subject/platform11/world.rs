//! Everything that a case of the suite `platform11` can use: the configuration, the way to the platform, values that
//! nobody has seen, time stamps that never go back.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use url::Url;

use super::{config::Platform11Config, content::ItemControl, outcomes::ServiceControl};
use crate::{
    clock::SuiteClock,
    oauth1::{Pairs, SIGNATURE, Signing},
    subject::{
        fresh::Fresh,
        premises::{Premises, opened},
    },
    transport::Transport,
};

/// What is learned once for a run.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// What became of the sound answer with content.
    pub(super) items: Option<ItemControl>,
    /// What the sound request to the outcomes service brought.
    pub(super) outcomes: Option<ServiceControl>,
}

/// Everything that a case can use.
#[derive(Clone)]
pub struct Platform11World {
    /// What the person told the suite.
    pub config: Arc<Platform11Config>,
    /// The time.
    pub clock: SuiteClock,
    premises: Premises,
    fresh: Fresh,
    /// The last time stamp that was signed.
    stamped: Arc<AtomicI64>,
    desk: Arc<Mutex<Desk>>,
}

impl std::fmt::Debug for Platform11World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Platform11World").field("platform", &self.config.platform.name).finish_non_exhaustive()
    }
}

impl Platform11World {
    /// A world around a platform that is reached by this transport.
    pub fn new(config: Platform11Config, clock: SuiteClock, transport: Arc<dyn Transport>) -> Self {
        let premises = Premises::new(transport, &config.users, &config.suite.public_url, addresses(&config));
        Self {
            fresh: Fresh::new(&clock),
            config: Arc::new(config),
            clock,
            premises,
            stamped: Arc::default(),
            desk: Arc::default(),
        }
    }

    /// The platform as its users see it.
    pub const fn premises(&self) -> &Premises {
        &self.premises
    }

    /// The way to reach the platform, for a request without a browser.
    pub fn transport(&self) -> &dyn Transport {
        self.premises.transport()
    }

    /// A value that nobody can have seen before.
    pub fn fresh(&self, word: &str) -> String {
        self.fresh.next(word)
    }

    /// A time stamp for something that is signed now; none of a run is older than one before it.
    pub fn stamp(&self) -> i64 {
        let now = self.clock.now();
        self.stamped.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// These fields with what signs them for a POST to this address, under this key and secret.
    pub(super) fn signed_form(
        &self,
        url: &Url,
        fields: &[(String, String)],
        key: &str,
        secret: &str,
    ) -> Vec<(String, String)> {
        let mut fields = fields.to_vec();
        let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
        add("oauth_consumer_key", key.to_owned());
        add("oauth_nonce", self.fresh("nonce"));
        add("oauth_timestamp", self.stamp().to_string());
        add("oauth_version", "1.0".to_owned());
        add("oauth_callback", "about:blank".to_owned());
        add("oauth_signature_method", "HMAC-SHA1".to_owned());
        let pairs: Pairs = fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        let signature = Signing::post(url.as_str(), secret.as_bytes()).signature(&pairs);
        fields.push((SIGNATURE.to_owned(), signature));
        fields
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The addresses that the configuration names.
fn addresses(config: &Platform11Config) -> Vec<Url> {
    let steps = config.users.iter().flat_map(|user| &user.sign_in);
    let steps = steps.chain(config.launches.iter().flat_map(|launch| &launch.steps));
    let adding = config.selections.iter();
    let steps = steps.chain(adding.flat_map(|adding| adding.steps.iter().chain(&adding.shows).chain(&adding.created)));
    let mut urls: Vec<Url> = opened(steps).collect();
    let scheme = urls.first().map_or("https", Url::scheme).to_owned();
    urls.extend(config.platform.hosts.iter().filter_map(|host| Url::parse(&format!("{scheme}://{host}/")).ok()));
    urls
}
