//! A launch as Moodle's, and, where it is refused, the same launch signed for other addresses: the one that is let in is what
//! the hub believes to be its own.

use http::header;
use url::Url;

use super::{Site, Trouble, api::USER, settings::LAUNCH_PATH};
use crate::{
    oauth1::{Pairs, Signing},
    registration_doctor::{Line, Weight},
    transport::Response,
    user_agent::framing,
};

/// How far clocks may differ: the authenticator takes launches of the last 30 seconds.
const WINDOW: i64 = 30;
/// What the hub names its cookie.
const LOGIN_COOKIE: &str = "jupyterhub-hub-login";
/// How many pages are followed behind a launch.
const PAGES: usize = 5;

/// The hub's own view of its address, then a launch, then what a browser would do with the answer.
pub(super) async fn examine(site: &Site<'_>, lines: &mut Vec<Line>) {
    let own = described(site, lines).await;
    let url = site.config.tool.launch_url.to_string();
    let mut attempts = Attempts { site, count: 0 };
    let answer = match attempts.launch(&url, None).await {
        Ok(answer) => answer,
        Err(Trouble(weight, error)) => {
            lines.push(Line::new(weight, format!("launch: {error}")));
            return;
        }
    };
    clocks(site, &answer, lines);
    if is_let_in(&answer) {
        lines.push(Line::new(Weight::Fine, format!("launch: signed for {url} and let in, as {USER}")));
        cookies(site, &answer, lines);
        frames(site, answer, lines).await;
        return;
    }
    let status = answer.status().as_u16();
    if let Some(reason) = reason(status) {
        return lines.push(Line::new(Weight::Problem, format!("launch: refused with {status}: {reason}")));
    }
    let explained = attempts.explain(own.as_deref()).await;
    let text = explained.unwrap_or_else(|| {
        "no other address and no other secret that is known here matches either: key or secret differ from the hub's, or its \
         clock does"
            .to_owned()
    });
    lines.push(Line::new(Weight::Problem, format!("launch: signed for {url} and refused with {status}: {text}")));
}

/// What the hub says its launch URL is (`/hub/lti11/config`), compared with Moodle's.
async fn described(site: &Site<'_>, lines: &mut Vec<Line>) -> Option<String> {
    let address = site.address("/hub/lti11/config");
    let response = match site.send(http::Request::get(address.as_str()), String::new()).await {
        Ok(response) => response,
        Err(Trouble(weight, error)) => {
            lines.push(Line::new(weight, format!("hub: {address}: {error}")));
            return None;
        }
    };
    let text = String::from_utf8_lossy(response.body()).into_owned();
    let url = text.split_once("launch_url>").and_then(|(_, rest)| rest.split_once('<')).map(|(url, _)| url.trim());
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        let text = format!(
            "hub: {address} is answered with {} and no launch URL: the LTI 1.1 authenticator is not switched on \
             (JupyterHub.authenticator_class), or a proxy answers",
            response.status()
        );
        lines.push(Line::new(Weight::Problem, text));
        return None;
    };
    let moodle = site.config.tool.launch_url.as_str();
    lines.push(unlike(moodle, url).map_or_else(
        || Line::new(Weight::Fine, format!("address: the hub believes to be at {url}, as Moodle does")),
        |how| {
            let text = format!("address: Moodle signs {moodle}, the hub believes to be at {url}: {how}");
            Line::new(Weight::Problem, text)
        },
    ));
    Some(url.to_owned())
}

