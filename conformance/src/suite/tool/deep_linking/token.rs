//! The message as a signed token: who signed it, for whom, and for how long.

use lti_core::jose::Algorithm;
use serde_json::Value;

use super::{looks, message, shown, undeclared};
use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Fail, Info, Warn},
    },
    deep_linking::{Answer, CERTIFICATION_FORM, ORDINARY, Reply},
    driver::{Driver, Halt},
    sight::{Sight, ended},
    subject::platform::Signature,
};

const SENT: &str = "a deep linking request as platforms send it; the person chooses as configured";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = signatures();
    cases.extend(parties());
    cases.extend(times());
    cases
}

fn signatures() -> Vec<Case> {
    vec![
        Case::new("tool-dl-signature", "a published key of the tool verifies the message")
            .rules(&["lti13-dl-response-signature", "lti13-dl-response-compact"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, signature)),
        Case::new("tool-dl-alg", "the message is signed, by an asymmetric algorithm")
            .rules(&["lti13-dl-response-alg-none", "lti13-dl-response-alg-symmetric", "lti13-dl-response-alg"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, algorithm)),
        Case::new("tool-dl-kid", "kid names the key that signed")
            .rules(&["lti13-dl-response-kid-missing", "lti13-dl-response-kid-unknown"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, kid)),
        Case::new("tool-dl-header-key", "the header carries no key and no address of one")
            .rules(&["lti13-dl-response-header-key"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, header_key)),
    ]
}

/// Whether a published key verifies the message, whichever the header names.
pub(super) fn signature(answer: &Answer) -> Sight {
    let Some(jwt) = &answer.jwt else {
        return match answer.field("JWT") {
            Some(_) => Sight::Broken("JWT is no token that can be read".to_owned()),
            None => Sight::Nothing("the answer holds no message, which tool-dl-field reports".to_owned()),
        };
    };
    if let Some(reason) = &answer.keyless {
        return Sight::Nothing(reason.clone());
    }
    let kid = jwt.header_text("kid").map_or_else(|| "no kid".to_owned(), |kid| format!("kid {kid:?}"));
    match &jwt.signature {
        Signature::Named | Signature::Unnamed => Sight::Sound("a published key verifies it".to_owned()),
        Signature::Broken => Sight::Broken(format!("no key of tool.jwks_url verifies it; the header has {kid}")),
        Signature::None => Sight::Broken("there is no signature".to_owned()),
        Signature::Unknown(reason) => Sight::Nothing(reason.clone()),
    }
}

fn algorithm(answer: &Answer) -> Sight {
    let jwt = match message(answer) {
        Ok(jwt) => jwt,
        Err(nothing) => return nothing,
    };
    let alg = jwt.header_text("alg").unwrap_or_default();
    match alg {
        "RS256" => Sight::Sound("RS256".to_owned()),
        "" => Sight::Broken("the header names no alg".to_owned()),
        symmetric if symmetric.starts_with("HS") => Sight::Broken(format!("alg is {symmetric}, whose key is a secret")),
        none if none.eq_ignore_ascii_case("none") => Sight::Broken(format!("alg is {none}")),
        other => match other.parse::<Algorithm>() {
            Ok(_) => Sight::Free("other", format!("alg is {other}, which needs an agreement with the platform")),
            Err(_) => Sight::Nothing(format!("alg is {other:?}, of which nothing is known here")),
        },
    }
}

fn kid(answer: &Answer) -> Sight {
    let jwt = match message(answer) {
        Ok(jwt) => jwt,
        Err(nothing) => return nothing,
    };
    let Some(kid) = jwt.header.get("kid") else {
        return Sight::Broken("the header has no kid".to_owned());
    };
    match &jwt.signature {
        Signature::Unnamed => Sight::Broken(format!("kid is {kid}, another published key verifies the message")),
        _ => Sight::Sound(format!("kid is {kid}")),
    }
}

fn header_key(answer: &Answer) -> Sight {
    let jwt = match message(answer) {
        Ok(jwt) => jwt,
        Err(nothing) => return nothing,
    };
    let carried: Vec<&str> =
        ["jwk", "jku", "x5u", "x5c"].into_iter().filter(|name| jwt.header.contains_key(*name)).collect();
    if carried.is_empty() {
        Sight::Sound("none".to_owned())
    } else {
        Sight::Broken(format!("the header has {}", carried.join(", ")))
    }
}

fn parties() -> Vec<Case> {
    vec![
        Case::new("tool-dl-iss", "iss is the tool's client_id")
            .rules(&["lti13-dl-response-iss"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, iss)),
        Case::new("tool-dl-aud", "aud contains the platform's issuer")
            .rules(&["lti13-dl-response-aud"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, aud)),
        Case::new("tool-dl-azp", "what azp says: two texts contradict each other")
            .rules(&["lti13-dl-tool-azp"])
            .sent(SENT)
            .run(Duty::Free, looks!(ORDINARY, Info, azp)),
    ]
}

