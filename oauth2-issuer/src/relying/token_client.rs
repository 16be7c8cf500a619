//! Access tokens for a client: got by a signed assertion, kept as long as they are good (Security Framework 1.0, 4.1; LTI
//! Core 1.3, 6.2).
//!
//! [`TokenClient`] asks at most once at a time for one and the same token, renews it a little before it ends, and never
//! gives a token that one platform issued to a request for another: the token URL, the client id, the deployment, the
//! audience, the key and the scopes together say which token it is.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, Issuer, KeyId};
use lti_core::jose::{KeyError, SigningKey};
use lti_core::message::Audience;
use lti_core::service::token::{AccessToken, ClientAssertion, TokenErrorResponse, TokenRequest, TokenResponse};
use lti_core::service::{Problems, Scopes, media_type};
use url::Url;

use super::call::{Call, ServiceRequest};
use super::fetch::{FetchError, Fetched, shown};
use crate::clock::Clock;

/// Whom an assertion is meant for. What a platform expects is told when a tool is registered there (Security Framework
/// 1.0, 4.1.1), and platforms differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenAudience {
    /// The token URL: what most platforms expect.
    #[default]
    TokenUrl,
    /// The issuer.
    Issuer,
    /// Another text, as a string.
    Named(String),
    /// Several texts, or one in an array.
    Many(Vec<String>),
}

/// Who asks for a token, and where.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenRequester {
    /// The platform's token endpoint.
    pub token_url: Url,
    /// The platform.
    pub issuer: Issuer,
    /// The client's name there.
    pub client_id: ClientId,
    /// Whom the assertion is meant for.
    pub audience: TokenAudience,
    /// The deployment that the token is for; it goes into the assertion (LTI Core 1.3, 6.2.1, SHOULD).
    pub deployment_id: Option<DeploymentId>,
    /// What the assertion is signed with; its public half is in the client's key set.
    pub key: Arc<SigningKey>,
}

impl TokenRequester {
    /// A client of `issuer`, without deployment, whose assertions are meant for the token URL.
    pub fn new(
        token_url: Url,
        issuer: impl Into<Issuer>,
        client_id: impl Into<ClientId>,
        key: Arc<SigningKey>,
    ) -> Self {
        Self {
            token_url,
            issuer: issuer.into(),
            client_id: client_id.into(),
            audience: TokenAudience::TokenUrl,
            deployment_id: None,
            key,
        }
    }

    fn audience(&self) -> Audience {
        match &self.audience {
            TokenAudience::TokenUrl => Audience::one(self.token_url.as_str()),
            TokenAudience::Issuer => Audience::one(self.issuer.as_str()),
            TokenAudience::Named(name) => Audience::one(name),
            TokenAudience::Many(names) => Audience::many(names),
        }
    }

