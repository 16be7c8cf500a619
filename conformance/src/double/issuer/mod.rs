//! An issuer with one flaw, or with none.
//!
//! The double is a small `OpenID` provider with its own HTTP and its own state, and shares nothing with the products. It
//! lies below a path, so that the two well-known addresses differ. What it serves, all under its issuer identifier:
//!
//! * `/authorize` with `/login`, `/resume` and `/consent`, the pages where somebody signs in and consents;
//! * `/token`, `/userinfo`, `/jwks`, `/register`, `/logout`, `/introspect`, `/revoke`, `/par`;
//! * `/.well-known/openid-configuration`, and at the host's root `/.well-known/oauth-authorization-server` with its path.
//!
//! Where the texts leave it free, the sound double requires PKCE of public clients alone, asks for consent once, shows
//! errors of the client or of the redirect URI in place, ignores what it does not know, rotates refresh tokens, and takes
//! the issuer and the token endpoint as the audience of an assertion.

mod access;
mod assertion;
mod authorization;
mod book;
mod client;
mod flaw;
mod flaws;
mod id_token;
mod introspection;
mod logout;
mod management;
mod metadata;
mod pages;
mod pushed;
mod refresh;
mod registration;
mod response;
mod revocation;
mod token;
mod userinfo;

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use ::http::{Method, StatusCode};

use self::book::Book;
pub use self::{flaw::IssuerFlaw, flaws::*};
use super::{Now, http, wiring::Seeded};
use crate::{
    keys::Keys,
    transport::{Request, Response},
};

/// The people of the double: name, password, `sub`.
const PEOPLE: [(&str, &str, &str); 2] = [("ada", "ada's password", "user-1"), ("ben", "ben's password", "user-2")];
/// The initial access token of its registration endpoint.
const INITIAL_TOKEN: &str = "op-initial-access-token";
/// The cookie of a session.
const SESSION_COOKIE: &str = "op_session";
/// The name of the key that signs.
const KID: &str = "op-1";
/// The name of the other published key.
const SECOND_KID: &str = "op-2";

/// Everything that the double is connected to.
pub struct IssuerWiring {
    /// Its host without a slash at its end: `https://op.test`.
    pub host: String,
    /// The path of its issuer identifier: `/school`.
    pub path: String,
    /// The keys that it signs with.
    pub keys: Keys,
    /// Its clock.
    pub clock: Now,
}

impl fmt::Debug for IssuerWiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerWiring").field("host", &self.host).field("path", &self.path).finish_non_exhaustive()
    }
}

/// An issuer with one flaw, or with none.
#[derive(Debug)]
pub struct IssuerDouble {
    flaw: Option<IssuerFlaw>,
    wiring: IssuerWiring,
    random: Seeded,
    book: Mutex<Book>,
}

impl IssuerDouble {
    /// An issuer that does wrong what the flaw says, and nothing else.
    pub fn new(flaw: Option<IssuerFlaw>, wiring: IssuerWiring) -> Self {
        Self { flaw, wiring, random: Seeded::new(7), book: Mutex::default() }
    }

    /// Answers a request. Never fails: what cannot be answered is refused.
    pub fn handle(&self, request: &Request) -> Response {
        let path = request.uri().path();
        if let Some(response) = self.well_known(request, path) {
            return response;
        }
        let (get, post) = (request.method() == Method::GET, request.method() == Method::POST);
        match path.strip_prefix(self.wiring.path.as_str()) {
            Some("/jwks") if get => self.jwks(),
            Some("/authorize") if get || post => self.authorize(request),
            Some("/login") if post => self.sign_in(request),
            Some("/resume") if get => self.resume(request),
            Some("/consent") if post => self.consent(request),
            Some("/token") => self.token(request),
            Some("/userinfo") if get || post => self.userinfo(request),
            Some("/register") if post => self.register(request),
            Some("/revoke") => self.revoke(request),
            Some("/introspect") => self.introspect(request),
            Some("/par") => self.push(request),
            Some(path) if path.starts_with("/register/") => self.manage(request, &path["/register/".len()..]),
            Some("/logout") if get || post => self.logout(request),
            _ => http::page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>"),
        }
    }

    fn has(&self, flaw: impl Into<IssuerFlaw>) -> bool {
        self.flaw == Some(flaw.into())
    }

    fn now(&self) -> i64 {
        (self.wiring.clock)()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The issuer identifier.
    fn issuer(&self) -> String {
        format!("{}{}", self.wiring.host, self.wiring.path)
    }

    /// An address below it.
    fn own(&self, path: &str) -> String {
        format!("{}{path}", self.issuer())
    }

    /// The session of the browser that a request comes from.
    fn session(&self, request: &Request) -> Option<(String, book::Session)> {
        let name = http::cookie(request, SESSION_COOKIE)?;
        let session = self.book().sessions.get(&name).cloned()?;
        Some((name, session))
    }
}

/// JSON with headers against caches.
fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    let mut response = http::with_type(status, "application/json", body.to_string());
    http::add_header(&mut response, ::http::header::CACHE_CONTROL, "no-store");
    response
}

/// An error of the token endpoint and its like (RFC 6749, 5.2).
fn error(status: StatusCode, error: &str, description: &str) -> Response {
    json(status, &serde_json::json!({ "error": error, "error_description": description }))
}
