//! The token client over a scripted platform, with a clock that stands still; and once over the network.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use lti_core::Timestamp;
use lti_core::jose::{CompactJws, SigningKey};
use lti_core::service::token::{AssertionClaims, TokenRequestFields};
use lti_core::service::{Scope, Scopes};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::clock::ManualClock;
use oauth2_issuer::relying::{
    Call, FetchError, FetchPolicy, Fetched, GuardedFetcher, HeldToken, ServiceRequest, TokenAudience, TokenClient,
    TokenClientError, TokenRequester,
};
use serde_json::{Value, json};
use url::Url;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

static KEY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| Arc::new(SigningKey::generate_es256("tool-1").unwrap()));

/// Status and body of the answer to the request of that number.
type Script = Box<dyn Fn(usize) -> (u16, Value) + Send>;

/// Answers each request by a number: its token is `token-N`.
struct Platform {
    answer: Mutex<Script>,
    asked: AtomicUsize,
    seen: Mutex<Vec<(Url, TokenRequestFields)>>,
}

impl Call for Platform {
    fn call<'a>(&'a self, url: &'a Url, request: &'a ServiceRequest) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(async move {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let (media_type, body) = request.body.as_ref().unwrap();
            assert_eq!((&request.method, *media_type), (&http::Method::POST, "application/x-www-form-urlencoded"));
            self.seen.lock().unwrap().push((url.clone(), TokenRequestFields::read(body)));
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            let (status, body) = (self.answer.lock().unwrap())(number);
            Ok(Fetched::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body.to_string()))
        })
    }
}

struct World {
    platform: Arc<Platform>,
    clock: Arc<ManualClock>,
    client: Arc<TokenClient>,
}

fn world(answer: impl Fn(usize) -> (u16, Value) + Send + 'static) -> World {
    let platform =
        Arc::new(Platform { answer: Mutex::new(Box::new(answer)), asked: AtomicUsize::new(0), seen: Mutex::default() });
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_700_000_000)));
    let client = Arc::new(TokenClient::new(platform.clone(), clock.clone()));
    World { platform, clock, client }
}

fn lives(seconds: impl Into<Value>) -> impl Fn(usize) -> (u16, Value) + Send {
    let seconds = seconds.into();
    move |n| (200, json!({ "access_token": format!("token-{n}"), "token_type": "bearer", "expires_in": seconds }))
}

fn requester() -> TokenRequester {
    TokenRequester::new("https://lms.example/token".parse().unwrap(), "https://lms.example", "quiz", KEY.clone())
}

fn scores() -> Scopes {
    Scopes::from(Scope::Score)
}

impl World {
    async fn token(&self, requester: &TokenRequester, scopes: &Scopes) -> Result<String, TokenClientError> {
        let held: HeldToken = self.client.token(requester, scopes).await?;
        Ok(held.token.as_str().to_owned())
    }

    async fn ours(&self) -> Result<String, TokenClientError> {
        self.token(&requester(), &scores()).await
    }

    fn asked(&self) -> usize {
        self.platform.asked.load(Ordering::SeqCst)
    }

    /// The claims of the last assertion.
    fn assertion(&self) -> (AssertionClaims, Value) {
        let seen = self.platform.seen.lock().unwrap();
        let assertion = seen.last().unwrap().1.client_assertion.clone().unwrap();
        let jws = CompactJws::parse(&assertion).unwrap();
        let key = KEY.verifying_key().unwrap();
        key.verify(KEY.algorithm(), jws.signing_input().as_bytes(), jws.signature()).unwrap();
        assert_eq!(jws.header().kid.as_deref(), Some("tool-1"));
        (AssertionClaims::read(jws.payload()).unwrap(), serde_json::from_slice(jws.payload()).unwrap())
    }
}

