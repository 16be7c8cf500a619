//! Login initiations.

use lti_core::inspect::Violation;
use lti_tool::{LoginError, LtiTool, Random, RandomError, Registration};
use std::sync::Arc;

use crate::world::{Browser, CLIENT, ISSUER, TARGET, World, login_parameters, registration};

async fn login(tool: &LtiTool, change: impl FnOnce(&mut Vec<(String, String)>)) -> Result<String, LoginError> {
    let mut parameters = login_parameters();
    change(&mut parameters);
    tool.login(parameters, &Browser::default().headers()).await.map(|redirect| redirect.location.into())
}

fn set(parameters: &mut Vec<(String, String)>, name: &str, value: &str) {
    parameters.retain(|(other, _)| other != name);
    parameters.push((name.to_owned(), value.to_owned()));
}

fn drop_parameter(parameters: &mut Vec<(String, String)>, name: &str) {
    parameters.retain(|(other, _)| other != name);
}

#[tokio::test]
async fn the_request_has_every_parameter_of_the_clause() {
    let mut browser = Browser::default();
    let world = World::new();
    let login = world.login(&mut browser).await;
    for (name, value) in [
        ("tenant", "1"),
        ("scope", "openid"),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("prompt", "none"),
        ("client_id", CLIENT),
        ("redirect_uri", "https://tool.example/lti/launch"),
        ("login_hint", "hint&1"),
        ("lti_message_hint", "m=1&n=%20\u{e9}"),
    ] {
        assert_eq!(login[name], value, "{name}");
    }
    assert!(!login.0.contains_key("unknown"));
    assert_eq!((login["nonce"].len(), login["state"].len()), (43, 75));
    let again = world.login(&mut browser).await;
    assert_ne!((&login["nonce"], &login["state"]), (&again["nonce"], &again["state"]));
}

#[tokio::test]
async fn a_hint_that_did_not_come_is_not_invented() {
    let location = login(&World::new().tool, |all| drop_parameter(all, "lti_message_hint")).await.unwrap();
    assert!(!location.contains("lti_message_hint"), "{location}");
}

#[tokio::test]
async fn each_missing_parameter_is_named() {
    for (name, violation) in [
        ("iss", Violation::LoginIssMissing),
        ("login_hint", Violation::LoginHintMissing),
        ("target_link_uri", Violation::LoginTargetMissing),
    ] {
        let error = login(&World::new().tool, |all| drop_parameter(all, name)).await.unwrap_err();
        assert_eq!(error, LoginError::Parameters(violation));
        assert_eq!(error.violation(), Some(violation));
    }
    let error = login(&World::new().tool, |all| all.push(("iss".to_owned(), ISSUER.to_owned()))).await.unwrap_err();
    assert_eq!(error, LoginError::Parameters(Violation::LoginFieldDuplicate));
}

#[tokio::test]
async fn an_unknown_issuer_is_told_what_it_nearly_is() {
    let tool = World::new().tool;
    let error = login(&tool, |all| set(all, "iss", "https://lms.example/")).await.unwrap_err();
    let similar = Some(ISSUER.into());
    assert_eq!(error, LoginError::IssuerUnknown { issuer: "https://lms.example/".into(), similar });
    let error = login(&tool, |all| set(all, "iss", "https://evil.example")).await.unwrap_err();
    assert_eq!(error, LoginError::IssuerUnknown { issuer: "https://evil.example".into(), similar: None });
    assert_eq!(error.violation(), Some(Violation::LoginIssuerUnknown));
}

#[tokio::test]
async fn the_client_id_chooses_among_registrations() {
    let two = World::with(|builder| {
        builder.registration(registration(ISSUER, CLIENT)).registration(registration(ISSUER, "client-2"))
    });
    let location = login(&two.tool, |all| set(all, "client_id", "client-2")).await.unwrap();
    assert!(location.contains("client_id=client-2"));
    let error = login(&two.tool, |all| drop_parameter(all, "client_id")).await.unwrap_err();
    assert_eq!(error, LoginError::ClientAmbiguous { issuer: ISSUER.into(), registrations: 2 });
    let error = login(&two.tool, |all| set(all, "client_id", "CLIENT-1")).await.unwrap_err();
    assert_eq!(error, LoginError::ClientUnknown { issuer: ISSUER.into(), client_id: "CLIENT-1".into() });
    // The only registration of an issuer needs no client id.
    let location = login(&World::new().tool, |all| drop_parameter(all, "client_id")).await.unwrap();
    assert!(location.contains("client_id=client-1"));
}

#[tokio::test]
async fn a_foreign_target_is_refused() {
    let world = World::with(|builder| {
        builder.registration(registration(ISSUER, CLIENT)).also_at("https://other.example:8443/x".parse().unwrap())
    });
    for target in [
        "https://evil.example/",
        "http://tool.example/course",
        "https://tool.example:8443/",
        "https://tool.example.evil.example/",
        "https://tool.example@evil.example/",
        "//evil.example/",
        "/course",
        "javascript:alert(1)",
        "data:text/html,x",
        "not a url",
    ] {
        let error = login(&world.tool, |all| set(all, "target_link_uri", target)).await.unwrap_err();
        assert!(matches!(&error, LoginError::TargetForeign { target: seen, .. } if seen == target), "{error:?}");
        assert_eq!(error.violation(), Some(Violation::LoginTargetForeign));
    }
    for target in [TARGET, "https://TOOL.example:443/", "https://other.example:8443/deep/link"] {
        assert!(login(&world.tool, |all| set(all, "target_link_uri", target)).await.is_ok(), "{target}");
    }
}

#[tokio::test]
async fn a_target_that_no_cookie_can_hold_is_refused() {
    let tool = World::new().tool;
    let long = |length: usize| format!("https://tool.example/{}", "x".repeat(length));
    assert!(login(&tool, |all| set(all, "target_link_uri", &long(2_000))).await.is_ok());
    let error = login(&tool, |all| set(all, "target_link_uri", &long(4_000))).await.unwrap_err();
    assert!(matches!(error, LoginError::TooLong { limit: 3_800, .. }), "{error:?}");
}

#[tokio::test]
async fn without_chance_there_is_no_login() {
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
            Err(RandomError)
        }
    }
    let world = World::with(|builder| builder.registration(registration(ISSUER, CLIENT)).random(Arc::new(Broken)));
    assert_eq!(login(&world.tool, |_| ()).await, Err(LoginError::Random(RandomError)));
}

#[test]
fn a_tool_without_a_usable_address_is_not_built() {
    for address in ["ftp://tool.example", "https://tool.example/?a=1", "https://tool.example/#a"] {
        assert!(LtiTool::builder(address.parse().unwrap()).build().is_err(), "{address}");
    }
    let below = LtiTool::builder("https://host.example/tool/".parse().unwrap());
    let registration = Registration::new(ISSUER, CLIENT, TARGET.parse().unwrap(), TARGET.parse().unwrap());
    let below = below.registration(registration).build().unwrap();
    assert_eq!(below.launch_url(), "https://host.example/tool/lti/launch");
    assert_eq!(below.login_url(), "https://host.example/tool/lti/login");
    assert_eq!(below.jwks_url(), "https://host.example/tool/lti/jwks");
}
