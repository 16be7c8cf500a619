//! Who is signed in: a cookie that names the user, signed by the school.
//!
//! Anybody at the screen may act as anybody, so "Launch as" signs in as that user. From then on it is an ordinary
//! session: the authorization endpoint compares it with `login_hint`, and without it there is no ID token.

use aws_lc_rs::hmac;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::id::Subject;
use oauth2_issuer::server::Sessions;
use oauth2_issuer::{BoxFuture, Unavailable};
use url::{Host, Url};

/// The name of the cookie.
pub const COOKIE_NAME: &str = "lti_school_session";

/// Signs and reads the session cookie.
#[derive(Clone)]
pub(super) struct SessionCookies {
    key: hmac::Key,
    path: String,
    /// Whether browsers keep a `Secure` cookie from this address: over https, and on loopback.
    secure: bool,
}

impl SessionCookies {
    /// Cookies for a school at this address.
    pub(super) fn new(secret: &[u8; 32], public_url: &Url) -> Self {
        let loopback = match public_url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            path: public_url.path().trim_end_matches('/').to_owned() + "/",
            secure: loopback || public_url.scheme() == "https",
        }
    }

    /// The `Set-Cookie` value that signs in as this user.
    ///
    /// The authorization endpoint is reached from the tool's pages, often inside a frame, so the cookie must travel
    /// across sites: `SameSite=None`, which browsers keep only together with `Secure`.
    pub(super) fn set_cookie(&self, user: &Subject) -> String {
        let name = URL_SAFE_NO_PAD.encode(user.as_str());
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, name.as_bytes()));
        let site = if self.secure { "SameSite=None; Secure" } else { "SameSite=Lax" };
        format!("{COOKIE_NAME}={name}.{tag}; Path={}; HttpOnly; {site}", self.path)
    }

    /// The user whom a genuine session cookie names. Of several cookies of the name the first genuine one counts.
    pub(super) fn signed_in(&self, headers: &HeaderMap) -> Option<Subject> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
            .find_map(|value| self.read(value))
    }

    /// The user whom a cookie value names, if the school signed it.
    fn read(&self, value: &str) -> Option<Subject> {
        let (name, tag) = value.split_once('.')?;
        hmac::verify(&self.key, name.as_bytes(), &URL_SAFE_NO_PAD.decode(tag).ok()?).ok()?;
        String::from_utf8(URL_SAFE_NO_PAD.decode(name).ok()?).ok().map(Subject::new)
    }
}

impl Sessions for SessionCookies {
    fn user<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<String>, Unavailable>> {
        Box::pin(async move { Ok(self.signed_in(headers).map(Subject::into_string)) })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn sessions(public_url: &str) -> SessionCookies {
        SessionCookies::new(&[1; 32], &Url::parse(public_url).unwrap())
    }

    fn sent_back(set_cookie: &str) -> HeaderMap {
        let pair = set_cookie.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, format!("other=1; {pair}").parse().unwrap())])
    }

    #[test]
    fn a_session_is_read_back_and_an_altered_one_is_not() {
        let sessions = sessions("http://127.0.0.1:9310");
        let cookie = sessions.set_cookie(&Subject::new("田中"));
        assert_eq!(sessions.signed_in(&sent_back(&cookie)), Some(Subject::new("田中")));
        let forged = cookie.replace(&URL_SAFE_NO_PAD.encode("田中"), &URL_SAFE_NO_PAD.encode("ada"));
        assert_eq!(sessions.signed_in(&sent_back(&forged)), None);
        assert_eq!(sessions.signed_in(&HeaderMap::new()), None);
    }

    #[test]
    fn cookies_cross_sites_wherever_browsers_keep_secure_ones() {
        let attributes = |url| {
            let cookie = sessions(url).set_cookie(&Subject::new("ada"));
            cookie.split_once("; ").unwrap().1.to_owned()
        };
        assert_eq!(attributes("https://school.example/lms"), "Path=/lms/; HttpOnly; SameSite=None; Secure");
        assert_eq!(attributes("http://localhost:9310"), "Path=/; HttpOnly; SameSite=None; Secure");
        assert_eq!(attributes("http://[::1]:9310"), "Path=/; HttpOnly; SameSite=None; Secure");
        assert_eq!(attributes("http://10.0.0.7:9310"), "Path=/; HttpOnly; SameSite=Lax");
    }
}
