//! Cookies as a browser keeps them, with the policies that decide whether a launch from another site still finds them.

use cookie::{Cookie, SameSite};
use http::{Method, header};
use url::{Host, Url};

use super::Step;
use crate::transport::Response;

/// Which cookies the browser sends along when another site starts the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookiePolicy {
    /// All of them: `SameSite` is not enforced.
    Lenient,
    /// `SameSite` is enforced, and a cookie that names none counts as `Lax`.
    LaxByDefault,
    /// Other sites' cookies are blocked, but for partitioned ones.
    ThirdPartyBlocked,
}

#[derive(Debug, Clone)]
struct Kept {
    name: String,
    value: String,
    host: String,
    host_only: bool,
    path: String,
    secure: bool,
    same_site: Option<SameSite>,
    partitioned: bool,
}

/// The cookies of one browser.
#[derive(Debug, Clone)]
pub struct CookieJar {
    policy: CookiePolicy,
    kept: Vec<Kept>,
}

impl CookieJar {
    /// An empty jar.
    pub const fn new(policy: CookiePolicy) -> Self {
        Self { policy, kept: Vec::new() }
    }

    /// The same cookies under another policy.
    #[must_use]
    pub fn under(mut self, policy: CookiePolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The names of all cookies.
    pub fn names(&self) -> Vec<&str> {
        self.kept.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    /// This jar without what came since an earlier state of it: what was set is gone, what was changed has its old value,
    /// what was deleted stays deleted.
    #[must_use]
    pub fn restored(&self, before: &Self) -> Self {
        let still_there = |old: &Kept| self.kept.iter().any(|now| now.name == old.name && now.path == old.path);
        Self { policy: self.policy, kept: before.kept.iter().filter(|old| still_there(old)).cloned().collect() }
    }

    /// Keeps what an answer sets, and drops what it deletes.
    pub fn keep(&mut self, url: &Url, response: &Response) {
        for line in response.headers().get_all(header::SET_COOKIE) {
            let Ok(text) = line.to_str() else { continue };
            let Ok(cookie) = Cookie::parse(text.to_owned()) else { continue };
            self.store(url, &cookie);
        }
    }

    fn store(&mut self, url: &Url, cookie: &Cookie<'_>) {
        let own_host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let domain = cookie.domain().map(|domain| domain.trim_start_matches('.').to_ascii_lowercase());
        let (host, host_only) = match domain {
            Some(domain) if !domain.is_empty() && covers(&domain, &own_host) => (domain, false),
            // Somebody else's domain: RFC 6265, 5.3 step 6 ignores the cookie.
            Some(domain) if !domain.is_empty() => return,
            _ => (own_host, true),
        };
        if cookie.secure() == Some(true) && !counts_as_secure(url) {
            return;
        }
        let path = match cookie.path() {
            Some(path) if path.starts_with('/') => path.to_owned(),
            _ => default_path(url),
        };
        self.kept.retain(|kept| !(kept.name == cookie.name() && kept.host == host && kept.path == path));
        if is_deletion(cookie) {
            return;
        }
        self.kept.push(Kept {
            name: cookie.name().to_owned(),
            value: cookie.value().to_owned(),
            host,
            host_only,
            path,
            secure: cookie.secure() == Some(true),
            same_site: cookie.same_site(),
            partitioned: cookie.partitioned() == Some(true),
        });
    }

    /// The `Cookie` header for a step, if any cookie belongs there.
    pub fn header(&self, step: &Step) -> Option<String> {
        let cookies: Vec<String> = self
            .kept
            .iter()
            .filter(|kept| kept.belongs_to(&step.url) && self.allows(kept, step))
            .map(|kept| format!("{}={}", kept.name, kept.value))
            .collect();
        (!cookies.is_empty()).then(|| cookies.join("; "))
    }

    fn allows(&self, kept: &Kept, step: &Step) -> bool {
        match self.policy {
            CookiePolicy::Lenient => true,
            CookiePolicy::LaxByDefault if !step.cross_site => true,
            CookiePolicy::LaxByDefault => match kept.same_site {
                Some(SameSite::None) => kept.secure,
                Some(SameSite::Strict) => false,
                Some(SameSite::Lax) | None => step.method == Method::GET,
            },
            CookiePolicy::ThirdPartyBlocked => kept.partitioned,
        }
    }
}

impl Kept {
    fn belongs_to(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let host_fits = if self.host_only { host == self.host } else { covers(&self.host, &host) };
        let path = url.path();
        let path_fits = path == self.path
            || (path.starts_with(&self.path)
                && (self.path.ends_with('/') || path.as_bytes().get(self.path.len()) == Some(&b'/')));
        host_fits && path_fits && (!self.secure || counts_as_secure(url))
    }
}

/// Whether a cookie of this domain belongs to this host.
fn covers(domain: &str, host: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
}

/// Browsers treat loopback as a secure place.
fn counts_as_secure(url: &Url) -> bool {
    url.scheme() == "https" || is_loopback(url)
}

/// Whether an address is this machine's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// RFC 6265, 5.1.4.
fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        Some(end) if end > 0 => url.path()[..end].to_owned(),
        _ => "/".to_owned(),
    }
}

