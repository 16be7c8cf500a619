//! The double alone, driven through its pages by a small browser of the test: that it is sound without a flaw, that some
//! flaws do what their sentence says, and that each of them shows somewhere. The whole matrix is the self-test's.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, sync::Arc};

use ::http::header;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use lti_core::{
    jose::{Algorithm, KeySet},
    message::claims,
};
use serde_json::{Value, json};

use super::*;
use crate::{
    keys::Keys,
    user_agent::{Document, Onward},
};

const LMS: &str = "https://lms.test";
const NOW: i64 = 1_795_300_000;
const REDIRECT: &str = "https://suite.test/launch";
const SECOND: &str = "https://suite.test/launch/second";

fn registered(client_id: &str, base: &str) -> RegisteredTool {
    RegisteredTool {
        client_id: client_id.to_owned(),
        deployment_ids: vec!["dep-1".to_owned(), "dep-2".to_owned()],
        login_url: format!("{base}/login"),
        redirect_uris: vec![format!("{base}/launch"), format!("{base}/launch/second")],
        jwks_url: None,
        jwks: Value::Null,
        target_link_uri: format!("{base}/course"),
    }
}

fn double(flaw: Option<PlatformFlaw>) -> PlatformDouble {
    let wiring = PlatformWiring {
        base_url: LMS.to_owned(),
        tool: registered("suite-tool", "https://suite.test"),
        other: registered("other-tool", "https://other.test"),
        keys: Keys::generate().unwrap(),
        clock: Arc::new(|| NOW),
        seed: 1,
    };
    PlatformDouble::new(flaw, wiring)
}

/// A browser before a platform: it keeps cookies and reads forms.
struct Browser<'a> {
    double: &'a PlatformDouble,
    cookie: String,
}

type Pairs = Vec<(String, String)>;

fn pairs(fields: &[(&str, &str)]) -> Pairs {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with(fields: &Pairs, name: &str, value: Option<&str>) -> Pairs {
    let mut changed: Pairs = fields.iter().filter(|(known, _)| known != name).cloned().collect();
    changed.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    changed
}

fn get<'a>(fields: &'a Pairs, name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

impl<'a> Browser<'a> {
    fn new(double: &'a PlatformDouble) -> Self {
        Self { double, cookie: String::new() }
    }

    /// A browser in which somebody is signed in.
    fn of(double: &'a PlatformDouble, user: &str) -> Self {
        let mut browser = Self::new(double);
        let response = browser.post(SESSION_PATH, &pairs(&[("username", user), ("password", user)]));
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let line = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(line.ends_with("; Secure; SameSite=None"), "{line}");
        browser.cookie = line.split(';').next().unwrap().to_owned();
        browser
    }

    fn send(&self, request: ::http::request::Builder, body: String) -> Response {
        self.double.handle(&request.header(header::COOKIE, &self.cookie).body(Bytes::from(body)).unwrap())
    }

    fn open(&self, path: &str) -> Response {
        self.send(::http::Request::get(path), String::new())
    }

    fn post(&self, path: &str, fields: &Pairs) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(::http::Request::post(path), body)
    }

    /// Opens a link and reads the login that goes to the tool.
    fn launch(&self, link: &str) -> Pairs {
        onward(&self.open(&format!("{LAUNCH_PATH}{link}"))).map(|(_, fields)| fields).unwrap_or_default()
    }

    /// The authentication request that a sound tool answers a login with.
    fn request(&self, link: &str) -> Pairs {
        let login = self.launch(link);
        let mut request = pairs(&[
            ("client_id", "suite-tool"),
            ("redirect_uri", REDIRECT),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("scope", "openid"),
            ("prompt", "none"),
            ("nonce", "N+once/ 1%2"),
            ("state", "st&te=1 %41\u{e9}"),
        ]);
        for name in ["login_hint", "lti_message_hint"] {
            request.extend(get(&login, name).map(|value| (name.to_owned(), value.to_owned())));
        }
        request
    }

    fn ask(&self, request: &Pairs) -> Response {
        self.post(AUTH_PATH, request)
    }

    fn token(&self, link: &str) -> Token {
        let answer = self.ask(&self.request(link));
        Token::read(get(&onward(&answer).unwrap().1, "id_token").unwrap())
    }
}

