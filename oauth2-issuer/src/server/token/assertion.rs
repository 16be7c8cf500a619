//! Assertions by which clients prove themselves (RFC 7523, 3; LTI Core 1.3, 6.2): judged, proven by the client's key, and
//! claimed. The LTI token endpoint and the issuer for everybody both stand on this.

use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId};
use lti_core::jose::{Algorithm, CompactJws, KeySet};
use lti_core::once::{OnceKey, OnceKind};
use lti_core::service::token::AssertionClaims;

use super::client::{ClientKeys, KeySets};
use super::refusal::TokenRefusal;
use super::validate::TokenPolicy;
use crate::Unavailable;
use crate::once::{ClaimError, OnceStore};

/// An assertion whose header and claims are in order. Its signature is not verified yet.
pub(in crate::server) struct JudgedAssertion<'t> {
    /// Who it says that asks.
    pub(in crate::server) client_id: ClientId,
    /// The assertion, taken apart.
    pub(in crate::server) jws: CompactJws<'t>,
    /// What it is signed with.
    pub(in crate::server) algorithm: Algorithm,
    /// What names it.
    pub(in crate::server) jti: String,
    /// Until when the name must be remembered.
    pub(in crate::server) remember_until: Timestamp,
    /// The deployment that it names.
    pub(in crate::server) deployment_id: Option<DeploymentId>,
}

/// Judges an assertion at the time `now`; `parameter` is the `client_id` beside it, if one is sent.
pub(in crate::server) fn judge<'t>(
    assertion: &'t str,
    parameter: Option<&str>,
    policy: &TokenPolicy,
    now: Timestamp,
) -> Result<JudgedAssertion<'t>, TokenRefusal> {
    let jws =
        CompactJws::parse(assertion).map_err(|error| TokenRefusal::client(format!("client_assertion: {error}")))?;
    let algorithm = header(&jws, policy)?;
    let claims = AssertionClaims::read(jws.payload()).map_err(|seen| {
        TokenRefusal::client(format!("client_assertion: expected a JSON object of claims, saw {seen}"))
    })?;
    let client_id = client(&claims, parameter)?;
    audience(&claims, &policy.audiences)?;
    let remember_until = times(&claims, policy, now)?;
    let jti = text("jti", claims.jti.as_deref(), &claims)?.to_owned();
    Ok(JudgedAssertion { client_id, jws, algorithm, jti, remember_until, deployment_id: claims.deployment_id.clone() })
}

/// Verifies that a key of the client made the signature (RFC 7523, 3 point 9). `party` is what the client is called in
/// the refusal.
pub(in crate::server) async fn prove(
    (jws, algorithm): (&CompactJws<'_>, Algorithm),
    (client_id, keys): (&ClientId, &ClientKeys),
    key_sets: &dyn KeySets,
    party: &str,
) -> Result<(), TokenRefusal> {
    let kid = jws.header().kid.as_deref();
    let keys = key_set(client_id, keys, key_sets, kid, party).await?;
    let (message, signature) = (jws.signing_input().as_bytes(), jws.signature());
    let mut tried = false;
    for key in keys.candidates(kid, algorithm) {
        tried = true;
        if key.verify(algorithm, message, signature).is_ok() {
            return Ok(());
        }
    }
    Err(TokenRefusal::client(match kid {
        _ if tried => format!("expected a signature by a key of the {party}, saw one that does not verify"),
        Some(_) => format!("expected kid to name a key for this alg in the key set of the {party}, saw another"),
        None => format!("expected a signature by a key of the {party}: its key set holds none for this alg"),
    }))
}

async fn key_set(
    client_id: &ClientId,
    keys: &ClientKeys,
    key_sets: &dyn KeySets,
    kid: Option<&str>,
    party: &str,
) -> Result<Arc<KeySet>, TokenRefusal> {
    match keys {
        ClientKeys::Set(keys) => Ok(Arc::clone(keys)),
        ClientKeys::Url(url) => key_sets.key_set(url, kid).await.map_err(|error| {
            // The reason is for the log alone: it tells what this server can reach.
            tracing::warn!(%client_id, %error, "the key set of a client cannot be read");
            let sentence =
                format!("expected the key set of the {party} at its registered URL, it cannot be read from here");
            TokenRefusal::client(sentence)
        }),
        ClientKeys::None => {
            let sentence = format!("expected a signature by a key of the {party}: it registered no key set");
            Err(TokenRefusal::client(sentence))
        }
    }
}

/// Claims the name of an assertion, kept apart by `of`, so that it is taken once. It is asked only after the signature
/// holds, so that nobody uses up a name of somebody else.
pub(in crate::server) async fn claim(
    once: &dyn OnceStore,
    of: &str,
    (jti, remember_until): (&str, Timestamp),
    now: Timestamp,
) -> Result<(), TokenRefusal> {
    // The length keeps "a" and "b/c" apart from "a/b" and "c".
    let key = OnceKey::new(OnceKind::JwtId, format!("{}:{of}{jti}", of.len()), remember_until);
    match once.claim(&key, now).await {
        Ok(claimed) if claimed.proves(&key) => Ok(()),
        Ok(_) => Err(failed(&Unavailable::new("the claim-once store proved another key"))),
        Err(ClaimError::AlreadyClaimed) => {
            Err(TokenRefusal::client("expected a jti that was not used before, saw one that was"))
        }
        Err(ClaimError::Expired) => Err(TokenRefusal::client("expected exp ahead, it passed just now")),
        Err(error) => Err(failed(&Unavailable::new(error.to_string()))),
    }
}

/// The refusal while something behind this server does not answer; the reason goes to the log.
pub(in crate::server) fn failed(error: &Unavailable) -> TokenRefusal {
    tracing::error!(%error, "the token endpoint cannot answer");
    TokenRefusal::unavailable()
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
