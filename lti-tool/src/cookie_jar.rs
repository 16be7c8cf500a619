//! The login cookies of one browser: one for each login under way, so that several launches can run side by side.

use cookie::{Cookie, SameSite};
use http::HeaderMap;
use http::header::COOKIE;
use lti_core::Timestamp;
use lti_core::id::State;

use crate::seal::{CookieKey, LoginTicket};

/// How many logins one browser may have under way; the oldest give way. Browsers and proxies limit the header.
const MAX_LOGINS: usize = 8;
/// How long a cookie's value may be: browsers drop cookies over 4096 bytes, name and attributes included.
pub(crate) const MAX_VALUE: usize = 3_800;
/// How many characters of the state name its cookie.
const NAME_TAIL: usize = 12;

/// Names, seals and opens login cookies.
#[derive(Debug, Clone)]
pub(crate) struct CookieJar {
    key: CookieKey,
    prefix: &'static str,
}

/// A cookie for the browser: the value of one Set-Cookie field.
pub(crate) type SetCookie = String;

impl CookieJar {
    /// Over https the names start with `__Host-`, so that no other host of the same domain can plant a login
    /// (RFC 6265bis, section 4.1.3.2). Browsers accept that prefix over https only.
    pub(crate) fn new(key: CookieKey, https: bool) -> Self {
        Self { key, prefix: if https { "__Host-lti_login_" } else { "lti_login_" } }
    }

    pub(crate) const fn key(&self) -> &CookieKey {
        &self.key
    }

    /// The cookie for a new login, and the removal of those that gave way to it.
    pub(crate) fn begin(&self, ticket: &LoginTicket, cookies: &HeaderMap, now: Timestamp) -> Vec<SetCookie> {
        let opened = |(name, value): (String, String)| (name, LoginTicket::open(&self.key, &value));
        let mut held: Vec<(String, Option<LoginTicket>)> = self.held(cookies).map(opened).collect();
        // The newest first; what cannot be opened is from another key, or forged, and goes first.
        held.sort_by_key(|(_, ticket)| std::cmp::Reverse(ticket.as_ref().map(|ticket| ticket.expires_at)));
        let kept = |index: usize, ticket: &Option<LoginTicket>| {
            index + 1 < MAX_LOGINS && ticket.as_ref().is_some_and(|ticket| ticket.expires_at >= now)
        };
        let old = held.iter().enumerate().filter(|(index, (_, ticket))| !kept(*index, ticket));
        let mut set: Vec<_> = old.map(|(_, (name, _))| removal(name)).collect();
        let seconds = ticket.expires_at.seconds_after(now).max(0);
        set.push(attributes(self.name(&ticket.state), ticket.seal(&self.key), seconds));
        set
    }

    /// The login that this state belongs to, if this browser began it.
    pub(crate) fn find(&self, state: &State, cookies: &HeaderMap) -> Option<LoginTicket> {
        let name = self.name(state);
        // A browser may send two cookies of one name, from two partitions or planted by a neighbour. The name is a part
        // of the state; the sealed content holds all of it.
        let named = self.held(cookies).filter(|(other, _)| *other == name);
        named.filter_map(|(_, value)| LoginTicket::open(&self.key, &value)).find(|ticket| ticket.state == *state)
    }

    /// Removes the cookie of a login that is over.
    pub(crate) fn end(&self, state: &State) -> SetCookie {
        removal(&self.name(state))
    }

    /// A cookie for something else than a login: what is kept for this purpose under this unguessable id.
    pub(crate) fn keep(&self, purpose: &str, id: &str, sealed: String, seconds: i64) -> SetCookie {
        attributes(self.further(purpose, id), sealed, seconds)
    }

    /// What the browser brings of it, whoever wrote it.
    pub(crate) fn kept(&self, purpose: &str, id: &str, cookies: &HeaderMap) -> Vec<String> {
        let name = self.further(purpose, id);
        let fields = cookies.get_all(COOKIE).into_iter().filter_map(|field| field.to_str().ok());
        let pairs = fields.flat_map(Cookie::split_parse).filter_map(Result::ok);
        pairs.filter(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned()).collect()
    }

    /// Removes it.
    pub(crate) fn forget(&self, purpose: &str, id: &str) -> SetCookie {
        removal(&self.further(purpose, id))
    }

    fn further(&self, purpose: &str, id: &str) -> String {
        let host = self.prefix.strip_suffix("login_").unwrap_or(self.prefix);
        // an id of this tool is hexadecimal; of anything else no cookie is found
        format!("{host}{purpose}_{}", id.get(..NAME_TAIL).unwrap_or_default())
    }

    fn name(&self, state: &State) -> String {
        let state = state.as_str();
        // A state of this tool is plain ASCII; anything else was refused before.
        format!("{}{}", self.prefix, state.get(..NAME_TAIL).unwrap_or_default())
    }