/// Where a page sends the browser by itself: the address and the fields.
fn onward(response: &Response) -> Option<(String, Pairs)> {
    if let Some(to) = response.headers().get(header::LOCATION) {
        return Some((to.to_str().unwrap().to_owned(), Pairs::new()));
    }
    match Document::read("text/html", response.body()).onward? {
        Onward::Form { action, fields, .. } => Some((action, fields)),
        _ => None,
    }
}

struct Token {
    compact: String,
    header: Value,
    claims: Value,
}

impl Token {
    fn read(compact: &str) -> Self {
        let part =
            |at: usize| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(compact.split('.').nth(at).unwrap()).unwrap());
        Self { compact: compact.to_owned(), header: part(0).unwrap(), claims: part(1).unwrap() }
    }

    fn verifies(&self, double: &PlatformDouble) -> bool {
        let set = KeySet::parse(double.jwks().body()).unwrap();
        let (message, signature) = self.compact.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        set.candidates(self.header["kid"].as_str(), Algorithm::Rs256)
            .any(|key| key.verify(Algorithm::Rs256, message.as_bytes(), &signature).is_ok())
    }
}

fn text(response: &Response) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}

fn error_of(response: &Response) -> Option<String> {
    get(&onward(response)?.1, "error").map(str::to_owned)
}

#[test]
fn a_sound_launch_from_the_login_page_to_the_token() {
    let double = double(None);
    let browser = Browser::new(&double);
    assert!(text(&browser.open(HOME_PATH)).contains("name=\"password\""));
    let wrong = browser.post(SESSION_PATH, &pairs(&[("username", "learner"), ("password", "guess")]));
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    assert_eq!(browser.open("/launch/quiz").headers()[header::LOCATION], HOME_PATH);

    let browser = Browser::of(&double, "learner");
    assert!(text(&browser.open(HOME_PATH)).contains("<a href=\"/course/course-2\">History</a>"));
    assert!(text(&browser.open("/course/course-1")).contains("<a href=\"/launch/quiz\">Quiz</a>"));
    let (to, login) = onward(&browser.open("/launch/quiz")).unwrap();
    assert_eq!(to, "https://suite.test/login");
    let names: Vec<_> = login.iter().map(|(name, _)| name.as_str()).collect();
    let expected = ["iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id"];
    assert_eq!(names, expected);

    let request = browser.request("quiz");
    let answer = browser.ask(&request);
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let (to, fields) = onward(&answer).unwrap();
    assert_eq!((to.as_str(), get(&fields, "state")), (REDIRECT, get(&request, "state")));
    let token = Token::read(get(&fields, "id_token").unwrap());
    assert!(token.verifies(&double));
    assert_eq!(token.claims["nonce"], "N+once/ 1%2");
    assert_eq!(token.claims["aud"], "suite-tool");
    assert_eq!(token.claims["exp"], NOW + 300);
    assert_eq!(token.claims[claims::DEPLOYMENT_ID], get(&login, "lti_deployment_id").unwrap());
    assert_eq!(token.claims[claims::TARGET_LINK_URI], get(&login, "target_link_uri").unwrap());
    assert_eq!(token.claims[claims::RESOURCE_LINK]["title"], "Quiz");
}

#[test]
fn links_tell_of_the_user_what_they_may() {
    let double = double(None);
    let browser = Browser::of(&double, "learner");
    let (full, private, anonymous) =
        (browser.token("quiz").claims, browser.token("private-quiz").claims, browser.token("anonymous-quiz").claims);
    for name in ["name", "given_name", "family_name", "email"] {
        assert!(full.get(name).is_some() && private.get(name).is_none() && anonymous.get(name).is_none(), "{name}");
    }
    assert_eq!(full["sub"], private["sub"]);
    assert!(anonymous.get("sub").is_none());
    assert_eq!(anonymous[claims::ROLES].as_array().map(Vec::len), Some(2));
    assert_eq!(
        browser.token("custom-quiz").claims[claims::CUSTOM],
        json!({
            "user": full["sub"], "link_title": "Custom quiz", "unknown": "$Com.example.unknown", "middle": "",
            "plain": "text with spaces",
        })
    );
}

