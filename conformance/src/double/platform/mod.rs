//! A platform with one flaw, or with none.
//!
//! The double is a small learning management system: people sign in, open a course and launch its links. It has its own
//! HTTP, its own state and its own writing of tokens, and shares nothing with the platform of this project. What it
//! serves, all under its base address:
//!
//! * `GET /` asks for user name and password (`POST /session`) and then lists the courses; a wrong password is a 403 page;
//! * `GET /course/{id}` lists the links of a course by their titles;
//! * `GET /launch/{link}` starts the login at the tool;
//! * `GET /content/{course}` and `GET /content/editor/{course}` begin deep linking, `POST /content/return/{course}` takes
//!   the response, and `GET /content/item/{number}` launches a link that came of it;
//! * `/auth` is the authorization endpoint, by GET and by POST;
//! * `POST /api/token` gives access tokens, and `/api/{course}/lineitems` is the gradebook;
//! * `/jwks` and `/.well-known/openid-configuration`;
//! * `GET /return` is where tools send the user back to;
//! * `/admin/tools` opens the registration page of a tool, and `POST /admin/register` registers it;
//! * `GET /admin` shows the published keys and has a button that makes a new one (`POST /admin/rotate-keys`).
//!
//! Where the texts leave the answer free, the sound double answers as widely used platforms do. It refuses
//!
//! * addresses that are not registered and clients that it does not know, on a page of its own;
//! * everything else by a form to the registered address, with `state`: a missing `nonce`, `login_hint`,
//!   `lti_message_hint`, `scope`, `response_type` or `response_mode`, other values of the last three, `prompt=login`,
//!   parameters that are there twice, hints that are not of whoever is signed in, and requests without a session;
//!
//! and it accepts
//!
//! * requests without `state` or `prompt`, unknown parameters, and the same request twice.
//!
//! Both courses use the tool's first deployment. The tool was there under LTI 1.1 before, with the consumer key
//! [`LTI11_KEY`] and the secret [`LTI11_SECRET`], which the migration claim is signed with.

mod authorization;
mod book;
mod claims;
mod custom;
mod deep_linking;
mod flaw;
mod flaws;
mod gradebook;
mod grades;
mod grant;
mod guard;
mod initiation;
mod keys;
mod line_item;
mod pages;
mod place;
mod redirect;
mod registration;
mod response;
mod results;
mod roster;
mod school;
mod scores;
#[cfg(test)]
mod tests;
mod token;
mod user;
mod wiring;

use std::sync::{Mutex, MutexGuard, PoisonError};

use ::http::{Method, StatusCode};

use self::{book::Book, deep_linking::CONTENT_PATH, school::User};
pub use self::{
    flaw::PlatformFlaw,
    flaws::{
        ClaimFlaw, CustomFlaw, DeepLinkingFlaw, GrantFlaw, GuardFlaw, InitiationFlaw, KeyFlaw, LineItemFlaw, PlaceFlaw,
        RedirectFlaw, RegistrationFlaw, RequestFlaw, ResponseFlaw, ResultFlaw, RoleFlaw, RosterFlaw, ScoreFlaw,
        TokenFlaw, UserFlaw,
    },
    grant::TOKEN_PATH,
    registration::{REGISTER_PATH, TOOLS_PATH},
    wiring::{PlatformWiring, RegisteredTool},
};
use super::{http, wiring::Seeded};
use crate::transport::{Request, Response};

/// The page with the form for user name and password.
pub const HOME_PATH: &str = "/";
/// Where that form goes.
pub const SESSION_PATH: &str = "/session";
/// Where courses are: `/course/course-1`.
pub const COURSE_PATH: &str = "/course/";
/// Where launches start: `/launch/quiz`.
pub const LAUNCH_PATH: &str = "/launch/";
/// The authorization endpoint.
pub const AUTH_PATH: &str = "/auth";
/// The key set.
pub const JWKS_PATH: &str = "/jwks";
/// The discovery document.
pub const METADATA_PATH: &str = "/.well-known/openid-configuration";
/// Where tools send the user back to.
pub const RETURN_PATH: &str = "/return";
/// The page with the keys.
pub const ADMIN_PATH: &str = "/admin";
/// Where its button goes: publishes a new key and signs with it.
pub const ROTATE_PATH: &str = "/admin/rotate-keys";
/// The consumer key that the tool had under LTI 1.1.
pub const LTI11_KEY: &str = "lti11-key";
/// The secret of [`LTI11_KEY`].
pub const LTI11_SECRET: &str = "lti11-secret";
/// Where the services are, for whoever has an access token.
const SERVICE_PATH: &str = "/api/";

