//! The client assertion of a token request: what it claims, and who signed it.

use serde_json::Value;

use super::{each, shown};
use crate::{
    acts::TokenRequests,
    case::{
        Case, Duty, Ended, Outcome,
        Outcome::{Fail, Warn},
    },
    driver::{Driver, Halt},
    services::{Assertion, Call, CallKind},
    sight::Sight,
    subject::platform::{IdToken, PublishedKeys, Signature},
};

/// The claim of the deployment.
const DEPLOYMENT: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";
/// How far `iat` may be from the suite's clock, in seconds.
const SKEW: i64 = 300;
/// An assertion that is good for longer than this, in seconds, is good for long.
const LONG: i64 = 3600;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-token-claims", "a client assertion has iss, sub, aud, iat, exp and jti")
            .rules(&["lti13-token-assertion-claims"])
            .tokens(Fail, claims),
        Case::new("tool-token-sub", "iss and sub of a client assertion are the client_id")
            .rules(&["lti13-token-assertion-sub"])
            .tokens(Fail, sub),
        Case::new("tool-token-aud", "aud of a client assertion is the token URL or the issuer")
            .rules(&["lti13-token-assertion-aud"])
            .tokens(Fail, aud),
        Case::new("tool-token-iat", "iat of a client assertion is now")
            .rules(&["lti13-token-assertion-iat"])
            .tokens(Warn, iat),
        Case::new("tool-token-exp", "exp of a client assertion is ahead, by an hour at most")
            .rules(&["lti13-token-assertion-exp"])
            .tokens(Warn, exp),
        Case::new("tool-token-numbers", "iat and exp of a client assertion are JSON numbers")
            .rules(&["lti13-token-assertion-numbers"])
            .tokens(Warn, numbers),
        Case::new("tool-token-jti", "jti of a client assertion is new each time")
            .rules(&["lti13-token-assertion-jti"])
            .tokens(Warn, jti),
        Case::new("tool-token-alg", "a client assertion names the algorithm of its signature")
            .rules(&["lti13-token-assertion-alg"])
            .tokens(Fail, alg),
        Case::new("tool-token-symmetric", "a client assertion is not signed by a shared secret")
            .rules(&["lti13-token-assertion-symmetric"])
            .tokens(Fail, symmetric),
        Case::new("tool-token-signature", "a client assertion verifies with a key that the tool publishes")
            .rules(&["lti13-token-assertion-signature"])
            .sent("nothing: looks at the token requests of sound sessions, and fetches the tool's key set")
            .run(Duty::Send, |driver| Box::pin(signature(driver))),
        Case::new("tool-token-kid", "a client assertion names its key")
            .rules(&["lti13-token-assertion-kid"])
            .tokens(Warn, kid),
        Case::new("tool-token-deployment", "a client assertion names the deployment")
            .rules(&["lti13-token-assertion-deployment"])
            .tokens(Warn, deployment),
    ]
}

/// Looks at the assertion of each request.
fn assertions(requests: &TokenRequests, wrong: impl Fn(&Assertion, &Call) -> Option<String>) -> Sight {
    if requests.calls.iter().all(|call| call.assertion().is_none()) && !requests.calls.is_empty() {
        return Sight::Nothing("no token request brings a client assertion that can be read".to_owned());
    }
    each(requests.calls.iter(), CallKind::Token, |call| call.assertion().and_then(|assertion| wrong(&assertion, call)))
}

fn claims(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| {
        let missing: Vec<&str> = ["iss", "sub", "aud", "iat", "exp", "jti"]
            .into_iter()
            .filter(|name| assertion.claims.get(*name).is_none_or(Value::is_null))
            .collect();
        (!missing.is_empty()).then(|| format!("{} missing", missing.join(", ")))
    })
}

fn sub(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| {
        ["iss", "sub"].into_iter().find_map(|name| {
            let value = assertion.claims.get(name)?;
            let same = value.as_str() == Some(requests.client_id.as_str());
            (!same).then(|| format!("{name} is {}, the client_id is \"{}\"", shown(value), requests.client_id))
        })
    })
}

fn aud(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| {
        let value = assertion.claims.get("aud")?;
        let all: Vec<&str> = match value {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        };
        let known = all.iter().any(|one| requests.audiences.iter().any(|known| known == one));
        (!known).then(|| format!("aud is {}, the token URL is \"{}\"", shown(value), requests.audiences[0]))
    })
}

