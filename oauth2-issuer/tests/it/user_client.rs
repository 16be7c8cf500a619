//! People sign in at a scripted issuer.

use std::sync::Arc;
use std::time::Duration;

use lti_core::service::Scopes;
use oauth2_issuer::relying::issuer::LocalField;
use oauth2_issuer::relying::rest::{Argument, ArgumentKind, RestAnswer, RestFunction};
use oauth2_issuer::relying::{
    CallbackError, LoginError, MemoryUserTokenStore, ServiceRequest, SessionId, SignedIn, UserClientError, UserClients,
};
use serde_json::{Value, json};
use url::Url;

use crate::scripted_issuer::{Behaviour, World, pairs, session, store_update, world};

fn clients(world: &World) -> UserClients {
    UserClients::new(Arc::clone(&world.flow), Arc::new(MemoryUserTokenStore::default()))
}

async fn sign_in(world: &World, clients: &UserClients, scopes: &str) -> Result<SignedIn, CallbackError> {
    let client = clients.client(world.issuer, session(), Scopes::parse(scopes), "/home").await.unwrap();
    let response = world.respond(&client.login_url().await.unwrap());
    clients.callback(&session(), &response).await
}

fn get() -> ServiceRequest {
    ServiceRequest::get("application/json")
}

#[tokio::test]
async fn somebody_signs_in_and_is_known_by_local_fields() {
    let world = world().await;
    let clients = clients(&world);
    let client = clients.client(world.issuer, session(), Scopes::default(), "/home?x=1").await.unwrap();
    assert!(!client.is_logged_in().await.unwrap());
    let url = client.login_url().await.unwrap();
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let one = |name: &str| {
        let values: Vec<_> = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(values.len(), 1, "{name}: {query:?}");
        values[0]
    };
    assert_eq!((one("tenant"), one("prompt"), one("response_type")), ("1", "login", "code"));
    assert_eq!((one("scope"), one("code_challenge_method")), ("openid profile email", "S256"));
    assert_eq!((one("client_id"), one("redirect_uri")), ("client", "https://school.example/callback"));
    assert_ne!(one("state"), "x", "an administrator's parameter does not replace the flow's");
    let again = client.login_url().await.unwrap();
    for name in ["state", "nonce", "code_challenge"] {
        assert!(one(name).len() >= 43, "{name} cannot be guessed");
        assert!(!again.query_pairs().any(|(key, value)| key == name && value == one(name)), "{name} is fresh");
    }
    let signed_in = clients.callback(&session(), &world.respond(&url)).await.unwrap();
    assert_eq!((signed_in.return_url.as_str(), signed_in.verified), ("/home?x=1", true));
    assert_eq!(signed_in.user.get(&LocalField::FirstName), Some("Ada"));
    assert_eq!(signed_in.user.get(&LocalField::Email), Some("ada@school.example"));
    assert_eq!(signed_in.user.subject.as_deref(), Some("ada"));
    assert!(signed_in.refused.is_empty());
    assert!(client.is_logged_in().await.unwrap());
    let token = &world.network.to("/token")[0];
    assert!(token.authorization.as_deref().unwrap().starts_with("Basic "));
    assert!(token.field("client_secret").is_none() && token.field("client_id").is_none(), "one way, not two");
    assert_eq!(token.field("redirect_uri").as_deref(), Some("https://school.example/callback"));
    assert_eq!(world.network.to("/me")[0].bearer.as_deref(), Some("planted-access-1"));
    let other = clients.client(world.issuer, SessionId::new("other"), Scopes::default(), "/").await.unwrap();
    assert!(!other.is_logged_in().await.unwrap());
    client.log_out().await.unwrap();
    assert!(!client.is_logged_in().await.unwrap());
}

