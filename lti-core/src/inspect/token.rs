//! The rules of the token: form, key, signature, and the claims of the Security Framework (1.0, 5.1.2 and 5.1.3).

use std::ops::ControlFlow;

use super::finding::Findings;
use super::{LaunchContext, Violation};
use crate::jose::{Algorithm, CompactError, CompactJws, Header, MAX_TOKEN_BYTES};
use crate::message::Slot;
use crate::message::raw::RawClaims;
use crate::time::Timestamp;

/// The longest `sub`, deployment id, resource link id and context id, in ASCII characters.
pub(super) const MAX_ID: usize = 255;

/// Takes the token apart; nothing comes back when there is nothing to go on with.
pub(super) fn parse<'t>(token: &'t str, found: &mut Findings<'_>) -> ControlFlow<(), Option<CompactJws<'t>>> {
    match CompactJws::parse(token) {
        Ok(jws) => ControlFlow::Continue(Some(jws)),
        Err(CompactError::TooLarge { bytes }) => {
            found.report(
                Violation::TokenSize,
                || format!("at most {MAX_TOKEN_BYTES} bytes"),
                || format!("{bytes} bytes"),
            )?;
            ControlFlow::Continue(None)
        }
        Err(error) => {
            found.report(Violation::TokenCompact, || "a compact JWS", || error.to_string())?;
            ControlFlow::Continue(None)
        }
    }
}

/// Judges the header, and the signature with the keys of the platform alone: a key that comes with the message is never
/// used (5.1.3 step 1; 5.4).
pub(super) fn judge_signature(
    jws: &CompactJws<'_>,
    context: &LaunchContext<'_>,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    let header = jws.header();
    if !header.duplicates.is_empty() {
        found.report(
            Violation::TokenHeaderDuplicate,
            || "each member once",
            || format!("{} more than once", header.duplicates.join(", ")),
        )?;
    }
    if !header.keys.is_empty() {
        found.report(
            Violation::TokenHeaderKey,
            || "no jwk, jku, x5u or x5c",
            || format!("{}, which was not used", header.keys.join(", ")),
        )?;
    }
    if let Some(names) = &header.crit {
        // No extension is understood here, so every name is one too many, and an empty list is malformed (RFC 7515,
        // 4.1.11).
        found.report(Violation::TokenCrit, || "no crit", || format!("crit with {}", list(names)))?;
    }
    judge_key(jws, header, context, found)
}

fn judge_key(
    jws: &CompactJws<'_>,
    header: &Header,
    context: &LaunchContext<'_>,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    let name = header.alg.as_deref().unwrap_or_default();
    if name.eq_ignore_ascii_case("none") {
        return found.report(Violation::TokenAlgNone, || "a signature", || format!("alg {name:?}"));
    }
    if name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("hs")) {
        return found.report(
            Violation::TokenAlgSymmetric,
            || "a signature with the platform's private key",
            || format!("alg {name:?}"),
        );
    }
    let Some(algorithm) = header.algorithm().filter(|known| context.policy.algorithms.contains(known)) else {
        let expected = || {
            let names: Vec<_> = context.policy.algorithms.iter().map(|known| known.as_str()).collect();
            format!("one of {}", names.join(", "))
        };
        let seen = || if header.alg.is_none() { "no alg".to_owned() } else { format!("alg {}", cut(name)) };
        return found.report(Violation::TokenAlg, expected, seen);
    };
    let kid = judge_kid(header, context, found)?;
    let mut fits = false;
    for key in context.keys.candidates(kid, algorithm) {
        fits = true;
        if key.verify(algorithm, jws.signing_input().as_bytes(), jws.signature()).is_ok() {
            return ControlFlow::Continue(());
        }
    }
    let key = || kid.map_or_else(|| "any key of the set".to_owned(), |kid| format!("key {}", cut(kid)));
    if fits || kid.is_none() {
        return found.report(
            Violation::TokenSignature,
            || format!("a signature that verifies with {}", key()),
            || "one that does not",
        );
    }
    found.report(
        Violation::TokenAlgKey,
        || format!("an alg that fits {}", key()),
        || {
            let keys = kid.into_iter().flat_map(|kid| context.keys.named(kid)).map(|key| {
                let algorithms: Vec<_> = key.algorithms().map(Algorithm::as_str).collect();
                format!("{} key for {}", key.kty(), algorithms.join(", "))
            });
            format!("alg {algorithm} and an {}", keys.collect::<Vec<_>>().join(", an "))
        },
    )
}

