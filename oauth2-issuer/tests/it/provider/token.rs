//! The token endpoint: who gets what for what.

use http::StatusCode;
use lti_core::Timestamp;
use lti_core::jose::{Algorithm, SigningKey, sign_compact};
use oauth2_issuer::server::provider::AuthMethod;
use serde_json::{Value, json};

use super::school::{
    CALLBACK, CLIENT_KEY, ISSUER, NOW, SECRET, School, Seen, VERIFIER, basic, claims, clients, header,
};

const OFFLINE: [(&str, &str); 1] = [("scope", "openid profile offline_access")];

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let school = School::new().await;
    let code = school.code(&[]).await;
    let seen = school.exchange(&code).await;
    assert_eq!((seen.status, &seen.headers["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    assert_eq!(seen.headers["pragma"], "no-cache");
    let tokens = seen.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&"Bearer".into(), &3_600.into()));
    assert!(tokens.get("refresh_token").is_none(), "offline access was not asked for");
    let id_token = claims(text(&tokens["id_token"]));
    for (name, value) in [
        ("iss", json!(ISSUER)),
        ("sub", json!("ada")),
        ("aud", json!("portal")),
        ("nonce", json!("n-1")),
        ("iat", json!(NOW)),
        ("auth_time", json!(NOW)),
    ] {
        assert_eq!(id_token[name], value, "{name}");
    }
    let access = text(&tokens["access_token"]);
    assert_eq!((&header(access)["typ"], &header(access)["kid"]), (&"at+jwt".into(), &"id-1".into()));
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        assert!(!claims(access)[name].is_null(), "RFC 9068, 2.2: {name}");
    }
    let user = school.userinfo(access).await;
    assert_eq!(user.json(), json!({ "sub": "ada", "name": "Name of ada" }));
    assert_eq!(school.exchange(&code).await.error(), "invalid_grant");
    assert_eq!(school.userinfo(access).await.status, StatusCode::UNAUTHORIZED, "reuse revokes what came from the code");
}

#[tokio::test]
async fn of_parallel_exchanges_one_wins_at_most() {
    let school = School::new().await;
    let code = school.code(&[]).await;
    let (one, two) = tokio::join!(school.exchange(&code), school.exchange(&code));
    let good = [one, two].iter().filter(|seen| seen.status.is_success()).count();
    assert!(good <= 1, "{good}");
}

#[tokio::test]
async fn a_code_is_bound_to_client_address_verifier_and_time() {
    let school = School::new().await;
    let form = |code: &'static str, uri: &'static str, verifier: &'static str| {
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", uri), ("code_verifier", verifier)]
    };
    for (uri, verifier) in [
        ("https://portal.example/other", VERIFIER),
        ("", VERIFIER),
        (CALLBACK, ""),
        (CALLBACK, "another-verifier-that-is-long-enough-to-be-one-1"),
        (CALLBACK, super::school::CHALLENGE),
    ] {
        let code = school.code(&[]).await;
        let mut form = form("", uri, verifier);
        form[1].1 = code.leak();
        assert_eq!(school.token(&form).await.error(), "invalid_grant", "{uri} {verifier}");
    }
    let unbound = school.code(&[("code_challenge", ""), ("code_challenge_method", "")]).await;
    assert_eq!(school.exchange(&unbound).await.error(), "invalid_grant", "a verifier without a challenge");
    let code = school.code(&[]).await;
    let foreign = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", "poster"),
        ("client_secret", SECRET),
    ];
    assert_eq!(school.post("/school/token", ("", ""), &foreign).await.error(), "invalid_grant");
    let code = school.code(&[]).await;
    school.advance(61);
    assert_eq!(school.exchange(&code).await.error(), "invalid_grant");
}

