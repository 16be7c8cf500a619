//! The registration endpoint and the client configuration endpoint (RFC 7591, 3; RFC 7592, 2).

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use lti_core::registration::dynamic::{RegistrationError, RegistrationErrorCode};
use serde_json::{Map, Value, json};

use super::super::answer::plain;
use super::super::core::Provider;
use super::super::model::{AuthMethod, RegisteredClient};
use super::super::secret::{SecretHash, random_secret};
use super::judge::{RegistrationOffer, judge};
use super::metadata::ClientMetadata;
use super::record;
use crate::Unavailable;
use crate::server::access_token::AccessTokenError;
use crate::server::bearer::{self, BearerError, BearerFault};
use crate::server::token::router::{json as json_answer, not_stored};

/// Who may register clients.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationPolicy {
    /// Nobody: clients are registered by whoever runs the issuer.
    #[default]
    Closed,
    /// Everybody (RFC 7591, 3: open registration). See
    /// [`ProviderPolicy::registration_offer`](super::super::ProviderPolicy::registration_offer) for what they get.
    Open,
    /// Whoever has one of these initial access tokens (RFC 7591, 3). A token may be used more than once.
    Protected(Vec<SecretHash>),
}

impl RegistrationPolicy {
    /// Whether there is a registration endpoint.
    pub fn is_offered(&self) -> bool {
        *self != Self::Closed
    }
}

/// Why a request for a registration is refused.
enum Refusal {
    /// Who asks did not prove that they may.
    Bearer(BearerFault),
    /// What is asked for cannot be registered.
    Metadata(RegistrationError, StatusCode),
    /// There is nothing here.
    Closed,
    /// Something behind this server does not answer.
    Failed(Unavailable),
}

impl From<RegistrationError> for Refusal {
    fn from(error: RegistrationError) -> Self {
        Self::Metadata(error, StatusCode::BAD_REQUEST)
    }
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::Failed(error)
    }
}

/// A secret of a client, as it is told once.
struct Told {
    client_secret: Option<String>,
    access_token: String,
}

/// `POST /register`.
pub(in crate::server::provider) async fn register(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match provider.register(&headers, body).await {
        Ok(registered) => not_stored(json_answer(StatusCode::CREATED, &registered)),
        Err(refusal) => provider.refuse_registration(refusal),
    }
}

/// `GET`, `PUT` and `DELETE /register/{client_id}`.
pub(in crate::server::provider) async fn read(
    State(provider): State<Arc<Provider>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match provider.own_registration(&client_id, &headers).await {
        Ok((client, access_token)) => {
            let told = Told { client_secret: None, access_token };
            not_stored(json_answer(StatusCode::OK, &provider.told(&client, told)))
        }
        Err(refusal) => provider.refuse_registration(refusal),
    }
}

/// `PUT /register/{client_id}`.
pub(in crate::server::provider) async fn update(
    State(provider): State<Arc<Provider>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match provider.update(&client_id, &headers, body).await {
        Ok(registered) => not_stored(json_answer(StatusCode::OK, &registered)),
        Err(refusal) => provider.refuse_registration(refusal),
    }
}

/// `DELETE /register/{client_id}`.
pub(in crate::server::provider) async fn delete(
    State(provider): State<Arc<Provider>>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match provider.delete_registration(&client_id, &headers).await {
        Ok(()) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            not_stored(response)
        }
        Err(refusal) => provider.refuse_registration(refusal),
    }
}

/// Every other method at the registration endpoint.
pub(in crate::server::provider) async fn not_post() -> Response {
    not_allowed("POST")
}

/// Every other method at the client configuration endpoint.
pub(in crate::server::provider) async fn not_managed() -> Response {
    not_allowed("GET, PUT, DELETE")
}

fn not_allowed(methods: &'static str) -> Response {
    let sentence = format!("expected one of the methods {methods}, saw another");
    let body = json!({ "error": "invalid_request", "error_description": sentence });
    let mut response = not_stored(json_answer(StatusCode::METHOD_NOT_ALLOWED, &body));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}

