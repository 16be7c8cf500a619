//! How an issuer is discovered: where its document is, what it says, and how a client registers.

use lti_core::service::Scopes;
use serde_json::{Map, Value};
use url::Url;

use super::mapping::FieldMapping;
use super::record::{ClientAuthentication, Credentials, EndpointError, Endpoints, IssuerName, RegisteredIssuer};
use crate::relying::FetchError;

/// Why an issuer was not discovered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// The base URL is none.
    #[error("the base URL is not an https address without query and fragment")]
    BaseUrl,
    /// The document could not be fetched.
    #[error("the discovery document could not be fetched: {0}")]
    Fetch(#[from] FetchError),
    /// The document is no JSON object, or not of the expected shape.
    #[error("the discovery document cannot be used: expected {expected}")]
    Shape {
        /// What belongs there.
        expected: &'static str,
    },
    /// The document speaks for another issuer (OpenID Connect Discovery 1.0, 4.3; RFC 8414, 3.3: it must not be used).
    #[error("the discovery document is for issuer {seen:?}, expected {expected:?}, character for character")]
    Issuer {
        /// The issuer that was asked.
        expected: String,
        /// The issuer in the document.
        seen: String,
    },
    /// An endpoint cannot be used.
    #[error("the discovery document: {0}")]
    Endpoint(#[from] EndpointError),
    /// The issuer does not register the client.
    #[error("{url} does not register this client: {status}{}", .error.as_deref().map(|code| format!(" {code}")).unwrap_or_default())]
    Registration {
        /// The registration endpoint, without credentials, query and fragment.
        url: String,
        /// The status code.
        status: u16,
        /// The error code of RFC 7591, 3.2.2.
        error: Option<String>,
    },
    /// The issuer registers the client without telling its id.
    #[error("{url} registers this client without a client_id (RFC 7591, 3.2.1)")]
    NoClientId {
        /// The registration endpoint, without credentials, query and fragment.
        url: String,
    },
}

/// What a discovery document says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discovered {
    /// By which name the issuer signs itself.
    pub issuer: Option<IssuerName>,
    /// What it is called.
    pub name: Option<String>,
    /// Its icon.
    pub image: Option<Url>,
    /// Its endpoints.
    pub endpoints: Endpoints,
    /// Where its public keys are.
    pub jwks_uri: Option<Url>,
    /// What may be asked for.
    pub scopes_supported: Scopes,
    /// What it signs ID tokens with.
    pub id_token_algorithms: Vec<String>,
    /// How clients may prove themselves; empty where it does not say.
    pub authentication_methods: Vec<String>,
    /// Whether it names itself in every authorization response (RFC 9207, 3).
    pub names_itself: bool,
    /// The scopes that a login asks for instead of the template's.
    pub login_scopes: Option<Scopes>,
}

impl Discovered {
    /// Puts what was found into a record. The endpoints are replaced as a whole: one that the issuer gave up does not
    /// stay.
    pub fn apply(self, record: &mut RegisteredIssuer) {
        record.issuer = self.issuer;
        record.jwks_uri = self.jwks_uri;
        record.endpoints = self.endpoints;
        record.scopes_supported = self.scopes_supported;
        record.id_token_algorithms = self.id_token_algorithms;
        record.names_itself = self.names_itself;
        record.image = self.image.or_else(|| record.image.take());
        if let Some(name) = self.name {
            record.name = name;
        }
        if let Some(scopes) = self.login_scopes {
            record.offline_scopes = scopes.clone();
            record.login_scopes = scopes;
        }
        let supports = |method: &str| self.authentication_methods.iter().any(|known| known == method);
        if !self.authentication_methods.is_empty() {
            record.authentication = match record.authentication {
                ClientAuthentication::Body if !supports("client_secret_post") && supports("client_secret_basic") => {
                    ClientAuthentication::Basic
                }
                ClientAuthentication::Basic if !supports("client_secret_basic") && supports("client_secret_post") => {
                    ClientAuthentication::Body
                }
                as_it_is => as_it_is,
            };
        }
    }
}

/// How this application describes itself where it registers (RFC 7591, 2).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientDescription {
    /// What it is called.
    pub client_name: String,
    /// Its home page.
    pub client_uri: Url,
    /// Its icon.
    pub logo_uri: Option<Url>,
    /// Its terms of service.
    pub tos_uri: Option<Url>,
    /// Its privacy policy.
    pub policy_uri: Option<Url>,
    /// What software it is, and of which version.
    pub software: Option<(String, String)>,
    /// Where authorization responses come back.
    pub redirect_uri: Url,
}

impl ClientDescription {
    /// The least that an issuer wants to know.
    pub fn new(client_name: impl Into<String>, client_uri: Url, redirect_uri: Url) -> Self {
        Self {
            client_name: client_name.into(),
            client_uri,
            logo_uri: None,
            tos_uri: None,
            policy_uri: None,
            software: None,
            redirect_uri,
        }
    }

    /// The metadata of a client that uses codes, refreshes, and proves itself by `client_secret_basic`.
    pub fn metadata(&self, scopes: &Scopes) -> Value {
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("client_name", self.client_name.as_str().into());
        put("client_uri", self.client_uri.as_str().into());
        for (name, url) in [("logo_uri", &self.logo_uri), ("tos_uri", &self.tos_uri), ("policy_uri", &self.policy_uri)]
        {
            if let Some(url) = url {
                put(name, url.as_str().into());
            }
        }
        if let Some((id, version)) = &self.software {
            put("software_id", id.as_str().into());
            put("software_version", version.as_str().into());
        }
        put("redirect_uris", vec![self.redirect_uri.as_str()].into());
        put("token_endpoint_auth_method", "client_secret_basic".into());
        put("grant_types", vec!["authorization_code", "refresh_token"].into());
        put("response_types", vec!["code"].into());
        if !scopes.is_empty() {
            put("scope", scopes.to_string().into());
        }
        Value::Object(members)
    }
}

/// A registration that is to be made: POST `document` to `url`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RegistrationRequest {
    /// The registration endpoint.
    pub url: Url,
    /// The client's metadata.
    pub document: Value,
}

impl RegistrationRequest {
    /// Puts them together.
    pub const fn new(url: Url, document: Value) -> Self {
        Self { url, document }
    }
}

/// A way to discover issuers. It does no I/O: it says what to fetch and reads what came.
pub trait Discovery: Send + Sync {
    /// Where the document of the issuer at this base URL is.
    ///
    /// # Errors
    /// [`DiscoveryError::BaseUrl`].
    fn address(&self, base_url: &str) -> Result<Url, DiscoveryError>;

    /// Reads the document.
    ///
    /// # Errors
    /// [`DiscoveryError`] when it must not be used.
    fn read(&self, base_url: &str, document: &[u8]) -> Result<Discovered, DiscoveryError>;

    /// The field mapping that an issuer gets which is discovered so.
    fn mapping(&self) -> FieldMapping;

    /// How this application registers there, where the kind of issuer knows a way: asked only when an issuer has neither
    /// client id nor secret.
    fn registration(&self, discovered: &Discovered, client: &ClientDescription) -> Option<RegistrationRequest> {
        let _ = (discovered, client);
        None
    }
}

/// Reads what a registration was answered with (RFC 7591, 3.2.1).
pub(super) fn credentials(url: String, body: &[u8]) -> Result<Credentials, DiscoveryError> {
    let members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let client_id = text("client_id").ok_or(DiscoveryError::NoClientId { url })?;
    Ok(Credentials::new(client_id, text("client_secret").map(Into::into)))
}