/// A moment of the assertion, also where it was written as text.
fn moment(assertion: &Assertion, name: &str) -> Option<i64> {
    match assertion.claims.get(name)? {
        Value::Number(number) => number.as_f64().map(seconds),
        Value::String(text) => text.parse::<f64>().ok().map(seconds),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a moment that no i64 holds is as wrong as the largest one")]
fn seconds(value: f64) -> i64 {
    value as i64
}

fn iat(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, call| {
        let off = moment(assertion, "iat")?.saturating_sub(call.at);
        (off.saturating_abs() > SKEW)
            .then(|| format!("iat is {} s {}", off.saturating_abs(), if off > 0 { "ahead" } else { "behind" }))
    })
}

fn exp(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, call| {
        let exp = moment(assertion, "exp")?;
        let left = exp.saturating_sub(call.at);
        if left <= 0 {
            return Some(format!("exp is {} s behind", left.saturating_abs()));
        }
        // By the sender's own clock, which may go a little ahead of this one.
        let life = exp.saturating_sub(moment(assertion, "iat").unwrap_or(call.at));
        (left > LONG && life > LONG).then(|| format!("exp is {left} s ahead"))
    })
}

fn numbers(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| {
        ["iat", "exp"].into_iter().find_map(|name| {
            let value = assertion.claims.get(name)?;
            (!value.is_number()).then(|| format!("{name} is {}", shown(value)))
        })
    })
}

fn jti(requests: &TokenRequests) -> Sight {
    let read = |call: &Call| {
        let assertion = call.assertion()?;
        Some((assertion.claims.get("jti").cloned()?, moment(&assertion, "exp"), call.at))
    };
    let all: Vec<(Value, Option<i64>, i64)> = requests.calls.iter().filter_map(read).collect();
    if all.len() < 2 {
        return Sight::Nothing("only one token request came, or none with a jti".to_owned());
    }
    let mut again = None;
    for (index, (jti, _, at)) in all.iter().enumerate() {
        let Some((_, exp, _)) = all[..index].iter().rfind(|(known, ..)| known == jti) else { continue };
        if exp.is_none_or(|exp| *at <= exp) {
            return Sight::Broken(format!("jti {} came twice before its exp", shown(jti)));
        }
        again = Some(jti);
    }
    match again {
        // From exp on it may come again (Security Framework 1.0, 4.1.1).
        Some(jti) => Sight::Free("reused", format!("jti {} came again after its exp", shown(jti))),
        None => Sight::Sound(format!("{} requests, each with a jti of its own", all.len())),
    }
}

fn alg(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| match assertion.header.get("alg").and_then(Value::as_str) {
        None => Some("its header has no alg".to_owned()),
        Some(alg) if alg.eq_ignore_ascii_case("none") => Some("alg is none".to_owned()),
        Some(_) => None,
    })
}

fn symmetric(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| {
        let alg = assertion.header.get("alg").and_then(Value::as_str)?;
        alg.starts_with("HS").then(|| format!("alg is {alg}"))
    })
}

/// Whether the tool's published keys verify what it signed.
async fn signature(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let requests = match driver.token_requests().await? {
        Ok(requests) => requests,
        Err(ended) => return Ok(ended),
    };
    let Some(url) = driver.world.config.tool.jwks_url.clone() else {
        return Ok(Ended::skip("tool.jwks_url is not configured, so nothing can be verified"));
    };
    let request = http::Request::get(url.as_str()).body(bytes::Bytes::new());
    let request = request.map_err(|error| Halt::Skip(format!("jwks_url {url}: {error}")))?;
    let keys = PublishedKeys::of(&driver.world.transport().send(request).await?);
    let mut verified = 0;
    for assertion in requests.calls.iter().filter_map(Call::assertion) {
        let token = IdToken::read(&assertion.compact, &keys);
        match token.map(|token| token.signature) {
            Some(Signature::Named | Signature::Unnamed) => verified += 1,
            // Symmetric and missing signatures have cases of their own.
            Some(Signature::Unknown(reason)) => return Ok(Ended::skip(reason)),
            Some(Signature::None) => return Ok(Ended::skip("the assertion has no signature")),
            Some(Signature::Broken) | None => {
                driver.note_calls(&requests.calls);
                let seen = "no key of the tool's key set verifies the assertion";
                return Ok(Ended::judged(Fail, "broken", seen));
            }
        }
    }
    if verified == 0 {
        return Ok(Ended::skip("no token request brings a client assertion that can be read"));
    }
    Ok(Ended::judged(Outcome::Pass, "sound", format!("{verified} of {verified} verify")))
}

fn kid(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| {
        let named = assertion.header.get("kid").and_then(Value::as_str).is_some_and(|kid| !kid.is_empty());
        (!named).then(|| "its header has no kid".to_owned())
    })
}

fn deployment(requests: &TokenRequests) -> Sight {
    assertions(requests, |assertion, _| match assertion.claims.get(DEPLOYMENT) {
        None => Some("the claim deployment_id is missing".to_owned()),
        Some(Value::String(id)) if requests.deployments.contains(id) => None,
        Some(other) => Some(format!("deployment_id is {}, which is no deployment of this client", shown(other))),
    })
}