/// The name under which to look the key up; nothing when only trying all of them can tell more.
fn judge_kid<'h>(
    header: &'h Header,
    context: &LaunchContext<'_>,
    found: &mut Findings<'_>,
) -> ControlFlow<(), Option<&'h str>> {
    let Some(kid) = header.kid.as_deref() else {
        found.report(Violation::TokenKidMissing, || "a kid in the header", || "none")?;
        return ControlFlow::Continue(None);
    };
    if context.keys.find(kid).is_some() {
        return ControlFlow::Continue(Some(kid));
    }
    found.report(
        Violation::TokenKidUnknown,
        || {
            let known: Vec<_> =
                context.keys.keys().iter().filter_map(|key| key.kid()).map(|k| cut(k.as_str())).collect();
            if known.is_empty() {
                "a key of the set, which has none".to_owned()
            } else {
                format!("one of {}", known.join(", "))
            }
        },
        || {
            let skipped = context.keys.skipped().iter().find(|key| key.kid.as_ref().is_some_and(|k| k.as_str() == kid));
            match skipped {
                Some(key) => format!("kid {}, whose key is left out: {}", cut(kid), key.reason),
                None => format!("kid {}", cut(kid)),
            }
        },
    )?;
    ControlFlow::Continue(None)
}

/// Reads the claims; nothing comes back when the payload is no JSON object.
pub(super) fn parse_claims(jws: &CompactJws<'_>, found: &mut Findings<'_>) -> ControlFlow<(), Option<Box<RawClaims>>> {
    match RawClaims::parse(jws.payload()) {
        Ok(claims) => ControlFlow::Continue(Some(claims)),
        Err(seen) => {
            found.report(Violation::TokenPayload, || "a JSON object of claims", || seen)?;
            ControlFlow::Continue(None)
        }
    }
}

/// Judges the claims of 5.1.2, in the order of the steps of 5.1.3.
pub(super) fn judge_claims(
    claims: &RawClaims,
    context: &LaunchContext<'_>,
    now: Timestamp,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    if !claims.duplicates.is_empty() {
        found.report(
            Violation::TokenClaimDuplicate,
            || "each claim once",
            || format!("{} more than once", list(&claims.duplicates)),
        )?;
    }
    judge_issuer(claims, context, found)?;
    judge_audience(claims, context, found)?;
    judge_authorized_party(claims, context, found)?;
    judge_times(claims, context, now, found)?;
    judge_nonce(claims, context, found)?;
    judge_subject(claims, found)
}

/// A claim that must be there as text: reports its absence as `missing`, another type as such.
pub(super) fn required<'c, T>(
    slot: &'c Slot<T>,
    name: &'static str,
    wanted: &'static str,
    missing: Violation,
    found: &mut Findings<'_>,
) -> ControlFlow<(), Option<&'c T>> {
    match slot {
        Slot::Is(value) => return ControlFlow::Continue(Some(value)),
        Slot::Missing => found.report(missing, || format!("{name}, {wanted}"), || "no such claim")?,
        Slot::Mistyped(kind) => mistyped(name, wanted, kind, found)?,
    }
    ControlFlow::Continue(None)
}

pub(super) fn mistyped(
    name: &'static str,
    wanted: &'static str,
    kind: &'static str,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    found.report(Violation::TokenClaimType, || format!("{name}, {wanted}"), || kind)
}

