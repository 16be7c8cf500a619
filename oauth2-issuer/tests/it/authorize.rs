//! The authorization endpoint's decision, parameter by parameter.

use std::collections::HashMap;
use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::jose::Algorithm;
use lti_core::jose::key::SigningKey;
use lti_core::jose::token::CompactJws;
use lti_core::login::AuthenticationRequest;
use oauth2_issuer::clock::ManualClock;
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::server::authorize::{ClaimsSource, IdTokenClaims};
use oauth2_issuer::server::{AuthenticationError, Authorizer, Client, Clients, Denial, Outcome, ValidRequest};
use oauth2_issuer::{BoxFuture, Unavailable};
use proptest::prelude::*;
use serde_json::{Value, json};

const LAUNCH: &str = "https://tool.example/launch?course=1";
const NOW: i64 = 1_700_000_000;

/// Says who the user is; refuses when the login hint names somebody else.
pub(crate) struct School;

impl ClaimsSource for School {
    fn claims<'a>(
        &'a self,
        request: &'a ValidRequest,
        session: &'a str,
    ) -> BoxFuture<'a, Result<IdTokenClaims, Denial>> {
        Box::pin(async move {
            if request.login_hint.as_str() != session {
                return Err(Denial::new(AuthenticationError::LoginRequired, "somebody else is signed in"));
            }
            let hint = request.lti_message_hint.as_ref().map(lti_core::id::LtiMessageHint::as_str);
            // What the endpoint must not take from here is in it too.
            let claims =
                json!({"sub": session, "hint": hint, "iss": "forged", "aud": "forged", "nonce": "forged", "exp": 1});
            IdTokenClaims::new(&claims)
        })
    }
}

pub(crate) fn clients() -> HashMap<String, Client> {
    let tool = Client::new("tool", [LAUNCH, "https://tool.example/other"]);
    HashMap::from([("tool".to_owned(), tool)])
}

pub(crate) fn authorizer(keys: &Arc<KeyRing>, clients: Arc<dyn Clients>) -> Authorizer {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    Authorizer::new("https://lms.example", clients, Arc::new(School), Arc::clone(keys), clock)
        .signing_with(Algorithm::Es256)
}

pub(crate) fn ring() -> Arc<KeyRing> {
    let clock = Arc::new(ManualClock::default());
    Arc::new(KeyRing::with_key(clock, SigningKey::generate_es256("key-1").unwrap()))
}

