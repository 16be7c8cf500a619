//! Whether a token request can be granted, as far as that can be said without I/O: everything but the client's keys, its
//! scopes, and whether the assertion was used before.

use std::time::Duration;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId};
use lti_core::jose::{Algorithm, CompactJws};
use lti_core::service::Scopes;
use lti_core::service::token::{AssertionClaims, CLIENT_CREDENTIALS, JWT_BEARER, TokenErrorCode, TokenRequestFields};

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
    let jws =
        CompactJws::parse(assertion).map_err(|error| TokenRefusal::client(format!("client_assertion: {error}")))?;
    let algorithm = header(&jws, policy)?;
    let claims = AssertionClaims::read(jws.payload()).map_err(|seen| {
        TokenRefusal::client(format!("client_assertion: expected a JSON object of claims, saw {seen}"))
    })?;
    let client_id = client(&claims, fields.client_id.as_deref())?;
    audience(&claims, &policy.audiences)?;
    let remember_until = times(&claims, policy, now)?;
    let jti = text("jti", claims.jti.as_deref(), &claims)?.to_owned();
    Ok(ValidTokenRequest {
        client_id,
        assertion: jws,
        algorithm,
        jti,
        remember_until,
        deployment_id: claims.deployment_id.clone(),
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

/// The algorithm, if the header is one that can be trusted so far. Keys that come with the assertion are never used.
fn header(jws: &CompactJws<'_>, policy: &TokenPolicy) -> Result<Algorithm, TokenRefusal> {
    let header = jws.header();
    if let Some(name) = header.duplicates.first() {
        return Err(TokenRefusal::client(format!(
            "expected each header parameter once, saw {name:?} twice (RFC 7515, 4)"
        )));
    }
    if header.crit.is_some() {
        let sentence = "expected no header parameter crit: nothing it could name is understood here (RFC 7515, 4.1.11)";
        return Err(TokenRefusal::client(sentence));
    }
    header.algorithm().filter(|known| policy.algorithms.contains(known)).ok_or_else(|| {
        let names: Vec<_> = policy.algorithms.iter().map(|known| known.as_str()).collect();
        let seen = header.alg.as_deref().map_or_else(|| "none".to_owned(), cut);
        TokenRefusal::client(format!("expected alg to be one of {}, saw {seen}", names.join(", ")))
    })
}

/// `iss` and `sub` are both the client id (LTI Core 1.3, 6.2), and so is the parameter `client_id` if it is sent.
fn client(claims: &AssertionClaims, parameter: Option<&str>) -> Result<ClientId, TokenRefusal> {
    let sub = text("sub", claims.sub.as_deref(), claims)?;
    if text("iss", claims.iss.as_deref(), claims)? != sub {
        return Err(TokenRefusal::client("expected iss and sub both to be the client_id (LTI Core 1.3, 6.2), saw two"));
    }
    if parameter.is_some_and(|parameter| parameter != sub) {
        return Err(TokenRefusal::client(
            "expected the parameter client_id to be the sub of the assertion, saw another",
        ));
    }
    Ok(ClientId::new(sub))
}

/// One of the audiences is this server (RFC 7523, 3 point 3).
fn audience(claims: &AssertionClaims, accepted: &[String]) -> Result<(), TokenRefusal> {
    if claims.aud.iter().any(|audience| accepted.contains(audience)) {
        return Ok(());
    }
    let expected = accepted.join(" or ");
    let seen = match claims.aud.as_slice() {
        [] => "none".to_owned(),
        // Somebody registered it wrongly, as a rule by a slash or a port: it has to be seen to be mended.
        [first, ..] => cut(first),
    };
    Err(TokenRefusal::client(format!("expected aud to be {expected}, character for character, saw {seen}")))
}

/// Within its time, with leeway for clocks that differ (RFC 7523, 3 points 4 and 5). Gives the moment from which on
/// nobody takes the assertion any more.
fn times(claims: &AssertionClaims, policy: &TokenPolicy, now: Timestamp) -> Result<Timestamp, TokenRefusal> {
    let seconds = |moment: Timestamp| moment.seconds_after(now);
    let exp = claims.exp.ok_or_else(|| missing("exp", "a JSON number of seconds since 1970", claims))?;
    let end = exp + policy.leeway;
    if now >= end {
        let (ago, leeway) = (seconds(exp).saturating_neg(), policy.leeway.as_secs());
        let sentence = format!("expected exp ahead, saw it {ago} s ago (leeway {leeway} s): compare the clocks");
        return Err(TokenRefusal::client(sentence));
    }
    let limit = policy.max_lifetime.as_secs();
    if exp > now + policy.max_lifetime {
        let sentence = format!("expected exp at most {limit} s ahead, saw it {} s ahead", seconds(exp));
        return Err(TokenRefusal::client(sentence));
    }
    if claims.mistyped.contains(&"nbf") {
        return Err(missing("nbf", "a JSON number of seconds since 1970", claims));
    }
    if let Some(nbf) = claims.nbf.filter(|nbf| *nbf > now + policy.leeway) {
        let sentence = format!("expected nbf to have come, saw it {} s ahead: compare the clocks", seconds(nbf));
        return Err(TokenRefusal::client(sentence));
    }
    Ok(end)
}

/// What is asked for: one scope at least, since nothing is granted that was not (Security Framework 1.0, 7.1.4).
fn scopes(fields: &TokenRequestFields) -> Result<Scopes, TokenRefusal> {
    let scopes = fields.scope.as_ref().filter(|scopes| !scopes.is_empty()).cloned();
    scopes.ok_or_else(|| TokenRefusal::scope("expected the parameter scope with one scope at least, saw none"))
}

/// A claim that must be there as text, and not empty.
fn text<'c>(name: &'static str, value: Option<&'c str>, claims: &AssertionClaims) -> Result<&'c str, TokenRefusal> {
    value.filter(|text| !text.is_empty()).ok_or_else(|| missing(name, "a string that is not empty", claims))
}

fn missing(name: &'static str, wanted: &str, claims: &AssertionClaims) -> TokenRefusal {
    let seen = if claims.mistyped.contains(&name) { "a value of another type" } else { "none" };
    TokenRefusal::client(format!("expected the claim {name} in the client_assertion, {wanted}, saw {seen}"))
}

/// As much of a foreign text as fits into a sentence, in characters that can do no harm in a log.
fn cut(text: &str) -> String {
    const MOST: usize = 120;
    let dots = if text.chars().count() > MOST { ".." } else { "" };
    let plain = |c: char| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') { c } else { '?' };
    text.chars().take(MOST).map(plain).chain(dots.chars()).collect()
}
