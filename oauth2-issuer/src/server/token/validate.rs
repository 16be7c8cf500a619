//! Whether a token request can be granted, as far as that can be said without I/O: everything but the client's keys, its
//! scopes, and whether the assertion was used before.

use std::time::Duration;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId};
use lti_core::jose::{Algorithm, CompactJws};
use lti_core::service::Scopes;
use lti_core::service::token::{CLIENT_CREDENTIALS, JWT_BEARER, TokenErrorCode, TokenRequestFields};

use super::assertion;
use super::refusal::TokenRefusal;

/// What the texts leave to the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenPolicy {
    /// Whom an assertion may be meant for: one of these, character for character. They are agreed on when a tool is
    /// registered (Security Framework 1.0, 4.1.1); the token URL as a rule.
    pub audiences: Vec<String>,
    /// What an assertion may be signed with.
    pub algorithms: Vec<Algorithm>,
    /// How far the clocks of client and server may differ.
    pub leeway: Duration,
    /// How far ahead `exp` may lie: so long an assertion has to be remembered.
    pub max_lifetime: Duration,
}

impl TokenPolicy {
    /// Assertions for one of these audiences, signed by any asymmetric algorithm, with a minute of leeway, that end
    /// within a day.
    pub fn new(audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            audiences: audiences.into_iter().map(Into::into).collect(),
            algorithms: Algorithm::ALL.to_vec(),
            leeway: Duration::from_mins(1),
            max_lifetime: Duration::from_hours(24),
        }
    }
}

/// A request whose parameters and assertion are in order. Who sent it is not proven yet.
#[derive(Debug)]
#[non_exhaustive]
pub struct ValidTokenRequest<'t> {
    /// Who the assertion says that asks.
    pub client_id: ClientId,
    /// The assertion, taken apart; its signature has to be verified by the client's key.
    pub assertion: CompactJws<'t>,
    /// What it is signed with, according to its header and to the policy.
    pub algorithm: Algorithm,
    /// What names it.
    pub jti: String,
    /// How long the name must be remembered: until nobody would take the assertion any more.
    pub remember_until: Timestamp,
    /// The one deployment that the token is for, if one is named.
    pub deployment_id: Option<DeploymentId>,
    /// What is asked for: one scope at least.
    pub scopes: Scopes,
}

/// Judges a request at the time `now`: first the parameters (RFC 6749, 3.2 and 4.4.2), then the assertion (RFC 7523, 3;
/// Security Framework 1.0, 4.1.1), then whether a scope is asked for.
///
/// # Errors
/// The refusal, as the client gets it.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::service::token::{TokenErrorCode, TokenRequestFields};
/// use oauth2_issuer::server::token::{TokenPolicy, validate};
///
/// let policy = TokenPolicy::new(["https://lms.example/token"]);
/// let fields = TokenRequestFields::read(b"grant_type=password&username=ada");
/// let refusal = validate(&fields, &policy, Timestamp::default()).unwrap_err();
/// assert_eq!(refusal.code, TokenErrorCode::UnsupportedGrantType);
/// ```
pub fn validate<'t>(
    fields: &'t TokenRequestFields,
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<ValidTokenRequest<'t>, TokenRefusal> {
    let assertion = parameters(fields)?;
    let judged = assertion::judge(assertion, fields.client_id.as_deref(), policy, now)?;
    Ok(ValidTokenRequest {
        client_id: judged.client_id,
        assertion: judged.jws,
        algorithm: judged.algorithm,
        jti: judged.jti,
        remember_until: judged.remember_until,
        deployment_id: judged.deployment_id,
        scopes: scopes(fields)?,
    })
}

/// The assertion, if the parameters around it are right. Those that nobody knows are ignored (RFC 6749, 3.2).
fn parameters(fields: &TokenRequestFields) -> Result<&str, TokenRefusal> {
    if let Some(name) = fields.repeated.first() {
        return Err(TokenRefusal::request(format!("expected the parameter {name} once, saw it more than once")));
    }
    match fields.grant_type.as_deref() {
        Some(CLIENT_CREDENTIALS) => {}
        None => return Err(TokenRefusal::request(format!("expected grant_type={CLIENT_CREDENTIALS}, saw none"))),
        Some(_) => {
            let sentence = format!("expected grant_type={CLIENT_CREDENTIALS}, saw another one");
            return Err(TokenRefusal::new(TokenErrorCode::UnsupportedGrantType, sentence));
        }
    }
    if fields.further.iter().any(|name| name == "client_secret") {
        return Err(TokenRefusal::request("expected a client_assertion alone, saw a client_secret (RFC 6749, 2.3)"));
    }
    let Some(assertion) = fields.client_assertion.as_deref() else {
        return Err(TokenRefusal::client("expected a client_assertion (RFC 7523, 2.2), saw none"));
    };
    match fields.client_assertion_type.as_deref() {
        Some(JWT_BEARER) => Ok(assertion),
        None => Err(TokenRefusal::request(format!("expected client_assertion_type={JWT_BEARER}, saw none"))),
        Some(_) => Err(TokenRefusal::client(format!("expected client_assertion_type={JWT_BEARER}, saw another one"))),
    }
}

/// What is asked for: one scope at least, since nothing is granted that was not (Security Framework 1.0, 7.1.4).
fn scopes(fields: &TokenRequestFields) -> Result<Scopes, TokenRefusal> {
    let scopes = fields.scope.as_ref().filter(|scopes| !scopes.is_empty()).cloned();
    scopes.ok_or_else(|| TokenRefusal::scope("expected the parameter scope with one scope at least, saw none"))
}
