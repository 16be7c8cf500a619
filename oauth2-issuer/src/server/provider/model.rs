//! Who may ask the issuer: registered clients (RFC 7591, 2; OpenID Connect Registration 1.0, 2).

use std::fmt;
use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::id::ClientId;
use lti_core::jose::{Algorithm, KeySet};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::scopes::ScopeSet;
use super::secret::SecretHash;
use crate::server::token::ClientKeys;

/// How a client proves itself (RFC 7591, 2, `token_endpoint_auth_method`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuthMethod {
    /// Not at all: a public client (RFC 6749, 2.1).
    None,
    /// By its secret in the header field `Authorization` (RFC 6749, 2.3.1).
    ClientSecretBasic,
    /// By its secret in the form.
    ClientSecretPost,
    /// By an assertion that it signs (RFC 7523; OpenID Connect Core 1.0, 9).
    PrivateKeyJwt,
}

impl AuthMethod {
    /// Every method, in the order in which the metadata lists them.
    pub const ALL: [Self; 4] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt, Self::None];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// The method of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// What kind of program a client is (OpenID Connect Registration 1.0, 2, `application_type`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ApplicationType {
    /// A web application.
    #[default]
    Web,
    /// An application on the user's machine: the port of a loopback redirect URI is free (RFC 8252, 7.3).
    Native,
}

/// A key set that a client registered by value, with its document.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct ClientJwks {
    document: Value,
    keys: Arc<KeySet>,
}

impl ClientJwks {
    /// The document, as it was registered.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The keys in it that can be used.
    pub fn keys(&self) -> &Arc<KeySet> {
        &self.keys
    }
}

impl TryFrom<Value> for ClientJwks {
    type Error = lti_core::jose::KeySetError;

    fn try_from(document: Value) -> Result<Self, Self::Error> {
        let keys = Arc::new(KeySet::parse(document.to_string().as_bytes())?);
        Ok(Self { document, keys })
    }
}

impl From<ClientJwks> for Value {
    fn from(jwks: ClientJwks) -> Self {
        jwks.document
    }
}

impl PartialEq for ClientJwks {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

impl fmt::Debug for ClientJwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientJwks").field("keys", &self.keys.keys().len()).finish_non_exhaustive()
    }
}

/// A client, as it is registered with one issuer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RegisteredClient {
    /// Its id.
    pub client_id: ClientId,
    /// When it got the id.
    pub issued_at: Timestamp,
    /// Its secret, if it has one.
    pub secret: Option<SecretHash>,
    /// The last second of the secret; without one it does not end.
    pub secret_expires_at: Option<Timestamp>,
    /// How it proves itself.
    pub auth_method: AuthMethod,
    /// What its assertions must be signed with, when it registered that (`token_endpoint_auth_signing_alg`): another
    /// algorithm is refused (OpenID Connect Registration 1.0, 2).
    pub assertion_alg: Option<String>,
    /// Where its keys are.
    pub jwks_uri: Option<Url>,
    /// Its keys.
    pub jwks: Option<ClientJwks>,
    /// Where answers may go, character for character as it registered them.
    pub redirect_uris: Vec<String>,
    /// What it may ask the authorization endpoint for, for instance `code` or `id_token`.
    pub response_types: Vec<String>,
    /// What it may bring to the token endpoint, for instance `authorization_code`.
    pub grant_types: Vec<String>,
    /// The scopes that it may have.
    pub scopes: ScopeSet,
    /// What kind of program it is.
    pub application_type: ApplicationType,
    /// What its ID tokens are signed with (`id_token_signed_response_alg`); without one RS256.
    pub id_token_alg: Option<String>,
    /// What its registration is read and changed with (RFC 7592, 3).
    pub registration_access_token: Option<SecretHash>,
    /// Whether it belongs to the one who runs the issuer, so that nobody is asked for consent.
    pub first_party: bool,
    /// All that it registered besides, as it stands: `client_name`, `logo_uri`, `contacts` and what nobody here knows.
    pub metadata: Map<String, Value>,
}

