//! What becomes of tokens: introspection and revocation.

use http::StatusCode;
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use oauth2_issuer::server::provider::ResourceServer;
use serde_json::{Value, json};

use super::school::{CALLBACK, ISSUER, NOW, SECRET, School, Seen, basic};

const OFFLINE: [(&str, &str); 1] = [("scope", "openid profile offline_access")];

async fn introspect(school: &School, client: &str, form: &[(&str, &str)]) -> Seen {
    school.post("/school/introspect", ("authorization", &basic(client, SECRET)), form).await
}

async fn of(school: &School, client: &str, token: &str) -> Value {
    let seen = introspect(school, client, &[("token", token)]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    seen.json()
}

async fn revoke(school: &School, client: &str, token: &str) -> StatusCode {
    let seen = school.post("/school/revoke", ("authorization", &basic(client, SECRET)), &[("token", token)]).await;
    assert_eq!((seen.body.as_str(), &seen.headers[CACHE_CONTROL]), ("", &"no-store".parse().unwrap()));
    seen.status
}

/// Access token and refresh token of the portal.
async fn tokens(school: &School) -> (String, String) {
    let seen = school.exchange(&school.code(&OFFLINE).await).await.json();
    let text = |name: &str| seen[name].as_str().unwrap_or_else(|| panic!("{seen}")).to_owned();
    (text("access_token"), text("refresh_token"))
}

fn inactive() -> Value {
    json!({ "active": false })
}

#[tokio::test]
async fn a_client_sees_its_own_tokens() {
    let school = School::new().await;
    let (access, refresh) = tokens(&school).await;
    let seen = introspect(&school, "portal", &[("token", &access)]).await;
    assert_eq!(seen.headers[CACHE_CONTROL], "no-store");
    let said = seen.json();
    for (name, value) in [
        ("active", json!(true)),
        ("iss", json!(ISSUER)),
        ("sub", json!("ada")),
        ("client_id", json!("portal")),
        ("scope", json!("openid profile offline_access")),
        ("token_type", json!("Bearer")),
        ("iat", json!(NOW)),
        ("exp", json!(NOW + 3_600)),
    ] {
        assert_eq!(said[name], value, "{name}");
    }
    let said = of(&school, "portal", &refresh).await;
    assert_eq!((&said["active"], &said["sub"]), (&json!(true), &json!("ada")));
    for (token, hint) in [(&access, "refresh_token"), (&refresh, "access_token"), (&access, "nonsense")] {
        let seen = introspect(&school, "portal", &[("token", token), ("token_type_hint", hint)]).await.json();
        assert_eq!(seen["active"], true, "a wrong hint ends no search: {hint}");
    }
}

#[tokio::test]
async fn of_what_is_not_good_nothing_is_said() {
    let school = School::new().await;
    let (access, refresh) = tokens(&school).await;
    assert_eq!(of(&school, "portal", "nonsense").await, inactive());
    assert_eq!(of(&school, "portal", &format!("{access}x")).await, inactive());
    assert_eq!(of(&school, "poster", &access).await, inactive(), "another client's");
    assert_eq!(of(&school, "poster", &refresh).await, inactive(), "another client's");
    let id_token = school.exchange(&school.code(&[]).await).await.json()["id_token"].as_str().unwrap().to_owned();
    assert_eq!(of(&school, "portal", &id_token).await, inactive(), "an ID token gives access to nothing");
    let next = school.refresh(&refresh).await.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(of(&school, "portal", &refresh).await, inactive(), "another took its place");
    school.advance(3_601);
    assert_eq!(of(&school, "portal", &access).await, inactive(), "expired");
    assert_eq!(of(&school, "portal", &next).await["active"], true);
    school.advance(31 * 24 * 3_600);
    assert_eq!(of(&school, "portal", &next).await, inactive(), "expired");
}

#[tokio::test]
async fn a_resource_server_sees_the_tokens_for_its_resource() {
    let served = |policy: &mut oauth2_issuer::server::provider::ProviderPolicy| {
        policy.resource_servers = vec![ResourceServer::new("poster", "https://api.example/")];
    };
    let school = School::with(served).await;
    let resource = ("resource", "https://api.example/");
    let for_api = school.exchange(&school.code(&[resource]).await).await.json()["access_token"].clone();
    let said = of(&school, "poster", for_api.as_str().unwrap()).await;
    assert_eq!((&said["active"], &said["client_id"]), (&json!(true), &json!("portal")));
    let (for_issuer, refresh) = tokens(&school).await;
    assert_eq!(of(&school, "poster", &for_issuer).await, inactive(), "for another resource");
    assert_eq!(of(&school, "poster", &refresh).await, inactive(), "a refresh token is for its client alone");
}

#[tokio::test]
async fn who_asks_must_prove_it() {
    let school = School::new().await;
    let (access, _) = tokens(&school).await;
    for path in ["/school/introspect", "/school/revoke"] {
        let nobody = school.post(path, ("", ""), &[("token", &access)]).await;
        assert_eq!(nobody.error(), "invalid_client", "{path}");
        assert!(nobody.json().get("active").is_none());
        let wrong = school.post(path, ("authorization", &basic("portal", "wrong")), &[("token", &access)]).await;
        assert_eq!((wrong.status, wrong.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"), "{path}");
        assert!(wrong.headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "));
        let none = school.post(path, ("authorization", &basic("portal", SECRET)), &[]).await;
        assert_eq!(none.error(), "invalid_request", "{path}");
        let twice = [("token", access.as_str()), ("token", access.as_str())];
        let twice = school.post(path, ("authorization", &basic("portal", SECRET)), &twice).await;
        assert_eq!(twice.error(), "invalid_request", "{path}");
        assert_eq!(school.get(path, "").await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    let public = school.post("/school/introspect", ("", ""), &[("client_id", "app"), ("token", &access)]).await;
    let nobody = school.post("/school/introspect", ("", ""), &[("token", &access)]).await;
    for seen in [public, nobody] {
        assert_eq!((seen.status, seen.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
        assert!(seen.headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "));
    }
    assert_eq!(of(&school, "portal", &access).await["active"], true, "nothing was revoked");
}

#[tokio::test]
async fn a_refresh_token_takes_its_whole_grant_along() {
    let school = School::new().await;
    let (access, refresh) = tokens(&school).await;
    let renewed = school.refresh(&refresh).await.json();
    let (second, next) = (renewed["access_token"].as_str().unwrap(), renewed["refresh_token"].as_str().unwrap());
    let (other, _) = tokens(&school).await;
    assert_eq!(revoke(&school, "portal", next).await, StatusCode::OK);
    assert_eq!(school.refresh(next).await.error(), "invalid_grant");
    for access in [access.as_str(), second] {
        assert_eq!(school.userinfo(access).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(of(&school, "portal", access).await, inactive());
    }
    assert_eq!(school.userinfo(&other).await.status, StatusCode::OK, "another grant of the same user");
}

#[tokio::test]
async fn one_that_was_replaced_ends_the_grant_as_well() {
    let school = School::new().await;
    let (_, refresh) = tokens(&school).await;
    let next = school.refresh(&refresh).await.json()["refresh_token"].as_str().unwrap().to_owned();
    // A client that lost the answer to its last refresh knows the old one alone.
    assert_eq!(revoke(&school, "portal", &refresh).await, StatusCode::OK);
    assert_eq!(school.refresh(&next).await.error(), "invalid_grant");
}

#[tokio::test]
async fn an_access_token_ends_alone() {
    let school = School::new().await;
    let (access, refresh) = tokens(&school).await;
    let form = [("token", access.as_str()), ("token_type_hint", "refresh_token")];
    let seen = school.post("/school/revoke", ("authorization", &basic("portal", SECRET)), &form).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(school.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(of(&school, "portal", &access).await, inactive());
    let renewed = school.refresh(&refresh).await;
    assert_eq!(renewed.status, StatusCode::OK);
    let renewed = renewed.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(school.userinfo(&renewed).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_ones_own_lives_on() {
    let school = School::new().await;
    let (access, refresh) = tokens(&school).await;
    for token in ["nonsense", access.as_str(), refresh.as_str()] {
        assert_eq!(revoke(&school, "poster", token).await, StatusCode::OK);
    }
    assert_eq!(school.userinfo(&access).await.status, StatusCode::OK);
    assert_eq!(school.refresh(&refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_public_client_gives_back_its_own() {
    let school = School::new().await;
    let changes =
        [("client_id", "app"), ("redirect_uri", "http://127.0.0.1:4711/cb"), ("scope", "openid offline_access")];
    let code = school.code(&changes).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code.as_str()),
        ("redirect_uri", "http://127.0.0.1:4711/cb"),
        ("code_verifier", super::school::VERIFIER),
    ];
    let seen = school.post("/school/token", ("", ""), &form).await.json();
    let refresh = seen["refresh_token"].as_str().unwrap_or_else(|| panic!("{seen}"));
    let gone = school.post("/school/revoke", ("", ""), &[("client_id", "app"), ("token", refresh)]).await;
    assert_eq!(gone.status, StatusCode::OK);
    let form = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", refresh)];
    assert_eq!(school.post("/school/token", ("", ""), &form).await.error(), "invalid_grant");
    assert!(CALLBACK.starts_with("https"), "the portal is another client");
}

#[tokio::test]
async fn the_metadata_says_where_and_how() {
    let school = School::new().await;
    let metadata = school.get("/school/.well-known/openid-configuration", "").await.json();
    for (name, path) in [("introspection_endpoint", "introspect"), ("revocation_endpoint", "revoke")] {
        assert_eq!(metadata[name], format!("{ISSUER}/{path}"));
        let methods = metadata[format!("{name}_auth_methods_supported")].as_array().unwrap();
        assert!(methods.contains(&json!("private_key_jwt")), "{name}");
        assert_eq!(methods.contains(&json!("none")), path == "revoke", "public clients look at no tokens");
        let algs = metadata[format!("{name}_auth_signing_alg_values_supported")].as_array().unwrap();
        assert!(algs.contains(&json!("RS256")) && !algs.contains(&json!("none")));
    }
}
