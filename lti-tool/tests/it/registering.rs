//! Dynamic registration: the whole way, and every reason why it ends.

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use lti_core::registration::dynamic::RegistrationRequest;
use lti_tool::{MemoryRegistrations, Page, Registering, RegisteringError, Registrations, SinkError};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::relying::{Fetch, FetchError, Fetched, Submission, Submit};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use url::Url;

use crate::world::{ISSUER, World};

const CONFIGURATION: &str = "https://lms.example/.well-known/openid-configuration";

/// A platform made of two answers, which remembers what was sent to it.
struct Platform {
    configuration: Value,
    answer: (u16, String),
    sent: Mutex<Vec<(String, Submission)>>,
}

impl Fetch for Platform {
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        let found = url.as_str().contains("openid-configuration");
        let status = if found { StatusCode::OK } else { StatusCode::NOT_FOUND };
        let body = self.configuration.to_string();
        Box::pin(async move { Ok(Fetched::new(status, HeaderMap::new(), body)) })
    }
}

impl Submit for Platform {
    fn post<'a>(&'a self, url: &'a Url, submission: &'a Submission) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        self.sent.lock().unwrap().push((url.to_string(), submission.clone()));
        let (status, body) = self.answer.clone();
        Box::pin(async move { Ok(Fetched::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body)) })
    }
}

fn configuration() -> Value {
    json!({
        "issuer": ISSUER, "authorization_endpoint": "https://lms.example/auth", "jwks_uri": "https://lms.example/jwks",
        "token_endpoint": "https://lms.example/token", "registration_endpoint": "https://lms.example/register",
        "scopes_supported": ["openid", "scope-1"],
    })
}

struct Desk {
    platform: Arc<Platform>,
    store: Arc<MemoryRegistrations>,
    registering: Registering,
}

fn desk(configuration: Value, status: u16, answer: &Value) -> Desk {
    let body = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
    let platform = Arc::new(Platform { configuration, answer: (status, body), sent: Mutex::default() });
    let store = Arc::new(MemoryRegistrations::default());
    let registering = Registering::new(&World::new().tool, "Quiz", Arc::clone(&store) as _, Arc::clone(&platform));
    Desk { platform, store, registering }
}

fn query(configuration: &str, token: Option<&str>) -> Vec<(String, String)> {
    let pairs = [("openid_configuration", Some(configuration)), ("registration_token", token), ("lang", Some("en"))];
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect()
}

impl Desk {
    async fn error(&self) -> RegisteringError {
        let error = self.registering.register(&query(CONFIGURATION, Some("secret-token"))).await.unwrap_err();
        let page = Page::from(&error);
        assert!(page.status.is_client_error() || page.status == StatusCode::SERVICE_UNAVAILABLE);
        assert!(!format!("{error:?}{error}{}", page.body).contains("secret-token"));
        assert!(!page.body.contains("<script"), "{}", page.body);
        error
    }

    async fn kept(&self) -> usize {
        self.store.at_issuer(&ISSUER.into()).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_registration_makes_launches_possible() {
    let answer =
        json!({"client_id": "c-7", "https://purl.imsglobal.org/spec/lti-tool-configuration": {"deployment_id": "d-1"}});
    let desk = desk(configuration(), 201, &answer);
    let asking = desk.registering.clone().asking(|request| {
        request.scope = ["scope-1", "scope-2"].map(str::to_owned).to_vec();
    });
    let registered = asking.register(&query(CONFIGURATION, Some("secret-token"))).await.unwrap();
    assert_eq!(registered.deployment_id, Some("d-1".into()));
    let kept = desk.store.at_issuer(&ISSUER.into()).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].client_id.as_str(), kept[0].authorization_url.as_str()), ("c-7", "https://lms.example/auth"));
    assert_eq!(kept[0].token_url.as_ref().map(Url::as_str), Some("https://lms.example/token"));
    let sent = desk.platform.sent.lock().unwrap();
    let (url, submission) = &sent[0];
    assert_eq!((url.as_str(), submission.bearer.as_deref()), ("https://lms.example/register", Some("secret-token")));
    insta::assert_json_snapshot!(submission.document);
    let read = RegistrationRequest::from_json(submission.document.to_string().as_bytes()).unwrap();
    assert_eq!(read.check(lti_core::registration::dynamic::LocalHttp::Refused), Ok(()));
    insta::assert_snapshot!(Page::from(&registered).body);
}

#[tokio::test]
async fn platforms_without_token_201_or_deployment_are_lived_with() {
    let desk = desk(configuration(), 200, &json!({"client_id": "c-7"}));
    let registered = desk.registering.register(&query(CONFIGURATION, None)).await.unwrap();
    assert_eq!(registered.deployment_id, None);
    assert_eq!(desk.platform.sent.lock().unwrap()[0].1.bearer, None);
}