#[test]
fn nothing_goes_to_an_address_that_is_not_registered() {
    let double = double(None);
    let browser = Browser::of(&double, "learner");
    let request = browser.request("quiz");
    let near_misses = near_misses();
    for (_, address) in &near_misses {
        let answer = browser.ask(&with(&request, "redirect_uri", Some(address)));
        assert_eq!((answer.status(), onward(&answer)), (StatusCode::BAD_REQUEST, None), "{address}");
    }
    for client_id in [None, Some("nobody"), Some("other-tool")] {
        let answer = browser.ask(&with(&request, "client_id", client_id));
        assert_eq!((answer.status(), onward(&answer)), (StatusCode::BAD_REQUEST, None), "{client_id:?}");
    }
    let second = browser.ask(&with(&request, "redirect_uri", Some(SECOND)));
    assert_eq!(onward(&second).unwrap().0, SECOND);
}

#[test]
fn what_a_sound_platform_refuses_goes_back_with_the_state() {
    let double = double(None);
    let (browser, other) = (Browser::of(&double, "learner"), Browser::of(&double, "learner2"));
    let request = browser.request("quiz");
    let foreign = other.request("quiz");
    let rows = [
        ("response_type", Some("code"), "unsupported_response_type"),
        ("response_type", None, "invalid_request"),
        ("scope", Some("profile"), "invalid_scope"),
        ("response_mode", Some("query"), "invalid_request"),
        ("prompt", Some("login"), "invalid_request"),
        ("nonce", None, "invalid_request"),
        ("login_hint", get(&foreign, "login_hint"), "login_required"),
        ("login_hint", None, "invalid_request"),
        ("lti_message_hint", get(&foreign, "lti_message_hint"), "invalid_request"),
        ("lti_message_hint", None, "invalid_request"),
    ];
    for (name, value, code) in rows {
        let answer = browser.ask(&with(&request, name, value));
        assert_eq!(error_of(&answer).as_deref(), Some(code), "{name} {value:?}");
        assert_eq!(get(&onward(&answer).unwrap().1, "state"), get(&request, "state"), "{name} {value:?}");
    }
    assert_eq!(error_of(&Browser::new(&double).ask(&request)).as_deref(), Some("login_required"));
    let mut twice = request.clone();
    twice.extend(pairs(&[("scope", "openid")]));
    assert_eq!(error_of(&browser.ask(&twice)).as_deref(), Some("invalid_request"));
}

#[test]
fn what_a_sound_platform_may_take_it_takes() {
    let double = double(None);
    let browser = Browser::of(&double, "learner");
    let request = browser.request("quiz");
    let without_state = browser.ask(&with(&request, "state", None));
    assert_eq!(get(&onward(&without_state).unwrap().1, "state"), None);
    for (name, value) in [("prompt", None), ("ui_locales", Some("fr")), ("state", Some("again"))] {
        let (_, fields) = onward(&browser.ask(&with(&request, name, value))).unwrap();
        assert!(get(&fields, "id_token").is_some(), "{name}");
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&request).finish();
    let (_, fields) = onward(&browser.open(&format!("{AUTH_PATH}?{query}"))).unwrap();
    assert!(get(&fields, "id_token").is_some());
}

