//! The suite's issuer over HTTP.

use axum::{Router, body::Body, extract::State, response::IntoResponse};
use http::StatusCode;

use super::issuer::PlayedIssuer;
use crate::transport;

/// The largest request that the issuer reads.
const REQUEST_LIMIT: usize = 1 << 20;

/// The suite's issuer as a router.
pub fn issuer_router(issuer: PlayedIssuer) -> Router {
    Router::new().fallback(answer).with_state(issuer)
}

async fn answer(State(issuer): State<PlayedIssuer>, request: axum::extract::Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, REQUEST_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    issuer.handle(&transport::Request::from_parts(parts, body)).map(Body::from)
}
