//! The double alone, against a small platform of the test: that it is sound without a flaw, and that some flaws of every
//! kind do what their sentence says. The whole matrix is the self-test's.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

use ::http::header;
use bytes::Bytes;
use lti_core::message::claims;
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::{forge::Token, keys::Keys, platform::Delay, transport::Request};

const ISSUER: &str = "https://platform.test";
const NOW: i64 = 1_795_300_000;

/// A platform that publishes one key, and the double that it is registered with.
struct Stage {
    double: ToolDouble,
    keys: Keys,
    clock: Arc<AtomicI64>,
    fetches: Arc<AtomicUsize>,
    answer: Arc<Mutex<Response>>,
}

/// A browser: the cookies that it holds.
#[derive(Default)]
struct Browser(Vec<(String, String)>);

impl Browser {
    fn line(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, response: &Response) {
        for line in response.headers().get_all(header::SET_COOKIE) {
            let (pair, _) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.0.retain(|(known, _)| known != name);
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// The parameters of an authentication request.
struct Asked(Vec<(String, String)>);

impl Asked {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Stage {
    fn new(flaw: Option<ToolFlaw>) -> Self {
        let keys = Keys::generate().unwrap();
        let clock = Arc::new(AtomicI64::new(NOW));
        let fetches = Arc::new(AtomicUsize::new(0));
        let set = json!({"keys": [keys.platform.jwk("key-1")]}).to_string();
        let answer = Arc::new(Mutex::new(::http::Response::new(Bytes::from(set))));
        let (told, counted, answered) = (Arc::clone(&clock), Arc::clone(&fetches), Arc::clone(&answer));
        let platform = Registered {
            issuer: ISSUER.to_owned(),
            client_id: "client".to_owned(),
            deployment_ids: vec!["dep-1".to_owned(), "dep-2".to_owned()],
            auth_url: format!("{ISSUER}/auth"),
            jwks_url: format!("{ISSUER}/jwks"),
            token_url: format!("{ISSUER}/token"),
            redirect_uri: "https://tool.test/launch".to_owned(),
        };
        let wiring = Wiring {
            base_url: "https://tool.test".to_owned(),
            platforms: vec![platform],
            migration: None,
            fetch: Arc::new(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
                let answer = answered.lock().unwrap().clone();
                Box::pin(async move { Ok(answer) })
            }),
            clock: Arc::new(move || told.load(Ordering::Relaxed)),
            seed: 1,
        };
        Self { double: ToolDouble::new(flaw, wiring), keys, clock, fetches, answer }
    }

    async fn send(&self, browser: &mut Browser, request: ::http::request::Builder, body: String) -> Response {
        let request: Request = request.header(header::COOKIE, browser.line()).body(Bytes::from(body)).unwrap();
        let response = self.double.handle(request).await;
        browser.keep(&response);
        response
    }

    async fn get(&self, browser: &mut Browser, path: &str) -> Response {
        self.send(browser, ::http::Request::get(path), String::new()).await
    }

    async fn post(&self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(browser, ::http::Request::post(path), body).await
    }

    /// Logs in with these parameters on top of the usual ones.
    async fn ask(&self, browser: &mut Browser, more: &[(&str, &str)]) -> Asked {
        let mut fields = vec![
            ("iss", ISSUER),
            ("login_hint", "hint"),
            ("target_link_uri", "https://tool.test/course"),
            ("client_id", "client"),
        ];
        fields.extend(more);
        let response = self.post(browser, LOGIN_PATH, &fields).await;
        assert_eq!(response.status(), StatusCode::FOUND);
        let url = Url::parse(location(&response)).unwrap();
        Asked(url.query_pairs().into_owned().collect())
    }

    fn token(&self, asked: &Asked) -> Token {
        let claims = json!({
            "iss": ISSUER, "aud": "client", "sub": "ada-1", "name": "Ada <Lindqvist>", "email": "ada@school.example",
            "iat": self.clock.load(Ordering::Relaxed), "exp": self.clock.load(Ordering::Relaxed) + 300,
            "nonce": asked.get("nonce"),
            claims::MESSAGE_TYPE: "LtiResourceLinkRequest", claims::VERSION: "1.3.0",
            claims::DEPLOYMENT_ID: "dep-1", claims::TARGET_LINK_URI: "https://tool.test/course",
            claims::RESOURCE_LINK: {"id": "link-1", "title": "Quiz"},
            claims::ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        });
        Token::new(claims.as_object().unwrap().clone(), self.keys.platform.clone(), "key-1")
    }

    async fn respond(&self, browser: &mut Browser, token: &str, state: &str) -> Response {
        self.post(browser, LAUNCH_PATH, &[("id_token", token), ("state", state)]).await
    }

    /// One launch in a fresh browser with one thing changed in the token.
    async fn launch(&self, change: impl FnOnce(&mut Token)) -> (Browser, Response) {
        let mut browser = Browser::default();
        let asked = self.ask(&mut browser, &[]).await;
        let mut token = self.token(&asked);
        change(&mut token);
        let state = asked.get("state").unwrap_or_default().to_owned();
        let response = self.respond(&mut browser, &token.compact().unwrap(), &state).await;
        (browser, response)
    }
}

fn location(response: &Response) -> &str {
    response.headers()[header::LOCATION].to_str().unwrap()
}

fn let_in(response: &Response) -> bool {
    response.status() == StatusCode::SEE_OTHER
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

#[tokio::test]
async fn the_sound_double_asks_as_the_security_framework_wants() {
    let stage = Stage::new(None);
    let asked = stage.ask(&mut Browser::default(), &[("lti_message_hint", "a+b %20")]).await;
    let rows = [
        ("scope", "openid"),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("prompt", "none"),
        ("client_id", "client"),
        ("redirect_uri", "https://tool.test/launch"),
        ("login_hint", "hint"),
        ("lti_message_hint", "a+b %20"),
    ];
    for (name, value) in rows {
        assert_eq!(asked.get(name), Some(value), "{name}");
    }
    assert_eq!(asked.get("nonce").map(str::len), Some(43));
    assert_ne!(asked.get("nonce"), asked.get("state"));
}

#[tokio::test]
async fn the_sound_double_lets_a_sound_launch_in_once_and_shows_who_came() {
    let stage = Stage::new(None);
    let mut browser = Browser::default();
    let asked = stage.ask(&mut browser, &[]).await;
    let token = stage.token(&asked).compact().unwrap();
    let response = stage.respond(&mut browser, &token, asked.get("state").unwrap()).await;
    assert_eq!(location(&response), "https://tool.test/course");
    let page = stage.get(&mut browser, COURSE_PATH).await;
    for shown in ["Welcome, Ada &lt;Lindqvist&gt;", "ada-1", "Learner view", "link-1", "Quiz"] {
        assert!(text(&page).contains(shown), "{shown}");
    }
    assert_eq!(stage.get(&mut browser, PROBE_PATH).await.status(), StatusCode::OK);
    assert_eq!(stage.get(&mut Browser::default(), PROBE_PATH).await.status(), StatusCode::UNAUTHORIZED);

    let again = stage.respond(&mut browser, &token, asked.get("state").unwrap()).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_sound_double_binds_a_response_to_browser_and_login() {
    let stage = Stage::new(None);
    let (mut first, mut second) = (Browser::default(), Browser::default());
    let asked = stage.ask(&mut first, &[]).await;
    let other = stage.ask(&mut first, &[]).await;
    stage.ask(&mut second, &[]).await;
    let token = stage.token(&asked).compact().unwrap();
    let issued = asked.get("state").unwrap();
    assert!(!let_in(&stage.respond(&mut second, &token, issued).await), "another browser");
    assert!(!let_in(&stage.respond(&mut first, &token, &format!("{issued}x")).await), "another state");
    assert!(!let_in(&stage.respond(&mut first, &token, other.get("state").unwrap()).await), "another login");
    assert!(let_in(&stage.respond(&mut first, &token, issued).await), "nothing of that used the login up");
}

/// A flaw, the change of the token that it must let pass, and nothing else must.
type Row = (ToolFlaw, fn(&mut Token));

fn lax_rows() -> Vec<Row> {
    fn set_roles(token: &mut Token, roles: Value) {
        token.set(claims::ROLES, roles);
    }
    vec![
        (TokenFlaw::EmptySignatureAccepted.into(), |token| token.seal = crate::forge::Seal::Empty),
        (TokenFlaw::KidlessTriesAll.into(), |token| drop(token.header.remove("kid"))),
        (TokenFlaw::FirstDuplicateWins.into(), |token| {
            token.set("aud", "other");
            token.duplicate_first("aud", &json!("client"));
        }),
        (TokenFlaw::AnySizeRead.into(), |token| token.set("padding", "x".repeat(400_000))),
        (TokenFlaw::BarePayloadGreeted.into(), |token| token.claims.retain(|name, _| name == "name")),
        (TokenFlaw::ArrayPayloadGreeted.into(), |token| token.raw_claims = Some("[1]".to_owned())),
        (AudienceFlaw::IssSlashTrimmed.into(), |token| token.set("iss", "https://platform.test/")),
        (AudienceFlaw::AudSubstring.into(), |token| token.set("aud", "my-client-too")),
        (AudienceFlaw::AudFirstOnly.into(), |token| token.set("aud", json!(["client", "other"]))),
        (AudienceFlaw::AzpForAud.into(), |token| {
            token.set("aud", "other");
            token.set("azp", "client");
        }),
        (ClaimFlaw::ExpHourLate.into(), |token| token.set("exp", NOW - 1800)),
        (ClaimFlaw::ExpStringRead.into(), |token| token.set("exp", (NOW + 60).to_string())),
        (ClaimFlaw::OnlyWhatIsThere.into(), |token| ["iss", "aud", "exp"].iter().for_each(|name| token.remove(name))),
        (ClaimFlaw::SubAnyType.into(), |token| token.set("sub", json!({"id": 7}))),
        (ClaimFlaw::NonceNotCompared.into(), |token| token.set("nonce", "anything")),
        (MessageFlaw::VersionByPrefix.into(), |token| token.set(claims::VERSION, "1.3.1")),
        (MessageFlaw::DeploymentProvisioned.into(), |token| token.set(claims::DEPLOYMENT_ID, "dep-9")),
        (MessageFlaw::ResourceLinkIdOptional.into(), |token| token.set(claims::RESOURCE_LINK, json!({}))),
        (MessageFlaw::RolesStringRead.into(), |token| set_roles(token, json!("Learner"))),
    ]
}

#[tokio::test]
async fn what_a_lax_flaw_lets_pass_the_sound_double_refuses() {
    for (flaw, change) in lax_rows() {
        assert!(let_in(&Stage::new(Some(flaw)).launch(change).await.1), "{flaw}");
        assert!(!let_in(&Stage::new(None).launch(change).await.1), "{flaw}, without it");
        assert!(let_in(&Stage::new(Some(flaw)).launch(|_| {}).await.1), "{flaw}, sound launch");
    }
}

#[tokio::test]
async fn what_a_strict_flaw_refuses_the_sound_double_lets_pass() {
    let rows: [Row; 6] = [
        (TokenFlaw::TypChecked.into(), |token| token.set_header("typ", "at+jwt")),
        (AudienceFlaw::AudArrayRefused.into(), |token| token.set("aud", json!(["client"]))),
        (ClaimFlaw::SubRequired.into(), |token| token.remove("sub")),
        (StrictFlaw::ClaimsClosed.into(), |token| token.set("https://vendor.example/claim", 1)),
        (StrictFlaw::RolesEmptyRefused.into(), |token| token.set(claims::ROLES, json!([]))),
        (StrictFlaw::FirstDeploymentOnly.into(), |token| token.set(claims::DEPLOYMENT_ID, "dep-2")),
    ];
    for (flaw, change) in rows {
        assert!(!let_in(&Stage::new(Some(flaw)).launch(change).await.1), "{flaw}");
        assert!(let_in(&Stage::new(None).launch(change).await.1), "{flaw}, without it");
        assert!(let_in(&Stage::new(Some(flaw)).launch(|_| {}).await.1), "{flaw}, sound launch");
    }
}

#[tokio::test]
async fn a_slow_key_set_is_waited_for_ten_seconds_at_most_unless_the_flaw_has_no_limit() {
    for (flaw, waited, entered) in [(None, 10, false), (Some(KeyFlaw::WaitsForever.into()), 75, true)] {
        let stage = Stage::new(flaw);
        stage.answer.lock().unwrap().extensions_mut().insert(Delay(75));
        let (_, response) = stage.launch(|_| {}).await;
        assert_eq!(response.extensions().get::<Delay>(), Some(&Delay(waited)));
        assert_eq!(let_in(&response), entered);
    }
}

#[tokio::test]
async fn the_key_set_is_fetched_once_and_again_for_an_unknown_kid() {
    for (flaw, fetches) in
        [(None, 2), (Some(KeyFlaw::RefetchedThrice.into()), 4), (Some(KeyFlaw::KeptForever.into()), 1)]
    {
        let stage = Stage::new(flaw);
        assert!(let_in(&stage.launch(|_| {}).await.1));
        assert!(let_in(&stage.launch(|_| {}).await.1));
        assert!(!let_in(&stage.launch(|token| token.set_header("kid", "unknown")).await.1));
        assert_eq!(stage.fetches.load(Ordering::Relaxed), fetches, "{flaw:?}");
    }
}

#[tokio::test]
async fn a_crashing_flaw_shows_as_a_server_error() {
    let (_, response) = Stage::new(Some(StateFlaw::RefusalCrashes.into())).launch(|token| token.remove("iss")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let (_, response) = Stage::new(None).launch(|token| token.remove("iss")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}