    /// Which token it is: nothing of this may differ between two requests that share one.
    fn key(&self, scopes: &Scopes) -> TokenKey {
        TokenKey {
            token_url: self.token_url.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            audience: self.audience.clone(),
            deployment_id: self.deployment_id.clone(),
            kid: self.key.kid().clone(),
            scopes: scopes.sorted(),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct TokenKey {
    token_url: Url,
    issuer: Issuer,
    client_id: ClientId,
    audience: TokenAudience,
    deployment_id: Option<DeploymentId>,
    kid: KeyId,
    scopes: Scopes,
}

/// How long tokens and failures are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenClientPolicy {
    /// How long a token counts as good whose platform does not say. No text gives a number; an hour is what Security
    /// Framework 1.0, 4.1 recommends to platforms, and a token that ends earlier is found out by its first 401.
    pub default_lifetime: Duration,
    /// The longest time a token is kept, whatever its platform says.
    pub max_lifetime: Duration,
    /// How long before its end a token is renewed; half of its life where that is shorter.
    pub margin: Duration,
    /// How long a failure is answered without asking again, so that many users at once do not mean many requests.
    pub hold_failure: Duration,
}

impl Default for TokenClientPolicy {
    fn default() -> Self {
        Self {
            default_lifetime: Duration::from_hours(1),
            max_lifetime: Duration::from_hours(24),
            margin: Duration::from_mins(1),
            hold_failure: Duration::from_secs(3),
        }
    }
}

/// A token that may be used now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldToken {
    /// The token; opaque to the client.
    pub token: AccessToken,
    /// What the platform says that it grants; what was asked for where it says nothing (RFC 6749, 5.1).
    pub scopes: Scopes,
    /// From when on it is renewed before it is used.
    pub fresh_until: Timestamp,
}

/// Why there is no token. Neither the assertion nor a token is ever in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenClientError {
    /// The token endpoint could not be asked.
    #[error("the token endpoint cannot be asked: {0}")]
    Fetch(#[from] FetchError),
    /// The platform says no.
    #[error("{url} refuses a token: {status}{}", words(.error.as_deref(), .description.as_deref()))]
    Refused {
        /// The token URL, without credentials, query and fragment.
        url: String,
        /// The status code.
        status: u16,
        /// The error code of RFC 6749, 5.2, if there is one.
        error: Option<String>,
        /// What the platform says about it.
        description: Option<String>,
    },
    /// The platform says yes, without a token that can be used.
    #[error("{url} answers {status} without an access token: {problems}")]
    Unreadable {
        /// The token URL, without credentials, query and fragment.
        url: String,
        /// The status code.
        status: u16,
        /// What is wrong with the answer.
        problems: Problems,
    },
    /// The assertion cannot be made.
    #[error("the client assertion cannot be made: {0}")]
    Assertion(#[from] KeyError),
    /// The machine gives no random bytes for a `jti`.
    #[error("the client assertion cannot be made: no random bytes")]
    Random,
}

fn words(error: Option<&str>, description: Option<&str>) -> String {
    let error = error.map(|error| format!(" {error}")).unwrap_or_default();
    let description = description.map(|text| format!(" ({text})")).unwrap_or_default();
    format!("{error}{description}")
}

/// Gets and keeps access tokens. It is made once and shared.
pub struct TokenClient {
    call: Arc<dyn Call>,
    clock: Arc<dyn Clock>,
    policy: TokenClientPolicy,
    entries: Mutex<HashMap<TokenKey, Arc<Entry>>>,
}

#[derive(Default)]
struct Entry {
    state: Mutex<State>,
    /// Held by the one caller that asks the platform.
    flight: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    held: Option<HeldToken>,
    failed: Option<(Timestamp, TokenClientError)>,
    /// Counts answers of the platform, so that a waiter sees that somebody asked for it.
    round: u64,
}

/// How many kinds of tokens are kept before those that ended are thrown out.
const SWEEP_AT: usize = 1_024;

impl TokenClient {
    /// A client with the default policy.
    pub fn new(call: Arc<dyn Call>, clock: Arc<dyn Clock>) -> Self {
        Self::with_policy(call, clock, TokenClientPolicy::default())
    }

    /// A client that holds nothing yet.
    pub fn with_policy(call: Arc<dyn Call>, clock: Arc<dyn Clock>, policy: TokenClientPolicy) -> Self {
        Self { call, clock, policy, entries: Mutex::default() }
    }

    /// A token for these scopes: the one at hand, or a new one. Callers that come while the platform is asked wait for
    /// its answer and share it.
    ///
    /// # Errors
    /// [`TokenClientError`]; it is given again without asking for [`TokenClientPolicy::hold_failure`].
    pub async fn token(&self, requester: &TokenRequester, scopes: &Scopes) -> Result<HeldToken, TokenClientError> {
        let entry = self.entry(requester.key(scopes));
        let seen = {
            let state = lock(&entry.state);
            if let Some(outcome) = state.outcome(self.clock.now(), None) {
                return outcome;
            }
            state.round
        };
        let _flight = entry.flight.lock().await;
        let now = self.clock.now();
        if let Some(outcome) = lock(&entry.state).outcome(now, Some(seen)) {
            return outcome;
        }
        let outcome = self.ask(requester, scopes, now).await;
        let mut state = lock(&entry.state);
        state.round += 1;
        match &outcome {
            Ok(held) => (state.held, state.failed) = (Some(held.clone()), None),
            Err(error) => {
                tracing::warn!(%error, "no access token");
                (state.held, state.failed) = (None, Some((now + self.policy.hold_failure, error.clone())));
            }
        }
        outcome
    }

    /// Forgets a token that a service did not take (401), so that the next one is new. A token that was renewed meanwhile
    /// stays.
    pub fn invalidate(&self, requester: &TokenRequester, scopes: &Scopes, token: &AccessToken) {
        let entry = self.entry(requester.key(scopes));
        let mut state = lock(&entry.state);
        if state.held.as_ref().is_some_and(|held| held.token == *token) {
            state.held = None;
        }
    }

    fn entry(&self, key: TokenKey) -> Arc<Entry> {
        let mut entries = lock(&self.entries);
        if entries.len() >= SWEEP_AT && !entries.contains_key(&key) {
            let now = self.clock.now();
            entries.retain(|_, entry| Arc::strong_count(entry) > 1 || lock(&entry.state).is_of_use(now));
        }
        Arc::clone(entries.entry(key).or_default())
    }

    async fn ask(
        &self,
        requester: &TokenRequester,
        scopes: &Scopes,
        now: Timestamp,
    ) -> Result<HeldToken, TokenClientError> {
        let mut assertion = ClientAssertion::new(requester.client_id.clone(), requester.audience(), fresh_id()?, now);
        assertion.deployment_id.clone_from(&requester.deployment_id);
        let signed = assertion.sign(&requester.key)?;
        let form = TokenRequest::new(signed.as_str(), scopes.clone()).to_form();
        let request = ServiceRequest::send(Method::POST, media_type::TOKEN_REQUEST, form).accepting("application/json");
        let answer = self.call.call(&requester.token_url, &request).await?;
        let url = shown(&requester.token_url);
        if !answer.status.is_success() {
            return Err(refused(url, &answer, &signed));
        }
        let status = answer.status.as_u16();
        let response = TokenResponse::read(&answer.body)
            .lenient()
            .map_err(|problems| TokenClientError::Unreadable { url, status, problems })?;
        let lifetime = response.expires_in.map_or(self.policy.default_lifetime, Duration::from_secs);
        let lifetime = lifetime.min(self.policy.max_lifetime);
        let margin = self.policy.margin.min(lifetime / 2);
        Ok(HeldToken {
            token: response.access_token,
            scopes: response.scope.unwrap_or_else(|| scopes.clone()),
            // Counted from before the request: the answer may have been long under way.
            fresh_until: now + lifetime.saturating_sub(margin),
        })
    }
}

impl State {
    /// What there is without asking: a token that is good, a failure of just now, or the outcome that somebody got while
    /// this caller waited since round `seen`.
    fn outcome(&self, now: Timestamp, seen: Option<u64>) -> Option<Result<HeldToken, TokenClientError>> {
        let shared = seen.is_some_and(|seen| seen != self.round);
        match (&self.held, &self.failed) {
            (Some(held), _) if shared || now < held.fresh_until => Some(Ok(held.clone())),
            (None, Some((until, error))) if shared || now < *until => Some(Err(error.clone())),
            _ => None,
        }
    }

    fn is_of_use(&self, now: Timestamp) -> bool {
        self.outcome(now, None).is_some()
    }
}

impl fmt::Debug for TokenClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenClient").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// What the platform says, as far as it can be shown.
fn refused(url: String, answer: &Fetched, assertion: &str) -> TokenClientError {
    let response = TokenErrorResponse::read(&answer.body).value;
    let shown = |text: &str| showable(text, assertion);
    let (error, description) = match &response {
        Some(read) => (Some(shown(read.error.as_str())), read.error_description.as_deref().map(shown)),
        None => (None, location(answer).map(|text| format!("a redirect to {}", shown(&text)))),
    };
    TokenClientError::Refused { url, status: answer.status.as_u16(), error, description }
}

fn location(answer: &Fetched) -> Option<String> {
    let redirected = answer.status.is_redirection() && answer.status != StatusCode::NOT_MODIFIED;
    let location = answer.headers.get(http::header::LOCATION).filter(|_| redirected)?.to_str().ok()?;
    Some(location.split(['?', '#']).next().unwrap_or_default().to_owned())
}

/// A foreign text for an error or a log: printable, not long, and without anything of the assertion, which some servers
/// repeat.
fn showable(text: &str, assertion: &str) -> String {
    const MOST: usize = 200;
    // Every signed token begins alike, so the whole of its first part tells it.
    let header = assertion.split('.').next().unwrap_or_default();
    if text.contains(header) || text.contains("eyJ") {
        return "a text that repeats a token".to_owned();
    }
    text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A fresh `jti`: 128 random bits.
fn fresh_id() -> Result<String, TokenClientError> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| TokenClientError::Random)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// The state behind the lock. A thread that panicked with the lock held cannot have left it half-written: every change is
/// a plain assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
