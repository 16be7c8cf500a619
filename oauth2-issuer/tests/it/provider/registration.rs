//! Clients register themselves, and manage what was registered.

use axum::body::Body;
use http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{Method, Request, StatusCode};
use oauth2_issuer::server::provider::SecretHash;
use oauth2_issuer::server::provider::registration::RegistrationPolicy;
use serde_json::{Value, json};

use super::school::{ISSUER, NOW, School, Seen, basic};

const INITIAL: &str = "initial-access-token-of-the-office";

async fn open() -> School {
    School::with(|policy| policy.registration = RegistrationPolicy::Open).await
}

async fn ask(school: &School, method: Method, path: &str, token: &str, document: Option<&Value>) -> Seen {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = match document {
        Some(document) => {
            request = request.header(CONTENT_TYPE, "application/json; charset=utf-8");
            Body::from(document.to_string())
        }
        None => Body::empty(),
    };
    school.send(request.body(body).unwrap()).await
}

async fn register(school: &School, document: &Value) -> Seen {
    ask(school, Method::POST, "/school/register", "", Some(document)).await
}

fn portal() -> Value {
    json!({
        "client_name": "Portal", "redirect_uris": ["https://portal.example/cb"], "colour": "red",
        "grant_types": ["authorization_code", "client_credentials"], "scope": "openid reports admin",
    })
}

/// Address, token and document of a fresh registration.
async fn registered(school: &School, document: &Value) -> (String, String, Value) {
    let seen = register(school, document).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.body);
    let document = seen.json();
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    let path = text("registration_client_uri").strip_prefix("https://id.example").unwrap().to_owned();
    (path, text("registration_access_token"), document)
}

