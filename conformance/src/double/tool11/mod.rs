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
//! * NUL, 2,000 parameters and long values.

mod base;
mod flaw;
mod flaws;
mod page;
mod stamp;
mod verify;
mod wire;

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ::http::{Method, StatusCode, header};

pub use self::{
    flaw::Tool11Flaw,
    flaws::{AddressFlaw, BodyFlaw, DuplicateFlaw, EncodingFlaw, NonceFlaw, SignatureFlaw, StampFlaw},
};
use self::{page::Visitor, stamp::Memory};
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
        self.book().sessions.insert(session.clone(), visitor);
        let landing = match request.uri().query() {
            Some(query) if self.has(BodyFlaw::QueryPassedOn) => format!("{COURSE_PATH}?{query}"),
            _ => COURSE_PATH.to_owned(),
        };
        let mut response = http::redirect(StatusCode::SEE_OTHER, &landing);
        let cookie = format!("{}={session}; Path=/; Secure; HttpOnly; SameSite=None", page::SESSION_COOKIE);
        http::add_header(&mut response, header::SET_COOKIE, &cookie);
        response
    }

    /// The page that a refused user sees.
    fn refuse(refusal: &Refusal) -> Response {
        if let Some(location) = &refusal.location {
            return http::redirect(StatusCode::FOUND, location);
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
}

impl Refusal {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), crash: false, location: None }
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