#[tokio::test]
async fn nobody_registers_under_another_platforms_name() {
    for issuer in ["https://other.example", "http://lms.example", "https://lms.example.evil.test", "lms"] {
        let mut foreign = configuration();
        foreign["issuer"] = json!(issuer);
        let desk = desk(foreign, 201, &json!({"client_id": "c-7"}));
        assert!(matches!(desk.error().await, RegisteringError::IssuerForeign { .. }), "{issuer}");
        assert!(desk.platform.sent.lock().unwrap().is_empty(), "the token was sent to {issuer}");
    }
    let mut shared = configuration();
    shared["issuer"] = json!("https://hosted.example");
    let desk = desk(shared, 201, &json!({"client_id": "c-7"}));
    let named = desk.registering.clone().configured_at("https://hosted.example", "lms.example");
    assert!(named.register(&query(CONFIGURATION, None)).await.is_ok());
}

#[tokio::test]
async fn a_registration_is_never_replaced() {
    let desk = desk(configuration(), 201, &json!({"client_id": "c-7"}));
    desk.registering.register(&query(CONFIGURATION, None)).await.unwrap();
    assert_eq!(desk.error().await, RegisteringError::Sink(SinkError::Known));
    assert_eq!(desk.kept().await, 1);
}

#[tokio::test]
async fn what_the_platform_says_is_shown() {
    let rows = [
        (
            400,
            json!({"error": "invalid_redirect_uri", "error_description": "not <b>https</b>"}),
            "invalid_redirect_uri: not",
        ),
        (401, json!("token_already_used"), "(401): token_already_used"),
        (422, json!({"errors": [{"field": "scopes"}]}), "(422)"),
        (500, json!("<html>stack trace</html>"), "(500)"),
        (302, json!(""), "(302)"),
    ];
    for (status, answer, shown) in rows {
        let desk = desk(configuration(), status, &answer);
        let error = desk.error().await;
        assert!(matches!(error, RegisteringError::Refused { .. }) && error.to_string().contains(shown), "{error}");
        let body = Page::from(&error).body;
        assert!(!body.contains("<b>") && !body.contains("stack trace"), "{body}");
        assert_eq!(desk.kept().await, 0);
    }
}

#[tokio::test]
async fn answers_without_a_registration_are_none() {
    for answer in [json!("junk"), json!([]), json!({}), json!({"client_id": ""}), json!("<html>Done</html>")] {
        let desk = desk(configuration(), 201, &answer);
        assert!(matches!(desk.error().await, RegisteringError::Answer(_)), "{answer}");
        assert_eq!(desk.kept().await, 0);
    }
}

#[tokio::test]
async fn configurations_that_cannot_be_used_are_named() {
    let mut closed = configuration();
    closed.as_object_mut().unwrap().remove("registration_endpoint");
    assert_eq!(desk(closed, 201, &json!({})).error().await, RegisteringError::EndpointMissing);
    let mut bare = configuration();
    bare.as_object_mut().unwrap().remove("jwks_uri");
    assert!(matches!(desk(bare, 201, &json!({})).error().await, RegisteringError::Metadata(_)));
    let desk = desk(configuration(), 201, &json!({"client_id": "c"}));
    let error = |pairs: Vec<(String, String)>| {
        let registering = desk.registering.clone();
        async move { registering.register(&pairs).await.unwrap_err() }
    };
    assert_eq!(error(query("", None)).await, RegisteringError::ConfigurationMissing);
    assert_eq!(error(Vec::new()).await, RegisteringError::ConfigurationMissing);
    assert_eq!(error(query("lms.example", None)).await, RegisteringError::ConfigurationAddress);
    let twice = [query(CONFIGURATION, None), query(CONFIGURATION, None)].concat();
    assert_eq!(error(twice).await, RegisteringError::Repeated("openid_configuration"));
    let missing = error(query("https://lms.example/nothing", None)).await;
    assert!(matches!(missing, RegisteringError::Configuration(FetchError::Status { status: 404, .. })), "{missing}");
}

#[tokio::test]
async fn the_page_closes_itself_and_runs_nothing_else() {
    let desk = desk(configuration(), 201, &json!({"client_id": "c-7"}));
    let app: axum::Router = desk.registering.router();
    let uri = format!("/lti/register?openid_configuration={CONFIGURATION}&registration_token=t");
    let response = app.oneshot(Request::get(uri).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("frame-ancestors"), "{policy}");
    assert!(!response.headers().contains_key("x-frame-options"));
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    let body = to_bytes(response.into_body(), 1 << 16).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("org.imsglobal.lti.close"));
}
