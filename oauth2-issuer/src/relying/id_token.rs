//! ID tokens of a registered issuer, verified as OpenID Connect Core, 3.1.3.7 asks.
//!
//! Signatures are verified always, although a token that came straight from the token endpoint over TLS would not need it
//! (step 6): `none` and the HMAC family are refused. Encrypted tokens are not read.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::Timestamp;
use lti_core::jose::{Algorithm, CompactJws};
use lti_core::service::token::AccessToken;
use serde_json::{Map, Value};
use url::Url;

use super::issuer::{IssuerName, RegisteredIssuer};
use super::jwks_cache::{JwksCache, JwksError};

/// How much two clocks may differ.
const LEEWAY: Duration = Duration::from_mins(1);

/// Why an ID token is not believed. No value of the token is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// It is no signed token.
    #[error("the ID token cannot be read: {0}")]
    Compact(#[from] lti_core::jose::CompactError),
    /// Its payload is no JSON object.
    #[error("the payload of the ID token is not a JSON object")]
    Payload,
    /// Its header asks for something that is not done here.
    #[error("the header of the ID token: expected {expected}")]
    Header {
        /// What belongs there.
        expected: &'static str,
    },
    /// There are no keys.
    #[error(transparent)]
    Keys(#[from] JwksError),
    /// No key of the issuer fits, not after asking again either.
    #[error("no key of the issuer fits the ID token's kid and alg")]
    NoKey,
    /// The signature does not hold.
    #[error("the signature of the ID token does not verify with a key of the issuer")]
    Signature,
    /// A claim is not as it has to be.
    #[error("the claim {claim} of the ID token: expected {expected}")]
    Claim {
        /// The claim.
        claim: &'static str,
        /// What belongs there.
        expected: &'static str,
    },
    /// The issuer's keys or its name are not known, so that nothing can be verified.
    #[error("the issuer has no jwks_uri or no name: discover it, so that its ID tokens can be verified")]
    Unverifiable,
}

/// What an ID token has to fit.
pub(crate) struct Expected<'e> {
    pub(crate) issuer: &'e RegisteredIssuer,
    /// The nonce that was sent; nothing after a refresh (OpenID Connect Core, 12.2).
    pub(crate) nonce: Option<&'e str>,
    /// The access token that came with it.
    pub(crate) access_token: &'e AccessToken,
    pub(crate) now: Timestamp,
}

/// The claims of `token`, if it is what it has to be.
///
/// # Errors
/// [`IdTokenError`].
pub(crate) async fn verify(
    token: &str,
    expected: &Expected<'_>,
    keys: &JwksCache,
) -> Result<Map<String, Value>, IdTokenError> {
    let (Some(name), Some(jwks_uri)) = (&expected.issuer.issuer, &expected.issuer.jwks_uri) else {
        return Err(IdTokenError::Unverifiable);
    };
    let compact = CompactJws::parse(token)?;
    let algorithm = header(&compact, expected.issuer)?;
    let claims: Map<String, Value> = serde_json::from_slice(compact.payload()).map_err(|_| IdTokenError::Payload)?;
    signature(&compact, algorithm, jwks_uri, keys).await?;
    judge(&claims, name, expected)?;
    at_hash(&claims, algorithm, expected.access_token)?;
    Ok(claims)
}

/// Steps 6 to 8: an asymmetric algorithm, of those that the issuer names; nothing critical.
fn header(compact: &CompactJws<'_>, issuer: &RegisteredIssuer) -> Result<Algorithm, IdTokenError> {
    let header = compact.header();
    let fault = |expected| IdTokenError::Header { expected };
    let algorithm = header.algorithm().ok_or_else(|| fault("an asymmetric algorithm as alg"))?;
    let listed = &issuer.id_token_algorithms;
    if !listed.is_empty() && !listed.iter().any(|name| name == algorithm.as_str()) {
        return Err(fault("one of the algorithms that the issuer lists, as alg"));
    }
    if header.crit.is_some() {
        return Err(fault("no member crit: no extension is understood here (RFC 7515, 4.1.11)"));
    }
    if !header.duplicates.is_empty() {
        return Err(fault("each member once (RFC 7515, 4)"));
    }
    Ok(algorithm)
}

