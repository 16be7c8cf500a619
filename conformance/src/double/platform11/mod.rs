//! An LTI 1.1 platform with one flaw, or with none.
//!
//! The double is a small school with its own HTTP, its own OAuth 1.0 and its own XML, and shares nothing with the products
//! and with the suite's signer. What it serves, all under its base address:
//!
//! * `GET /` asks for user name and password (`POST /session`) and then lists links, courses and added content;
//! * `GET /launch/{link}` launches, and `POST /relaunch/{link}` takes a browser back that was wanted first;
//! * `POST /grades` is the outcomes service;
//! * `GET /content/{course}` asks the tool for content, `POST /content/return` takes the answer;
//! * `GET /return` is where tools send the user back to.
//!
//! Where the texts leave it free, the sound double writes `en-US`, sends an `oauth_callback`, refuses other data than it
//! sent, answers failures with 200, and keeps letters of any language in names of custom parameters.

mod content;
mod flaw;
mod flaws;
mod launch;
mod outcomes;
mod pages;
mod school;
mod sign;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use ::http::{Method, StatusCode};

use self::school::User;
pub use self::{
    flaw::Platform11Flaw,
    flaws::{
        AnswerFlaw, ContentFlaw, CustomFlaw, MessageFlaw, PlaceFlaw, ScoreFlaw, ServiceFlaw, SignatureFlaw, UserFlaw,
    },
};
use super::{Now, http, wiring::Seeded};
use crate::transport::{Request, Response};

/// Everything that the double is connected to.
pub struct Platform11Wiring {
    /// Its own address without a slash at its end: `https://lms.test`.
    pub base_url: String,
    /// The launch URL of the tool.
    pub launch_url: String,
    /// The tool's consumer key.
    pub key: String,
    /// The tool's secret.
    pub secret: String,
    /// Its clock.
    pub clock: Now,
    /// When it was started.
    pub started: i64,
}

impl fmt::Debug for Platform11Wiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform11Wiring").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// What the double remembers.
#[derive(Debug, Default)]
struct Book {
    sessions: HashMap<String, &'static User>,
    scores: BTreeMap<String, f64>,
    nonces: BTreeSet<String>,
    /// The `data` of requests for content.
    asked: BTreeSet<String>,
    /// Title and address of what was added.
    items: Vec<(String, String)>,
}

/// A platform with one flaw, or with none.
#[derive(Debug)]
pub struct Platform11Double {
    flaw: Option<Platform11Flaw>,
    wiring: Platform11Wiring,
    random: Seeded,
    launches: AtomicU32,
    book: Mutex<Book>,
}

impl Platform11Double {
    /// A platform that does wrong what the flaw says, and nothing else.
    pub fn new(flaw: Option<Platform11Flaw>, wiring: Platform11Wiring) -> Self {
        Self { flaw, wiring, random: Seeded::new(11), launches: AtomicU32::new(0), book: Mutex::default() }
    }

    /// Answers a request. Never fails: what cannot be answered is refused.
    pub fn handle(&self, request: &Request) -> Response {
        let (get, post) = (request.method() == Method::GET, request.method() == Method::POST);
        let missing = || http::page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>");
        let first = || http::redirect(StatusCode::SEE_OTHER, "/");
        match request.uri().path() {
            "/" if get => self.home(request),
            "/session" if post => self.sign_in(request),
            "/return" if get => self.returned(request),
            "/grades" if post => self.outcomes(request),
            "/content/return" if post => self.take_content(request),
            path => {
                let Some(user) = self.visitor(request) else { return first() };
                let link = |prefix: &str| path.strip_prefix(prefix).and_then(school::link_at);
                if path.starts_with("/content/") && get {
                    return self.ask_content(user);
                }
                if let (Some(link), true) = (link("/relaunch/"), post) {
                    self.launches.fetch_add(1, Ordering::Relaxed);
                    let fields = http::Fields::of(request);
                    return self.launch(user, link, Some(fields.get("tool_state").unwrap_or_default()));
                }
                let Some(link) = link("/launch/").filter(|_| get) else { return missing() };
                self.launches.fetch_add(1, Ordering::Relaxed);
                self.launch(user, link, None)
            }
        }
    }

    fn has(&self, flaw: impl Into<Platform11Flaw>) -> bool {
        self.flaw == Some(flaw.into())
    }

    fn now(&self) -> i64 {
        (self.wiring.clock)()
    }

    /// How many launches there were, this one included.
    fn count(&self) -> u32 {
        self.launches.load(Ordering::Relaxed)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An address of the platform.
    fn own(&self, path: &str) -> String {
        format!("{}{path}", self.wiring.base_url)
    }

    /// Who is signed in in the browser that a request comes from.
    fn visitor(&self, request: &Request) -> Option<&'static User> {
        let session = http::cookie(request, pages::SESSION_COOKIE)?;
        self.book().sessions.get(&session).copied()
    }
}