#[tokio::test]
async fn a_state_is_of_one_session_one_time_and_once() {
    let world = world().await;
    let clients = clients(&world);
    let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap();
    let url = client.login_url().await.unwrap();
    let response = world.respond(&url);
    let without = |name: &str| response.iter().filter(|(key, _)| key != name).cloned().collect::<Vec<_>>();
    let with = |name: &str, value: &str| {
        let mut changed = without(name);
        changed.push((name.to_owned(), value.to_owned()));
        changed
    };
    let call = async |session: &SessionId, response: &[(String, String)]| {
        clients.callback(session, response).await.unwrap_err()
    };
    assert_eq!(call(&SessionId::new("attacker"), &response).await, CallbackError::State);
    assert_eq!(call(&session(), &without("state")).await, CallbackError::State);
    assert_eq!(call(&session(), &with("state", "made-up")).await, CallbackError::State);
    assert_eq!(call(&session(), &with("iss", "https://evil.example")).await, CallbackError::OtherIssuer);
    assert_eq!(call(&session(), &without("iss")).await, CallbackError::OtherIssuer);
    let mut twice = response.clone();
    twice.extend(pairs(&[("code", "another")]));
    assert_eq!(call(&session(), &twice).await, CallbackError::Repeated("code"));
    assert!(world.network.to("/token").is_empty(), "nothing of that reaches the token endpoint");
    clients.callback(&session(), &response).await.unwrap();
    assert_eq!(call(&session(), &response).await, CallbackError::Again);
    assert_eq!(world.network.to("/token").len(), 1, "a code is used once");
    let late = world.respond(&client.login_url().await.unwrap());
    world.clock.advance(Duration::from_mins(31));
    assert_eq!(call(&session(), &late).await, CallbackError::Late);
}

#[tokio::test]
async fn an_error_is_shown_by_its_code_and_makes_no_session() {
    let world = world().await;
    let clients = clients(&world);
    let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap();
    for (code, shown) in [
        ("access_denied", "the issuer refuses: access_denied"),
        ("<script>", "the issuer refuses: a code that cannot be shown"),
    ] {
        let mut response = world.respond(&client.login_url().await.unwrap());
        response.retain(|(name, _)| name != "code");
        response.extend(pairs(&[("error", code), ("error_description", "planted")]));
        let error = clients.callback(&session(), &response).await.unwrap_err();
        assert_eq!(error.to_string(), shown);
    }
    let mut empty = world.respond(&client.login_url().await.unwrap());
    empty.retain(|(name, _)| name != "code");
    assert_eq!(clients.callback(&session(), &empty).await.unwrap_err(), CallbackError::NoCode);
    assert!(!client.is_logged_in().await.unwrap());
}

