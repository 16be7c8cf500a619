//! An OAuth 2.0 client with one flaw, or with none.
//!
//! The double has its own small HTTP, state and verification (`verify`, `judge`); it shares nothing with the issuer that the
//! suite plays, nor with the products. Without a flaw it reads the discovery document at each login, keeps the key set for a
//! minute, binds a login to the browser by a cookie, `state`, `nonce` and PKCE, authenticates by Basic, verifies the
//! signature in every flow, and asks the userinfo endpoint for the name that it shows.
//!
//! Where the texts leave the answer free, the sound double refuses
//!
//! * a token without `kid` where there are several keys, without `iat`, with a wrong `at_hash`, or that ended ninety
//!   seconds ago;
//! * a token response without an ID token; logins for issuers that it does not know;
//!
//! and it accepts
//!
//! * a `sub` of any length, an old `iat`, large tokens, several audiences that it trusts without `azp`;
//! * a login whose userinfo cannot be had.

mod callback;
mod flaw;
mod flaws;
mod judge;
mod login;
mod metadata;
mod tokens;
mod verify;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ::http::{Method, StatusCode};
use serde_json::Value;

pub use self::{
    flaw::ClientFlaw,
    flaws::{
        ClaimFlaw, DiscoveryFlaw, ForgeryFlaw, FrontFlaw, HybridFlaw, InitiationFlaw, KeyFlaw, RefreshFlaw,
        RequestFlaw, ResponseFlaw, SignatureFlaw, TimeFlaw, TokenFlaw, UserinfoFlaw,
    },
};
use super::{
    http,
    wiring::{Fetch, Now, Seeded},
};
use crate::transport::{Request, Response};

/// Where the double starts a login; `?issuer=1` starts it at its second issuer.
pub const LOGIN_PATH: &str = "/login";
/// Where third parties start a login.
pub const INITIATE_PATH: &str = "/initiate";
/// The redirect URI.
pub const CALLBACK_PATH: &str = "/callback";
/// The page that opens only for somebody signed in.
pub const ME_PATH: &str = "/me";
/// The page that uses the access token.
pub const RENEW_PATH: &str = "/renew";
/// The cookie of a login on its way.
const LOGIN_COOKIE: &str = "rp_login";
/// The cookie of somebody signed in.
const SESSION_COOKIE: &str = "rp_session";

/// How a double asks for its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoubleFlow {
    /// By a code.
    Code,
    /// By a form that brings the ID token, as LTI does.
    Front,
    /// By a form that brings a code and an ID token.
    Hybrid,
}

impl DoubleFlow {
    /// Every flow.
    pub const ALL: [Self; 3] = [Self::Code, Self::Front, Self::Hybrid];

    const fn response_type(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Front => "id_token",
            Self::Hybrid => "code id_token",
        }
    }
}

/// An issuer as a client has it in its settings.
#[derive(Debug, Clone)]
pub struct KnownIssuer {
    /// The issuer identifier.
    pub issuer: String,
    /// The client id that this issuer gave to the client.
    pub client_id: String,
    /// The secret that goes with it.
    pub secret: crate::config::Secret,
}

/// What a double is connected to.
#[derive(Clone)]
pub struct ClientWiring {
    /// The double's own address without a slash at its end: `https://client.test`.
    pub base_url: String,
    /// How it asks for its tokens.
    pub flow: DoubleFlow,
    /// The issuers that it knows, the first one first.
    pub issuers: Vec<KnownIssuer>,
    /// The audiences that it trusts beside its client id.
    pub trusted: Vec<String>,
    /// The keys of the first issuer, for a client that has them in its settings.
    pub keys: Vec<Value>,
    /// Its way to the network.
    pub fetch: Fetch,
    /// Its clock.
    pub clock: Now,
    /// Where its random values start.
    pub seed: u64,
}

impl fmt::Debug for ClientWiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientWiring")
            .field("base_url", &self.base_url)
            .field("flow", &self.flow)
            .finish_non_exhaustive()
    }
}