/// Step 2: the issuer matches exactly.
fn judge_issuer(claims: &RawClaims, context: &LaunchContext<'_>, found: &mut Findings<'_>) -> ControlFlow<()> {
    let Some(iss) = required(&claims.iss, "iss", "a string", Violation::TokenIssMissing, found)? else {
        return ControlFlow::Continue(());
    };
    let expected = context.issuer.as_str();
    found.check(
        iss == expected,
        Violation::TokenIss,
        || format!("{expected:?}"),
        || format!("{}{}", cut(iss), near_miss(expected, iss)),
    )
}

/// In what two addresses differ that mean the same to a person.
pub(super) fn near_miss(expected: &str, seen: &str) -> &'static str {
    let scheme_off = |text: &str| text.split_once("://").map(|(_, rest)| rest.to_owned());
    if expected.trim_end_matches('/') == seen.trim_end_matches('/') {
        ", which differs by a slash at the end"
    } else if expected.eq_ignore_ascii_case(seen) {
        ", which differs by case"
    } else if scheme_off(expected).is_some() && scheme_off(expected) == scheme_off(seen) {
        ", which differs by http and https"
    } else if expected.trim() == seen.trim() {
        ", which differs by white space"
    } else {
        ""
    }
}

/// Step 3: the audience contains the tool, and nobody whom the tool does not trust.
fn judge_audience(claims: &RawClaims, context: &LaunchContext<'_>, found: &mut Findings<'_>) -> ControlFlow<()> {
    let wanted = "a string or an array of strings";
    let Some(aud) = required(&claims.aud, "aud", wanted, Violation::TokenAudMissing, found)? else {
        return ControlFlow::Continue(());
    };
    if let Some(kind) = aud.0.stranger {
        found.report(Violation::TokenClaimType, || format!("aud, {wanted}"), || format!("an array with {kind}"))?;
    }
    let client_id = context.client_id.as_str();
    found.check(
        aud.0.texts.iter().any(|audience| audience == client_id),
        Violation::TokenAud,
        || format!("an audience that contains {client_id:?}"),
        || if aud.0.texts.is_empty() { "an empty array".to_owned() } else { list(&aud.0.texts) },
    )?;
    let trusted =
        |audience: &&String| audience.as_str() == client_id || context.policy.trusted_audiences.contains(audience);
    // A token for somebody else altogether is one fault, not two.
    let strangers: Vec<&String> = match aud.0.texts.as_slice() {
        [_] | [] => Vec::new(),
        many => many.iter().filter(|audience| !trusted(audience)).collect(),
    };
    found.check(
        strangers.is_empty(),
        Violation::TokenAudUntrusted,
        || "no audience that the tool does not trust",
        || strangers.iter().map(|audience| cut(audience)).collect::<Vec<_>>().join(", "),
    )
}

/// Steps 4 and 5: the authorized party.
fn judge_authorized_party(
    claims: &RawClaims,
    context: &LaunchContext<'_>,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    let client_id = context.client_id.as_str();
    match &claims.azp {
        Slot::Is(azp) => found.check(azp == client_id, Violation::TokenAzp, || format!("{client_id:?}"), || cut(azp)),
        Slot::Mistyped(kind) => mistyped("azp", "a string", kind, found),
        Slot::Missing => {
            let several = claims.aud.get().is_some_and(|aud| aud.0.texts.len() > 1);
            found.check(!several, Violation::TokenAzpMissing, || "azp beside several audiences", || "no such claim")
        }
    }
}

