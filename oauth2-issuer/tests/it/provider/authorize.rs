//! The authorization endpoint: what is refused where, who has to sign in, what comes back how.

use http::StatusCode;
use lti_core::Timestamp;
use oauth2_issuer::server::provider::{PUSHED_PREFIX, SecretHash, Stage, WaitingRequest};
use serde_json::{Value, json};

use super::school::{CALLBACK, ISSUER, NOW, School, claims, clients, encoded, signed};

fn ada() -> String {
    format!("s-1/ada/{NOW}")
}

#[tokio::test]
async fn a_code_comes_back_with_state_and_iss_and_the_query_of_the_address() {
    let school = School::new().await;
    school.authorize(&ada(), &[]).await;
    let seen = school.allow(&ada()).await;
    assert!(seen.location().starts_with(&format!("{CALLBACK}&code=")), "{}", seen.location());
    assert_eq!(seen.param("state").as_deref(), Some("st&1"));
    assert_eq!(seen.param("iss").as_deref(), Some(ISSUER));
    assert_eq!(seen.headers["cache-control"], "no-store");
    // The same by POST, with parameters that nobody knows and empty ones.
    let session = ada();
    let mut form: Vec<(String, String)> =
        form_urlencoded::parse(encoded(&[("state", "")]).as_bytes()).into_owned().collect();
    form.extend([("unknown".to_owned(), "1".to_owned()), ("max_age".to_owned(), String::new())]);
    form.extend(
        [("ui_locales", "de"), ("acr_values", "x"), ("display", "odd"), ("state", "")]
            .map(|(n, v)| (n.to_owned(), v.to_owned())),
    );
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let seen = school.post("/school/authorize", ("x-session", &session), &form).await;
    assert!(seen.param("code").is_some());
    assert_eq!(seen.param("state"), None);
}

#[tokio::test]
async fn what_is_wrong_about_client_or_address_stays_here() {
    let school = School::new().await;
    for changes in [
        &[("client_id", "")][..],
        &[("client_id", "nobody")],
        &[("redirect_uri", "")],
        &[("redirect_uri", "https://evil.example/")],
        &[("redirect_uri", "https://portal.example/cb")],
        &[("redirect_uri", "https://portal.example/cb?tenant=1&x=2")],
        &[("redirect_uri", "https://portal.example/cb?tenant=1#x")],
        &[("redirect_uri", "http://127.0.0.1:7/cb")],
        &[("response_mode", "jwt")],
    ] {
        let seen = school.authorize(&ada(), changes).await;
        assert!(seen.status == StatusCode::BAD_REQUEST && seen.is_page(), "{changes:?} {seen:?}");
        assert_eq!(seen.headers["x-frame-options"], "DENY");
        assert!(seen.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    }
    let twice = school.get(&format!("/school/authorize?{}&client_id=portal", encoded(&[])), &ada()).await;
    assert!(twice.is_page());
    let native = [("client_id", "app"), ("redirect_uri", "http://127.0.0.1:49152/cb"), ("scope", "openid")];
    assert!(school.authorize(&ada(), &native).await.location().ends_with("/consent"), "the port is free");
}

#[tokio::test]
async fn everything_else_is_told_to_the_client() {
    let school = School::new().await;
    for (changes, code) in [
        (&[("response_type", "")][..], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "code code")], "unsupported_response_type"),
        (&[("request", "e30.e30.")], "request_not_supported"),
        (&[("request_uri", "https://portal.example/r")], "request_uri_not_supported"),
        (&[("registration", "{}")], "registration_not_supported"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "S512")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("scope", "unknown")], "invalid_scope"),
        (&[("response_type", "id_token"), ("nonce", "")], "invalid_request"),
        (&[("response_type", "code id_token"), ("nonce", "")], "invalid_request"),
        (&[("response_type", "id_token"), ("response_mode", "query")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("id_token_hint", "forged")], "invalid_request"),
        (&[("resource", "https://unknown.example/")], "invalid_target"),
    ] {
        let seen = school.authorize(&ada(), changes).await;
        assert_eq!(seen.error(), code, "{changes:?}");
        assert_eq!(seen.param("state").as_deref(), Some("st&1"), "{changes:?}");
        assert_eq!(seen.param("iss").as_deref(), Some(ISSUER), "{changes:?}");
        let fragment = changes.iter().any(|(_, value)| value.contains("token"));
        assert_eq!(seen.location().contains('#'), fragment, "{changes:?}");
        let description = seen.param("error_description").unwrap();
        assert!(description.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\'), "{description}");
    }
    let twice = school.get(&format!("/school/authorize?{}&scope=%22x%5C", encoded(&[])), &ada()).await;
    assert_eq!(twice.error(), "invalid_request");
    let public = [
        ("client_id", "app"),
        ("redirect_uri", "http://127.0.0.1/cb"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ];
    assert_eq!(school.authorize(&ada(), &public).await.error(), "invalid_request", "public clients use PKCE");
}

#[tokio::test]
async fn users_sign_in_when_they_have_to() {
    let school = School::new().await;
    assert_eq!(school.authorize("", &[("prompt", "none")]).await.error(), "login_required");
    assert_eq!(school.authorize(&ada(), &[("prompt", "none")]).await.error(), "consent_required");
    school.code(&[]).await;
    assert!(school.authorize(&ada(), &[("prompt", "none")]).await.param("code").is_some());
    school.advance(100);
    for (changes, asked) in [
        (&[("prompt", "login")][..], true),
        (&[("prompt", "select_account")], true),
        (&[("max_age", "99")], true),
        (&[("max_age", "100")], false),
        (&[("max_age", "0")], true),
        (&[("prompt", "odd")], false),
    ] {
        let seen = school.authorize(&ada(), changes).await;
        assert_eq!(seen.location() == "https://id.example/pages/login", asked, "{changes:?}");
        if !asked {
            continue;
        }
        let back = school.pages.logins.lock().unwrap().last().unwrap().return_to.clone();
        if changes[0].1 != "select_account" {
            let unchanged = school.get(&back, &ada()).await;
            assert_eq!(unchanged.location(), "https://id.example/pages/login", "the old sign-in does not do");
        }
        let code = school.get(&back, &format!("s-1/ada/{}", NOW + 100)).await.param("code").unwrap();
        let tokens = school.exchange(&code).await.json();
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["auth_time"], NOW + 100);
    }
    let seen = school.authorize(&ada(), &[("max_age", "99"), ("prompt", "none")]).await;
    assert_eq!(seen.error(), "login_required");
}

