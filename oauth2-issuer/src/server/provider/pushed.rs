//! Pushed authorization requests (RFC 9126): a client brings its request beforehand, and the browser only its name.
//!
//! The client authenticates as at the token endpoint, and the request is judged as at the authorization endpoint, now
//! and once more when the browser brings its name. The name is 256 random bits, is kept as a digest, is good for
//! [`pushed_lifetime`](super::ProviderPolicy::pushed_lifetime), once, and for its client alone.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::authorize::PUSHED_PREFIX;
use super::core::Provider;
use super::grant::{Stage, WaitingRequest};
use super::parameters::Parameters;
use super::secret::{SecretHash, random_secret};
use crate::server::token::TokenRefusal;
use crate::server::token::assertion::failed;
use crate::server::token::router::{form, json as json_answer, not_stored};

/// What proves the client; it is no part of the request and is not kept.
const OF_AUTHENTICATION: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// `POST /par`.
pub(super) async fn push(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let outcome = match form(&headers, body) {
        Ok(body) => provider.push(&headers, &Parameters::read(&body)).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        // 201, and no other status (RFC 9126, 2.2).
        Ok(named) => not_stored(json_answer(StatusCode::CREATED, &named)),
        Err(refusal) => provider.refuse(&refusal),
    }
}

/// Says in the metadata where this endpoint is.
pub(super) fn describe(provider: &Provider, metadata: &mut Map<String, Value>) {
    metadata.insert("pushed_authorization_request_endpoint".to_owned(), provider.endpoint("/par").into());
    metadata.insert("require_pushed_authorization_requests".to_owned(), false.into());
}

impl Provider {
    async fn push(&self, headers: &HeaderMap, form: &Parameters) -> Result<Value, TokenRefusal> {
        if let Some(name) = form.repeated(&[]) {
            let sentence = format!("expected the parameter {name} once, saw it more than once");
            return Err(TokenRefusal::request(sentence));
        }
        let client = self.authenticate(headers, form).await?;
        let pairs = form.pairs().iter().filter(|(name, _)| !OF_AUTHENTICATION.contains(&name.as_str()));
        let mut parameters: Vec<(String, String)> = pairs.cloned().collect();
        // Who authenticated in the header field need not say it twice.
        if !form.has("client_id") {
            parameters.push(("client_id".to_owned(), client.client_id.as_str().to_owned()));
        }
        self.judge_pushed(&client, Parameters::from_pairs(parameters.clone())).await?;
        let name = format!("{PUSHED_PREFIX}{}", random_secret().map_err(|error| failed(&error))?);
        let lifetime = self.policy.pushed_lifetime;
        let request = WaitingRequest::new(client.client_id, parameters, Stage::Pushed, self.now() + lifetime);
        let kept = self.store().put_request(self.issuer(), SecretHash::of(&name), request, self.now()).await;
        kept.map_err(|error| failed(&error))?;
        Ok(json!({ "request_uri": name, "expires_in": lifetime.as_secs() }))
    }
}
