//! Everything that a case of the suite `tool11` can use: the tool's configuration, the time that never goes back, the way
//! to reach the tool.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, AtomicU32, Ordering},
};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use url::Url;

use super::{config::Tool11Config, desk::Desk};
use crate::{
    clock::SuiteClock,
    oauth1,
    transport::Transport,
    user_agent::{Browser, CookiePolicy, Frontier},
};

/// Everything that a case can use.
#[derive(Clone)]
pub struct Tool11World {
    /// What the person told the suite.
    pub config: Arc<Tool11Config>,
    /// The time.
    pub clock: SuiteClock,
    /// The side that the suite plays.
    pub desk: Desk,
    transport: Arc<dyn Transport>,
    /// Begins every nonce of this run, so that no other run had it.
    run: String,
    number: Arc<AtomicU32>,
    /// The latest moment that a sound launch was stamped with.
    stamped: Arc<AtomicI64>,
    /// The origins of the tool's pages.
    origins: Arc<Mutex<Vec<String>>>,
}

impl std::fmt::Debug for Tool11World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tool11World").field("launch_url", &self.config.tool.launch_url.as_str()).finish_non_exhaustive()
    }
}

impl Tool11World {
    /// A world around a tool that is reached by this transport.
    pub fn new(config: Tool11Config, desk: Desk, clock: SuiteClock, transport: Arc<dyn Transport>) -> Self {
        let mut random = [0; 6];
        // Under a virtual clock the tool was made for this run alone, so that the numbers keep the nonces apart.
        if clock.is_system() {
            // Without randomness the numbers have to do: they differ within the run.
            let _ = SystemRandom::new().fill(&mut random);
        }
        let tool = &config.tool;
        let scheme = tool.launch_url.scheme();
        let hosts = tool.hosts.iter().filter_map(|host| Url::parse(&format!("{scheme}://{host}/")).ok());
        let urls: Vec<Url> = [tool.launch_url.clone()].into_iter().chain(tool.probe_url.clone()).chain(hosts).collect();
        let origins = urls.iter().map(|url| url.origin().ascii_serialization()).collect();
        Self {
            config: Arc::new(config),
            clock,
            desk,
            transport,
            run: URL_SAFE_NO_PAD.encode(random),
            number: Arc::default(),
            stamped: Arc::default(),
            origins: Arc::new(Mutex::new(origins)),
        }
    }

    /// A fresh browser that sends every cookie.
    pub fn browser(&self) -> Browser {
        Browser::new(Arc::clone(&self.transport), Arc::new(Border(self.clone())), CookiePolicy::Lenient)
    }

    /// A value that nobody can have seen before.
    pub fn fresh(&self, word: &str) -> String {
        format!("{word}-{}-{}", self.run, self.number.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The moment for the next sound launch: now, and never before an earlier one, since OAuth Core 1.0, 8 lets a tool
    /// refuse a timestamp that goes back.
    pub fn stamp(&self) -> i64 {
        let now = self.clock.now();
        self.stamped.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// Sound launches are not stamped before this moment any more, since the tool has taken it.
    pub fn not_before(&self, moment: i64) {
        self.stamped.fetch_max(moment, Ordering::Relaxed);
    }

    /// Where a tool may send the browser back to.
    pub fn return_url(&self) -> Url {
        self.desk.return_url()
    }

    /// Whether the tool has a second consumer.
    pub fn has_second_consumer(&self) -> bool {
        self.config.consumers.len() > 1
    }

    /// Whether the first two consumers have two secrets.
    pub fn has_two_secrets(&self) -> bool {
        let mut secrets = self.config.consumers.iter().map(|known| known.secret.reveal());
        matches!((secrets.next(), secrets.next()), (Some(first), Some(second)) if first != second)
    }

    /// A consumer whose secret has to be encoded before it signs.
    pub fn odd_secret(&self) -> Option<usize> {
        let odd = |secret: &str| oauth1::encode(secret.as_bytes()) != secret;
        self.config.consumers.iter().position(|known| odd(known.secret.reveal()))
    }

    /// Takes an origin for one of the tool's own, because the sound launch leads there.
    pub fn adopt(&self, url: &Url) {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner).push(url.origin().ascii_serialization());
    }

    /// Whether a page belongs to the tool.
    pub fn is_subject(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        self.origins.lock().unwrap_or_else(PoisonError::into_inner).contains(&origin)
    }
}

/// Where the suite's browser does not go.
struct Border(Tool11World);

impl Frontier for Border {
    fn is_authorization(&self, _: &Url) -> bool {
        false
    }

    fn is_return(&self, url: &Url) -> bool {
        self.0.desk.owns(url)
    }

    fn is_known(&self, url: &Url) -> bool {
        self.0.is_subject(url)
    }

    fn platform_origin(&self) -> String {
        self.0.desk.root().origin().ascii_serialization()
    }
}