/// Each fault, and whether it has to be refused.
type Fault = (&'static str, fn(&mut Behaviour), bool);

fn claim(behaviour: &mut Behaviour, name: &'static str, value: Value) {
    behaviour.claims = Some(Box::new(move |claims| claims[name] = value.clone()));
}

const FAULTS: &[Fault] = &[
    ("nothing", |_| (), false),
    ("iss of another", |b| claim(b, "iss", json!("https://evil.example")), true),
    ("iss with a slash", |b| claim(b, "iss", json!("https://as.example/")), true),
    ("aud of another", |b| claim(b, "aud", json!("other")), true),
    ("aud as an array of one", |b| claim(b, "aud", json!(["client"])), false),
    ("aud with a stranger", |b| claim(b, "aud", json!(["client", "other"])), true),
    ("no aud", |b| claim(b, "aud", Value::Null), true),
    ("azp of this client", |b| claim(b, "azp", json!("client")), false),
    ("azp of another", |b| claim(b, "azp", json!("other")), true),
    ("exp long past", |b| claim(b, "exp", json!(1_699_999_000)), true),
    ("no exp", |b| claim(b, "exp", Value::Null), true),
    ("nonce of another", |b| claim(b, "nonce", json!("x")), true),
    ("no nonce", |b| claim(b, "nonce", Value::Null), true),
    ("no sub", |b| claim(b, "sub", Value::Null), true),
    ("at_hash of another token", |b| claim(b, "at_hash", json!("x")), true),
    ("a claim that nobody knows", |b| claim(b, "x", json!({})), false),
    ("key of somebody else", |b| b.foreign = true, true),
    ("keys rotated", |b| b.rotated = true, false),
    ("no ID token", |b| b.token = Some(Box::new(|body| body["id_token"] = Value::Null)), true),
    (
        "an ID token of alg none",
        |b| b.token = Some(Box::new(|body| body["id_token"] = json!("eyJhbGciOiJub25lIn0.e30."))),
        true,
    ),
    ("an unknown token type", |b| b.token = Some(Box::new(|body| body["token_type"] = json!("DPoP"))), true),
    ("no expires_in", |b| b.token = Some(Box::new(|body| body["expires_in"] = Value::Null)), false),
    ("UserInfo about another", |b| b.userinfo = Some(Box::new(|said| said["sub"] = json!("eve"))), true),
    ("UserInfo about nobody", |b| b.userinfo = Some(Box::new(|said| said["sub"] = Value::Null)), true),
    ("a refused code", |b| b.token_answer = Some(Some((400, r#"{"error":"invalid_grant"}"#.to_owned()))), true),
    ("a page for a token", |b| b.token_answer = Some(Some((200, "<html>".to_owned()))), true),
    ("nobody at the token endpoint", |b| b.token_answer = Some(None), true),
];

#[tokio::test]
async fn what_is_wrong_with_a_token_is_refused_and_what_is_odd_is_not() {
    for (name, fault, refused) in FAULTS {
        let world = world().await;
        world.change(fault);
        let clients = clients(&world);
        let outcome = sign_in(&world, &clients, "").await;
        assert_eq!(outcome.is_err(), *refused, "{name}: {outcome:?}");
        let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap();
        assert_eq!(client.is_logged_in().await.unwrap(), !refused, "{name}");
        if let Err(error) = outcome {
            assert!(!format!("{error} {error:?}").contains("planted"), "{name}: {error:?}");
        }
    }
}

#[tokio::test]
async fn keys_that_rotated_are_fetched_again() {
    let world = world().await;
    let clients = clients(&world);
    sign_in(&world, &clients, "").await.unwrap();
    world.change(|behaviour| behaviour.rotated = true);
    sign_in(&world, &clients, "").await.unwrap();
    assert_eq!(world.network.to("/jwks").len(), 2);
}

#[tokio::test]
async fn scopes_added_later_are_asked_for_beside_those_that_were_given() {
    let world = world().await;
    let clients = clients(&world);
    world.change(|behaviour| {
        behaviour.token = Some(Box::new(|body| body["scope"] = json!("openid profile email files")));
    });
    let signed_in = sign_in(&world, &clients, "files mail").await.unwrap();
    assert_eq!(signed_in.refused.to_string(), "mail", "a reduced grant is noticed");
    let files = clients.client(world.issuer, session(), Scopes::parse("files"), "/").await.unwrap();
    assert!(files.is_logged_in().await.unwrap());
    let calendar = clients.client(world.issuer, session(), Scopes::parse("calendar"), "/").await.unwrap();
    assert!(!calendar.is_logged_in().await.unwrap());
    let url = calendar.login_url().await.unwrap();
    let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    assert_eq!(scope, "openid profile email calendar files");
    let api: Url = "https://as.example/api".parse().unwrap();
    assert_eq!(calendar.send(&api, &get()).await.unwrap_err(), UserClientError::NotLoggedIn);
}

#[tokio::test]
async fn tokens_go_to_allowed_origins_and_are_renewed() {
    let world = world().await;
    let clients = clients(&world);
    sign_in(&world, &clients, "").await.unwrap();
    let api: Url = "https://as.example/api".parse().unwrap();
    let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap().with_service(&api);
    client.send(&api, &get()).await.unwrap();
    for other in ["https://evil.example/api", "https://as.example:8443/api", "http://as.example/api"] {
        let error = client.send(&other.parse().unwrap(), &get()).await.unwrap_err();
        assert!(matches!(error, UserClientError::Origin { .. }), "{other}");
    }
    // 600 seconds less the margin of ten.
    world.clock.advance(Duration::from_secs(589));
    client.send(&api, &get()).await.unwrap();
    assert_eq!(world.network.to("/token").len(), 1);
    world.clock.advance(Duration::from_secs(1));
    client.send(&api, &get()).await.unwrap();
    world.clock.advance(Duration::from_mins(10));
    let request = get();
    let (one, two) = tokio::join!(client.send(&api, &request), client.send(&api, &request));
    assert!(one.is_ok() && two.is_ok());
    let sent: Vec<_> = world.network.to("/token").iter().filter_map(|seen| seen.field("refresh_token")).collect();
    assert_eq!(sent, ["planted-refresh-1", "planted-refresh-2"], "the new one replaces the old, and is sent once");
    let bearers: Vec<_> = world.network.to("/api").into_iter().filter_map(|seen| seen.bearer).collect();
    assert_eq!(bearers.last().map(String::as_str), Some("planted-access-3"));
}

#[tokio::test]
async fn functions_declared_as_data_are_called_with_the_token() {
    let world = world().await;
    let clients = clients(&world);
    sign_in(&world, &clients, "").await.unwrap();
    let url: Url = "https://as.example/".parse().unwrap();
    let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap().with_service(&url);
    let list = RestFunction::get("list", "https://as.example/{what}")
        .argument(Argument::required("what", ArgumentKind::Text))
        .argument(Argument::optional("limit", ArgumentKind::Integer));
    let answer = client.call(&list, json!({ "what": "api", "limit": "3" }).as_object().unwrap()).await.unwrap();
    assert_eq!(answer, RestAnswer::Json(json!({})));
    let seen = &world.network.to("/api")[0];
    assert_eq!((seen.url.query(), seen.bearer.as_deref()), (Some("limit=3"), Some("planted-access-1")));
    let wrong = client.call(&list, &serde_json::Map::new()).await.unwrap_err();
    assert_eq!(wrong.to_string(), "list: the argument what is missing");
    let gone = client.call(&list, json!({ "what": "gone" }).as_object().unwrap()).await.unwrap_err();
    assert_eq!(gone.to_string(), "the service refuses: 404");
}

#[tokio::test]
async fn a_token_that_a_service_does_not_take_is_renewed_once() {
    let world = world().await;
    let clients = clients(&world);
    sign_in(&world, &clients, "").await.unwrap();
    let api: Url = "https://as.example/api?revoked".parse().unwrap();
    let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap().with_service(&api);
    assert_eq!(client.send(&api, &get()).await.unwrap().status, 200);
    assert_eq!(world.network.to("/api").len(), 2);
}

#[tokio::test]
async fn a_grant_that_is_over_is_forgotten_and_an_issuer_that_is_away_is_not() {
    let world = world().await;
    let clients = clients(&world);
    sign_in(&world, &clients, "").await.unwrap();
    let api: Url = "https://as.example/api".parse().unwrap();
    let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap().with_service(&api);
    world.clock.advance(Duration::from_secs(700));
    for answer in [None, Some((503, String::new()))] {
        world.change(|behaviour| behaviour.token_answer = Some(answer));
        assert!(
            matches!(client.send(&api, &get()).await, Err(UserClientError::Grant(error)) if error.is_unreachable())
        );
        assert!(client.is_logged_in().await.unwrap());
    }
    world.change(|behaviour| behaviour.token_answer = Some(Some((400, r#"{"error":"invalid_grant"}"#.to_owned()))));
    assert_eq!(client.send(&api, &get()).await.unwrap_err(), UserClientError::NotLoggedIn);
    assert!(!client.is_logged_in().await.unwrap());
}

#[tokio::test]
async fn a_renewed_id_token_is_about_the_same_person() {
    let world = world().await;
    let clients = clients(&world);
    sign_in(&world, &clients, "").await.unwrap();
    let api: Url = "https://as.example/api".parse().unwrap();
    let client = clients.client(world.issuer, session(), Scopes::default(), "/").await.unwrap().with_service(&api);
    world.clock.advance(Duration::from_secs(700));
    world.change(|behaviour| claim(behaviour, "sub", json!("eve")));
    assert!(matches!(client.send(&api, &get()).await, Err(UserClientError::IdToken(_))));
    assert!(!client.is_logged_in().await.unwrap());
}

#[tokio::test]
async fn nobody_is_sent_out_of_the_application_nor_let_in_from_another_domain() {
    let world = world().await;
    let clients = clients(&world);
    for (address, allowed) in [
        ("/home", true),
        ("https://school.example/home", true),
        ("https://evil.example/", false),
        ("//evil.example/", false),
        ("/\\evil.example", false),
        ("\\\\evil.example", false),
        ("javascript:alert(1)", false),
        ("http://school.example/", false),
    ] {
        let client = clients.client(world.issuer, session(), Scopes::default(), address).await.unwrap();
        let url = client.login_url().await;
        assert_eq!(url.is_ok(), allowed, "{address}");
        assert!(allowed || url == Err(LoginError::ReturnUrl));
    }
    let mut record = world.registry.get(world.issuer).await.unwrap();
    record.allowed_domains = vec!["other.example".to_owned()];
    store_update(&world.registry, &record).await;
    assert_eq!(sign_in(&world, &clients, "").await.unwrap_err(), CallbackError::Domain);
    record.enabled = false;
    store_update(&world.registry, &record).await;
    let off = clients.client(world.issuer, session(), Scopes::default(), "/").await;
    assert_eq!(off.unwrap_err(), LoginError::NotOffered(world.issuer));
}