#[tokio::test]
async fn a_client_is_registered_and_told_all_of_it() {
    let school = open().await;
    let seen = register(&school, &portal()).await;
    assert_eq!((seen.status, &seen.headers[CACHE_CONTROL]), (StatusCode::CREATED, &"no-store".parse().unwrap()));
    let document = seen.json();
    for (name, value) in [
        ("client_name", json!("Portal")),
        ("redirect_uris", json!(["https://portal.example/cb"])),
        ("grant_types", json!(["authorization_code", "client_credentials"])),
        ("response_types", json!(["code"])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("scope", json!("openid reports")),
        ("application_type", json!("web")),
        ("client_secret_expires_at", json!(0)),
        ("client_id_issued_at", json!(NOW)),
    ] {
        assert_eq!(document[name], value, "{name}");
    }
    assert!(document.get("colour").is_none(), "what nobody understands is not registered");
    let at = format!("{ISSUER}/register/{}", document["client_id"].as_str().unwrap());
    assert_eq!(document["registration_client_uri"], at.as_str());
    // The secret is good at once.
    let secret = document["client_secret"].as_str().unwrap();
    let credentials = basic(document["client_id"].as_str().unwrap(), secret);
    let form = [("grant_type", "client_credentials"), ("scope", "reports")];
    let token = school.post("/school/token", ("authorization", &credentials), &form).await;
    assert_eq!(token.status, StatusCode::OK, "{}", token.body);
    let (_, _, other) = registered(&school, &portal()).await;
    assert!(other["client_id"] != document["client_id"] && other["client_secret"] != document["client_secret"]);
}

#[tokio::test]
async fn who_needs_no_secret_gets_none() {
    let school = open().await;
    for (method, document) in [
        ("none", json!({"redirect_uris": ["http://127.0.0.1/cb"], "application_type": "native"})),
        ("private_key_jwt", json!({"redirect_uris": ["https://a.example/cb"], "jwks_uri": "https://a.example/jwks"})),
    ] {
        let mut document = document;
        document["token_endpoint_auth_method"] = method.into();
        let (_, _, answer) = registered(&school, &document).await;
        assert!(answer.get("client_secret").is_none() && answer.get("client_secret_expires_at").is_none(), "{answer}");
    }
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused_by_name() {
    let school = open().await;
    for (code, name, value) in [
        ("invalid_redirect_uri", "redirect_uris", json!(["https://portal.example/cb#top"])),
        ("invalid_redirect_uri", "redirect_uris", json!(["http://portal.example/cb"])),
        ("invalid_redirect_uri", "redirect_uris", json!([])),
        ("invalid_client_metadata", "jwks", json!({"keys": []})),
        ("invalid_client_metadata", "token_endpoint_auth_method", json!("tls_client_auth")),
        ("invalid_client_metadata", "response_types", json!(["id_token"])),
    ] {
        let mut document = portal();
        document[name] = value;
        let seen = register(&school, &document).await;
        assert_eq!((seen.status, seen.error().as_str()), (StatusCode::BAD_REQUEST, code), "{}", seen.body);
        assert!(seen.json()["error_description"].as_str().unwrap().is_ascii());
    }
    let form = school.post("/school/register", ("", ""), &[("client_name", "Portal")]).await;
    assert_eq!((form.status, form.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_client_metadata"));
    let list = register(&school, &json!([])).await;
    assert_eq!((list.status, list.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_client_metadata"));
    let got = ask(&school, Method::GET, "/school/register", "", None).await;
    assert_eq!((got.status, &got.headers[ALLOW]), (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap()));
    let large = json!({"client_name": "x".repeat(100_000)});
    assert_eq!(register(&school, &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn who_may_register_says_the_policy() {
    let closed = School::new().await;
    assert_eq!(register(&closed, &portal()).await.status, StatusCode::NOT_FOUND);
    let metadata = closed.get("/school/.well-known/openid-configuration", "").await.json();
    assert!(metadata.get("registration_endpoint").is_none());

    let hashes = vec![SecretHash::of("another"), SecretHash::of(INITIAL)];
    let school = School::with(|policy| policy.registration = RegistrationPolicy::Protected(hashes)).await;
    let metadata = school.get("/school/.well-known/openid-configuration", "").await.json();
    assert_eq!(metadata["registration_endpoint"], format!("{ISSUER}/register"));
    let with = async |token| ask(&school, Method::POST, "/school/register", token, Some(&portal())).await;
    assert_eq!(with(INITIAL).await.status, StatusCode::CREATED);
    for (token, code) in [("", None), ("wrong", Some("invalid_token"))] {
        let seen = with(token).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
        assert!(seen.headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer realm="));
        assert_eq!(seen.json()["error"].as_str(), code);
    }
    let open = open().await;
    let seen = ask(&open, Method::POST, "/school/register", "wrong", Some(&portal())).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "a token that is sent is validated");
}

#[tokio::test]
async fn a_registration_is_read_and_changed_by_its_client_alone() {
    let school = open().await;
    let (path, token, document) = registered(&school, &portal()).await;
    let (_, foreign, _) = registered(&school, &portal()).await;
    let read = ask(&school, Method::GET, &path, &token, None).await;
    assert_eq!((read.status, &read.headers[CACHE_CONTROL]), (StatusCode::OK, &"no-store".parse().unwrap()));
    let mut expected = document.clone();
    for secret in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(secret);
    }
    assert_eq!(read.json(), expected);

    let mut changed = expected.clone();
    changed["client_name"] = json!("Portal 2");
    changed["redirect_uris"] = json!(["https://portal.example/new"]);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        for (path, token) in [
            (path.as_str(), "wrong"),
            (path.as_str(), ""),
            (path.as_str(), foreign.as_str()),
            ("/school/register/nobody", token.as_str()),
            ("/other/register/nobody", token.as_str()),
            // A client that did not register itself has no token at all.
            ("/school/register/portal", token.as_str()),
        ] {
            let seen = ask(&school, method.clone(), path, token, Some(&changed)).await;
            assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert!(seen.headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer "));
        }
    }
    let updated = ask(&school, Method::PUT, &path, &token, Some(&changed)).await;
    assert_eq!(updated.status, StatusCode::OK, "{}", updated.body);
    assert_eq!(ask(&school, Method::GET, &path, &token, None).await.json(), updated.json());
    assert_eq!(updated.json()["redirect_uris"], json!(["https://portal.example/new"]));
    let posted = ask(&school, Method::POST, &path, &token, Some(&changed)).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_change_is_judged_like_a_registration() {
    let school = open().await;
    let (path, token, document) = registered(&school, &portal()).await;
    for (name, value, code) in [
        ("client_id", json!("portal"), "invalid_client_metadata"),
        ("client_id", Value::Null, "invalid_client_metadata"),
        ("client_secret", json!("another"), "invalid_client_metadata"),
        ("redirect_uris", json!(["http://portal.example/cb"]), "invalid_redirect_uri"),
    ] {
        let mut changed = document.clone();
        changed[name] = value;
        let seen = ask(&school, Method::PUT, &path, &token, Some(&changed)).await;
        assert_eq!((seen.status, seen.error().as_str()), (StatusCode::BAD_REQUEST, code), "{}", seen.body);
    }
    // What is not sent any more is as by default.
    let mut changed = document.clone();
    changed.as_object_mut().unwrap().remove("client_name");
    changed["token_endpoint_auth_method"] = json!("private_key_jwt");
    changed["jwks_uri"] = json!("https://portal.example/jwks");
    let seen = ask(&school, Method::PUT, &path, &token, Some(&changed)).await.json();
    assert!(seen.get("client_name").is_none() && seen.get("client_secret").is_none(), "{seen}");
    // Back to a secret: there is a new one, since nobody here knows the old one.
    changed["token_endpoint_auth_method"] = json!("client_secret_post");
    for member in ["jwks_uri", "client_secret"] {
        changed.as_object_mut().unwrap().remove(member);
    }
    let seen = ask(&school, Method::PUT, &path, &token, Some(&changed)).await.json();
    assert!(seen["client_secret"].is_string() && seen["client_secret"] != document["client_secret"], "{seen}");
}

#[tokio::test]
async fn a_registration_ends_with_all_that_came_of_it() {
    let school = open().await;
    let (path, token, document) = registered(&school, &portal()).await;
    let text = |name: &str| document[name].as_str().unwrap();
    let credentials = basic(text("client_id"), text("client_secret"));
    let form = [("grant_type", "client_credentials")];
    let issued = school.post("/school/token", ("authorization", &credentials), &form).await.json();
    let access_token = issued["access_token"].as_str().unwrap();
    assert!(school.provider.verify_access_token(access_token).await.unwrap().is_some());
    let gone = ask(&school, Method::DELETE, &path, &token, None).await;
    assert_eq!((gone.status, gone.body.as_str()), (StatusCode::NO_CONTENT, ""));
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let seen = ask(&school, method, &path, &token, Some(&document)).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    }
    let refused = school.post("/school/token", ("authorization", &credentials), &form).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(school.provider.verify_access_token(access_token).await.unwrap().is_none());
}
