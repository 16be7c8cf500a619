//! The decision of the authorization endpoint: what an authentication request gets.
//!
//! [`validate`] judges the request and has no I/O. [`Authorizer`] looks up the client before it, and asks for the claims
//! and signs them after it.
//!
//! Nothing is ever sent to an address that the client did not register: until client and redirect URI are known to
//! belong together, every refusal is a page here. After that, refusals go to the redirect URI by form post.

use std::sync::Arc;
use std::time::Duration;

use lti_core::jose::Algorithm;
use lti_core::jose::token::sign_compact;
use lti_core::login::AuthenticationRequest;
use serde::Serialize;
use serde_json::{Map, Value};

use super::client::Clients;
use super::error::{AuthenticationError, Denial};
use super::outcome::Outcome;
use super::validate::{ValidRequest, validate};
use crate::clock::Clock;
use crate::key_ring::KeyRing;
use crate::{BoxFuture, Unavailable};

/// How long an ID token is valid. No text gives a number for ID tokens; five minutes is what platforms use.
pub const ID_TOKEN_LIFETIME: Duration = Duration::from_mins(5);

/// Supplies what an ID token says.
pub trait ClaimsSource: Send + Sync {
    /// The claims for this request. `session` is the user who is signed in, as the platform's session names them.
    ///
    /// The implementation compares `session` with the user of the login hint (Security Framework 1.0, section 5.1.1.3)
    /// and answers [`AuthenticationError::LoginRequired`] when they differ. `iss`, `aud`, `iat`, `exp` and `nonce` are
    /// set by the caller, whatever the implementation gives.
    ///
    /// # Errors
    /// [`Denial`], which goes to the client.
    fn claims<'a>(
        &'a self,
        request: &'a ValidRequest,
        session: &'a str,
    ) -> BoxFuture<'a, Result<IdTokenClaims, Denial>>;
}

/// The members of an ID token, as a JSON object.
#[derive(Clone, PartialEq)]
pub struct IdTokenClaims(Map<String, Value>);

impl IdTokenClaims {
    /// The claims of a typed message.
    ///
    /// # Errors
    /// [`Denial`] with `server_error` when `message` does not serialise to a JSON object.
    pub fn new(message: &impl Serialize) -> Result<Self, Denial> {
        match serde_json::to_value(message) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) | Err(_) => Err(Denial::new(AuthenticationError::ServerError, "the message is not a JSON object")),
        }
    }
}

impl From<Map<String, Value>> for IdTokenClaims {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl std::fmt::Debug for IdTokenClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The values are personal data.
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Answers authentication requests.
pub struct Authorizer {
    issuer: String,
    clients: Arc<dyn Clients>,
    claims: Arc<dyn ClaimsSource>,
    keys: Arc<KeyRing>,
    clock: Arc<dyn Clock>,
    algorithm: Algorithm,
}

impl std::fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authorizer").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Authorizer {
    /// An endpoint that signs with RS256, the algorithm every tool understands (Security Framework 1.0, section 6.1).
    pub fn new(
        issuer: impl Into<String>,
        clients: Arc<dyn Clients>,
        claims: Arc<dyn ClaimsSource>,
        keys: Arc<KeyRing>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { issuer: issuer.into(), clients, claims, keys, clock, algorithm: Algorithm::Rs256 }
    }

    /// Signs with another algorithm, for which the ring must have a key.
    #[must_use]
    pub fn signing_with(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Answers a request. `session` is the user who is signed in, if anybody.
    pub async fn authorize(&self, request: &AuthenticationRequest, session: Option<&str>) -> Outcome {
        let client = match &request.client_id {
            Some(client_id) => match self.clients.client(client_id.as_str()).await {
                Ok(client) => client,
                Err(Unavailable { reason }) => {
                    tracing::error!(%reason, "the clients cannot be read");
                    return Outcome::Failed;
                }
            },
            None => None,
        };
        let request = match validate(request, client.as_ref()) {
            Ok(request) => request,
            Err(refusal) => return refusal,
        };
        match self.id_token(&request, session).await {
            Ok(id_token) => {
                let mut fields = vec![("id_token".to_owned(), id_token)];
                fields.extend(request.state.map(|state| ("state".to_owned(), state.into_string())));
                Outcome::FormPost { redirect_uri: request.redirect_uri, fields }
            }
            Err(denial) => Outcome::ErrorPost { redirect_uri: request.redirect_uri, denial, state: request.state },
        }
    }

    async fn id_token(&self, request: &ValidRequest, session: Option<&str>) -> Result<String, Denial> {
        // prompt=none: a login page must not be shown (OpenID Connect Core 1.0, section 3.1.2.1).
        let Some(session) = session else {
            return Err(Denial::new(AuthenticationError::LoginRequired, "nobody is signed in to the platform here"));
        };
        let IdTokenClaims(mut members) = self.claims.claims(request, session).await?;
        let now = self.clock.now();
        members.insert("iss".to_owned(), self.issuer.clone().into());
        members.insert("aud".to_owned(), request.client_id.as_str().into());
        members.insert("iat".to_owned(), now.as_secs().into());
        members.insert("exp".to_owned(), (now + ID_TOKEN_LIFETIME).as_secs().into());
        members.insert("nonce".to_owned(), request.nonce.as_str().into());
        let failed = |what: &str| Denial::new(AuthenticationError::ServerError, what);
        let key = self.keys.signing_key(self.algorithm).ok_or_else(|| failed("the platform has no signing key"))?;
        sign_compact(&key, &members).map_err(|error| {
            tracing::error!(%error, "an ID token could not be signed");
            failed("the platform could not sign the ID token")
        })
    }
}