/// Steps 7 and 8, and `nbf` where somebody sends it.
fn judge_times(
    claims: &RawClaims,
    context: &LaunchContext<'_>,
    now: Timestamp,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    let leeway = context.policy.leeway;
    let wanted = "a number of seconds";
    if let Some(exp) = required(&claims.exp, "exp", wanted, Violation::TokenExpMissing, found)? {
        let expected = || format!("a time after {now}");
        let seen = || format!("{exp}, {} s ago", now.seconds_after(*exp));
        if now >= *exp + leeway {
            found.report(Violation::TokenExp, expected, seen)?;
        } else if now >= *exp {
            found.report(Violation::TokenExpLeeway, expected, seen)?;
        }
    }
    if let Some(iat) = required(&claims.iat, "iat", wanted, Violation::TokenIatMissing, found)? {
        found.check(
            *iat <= now + leeway,
            Violation::TokenIatFuture,
            || format!("a time up to {now}, with {} s of leeway", leeway.as_secs()),
            || format!("{iat}, {} s ahead", iat.seconds_after(now)),
        )?;
        if let Some(max_age) = context.policy.max_age {
            found.check(
                now <= *iat + max_age + leeway,
                Violation::TokenIatOld,
                || format!("an age of at most {} s", max_age.as_secs()),
                || format!("{iat}, {} s ago", now.seconds_after(*iat)),
            )?;
        }
    }
    match &claims.nbf {
        Slot::Is(nbf) => found.check(
            *nbf <= now + leeway,
            Violation::TokenNbf,
            || format!("a time up to {now}, with {} s of leeway", leeway.as_secs()),
            || format!("{nbf}, {} s ahead", nbf.seconds_after(now)),
        ),
        Slot::Mistyped(kind) => mistyped("nbf", wanted, kind, found),
        Slot::Missing => ControlFlow::Continue(()),
    }
}

/// Step 9, and the comparison that OpenID Connect Core 1.0, 3.2.2.11 adds to it.
fn judge_nonce(claims: &RawClaims, context: &LaunchContext<'_>, found: &mut Findings<'_>) -> ControlFlow<()> {
    let Some(nonce) = required(&claims.nonce, "nonce", "a string", Violation::TokenNonceMissing, found)? else {
        return ControlFlow::Continue(());
    };
    found.check(
        context.nonce.is_none_or(|sent| sent.as_str() == nonce),
        Violation::TokenNonce,
        || "the nonce that this login sent",
        || if nonce.is_empty() { "an empty one".to_owned() } else { format!("another one, of {} bytes", nonce.len()) },
    )
}

/// The user (5.1.2; LTI Core 1.3, 5.3.6).
fn judge_subject(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    match &claims.sub {
        Slot::Is(sub) if sub.is_empty() => {
            found.report(Violation::TokenSubEmpty, || "sub, an id, or no such claim", || "an empty string")
        }
        Slot::Is(sub) => check_length(sub, Violation::TokenSubLength, found),
        Slot::Mistyped(kind) => mistyped("sub", "a string", kind, found),
        Slot::Missing => {
            found.report(Violation::TokenSubMissing, || "sub, a string", || "no such claim")?;
            let names = [
                ("name", &claims.name),
                ("given_name", &claims.given_name),
                ("family_name", &claims.family_name),
                ("middle_name", &claims.middle_name),
                ("email", &claims.email),
                ("picture", &claims.picture),
            ];
            let there: Vec<_> = names.iter().filter(|(_, slot)| slot.get().is_some()).map(|(name, _)| *name).collect();
            found.check(
                there.is_empty(),
                Violation::TokenSubIdentity,
                || "no claim about the identity of the user",
                || there.join(", "),
            )
        }
    }
}

/// At most 255 ASCII characters; the value itself is not repeated.
pub(super) fn check_length(value: &str, violation: Violation, found: &mut Findings<'_>) -> ControlFlow<()> {
    found.check(
        value.len() <= MAX_ID && value.is_ascii(),
        violation,
        || format!("at most {MAX_ID} ASCII characters"),
        || {
            let kind = if value.is_ascii() { "" } else { ", not all of them ASCII" };
            format!("{} characters{kind}", value.chars().count())
        },
    )
}

/// A value of the message in quotes, cut to a length that fits a line.
pub(super) fn cut(value: &str) -> String {
    const LONGEST: usize = 80;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?} and {} characters more", &value[..end], value[end..].chars().count()),
        None => format!("{value:?}"),
    }
}

/// Some values of the message, the first few of them.
pub(super) fn list(values: &[String]) -> String {
    const MOST: usize = 5;
    let mut text = values.iter().take(MOST).map(|value| cut(value)).collect::<Vec<_>>().join(", ");
    if values.len() > MOST {
        text.push_str(", ...");
    }
    if text.is_empty() { "nothing".to_owned() } else { text }
}
