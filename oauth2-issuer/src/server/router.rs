//! The endpoints behind HTTP: discovery, key set, authorization.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use lti_core::login::AuthenticationRequest;

use super::authorize::Authorizer;
use super::outcome::Outcome;
use super::page::{self, Page};
use crate::key_ring::KeyRing;
use crate::metadata::{ProviderMetadata, WELL_KNOWN};
use crate::{BoxFuture, Unavailable};

/// How large an authentication request may be, in bytes.
const MAX_REQUEST: usize = 64 * 1024;

/// How long others may keep the key set. A next key should be published at least that long before it is used.
pub const JWKS_MAX_AGE: Duration = Duration::from_mins(5);

/// Says who is signed in.
pub trait Sessions: Send + Sync {
    /// The user of the session that these header fields carry, as [`ClaimsSource`](super::authorize::ClaimsSource)
    /// understands users; nothing when nobody is signed in.
    ///
    /// # Errors
    /// [`Unavailable`] when the sessions cannot be read.
    fn user<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<String>, Unavailable>>;
}

/// An issuer behind HTTP. [`IssuerServer::router`] serves below the issuer's address:
///
/// | path | what |
/// |---|---|
/// | `/.well-known/openid-configuration` | the discovery document |
/// | `/jwks` | the key set |
/// | `/auth` | the authorization endpoint, GET and POST (OpenID Connect Core 1.0, section 3.1.2.1: both) |
pub struct IssuerServer {
    metadata: ProviderMetadata,
    keys: Arc<KeyRing>,
    authorizer: Authorizer,
    sessions: Arc<dyn Sessions>,
}

impl std::fmt::Debug for IssuerServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerServer").field("issuer", &self.metadata.issuer).finish_non_exhaustive()
    }
}

impl IssuerServer {
    /// An issuer made of its parts.
    pub fn new(
        metadata: ProviderMetadata,
        keys: Arc<KeyRing>,
        authorizer: Authorizer,
        sessions: Arc<dyn Sessions>,
    ) -> Self {
        Self { metadata, keys, authorizer, sessions }
    }

    /// The three endpoints.
    pub fn router(self) -> Router {
        Router::new()
            .route(WELL_KNOWN, get(configuration))
            .route("/jwks", get(jwks))
            .route("/auth", get(authorize_get).post(authorize_post))
            .layer(DefaultBodyLimit::max(MAX_REQUEST))
            .with_state(Arc::new(self))
    }

    /// Answers an authentication request: for a server that has its own routes.
    pub async fn answer(&self, request: &AuthenticationRequest, headers: &HeaderMap) -> Outcome {
        match self.sessions.user(headers).await {
            Ok(user) => self.authorizer.authorize(request, user.as_deref()).await,
            Err(Unavailable { reason }) => {
                tracing::error!(%reason, "the sessions cannot be read");
                Outcome::Failed
            }
        }
    }
}

/// The response to an outcome: the form that posts itself, or a page.
pub fn respond(outcome: &Outcome) -> Response {
    let page = match (outcome, outcome.form()) {
        (_, Some((redirect_uri, fields))) => page::form_post(redirect_uri, &fields),
        (Outcome::ErrorPage { heading, text }, _) => page::error(StatusCode::BAD_REQUEST, heading, text),
        _ => page::error(
            StatusCode::SERVICE_UNAVAILABLE,
            "Launch not possible now",
            "Something behind this platform does not answer. Please try again in a minute.",
        ),
    };
    from_page(page)
}

fn from_page(page: Page) -> Response {
    let mut response = Response::new(Body::from(page.body));
    *response.status_mut() = page.status;
    for (name, value) in page.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn configuration(State(server): State<Arc<IssuerServer>>) -> Response {
    json(&server.metadata.to_json())
}

async fn jwks(State(server): State<Arc<IssuerServer>>) -> Response {
    json(&server.keys.jwks())
}

/// A public document.
fn json(document: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(document.to_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={}", JWKS_MAX_AGE.as_secs())) {
        headers.insert(CACHE_CONTROL, value);
    }
    response
}

async fn authorize_get(
    State(server): State<Arc<IssuerServer>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    respond(&server.answer(&parse(query.unwrap_or_default().as_bytes()), &headers).await)
}

async fn authorize_post(State(server): State<Arc<IssuerServer>>, headers: HeaderMap, body: Bytes) -> Response {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return respond(&Outcome::ErrorPage {
            heading: "Not a form",
            text: "An authentication request by POST must be application/x-www-form-urlencoded.".to_owned(),
        });
    }
    respond(&server.answer(&parse(&body), &headers).await)
}

fn parse(encoded: &[u8]) -> AuthenticationRequest {
    AuthenticationRequest::from_pairs(form_urlencoded::parse(encoded).into_owned())
}