#[tokio::test]
async fn a_user_who_does_not_sign_in_denies() {
    let school = School::new().await;
    school.authorize("", &[("login_hint", "ada@school.example")]).await;
    let login = school.pages.logins.lock().unwrap().pop().unwrap();
    assert_eq!(login.login_hint.as_deref(), Some("ada@school.example"));
    assert_eq!(school.get(&login.cancel_to, "").await.error(), "access_denied");
    let stale = school.get("/school/authorize/continue?ticket=x", &ada()).await;
    assert!(stale.is_page() && stale.status == StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_hint_of_another_user_is_not_answered_for_this_one() {
    let school = School::new().await;
    let code = school.code(&[]).await;
    let hint = school.exchange(&code).await.json()["id_token"].as_str().unwrap().to_owned();
    // Long expired, and still a hint.
    school.advance(7_200);
    let with_hint = [("id_token_hint", hint.as_str())];
    assert!(school.authorize(&ada(), &with_hint).await.param("code").is_some());
    assert_eq!(school.authorize(&format!("s-2/bob/{NOW}"), &with_hint).await.error(), "login_required");
    let forged = format!("{}.{}.AAAA", hint.split('.').next().unwrap(), hint.split('.').nth(1).unwrap());
    assert_eq!(school.authorize(&ada(), &[("id_token_hint", &forged)]).await.error(), "invalid_request");
    // The other issuer of this process has the same keys, and another name.
    for (iss, code) in [(ISSUER, ""), ("https://id.example/other", "invalid_request")] {
        let hint = signed(&json!({ "iss": iss, "sub": "ada", "aud": "portal", "exp": NOW }));
        assert_eq!(school.authorize(&ada(), &[("id_token_hint", &hint)]).await.error(), code, "{iss}");
    }
}

#[tokio::test]
async fn a_pushed_request_is_used_once_by_its_client() {
    let school = School::new().await;
    school.code(&[]).await;
    let parameters: Vec<_> = form_urlencoded::parse(encoded(&[]).as_bytes()).into_owned().collect();
    let name = format!("{PUSHED_PREFIX}abc");
    let until = Timestamp::from_secs(NOW + 60);
    let pushed = WaitingRequest::new("portal", parameters, Stage::Pushed, until);
    school
        .provider
        .store()
        .put_request(ISSUER, SecretHash::of(&name), pushed, Timestamp::from_secs(NOW))
        .await
        .unwrap();
    let bring = async |client_id: &str, name: &str| {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("client_id", client_id), ("request_uri", name), ("scope", "email")])
            .finish();
        school.get(&format!("/school/authorize?{query}"), &ada()).await
    };
    assert!(bring("app", &name).await.is_page(), "of another client");
    assert!(bring("portal", &format!("{PUSHED_PREFIX}abd")).await.is_page(), "never pushed");
    let code = bring("portal", &name).await.param("code").unwrap();
    assert_eq!(school.exchange(&code).await.json()["scope"], "openid profile", "what was pushed holds");
    assert!(bring("portal", &name).await.is_page(), "used before");
    // The ticket of a login is no pushed request.
    school.authorize("", &[]).await;
    let login = school.pages.logins.lock().unwrap().pop().unwrap();
    let ticket = login.return_to.split_once("ticket=").unwrap().1.to_owned();
    assert!(bring("portal", &format!("{PUSHED_PREFIX}{ticket}")).await.is_page());
}

