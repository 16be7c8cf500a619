//! Token revocation (RFC 7009): a client gives back what it does not need any more.
//!
//! | token | what happens |
//! |---|---|
//! | a refresh token | its grant ends, with every token that came from it (2.1), also when another took its place |
//! | an access token | it ends; its grant goes on |
//! | unknown, expired, of another client | nothing; the answer is 200 all the same (2.2) |

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Map, Value};

use super::core::Provider;
use super::introspection::single_token;
use super::parameters::Parameters;
use super::secret::SecretHash;
use crate::server::token::TokenRefusal;
use crate::server::token::assertion::failed;
use crate::server::token::router::{form, not_stored};

/// `POST /revoke`.
pub(super) async fn revoke(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let outcome = match form(&headers, body) {
        Ok(body) => provider.revoke(&headers, &Parameters::read(&body)).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(()) => not_stored(Response::new(Body::empty())),
        Err(refusal) => provider.refuse(&refusal),
    }
}

/// Says in the metadata where this endpoint is.
pub(super) fn describe(provider: &Provider, metadata: &mut Map<String, Value>) {
    provider.describe_endpoint("revocation_endpoint", "/revoke", metadata);
}

impl Provider {
    async fn revoke(&self, headers: &HeaderMap, form: &Parameters) -> Result<(), TokenRefusal> {
        let client = self.authenticate(headers, form).await?;
        let token = single_token(form)?;
        // An expired one needs no revocation, and one of another client gets none.
        if let Some(read) = self.read_access_token(token) {
            if read.client_id == client.client_id && read.expires_at >= self.now() {
                let done = self.store().revoke_access_token(self.issuer(), &read.jti, read.expires_at).await;
                done.map_err(|error| failed(&error))?;
            }
            return Ok(());
        }
        let state = self.store().refresh(self.issuer(), SecretHash::of(token), self.now()).await;
        let state = state.map_err(|error| failed(&error))?;
        match state.filter(|state| state.record.grant.client_id == client.client_id) {
            Some(state) => self.revoke_grant(&state.record.grant.id).await,
            None => Ok(()),
        }
    }
}
