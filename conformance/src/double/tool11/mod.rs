//! An LTI 1.1 tool with one flaw, or with none.
//!
//! The double reads its requests byte by byte and verifies signatures by itself (`verify`): it shares nothing with what the
//! suite signs with, nor with the products. Without a flaw it takes HMAC-SHA1 alone, timestamps five minutes off either way,
//! and each nonce once for each consumer and timestamp.
//!
//! Where the texts leave the answer free, the sound double refuses
//!
//! * HMAC-SHA256, launches by GET, in the query alone, or with an `Authorization` header;
//! * parameters that are no UTF-8, and a pair that came twice and was signed once;
//! * timestamps with anything but digits, in milliseconds, an hour old or an hour ahead;
//!
//! and it accepts
//!
//! * `oauth_token`, whatever its value; a nonce that came with another timestamp;
//! * what `Host` says, and the path as it came; no other header has a say;
//! * NUL, 2,000 parameters and long values; guests without a user id, a name or a course;
//! * the relaunch of LTI 1.1.2, which it follows.
//!
//! What is wrong after the signature sends the browser back to the platform with `lti_errormsg`. The page shows three views:
//! an instructor's, a learner's, and that of a visitor without a role in the course.

mod base;
mod flaw;
mod flaws;
mod message;
mod page;
mod people;
mod relaunch;
mod scores;
mod stamp;
mod verify;
mod wire;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ::http::{Method, StatusCode, header};

pub use self::{
    flaw::Tool11Flaw,
    flaws::{
        AddressFlaw, BodyFlaw, DuplicateFlaw, EncodingFlaw, NonceFlaw, ParameterFlaw, PeopleFlaw, RelaunchFlaw,
        ReturnFlaw, RoleFlaw, ScoreFlaw, SignatureFlaw, StampFlaw,
    },
};
use self::{page::Visitor, scores::Grading, stamp::Memory};
use super::{
    http,
    wiring::{Now, Seeded},
};
use crate::transport::{Request, Response};

/// Where the double takes launches.
pub const LAUNCH_PATH: &str = "/lti/launch";
/// The page that a launch lands on.
const COURSE_PATH: &str = "/course";

/// What a double is connected to.
#[derive(Clone)]
pub struct Tool11Wiring {
    /// The double's own address without a slash at its end: `https://tool11.test`.
    pub base_url: String,
    /// The consumers that it knows: key and secret.
    pub consumers: Vec<(String, String)>,
    /// The platform's outcomes service.
    pub platform: Arc<dyn Fn(&Request) -> Response + Send + Sync>,
    /// Its clock.
    pub clock: Now,
    /// Where its random values start.
    pub seed: u64,
}

impl fmt::Debug for Tool11Wiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool11Wiring").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// A tool with one flaw, or with none.
#[derive(Debug)]
pub struct Tool11Double {
    flaw: Option<Tool11Flaw>,
    wiring: Tool11Wiring,
    random: Seeded,
    book: Mutex<Book>,
    memory: Mutex<Memory>,
}

/// What the double remembers.
#[derive(Debug, Default)]
struct Book {
    /// Who is signed in, by the session's cookie.
    sessions: HashMap<String, Visitor>,
    /// The accounts of tools that look users up by what does not tell them apart.
    accounts: HashMap<String, Account>,
    /// The link of each course, of tools that keep one for a course: id and title.
    links: HashMap<String, (String, String)>,
    /// Where scores go, of tools that keep that longer than a launch.
    gradings: HashMap<String, Grading>,
    /// The browser that each state of a relaunch belongs to.
    states: HashMap<String, String>,
}

/// An account of the tool.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Account {
    user: String,
    name: String,
}

impl Tool11Double {
    /// A tool that does wrong what the flaw says, and nothing else.
    pub fn new(flaw: Option<Tool11Flaw>, wiring: Tool11Wiring) -> Self {
        let random = Seeded::new(wiring.seed);
        Self { flaw, wiring, random, book: Mutex::default(), memory: Mutex::default() }
    }

    /// Answers a request. Never fails: what cannot be answered is refused.
    pub fn handle(&self, request: &Request) -> Response {
        let path = request.uri().path();
        if path == COURSE_PATH && request.method() == Method::GET {
            return self.course(request);
        }
        if let Some(answer) = self.score(request) {
            return answer;
        }
        if wire::decoded(path) != LAUNCH_PATH {
            return http::page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>");
        }
        match self.receive(request) {
            Ok(visitor) => self.welcome(visitor, request),
            Err(refusal) => Self::refuse(&refusal),
        }
    }

    /// Signs the visitor in and sends the browser to the course.
    fn welcome(&self, visitor: Visitor, request: &Request) -> Response {
        let session = self.random.draw();
        let asked = visitor.next.clone().unwrap_or_else(|| COURSE_PATH.to_owned());
        self.book().sessions.insert(session.clone(), visitor);
        let landing = match request.uri().query() {
            Some(query) if self.has(BodyFlaw::QueryPassedOn) => format!("{COURSE_PATH}?{query}"),
            _ => asked,
        };
        let mut response = http::redirect(StatusCode::SEE_OTHER, &landing);
        let cookie = format!("{}={session}; Path=/; Secure; HttpOnly; SameSite=None", page::SESSION_COOKIE);
        http::add_header(&mut response, header::SET_COOKIE, &cookie);
        response
    }

    /// The page that a refused user sees.
    fn refuse(refusal: &Refusal) -> Response {
        if let Some(location) = refusal.location.as_ref().filter(|_| refusal.posts) {
            let form = format!(
                "<body onload=\"document.forms[0].submit()\"><form method=\"post\" action=\"{}\"></form></body>",
                http::escape(location)
            );
            return http::page(StatusCode::OK, "Back", &form);
        }
        if let Some(location) = &refusal.location {
            let mut response = http::redirect(StatusCode::FOUND, location);
            if let Some(browser) = &refusal.browser {
                let cookie = format!("{}={browser}; Path=/; Secure; HttpOnly; SameSite=None", relaunch::BROWSER_COOKIE);
                http::add_header(&mut response, header::SET_COOKIE, &cookie);
            }
            return response;
        }
        let status = if refusal.crash { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::UNAUTHORIZED };
        let body = format!("<h1>Invalid launch</h1><p>{}</p>", http::escape(&refusal.reason));
        http::page(status, "Invalid launch", &body)
    }

    fn has(&self, flaw: impl Into<Tool11Flaw>) -> bool {
        self.flaw == Some(flaw.into())
    }

    fn now(&self) -> i64 {
        (self.wiring.clock)()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    reason: String,
    crash: bool,
    /// Where the browser is sent instead of a page.
    location: Option<String>,
    /// Whether it is sent there by a form.
    posts: bool,
    /// What the browser is marked with.
    browser: Option<String>,
}

impl Refusal {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), crash: false, location: None, posts: false, browser: None }
    }

    /// A refusal that shows as a server error.
    fn crash(reason: impl Into<String>) -> Self {
        Self { crash: true, ..Self::new(reason) }
    }

    /// A refusal that sends the browser elsewhere.
    fn elsewhere(location: String) -> Self {
        Self { location: Some(location), ..Self::new("sent away") }
    }
}