#[tokio::test]
async fn a_client_may_bind_itself_to_push() {
    let school = School::new().await;
    let mut client = clients().remove(0);
    client.metadata.insert("require_pushed_authorization_requests".to_owned(), true.into());
    school.provider.store().put_client(ISSUER, client).await.unwrap();
    assert_eq!(school.authorize(&ada(), &[]).await.error(), "invalid_request");
}

#[tokio::test]
async fn tokens_through_the_browser_carry_hashes_and_claims() {
    let school = School::new().await;
    let consented = [("scope", "openid profile email offline_access")];
    school.code(&consented).await;
    let asked = |response_type| [("response_type", response_type), consented[0]];
    let seen = school.authorize(&ada(), &asked("id_token")).await;
    let id_token = claims(&seen.param("id_token").unwrap());
    assert_eq!((&id_token["nonce"], &id_token["email"]), (&"n-1".into(), &"ada@school.example".into()));
    assert!(id_token.get("at_hash").is_none() && seen.location().contains('#'));
    let seen = school.authorize(&ada(), &asked("token id_token")).await;
    let id_token = claims(&seen.param("id_token").unwrap());
    assert!(id_token["at_hash"].is_string() && id_token.get("email").is_none());
    assert_eq!(seen.param("token_type").as_deref(), Some("Bearer"));
    assert_eq!(seen.param("scope").as_deref(), Some("openid profile email"), "no offline access without a code");
    let token = seen.param("access_token").unwrap();
    assert_eq!(school.userinfo(&token).await.json()["email"], "ada@school.example");
    let seen = school.authorize(&ada(), &asked("code id_token")).await;
    assert!(claims(&seen.param("id_token").unwrap())["c_hash"].is_string());
    assert!(school.exchange(&seen.param("code").unwrap()).await.status.is_success());
}

#[tokio::test]
async fn an_answer_by_form_post_is_a_form_that_nobody_stores() {
    let school = School::new().await;
    school.code(&[]).await;
    let seen = school.authorize(&ada(), &[("response_type", "id_token"), ("response_mode", "form_post")]).await;
    assert_eq!((seen.status, &seen.headers["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
    assert!(seen.body.contains("<form method=\"post\" action=\"https://portal.example/cb?tenant=1\""), "{}", seen.body);
    assert!(seen.body.contains("name=\"id_token\"") && seen.body.contains("name=\"state\" value=\"st&#38;1\""));
    assert!(!seen.body.contains("tool"), "{}", seen.body);
}

#[tokio::test]
async fn plain_oauth_needs_neither_openid_nor_the_address() {
    let school = School::new().await;
    let changes = [
        ("client_id", "poster"),
        ("redirect_uri", ""),
        ("scope", "reports"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
    ];
    school.authorize(&ada(), &changes).await;
    let code = school.allow(&ada()).await.param("code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", "poster"),
        ("client_secret", super::school::SECRET),
    ];
    let tokens = school.post("/school/token", ("", ""), &form).await.json();
    assert_eq!((&tokens["scope"], &tokens["id_token"]), (&"reports".into(), &Value::Null));
    // An OpenID request says where the answer belongs.
    let seen = school.authorize(&ada(), &[("client_id", "poster"), ("redirect_uri", ""), ("scope", "openid")]).await;
    assert!(seen.is_page());
}