/// Says in the metadata where clients register.
pub(in crate::server::provider) fn describe(provider: &Provider, metadata: &mut Map<String, Value>) {
    if provider.policy.registration.is_offered() {
        metadata.insert("registration_endpoint".to_owned(), provider.endpoint("/register").into());
    }
}

impl Provider {
    async fn register(&self, headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Value, Refusal> {
        self.may_register(headers)?;
        let judged = judge(ClientMetadata::read(members(headers, body)?), &self.registration_offer())?;
        let client_id = random_secret()?;
        let mut client = record::client(&judged, &client_id, self.now())?;
        let told = Told { client_secret: give_secret(&mut client)?, access_token: random_secret()? };
        client.registration_access_token = Some(SecretHash::of(&told.access_token));
        self.store().put_client(self.issuer(), client.clone()).await?;
        tracing::info!(issuer = self.issuer(), client_id, "a client registered itself");
        Ok(self.told(&client, told))
    }

    async fn update(
        &self,
        client_id: &str,
        headers: &HeaderMap,
        body: Result<Bytes, BytesRejection>,
    ) -> Result<Value, Refusal> {
        let (before, access_token) = self.own_registration(client_id, headers).await?;
        let members = members(headers, body)?;
        let refused =
            |sentence: &str| Err(RegistrationError::new(RegistrationErrorCode::InvalidClientMetadata, sentence).into());
        if members.get("client_id").and_then(Value::as_str) != Some(client_id) {
            return refused("client_id: expected the one of this registration (RFC 7592, 2.2), saw another or none");
        }
        if let Some(secret) = members.get("client_secret") {
            let matches = secret.as_str().is_some_and(|secret| before.secret.is_some_and(|kept| kept.matches(secret)));
            if !matches {
                return refused("client_secret: expected the one of this registration (RFC 7592, 2.2), saw another");
            }
        }
        let judged = judge(ClientMetadata::read(members), &self.registration_offer())?;
        let mut client = record::client(&judged, client_id, before.issued_at)?;
        client.registration_access_token = before.registration_access_token;
        client.first_party = before.first_party;
        client.secret = before.secret;
        client.secret_expires_at = before.secret_expires_at;
        let told = Told { client_secret: give_secret(&mut client)?, access_token };
        self.store().put_client(self.issuer(), client.clone()).await?;
        tracing::info!(issuer = self.issuer(), client_id, "a client changed its registration");
        Ok(self.told(&client, told))
    }

    async fn delete_registration(&self, client_id: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        self.own_registration(client_id, headers).await?;
        self.store().remove_client(self.issuer(), client_id).await?;
        tracing::info!(issuer = self.issuer(), client_id, "a client ended its registration");
        Ok(())
    }

    /// Whether these header fields allow a registration. A token that nobody gave out is refused even where none is
    /// needed (RFC 6749, 7: a token is validated).
    fn may_register(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let tokens: &[SecretHash] = match &self.policy.registration {
            RegistrationPolicy::Closed => return Err(Refusal::Closed),
            RegistrationPolicy::Open => &[],
            RegistrationPolicy::Protected(tokens) => tokens,
        };
        match bearer::credentials(headers) {
            Err(BearerFault::NoCredentials) if self.policy.registration == RegistrationPolicy::Open => Ok(()),
            Err(fault) => Err(Refusal::Bearer(fault)),
            Ok(token) if tokens.iter().any(|known| known.matches(token)) => Ok(()),
            Ok(_) => Err(Refusal::Bearer(BearerFault::Token(AccessTokenError::NotOurs))),
        }
    }

    /// The client whose registration access token these header fields carry, with that token. For a client that is not
    /// there the answer is the same as for a wrong token (RFC 7592, 2.1: 401, never 404).
    async fn own_registration(
        &self,
        client_id: &str,
        headers: &HeaderMap,
    ) -> Result<(RegisteredClient, String), Refusal> {
        let token = bearer::credentials(headers).map_err(Refusal::Bearer)?;
        let client = self.store().client(self.issuer(), client_id).await?;
        let own = client.filter(|client| client.registration_access_token.is_some_and(|kept| kept.matches(token)));
        let own = own.ok_or(Refusal::Bearer(BearerFault::Token(AccessTokenError::NotOurs)))?;
        Ok((own, token.to_owned()))
    }

    fn told(&self, client: &RegisteredClient, told: Told) -> Value {
        let mut members = record::told(client);
        if let Some(secret) = told.client_secret {
            members.insert("client_secret".to_owned(), secret.into());
            // Zero: it does not expire (RFC 7591, 3.2.1: REQUIRED with a secret).
            members.insert("client_secret_expires_at".to_owned(), 0.into());
        }
        let at = self.endpoint(&format!("/register/{}", client.client_id));
        members.insert("registration_client_uri".to_owned(), at.into());
        members.insert("registration_access_token".to_owned(), told.access_token.into());
        Value::Object(members)
    }

    /// What clients that register themselves can have: what the policy says, or what the issuer has.
    pub fn registration_offer(&self) -> RegistrationOffer {
        let policy = &self.policy;
        if let Some(offer) = &policy.registration_offer {
            return offer.clone();
        }
        let mut offer = RegistrationOffer::new(policy.scopes.iter());
        offer.grant_types.clone_from(&policy.grant_types);
        offer.response_types.clone_from(&policy.response_types);
        offer.auth_methods = policy.auth_methods.iter().map(|method| method.as_str().to_owned()).collect();
        offer.auth_signing_algs = policy.assertion_algorithms.iter().map(|alg| alg.as_str().to_owned()).collect();
        offer.id_token_signing_algs = self.parts.keys.algorithms().iter().map(|alg| alg.as_str().to_owned()).collect();
        offer
    }

    fn refuse_registration(&self, refusal: Refusal) -> Response {
        let error = |status, code: &str, sentence: &str| {
            let body = json!({ "error": code, "error_description": plain(sentence) });
            not_stored(json_answer(status, &body))
        };
        match refusal {
            Refusal::Bearer(fault) => {
                tracing::info!(issuer = self.issuer(), %fault, "a registration was refused");
                not_stored(BearerError::new(self.issuer(), fault).into_response())
            }
            Refusal::Metadata(refused, status) => {
                tracing::info!(issuer = self.issuer(), %refused, "a registration was refused");
                error(status, refused.code.as_str(), refused.description.as_deref().unwrap_or_default())
            }
            Refusal::Closed => error(StatusCode::NOT_FOUND, "not_found", "clients do not register themselves here"),
            Refusal::Failed(failed) => {
                tracing::error!(error = %failed, "the registration endpoint cannot answer");
                let sentence = "something behind this server does not answer: try again in a minute";
                error(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", sentence)
            }
        }
    }
}

/// Gives a client the secret that its method needs and it does not have yet, and takes away one that it does not need.
fn give_secret(client: &mut RegisteredClient) -> Result<Option<String>, Unavailable> {
    if !matches!(client.auth_method, AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost) {
        (client.secret, client.secret_expires_at) = (None, None);
        return Ok(None);
    }
    if client.secret.is_some() {
        return Ok(None);
    }
    let secret = random_secret()?;
    client.secret = Some(SecretHash::of(&secret));
    Ok(Some(secret))
}

/// The JSON object of a request.
fn members(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Map<String, Value>, Refusal> {
    let refused = |sentence: &str, status| {
        Refusal::Metadata(RegistrationError::new(RegistrationErrorCode::InvalidClientMetadata, sentence), status)
    };
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let sentence = "expected a body of the type application/json (RFC 7591, 3.1), saw another type";
        return Err(refused(sentence, StatusCode::BAD_REQUEST));
    }
    let body = body.map_err(|rejection| refused("expected a smaller document", rejection.status()))?;
    match serde_json::from_slice(&body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(refused("expected a JSON object, saw another JSON value", StatusCode::BAD_REQUEST)),
        Err(_) => Err(refused("expected a JSON object, saw what is no JSON", StatusCode::BAD_REQUEST)),
    }
}