/// What two addresses differ by, and what to do about it.
fn unlike(moodle: &str, hub: &str) -> Option<String> {
    let (Ok(moodle), Ok(hub)) = (Url::parse(moodle), Url::parse(hub)) else {
        return Some("one of them is no address".to_owned());
    };
    let (host, port) = (moodle.host_str(), moodle.port_or_known_default());
    if moodle.scheme() != hub.scheme() {
        return Some(format!(
            "the scheme differs. The proxy must send X-Forwarded-Proto: {scheme} (or Forwarded: proto={scheme}), or set \
             LTI11Authenticator.uri_scheme = \"{scheme}\"",
            scheme = moodle.scheme()
        ));
    }
    if host != hub.host_str() {
        return Some(
            "the host differs. The proxy must pass Host as the browser sent it (nginx: proxy_set_header Host $http_host;): \
             X-Forwarded-Host is not read"
                .to_owned(),
        );
    }
    if port != hub.port_or_known_default() {
        return Some(
            "the port differs. The proxy must pass Host with its port (nginx: $http_host and not $host), and Moodle's tool URL \
             must name the port that students use unless it is 443"
                .to_owned(),
        );
    }
    (moodle.path() != hub.path())
        .then(|| "the path differs: the hub has a base_url of its own, or the proxy strips one".to_owned())
}

/// Launches by one clock: time stamps never go back, each nonce is used once.
struct Attempts<'a> {
    site: &'a Site<'a>,
    count: u32,
}

impl Attempts<'_> {
    /// Posts a launch to Moodle's tool URL that is signed for `signed`.
    async fn launch(&mut self, signed: &str, secret: Option<&str>) -> Result<Response, Trouble> {
        self.count += 1;
        let config = self.site.config;
        let url = config.tool.launch_url.as_str();
        let consumer = config.consumers.first();
        let key = consumer.map(|consumer| consumer.key.as_str()).unwrap_or_default();
        let secret = secret.or(consumer.map(|consumer| consumer.secret.reveal())).unwrap_or_default();
        let now = self.site.clock.now();
        let nonce = format!("doctor-{now}-{}-{}", std::process::id(), self.count);
        let timestamp = now.to_string();
        let mut pairs = Pairs::default();
        for (name, value) in [
            ("oauth_version", "1.0"),
            ("oauth_nonce", nonce.as_str()),
            ("oauth_timestamp", timestamp.as_str()),
            ("oauth_consumer_key", key),
            ("oauth_callback", "about:blank"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("lti_message_type", "basic-lti-launch-request"),
            ("lti_version", "LTI-1p0"),
            ("resource_link_id", "doctor"),
            ("context_id", "doctor"),
            ("user_id", "1"),
            ("roles", "Learner"),
            ("ext_user_username", USER),
        ] {
            pairs.add(name, value);
        }
        Signing::post(signed, secret).sign(&mut pairs);
        let request = http::Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.site.send(request, pairs.form()).await
    }

    /// Tries what usually goes wrong, one thing after the other.
    async fn explain(&mut self, own: Option<&str>) -> Option<String> {
        let moodle = self.site.config.tool.launch_url.to_string();
        for candidate in candidates(&moodle, own) {
            let answer = self.launch(&candidate, None).await.ok()?;
            if is_let_in(&answer) {
                let how = unlike(&moodle, &candidate).unwrap_or_default();
                return Some(format!("the hub lets in what is signed for {candidate}: {how}"));
            }
        }
        let consumer = self.site.config.consumers.first()?.secret.reveal().to_owned();
        let hub =
            self.site.config.hub.as_ref().and_then(|hub| hub.secret.as_ref()).map(|secret| secret.reveal().to_owned());
        let variants = [
            (Some(consumer.trim().to_owned()), "the secret without the blanks at its ends"),
            (Some(format!("{consumer} ")), "the secret with a blank behind it: the hub's copy has one"),
            (Some(format!("{consumer}\n")), "the secret with a line break behind it: the hub's copy has one"),
            (hub, "the secret under [hub]: Moodle has another one"),
        ];
        for (secret, words) in variants {
            let Some(secret) = secret.filter(|secret| *secret != consumer) else { continue };
            let answer = self.launch(&moodle, Some(&secret)).await.ok()?;
            if is_let_in(&answer) {
                return Some(format!("the hub lets in what is signed with {words}"));
            }
        }
        None
    }
}