/// Step 6: with the issuer's keys, asked for again when the `kid` is unknown (10.1.1). A key that comes with the token is
/// never used.
async fn signature(
    compact: &CompactJws<'_>,
    algorithm: Algorithm,
    jwks_uri: &Url,
    keys: &JwksCache,
) -> Result<(), IdTokenError> {
    let kid = compact.header().kid.as_deref();
    let set = keys.keys_for(jwks_uri, kid).await?;
    let mut candidates = set.candidates(kid, algorithm).peekable();
    if candidates.peek().is_none() {
        return Err(IdTokenError::NoKey);
    }
    let input = compact.signing_input().as_bytes();
    let holds = candidates.any(|key| key.verify(algorithm, input, compact.signature()).is_ok());
    if holds { Ok(()) } else { Err(IdTokenError::Signature) }
}

/// Steps 2, 3, 5, 9 and 11.
fn judge(claims: &Map<String, Value>, name: &IssuerName, expected: &Expected<'_>) -> Result<(), IdTokenError> {
    let fault = |claim, expected| Err(IdTokenError::Claim { claim, expected });
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
    if !text("iss").is_some_and(|iss| name.accepts(iss, text("tid"))) {
        return fault("iss", "the issuer that was asked, character for character");
    }
    let client_id = expected.issuer.client_id.as_ref().map(lti_core::id::ClientId::as_str);
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(audience)) => vec![audience],
        Some(Value::Array(audiences)) => audiences.iter().map(|value| value.as_str().unwrap_or_default()).collect(),
        _ => Vec::new(),
    };
    // No other audience is trusted (step 3): whoever it is could have been handed this token, and use it here.
    if audiences.is_empty() || audiences.iter().any(|audience| Some(*audience) != client_id) {
        return fault("aud", "this client alone");
    }
    if claims.get("azp").is_some_and(|azp| azp.as_str() != client_id) {
        return fault("azp", "this client");
    }
    let time = |claim: &str| claims.get(claim).and_then(Value::as_f64);
    #[expect(clippy::cast_precision_loss, reason = "dates of this millennium fit")]
    let (now, leeway) = (expected.now.as_secs() as f64, LEEWAY.as_secs_f64());
    if !time("exp").is_some_and(|exp| now - leeway < exp) {
        return fault("exp", "a time that has not passed");
    }
    if time("nbf").is_some_and(|nbf| nbf > now + leeway) {
        return fault("nbf", "a time that has come");
    }
    if expected.nonce.is_some_and(|nonce| text("nonce") != Some(nonce)) {
        return fault("nonce", "the nonce of the authentication request");
    }
    if text("sub").is_none_or(str::is_empty) {
        return fault("sub", "a string that is not empty");
    }
    Ok(())
}

/// `at_hash`, where it is there: the left half of the access token's digest (OpenID Connect Core, 3.1.3.6 and 3.1.3.8).
fn at_hash(claims: &Map<String, Value>, algorithm: Algorithm, token: &AccessToken) -> Result<(), IdTokenError> {
    let Some(seen) = claims.get("at_hash") else { return Ok(()) };
    let hash = match algorithm.as_str().get(2..) {
        Some("384") => &SHA384,
        Some("512") => &SHA512,
        _ => &SHA256,
    };
    let whole = digest(hash, token.as_str().as_bytes());
    let half = URL_SAFE_NO_PAD.encode(&whole.as_ref()[..whole.as_ref().len() / 2]);
    if seen.as_str() == Some(half.as_str()) {
        return Ok(());
    }
    Err(IdTokenError::Claim { claim: "at_hash", expected: "the left half of the access token's digest" })
}