    /// Names and values of the login cookies, whoever wrote them.
    fn held<'a>(&'a self, cookies: &'a HeaderMap) -> impl Iterator<Item = (String, String)> + 'a {
        let fields = cookies.get_all(COOKIE).into_iter().filter_map(|field| field.to_str().ok());
        let pairs = fields.flat_map(Cookie::split_parse).filter_map(Result::ok);
        pairs
            .filter(|cookie| cookie.name().starts_with(self.prefix))
            .map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
    }
}

/// `SameSite=None; Secure` so that the cookie comes back with the platform's cross-site form; `Partitioned` so that it
/// does so inside the platform's frame where third-party cookies are blocked. Browsers count loopback as secure.
fn attributes(name: String, value: String, seconds: i64) -> SetCookie {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(true)
        .same_site(SameSite::None)
        .partitioned(true)
        .max_age(cookie::time::Duration::seconds(seconds))
        .build()
        .to_string()
}

fn removal(name: &str) -> SetCookie {
    attributes(name.to_owned(), String::new(), 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::id::{ClientId, Issuer, Nonce};

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

    fn jar() -> CookieJar {
        CookieJar::new(CookieKey::new([1; 32]), true)
    }

    fn ticket(state: &str, seconds: i64) -> LoginTicket {
        LoginTicket {
            state: State::new(state),
            nonce: Nonce::new("n"),
            issuer: Issuer::new("https://lms.example"),
            client_id: ClientId::new("tool"),
            expires_at: Timestamp::from_secs(NOW.as_secs() + seconds),
            target_link_uri: "https://tool.example/".to_owned(),
            deployment_id: None,
        }
    }

    /// What a browser sends after it got these cookies.
    fn browser(set: &[SetCookie]) -> HeaderMap {
        let pairs: Vec<_> = set.iter().map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect();
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "theme=dark; lti_login_x=1; broken".parse().unwrap());
        headers.append(COOKIE, pairs.join("; ").parse().unwrap());
        headers
    }

    #[test]
    fn the_attributes_let_the_cookie_live_in_a_frame() {
        let set = jar().begin(&ticket("state-of-75-characters", 600), &HeaderMap::new(), NOW);
        let (name, rest) = set[0].split_once('=').unwrap();
        assert_eq!(name, "__Host-lti_login_state-of-75-");
        let attributes = rest.split_once("; ").unwrap().1;
        assert_eq!(attributes, "HttpOnly; SameSite=None; Partitioned; Secure; Path=/; Max-Age=600");
    }

    #[test]
    fn logins_run_side_by_side_and_the_oldest_give_way() {
        let jar = jar();
        let state = |n: usize| State::new(format!("{n:012}-rest"));
        let mut set: Vec<SetCookie> = Vec::new();
        for n in 0..MAX_LOGINS {
            let age = i64::try_from(n).unwrap();
            let more = jar.begin(&ticket(state(n).as_str(), 600 + age), &browser(&set), NOW);
            assert_eq!(more.len(), 1, "there is room for {MAX_LOGINS}");
            set.extend(more);
        }
        for n in 0..MAX_LOGINS {
            assert_eq!(jar.find(&state(n), &browser(&set)).unwrap().state, state(n));
        }
        let more = jar.begin(&ticket(state(99).as_str(), 900), &browser(&set), NOW);
        assert_eq!(more.len(), 2);
        assert_eq!(more[0], jar.end(&state(0)), "the oldest goes");
    }

    #[test]
    fn of_two_cookies_with_one_name_the_right_one_counts() {
        let jar = jar();
        let name = "abcdefghijkl";
        let mut headers = HeaderMap::new();
        for end in ["other", "mine", "third"] {
            let set = jar.begin(&ticket(&format!("{name}-{end}"), 600), &HeaderMap::new(), NOW);
            headers.append(COOKIE, set[0].split(';').next().unwrap().parse().unwrap());
        }
        let mine = State::new(format!("{name}-mine"));
        assert_eq!(jar.find(&mine, &headers).unwrap().state, mine);
        assert_eq!(jar.find(&State::new(format!("{name}-none")), &headers), None);
    }

    #[test]
    fn expired_and_unreadable_cookies_are_removed() {
        let jar = jar();
        let stale = jar.begin(&ticket("aaaaaaaaaaaa", -1), &HeaderMap::new(), NOW);
        let mut headers = browser(&stale);
        headers.append(COOKIE, "__Host-lti_login_forged=x.y".parse().unwrap());
        let set = jar.begin(&ticket("bbbbbbbbbbbb", 600), &headers, NOW);
        let removed: Vec<_> = set.iter().filter(|cookie| cookie.contains("Max-Age=0")).collect();
        assert_eq!(removed.len(), 2, "{set:?}");
        assert!(jar.end(&State::new("bbbbbbbbbbbb")).starts_with("__Host-lti_login_bbbbbbbbbbbb=; "));
    }
}