/// The suite's runs are short, so only a cookie that is deleted on purpose counts as expired: by `Max-Age` of zero or
/// less, or by an `Expires` in a past decade.
/// Whether a cookie is set only to be deleted. The browser has no clock, so a date in the past is known by its age; Tornado
/// deletes with a date one year ago and an empty value between quotes.
pub(super) fn is_deletion(cookie: &Cookie<'_>) -> bool {
    if let Some(age) = cookie.max_age() {
        return age.whole_seconds() <= 0;
    }
    cookie.expires_datetime().is_some_and(|at| at.year() < 2020 || cookie.value().trim_matches('"').is_empty())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(set: &[&str]) -> Response {
        let mut response = http::Response::new(Bytes::new());
        for line in set {
            response.headers_mut().append(header::SET_COOKIE, line.parse().unwrap());
        }
        response
    }

    fn cross_post(url: &str) -> Step {
        Step::post(url.parse().unwrap(), Vec::new())
    }

    #[test]
    fn a_cookie_without_same_site_is_lost_in_a_cross_site_post() {
        let url: Url = "http://127.0.0.1:9102/login".parse().unwrap();
        let mut jar = CookieJar::new(CookiePolicy::LaxByDefault);
        jar.keep(
            &url,
            &answer(&["plain=1; Path=/", "none=2; Path=/; SameSite=None; Secure", "lax=3; Path=/; SameSite=Lax"]),
        );
        assert_eq!(jar.header(&cross_post("http://127.0.0.1:9102/launch")).as_deref(), Some("none=2"));
        let redirected = Step::get("http://127.0.0.1:9102/course".parse().unwrap(), &[]);
        assert_eq!(jar.header(&redirected).as_deref(), Some("plain=1; none=2; lax=3"));
    }

    #[test]
    fn deleted_and_foreign_cookies_are_not_sent() {
        let url: Url = "https://tool.test/login".parse().unwrap();
        let mut jar = CookieJar::new(CookiePolicy::Lenient);
        jar.keep(&url, &answer(&["a=1; Path=/", "b=2; Domain=other.test; Path=/", "c=3; Path=/launch"]));
        jar.keep(&url, &answer(&["a=; Path=/; Max-Age=0"]));
        assert_eq!(jar.header(&cross_post("https://tool.test/launch/now")).as_deref(), Some("c=3"));
        assert_eq!(jar.header(&cross_post("https://tool.test/launcher")), None);
    }

    #[test]
    fn a_cookie_deleted_by_a_date_one_year_ago_is_gone() {
        let url: Url = "http://127.0.0.1:8000/hub/lti13/oauth_callback".parse().unwrap();
        let mut jar = CookieJar::new(CookiePolicy::Lenient);
        jar.keep(&url, &answer(&["state=abc; Path=/"]));
        jar.keep(&url, &answer(&["state=\"\"; expires=Sat, 22 Nov 2025 00:45:00 GMT; Path=/"]));
        assert!(jar.is_empty());
    }

    #[test]
    fn restoring_undoes_what_was_set_and_changed_but_not_what_was_deleted() {
        let url: Url = "https://tool.test/".parse().unwrap();
        let mut before = CookieJar::new(CookiePolicy::Lenient);
        before.keep(&url, &answer(&["state=1; Path=/", "session=old; Path=/"]));
        let mut after = before.clone();
        after.keep(&url, &answer(&["state=; Path=/; Max-Age=0", "session=new; Path=/", "extra=1; Path=/"]));
        let restored = after.restored(&before);
        assert_eq!(restored.header(&cross_post("https://tool.test/launch")).as_deref(), Some("session=old"));
    }

    #[test]
    fn secure_cookies_stay_away_from_plain_http() {
        let mut jar = CookieJar::new(CookiePolicy::Lenient);
        jar.keep(&"http://tool.test/".parse().unwrap(), &answer(&["a=1; Secure"]));
        assert!(jar.is_empty());
    }
}