/// A client with one flaw, or with none.
#[derive(Debug)]
pub struct ClientDouble {
    flaw: Option<ClientFlaw>,
    wiring: ClientWiring,
    random: Seeded,
    book: Mutex<Book>,
}

/// What the double remembers.
#[derive(Default)]
struct Book {
    /// The logins on their way, by the browser's cookie.
    pending: HashMap<String, Pending>,
    /// Who is signed in, by the session's cookie.
    sessions: HashMap<String, Session>,
    /// The key set of each issuer, with the moment at which it came.
    keys: HashMap<usize, (i64, Vec<Value>)>,
    /// The last discovery document of each issuer.
    metadata: HashMap<usize, metadata::Metadata>,
    /// Who signed in last.
    last: Option<Session>,
    /// Whether the next login falls back to plain.
    plain_next: bool,
    counted: u64,
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book").field("sessions", &self.sessions.len()).finish_non_exhaustive()
    }
}

/// A login on its way.
#[derive(Clone)]
struct Pending {
    issuer: usize,
    metadata: metadata::Metadata,
    state: String,
    nonce: Option<String>,
    verifier: Option<String>,
    target: Option<String>,
}

/// Somebody signed in.
#[derive(Clone)]
struct Session {
    sub: String,
    name: String,
    issuer: usize,
    metadata: metadata::Metadata,
    access: Option<String>,
    refresh: Option<String>,
    until: i64,
}

/// Why a login came to nothing, for the page.
type Refusal = String;

impl ClientDouble {
    /// A client that does wrong what the flaw says, and nothing else.
    pub fn new(flaw: Option<ClientFlaw>, wiring: ClientWiring) -> Self {
        let random = Seeded::new(wiring.seed);
        Self { flaw, wiring, random, book: Mutex::default() }
    }

    /// Answers a request. Never fails: what cannot be answered is refused.
    pub async fn handle(self: Arc<Self>, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        match (path.as_str(), request.method()) {
            (LOGIN_PATH, &Method::GET) => self.log_in(&request).await,
            (INITIATE_PATH, _) => self.initiate(&request).await,
            (CALLBACK_PATH, _) => self.callback(&request).await,
            (ME_PATH, _) => self.me(&request),
            (RENEW_PATH, _) => self.renewed(&request).await,
            _ => http::page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>"),
        }
    }

    fn has(&self, flaw: impl Into<ClientFlaw>) -> bool {
        self.flaw == Some(flaw.into())
    }

    fn now(&self) -> i64 {
        (self.wiring.clock)()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issuer(&self, index: usize) -> &KnownIssuer {
        &self.wiring.issuers[index.min(self.wiring.issuers.len() - 1)]
    }

    fn session(&self, request: &Request) -> Option<(String, Session)> {
        let cookie = http::cookie(request, SESSION_COOKIE)?;
        let session = self.book().sessions.get(&cookie).cloned()?;
        Some((cookie, session))
    }

    fn me(&self, request: &Request) -> Response {
        match self.session(request) {
            Some((_, session)) => {
                let (name, sub) = (http::escape(&session.name), http::escape(&session.sub));
                let body = format!("<h1>Account</h1><p>Welcome back, {name}.</p><p>Known here as {sub}.</p>");
                http::page(StatusCode::OK, "Account", &body)
            }
            None => http::page(StatusCode::UNAUTHORIZED, "Sign in", "<p>Please sign in first.</p>"),
        }
    }

    async fn renewed(&self, request: &Request) -> Response {
        let Some((cookie, session)) = self.session(request) else { return self.me(request) };
        let body = match self.use_token(&cookie, session).await {
            Ok(()) => "<p>The profile is up to date.</p>",
            Err(_) => "<p>The profile cannot be read now: sign in again.</p>",
        };
        http::page(StatusCode::OK, "Profile", body)
    }
}

/// The page that a refused user sees.
fn refuse(reason: &str) -> Response {
    let body = format!("<h1>Sign-in failed</h1><p>Sorry: {}.</p>", http::escape(reason));
    http::page(StatusCode::BAD_REQUEST, "Sign-in failed", &body)
}
