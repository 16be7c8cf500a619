//! The token endpoint as tools meet it: over HTTP, in process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Method, Request, StatusCode};
use lti_core::Timestamp;
use lti_core::jose::{KeySet, SigningKey, jwks_document, sign_compact};
use lti_core::service::Scope;
use lti_core::service::token::TokenRequestFields;
use oauth2_issuer::clock::ManualClock;
use oauth2_issuer::metadata::ProviderMetadata;
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::server::token::{
    ClientKeys, KeySets, TokenClient, TokenEndpoint, TokenObserver, TokenPolicy, TokenRefusal,
};
use oauth2_issuer::server::{AccessGrant, AccessTokenKey, AccessTokens};
use oauth2_issuer::{BoxFuture, Unavailable};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use url::Url;

const NOW: i64 = 1_700_000_000;
const TOKEN_URL: &str = "https://lms.example/token";
const DEPLOYMENT: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
const FORM: &str = "application/x-www-form-urlencoded";

static QUIZ: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_es256("quiz-1").unwrap());
static OTHER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate_es256("other-1").unwrap());

/// The key set of the quiz tool, at one address; every other address is silent.
struct Published;

impl KeySets for Published {
    fn key_set<'a>(&'a self, url: &'a Url, _kid: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>> {
        Box::pin(async move {
            if url.path() != "/jwks" {
                return Err(Unavailable::new("connection refused at 10.0.0.7"));
            }
            Ok(Arc::new(KeySet::parse(jwks_document([&*QUIZ]).to_string().as_bytes()).unwrap()))
        })
    }
}

#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl TokenObserver for Seen {
    fn answered(&self, request: &TokenRequestFields, outcome: Result<&AccessGrant, &TokenRefusal>) {
        self.0.lock().unwrap().push(format!("{request:?} {outcome:?}"));
    }
}

struct World {
    clock: Arc<ManualClock>,
    tokens: Arc<AccessTokens>,
    seen: Arc<Seen>,
    endpoint: Arc<TokenEndpoint>,
}

fn world() -> World {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let url = |path: &str| ClientKeys::Url(Url::parse("https://quiz.example").unwrap().join(path).unwrap());
    let other = KeySet::parse(jwks_document([&*OTHER]).to_string().as_bytes()).unwrap();
    let clients: HashMap<_, _> = [
        TokenClient::new("quiz", url("/jwks")).with_scopes([Scope::Score, Scope::LineItem]).deployed_as(["d1", "d2"]),
        TokenClient::new("other", ClientKeys::Set(Arc::new(other))).with_scopes([Scope::Score]),
        TokenClient::new("silent", url("/elsewhere")).with_scopes([Scope::Score]),
        TokenClient::new("keyless", ClientKeys::None).with_scopes([Scope::Score]),
        TokenClient::new("poor", url("/jwks")),
    ]
    .into_iter()
    .map(|client| (client.client_id.to_string(), client))
    .collect();
    let key = AccessTokenKey::from_bytes(&[7; 32]);
    let tokens = Arc::new(AccessTokens::new("https://lms.example", key, clock.clone()));
    let seen = Arc::new(Seen::default());
    let policy = TokenPolicy::new([TOKEN_URL, "https://lms.example"]);
    let once = Arc::new(MemoryOnceStore::default());
    let endpoint =
        TokenEndpoint::new(policy, Arc::new(clients), Arc::new(Published), once, tokens.clone(), clock.clone())
            .observed_by(seen.clone());
    World { clock, tokens, seen, endpoint: Arc::new(endpoint) }
}

/// The claims of a sound assertion.
fn claims() -> Value {
    json!({ "iss": "quiz", "sub": "quiz", "aud": TOKEN_URL, "iat": NOW, "exp": NOW + 300, "jti": "j-1" })
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn of(client: &str) -> Value {
    let mut claims = claims();
    claims["iss"] = client.into();
    claims["sub"] = client.into();
    claims
}

fn signed(claims: &Value) -> String {
    sign_compact(&QUIZ, claims).unwrap()
}

/// An assertion with a header of one's own, signed by the tool's key all the same.
fn headed(header: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", encode(header), encode(&claims()));
    let signature = QUIZ.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The parameters of a sound request around an assertion.
fn parameters(assertion: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "client_credentials".to_owned()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()),
        ("client_assertion", assertion.to_owned()),
        ("scope", format!("{} {}", Scope::Score, Scope::LineItem)),
    ]
}

