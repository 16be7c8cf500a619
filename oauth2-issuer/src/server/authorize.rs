//! The decision of the authorization endpoint: what an authentication request gets.
//!
//! [`validate`] follows OpenID Connect Core 1.0, section 3.2.2.2, and the Security Framework 1.0, sections 5.1.1.2 and
//! 5.1.1.3, and has no I/O. [`Authorizer`] looks up the client before it and asks for the claims after it.
//!
//! Nothing is ever sent to an address that the client did not register: until client and redirect URI are known to
//! belong together, every refusal is a page here. After that, refusals go to the redirect URI by form post.

use std::sync::Arc;
use std::time::Duration;

use lti_core::id::{ClientId, LoginHint, LtiMessageHint, Nonce, State};
use lti_core::jose::Algorithm;
use lti_core::jose::token::sign_compact;
use lti_core::login::AuthenticationRequest;
use serde::Serialize;
use serde_json::{Map, Value};

use super::client::{Client, Clients};
use super::error::{AuthenticationError, Denial};
use crate::clock::Clock;
use crate::key_ring::KeyRing;
use crate::{BoxFuture, Unavailable};

/// How long an ID token is valid. No text gives a number for ID tokens; five minutes is what platforms use.
pub const ID_TOKEN_LIFETIME: Duration = Duration::from_mins(5);

/// What the browser gets.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The answer, to be posted to the registered address that the request named.
    FormPost {
        /// The registered address.
        redirect_uri: String,
        /// `id_token`, and `state` if the request had one.
        fields: Vec<(String, String)>,
    },
    /// A refusal, to be posted to the registered address that the request named.
    ErrorPost {
        /// The registered address.
        redirect_uri: String,
        /// Why.
        denial: Denial,
        /// The state of the request.
        state: Option<State>,
    },
    /// A refusal that stays here, since there is no address it may be sent to.
    ErrorPage {
        /// A few words.
        heading: &'static str,
        /// A sentence for whoever set up the tool.
        text: String,
    },
    /// This server failed before it knew where to answer.
    Failed,
}

impl Outcome {
    fn page(heading: &'static str, text: impl Into<String>) -> Self {
        Self::ErrorPage { heading, text: text.into() }
    }

    /// The address and the fields of the form to post, for the two outcomes that leave this server.
    pub fn form(&self) -> Option<(&str, Vec<(String, String)>)> {
        match self {
            Self::FormPost { redirect_uri, fields } => Some((redirect_uri, fields.clone())),
            Self::ErrorPost { redirect_uri, denial, state } => {
                let mut fields = vec![
                    ("error".to_owned(), denial.error.as_str().to_owned()),
                    ("error_description".to_owned(), denial.description.clone()),
                ];
                fields.extend(state.iter().map(|state| ("state".to_owned(), state.as_str().to_owned())));
                Some((redirect_uri, fields))
            }
            Self::ErrorPage { .. } | Self::Failed => None,
        }
    }
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // The fields hold the ID token.
            Self::FormPost { redirect_uri, .. } => write!(f, "FormPost({redirect_uri})"),
            Self::ErrorPost { redirect_uri, denial, .. } => write!(f, "ErrorPost({redirect_uri}, {denial})"),
            Self::ErrorPage { heading, text } => write!(f, "ErrorPage({heading}: {text})"),
            Self::Failed => f.write_str("Failed"),
        }
    }
}

/// An authentication request that may be answered: its client is known, the address is registered, every parameter that
/// LTI requires is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes: one of the client's registered addresses.
    pub redirect_uri: String,
    /// What the platform sent at login to recognise its user.
    pub login_hint: LoginHint,
    /// What the platform sent at login to recognise its message.
    pub lti_message_hint: Option<LtiMessageHint>,
    /// Goes into the ID token unchanged.
    pub nonce: Nonce,
    /// Goes back beside the ID token unchanged.
    pub state: Option<State>,
}

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

/// Judges a request against its client.
///
/// The order is that of the risk: first whether there is an address to answer to at all, then the rest.
///
/// # Errors
/// The refusal, as the browser gets it: a page while the address is in doubt, an error post afterwards.
///
/// ```
/// use lti_core::login::AuthenticationRequest;
/// use oauth2_issuer::server::authorize::{Outcome, validate};
/// use oauth2_issuer::server::Client;
/// let client = Client::new("tool", ["https://tool.example/launch"]);
/// let near_miss = AuthenticationRequest::new("tool", "https://tool.example/launch/", "ada", "n-1");
/// assert!(matches!(validate(&near_miss, Some(&client)), Err(Outcome::ErrorPage { .. })));
/// ```
pub fn validate(request: &AuthenticationRequest, client: Option<&Client>) -> Result<ValidRequest, Outcome> {
    let client_id = once(request, "client_id", request.client_id.as_ref().map(ClientId::as_str))
        .map_err(|denial| Outcome::page(UNKNOWN_TOOL, sentence(&denial)))?;
    let Some(client) = client.filter(|client| client.client_id.as_str() == client_id) else {
        return Err(Outcome::page(UNKNOWN_TOOL, format!("No tool is registered here under client_id {client_id:?}.")));
    };
    let redirect_uri = registered_address(request, client)?;
    judge(request, client, redirect_uri).map_err(|denial| Outcome::ErrorPost {
        redirect_uri: redirect_uri.to_owned(),
        denial,
        state: request.state.clone().filter(|_| !request.repeated.contains(&"state")),
    })
}