/// A platform with one flaw, or with none.
#[derive(Debug)]
pub struct PlatformDouble {
    flaw: Option<PlatformFlaw>,
    wiring: PlatformWiring,
    random: Seeded,
    book: Mutex<Book>,
    ledger: Mutex<registration::Ledger>,
    desk: Mutex<deep_linking::Desk>,
    grants: Mutex<grant::Grants>,
    gradebook: Mutex<gradebook::Gradebook>,
}

impl PlatformDouble {
    /// A platform that does wrong what the flaw says, and nothing else.
    pub fn new(flaw: Option<PlatformFlaw>, wiring: PlatformWiring) -> Self {
        let random = Seeded::new(wiring.seed);
        let book = Mutex::new(Book::new(&wiring.keys));
        let gradebook = Mutex::new(Self::new_gradebook(&wiring.tool.client_id));
        Self {
            flaw,
            wiring,
            random,
            book,
            ledger: Mutex::default(),
            desk: Mutex::default(),
            grants: Mutex::default(),
            gradebook,
        }
    }

    /// Answers a request. Never fails: what cannot be answered is refused.
    pub fn handle(&self, request: &Request) -> Response {
        let path = request.uri().path();
        let (get, post) = (request.method() == Method::GET, request.method() == Method::POST);
        match path {
            HOME_PATH if get => self.home(request),
            SESSION_PATH if post => self.sign_in(request),
            AUTH_PATH if get || post => self.authorize(request),
            JWKS_PATH if get => self.jwks(),
            METADATA_PATH if get => self.metadata(),
            RETURN_PATH if get => self.returned(request),
            ADMIN_PATH if get => self.admin(),
            TOOLS_PATH if get || post => self.add_tool(request),
            REGISTER_PATH if post => self.register(request),
            ROTATE_PATH if post => self.rotate(),
            TOKEN_PATH => self.token(request),
            _ if path.starts_with(CONTENT_PATH) => self.content(request),
            _ => match ([COURSE_PATH, LAUNCH_PATH, SERVICE_PATH]).map(|prefix| path.strip_prefix(prefix)) {
                [Some(course), ..] if get => self.course(request, course),
                [_, Some(link), _] if get => self.launch(request, link),
                [.., Some(service)] => self.service(request, service),
                _ => http::page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>"),
            },
        }
    }

    fn has(&self, flaw: impl Into<PlatformFlaw>) -> bool {
        self.flaw == Some(flaw.into())
    }

    fn now(&self) -> i64 {
        (self.wiring.clock)()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn desk(&self) -> MutexGuard<'_, deep_linking::Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger(&self) -> MutexGuard<'_, registration::Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grants(&self) -> MutexGuard<'_, grant::Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn gradebook(&self) -> MutexGuard<'_, gradebook::Gradebook> {
        self.gradebook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An address of the platform.
    fn own(&self, path: &str) -> String {
        format!("{}{path}", self.wiring.base_url)
    }

    /// An address of the platform without TLS.
    fn own_plain(&self, path: &str) -> String {
        self.own(path).replacen("https://", "http://", 1)
    }

    /// The issuer identifier as logins name it.
    fn issuer(&self) -> String {
        match self.flaw {
            Some(PlatformFlaw::Initiation(InitiationFlaw::IssQuery)) => self.own("?school=1"),
            Some(PlatformFlaw::Initiation(InitiationFlaw::IssFragment)) => self.own("#school"),
            Some(PlatformFlaw::Initiation(InitiationFlaw::IssPlain)) => self.own_plain(""),
            Some(PlatformFlaw::Initiation(InitiationFlaw::IssAlias)) => self.own("/alias"),
            _ => self.own(""),
        }
    }

    /// Who is signed in in the browser that a request comes from.
    fn visitor(&self, request: &Request) -> Option<(String, &'static User)> {
        let session = http::cookie(request, pages::SESSION_COOKIE)?;
        let user = self.book().user_of(&session)?;
        Some((session, user))
    }
}