fn changed(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut parameters = parameters(&signed(&claims()));
    parameters.retain(|(other, _)| *other != name);
    parameters.push((name, value.to_owned()));
    parameters
}

fn dropped(name: &str) -> Vec<(&'static str, String)> {
    let mut parameters = parameters(&signed(&claims()));
    parameters.retain(|(other, _)| *other != name);
    parameters
}

fn post(parameters: &[(&str, String)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    Request::post("/token").header("content-type", FORM).body(body.into()).unwrap()
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn error(&self) -> (u16, String, String) {
        let json = self.json();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), text("error"), text("error_description"))
    }
}

impl World {
    async fn send(&self, request: Request<Body>) -> Answer {
        let router: Router = Arc::clone(&self.endpoint).router("/token");
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        // Whatever is answered: no cache keeps it, it is JSON, and it does not repeat an assertion.
        assert_eq!(parts.headers["cache-control"], "no-store");
        assert_eq!(parts.headers["pragma"], "no-cache");
        assert_eq!(parts.headers["content-type"], "application/json");
        assert!(!body.contains("eyJhbGci"), "{body}");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn post(&self, parameters: &[(&str, String)]) -> Answer {
        self.send(post(parameters)).await
    }
}

#[tokio::test]
async fn a_sound_request_gets_what_it_asked_for() {
    let world = world();
    let answer = world.post(&parameters(&signed(&with(DEPLOYMENT, "d2")))).await;
    assert_eq!(answer.status, StatusCode::OK);
    let json = answer.json();
    assert_eq!((json["token_type"].as_str(), json["expires_in"].as_u64()), (Some("Bearer"), Some(3600)));
    assert_eq!(json["scope"], format!("{} {}", Scope::Score, Scope::LineItem));
    assert!(json.get("refresh_token").is_none());
    let grant = world.tokens.verify(json["access_token"].as_str().unwrap()).unwrap();
    assert_eq!((grant.client_id.as_str(), grant.scopes.len()), ("quiz", 2));
    assert!(grant.reaches(&"d2".into()) && !grant.reaches(&"d1".into()));
    let seen = world.seen.0.lock().unwrap().join("\n");
    assert!(seen.contains("quiz") && !seen.contains("eyJhbGci"), "{seen}");
}

#[tokio::test]
async fn what_the_texts_leave_free_is_accepted() {
    let mut header = json!({ "alg": "ES256" });
    let free = [
        ("audience: the issuer", signed(&with("aud", "https://lms.example"))),
        ("audience: an array", signed(&with("aud", json!([TOKEN_URL])))),
        ("audience: one of two", signed(&with("aud", json!(["https://other.example", TOKEN_URL])))),
        ("no iat", signed(&without("iat"))),
        ("an odd iat", signed(&with("iat", NOW + 90_000))),
        ("exp a little past", signed(&with("exp", NOW - 59))),
        ("exp in a day", signed(&with("exp", NOW + 86_400))),
        ("nbf a little ahead", signed(&with("nbf", NOW + 8))),
        ("a further claim", signed(&with("azp", "quiz"))),
        ("a fraction of a second", signed(&with("exp", 1_700_000_300.5))),
        ("no kid", headed(&header)),
        ("a key beside the header", {
            header["jwk"] = OTHER.public_jwk();
            headed(&header)
        }),
    ];
    for (what, assertion) in free {
        let answer = world().post(&parameters(&assertion)).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.body);
    }
    let mut more = changed("client_id", "quiz");
    more.push(("unheard_of", "1".to_owned()));
    assert_eq!(world().post(&more).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_fault_of_an_assertion_is_an_invalid_client_with_a_sentence() {
    let none =
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(claims().to_string()));
    let genuine = signed(&claims());
    let altered = format!("{}A{}", &genuine[..genuine.len() - 20], &genuine[genuine.len() - 19..]);
    let rows = [
        (
            "no iss",
            signed(&without("iss")),
            "the claim iss in the client_assertion, a string that is not empty, saw none",
        ),
        ("no sub", signed(&without("sub")), "the claim sub"),
        ("iss of somebody else", signed(&with("iss", "other")), "iss and sub both to be the client_id"),
        ("sub of somebody else", signed(&with("sub", "other")), "iss and sub both to be the client_id"),
        ("no aud", signed(&without("aud")), "https://lms.example/token or https://lms.example,"),
        ("aud with a slash more", signed(&with("aud", format!("{TOKEN_URL}/"))), "saw https://lms.example/token/"),
        ("no exp", signed(&without("exp")), "the claim exp in the client_assertion, a JSON number"),
        ("exp as text", signed(&with("exp", "1700000300")), "saw a value of another type"),
        ("exp past", signed(&with("exp", NOW - 60)), "expected exp ahead, saw it 60 s ago"),
        ("exp far ahead", signed(&with("exp", NOW + 86_401)), "at most 86400 s ahead"),
        ("nbf ahead", signed(&with("nbf", NOW + 61)), "nbf to have come, saw it 61 s ahead"),
        ("no jti", signed(&without("jti")), "the claim jti"),
        ("an empty jti", signed(&with("jti", "")), "the claim jti"),
        (
            "a deployment of somebody else",
            signed(&with(DEPLOYMENT, "d9")),
            "deployment_id to be a deployment of the tool",
        ),
        ("alg none", none, "expected alg to be one of RS256"),
        ("a shared secret", headed(&json!({ "alg": "HS256", "kid": "quiz-1" })), "saw HS256"),
        (
            "an alg that is not the key's",
            headed(&json!({ "alg": "RS256", "kid": "quiz-1" })),
            "kid to name a key for this alg",
        ),
        ("an unknown kid", headed(&json!({ "alg": "ES256", "kid": "quiz-9" })), "kid to name a key"),
        ("crit", headed(&json!({ "alg": "ES256", "crit": ["x"], "x": 1 })), "header parameter crit"),
        ("altered", altered, "one that does not verify"),
        ("another's key", sign_compact(&OTHER, &claims()).unwrap(), "kid to name a key for this alg"),
        ("an unknown client", signed(&of("nobody")), "saw an unknown one"),
        ("a client signed for by another", signed(&of("other")), "kid to name a key for this alg"),
        ("a silent key set", signed(&of("silent")), "it cannot be read from here"),
        ("no key set", signed(&of("keyless")), "it registered no key set"),
        ("no token at all", "x".to_owned(), "client_assertion: expected three parts"),
    ];
    for (what, assertion, sentence) in rows {
        let (status, code, description) = world().post(&parameters(&assertion)).await.error();
        assert_eq!((status, code.as_str()), (400, "invalid_client"), "{what}: {description}");
        assert!(description.contains(sentence), "{what}: {description}");
        assert!(!description.contains("10.0.0.7"), "{what}: {description}");
    }
}

#[tokio::test]
async fn each_fault_of_the_parameters_has_its_code() {
    let mut twice = dropped("");
    twice.push(("scope", Scope::Score.to_string()));
    let mut secret = dropped("");
    secret.push(("client_secret", "s".to_owned()));
    let rows = [
        ("no grant_type", dropped("grant_type"), "invalid_request"),
        ("another grant", changed("grant_type", "refresh_token"), "unsupported_grant_type"),
        ("no assertion", dropped("client_assertion"), "invalid_client"),
        ("an empty assertion", changed("client_assertion", ""), "invalid_client"),
        ("no assertion type", dropped("client_assertion_type"), "invalid_request"),
        ("another assertion type", changed("client_assertion_type", "saml"), "invalid_client"),
        ("another client_id", changed("client_id", "other"), "invalid_client"),
        ("a parameter twice", twice, "invalid_request"),
        ("two methods of proof", secret, "invalid_request"),
        ("no scope", dropped("scope"), "invalid_scope"),
        ("an empty scope", changed("scope", " "), "invalid_scope"),
        ("scopes nobody may have", changed("scope", "openid admin"), "invalid_scope"),
    ];
    for (what, parameters, expected) in rows {
        let (status, code, description) = world().post(&parameters).await.error();
        assert_eq!((status, code.as_str()), (400, expected), "{what}: {description}");
    }
    let (_, code, description) = world().post(&parameters(&signed(&of("poor")))).await.error();
    assert_eq!(code, "invalid_scope", "{description}");
}

#[tokio::test]
async fn no_more_is_granted_than_was_asked_and_may_be_had() {
    let answer = world().post(&changed("scope", &format!("{} openid", Scope::Score))).await;
    assert_eq!(answer.json()["scope"], Scope::Score.to_string());
    let answer = world().post(&changed("scope", &format!("{} {}", Scope::ResultReadonly, Scope::LineItem))).await;
    assert_eq!(answer.json()["scope"], Scope::LineItem.to_string());
}

#[tokio::test]
async fn an_assertion_is_used_once_and_a_forgery_uses_nothing_up() {
    let world = world();
    let forged = format!("{}AAAA", signed(&claims()).trim_end_matches(|c| c != '.'));
    assert_eq!(world.post(&parameters(&forged)).await.error().1, "invalid_client");
    let genuine = parameters(&signed(&claims()));
    assert_eq!(world.post(&genuine).await.status, StatusCode::OK);
    let (_, code, description) = world.post(&genuine).await.error();
    assert_eq!((code.as_str(), description.contains("jti")), ("invalid_client", true), "{description}");
    // The same name made by another client is another name.
    let other = sign_compact(&OTHER, &of("other")).unwrap();
    assert_eq!(world.post(&parameters(&other)).await.status, StatusCode::OK);
    // As long as anybody would take the assertion it is remembered.
    world.clock.advance(Duration::from_secs(359));
    assert!(world.post(&genuine).await.error().2.contains("jti"));
    world.clock.advance(Duration::from_secs(1));
    assert!(world.post(&genuine).await.error().2.contains("exp"));
}

#[tokio::test]
async fn what_is_no_form_by_post_is_refused_in_json() {
    let world = world();
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri("/token").body(Body::empty()).unwrap();
        let answer = world.send(request).await;
        assert_eq!(
            (answer.status, &answer.headers["allow"]),
            (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
        );
    }
    let json = Request::post("/token").header("content-type", "application/json").body("{}".into()).unwrap();
    assert_eq!(world.send(json).await.error().1, "invalid_request");
    let large = Request::post("/token").header("content-type", FORM).body("x".repeat(70_000).into()).unwrap();
    let answer = world.send(large).await;
    assert_eq!((answer.status, answer.error().1.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request"));
    let mut in_the_url = post(&[]);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters(&signed(&claims()))).finish();
    *in_the_url.uri_mut() = format!("/token?{query}").parse().unwrap();
    assert_eq!(world.send(in_the_url).await.error().1, "invalid_request", "nothing is read from the URL");
}

#[tokio::test]
async fn a_password_is_no_proof() {
    let world = world();
    let mut request = post(&dropped("client_assertion"));
    request.headers_mut().insert("authorization", "Basic cXVpejpz".parse().unwrap());
    let answer = world.send(request).await;
    assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (401, "invalid_client"));
    assert_eq!(answer.headers["www-authenticate"], "Basic realm=\"https://lms.example\"");
    let mut request = post(&dropped(""));
    request.headers_mut().insert("authorization", "basic cXVpejpz".parse().unwrap());
    assert_eq!(world.send(request).await.error().1, "invalid_request");
}

#[tokio::test]
async fn a_failure_behind_is_no_fault_of_the_client() {
    let world = world();
    let once = Arc::new(MemoryOnceStore::new(0));
    let quiz = TokenClient::new("quiz", ClientKeys::Url("https://quiz.example/jwks".parse().unwrap()));
    let clients = HashMap::from([("quiz".to_owned(), quiz.with_scopes([Scope::Score]))]);
    let policy = TokenPolicy::new([TOKEN_URL]);
    let endpoint = TokenEndpoint::new(policy, Arc::new(clients), Arc::new(Published), once, world.tokens, world.clock);
    let full = World { endpoint: Arc::new(endpoint), ..self::world() };
    let (status, code, _) = full.post(&parameters(&signed(&claims()))).await.error();
    assert_eq!((status, code.as_str()), (503, "temporarily_unavailable"));
}

#[test]
fn the_discovery_document_says_what_there_is() {
    let url = |path: &str| format!("https://lms.example{path}").parse().unwrap();
    let mut metadata = ProviderMetadata::new("https://lms.example", url("/auth"), url("/jwks"));
    world().endpoint.describe(&mut metadata, url("/token"), [Scope::Score.as_str(), "openid"]);
    let json = metadata.to_json();
    assert_eq!(json["token_endpoint"], TOKEN_URL);
    assert_eq!(json["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
    assert_eq!(json["token_endpoint_auth_signing_alg_values_supported"][0], "RS256");
    assert_eq!(json["grant_types_supported"], json!(["implicit", "client_credentials"]));
    assert_eq!(json["scopes_supported"], json!(["openid", Scope::Score.as_str()]));
}
