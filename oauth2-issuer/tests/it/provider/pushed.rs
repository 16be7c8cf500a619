//! Requests that are pushed beforehand, the manifest for Open Badges, and keys that change.

use http::StatusCode;
use http::header::CACHE_CONTROL;
use lti_core::jose::{Algorithm, SigningKey};
use oauth2_issuer::server::provider::registration::RegistrationPolicy;
use oauth2_issuer::server::provider::{BadgeConnect, PUSHED_PREFIX, ScopeSet};
use serde_json::json;

use super::school::{CALLBACK, CHALLENGE, ISSUER, NOW, SECRET, School, Seen, basic, header};

fn request() -> Vec<(&'static str, &'static str)> {
    vec![
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile"),
        ("state", "st-1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

async fn push(school: &School, form: &[(&str, &str)]) -> Seen {
    school.post("/school/par", ("authorization", &basic("portal", SECRET)), form).await
}

async fn pushed(school: &School) -> String {
    let seen = push(school, &request()).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.body);
    seen.json()["request_uri"].as_str().unwrap().to_owned()
}

/// What the browser gets that brings this name.
async fn bring(school: &School, client: &str, name: &str) -> Seen {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client)
        .append_pair("request_uri", name)
        .finish();
    school.get(&format!("/school/authorize?{query}"), &format!("s-1/ada/{NOW}")).await
}

#[tokio::test]
async fn a_pushed_request_leads_to_a_code_once() {
    let school = School::new().await;
    let seen = push(&school, &request()).await;
    assert_eq!((seen.status, &seen.headers[CACHE_CONTROL]), (StatusCode::CREATED, &"no-store".parse().unwrap()));
    let answer = seen.json();
    assert_eq!(answer["expires_in"], 60);
    let name = answer["request_uri"].as_str().unwrap();
    assert!(name.starts_with(PUSHED_PREFIX) && name.len() >= PUSHED_PREFIX.len() + 43, "{name}");
    assert_ne!(pushed(&school).await, name);
    assert_eq!(bring(&school, "portal", name).await.location(), "https://id.example/pages/consent");
    let code = school.allow(&format!("s-1/ada/{NOW}")).await;
    assert_eq!(code.param("state").as_deref(), Some("st-1"));
    assert_eq!(school.exchange(&code.param("code").unwrap()).await.status, StatusCode::OK);
    assert!(bring(&school, "portal", name).await.is_page(), "it was used");
}

#[tokio::test]
async fn a_name_is_good_in_its_time_for_its_client_at_its_issuer() {
    let school = School::new().await;
    let name = pushed(&school).await;
    assert!(bring(&school, "poster", &name).await.is_page());
    assert!(bring(&school, "portal", &format!("{name}x")).await.is_page());
    assert_eq!(bring(&school, "portal", &name).await.status, StatusCode::SEE_OTHER, "its own client may still use it");
    let late = pushed(&school).await;
    school.advance(61);
    assert!(bring(&school, "portal", &late).await.is_page(), "expired");
}

#[tokio::test]
async fn what_is_pushed_is_judged_at_once() {
    let school = School::new().await;
    for (name, value, code) in [
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request"),
        ("redirect_uri", "https://portal.example/unknown", "invalid_request"),
        ("client_id", "poster", "invalid_request"),
        ("response_type", "nonsense", "unsupported_response_type"),
        ("scope", "nonsense", "invalid_scope"),
        ("request", "e30.e30.", "request_not_supported"),
        ("code_challenge_method", "plain", "invalid_request"),
    ] {
        let mut form = request();
        form.retain(|(known, _)| *known != name);
        form.push((name, value));
        let seen = push(&school, &form).await;
        assert_eq!((seen.status, seen.error().as_str()), (StatusCode::BAD_REQUEST, code), "{name}: {}", seen.body);
    }
    let mut twice = request();
    twice.push(("state", "st-2"));
    assert_eq!(push(&school, &twice).await.error(), "invalid_request");
}

#[tokio::test]
async fn who_pushes_proves_it_as_at_the_token_endpoint() {
    let school = School::new().await;
    let mut form = request();
    form.push(("client_id", "portal"));
    assert_eq!(school.post("/school/par", ("", ""), &form).await.error(), "invalid_client");
    let wrong = school.post("/school/par", ("authorization", &basic("portal", "wrong")), &form).await;
    assert_eq!((wrong.status, wrong.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
    assert_eq!(school.get("/school/par", "").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let metadata = school.get("/school/.well-known/openid-configuration", "").await.json();
    assert_eq!(metadata["pushed_authorization_request_endpoint"], format!("{ISSUER}/par"));
    assert_eq!(metadata["require_pushed_authorization_requests"], false);
}

#[tokio::test]
async fn the_manifest_says_what_its_readers_read() {
    let none = School::new().await;
    assert_eq!(none.get("/school/.well-known/badgeconnect.json", "").await.status, StatusCode::NOT_FOUND);
    let url = |text: &str| url::Url::parse(text).unwrap();
    let mut service = BadgeConnect::new(
        "School badges",
        url("https://id.example/school/badges/v2p1"),
        url("https://id.example/terms"),
        url("https://id.example/privacy"),
    );
    service.image = Some(url("https://id.example/badge.png"));
    let reading = "https://purl.imsglobal.org/spec/ob/v2p1/scope/assertion.readonly";
    let school = School::with(|policy| {
        policy.scopes = policy.scopes.union(&ScopeSet::parse(reading));
        policy.registration = RegistrationPolicy::Open;
        policy.badge_connect = Some(service);
    })
    .await;
    let seen = school.get("/school/.well-known/badgeconnect.json", "").await;
    assert_eq!(seen.headers["content-type"], "application/json");
    insta::assert_json_snapshot!(seen.json());
}

#[tokio::test]
async fn keys_change_without_breaking_what_was_signed() {
    let school = School::new().await;
    let token = async || {
        let form = [("grant_type", "client_credentials"), ("scope", "reports")];
        school.token(&form).await.json()["access_token"].as_str().unwrap().to_owned()
    };
    let kids = async || {
        let jwks = school.get("/school/jwks", "").await.json();
        jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect::<Vec<_>>()
    };
    let before = token().await;
    school.provider.publish_key(SigningKey::generate_rs256("id-2").unwrap()).unwrap();
    assert_eq!(kids().await, [json!("id-1"), json!("id-2")]);
    assert_eq!(header(&token().await)["kid"], "id-1", "published is not in use");
    school.provider.switch_key(Algorithm::Rs256).unwrap();
    let after = token().await;
    assert_eq!(header(&after)["kid"], "id-2");
    let good = async |token: &str| school.provider.verify_access_token(token).await.unwrap().is_some();
    assert!(good(&before).await && good(&after).await);
    school.provider.withdraw_key(&"id-1".into()).unwrap();
    assert_eq!(kids().await, [json!("id-2")]);
    assert!(!good(&before).await && good(&after).await, "what a withdrawn key signed is void");
    assert!(school.provider.switch_key(Algorithm::Rs256).is_err(), "nothing waits");
}