const UNKNOWN_TOOL: &str = "Unknown tool";

/// The address of the request, if the client registered exactly this one.
fn registered_address<'a>(request: &'a AuthenticationRequest, client: &Client) -> Result<&'a str, Outcome> {
    const HEADING: &str = "Wrong return address";
    let asked = once(request, "redirect_uri", request.redirect_uri.as_deref())
        .map_err(|denial| Outcome::page(HEADING, sentence(&denial)))?;
    if client.redirect_uris.iter().any(|registered| registered == asked) {
        return Ok(asked);
    }
    let client_id = &client.client_id;
    let hint = near_miss(asked, &client.redirect_uris);
    let text = format!(
        "redirect_uri {asked:?} is not registered for {client_id}; it must match character for character.{hint}"
    );
    Err(Outcome::page(HEADING, text))
}

/// The parameters beside client and address (Security Framework 1.0, section 5.1.1.2). An empty value counts as absent
/// (RFC 6749, section 3.1), names nobody knows are ignored.
fn judge(request: &AuthenticationRequest, client: &Client, redirect_uri: &str) -> Result<ValidRequest, Denial> {
    use AuthenticationError as E;
    if let Some(name) = request.repeated.first() {
        return Err(Denial::new(E::InvalidRequest, format!("the parameter {name} was sent more than once")));
    }
    for (name, error) in [
        ("request", E::RequestNotSupported),
        ("request_uri", E::RequestUriNotSupported),
        ("registration", E::RegistrationNotSupported),
        // Not looked at, so an answer could name another user than the hint (section 3.1.2.2, point 4).
        ("id_token_hint", E::InvalidRequest),
    ] {
        if request.extra.iter().any(|(other, value)| other == name && !value.is_empty()) {
            return Err(Denial::new(error, format!("the parameter {name} is not supported")));
        }
    }
    if once(request, "response_type", request.response_type.as_deref())? != "id_token" {
        return Err(Denial::new(E::UnsupportedResponseType, "response_type must be id_token"));
    }
    if once(request, "response_mode", request.response_mode.as_deref())? != "form_post" {
        return Err(Denial::new(E::InvalidRequest, "response_mode must be form_post"));
    }
    if !request.scopes().any(|scope| scope == "openid") {
        return Err(Denial::new(E::InvalidScope, "scope must contain openid"));
    }
    judge_prompt(request.prompt.as_deref().unwrap_or("none"))?;
    Ok(ValidRequest {
        client_id: client.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        login_hint: once(request, "login_hint", request.login_hint.as_ref().map(LoginHint::as_str))?.into(),
        lti_message_hint: request.lti_message_hint.clone(),
        nonce: once(request, "nonce", request.nonce.as_ref().map(Nonce::as_str))?.into(),
        state: request.state.clone(),
    })
}

/// LTI asks for `none`; a request without `prompt` gets the same treatment. A prompt that wants the user to do something
/// cannot be met here.
fn judge_prompt(prompt: &str) -> Result<(), Denial> {
    let values: Vec<_> = prompt.split(' ').filter(|value| !value.is_empty()).collect();
    match values.as_slice() {
        ["none"] => Ok(()),
        values if values.contains(&"none") => {
            Err(Denial::new(AuthenticationError::InvalidRequest, "prompt=none stands alone"))
        }
        _ => Err(Denial::new(AuthenticationError::InteractionRequired, "prompt must be none")),
    }
}

/// The value of a parameter that must be there exactly once.
fn once<'a>(request: &AuthenticationRequest, name: &str, value: Option<&'a str>) -> Result<&'a str, Denial> {
    let invalid = |text| Err(Denial::new(AuthenticationError::InvalidRequest, text));
    match value {
        _ if request.repeated.contains(&name) => invalid(format!("the parameter {name} was sent more than once")),
        None => invalid(format!("the required parameter {name} is missing")),
        Some(value) => Ok(value),
    }
}

fn sentence(denial: &Denial) -> String {
    format!("The request cannot be answered: {}.", denial.description)
}

/// Names a registered address that differs by little, since this is the fault most often made. It is shown, never used.
fn near_miss(asked: &str, registered: &[String]) -> String {
    let plain = |uri: &str| {
        let uri = uri.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        uri.replace("https://", "http://").replace("://localhost", "://127.0.0.1")
    };
    match registered.iter().find(|uri| plain(uri) == plain(asked)) {
        Some(uri) => format!(" Registered is {uri:?}."),
        None => String::new(),
    }
}
