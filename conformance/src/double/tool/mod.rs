//! A tool with one flaw, or with none.
//!
//! The double has its own HTTP, its own state and its own reading of a token; the sound rules are those of
//! `lti_core::inspect`, so that a rule broken there shows in the self-test. A flaw is one of three things: what the tool
//! takes for a verified signature (`verify`), what it reads in place of a claim (`amend`), or what it refuses though
//! it need not (`strict`). The rest are decisions in the login, the key cache and the pages.
//!
//! Where the texts leave the answer free, the sound double answers as the reference tool does: it refuses whatever
//! `lti_core::inspect` refuses under its default policy, with the deployments of its registration as a closed list.
//! So it refuses
//!
//! * RS384 and PS256 by a key that was published for RS256, and a kid that names another key than the one that signed;
//! * header members and claims that are there twice, tokens over 256 KiB, times and roles in a string;
//! * tokens that expired longer ago than a minute, versions other than 1.3.0, deployments that it does not know, and
//!   launches without `target_link_uri`;
//! * responses by GET, with two tokens, or with an error beside the token;
//! * logins without `iss`, `login_hint` or `target_link_uri`;
//!
//! and it accepts
//!
//! * ES256, a key in the header beside a good kid (unused), any `typ`, deep claims, padded keys, 5,000 keys;
//! * a known key while the key set is down, and for a minute after it was withdrawn;
//! * a launch without `sub`, long and non-ASCII ones, `iat` in the future or long ago, `exp` in a year;
//! * another of its deployments than the login named, and whatever binds only the sender: odd contexts, custom values,
//!   presentation, mentors, platform data, link ids and migration claims;
//! * logins for an unknown deployment, two logins at once, and browsers that keep only partitioned cookies.

mod amend;
mod book;
mod client;
mod content;
mod deep_linking;
mod flaw;
mod flaws;
mod judge;
mod keys;
mod launch;
mod login;
mod migration;
mod opened;
mod page;
mod registration;
mod services;
mod signing;
mod strict;
mod tenancy;
#[cfg(test)]
mod tests;
mod verify;

use std::sync::{Mutex, MutexGuard, PoisonError};

use ::http::{Method, StatusCode};

use self::{book::Book, deep_linking::Choices, keys::KeyCache};
pub use self::{
    flaw::ToolFlaw,
    flaws::{
        AudienceFlaw, ClaimFlaw, ClientFlaw, DeepLinkingFlaw, GradesFlaw, KeyFlaw, LoginFlaw, MessageFlaw, PageFlaw,
        RegistrationFlaw, RosterFlaw, StateFlaw, StrictFlaw, TenancyFlaw, TokenFlaw,
    },
    registration::REGISTER_PATH,
};
use super::{
    http,
    wiring::{Registered, Seeded, Wiring},
};
use crate::transport::{Request, Response};

/// Where the double takes login initiations, by GET and by POST.
pub const LOGIN_PATH: &str = "/login";
/// Where the double takes authentication responses, and below it where registrations have a redirect URI of their own.
pub const LAUNCH_PATH: &str = "/launch";
/// The page that a launch lands on: the target link URI.
pub const COURSE_PATH: &str = "/course";
/// Answers 200 to somebody signed in and 401 to everybody else.
pub const PROBE_PATH: &str = "/me";
/// The double's own key set.
pub const JWKS_PATH: &str = "/jwks";

/// A tool with one flaw, or with none.
#[derive(Debug)]
pub struct ToolDouble {
    flaw: Option<ToolFlaw>,
    wiring: Wiring,
    random: Seeded,
    book: Mutex<Book>,
    keys: KeyCache,
    clerk: Mutex<client::Clerk>,
    choices: Choices,
}

impl ToolDouble {
    /// A tool that does wrong what the flaw says, and nothing else.
    pub fn new(flaw: Option<ToolFlaw>, wiring: Wiring) -> Self {
        let random = Seeded::new(wiring.seed);
        Self {
            flaw,
            wiring,
            random,
            book: Mutex::default(),
            keys: KeyCache::default(),
            clerk: Mutex::default(),
            choices: Choices::default(),
        }
    }

    /// Answers a request. Never fails: what cannot be answered is refused.
    pub async fn handle(&self, request: Request) -> Response {
        let get = request.method() == Method::GET;
        let mut response = match request.uri().path() {
            LOGIN_PATH => self.login(&request).await,
            path if path.starts_with(LAUNCH_PATH) => self.launch(&request).await,
            COURSE_PATH if get => self.course(&request),
            registration::REGISTER_PATH if get => self.register(&request).await,
            PROBE_PATH if get => self.probe(&request),
            page::HOP_PATH if get => self.hop(&request),
            JWKS_PATH if get => signing::key_set(),
            deep_linking::CHOICE_PATH if !get => self.chosen(&request),
            path if path.starts_with(services::PATH) => self.serve(&request).await,
            _ => http::page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>"),
        };
        if self.has(StateFlaw::FramingForbidden) {
            http::add_header(&mut response, ::http::header::X_FRAME_OPTIONS, "DENY");
        }
        response
    }

    fn has(&self, flaw: impl Into<ToolFlaw>) -> bool {
        self.flaw == Some(flaw.into())
    }

    fn now(&self) -> i64 {
        (self.wiring.clock)()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn registered(&self, platform: usize) -> Result<&Registered, Refusal> {
        self.wiring.platforms.get(platform).ok_or_else(|| Refusal::new("the platform is not registered"))
    }

    /// The page that a refused user sees.
    fn refuse(&self, refusal: &Refusal) -> Response {
        let crash = refusal.crash || self.has(StateFlaw::RefusalCrashes);
        let status = if crash { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_REQUEST };
        let body = format!("<h1>Invalid launch</h1><p>{}</p>", http::escape(&refusal.reason));
        http::page(status, "Invalid launch", &body)
    }
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    reason: String,
    crash: bool,
}

impl Refusal {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), crash: false }
    }

    /// A refusal that shows as a server error.
    fn crash(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), crash: true }
    }
}