#[tokio::test]
async fn a_token_is_asked_for_as_the_texts_want_it() {
    let world = world(lives(3600));
    let mut requester = requester();
    requester.deployment_id = Some("d1".into());
    world.token(&requester, &scores()).await.unwrap();
    let (claims, raw) = world.assertion();
    assert_eq!((claims.iss.as_deref(), claims.sub.as_deref()), (Some("quiz"), Some("quiz")));
    assert_eq!(raw["aud"], "https://lms.example/token");
    assert_eq!((raw["iat"].as_i64(), raw["exp"].as_i64()), (Some(1_700_000_000), Some(1_700_000_300)));
    assert_eq!(claims.deployment_id, Some("d1".into()));
    let fields = world.platform.seen.lock().unwrap()[0].1.clone();
    assert_eq!(fields.grant_type.as_deref(), Some("client_credentials"));
    assert_eq!(fields.scope, Some(scores()));
    let first = claims.jti.unwrap();
    assert_eq!(first.len(), 32);
    world.token(&requester, &Scope::LineItem.into()).await.unwrap();
    assert_ne!(world.assertion().0.jti.unwrap(), first, "a jti is for one request");
}

#[tokio::test]
async fn the_audience_is_what_the_platform_told() {
    for (audience, expected) in [
        (TokenAudience::TokenUrl, json!("https://lms.example/token")),
        (TokenAudience::Issuer, json!("https://lms.example")),
        (TokenAudience::Named("urn:lms".to_owned()), json!("urn:lms")),
        (TokenAudience::Many(vec!["urn:a".to_owned(), "urn:b".to_owned()]), json!(["urn:a", "urn:b"])),
    ] {
        let world = world(lives(3600));
        let mut requester = requester();
        requester.audience = audience;
        world.token(&requester, &scores()).await.unwrap();
        assert_eq!(world.assertion().1["aud"], expected);
    }
}

#[tokio::test]
async fn a_token_is_kept_until_a_little_before_its_end() {
    for (expires_in, lasts) in
        [(json!(3600), 3539), (json!("3600"), 3539), (Value::Null, 3539), (json!(10), 4), (json!(9_999_999), 86_339)]
    {
        let world = world(lives(expires_in.clone()));
        assert_eq!(world.ours().await.unwrap(), "token-1");
        world.clock.advance(Duration::from_secs(lasts));
        assert_eq!(world.ours().await.unwrap(), "token-1", "{expires_in}");
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(world.ours().await.unwrap(), "token-2", "{expires_in}");
    }
    let world = world(lives(0));
    assert_eq!((world.ours().await.unwrap(), world.ours().await.unwrap()), ("token-1".into(), "token-2".into()));
}

#[tokio::test]
async fn the_order_of_scopes_does_not_matter_and_everything_else_does() {
    let world = world(lives(3600));
    let both: Scopes = [Scope::Score, Scope::LineItem].into_iter().collect();
    let turned: Scopes = [Scope::LineItem, Scope::Score].into_iter().collect();
    assert_eq!(world.token(&requester(), &both).await, world.token(&requester(), &turned).await);
    assert_eq!(world.asked(), 1);
    let other_key = Arc::new(SigningKey::generate_es256("tool-2").unwrap());
    let changes: [fn(&mut TokenRequester, &Arc<SigningKey>); 6] = [
        |r, _| r.token_url = "https://other.example/token".parse().unwrap(),
        |r, _| r.issuer = "https://other.example".into(),
        |r, _| r.client_id = "other".into(),
        |r, _| r.deployment_id = Some("d2".into()),
        |r, _| r.audience = TokenAudience::Issuer,
        |r, key| r.key = Arc::clone(key),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut requester = requester();
        change(&mut requester, &other_key);
        assert_eq!(world.token(&requester, &both).await.unwrap(), format!("token-{}", number + 2));
    }
    assert_eq!(world.ours().await.unwrap(), "token-8", "fewer scopes");
}

#[tokio::test]
async fn many_callers_at_once_ask_once_and_share_the_outcome() {
    for (answer, good) in [(200, true), (503, false)] {
        let world = world(move |_| (answer, json!({ "access_token": "t", "token_type": "Bearer", "error": "busy" })));
        let callers: Vec<_> = (0..32)
            .map(|_| {
                let client = Arc::clone(&world.client);
                tokio::spawn(async move { client.token(&requester(), &scores()).await.is_ok() })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), good);
        }
        assert_eq!(world.asked(), 1);
    }
}

#[tokio::test]
async fn a_token_that_a_service_refuses_is_replaced_once() {
    let world = world(lives(3600));
    let first = world.client.token(&requester(), &scores()).await.unwrap();
    world.client.invalidate(&requester(), &scores(), &first.token);
    assert_eq!(world.ours().await.unwrap(), "token-2");
    // Somebody else's complaint about the old one comes late.
    world.client.invalidate(&requester(), &scores(), &first.token);
    assert_eq!(world.ours().await.unwrap(), "token-2");
}

