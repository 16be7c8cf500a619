//! The token endpoint behind HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::post;
use http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use lti_core::service::token::{CLIENT_CREDENTIALS, TokenErrorResponse, TokenRequestFields, TokenResponse};
use serde::Serialize;
use url::Url;

use super::endpoint::TokenEndpoint;
use super::refusal::TokenRefusal;
use crate::metadata::ProviderMetadata;

/// How large a token request may be, in bytes.
const MAX_REQUEST: usize = 64 * 1024;

impl TokenEndpoint {
    /// The endpoint at `path`, to be merged into the routes of a server: POST of a form; everything else is refused with
    /// a JSON body as well.
    pub fn router<S: Clone + Send + Sync + 'static>(self: Arc<Self>, path: &str) -> Router<S> {
        Router::new()
            .route(path, post(token).fallback(not_post))
            .layer(DefaultBodyLimit::max(MAX_REQUEST))
            .with_state(self)
    }

    /// Says in the discovery document where this endpoint is and what it takes (OpenID Connect Discovery 1.0, 3).
    /// `scopes` are those that any client may have.
    pub fn describe<'s>(
        &self,
        metadata: &mut ProviderMetadata,
        token_endpoint: Url,
        scopes: impl IntoIterator<Item = &'s str>,
    ) {
        metadata.token_endpoint = Some(token_endpoint);
        metadata.token_endpoint_auth_methods_supported = vec!["private_key_jwt".to_owned()];
        metadata.token_endpoint_auth_signing_alg_values_supported =
            self.policy().algorithms.iter().map(|algorithm| algorithm.as_str().to_owned()).collect();
        add(&mut metadata.grant_types_supported, CLIENT_CREDENTIALS);
        scopes.into_iter().for_each(|scope| add(&mut metadata.scopes_supported, scope));
    }
}

fn add(values: &mut Vec<String>, value: &str) {
    if !values.iter().any(|known| known == value) {
        values.push(value.to_owned());
    }
}

async fn token(
    State(endpoint): State<Arc<TokenEndpoint>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let fields = match form(&headers, body) {
        Ok(body) => TokenRequestFields::read(&body),
        Err(refusal) => {
            endpoint.report(&TokenRequestFields::default(), Err(&refusal));
            return respond(Err(&refusal), endpoint.tokens().issuer());
        }
    };
    let outcome = match by_basic(&headers, &fields) {
        Some(refusal) => {
            endpoint.report(&fields, Err(&refusal));
            Err(refusal)
        }
        None => endpoint.answer(&fields).await,
    };
    respond(outcome.as_ref(), endpoint.tokens().issuer())
}

/// The body, if it is a form that could be read.
pub(in crate::server) fn form(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Bytes, TokenRefusal> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM) {
        return Err(TokenRefusal::request(format!("expected a body of the type {FORM}, saw another type")));
    }
    body.map_err(|rejection| {
        let status = rejection.status();
        let sentence = format!("expected a form of at most {MAX_REQUEST} bytes, it could not be read");
        TokenRefusal::request(sentence).with_status(status)
    })
}

/// Passwords are no proof here. Alone they get the challenge that RFC 6749, 5.2 asks for; beside an assertion they are a
/// second method of proof, which section 2.3 forbids.
fn by_basic(headers: &HeaderMap, fields: &TokenRequestFields) -> Option<TokenRefusal> {
    let field = headers.get(AUTHORIZATION)?.as_bytes();
    if !field.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic ")) {
        return None;
    }
    if fields.client_assertion.is_some() {
        return Some(TokenRefusal::request(
            "expected a client_assertion alone, saw Authorization: Basic (RFC 6749, 2.3)",
        ));
    }
    Some(TokenRefusal::client("expected a client_assertion (RFC 7523, 2.2), saw Authorization: Basic").of_basic())
}

async fn not_post(State(endpoint): State<Arc<TokenEndpoint>>) -> Response {
    let refusal = TokenRefusal::request("expected a POST (RFC 6749, 3.2), saw another method")
        .with_status(StatusCode::METHOD_NOT_ALLOWED);
    let mut response = respond(Err(&refusal), endpoint.tokens().issuer());
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

/// The answer.
fn respond(outcome: Result<&TokenResponse, &TokenRefusal>, realm: &str) -> Response {
    match outcome {
        Ok(granted) => not_stored(json(StatusCode::OK, granted)),
        Err(refusal) => refuse(refusal, &refusal.to_response(), realm),
    }
}

/// The answer to a refused request, with the challenge for whoever tried `Authorization: Basic` (RFC 6749, 5.2).
pub(in crate::server) fn refuse(refusal: &TokenRefusal, body: &TokenErrorResponse, realm: &str) -> Response {
    let mut response = not_stored(json(refusal.status, body));
    if refusal.basic {
        let realm: String = realm.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect();
        let challenge = HeaderValue::try_from(format!("Basic realm=\"{realm}\""));
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge.unwrap_or(HeaderValue::from_static("Basic")));
    }
    response
}

/// Says that no cache keeps it (RFC 6749, 5.1).
pub(in crate::server) fn not_stored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A JSON answer.
pub(in crate::server) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // Structs of strings and numbers always serialize; an empty body would be refused by every client.
    let mut response = Response::new(Body::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
