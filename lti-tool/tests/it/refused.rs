//! What a tool must, or should, refuse: each by its exact reason.

use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use lti_core::inspect::Violation as V;
use lti_core::jose::key::SigningKey;
use lti_core::jose::token::sign_compact;
use lti_tool::{LaunchError, MemoryRegistrations};
use oauth2_issuer::relying::{FetchError, Fetched, JwksError};
use serde_json::{Value, json};
use std::sync::Arc;

use crate::world::{Browser, CLIENT, ISSUER, KEY, World, registration};

const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim/";

#[tokio::test]
async fn each_broken_rule_of_the_message_is_named() {
    type Change = fn(&mut Value);
    fn lti(message: &mut Value, name: &str, value: Option<Value>) {
        set(message, &format!("{LTI}{name}"), value);
    }
    fn set(message: &mut Value, name: &str, value: Option<Value>) {
        let members = message.as_object_mut().unwrap();
        members.remove(name);
        members.extend(value.map(|value| (name.to_owned(), value)));
    }
    let rows: [(V, Change); 26] = [
        (V::TokenIssMissing, |m| set(m, "iss", None)),
        (V::TokenIss, |m| set(m, "iss", Some(json!("https://lms.example/")))),
        (V::TokenIss, |m| set(m, "iss", Some(json!("https://LMS.example")))),
        (V::TokenAudMissing, |m| set(m, "aud", None)),
        (V::TokenAud, |m| set(m, "aud", Some(json!("somebody-else")))),
        (V::TokenAud, |m| set(m, "aud", Some(json!([])))),
        (V::TokenAudUntrusted, |m| set(m, "aud", Some(json!([CLIENT, "stranger"])))),
        (V::TokenAzp, |m| set(m, "azp", Some(json!("evil")))),
        (V::TokenExpMissing, |m| set(m, "exp", None)),
        (V::TokenExp, |m| set(m, "exp", Some(json!(1_699_996_400)))),
        (V::TokenNonceMissing, |m| set(m, "nonce", None)),
        (V::TokenNonce, |m| set(m, "nonce", Some(json!("never issued")))),
        (V::TokenSubEmpty, |m| set(m, "sub", Some(json!("")))),
        (V::LaunchVersionMissing, |m| lti(m, "version", None)),
        (V::LaunchVersion, |m| lti(m, "version", Some(json!("1.1")))),
        (V::LaunchMessageTypeMissing, |m| lti(m, "message_type", None)),
        (V::LaunchMessageType, |m| lti(m, "message_type", Some(json!("LtiUnknown")))),
        (V::LaunchDeploymentMissing, |m| lti(m, "deployment_id", None)),
        (V::LaunchDeploymentUnknown, |m| lti(m, "deployment_id", Some(json!("DEP-1")))),
        (V::LaunchTargetLinkUriMissing, |m| lti(m, "target_link_uri", None)),
        (V::LaunchResourceLinkMissing, |m| lti(m, "resource_link", None)),
        (V::LaunchResourceLinkIdMissing, |m| lti(m, "resource_link", Some(json!({})))),
        (V::LaunchRolesMissing, |m| lti(m, "roles", None)),
        (V::TokenPayload, |m| *m = json!("no object")),
        (V::TokenPayload, |m| *m = json!(["no object"])),
        (V::TokenIssMissing, |m| *m = json!({"name": "no launch at all"})),
    ];
    for (violation, change) in rows {
        let error = World::new().launch_with(change).await.unwrap_err();
        assert!(matches!(&error, LaunchError::Message(_)), "{violation:?}: {error:?}");
        assert_eq!(error.violation(), Some(violation), "{error}");
    }
}

/// Posts a token made of a header, the sound message and any signature.
async fn with_header(header: Value, signature: impl FnOnce(&str) -> Vec<u8>) -> LaunchError {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", encode(&header), encode(&world.message(&login)));
    let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature(&input)));
    world.post(&mut browser, [("id_token", token.as_str()), ("state", &login["state"])]).await.unwrap_err()
}

#[tokio::test]
async fn each_forged_signature_is_refused() {
    let genuine = |input: &str| KEY.sign(input.as_bytes()).unwrap();
    let other = |input: &str| SigningKey::generate_rs256("key-1").unwrap().sign(input.as_bytes()).unwrap();
    let curve = |input: &str| SigningKey::generate_es256("key-1").unwrap().sign(input.as_bytes()).unwrap();
    let jwk = SigningKey::generate_es256("own").unwrap().public_jwk();
    for (violation, error) in [
        (V::TokenAlgNone, with_header(json!({"alg": "none"}), |_| Vec::new()).await),
        (V::TokenAlgNone, with_header(json!({"alg": "NONE", "kid": "key-1"}), |_| Vec::new()).await),
        (V::TokenAlgSymmetric, with_header(json!({"alg": "HS256", "kid": "key-1"}), |_| vec![0; 32]).await),
        (V::TokenAlgKey, with_header(json!({"alg": "ES256", "kid": "key-1"}), curve).await),
        (V::TokenKidMissing, with_header(json!({"alg": "RS256"}), genuine).await),
        (V::TokenKidUnknown, with_header(json!({"alg": "RS256", "kid": "key-2"}), genuine).await),
        (V::TokenCrit, with_header(json!({"alg": "RS256", "kid": "key-1", "crit": ["x"], "x": 1}), genuine).await),
        (V::TokenSignature, with_header(json!({"alg": "RS256", "kid": "key-1"}), other).await),
        (V::TokenSignature, with_header(json!({"alg": "RS256", "kid": "key-1"}), |_| Vec::new()).await),
        (V::TokenKidUnknown, with_header(json!({"alg": "ES256", "kid": "own", "jwk": jwk}), genuine).await),
    ] {
        assert!(matches!(&error, LaunchError::Message(_)), "{violation:?}: {error:?}");
        assert_eq!(error.violation(), Some(violation), "{error}");
    }
}

