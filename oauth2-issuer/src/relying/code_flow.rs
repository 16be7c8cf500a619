//! The authorization code flow at a registered issuer: PKCE with S256, nonce and state in every request (RFC 6749, 4.1;
//! RFC 7636; OpenID Connect Core, 3.1; RFC 9700, 2.1).
//!
//! Nothing of a login that is under way is kept here. What has to be remembered is sealed into `state`: only this
//! application can have made it, nobody else can read the verifier and the nonce in it, it opens in the session that
//! began the login and in no other, and it is taken once.

mod error;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::Timestamp;
use lti_core::once::{OnceKey, OnceKind};
use lti_core::service::{Scope, Scopes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

pub use self::error::{CallbackError, LoginError, UserInfoError};
use super::call::ServiceRequest;
use super::fetch::shown;
use super::grant::{self, Grant, GrantError, GrantPolicy, Granted};
use super::id_token::{self, Expected, IdTokenError};
use super::issuer::{Endpoints, IssuerId, IssuerStore, LocalField, RegisteredIssuer};
use super::jwks_cache::JwksCache;
use super::network::Network;
use super::secret::{Secret, Vault, VaultError, fresh};
use crate::Unavailable;
use crate::clock::Clock;
use crate::once::{ClaimError, OnceStore};

/// The name of a browser's session with this application: something that only this browser knows, such as the value of its
/// session cookie. It prints as `SessionId(..)`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

impl SessionId {
    /// Takes the name as it stands. It has to be unguessable: logins are bound to it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// What a login is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Purpose {
    /// Somebody signs in, or gives more scopes.
    User,
    /// An administrator connects the system account.
    SystemAccount,
}

/// How a flow behaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlowPolicy {
    /// How tokens are counted.
    pub grant: GrantPolicy,
    /// How long a login may take.
    pub login_lifetime: LoginLifetime,
}

/// How long a login may take: half an hour unless it is told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginLifetime(pub Duration);

impl Default for LoginLifetime {
    fn default() -> Self {
        Self(Duration::from_mins(30))
    }
}

/// What was sealed into a state.
#[derive(Serialize, Deserialize)]
struct Pending {
    #[serde(rename = "p")]
    purpose: Purpose,
    #[serde(rename = "i")]
    issuer: IssuerId,
    #[serde(rename = "n")]
    nonce: String,
    #[serde(rename = "v")]
    verifier: String,
    #[serde(rename = "r")]
    return_url: String,
    #[serde(rename = "s")]
    scopes: Scopes,
    #[serde(rename = "e")]
    expires_at: i64,
}

/// A login that ended well.
#[derive(Clone)]
#[non_exhaustive]
pub struct Completion {
    /// What it was for.
    pub purpose: Purpose,
    /// The issuer.
    pub issuer: RegisteredIssuer,
    /// Where to send the browser now.
    pub return_url: String,
    /// The tokens.
    pub granted: Granted,
    /// The scopes that were asked for.
    pub asked: Scopes,
    /// What the issuer says about the person: the claims of the ID token, with those of the `UserInfo` endpoint in front.
    pub claims: Map<String, Value>,
    /// Whether the claims rest on an ID token that was verified.
    pub verified: bool,
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion")
            .field("purpose", &self.purpose)
            .field("issuer", &self.issuer.id)
            .field("granted", &self.granted)
            .field("asked", &self.asked)
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}

/// The parts that a flow is made of.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "the parts are traits without one")]
pub struct FlowParts {
    /// The issuers.
    pub issuers: Arc<dyn IssuerStore>,
    /// Everything that goes over the network: a [`GuardedFetcher`](super::GuardedFetcher).
    pub network: Arc<dyn Network>,
    /// What may be used once.
    pub once: Arc<dyn OnceStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Seals what a login remembers. Share its key between the processes of one application.
    pub vault: Arc<Vault>,
    /// Where authorization responses come back to this application.
    pub redirect_uri: Url,
}