/// Other addresses that a proxy may make of Moodle's, the hub's own first.
fn candidates(moodle: &str, own: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = own.map(str::to_owned).into_iter().collect();
    if let Ok(url) = Url::parse(moodle) {
        let other = if url.scheme() == "https" { "http" } else { "https" };
        let authority = url.host_str().unwrap_or_default();
        let tail = url.as_str().split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
        let tail = tail.unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        for scheme in [url.scheme(), other] {
            for port in [port.as_str(), "", ":443", ":80", ":8000"] {
                found.push(format!("{scheme}://{authority}{port}{tail}"));
            }
        }
        // What a hub behind a proxy sees that strips a path or keeps one more.
        if url.path() != LAUNCH_PATH && url.path().ends_with(LAUNCH_PATH) {
            found.push(format!("{}://{authority}{port}{LAUNCH_PATH}", url.scheme()));
        }
    }
    let mut seen = vec![crate::oauth1::base_uri(moodle)];
    found.retain(|candidate| {
        let base = crate::oauth1::base_uri(candidate);
        let is_new = !seen.contains(&base);
        seen.push(base);
        is_new
    });
    found
}

fn cookies_of(answer: &Response) -> Vec<String> {
    let all = answer.headers().get_all(header::SET_COOKIE);
    all.iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
}

/// The hub answers a launch that it takes with its login cookie and a way on.
fn is_let_in(answer: &Response) -> bool {
    answer.status().is_redirection() && cookies_of(answer).iter().any(|cookie| cookie.starts_with(LOGIN_COOKIE))
}

/// What a status means that is no refused signature.
const fn reason(status: u16) -> Option<&'static str> {
    match status {
        403 => Some(
            "the signature is right and the user is not let in: set Authenticator.allow_all = True (JupyterHub 5 and later), \
             or look at allowed_users and blocked_users",
        ),
        404 => Some("there is no such page: the LTI 1.1 authenticator is not switched on, or the path is another one"),
        405 => Some("the page takes no POST: this is not the launch URL"),
        413 => Some("a proxy takes no form of this size"),
        500.. => {
            Some("the hub or a proxy failed: see its log; with enable_auth_state a JUPYTERHUB_CRYPT_KEY is needed")
        }
        _ => None,
    }
}

/// Compares clocks by the answer's `Date`.
fn clocks(site: &Site<'_>, answer: &Response, lines: &mut Vec<Line>) {
    let date = answer.headers().get(header::DATE).and_then(|value| value.to_str().ok());
    let there = date.and_then(|text| jiff::fmt::rfc2822::parse(text).ok()).map(|there| there.timestamp().as_second());
    let Some(there) = there else { return };
    let apart = there - site.clock.now();
    if apart.abs() > WINDOW {
        let text = format!(
            "clocks: the hub's differs from this machine's by {apart} s, and launches are taken within {WINDOW} s: run a time \
             service on both machines"
        );
        lines.push(Line::new(Weight::Problem, text));
    } else {
        lines.push(Line::new(Weight::Fine, format!("clocks: {} s apart", apart.abs())));
    }
}

/// Whether Moodle shows the tool in a frame.
fn is_framed(site: &Site<'_>) -> bool {
    site.config
        .moodle
        .as_ref()
        .and_then(|moodle| moodle.launch_container)
        .is_some_and(super::setup::LaunchContainer::is_frame)
}

/// In a window of its own a hub needs neither; in a frame it needs both.
fn weight(site: &Site<'_>, embedded: &'static str) -> (Weight, &'static str) {
    if is_framed(site) {
        (Weight::Problem, embedded)
    } else {
        (Weight::Note, "in a window of its own the hub works all the same, embedded it would not")
    }
}

