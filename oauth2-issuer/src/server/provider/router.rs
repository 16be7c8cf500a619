//! The issuers behind HTTP.
//!
//! | path, behind that of the issuer | what |
//! |---|---|
//! | `/.well-known/openid-configuration` | the metadata (OpenID Connect Discovery 1.0, 4: appended to the issuer) |
//! | `/jwks` | the key set |
//! | `/authorize`, `/authorize/continue`, `/authorize/consent` | the authorization endpoint, and where users come back to it |
//! | `/token` | the token endpoint |
//! | `/userinfo` | the claims of a user |
//! | `/introspect`, `/revoke` | what a token says, and its end (RFC 7662; RFC 7009) |
//! | `/par` | authorization requests beforehand (RFC 9126) |
//! | `/register`, `/register/{client_id}` | clients that register and manage themselves (RFC 7591; RFC 7592) |
//! | `/.well-known/badgeconnect.json` | the manifest for Open Badges 2.1 |
//!
//! `/.well-known/oauth-authorization-server` stands before the path of the issuer (RFC 8414, 3: inserted).
//!
//! An endpoint in a file of its own is one more line in `routes`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::Value;

use super::badge_connect::BADGE_CONNECT;
use super::core::Provider;
use super::{authorize, badge_connect, introspection, pushed, registration, revocation, token, userinfo};
use crate::metadata::WELL_KNOWN;
use crate::server::router::JWKS_MAX_AGE;

/// The well-known name of RFC 8414, 3.
const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";

/// How large a request may be, in bytes.
const MAX_REQUEST: usize = 64 * 1024;

/// Issuers of one process, each at its own path.
///
/// They are told apart by their paths: mount issuers of several hosts on several routers.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    providers: Vec<Arc<Provider>>,
}

impl Providers {
    /// No issuer yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an issuer. One whose path is taken puts itself in the place of the other.
    #[must_use]
    pub fn with(mut self, provider: Arc<Provider>) -> Self {
        self.providers.retain(|known| known.path() != provider.path());
        self.providers.push(provider);
        self
    }

    /// The issuers.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.providers.iter()
    }

    /// All their endpoints.
    pub fn router(&self) -> Router {
        self.providers.iter().fold(Router::new(), |router, provider| router.merge(Arc::clone(provider).router()))
    }
}

impl Provider {
    /// Its endpoints at their paths on the host, well-known addresses among them.
    pub fn router(self: Arc<Self>) -> Router {
        let at = |path: &str| format!("{}{path}", self.path());
        routes(&at)
            .route(&format!("{AUTHORIZATION_SERVER}{}", self.path()), get(configuration))
            .layer(DefaultBodyLimit::max(MAX_REQUEST))
            .with_state(Arc::clone(&self))
    }
}

/// The endpoints; `at` puts the path of the issuer before that of the endpoint.
fn routes(at: &dyn Fn(&str) -> String) -> Router<Arc<Provider>> {
    // The path of an issuer is its own affair: nothing in it is a pattern.
    Router::new()
        .without_v07_checks()
        .route(&at(WELL_KNOWN), get(configuration))
        .route(&at("/jwks"), get(jwks))
        .route(&at("/authorize"), get(authorize::by_get).post(authorize::by_post))
        .route(&at("/authorize/continue"), get(authorize::resume))
        .route(&at("/authorize/consent"), post(authorize::decide))
        .route(&at("/token"), post(token::token).fallback(token::not_post))
        .route(&at("/userinfo"), get(userinfo::userinfo).post(userinfo::userinfo))
        .route(&at("/introspect"), post(introspection::introspect).fallback(token::not_post))
        .route(&at("/revoke"), post(revocation::revoke).fallback(token::not_post))
        .route(&at("/par"), post(pushed::push).fallback(token::not_post))
        .route(&at("/register"), post(registration::register).fallback(registration::not_post))
        .route(
            &at("/register/{client_id}"),
            get(registration::read)
                .put(registration::update)
                .delete(registration::delete)
                .fallback(registration::not_managed),
        )
        .route(&at(BADGE_CONNECT), get(badge_connect::manifest))
}

async fn configuration(State(provider): State<Arc<Provider>>) -> Response {
    public(&Value::Object(provider.metadata()))
}

async fn jwks(State(provider): State<Arc<Provider>>) -> Response {
    public(&provider.parts.keys.jwks())
}

/// A public document.
pub(super) fn public(document: &Value) -> Response {
    let mut response = Response::new(Body::from(document.to_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={}", JWKS_MAX_AGE.as_secs())) {
        headers.insert(CACHE_CONTROL, value);
    }
    response
}