#[tokio::test]
async fn a_refusal_is_told_and_not_kept_for_long() {
    let world = world(|n| match n {
        1 => (400, json!({ "error": "invalid_scope", "error_description": "no scope\nfor you" })),
        _ => (200, json!({ "access_token": "t", "token_type": "Bearer", "scope": "a" })),
    });
    let error = world.ours().await.unwrap_err();
    assert_eq!(error.to_string(), "https://lms.example/token refuses a token: 400 invalid_scope (no scope for you)");
    assert_eq!((world.ours().await.unwrap_err(), world.asked()), (error, 1));
    world.clock.advance(Duration::from_secs(3));
    let held = world.client.token(&requester(), &scores()).await.unwrap();
    assert_eq!(held.scopes, Scopes::parse("a"), "what was granted, not what was asked");
}

#[tokio::test]
async fn what_is_no_token_is_named_and_nothing_secret_is_repeated() {
    let repeats = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#);
    let rows = [
        (200, json!({ "token_type": "bearer" }), "answers 200 without an access token"),
        (200, json!([]), "answers 200 without an access token"),
        (500, json!("oops"), "refuses a token: 500"),
        (302, json!({}), "refuses a token: 302"),
        (
            401,
            json!({ "error": "invalid_client", "error_description": format!("bad {repeats}.x.y") }),
            "refuses a token: 401 invalid_client (a text that repeats a token)",
        ),
    ];
    for (status, body, sentence) in rows {
        let world = world(move |_| (status, body.clone()));
        let error = world.ours().await.unwrap_err();
        assert!(error.to_string().contains(sentence), "{error}");
        assert!(!format!("{error:?}{error}").contains("eyJ"));
    }
}

#[tokio::test]
async fn over_the_network_a_redirect_is_not_followed_and_a_token_comes_home() {
    let server = MockServer::start().await;
    let moved = ResponseTemplate::new(307).insert_header("location", format!("{}/token?s=1", server.uri()));
    Mock::given(path("/moved")).respond_with(moved).mount(&server).await;
    let token = json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 60 });
    Mock::given(method("POST"))
        .and(path("/token"))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(header("accept", "application/json"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .expect(1)
        .mount(&server)
        .await;
    let fetcher = GuardedFetcher::new(FetchPolicy::default().allow_loopback()).unwrap();
    let client = TokenClient::new(Arc::new(fetcher), Arc::new(ManualClock::default()));
    let mut requester = requester();
    requester.token_url = format!("{}/moved", server.uri()).parse().unwrap();
    let error = client.token(&requester, &scores()).await.unwrap_err();
    assert!(error.to_string().ends_with(&format!("307 (a redirect to {}/token)", server.uri())), "{error}");
    requester.token_url = format!("{}/token", server.uri()).parse().unwrap();
    assert_eq!(client.token(&requester, &scores()).await.unwrap().token.as_str(), "t");
}

#[tokio::test]
async fn a_service_is_called_with_any_method_and_stays_guarded() {
    let server = MockServer::start().await;
    Mock::given(method("PUT"))
        .and(header("authorization", "Bearer t"))
        .and(header("content-type", "text/one"))
        .and(header("accept", "text/two"))
        .respond_with(
            ResponseTemplate::new(200).insert_header("link", "<x>; rel=next").set_body_string("y".repeat(600_000)),
        )
        .mount(&server)
        .await;
    let request = ServiceRequest::send(http::Method::PUT, "text/one", "body").accepting("text/two").with_bearer("t");
    let url = Url::parse(&server.uri()).unwrap();
    let guarded = GuardedFetcher::new(FetchPolicy::default()).unwrap();
    assert!(matches!(guarded.call(&url, &request).await, Err(FetchError::NotHttps { .. })));
    let open = GuardedFetcher::new(FetchPolicy::default().allow_loopback()).unwrap();
    let answer = open.call(&url, &request).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 600_000));
    assert_eq!(answer.headers["link"], "<x>; rel=next");
    let mut small = FetchPolicy::default().allow_loopback();
    small.max_service_body = 500_000;
    let error = GuardedFetcher::new(small).unwrap().call(&url, &request).await.unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { limit: 500_000, .. }), "{error}");
}
