//! The services of the school, asked by tools that consist of the messages alone.

mod access;
mod grades;
mod roster;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use lti_core::Timestamp;
use lti_core::id::DeploymentId;
use lti_core::jose::{KeySet, SigningKey, jwks_document};
use lti_core::message::Audience;
use lti_core::service::link::Links;
use lti_core::service::token::{ClientAssertion, TokenRequest};
use lti_core::service::{Scope, Scopes, media_type};
use lti_platform::ToolRegistration;
use lti_platform::mock::{MockConfig, MockPlatform};
use oauth2_issuer::clock::ManualClock;
use oauth2_issuer::server::token::KeySets;
use oauth2_issuer::{BoxFuture, Unavailable};
use serde_json::Value;
use tower::ServiceExt as _;
use url::Url;

use crate::support::{Desk, ISSUER, NOW, keys, tool};

/// The course whose links belong to the first deployment, and its services.
pub(crate) const HISTORY: &str = "/services/dep-1/hist-101";

fn tool_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate_es256("tool-1").unwrap())
}

/// Every tool has the one key.
struct OneKey;

impl KeySets for OneKey {
    fn key_set<'a>(&'a self, _: &'a Url, _: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>> {
        let keys = KeySet::parse(jwks_document([tool_key()]).to_string().as_bytes()).unwrap();
        Box::pin(async move { Ok(Arc::new(keys)) })
    }
}

pub(crate) fn serviced(client_id: &str) -> ToolRegistration {
    tool(client_id).with_jwks_url("https://quiz.example/jwks").unwrap().with_scopes(Scope::KNOWN)
}

/// A school with services, which this changes before it opens.
pub(crate) fn desk_with(change: impl FnOnce(&mut MockConfig)) -> Desk {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let mut config = MockConfig::new(Url::parse(ISSUER).unwrap(), clock.clone(), keys());
    config.seed = Some([3; 32]);
    config.tools = vec![serviced("quiz"), serviced("other")];
    config.key_sets = Some(Arc::new(OneKey));
    change(&mut config);
    Desk::of(MockPlatform::new(config).unwrap(), clock)
}

/// An answer of a service.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where a relation of the answer leads.
    pub(crate) fn link(&self, relation: &str) -> Option<String> {
        let values = self.headers.get_all(header::LINK).iter().map(|value| value.to_str().unwrap());
        Links::parse(values, &Url::parse(ISSUER).unwrap()).find(relation).map(str::to_owned)
    }
}

/// A tool with an access token.
pub(crate) struct Client {
    pub(crate) token: String,
}

impl Client {
    /// Asks the token endpoint.
    pub(crate) async fn of(desk: &mut Desk, client_id: &str, scopes: impl Into<Scopes>) -> Self {
        Self::deployed(desk, client_id, None, scopes).await
    }

    pub(crate) async fn deployed(
        desk: &mut Desk,
        client_id: &str,
        deployment: Option<&str>,
        scopes: impl Into<Scopes>,
    ) -> Self {
        static FRESH: AtomicUsize = AtomicUsize::new(0);
        let jti = FRESH.fetch_add(1, Ordering::Relaxed).to_string();
        let audience = Audience::one(format!("{ISSUER}/token"));
        let mut assertion = ClientAssertion::new(client_id, audience, jti, Timestamp::from_secs(NOW));
        assertion.deployment_id = deployment.map(DeploymentId::new);
        let form = TokenRequest::new(assertion.sign(tool_key()).unwrap(), scopes).to_form();
        let request = Request::post("/token").header(header::CONTENT_TYPE, media_type::TOKEN_REQUEST);
        let page = desk.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let answer: Value = serde_json::from_str(&page.body).unwrap();
        Self { token: answer["access_token"].as_str().unwrap().to_owned() }
    }

    /// A tool that may do everything.
    pub(crate) async fn full(desk: &mut Desk, client_id: &str) -> Self {
        Self::of(desk, client_id, Scope::KNOWN.into_iter().collect::<Scopes>()).await
    }

    /// Sends a request; the address may be a full one.
    pub(crate) async fn send(
        &self,
        desk: &Desk,
        method: &str,
        address: &str,
        fields: &[(header::HeaderName, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let path = address.strip_prefix(ISSUER).unwrap_or(address);
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        for (name, value) in fields {
            request = request.header(name, *value);
        }
        let response = desk.school.router().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, desk: &Desk, address: &str) -> Answer {
        self.send(desk, "GET", address, &[], Body::empty()).await
    }

    pub(crate) async fn delete(&self, desk: &Desk, address: &str) -> Answer {
        self.send(desk, "DELETE", address, &[], Body::empty()).await
    }

    /// Sends JSON of this media type.
    pub(crate) async fn put(&self, desk: &Desk, method: &str, address: &str, media_type: &str, body: &Value) -> Answer {
        self.send(desk, method, address, &[(header::CONTENT_TYPE, media_type)], body.to_string()).await
    }

    /// Makes a line item and returns it.
    pub(crate) async fn create(&self, desk: &Desk, address: &str, item: &Value) -> Value {
        let answer = self.put(desk, "POST", address, media_type::LINE_ITEM, item).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        assert_eq!(answer.header(header::CONTENT_TYPE), media_type::LINE_ITEM);
        answer.json()
    }
}