/// Whether the message comes from the client that was asked.
pub(super) fn iss(answer: &Answer) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    let Answer { sent, .. } = answer;
    match answer.claim("iss") {
        Some(Value::String(iss)) if *iss == sent.client_id => Sight::Sound(format!("iss is {iss}")),
        Some(Value::String(iss)) if *iss == sent.issuer => {
            Sight::Broken(format!("iss is the platform's issuer, expected the client_id {:?}", sent.client_id))
        }
        other => Sight::Broken(format!("iss is {}, expected the client_id {:?}", shown(other), sent.client_id)),
    }
}

/// Whether the message is for the platform that asked.
pub(super) fn aud(answer: &Answer) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    let wanted = answer.sent.issuer.as_str();
    let contains = match answer.claim("aud") {
        Some(Value::String(aud)) => aud == wanted,
        Some(Value::Array(many)) => many.iter().any(|aud| aud.as_str() == Some(wanted)),
        _ => false,
    };
    if contains {
        return Sight::Sound(format!("aud is {}", shown(answer.claim("aud"))));
    }
    Sight::Broken(format!("aud is {}, expected the issuer {wanted:?}", shown(answer.claim("aud"))))
}

fn azp(answer: &Answer) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    let Answer { sent, .. } = answer;
    match answer.claim("azp") {
        None => Sight::Free("absent", "azp is absent".to_owned()),
        Some(Value::String(azp)) if *azp == sent.issuer => Sight::Free("issuer", "azp is the issuer".to_owned()),
        Some(Value::String(azp)) if *azp == sent.client_id => Sight::Free("client", "azp is the client_id".to_owned()),
        other => Sight::Free("other", format!("azp is {}", shown(other))),
    }
}

fn times() -> Vec<Case> {
    vec![
        Case::new("tool-dl-exp", "exp is there, as a number")
            .rules(&["lti13-dl-response-exp-missing", "lti13-dl-response-claim-type"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, |answer| number(answer, "exp"))),
        Case::new("tool-dl-iat", "iat is there, as a number")
            .rules(&["lti13-dl-response-iat-missing", "lti13-dl-response-claim-type"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, |answer| number(answer, "iat"))),
        Case::new("tool-dl-nonce", "the message has a nonce")
            .rules(&["lti13-dl-response-nonce-missing"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, nonce)),
        Case::new("tool-dl-nonce-fresh", "two messages have two nonces")
            .rules(&["lti13-dl-tool-nonce-fresh"])
            .sent("two deep linking requests, one after the other")
            .run(Duty::Send, |driver| Box::pin(fresh(driver))),
    ]
}

pub(super) fn number(answer: &Answer, claim: &str) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    match answer.claim(claim) {
        Some(Value::Number(_)) => Sight::Sound(format!("{claim} is a number")),
        other => Sight::Broken(format!("{claim} is {}", shown(other))),
    }
}

pub(super) fn nonce(answer: &Answer) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    match answer.claim("nonce") {
        Some(Value::String(nonce)) if !nonce.is_empty() => Sight::Sound("nonce is there".to_owned()),
        other => Sight::Broken(format!("nonce is {}", shown(other))),
    }
}

/// Compares the nonces of two answers of this run.
async fn fresh(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let mut nonces = Vec::new();
    for asking in [&ORDINARY, &CERTIFICATION_FORM] {
        if let Reply::Answered(answer) = driver.ask(asking).await? {
            nonces.extend(answer.claim("nonce").and_then(Value::as_str).map(str::to_owned));
        }
    }
    let [first, second] = nonces.as_slice() else {
        return Ok(Ended::skip("it takes two answers with a nonce to compare"));
    };
    let sight = if first == second {
        Sight::Broken("both have the same nonce".to_owned())
    } else {
        Sight::Sound("the nonces differ".to_owned())
    };
    Ok(ended(sight, Warn))
}

/// Whether the message can be accepted at the moment when it arrives, but for a few minutes by which clocks differ.
pub(super) fn timely(answer: &Answer) -> Sight {
    const LEEWAY: f64 = 300.0;
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    let time = |claim: &str| answer.claim(claim).and_then(Value::as_f64);
    let (Some(iat), Some(exp)) = (time("iat"), time("exp")) else {
        return Sight::Broken(format!("iat is {}, exp is {}", shown(answer.claim("iat")), shown(answer.claim("exp"))));
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact up to the year 285 million")]
    let now = answer.at as f64;
    if exp + LEEWAY <= now {
        Sight::Broken(format!("it expired {} s before it arrived", now - exp))
    } else if iat - LEEWAY > now {
        Sight::Broken(format!("iat is {} s ahead", iat - now))
    } else if exp <= iat {
        Sight::Broken("exp is not later than iat".to_owned())
    } else {
        Sight::Sound(format!("it is good for {} s", exp - iat))
    }
}
