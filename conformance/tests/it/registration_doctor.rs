//! `doctor registration` over a network made of answers.

use bytes::Bytes;
use conformance::{
    registration_doctor::examine,
    transport::{InProcess, Request, Response, TransportError},
};
use oauth2_issuer::{
    metadata::WELL_KNOWN,
    relying::{Fetch, FetchError},
};
use std::sync::Arc;
use url::Url;

use futures_util::future::BoxFuture;
use lti_core::{jose::SigningKey, registration::RegistrationDocument};
use oauth2_issuer::relying::Fetched;
use serde_json::json;

/// A network in which key sets and discovery documents are served, and one host is down.
struct Net;

impl Fetch for Net {
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        Box::pin(async move {
            let body = match (url.host_str(), url.path()) {
                (Some("down.example"), _) => return Err(FetchError::Refused { url: url.to_string() }),
                (Some("lms.example"), "/jwks") => {
                    let key = SigningKey::generate_es256("key-1").unwrap();
                    json!({"keys": [key.public_jwk()]}).to_string()
                }
                (Some("tool.example"), "/jwks") => json!({"keys": [{"kty": "RSA", "e": "AQAB"}]}).to_string(),
                (Some("lms.example"), WELL_KNOWN) => json!({
                    "issuer": "https://lms.example", "authorization_endpoint": "https://lms.example/auth",
                    "jwks_uri": "https://lms.example/jwks", "token_endpoint": "https://lms.example/token",
                })
                .to_string(),
                _ => return Ok(Fetched::new(http::StatusCode::NOT_FOUND, http::HeaderMap::new(), "")),
            };
            Ok(Fetched::new(http::StatusCode::OK, http::HeaderMap::new(), body))
        })
    }
}

fn transport() -> InProcess {
    InProcess::new(Arc::new(|request: Request| -> BoxFuture<'static, Result<Response, TransportError>> {
        let down = request.uri().host() == Some("down.example");
        let missing = request.uri().path().contains("nothing");
        Box::pin(async move {
            if down {
                return Err(TransportError::Refused("down.example".to_owned()));
            }
            let status = if missing { 404 } else { 400 };
            Ok(http::Response::builder().status(status).body(Bytes::new()).unwrap())
        })
    }))
}

async fn lines(table: &str, against: Option<&str>) -> String {
    let (table, against) = (RegistrationDocument::read_toml(table), against.map(RegistrationDocument::read_toml));
    let lines = examine(&table, against.as_ref(), &Net, &transport()).await;
    lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

const PLATFORM: &str = r#"
[platform]
issuer = "https://lms.example"
client_id = "tool-7"
deployment_ids = ["1"]
authorization_url = "https://lms.example/auth"
jwks_url = "https://lms.example/jwks"
"#;

const TOOL: &str = r#"
[tool]
client_id = "tool-7"
deployment_ids = ["1", "2"]
initiation_url = "https://tool.example/nothing"
redirect_uris = ["https://tool.example:8443/launch"]
jwks_url = "https://tool.example/jwks"
"#;

#[tokio::test]
async fn a_sound_platform_has_nothing_but_good_lines() {
    let seen = lines(PLATFORM, None).await;
    assert!(seen.lines().all(|line| line.starts_with("ok")), "{seen}");
}

#[tokio::test]
async fn every_slip_is_named() {
    let slipped = PLATFORM
        .replace("issuer = \"https://lms.example\"", "issuer = \"https://lms.example/\"")
        .replace("https://lms.example/auth", "http://lms.example/auth")
        .replace("/jwks\"", ":8443/jwks\"")
        .replace("lms.example:8443", "down.example")
        .replace("deployment_ids", "deploymentids");
    insta::assert_snapshot!(lines(&slipped, Some(PLATFORM)).await);
}

#[tokio::test]
async fn the_two_sides_of_one_table_are_compared() {
    insta::assert_snapshot!(lines(&format!("{PLATFORM}{TOOL}"), None).await);
}