/// Begins and ends logins at registered issuers.
pub struct CodeFlow {
    pub(crate) parts: FlowParts,
    pub(crate) policy: FlowPolicy,
    keys: JwksCache,
}

impl CodeFlow {
    /// A flow with the default policy.
    pub fn new(parts: FlowParts) -> Self {
        Self::with_policy(parts, FlowPolicy::default())
    }

    /// A flow.
    pub fn with_policy(parts: FlowParts, policy: FlowPolicy) -> Self {
        let keys = JwksCache::new(Arc::clone(&parts.network) as _, Arc::clone(&parts.clock));
        Self { parts, policy, keys }
    }

    /// The address of the authorization endpoint with a new request: where to send the browser of this session.
    ///
    /// # Errors
    /// [`LoginError`].
    pub fn begin(
        &self,
        session: &SessionId,
        issuer: &RegisteredIssuer,
        purpose: Purpose,
        scopes: &Scopes,
        return_url: &str,
    ) -> Result<Url, LoginError> {
        if session.as_str().is_empty() {
            return Err(LoginError::Session);
        }
        if !issuer.enabled {
            return Err(LoginError::NotOffered(issuer.id));
        }
        issuer.is_usable()?;
        self.check_return_url(return_url)?;
        let (nonce, verifier) = (fresh()?, fresh()?);
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let expires_at = (self.parts.clock.now() + self.policy.login_lifetime.0).as_secs();
        let pending = Pending {
            purpose,
            issuer: issuer.id,
            nonce: nonce.clone(),
            verifier,
            return_url: return_url.to_owned(),
            scopes: scopes.clone(),
            expires_at,
        };
        let plain = serde_json::to_vec(&pending).map_err(|_| VaultError::Foreign)?;
        let state = URL_SAFE_NO_PAD.encode(self.parts.vault.seal(&bound_to(session), &plain)?);
        let mut url = issuer.endpoints.need(Endpoints::AUTHORIZATION)?.clone();
        let own = [
            ("response_type", "code"),
            ("client_id", issuer.client_id.as_ref().map_or("", lti_core::id::ClientId::as_str)),
            ("redirect_uri", self.parts.redirect_uri.as_str()),
            ("scope", &scopes.to_string()),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let further = match purpose {
            Purpose::User => &issuer.login_parameters,
            Purpose::SystemAccount => &issuer.offline_parameters,
        };
        let mut query = url.query_pairs_mut();
        for (name, value) in own.iter().filter(|(name, value)| *name != "scope" || !value.is_empty()) {
            query.append_pair(name, value);
        }
        // What an administrator adds never takes the place of what the flow needs.
        for (name, value) in further.iter().filter(|(name, _)| !own.iter().any(|(taken, _)| taken == name)) {
            query.append_pair(name, value);
        }
        drop(query);
        Ok(url)
    }

    /// Ends a login: `parameters` are those of the authorization response, by GET or in a form.
    ///
    /// # Errors
    /// [`CallbackError`]; nobody is signed in then.
    pub async fn complete(
        &self,
        session: &SessionId,
        purpose: Purpose,
        parameters: &[(String, String)],
    ) -> Result<Completion, CallbackError> {
        let now = self.parts.clock.now();
        let answer = Answer::read(parameters)?;
        let pending = self.open(session, purpose, answer.state, now)?;
        let issuer = self.parts.issuers.get(pending.issuer).await?;
        let issuer = issuer.filter(|issuer| issuer.enabled).ok_or(CallbackError::UnknownIssuer(pending.issuer))?;
        check_iss(&issuer, answer.iss)?;
        self.claim(&pending).await?;
        if let Some(error) = answer.error {
            let code = grant::code(error).unwrap_or_else(|| "a code that cannot be shown".to_owned());
            return Err(CallbackError::Refused { code });
        }
        let code = answer.code.filter(|code| !code.is_empty()).ok_or(CallbackError::NoCode)?;
        let grant = Grant::Code {
            code: code.into(),
            redirect_uri: self.parts.redirect_uri.to_string(),
            code_verifier: Secret::new(&pending.verifier),
        };
        let granted = self.ask(&issuer, &grant, &pending.scopes).await?;
        let (claims, verified) = self.claims(&issuer, &granted, &pending.nonce).await?;
        // The address that the account will have, where the mapping says which that is.
        let mapped = issuer.mapping.apply(&claims);
        let email = mapped.get(&LocalField::Email).or_else(|| claims.get("email").and_then(Value::as_str));
        let email = email.unwrap_or_default();
        // Some issuers write the word as text.
        let email_verified = claims.get("email_verified").map(|said| said == &Value::Bool(true) || said == "true");
        if purpose == Purpose::User && !issuer.allows_email(email, email_verified) {
            return Err(CallbackError::Domain);
        }
        Ok(Completion {
            purpose,
            return_url: pending.return_url,
            asked: pending.scopes,
            issuer,
            granted,
            claims,
            verified,
        })
    }

    /// Asks the issuer's token endpoint.
    pub(crate) async fn ask(
        &self,
        issuer: &RegisteredIssuer,
        grant: &Grant,
        scopes: &Scopes,
    ) -> Result<Granted, GrantError> {
        let now = self.parts.clock.now();
        grant::ask(self.parts.network.as_ref(), issuer, grant, scopes, now, &self.policy.grant).await
    }

    /// Verifies the ID token that came with a refresh, where one came: about the same person (OpenID Connect Core, 12.2).
    pub(crate) async fn refreshed(
        &self,
        issuer: &RegisteredIssuer,
        granted: &Granted,
        subject: Option<&str>,
    ) -> Result<(), IdTokenError> {
        let Some(token) = granted.id_token.as_ref().filter(|_| can_verify(issuer)) else { return Ok(()) };
        let claims = self.verify(issuer, token, granted, None).await?;
        if subject.is_some() && claims.get("sub").and_then(Value::as_str) != subject {
            return Err(IdTokenError::Claim { claim: "sub", expected: "the person who signed in" });
        }
        Ok(())
    }

    async fn claims(
        &self,
        issuer: &RegisteredIssuer,
        granted: &Granted,
        nonce: &str,
    ) -> Result<(Map<String, Value>, bool), CallbackError> {
        let mut claims = Map::new();
        let mut verified = false;
        if can_verify(issuer) {
            match &granted.id_token {
                Some(token) => {
                    claims = self.verify(issuer, token, granted, Some(nonce)).await?;
                    verified = true;
                }
                None if granted.scopes.contains(&Scope::parse("openid")) => return Err(CallbackError::NoIdToken),
                None => {}
            }
        }
        if let Some(endpoint) = issuer.endpoints.get(Endpoints::USERINFO) {
            let said = self.user_info(endpoint, granted).await?;
            let of = |claims: &Map<String, Value>| claims.get("sub").and_then(Value::as_str).map(ToOwned::to_owned);
            if verified && of(&said) != of(&claims) {
                return Err(UserInfoError::Subject.into());
            }
            claims.extend(said);
        }
        Ok((claims, verified))
    }

    async fn verify(
        &self,
        issuer: &RegisteredIssuer,
        token: &Secret,
        granted: &Granted,
        nonce: Option<&str>,
    ) -> Result<Map<String, Value>, IdTokenError> {
        let now = self.parts.clock.now();
        let expected = Expected { issuer, nonce, access_token: &granted.access_token, now };
        id_token::verify(token.expose(), &expected, &self.keys).await
    }

    async fn user_info(&self, endpoint: &Url, granted: &Granted) -> Result<Map<String, Value>, UserInfoError> {
        let request = ServiceRequest::get("application/json").with_bearer(granted.access_token.as_str());
        let answer = self.parts.network.call(endpoint, &request).await?;
        let url = shown(endpoint);
        if !answer.status.is_success() {
            return Err(UserInfoError::Status { url, status: answer.status.as_u16() });
        }
        serde_json::from_slice(&answer.body).map_err(|_| UserInfoError::Shape { url })
    }

    fn open(
        &self,
        session: &SessionId,
        purpose: Purpose,
        state: Option<&str>,
        now: Timestamp,
    ) -> Result<Pending, CallbackError> {
        let sealed = state.and_then(|state| URL_SAFE_NO_PAD.decode(state).ok()).ok_or(CallbackError::State)?;
        let plain = self.parts.vault.open(&bound_to(session), &sealed).map_err(|_| CallbackError::State)?;
        let pending: Pending = serde_json::from_slice(&plain).map_err(|_| CallbackError::State)?;
        if pending.purpose != purpose {
            return Err(CallbackError::State);
        }
        if pending.expires_at < now.as_secs() { Err(CallbackError::Late) } else { Ok(pending) }
    }

    /// Takes the state, once. Its nonce stands for it.
    async fn claim(&self, pending: &Pending) -> Result<(), CallbackError> {
        let expires_at = Timestamp::from_secs(pending.expires_at);
        let key = OnceKey::new(OnceKind::State, format!("relying {}", pending.nonce), expires_at);
        match self.parts.once.claim(&key, self.parts.clock.now()).await {
            Ok(_claimed) => Ok(()),
            Err(ClaimError::AlreadyClaimed) => Err(CallbackError::Again),
            Err(ClaimError::Expired) => Err(CallbackError::Late),
            Err(error) => Err(Unavailable::new(error.to_string()).into()),
        }
    }

    /// A path of this application, or an address of the origin that its redirect URI has: never a way out (RFC 9700, 4.11).
    fn check_return_url(&self, return_url: &str) -> Result<(), LoginError> {
        let odd = |character: char| character == '\\' || character.is_control();
        let joined = self.parts.redirect_uri.join(return_url).map_err(|_| LoginError::ReturnUrl)?;
        if return_url.contains(odd) || joined.origin() != self.parts.redirect_uri.origin() {
            return Err(LoginError::ReturnUrl);
        }
        Ok(())
    }
}

impl fmt::Debug for CodeFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeFlow").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// Whether there is enough to verify ID tokens. Where there is not, none is believed: then claims come from the `UserInfo`
/// endpoint alone, by the token that came straight from the token endpoint.
fn can_verify(issuer: &RegisteredIssuer) -> bool {
    issuer.issuer.is_some() && issuer.jwks_uri.is_some()
}

/// What a state is sealed for.
fn bound_to(session: &SessionId) -> String {
    format!("state of session {}", session.as_str())
}

/// RFC 9207, 2.4: an `iss` that is there names the issuer that was asked, and it is there where the issuer says that it
/// names itself. An issuer of many tenants names one of them.
fn check_iss(issuer: &RegisteredIssuer, iss: Option<&str>) -> Result<(), CallbackError> {
    use super::issuer::IssuerName;
    match (&issuer.issuer, iss) {
        (Some(IssuerName::Exact(name)), Some(iss)) if name != iss => Err(CallbackError::OtherIssuer),
        (Some(name @ IssuerName::PerTenant(_)), Some(iss)) if !name.may_be(iss) => Err(CallbackError::OtherIssuer),
        (Some(_), None) if issuer.names_itself => Err(CallbackError::OtherIssuer),
        _ => Ok(()),
    }
}

/// The parameters of an authorization response that count; all others are ignored (RFC 6749, 4.1.2).
struct Answer<'a> {
    state: Option<&'a str>,
    code: Option<&'a str>,
    error: Option<&'a str>,
    iss: Option<&'a str>,
}

impl<'a> Answer<'a> {
    fn read(parameters: &'a [(String, String)]) -> Result<Self, CallbackError> {
        let one = |name: &'static str| {
            let mut values = parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
            let first = values.next();
            if values.next().is_some() { Err(CallbackError::Repeated(name)) } else { Ok(first) }
        };
        Ok(Self { state: one("state")?, code: one("code")?, error: one("error")?, iss: one("iss")? })
    }
}