pub(crate) fn request() -> Vec<(String, String)> {
    [
        ("scope", "openid"),
        ("response_type", "id_token"),
        ("client_id", "tool"),
        ("redirect_uri", LAUNCH),
        ("login_hint", "ada"),
        ("lti_message_hint", "link 7 & more"),
        ("state", "st%&=1"),
        ("response_mode", "form_post"),
        ("nonce", "n-1"),
        ("prompt", "none"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The request with one parameter taken away, or set to a value.
fn with(name: &str, value: Option<&str>) -> Vec<(String, String)> {
    let mut pairs = request();
    pairs.retain(|(other, _)| other != name);
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    pairs
}

async fn answer(pairs: &[(String, String)], session: Option<&str>) -> Outcome {
    authorizer(&ring(), Arc::new(clients()))
        .authorize(&AuthenticationRequest::from_pairs(pairs.to_vec()), session)
        .await
}

fn claims(outcome: &Outcome) -> Value {
    let (_, fields) = outcome.form().unwrap();
    let token = CompactJws::parse(&fields[0].1).unwrap();
    serde_json::from_slice(token.payload()).unwrap()
}

#[tokio::test]
async fn a_sound_request_gets_a_token_at_the_address_it_named() {
    let outcome = answer(&request(), Some("ada")).await;
    let (redirect_uri, fields) = outcome.form().unwrap();
    assert_eq!(redirect_uri, LAUNCH);
    assert_eq!(fields.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["id_token", "state"]);
    assert_eq!(fields[1].1, "st%&=1");
    assert_eq!(
        claims(&outcome),
        json!({"sub": "ada", "hint": "link 7 & more", "iss": "https://lms.example", "aud": "tool", "nonce": "n-1",
            "iat": NOW, "exp": NOW + 300})
    );
    assert!(!format!("{outcome:?}").contains(&fields[0].1), "the token is not for logs");
}

#[tokio::test]
async fn a_request_without_state_is_lawful() {
    let outcome = answer(&with("state", None), Some("ada")).await;
    let (_, fields) = outcome.form().unwrap();
    assert_eq!(fields.len(), 1);
}

#[tokio::test]
async fn what_is_not_understood_is_ignored() {
    let mut pairs = request();
    for (name, value) in
        [("lti_storage_target", "_parent"), ("max_age", "x"), ("ui_locales", "xx"), ("x", ""), ("x", "")]
    {
        pairs.push((name.to_owned(), value.to_owned()));
    }
    assert!(matches!(answer(&pairs, Some("ada")).await, Outcome::FormPost { .. }));
}

#[tokio::test]
async fn nothing_goes_to_an_address_that_is_not_registered() {
    for redirect_uri in [
        "https://evil.example/launch",
        "https://tool.example/launch",
        "https://tool.example/launch?course=1&x=1",
        "https://tool.example/launch?course=1#f",
        "https://tool.example/launch/?course=1",
        "https://tool.example/LAUNCH?course=1",
        "https://TOOL.example/launch?course=1",
        "https://tool.example:443/launch?course=1",
        "https://tool.example/a/../launch?course=1",
        "http://tool.example/launch?course=1",
        "https://tool.example/launch?course=1 ",
        "https://tool.example/launch?course=%31",
    ] {
        // A second fault must not open a way out either.
        for other in [None, Some("nonce"), Some("scope"), Some("login_hint")] {
            let mut pairs = with("redirect_uri", Some(redirect_uri));
            pairs.retain(|(name, _)| Some(name.as_str()) != other);
            let outcome = answer(&pairs, Some("ada")).await;
            assert!(matches!(outcome, Outcome::ErrorPage { .. }), "{redirect_uri}: {outcome:?}");
            assert_eq!(outcome.form(), None);
        }
    }
}

#[tokio::test]
async fn without_client_or_address_the_refusal_stays_here() {
    let mut twice = request();
    twice.push(("redirect_uri".to_owned(), "https://tool.example/other".to_owned()));
    let mut two_clients = request();
    two_clients.push(("client_id".to_owned(), "tool".to_owned()));
    for pairs in [
        with("client_id", None),
        with("client_id", Some("")),
        with("client_id", Some("stranger")),
        with("client_id", Some("TOOL")),
        with("redirect_uri", None),
        twice,
        two_clients,
        Vec::new(),
    ] {
        let outcome = answer(&pairs, Some("ada")).await;
        assert!(matches!(outcome, Outcome::ErrorPage { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_near_miss_is_named() {
    let outcome = answer(&with("redirect_uri", Some("http://tool.example/launch/")), Some("ada")).await;
    insta::assert_debug_snapshot!(outcome);
}

#[tokio::test]
async fn each_fault_gets_its_error_at_the_registered_address() {
    use AuthenticationError as E;
    for (name, value, error) in [
        ("response_type", None, E::InvalidRequest),
        ("response_type", Some("code"), E::UnsupportedResponseType),
        ("response_type", Some("id_token token"), E::UnsupportedResponseType),
        ("response_mode", None, E::InvalidRequest),
        ("response_mode", Some("fragment"), E::InvalidRequest),
        ("response_mode", Some("query"), E::InvalidRequest),
        ("scope", None, E::InvalidScope),
        ("scope", Some("profile openidx"), E::InvalidScope),
        ("nonce", None, E::InvalidRequest),
        ("nonce", Some(""), E::InvalidRequest),
        ("login_hint", None, E::InvalidRequest),
        ("login_hint", Some("grace"), E::LoginRequired),
        ("prompt", Some("login"), E::InteractionRequired),
        ("prompt", Some("none login"), E::InvalidRequest),
        ("request", Some("eyJ"), E::RequestNotSupported),
        ("request_uri", Some("https://tool.example/r"), E::RequestUriNotSupported),
        ("registration", Some("{}"), E::RegistrationNotSupported),
        ("id_token_hint", Some("eyJ"), E::InvalidRequest),
    ] {
        let outcome = answer(&with(name, value), Some("ada")).await;
        let Outcome::ErrorPost { redirect_uri, denial, state } = &outcome else { panic!("{name}: {outcome:?}") };
        assert_eq!((redirect_uri.as_str(), denial.error), (LAUNCH, error), "{name}={value:?}");
        assert_eq!(state.as_ref().unwrap().as_str(), "st%&=1");
        let (_, fields) = outcome.form().unwrap();
        assert!(fields.iter().all(|(name, _)| name != "id_token"));
    }
    // No prompt at all, and more scopes than one, are tolerated.
    for pairs in [with("prompt", None), with("scope", Some("profile openid"))] {
        assert!(matches!(answer(&pairs, Some("ada")).await, Outcome::FormPost { .. }));
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_an_error() {
    for name in ["nonce", "state", "scope", "login_hint", "lti_message_hint", "prompt"] {
        let mut pairs = request();
        pairs.push((name.to_owned(), "second".to_owned()));
        let outcome = answer(&pairs, Some("ada")).await;
        let Outcome::ErrorPost { denial, .. } = &outcome else { panic!("{name}: {outcome:?}") };
        assert_eq!(denial.description, format!("the parameter {name} was sent more than once"));
    }
}

#[tokio::test]
async fn without_a_session_there_is_no_login_page_but_an_error() {
    let outcome = answer(&request(), None).await;
    let Outcome::ErrorPost { denial, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(denial.error, AuthenticationError::LoginRequired);
}

/// A register that cannot be read.
struct Down;
impl Clients for Down {
    fn client<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Client>, Unavailable>> {
        Box::pin(async { Err(Unavailable::new("database password wrong")) })
    }
}

#[tokio::test]
async fn without_a_key_or_a_register_nothing_is_issued() {
    let empty = Arc::new(KeyRing::new(Arc::new(ManualClock::default())));
    let outcome = authorizer(&empty, Arc::new(clients()))
        .authorize(&AuthenticationRequest::from_pairs(request()), Some("ada"))
        .await;
    assert!(matches!(&outcome, Outcome::ErrorPost { denial, .. } if denial.error == AuthenticationError::ServerError));
    let outcome =
        authorizer(&ring(), Arc::new(Down)).authorize(&AuthenticationRequest::from_pairs(request()), Some("ada")).await;
    assert_eq!(outcome, Outcome::Failed);
}

proptest! {
    /// Whatever is sent, nothing goes to an address that is not registered, and the answer is never longer than asked.
    #[test]
    fn no_request_opens_a_way_out(pairs in prop::collection::vec(
        ("(client_id|redirect_uri|scope|nonce|state|response_type|[a-z]{0,4})", "(tool|https://tool\\.example/other|openid|id_token|.{0,12})"), 0..12)) {
        let client = Client::new("tool", ["https://tool.example/other"]);
        if let Err(outcome) = oauth2_issuer::server::validate(&AuthenticationRequest::from_pairs(pairs), Some(&client)) {
            let address = outcome.form().map(|(address, _)| address.to_owned());
            prop_assert!(address.is_none_or(|address| address == "https://tool.example/other"));
        }
    }
}
