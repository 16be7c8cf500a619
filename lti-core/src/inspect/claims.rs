//! The rules of the claims that every ID token carries (Security Framework 1.0, 5.1.2), in the order of the steps of
//! 5.1.3.

use std::ops::ControlFlow;

use super::finding::Findings;
use super::words::{check_length, cut, list, mistyped, near_miss, required};
use super::{LaunchContext, Violation};
use crate::message::Slot;
use crate::message::raw::RawClaims;
use crate::time::Timestamp;

/// Judges the claims of 5.1.2, in the order of the steps of 5.1.3.
pub(super) fn judge(
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