#[test]
fn a_rotation_publishes_a_new_key_beside_the_old_one() {
    for (flaw, keys, old_verifies) in
        [(None, 2, true), (Some(KeyFlaw::RotatedAbruptly), 1, false), (Some(KeyFlaw::RotatedSameKid), 1, false)]
    {
        let double = double(flaw.map(PlatformFlaw::from));
        let browser = Browser::of(&double, "learner");
        let before = browser.token("quiz");
        browser.post(ROTATE_PATH, &Pairs::new());
        let after = browser.token("quiz");
        assert!(after.verifies(&double), "{flaw:?}");
        assert_eq!(before.verifies(&double), old_verifies, "{flaw:?}");
        assert_eq!(before.header["kid"] == after.header["kid"], flaw == Some(KeyFlaw::RotatedSameKid), "{flaw:?}");
        let set: Value = serde_json::from_slice(double.jwks().body()).unwrap();
        assert_eq!(set["keys"].as_array().map(Vec::len), Some(keys), "{flaw:?}");
    }
}

/// An address beside the registered ones for each kind of careless comparison.
fn near_misses() -> Vec<(&'static str, String)> {
    [
        ("host", "https://stranger.invalid/launch"),
        ("subdomain", "https://sub.suite.test/launch"),
        ("userinfo", "https://suite.test@stranger.invalid/launch"),
        ("port", "https://suite.test:4443/launch"),
        ("scheme", "http://suite.test:443/launch"),
        ("path", "https://suite.test/elsewhere"),
        ("suffix", "https://suite.test/launch/more"),
        ("dotdot", "https://suite.test/launch/../elsewhere"),
        ("slash", "https://suite.test/launch/"),
        ("path-case", "https://suite.test/LAUNCH"),
        ("query", "https://suite.test/launch?next=elsewhere"),
        ("polluted", "https://suite.test/launch?id_token=x&state=y"),
        ("fragment", "https://suite.test/launch#part"),
        ("case", "https://SUITE.TEST/launch"),
        ("other-client", "https://other.test/launch"),
    ]
    .map(|(name, address)| (name, address.to_owned()))
    .to_vec()
}

/// Which addresses each careless comparison takes, and no other: what it declares of the cases that send them.
#[test]
fn each_careless_comparison_takes_its_own_addresses() {
    for flaw in RedirectFlaw::ALL {
        let double = double(Some((*flaw).into()));
        let browser = Browser::of(&double, "learner");
        let request = browser.request("quiz");
        let mut taken: Vec<_> = near_misses()
            .into_iter()
            .filter(|(_, address)| onward(&browser.ask(&with(&request, "redirect_uri", Some(address)))).is_some())
            .map(|(name, _)| format!("platform-redirect-{name}"))
            .collect();
        let mut declared: Vec<_> = flaw
            .entry()
            .cells()
            .map(|(case, _)| case.to_owned())
            .filter(|case| near_misses().iter().any(|(name, _)| case.strip_prefix("platform-redirect-") == Some(name)))
            .collect();
        taken.sort_unstable();
        declared.sort_unstable();
        assert_eq!(taken, declared, "{flaw:?}");
    }
}

/// What the double answers to sound launches, or to everything that the suite may ask, by the name of the step.
fn tour(flaw: Option<PlatformFlaw>, whole: bool) -> BTreeMap<String, String> {
    let double = double(flaw);
    let mut seen = BTreeMap::new();
    let mut note = |step: String, response: &Response| {
        seen.insert(step, format!("{} {:?} {}", response.status(), response.headers(), text(response)));
    };
    let other = Browser::of(&double, "learner2").request("quiz");
    let (browser, mentor) = (Browser::of(&double, "learner"), Browser::of(&double, "mentor"));
    for link in ["quiz", "reading", "quiz-two", "private-quiz", "anonymous-quiz", "custom-quiz"] {
        note(format!("launch {link}"), &browser.open(&format!("{LAUNCH_PATH}{link}")));
        note(format!("token {link}"), &browser.ask(&browser.request(link)));
    }
    note("token mentor".to_owned(), &mentor.ask(&mentor.request("quiz")));
    if !whole {
        return seen;
    }
    let request = browser.request("quiz");
    note("second".to_owned(), &browser.ask(&with(&request, "redirect_uri", Some(SECOND))));
    for name in request.iter().map(|(name, _)| name) {
        for value in [None, Some("unknown"), get(&other, name)] {
            note(format!("{name} {value:?}"), &browser.ask(&with(&request, name, value)));
        }
    }
    for (name, value) in [("response_mode", "query"), ("response_mode", "fragment"), ("prompt", "login")] {
        note(format!("{name} {value}"), &browser.ask(&with(&request, name, Some(value))));
    }
    for (name, address) in near_misses() {
        note(format!("redirect {name}"), &browser.ask(&with(&request, "redirect_uri", Some(&address))));
    }
    note("unknown".to_owned(), &browser.ask(&with(&request, "ui_locales", Some("fr"))));
    let mut twice = request.clone();
    twice.extend(pairs(&[("scope", "openid")]));
    note("twice".to_owned(), &browser.ask(&twice));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&request).finish();
    note("get".to_owned(), &browser.open(&format!("{AUTH_PATH}?{query}")));
    note("nobody".to_owned(), &Browser::new(&double).ask(&request));
    for name in ["lti_msg", "lti_errormsg", "lti_log", "lti_errorlog"] {
        note(format!("return {name}"), &browser.open(&format!("{RETURN_PATH}?{name}=%3Cb%3E")));
    }
    note("jwks".to_owned(), &browser.open(JWKS_PATH));
    register(&browser, &mut note);
    browser.post(ROTATE_PATH, &Pairs::new());
    note("rotated".to_owned(), &browser.open(JWKS_PATH));
    seen
}