#[tokio::test]
async fn a_forgery_does_not_use_up_the_genuine_nonce() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let message = world.message(&login);
    let forged = sign_compact(&SigningKey::generate_rs256("key-1").unwrap(), &message).unwrap();
    let fields = [("id_token", forged.as_str()), ("state", login["state"].as_str())];
    assert_eq!(world.post(&mut browser, fields).await.unwrap_err().violation(), Some(V::TokenSignature));
    assert!(world.answer(&mut browser, &login, &message).await.is_ok());
}

#[tokio::test]
async fn junk_is_refused_without_a_crash() {
    for token in ["", "a", "a.b", "a.b.c", "....", "eyJ9.e30.AA", "\u{0}", &"x".repeat(300_000)] {
        let world = World::new();
        let mut browser = Browser::default();
        let login = world.login(&mut browser).await;
        let error = world.post(&mut browser, [("id_token", token), ("state", &login["state"])]).await.unwrap_err();
        let expected = if token.is_empty() { V::ResponseIdTokenMissing } else { error.violation().unwrap() };
        assert_eq!(error.violation(), Some(expected));
        assert!(matches!(error, LaunchError::Form(_) | LaunchError::Message(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_signed_foreign_target_is_refused() {
    let target = "https://evil.example/";
    let change = |message: &mut Value| message[format!("{LTI}target_link_uri")] = json!(target);
    let error = World::new().launch_with(change).await.unwrap_err();
    let tool = "https://tool.example/".to_owned();
    assert_eq!(error, LaunchError::TargetForeign { target: target.to_owned(), tool });
}

#[tokio::test]
async fn without_keys_nothing_is_accepted() {
    let down = Err(FetchError::Refused { url: "https://lms.example/jwks".to_owned() });
    let html = Ok(Fetched::new(StatusCode::OK, HeaderMap::new(), "<html>sign in</html>"));
    for answer in [down, html] {
        let world = World::new();
        *world.key_server.answer.lock().unwrap() = answer;
        let error = world.launch_with(|_| ()).await.unwrap_err();
        assert!(matches!(error, LaunchError::Keys(JwksError::Fetch(_))), "{error:?}");
        assert_eq!(error.violation(), Some(V::TokenSignature));
    }
    let world = World::new();
    world.key_server.publish(&[]);
    let error = world.launch_with(|_| ()).await.unwrap_err();
    assert_eq!(error.violation(), Some(V::TokenKidUnknown), "{error:?}");
}

#[tokio::test]
async fn cached_keys_outlive_the_key_server_and_a_rotation_is_seen_at_once() {
    let world = World::new();
    assert!(world.launch_with(|_| ()).await.is_ok());
    let next = SigningKey::generate_es256("key-2").unwrap();
    world.key_server.publish(&[&KEY, &next]);
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let token = sign_compact(&next, &world.message(&login)).unwrap();
    assert!(world.post(&mut browser, [("id_token", token.as_str()), ("state", &login["state"])]).await.is_ok());
    assert_eq!(world.key_server.fetches.load(Ordering::SeqCst), 2);
    *world.key_server.answer.lock().unwrap() = Err(FetchError::Refused { url: String::new() });
    assert!(world.launch_with(|_| ()).await.is_ok());
}

#[tokio::test]
async fn a_registration_that_is_gone_ends_its_logins() {
    let all = Arc::new(MemoryRegistrations::default());
    all.put(registration(ISSUER, CLIENT));
    let world = World::with(|builder| builder.registrations(Arc::clone(&all) as _));
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    all.remove(&ISSUER.into(), &CLIENT.into());
    let error = world.answer(&mut browser, &login, &world.message(&login)).await.unwrap_err();
    assert_eq!(error, LaunchError::RegistrationGone { issuer: ISSUER.into(), client_id: CLIENT.into() });
}

#[tokio::test]
async fn another_registered_platform_cannot_answer_for_the_first() {
    let world = World::with(|builder| {
        builder.registration(registration(ISSUER, CLIENT)).registration(registration("https://other.example", CLIENT))
    });
    // The login went to the first; the second one's issuer is in the token.
    let error = world.launch_with(|message| message["iss"] = json!("https://other.example")).await.unwrap_err();
    assert_eq!(error.violation(), Some(V::TokenIss));
}

#[tokio::test]
async fn the_errors_of_the_platform_are_told() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let fields = [
        ("error", "launch_no_longer_valid"),
        ("error_description", "used twice"),
        ("state", login["state"].as_str()),
        ("id_token", "beside it"),
    ];
    let error = world.post(&mut browser, fields).await.unwrap_err();
    let description = Some("used twice".to_owned());
    assert_eq!(error, LaunchError::Platform { error: "launch_no_longer_valid".to_owned(), description });
    assert_eq!(error.to_string(), "the platform answers \"launch_no_longer_valid\": \"used twice\"");
}

#[tokio::test]
async fn repeated_fields_are_refused() {
    let world = World::new();
    let mut browser = Browser::default();
    let fields = [("id_token", "a"), ("id_token", "b"), ("state", "s")];
    let error = world.post(&mut browser, fields).await.unwrap_err();
    assert_eq!(error, LaunchError::Form(V::ResponseFieldDuplicate));
    let error = world.post(&mut browser, []).await.unwrap_err();
    assert_eq!(error, LaunchError::Form(V::ResponseIdTokenMissing));
}
