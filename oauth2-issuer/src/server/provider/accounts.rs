//! What an issuer asks of whoever runs it: who is signed in, what is known of a user, and where users sign in and
//! decide.

use std::fmt;

use http::HeaderMap;
use lti_core::Timestamp;
use lti_core::id::ClientId;
use serde_json::{Map, Value};

use super::model::RegisteredClient;
use super::scopes::ScopeSet;
use crate::server::page::Page;
use crate::{BoxFuture, Unavailable};

/// A browser in which somebody is signed in.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// What tells this session from every other of the same user, for instance the value of its cookie; it stays the same
    /// while the user decides about consent. Only a digest of it is kept.
    pub id: String,
    /// Who is signed in: `sub`, at most 255 ASCII characters (OpenID Connect Core 1.0, 2).
    pub subject: String,
    /// When they proved it last.
    pub auth_time: Timestamp,
}

impl Session {
    /// A session.
    pub fn new(id: impl Into<String>, subject: impl Into<String>, auth_time: Timestamp) -> Self {
        Self { id: id.into(), subject: subject.into(), auth_time }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("auth_time", &self.auth_time).finish_non_exhaustive()
    }
}

/// The users of an issuer.
pub trait Accounts: Send + Sync {
    /// Who is signed in in the browser that sent these header fields.
    ///
    /// # Errors
    /// [`Unavailable`] when the sessions cannot be read.
    fn session<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<Session>, Unavailable>>;

    /// What is known of a user, as claims (OpenID Connect Core 1.0, 5.1); nothing when there is no such account any more.
    /// `sub` is set by the issuer, and a standard claim is told only to whom its scope was granted (5.4); every other
    /// claim is told, so leave out those that `scopes` do not cover.
    ///
    /// # Errors
    /// [`Unavailable`] when the accounts cannot be read.
    fn claims<'a>(
        &'a self,
        subject: &'a str,
        scopes: &'a ScopeSet,
    ) -> BoxFuture<'a, Result<Option<Map<String, Value>>, Unavailable>>;
}

/// Why a user is sent to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginReason {
    /// Nobody is signed in.
    SignIn,
    /// Somebody is, and must prove it again: `prompt=login`, or their sign-in is older than `max_age`. The session's
    /// [`auth_time`](Session::auth_time) must be new afterwards.
    Again,
    /// The user is to choose an account (`prompt=select_account`).
    SelectAccount,
}

/// A user who has to sign in. `Debug` does not show where the browser goes on: whoever has that address goes on in the
/// user's place.
#[derive(Clone)]
#[non_exhaustive]
pub struct LoginRequest {
    /// Why.
    pub reason: LoginReason,
    /// For which client.
    pub client_id: ClientId,
    /// What that client is called, in its own words.
    pub client_name: String,
    /// Whom the client believes the user to be (`login_hint`), to fill into the form; nothing is proven by it.
    pub login_hint: Option<String>,
    /// In which languages the user would like the page (`ui_locales`).
    pub ui_locales: Option<String>,
    /// Where the browser must go afterwards, by GET.
    pub return_to: String,
    /// Where it goes, by GET, when the user does not want to: the client gets `access_denied`.
    pub cancel_to: String,
}

impl fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginRequest")
            .field("reason", &self.reason)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// A user who has to decide what a client may have.
#[derive(Clone)]
#[non_exhaustive]
pub struct ConsentRequest {
    /// The client that asks.
    pub client: RegisteredClient,
    /// Who is asked.
    pub subject: String,
    /// What it asks for now and does not have yet.
    pub scopes: ScopeSet,
    /// What this user let it have before.
    pub granted: ScopeSet,
    /// Where the form of the page goes, by POST.
    pub action: String,
    /// What the form must send along as `ticket`. It is good for the session that is signed in now and for no other, so
    /// nobody else can send the form in the user's name.
    pub ticket: String,
}

impl fmt::Debug for ConsentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentRequest")
            .field("client_id", &self.client.client_id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// What the browser gets. `Debug` shows neither the address, which may hold a ticket, nor the page.
#[derive(Clone)]
#[non_exhaustive]
pub enum Step {
    /// It is sent to this address, by 303.
    Redirect(String),
    /// It gets this page; the issuer forbids that it is framed.
    Page(Page),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect",
            Self::Page(_) => "Page",
        })
    }
}

/// The pages of whoever runs the issuer.
pub trait Interaction: Send + Sync {
    /// Lets a user sign in; afterwards the browser goes to [`LoginRequest::return_to`].
    ///
    /// # Errors
    /// [`Unavailable`] when that is not possible now.
    fn login(&self, request: LoginRequest) -> BoxFuture<'_, Result<Step, Unavailable>>;

    /// Asks a user for consent. The page holds a form that goes to [`ConsentRequest::action`] by POST with the fields
    /// `ticket` and `decision`: `allow_all`, `deny`, or, where the user may choose, `allow` with one `scope` for each scope
    /// that they let the client have. A page behind a [`Step::Redirect`] must be at the same origin or
    /// keep the ticket from everybody but the user. The answer to the form sends the browser on to the client: a
    /// Content-Security-Policy with `form-action` on the page would stop it there.
    ///
    /// # Errors
    /// [`Unavailable`] when that is not possible now.
    fn consent(&self, request: ConsentRequest) -> BoxFuture<'_, Result<Step, Unavailable>>;
}
