//! Who is signed in at the mock issuer: a cookie with a random word, kept in memory.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::{HeaderMap, header::COOKIE};
use oauth2_issuer::{
    BoxFuture, Unavailable,
    clock::Clock,
    server::provider::{Accounts, ScopeSet, Session, random_secret},
};
use serde_json::{Map, Value};

use super::{MockClock, people::Person};

/// The name of the cookie.
pub(crate) const COOKIE_NAME: &str = "mock_issuer_session";

/// The sessions of one issuer.
pub(crate) struct Sessions {
    clock: MockClock,
    /// The path of the issuer, without a slash at its end.
    base: String,
    secure: bool,
    open: Mutex<HashMap<String, Session>>,
    /// Who is signed in in a browser without a session.
    everybody: Option<Session>,
}

impl Sessions {
    /// No session yet; with `user`, whoever comes is signed in as that user.
    pub(crate) fn new(clock: MockClock, base: &str, secure: bool, user: Option<&str>) -> Self {
        let everybody = user.map(|user| Session::new("signed in from the start", user, clock.now()));
        Self { clock, base: base.to_owned(), secure, open: Mutex::default(), everybody }
    }

    /// Signs in, and gives the value of `Set-Cookie`. The name of the session is new each time.
    ///
    /// # Errors
    /// [`Unavailable`] when there are no random bytes.
    pub(crate) fn sign_in(&self, subject: &str) -> Result<String, Unavailable> {
        let id = random_secret()?;
        let session = Session::new(id.clone(), subject, self.clock.now());
        self.open().insert(id.clone(), session);
        Ok(self.cookie(&id, ""))
    }

    /// Ends the session of this browser.
    pub(crate) fn sign_out(&self, headers: &HeaderMap) -> String {
        if let Some(session) = self.of(headers) {
            self.open().remove(&session.id);
        }
        self.cookie("", "; Max-Age=0")
    }

    fn cookie(&self, value: &str, more: &str) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{COOKIE_NAME}={value}; Path={}/; HttpOnly; SameSite=Lax{secure}{more}", self.base)
    }

    /// The session of this browser.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<Session> {
        let open = self.open();
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let named = cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
            .find_map(|id| open.get(id).cloned());
        named.or_else(|| self.everybody.clone())
    }

    /// Who is signed in without a login.
    pub(crate) fn everybody(&self) -> Option<&str> {
        self.everybody.as_ref().map(|session| session.subject.as_str())
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<String, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts for Sessions {
    fn session<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<Session>, Unavailable>> {
        Box::pin(async move { Ok(self.of(headers)) })
    }

    fn claims<'a>(
        &'a self,
        subject: &'a str,
        _: &'a ScopeSet,
    ) -> BoxFuture<'a, Result<Option<Map<String, Value>>, Unavailable>> {
        Box::pin(async move { Ok(Person::named(subject).map(Person::claims)) })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn browser(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, cookie.split(';').next().unwrap().parse().unwrap())])
    }

    #[test]
    fn a_session_is_known_by_its_cookie_until_it_ends() {
        let sessions = Sessions::new(MockClock::default(), "/a", true, None);
        let cookie = sessions.sign_in("ada").unwrap();
        assert!(cookie.ends_with("; Path=/a/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
        assert_eq!(sessions.of(&browser(&cookie)).unwrap().subject, "ada");
        assert!(sessions.of(&browser("mock_issuer_session=guess")).is_none());
        sessions.sign_out(&browser(&cookie));
        assert!(sessions.of(&browser(&cookie)).is_none());
    }

    #[test]
    fn whoever_comes_is_the_user_of_the_command_line() {
        let sessions = Sessions::new(MockClock::default(), "", false, Some("ben"));
        assert_eq!(sessions.of(&HeaderMap::new()).unwrap().subject, "ben");
    }
}