impl RegisteredClient {
    /// A client with what RFC 7591, 2 gives to whoever says nothing: the code flow, `client_secret_basic` (and no secret
    /// yet), a web application; it may have the scope `openid`.
    pub fn new(client_id: impl Into<ClientId>) -> Self {
        Self {
            client_id: client_id.into(),
            issued_at: Timestamp::default(),
            secret: None,
            secret_expires_at: None,
            auth_method: AuthMethod::ClientSecretBasic,
            assertion_alg: None,
            jwks_uri: None,
            jwks: None,
            redirect_uris: Vec::new(),
            response_types: vec!["code".to_owned()],
            grant_types: vec!["authorization_code".to_owned()],
            scopes: ScopeSet::parse("openid"),
            application_type: ApplicationType::Web,
            id_token_alg: None,
            registration_access_token: None,
            first_party: false,
            metadata: Map::new(),
        }
    }

    /// Gives it a secret, by which it proves itself with `method`.
    #[must_use]
    pub fn with_secret(mut self, method: AuthMethod, secret: &str) -> Self {
        self.auth_method = method;
        self.secret = Some(SecretHash::of(secret));
        self
    }

    /// Makes it a public client (RFC 6749, 2.1).
    #[must_use]
    pub fn public(mut self) -> Self {
        self.auth_method = AuthMethod::None;
        self.secret = None;
        self
    }

    /// Lets it prove itself by assertions that one of these keys signs.
    #[must_use]
    pub fn with_jwks(mut self, jwks: ClientJwks) -> Self {
        self.auth_method = AuthMethod::PrivateKeyJwt;
        self.jwks = Some(jwks);
        self
    }

    /// Lets it prove itself by assertions that a key at `url` signs.
    #[must_use]
    pub fn with_jwks_uri(mut self, url: Url) -> Self {
        self.auth_method = AuthMethod::PrivateKeyJwt;
        self.jwks_uri = Some(url);
        self
    }

    /// Says where answers may go.
    #[must_use]
    pub fn with_redirect_uris(mut self, uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.redirect_uris = uris.into_iter().map(Into::into).collect();
        self
    }

    /// Says what it may ask for and bring.
    #[must_use]
    pub fn with_flows(
        mut self,
        response_types: impl IntoIterator<Item = impl Into<String>>,
        grant_types: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.response_types = response_types.into_iter().map(Into::into).collect();
        self.grant_types = grant_types.into_iter().map(Into::into).collect();
        self
    }

    /// Says what it may have, for instance `openid profile offline_access`.
    #[must_use]
    pub fn with_scopes(mut self, scopes: &str) -> Self {
        self.scopes = ScopeSet::parse(scopes);
        self
    }

    /// Says that it runs on the user's machine.
    #[must_use]
    pub fn native(mut self) -> Self {
        self.application_type = ApplicationType::Native;
        self
    }

    /// Whether it can keep a secret (RFC 6749, 2.1).
    pub fn is_confidential(&self) -> bool {
        self.auth_method != AuthMethod::None
    }

    /// What it is called: its `client_name`, or its id.
    pub fn name(&self) -> &str {
        self.metadata.get("client_name").and_then(Value::as_str).unwrap_or(self.client_id.as_str())
    }

    /// Whether it may bring that grant.
    pub fn may_bring(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|known| known == grant_type)
    }

    /// Where its public keys are.
    pub fn keys(&self) -> ClientKeys {
        match (&self.jwks, &self.jwks_uri) {
            (Some(jwks), _) => ClientKeys::Set(Arc::clone(jwks.keys())),
            (None, Some(url)) => ClientKeys::Url(url.clone()),
            (None, None) => ClientKeys::None,
        }
    }

    /// What its ID tokens are signed with; nothing when it registered an algorithm that nobody here has.
    pub fn id_token_algorithm(&self) -> Option<Algorithm> {
        self.id_token_alg.as_deref().map_or(Some(Algorithm::Rs256), |name| name.parse().ok())
    }
}