fn cookies(site: &Site<'_>, answer: &Response, lines: &mut Vec<Line>) {
    let missing: Vec<String> = cookies_of(answer)
        .iter()
        .filter(|cookie| !cookie.is_empty())
        .filter_map(|cookie| {
            let mut parts = cookie.split(';').map(str::trim);
            let name = parts.next()?.split('=').next()?.to_owned();
            let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
            let has = |attribute: &str| attributes.iter().any(|known| known == attribute);
            (!has("samesite=none") || !has("secure")).then_some(name)
        })
        .collect();
    if missing.is_empty() {
        lines.push(Line::new(Weight::Fine, "cookies: SameSite=None; Secure"));
    } else {
        let (weight, words) = weight(site, "Moodle embeds the tool, so nobody stays signed in");
        let text = format!(
            "cookies: {} without SameSite=None; Secure: {words} (c.JupyterHub.tornado_settings = {{\"cookie_options\": \
             {{\"SameSite\": \"None\", \"Secure\": True}}}}; needs https)",
            missing.join(", ")
        );
        lines.push(Line::new(weight, text));
    }
}

/// Follows the launch to its page and looks for the first answer that forbids framing.
async fn frames(site: &Site<'_>, first: Response, lines: &mut Vec<Line>) {
    let mut url = site.config.tool.launch_url.clone();
    let mut jar: Vec<String> = Vec::new();
    let mut answer = first;
    for _ in 0..PAGES {
        jar.extend(cookies_of(&answer).iter().filter_map(|cookie| cookie.split(';').next()).map(str::to_owned));
        if !answer.status().is_redirection() {
            break;
        }
        let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let Some(next) = location.and_then(|location| url.join(location).ok()) else { break };
        // Its pages alone are asked: somebody else's is not the hub's to mend.
        if next.origin() != url.origin() || next.path().starts_with("/hub/spawn") {
            break;
        }
        url = next;
        let request = http::Request::get(url.as_str()).header(header::COOKIE, jar.join("; "));
        match site.send(request, String::new()).await {
            Ok(next) => answer = next,
            Err(Trouble(weight, error)) => {
                return lines.push(Line::new(weight, format!("page behind the launch: {error}")));
            }
        }
    }
    match framing(&answer) {
        None => lines.push(Line::new(Weight::Fine, format!("frames: {} may stand in a frame", url.path()))),
        Some(rule) => {
            let (weight, words) = weight(site, "Moodle embeds the tool, and its frame stays blank");
            let moodle = site.config.moodle.as_ref().and_then(|moodle| moodle.url.as_ref());
            let origin = moodle.map_or_else(|| "https://MOODLE".to_owned(), |url| url.origin().ascii_serialization());
            let text = format!(
                "frames: {} forbids them ({rule}): {words} (c.JupyterHub.tornado_settings = {{\"headers\": \
                 {{\"Content-Security-Policy\": \"frame-ancestors 'self' {origin}\"}}}})",
                url.path()
            );
            lines.push(Line::new(weight, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_other_addresses_each_once() {
        let found = candidates("https://hub.example/hub/lti/launch", Some("http://hub.example/hub/lti/launch"));
        assert_eq!(
            found,
            [
                "http://hub.example/hub/lti/launch",
                "https://hub.example:80/hub/lti/launch",
                "https://hub.example:8000/hub/lti/launch",
                "http://hub.example:443/hub/lti/launch",
                "http://hub.example:8000/hub/lti/launch",
            ]
        );
        let with_port = candidates("https://hub.example:8443/jh/hub/lti/launch", None);
        assert_eq!(with_port[0], "https://hub.example/jh/hub/lti/launch");
        assert!(with_port.contains(&"https://hub.example:8443/hub/lti/launch".to_owned()));
    }

    #[test]
    fn each_difference_of_addresses_has_its_words() {
        for (hub, words) in [
            ("http://hub.example/hub/lti/launch", "the scheme differs"),
            ("https://localhost/hub/lti/launch", "the host differs"),
            ("https://hub.example:8443/hub/lti/launch", "the port differs"),
            ("https://hub.example/jh/hub/lti/launch", "the path differs"),
            ("hub.example", "no address"),
        ] {
            let how = unlike("https://hub.example/hub/lti/launch", hub).unwrap_or_default();
            assert!(how.contains(words), "{hub}: {how}");
        }
        assert_eq!(unlike("https://hub.example/hub/lti/launch", "https://HUB.example:443/hub/lti/launch"), None);
    }
}