#[tokio::test]
async fn refresh_tokens_rotate_and_an_old_one_ends_the_family() {
    let school = School::new().await;
    let first = school.exchange(&school.code(&OFFLINE).await).await.json();
    school.advance(1_000);
    let second = school.refresh(text(&first["refresh_token"])).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let (before, after) = (claims(text(&first["id_token"])), claims(text(&second["id_token"])));
    for name in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert!(after.get("nonce").is_none() && after["iat"] == NOW + 1_000);
    let access = text(&second["access_token"]);
    assert_eq!(school.userinfo(access).await.status, StatusCode::OK);
    assert_eq!(school.refresh(text(&first["refresh_token"])).await.error(), "invalid_grant");
    assert_eq!(school.refresh(text(&second["refresh_token"])).await.error(), "invalid_grant", "the family is revoked");
    assert_eq!(school.userinfo(access).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn refresh_tokens_are_bound_to_client_scope_and_time() {
    let school = School::new().await;
    let refresh = school.exchange(&school.code(&OFFLINE).await).await.json()["refresh_token"].clone();
    let refresh = text(&refresh);
    let scoped = |scope| [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", scope)];
    assert_eq!(school.token(&scoped("openid email")).await.error(), "invalid_scope");
    assert_eq!(school.refresh("bogus").await.error(), "invalid_grant");
    let mut app = scoped("").to_vec();
    app.push(("client_id", "app"));
    assert_eq!(school.post("/school/token", ("", ""), &app).await.error(), "invalid_grant");
    let less = school.token(&scoped("profile")).await.json();
    assert_eq!((&less["scope"], less.get("id_token")), (&"profile".into(), None));
    let all = school.refresh(text(&less["refresh_token"])).await.json();
    assert_eq!(all["scope"], "openid profile offline_access", "the grant keeps its scopes");
    school.advance(31 * 24 * 3_600);
    assert_eq!(school.refresh(text(&all["refresh_token"])).await.error(), "invalid_grant");
}

#[tokio::test]
async fn clients_prove_themselves_by_one_method() {
    let school = School::new().await;
    let grant = ("grant_type", "client_credentials");
    let wrong = basic("portal", "wrong");
    for (field, form, status, code) in [
        ("", &[grant][..], 400, "invalid_client"),
        ("", &[grant, ("client_id", "portal")], 400, "invalid_client"),
        ("", &[grant, ("client_id", "portal"), ("client_secret", SECRET)], 400, "invalid_client"),
        ("", &[grant, ("client_id", "poster"), ("client_secret", "wrong")], 400, "invalid_client"),
        (&wrong, &[grant], 401, "invalid_client"),
        ("Basic !", &[grant], 401, "invalid_client"),
        (&basic("portal", SECRET), &[grant, ("client_secret", SECRET)], 400, "invalid_request"),
        (&basic("portal", SECRET), &[grant, ("client_id", "poster")], 400, "invalid_request"),
        (&basic("portal", SECRET), &[grant, grant], 400, "invalid_request"),
        (&basic("portal", SECRET), &[], 400, "invalid_request"),
        (&basic("portal", SECRET), &[("grant_type", "password")], 400, "unsupported_grant_type"),
        (&basic("portal", SECRET), &[("grant_type", "implicit")], 400, "unsupported_grant_type"),
        (&basic("poster", SECRET), &[("grant_type", "refresh_token")], 400, "unauthorized_client"),
    ] {
        let header = if field.is_empty() { ("", "") } else { ("authorization", field) };
        let seen = school.post("/school/token", header, form).await;
        assert_eq!((seen.status.as_u16(), seen.error().as_str()), (status, code), "{field} {form:?}");
        assert_eq!(seen.headers.contains_key("www-authenticate"), status == 401, "{field}");
        assert!(!seen.body.contains("planted"), "{}", seen.body);
    }
    let post = [grant, ("client_id", "poster"), ("client_secret", SECRET), ("unknown", "1")];
    assert_eq!(school.post("/school/token", ("", ""), &post).await.json()["scope"], "reports");
    let by_basic = school.post("/school/token", ("authorization", &basic("poster", SECRET)), &[grant]).await;
    assert_eq!(by_basic.status, StatusCode::OK, "RFC 6749, 2.3.1: Basic is always supported");
    assert_eq!(school.get("/school/token", "").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_secret_ends() {
    let school = School::new().await;
    let mut client = clients().remove(0).with_secret(AuthMethod::ClientSecretBasic, SECRET);
    client.secret_expires_at = Some(Timestamp::from_secs(NOW));
    school.provider.store().put_client(ISSUER, client).await.unwrap();
    let ask = async || school.token(&[("grant_type", "client_credentials")]).await;
    assert_eq!(ask().await.status, StatusCode::OK);
    school.advance(1);
    assert_eq!(ask().await.status, StatusCode::UNAUTHORIZED);
}

async fn assert_with(school: &School, aud: Value, jti: &str, further: &[(&str, &str)]) -> Seen {
    let claims = json!({ "iss": "service", "sub": "service", "aud": aud, "exp": NOW + 60, "jti": jti });
    let assertion = sign_compact(&CLIENT_KEY, &claims).unwrap();
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.as_str()),
    ];
    form.extend(further);
    school.post("/school/token", ("", ""), &form).await
}

#[tokio::test]
async fn assertions_are_for_this_issuer_and_good_once() {
    let school = School::new().await;
    for (aud, jti) in [(json!(ISSUER), "1"), (json!(format!("{ISSUER}/token")), "2"), (json!([ISSUER]), "3")] {
        let tokens = assert_with(&school, aud, jti, &[]).await.json();
        let access = claims(text(&tokens["access_token"]));
        assert_eq!((&access["sub"], &access["scope"]), (&"service".into(), &"reports".into()));
        assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
    }
    assert_eq!(assert_with(&school, json!(ISSUER), "1", &[]).await.error(), "invalid_client", "the same jti");
    assert_eq!(assert_with(&school, json!("https://id.example/other"), "4", &[]).await.error(), "invalid_client");
    let other = assert_with(&school, json!(ISSUER), "5", &[("client_id", "portal")]).await;
    assert_eq!(other.error(), "invalid_client");
    let mut client = clients().remove(3);
    client.assertion_alg = Some("RS256".to_owned());
    school.provider.store().put_client(ISSUER, client).await.unwrap();
    assert_eq!(assert_with(&school, json!(ISSUER), "6", &[]).await.error(), "invalid_client", "another alg registered");
}

#[tokio::test]
async fn resources_are_known_and_become_the_audience() {
    let school = School::new().await;
    let ask = async |resource: &str| {
        school.token(&[("grant_type", "client_credentials"), ("scope", "reports"), ("resource", resource)]).await
    };
    let token = ask("https://api.example/").await.json();
    assert_eq!(claims(text(&token["access_token"]))["aud"], "https://api.example/");
    assert_eq!(ask("https://unknown.example/").await.error(), "invalid_target");
    let code = school.code(&[("resource", "https://api.example/")]).await;
    let token = school.exchange(&code).await.json();
    assert_eq!(claims(text(&token["access_token"]))["aud"], "https://api.example/");
    assert_eq!(
        school.userinfo(text(&token["access_token"])).await.status,
        StatusCode::UNAUTHORIZED,
        "for the API alone"
    );
}

#[tokio::test]
async fn userinfo_is_for_bearers_alone() {
    let school = School::new().await;
    let none = school.get("/school/userinfo", "").await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    assert!(none.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer realm="));
    let tokens = school.exchange(&school.code(&[]).await).await.json();
    let (access, id_token) = (text(&tokens["access_token"]), text(&tokens["id_token"]));
    let posted = school.post("/school/userinfo", ("", ""), &[("access_token", access)]).await;
    assert_eq!(posted.json()["sub"], "ada");
    let both = ("authorization", &*format!("Bearer {access}"));
    assert_eq!(
        school.post("/school/userinfo", both, &[("access_token", access)]).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(school.userinfo(id_token).await.status, StatusCode::UNAUTHORIZED, "an ID token is no access token");
    let of_client = school.token(&[("grant_type", "client_credentials")]).await.json();
    assert_eq!(school.userinfo(text(&of_client["access_token"])).await.status, StatusCode::UNAUTHORIZED);
    school.provider.store().remove_client(ISSUER, "portal").await.unwrap();
    assert_eq!(school.userinfo(access).await.status, StatusCode::UNAUTHORIZED, "its client is gone");
    let school = School::new().await;
    let tokens = school.exchange(&school.code(&[]).await).await.json();
    school.advance(3_601);
    assert_eq!(school.userinfo(text(&tokens["access_token"])).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn tokens_outlive_the_key_that_signed_them_by_the_overlap() {
    let school = School::new().await;
    let tokens = school.exchange(&school.code(&[]).await).await.json();
    let keys = &school.provider.parts().keys;
    keys.publish(SigningKey::generate_rs256("id-2").unwrap()).unwrap();
    keys.activate_next(Algorithm::Rs256).unwrap();
    assert_eq!(school.userinfo(text(&tokens["access_token"])).await.status, StatusCode::OK);
    let tokens_after = school.exchange(&school.code(&[]).await).await.json();
    for name in ["access_token", "id_token"] {
        assert_eq!(header(text(&tokens_after[name]))["kid"], "id-2", "{name}");
    }
    keys.withdraw(&"id-1".into()).unwrap();
    assert_eq!(school.userinfo(text(&tokens["access_token"])).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(school.userinfo(text(&tokens_after["access_token"])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_id_token_is_signed_as_its_client_registered() {
    let school = School::new().await;
    let mut client = clients().remove(0);
    client.id_token_alg = Some("ES256".to_owned());
    school.provider.store().put_client(ISSUER, client).await.unwrap();
    let code = school.code(&[]).await;
    let none = school.exchange(&code).await;
    assert_eq!(none.status, StatusCode::SERVICE_UNAVAILABLE, "there is no such key: no other alg takes its place");
    let keys = &school.provider.parts().keys;
    keys.publish(SigningKey::generate_es256("id-ec").unwrap()).unwrap();
    keys.activate_next(Algorithm::Es256).unwrap();
    let tokens = school.exchange(&school.code(&[]).await).await.json();
    let written = header(text(&tokens["id_token"]));
    assert_eq!((&written["alg"], &written["kid"], &written["typ"]), (&"ES256".into(), &"id-ec".into(), &"JWT".into()));
    assert_eq!(header(text(&tokens["access_token"]))["alg"], "RS256", "RFC 9068, 2.1: every resource server has it");
    let metadata = school.get("/school/.well-known/openid-configuration", "").await.json();
    assert_eq!(metadata["id_token_signing_alg_values_supported"], json!(["RS256", "ES256"]));
}
