//! The rules of the token: its form, its header, its key and its signature (Security Framework 1.0, 5.1.3 step 1).

use std::ops::ControlFlow;

use super::finding::Findings;
use super::words::{cut, list};
use super::{Policy, Violation};
use crate::jose::{Algorithm, CompactError, CompactJws, Header, KeySet, MAX_TOKEN_BYTES};
use crate::message::raw::RawClaims;

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
    keys: &KeySet,
    policy: &Policy,
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
    judge_key(jws, header, keys, policy, found)
}

fn judge_key(
    jws: &CompactJws<'_>,
    header: &Header,
    keys: &KeySet,
    policy: &Policy,
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
    let Some(algorithm) = header.algorithm().filter(|known| policy.algorithms.contains(known)) else {
        let expected = || {
            let names: Vec<_> = policy.algorithms.iter().map(|known| known.as_str()).collect();
            format!("one of {}", names.join(", "))
        };
        let seen = || if header.alg.is_none() { "no alg".to_owned() } else { format!("alg {}", cut(name)) };
        return found.report(Violation::TokenAlg, expected, seen);
    };
    let kid = judge_kid(header, keys, found)?;
    let mut fits = false;
    for key in keys.candidates(kid, algorithm) {
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
            let keys = kid.into_iter().flat_map(|kid| keys.named(kid)).map(|key| {
                let algorithms: Vec<_> = key.algorithms().map(Algorithm::as_str).collect();
                format!("{} key for {}", key.kty(), algorithms.join(", "))
            });
            format!("alg {algorithm} and an {}", keys.collect::<Vec<_>>().join(", an "))
        },
    )
}

/// The name under which to look the key up; nothing when only trying all of them can tell more.
fn judge_kid<'h>(header: &'h Header, keys: &KeySet, found: &mut Findings<'_>) -> ControlFlow<(), Option<&'h str>> {
    let Some(kid) = header.kid.as_deref() else {
        found.report(Violation::TokenKidMissing, || "a kid in the header", || "none")?;
        return ControlFlow::Continue(None);
    };
    if keys.find(kid).is_some() {
        return ControlFlow::Continue(Some(kid));
    }
    found.report(
        Violation::TokenKidUnknown,
        || {
            let known: Vec<_> = keys.keys().iter().filter_map(|key| key.kid()).map(|k| cut(k.as_str())).collect();
            if known.is_empty() {
                "a key of the set, which has none".to_owned()
            } else {
                format!("one of {}", known.join(", "))
            }
        },
        || {
            let skipped = keys.skipped().iter().find(|key| key.kid.as_ref().is_some_and(|k| k.as_str() == kid));
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