/// A tool registers itself, in every way that it should not as well.
fn register(browser: &Browser<'_>, note: &mut impl FnMut(String, &Response)) {
    note("metadata".to_owned(), &browser.open(METADATA_PATH));
    let fresh = || {
        let page = text(&browser.post(TOOLS_PATH, &pairs(&[("registration_url", "https://suite.test/register")])));
        let (_, rest) = page.split_once("registration_token=").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let mut send = |step: &str, token: Option<&str>, metadata: Value| {
        let request = ::http::Request::post(REGISTER_PATH);
        let request = match token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        note(format!("register {step}"), &browser.send(request, metadata.to_string()));
    };
    let sound = json!({"redirect_uris": [REDIRECT]});
    let token = fresh();
    send("sound", Some(&token), sound.clone());
    send("reused", Some(&token), sound.clone());
    send("altered", Some("altered"), sound.clone());
    send("no token", None, sound);
    send("unknown", Some(&fresh()), json!({"redirect_uris": [REDIRECT], "unknown": 1}));
    send("http", Some(&fresh()), json!({"redirect_uris": ["http://suite.test/launch"]}));
    send("fragment", Some(&fresh()), json!({"redirect_uris": ["https://suite.test/launch#x"]}));
    send("no redirect", Some(&fresh()), json!({}));
}

#[test]
fn every_flaw_shows_somewhere_and_soundness_repeats() {
    let (launches, sound) = (tour(None, false), tour(None, true));
    assert!(sound == tour(None, true), "the same seed gives another tour");
    // Nobody adds content or asks for a service here: the self-test shows each of those flaws.
    let elsewhere = |flaw: &PlatformFlaw| {
        use PlatformFlaw::{DeepLinking, Grant, Guard, LineItem, Result, Roster, Score};
        matches!(flaw, DeepLinking(_) | Roster(_) | Grant(_) | Guard(_) | LineItem(_) | Score(_) | Result(_))
    };
    for flaw in PlatformFlaw::all().filter(|flaw| !elsewhere(flaw)) {
        let shows = launches != tour(Some(flaw), false) || sound != tour(Some(flaw), true);
        assert!(shows, "{flaw} cannot be seen");
    }
}

#[test]
fn messages_at_the_return_url_are_shown_as_text_and_logged() {
    let double = double(None);
    let browser = Browser::new(&double);
    let page = text(&browser.open("/return?lti_msg=%3Cb%3EDone&lti_errormsg=Oh&lti_log=note&lti_errorlog=trace"));
    assert!(page.contains("&lt;b&gt;Done") && page.contains("Oh") && !page.contains("trace"), "{page}");
    let admin = text(&browser.open(ADMIN_PATH));
    assert!(admin.contains("note") && admin.contains("trace"), "{admin}");
}
