//! Token introspection (RFC 7662): whether a token is good, and what it says.
//!
//! | question | answer |
//! |---|---|
//! | who may ask | a client that proves itself; a public client is nobody in particular (2.1); others hear 401 (2.3) |
//! | about which tokens | its own; and those for the resources that it serves ([`ProviderPolicy::resource_servers`]) |
//! | what of the others | `active` false and nothing more, as of tokens that are no good (2.2) |
//! | `token_type_hint` | not needed: the two kinds of tokens are told apart by themselves (2.1: the search goes on anyway) |
//!
//! [`ProviderPolicy::resource_servers`]: super::ProviderPolicy::resource_servers

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use lti_core::service::token::TokenErrorCode;
use serde_json::{Map, Value, json};

use super::core::Provider;
use super::model::{AuthMethod, RegisteredClient};
use super::parameters::Parameters;
use super::secret::SecretHash;
use crate::Unavailable;
use crate::server::token::TokenRefusal;
use crate::server::token::assertion::failed;
use crate::server::token::router::{form, json as json_answer, not_stored};

/// `POST /introspect`.
pub(super) async fn introspect(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let outcome = match form(&headers, body) {
        Ok(body) => provider.introspect(&headers, &Parameters::read(&body)).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(said) => not_stored(json_answer(StatusCode::OK, &said)),
        Err(refusal) => provider.refuse(&refusal),
    }
}

/// Says in the metadata where this endpoint is.
pub(super) fn describe(provider: &Provider, metadata: &mut Map<String, Value>) {
    provider.describe_endpoint("introspection_endpoint", "/introspect", metadata);
    // Public clients prove nothing, so they may not ask.
    if let Some(Value::Array(methods)) = metadata.get_mut("introspection_endpoint_auth_methods_supported") {
        methods.retain(|method| method != AuthMethod::None.as_str());
    }
}

impl Provider {
    async fn introspect(&self, headers: &HeaderMap, form: &Parameters) -> Result<Value, TokenRefusal> {
        let client = self.authenticate(headers, form).await.map_err(unproven)?;
        if !client.is_confidential() {
            return Err(unproven(TokenRefusal::client(
                "expected a client that proves itself (RFC 7662, 2.1), saw a public one",
            )));
        }
        let token = single_token(form)?;
        let said = self.said_of(&client, token).await.map_err(|error| failed(&error))?;
        // Nothing tells a token that is not good from one that is none of this client's business.
        Ok(said.unwrap_or_else(|| json!({ "active": false })))
    }

    /// What this client may know of a token; nothing when it is not good.
    async fn said_of(&self, client: &RegisteredClient, token: &str) -> Result<Option<Value>, Unavailable> {
        if let Some(verified) = self.verify_access_token(token).await? {
            let own = verified.client_id == client.client_id;
            if !own && !self.serves(client, &verified.audience) {
                return Ok(None);
            }
            let mut said = json!({
                "active": true,
                "token_type": "Bearer",
                "iss": self.issuer(),
                "sub": verified.subject,
                "aud": verified.audience,
                "client_id": verified.client_id,
                "iat": verified.issued_at,
                "exp": verified.expires_at,
                "jti": verified.jti,
            });
            if !verified.scopes.is_empty() {
                said["scope"] = verified.scopes.to_string().into();
            }
            return Ok(Some(said));
        }
        self.said_of_refresh(client, token).await
    }

    async fn said_of_refresh(&self, client: &RegisteredClient, token: &str) -> Result<Option<Value>, Unavailable> {
        let now = self.now();
        let state = self.store().refresh(self.issuer(), SecretHash::of(token), now).await?;
        let own = state.filter(|state| !state.used && state.record.grant.client_id == client.client_id);
        let Some(record) = own.map(|state| state.record) else { return Ok(None) };
        if self.store().is_revoked(self.issuer(), Some(&record.grant.id), None, now).await? {
            return Ok(None);
        }
        Ok(Some(json!({
            "active": true,
            "iss": self.issuer(),
            "sub": record.grant.subject,
            "client_id": record.grant.client_id,
            "scope": record.grant.scopes.to_string(),
            "iat": record.issued_at,
            "exp": record.expires_at,
        })))
    }

    /// Whether the client serves one of the resources that a token is for.
    fn serves(&self, client: &RegisteredClient, audience: &[String]) -> bool {
        let served = self.policy.resource_servers.iter();
        served.filter(|server| server.client_id == client.client_id).any(|server| audience.contains(&server.resource))
    }

    /// An endpoint that takes the same client authentication as the token endpoint (RFC 8414, 2).
    pub(super) fn describe_endpoint(&self, name: &str, path: &str, metadata: &mut Map<String, Value>) {
        let mut put = |name: String, value: Value| {
            if !value.as_array().is_some_and(Vec::is_empty) {
                metadata.insert(name, value);
            }
        };
        put(name.to_owned(), self.endpoint(path).into());
        put(format!("{name}_auth_methods_supported"), self.auth_method_names());
        put(format!("{name}_auth_signing_alg_values_supported"), self.assertion_algorithm_names());
    }
}

/// Who does not prove itself hears 401 here, whatever it tried (RFC 7662, 2.3), and with it a challenge (RFC 9110, 15.5.2).
fn unproven(refusal: TokenRefusal) -> TokenRefusal {
    if refusal.code == TokenErrorCode::InvalidClient { refusal.of_basic() } else { refusal }
}

/// The parameter `token`, which comes once.
pub(super) fn single_token(form: &Parameters) -> Result<&str, TokenRefusal> {
    if let Some(name) = form.repeated(&[]) {
        let sentence = format!("expected the parameter {name} once, saw it more than once");
        return Err(TokenRefusal::request(sentence));
    }
    form.get("token").ok_or_else(|| TokenRefusal::request("expected the parameter token, saw none"))
}
