//! What stands in ID tokens (`OpenID` Connect Core 1.0, 2, 3.2.2.10 and 3.3.2.11).

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::common::{control, front_token, holds, number, plain_oauth};
use crate::{
    case::{Ended, Outcome::Fail},
    sight::{Sight, ended},
    subject::issuer::{Ask, IdToken, IssuerCase, IssuerDriver, Signature},
};

/// The response types that bring an ID token through the browser.
const FRONT: [&str; 4] = ["id_token", "id_token token", "code id_token", "code id_token token"];
/// What no clock explains, in seconds.
const BEYOND: i64 = 3600;
/// How far clocks may differ, in seconds: "a few minutes" (RFC 7519, 4.1.4).
const LEEWAY: i64 = 300;

/// Why an ID token that cannot be read is not judged.
fn not_read(_: &str) -> Ended {
    Ended::skip("the sound flow brought no ID token that can be taken apart")
}

/// What is no JWT fails (OpenID Connect Core 1.0, 2), once. One of five parts is encrypted, and not for this suite to read.
fn no_jwt(token: &str) -> Ended {
    if token.is_empty() || matches!(token.split('.').count(), 3 | 5) {
        return not_read(token);
    }
    Ended::judged(Fail, "no-jwt", "what came as id_token is no JWT: it has not three parts")
}

/// A case that looks at the ID token of the sound flow.
macro_rules! back {
    ($id:literal, $title:literal, $rule:literal, $look:expr) => {
        back!($id, $title, $rule, not_read, $look)
    };
    ($id:literal, $title:literal, $rule:literal, $unread:ident, $look:expr) => {
        IssuerCase::steps($id, $title, |driver| {
            const LOOK: fn(&IdToken, &Ask, &IssuerDriver<'_>) -> Sight = $look;
            Box::pin(async move {
                if let Some(ended) = plain_oauth(driver) {
                    return Ok(ended);
                }
                let (granted, tokens) = control(driver)?;
                let Some(token) = tokens.id_token(&driver.grounds.keys) else {
                    return Ok($unread(tokens.text("id_token").unwrap_or_default()));
                };
                Ok(ended(LOOK(&token, &granted.ask, driver), Fail))
            })
        })
        .rules(&[$rule])
        .sent("nothing: looks at the ID token of the sound flow")
    };
}

/// A case that looks at an ID token of a response.
macro_rules! front {
    ($id:literal, $title:literal, $rule:literal, $types:expr, $look:expr) => {
        IssuerCase::steps($id, $title, |driver| {
            const LOOK: fn(&IdToken, &Ask, &dyn Fn(&str) -> Option<String>) -> Sight = $look;
            Box::pin(async move {
                let (ask, answer, token) = match front_token(driver, &$types).await? {
                    Ok(brought) => brought,
                    Err(ended) => return Ok(ended),
                };
                let field = |name: &str| answer.get(name).map(str::to_owned);
                Ok(ended(LOOK(&token, &ask, &field), Fail))
            })
        })
        .rules(&[$rule])
        .sent("a sound request for a response type that brings an ID token through the browser")
    };
}

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    let mut cases = contents();
    cases.extend(bindings());
    cases.extend(fronts());
    cases
}

/// Which claims are there, and what they say.
fn contents() -> Vec<IssuerCase> {
    vec![
        back!(
            "issuer-id-token-claims",
            "an ID token has iss, sub, aud, exp and iat",
            "oidc-id-token-claims",
            no_jwt,
            |token, _, _| {
                let text = |name: &str| matches!(token.claim(name), Some(Value::String(text)) if !text.is_empty());
                let count = |name: &str| token.claim(name).is_some_and(Value::is_number);
                let aud = matches!(token.claim("aud"), Some(Value::String(_) | Value::Array(_)));
                let wrong: Vec<&str> = [
                    ("iss", text("iss")),
                    ("sub", text("sub")),
                    ("aud", aud),
                    ("exp", count("exp")),
                    ("iat", count("iat")),
                ]
                .into_iter()
                .filter(|(_, sound)| !sound)
                .map(|(name, _)| name)
                .collect();
                match wrong.as_slice() {
                    [] => Sight::Sound("all are there".to_owned()),
                    wrong => Sight::Broken(format!("missing or of another type: {}", wrong.join(", "))),
                }
            }
        ),
        back!(
            "issuer-id-token-issuer",
            "iss is the issuer of the metadata",
            "oidc-id-token-issuer",
            |token, _, driver| {
                let issuer = driver.grounds.metadata.text("issuer").unwrap_or(&driver.world.config.issuer.url);
                // Where the metadata name quite another issuer than was asked for, their own case says so.
                let asked = &driver.world.config.issuer.url;
                let other = issuer.trim_end_matches('/') != asked.trim_end_matches('/');
                match token.text("iss") {
                    Some(iss) if iss == issuer || (other && iss == asked) => Sight::Sound(format!("iss is {iss}")),
                    Some(iss) => Sight::Broken(format!("iss is {iss:?}, the metadata say {issuer:?}")),
                    None => Sight::Nothing("the ID token has no iss".to_owned()),
                }
            }
        ),
        back!("issuer-id-token-audience", "aud holds the client id", "oidc-id-token-audience", |token, ask, _| {
            match token.claim("aud") {
                Some(aud) if holds(aud, &ask.client.id) => Sight::Sound("aud holds the client id".to_owned()),
                Some(aud) => Sight::Broken(format!("aud is {aud}, the client is {:?}", ask.client.id)),
                None => Sight::Nothing("the ID token has no aud".to_owned()),
            }
        }),
        back!(
            "issuer-id-token-times",
            "an ID token has not ended when it is given",
            "oidc-id-token-times",
            |token, _, driver| {
                let at =
                    driver.grounds.control.as_ref().map_or_else(|| driver.world.clock.now(), |(_, tokens)| tokens.at);
                let numeric = |name: &str| token.claim(name).is_some_and(Value::is_number);
                match (number(token, "exp"), number(token, "iat")) {
                    (Some(exp), Some(iat)) if numeric("exp") && numeric("iat") => {
                        if exp < at - BEYOND {
                            Sight::Broken(format!("it ended {} s before it was given", at - exp))
                        } else if exp < at - LEEWAY || exp < iat || iat > at + LEEWAY {
                            Sight::Free(
                                "late",
                                format!("iat and exp are {} s and {} s from the time it came", iat - at, exp - at),
                            )
                        } else {
                            Sight::Sound(format!("good for {} s", exp - iat))
                        }
                    }
                    _ => Sight::Nothing("exp or iat is no number".to_owned()),
                }
            }
        ),
    ]
}

/// What binds an ID token to the request, to its user and to a key.
fn bindings() -> Vec<IssuerCase> {
    vec![
        back!(
            "issuer-id-token-nonce",
            "the nonce of a code flow stands in the ID token",
            "oidc-id-token-nonce",
            |token, ask, _| { nonce(token, ask) }
        ),
        back!(
            "issuer-id-token-signature",
            "an ID token is signed with a published key",
            "oidc-id-token-signature",
            |token, _, _| {
                match token.signature {
                    // Lawful from the token endpoint where the client registered it (Core 1.0, 2).
                    Signature::None => Sight::Nothing("the ID token of the token endpoint is not signed".to_owned()),
                    _ => signature(token),
                }
            }
        ),
        back!("issuer-id-token-sub", "sub has 255 ASCII characters at most", "oidc-id-token-sub", |token, _, _| {
            match token.text("sub") {
                Some(sub) if sub.len() <= 255 && sub.is_ascii() => Sight::Sound(format!("{} characters", sub.len())),
                Some(sub) => Sight::Broken(format!("{} bytes, ASCII: {}", sub.len(), sub.is_ascii())),
                None => Sight::Nothing("the ID token has no sub".to_owned()),
            }
        }),
        back!(
            "issuer-id-token-kid",
            "where there are several keys, kid names one",
            "oidc-id-token-kid",
            |token, _, driver| {
                match (driver.grounds.keys.entries.len(), token.header_text("kid")) {
                    (0 | 1, _) => Sight::Free("single", "the key set has one key, or none".to_owned()),
                    (_, Some(kid)) => Sight::Sound(format!("kid {kid:?}")),
                    (_, None) if token.header_text("alg").is_some_and(|alg| alg.starts_with("HS") || alg == "none") => {
                        Sight::Nothing("no published key signs it".to_owned())
                    }
                    (keys, None) => Sight::Broken(format!("{keys} keys are published, and the header has no kid")),
                }
            }
        ),
    ]
}

fn nonce(token: &IdToken, ask: &Ask) -> Sight {
    match (token.text("nonce"), ask.get("nonce")) {
        (Some(said), Some(sent)) if said == sent => Sight::Sound("the same nonce".to_owned()),
        (Some(_), _) => Sight::Broken("another nonce than the request's".to_owned()),
        (None, _) => Sight::Broken("no nonce".to_owned()),
    }
}

fn signature(token: &IdToken) -> Sight {
    match &token.signature {
        Signature::Named => Sight::Sound("verified by the key that kid names".to_owned()),
        Signature::Unnamed => Sight::Sound("verified by a published key".to_owned()),
        Signature::Broken => Sight::Broken("no published key verifies it".to_owned()),
        Signature::None => Sight::Nothing("it is not signed".to_owned()),
        Signature::Unknown(reason) => Sight::Nothing(reason.clone()),
    }
}

fn fronts() -> Vec<IssuerCase> {
    vec![
        front!(
            "issuer-id-token-nonce-front",
            "the nonce stands in an ID token that goes through the browser",
            "oidc-id-token-nonce",
            FRONT,
            |token, ask, _| nonce(token, ask)
        ),
        front!(
            "issuer-id-token-signature-front",
            "an ID token that goes through the browser is signed with a published key",
            "oidc-id-token-signature",
            FRONT,
            |token, _, _| signature(token)
        ),
        front!(
            "issuer-id-token-front-none",
            "an ID token that goes through the browser is signed at all",
            "oidc-id-token-front-none",
            FRONT,
            |token, _, _| match token.signature {
                Signature::None => Sight::Broken("alg is none".to_owned()),
                _ => Sight::Sound(format!("alg {:?}", token.header_text("alg").unwrap_or_default())),
            }
        ),
        front!(
            "issuer-id-token-at-hash",
            "an ID token beside an access token has its at_hash",
            "oidc-id-token-at-hash",
            ["id_token token", "code id_token token"],
            |token, _, field| hashed(token, "at_hash", field("access_token"))
        ),
        front!(
            "issuer-id-token-c-hash",
            "an ID token beside a code has its c_hash",
            "oidc-id-token-c-hash",
            ["code id_token", "code id_token token"],
            |token, _, field| hashed(token, "c_hash", field("code"))
        ),
    ]
}

/// The left half of a hash (3.2.2.9 and 3.3.2.10), with the hash of the token's own algorithm.
fn hashed(token: &IdToken, claim: &str, value: Option<String>) -> Sight {
    let Some(value) = value else { return Sight::Nothing("the response does not have what is hashed".to_owned()) };
    let alg = token.header_text("alg").unwrap_or_default();
    let algorithm = match alg.get(2..) {
        Some("256") => &digest::SHA256,
        Some("384") => &digest::SHA384,
        Some("512") => &digest::SHA512,
        _ => return Sight::Nothing(format!("alg {alg:?} names no hash")),
    };
    let hash = digest::digest(algorithm, value.as_bytes());
    let half = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2]);
    match token.text(claim) {
        Some(said) if said == half => Sight::Sound(format!("{claim} fits")),
        Some(_) => Sight::Broken(format!("{claim} does not fit")),
        None => Sight::Broken(format!("there is no {claim}")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_hashed_is_named_by_the_algorithm() {
        let token = |alg: &str, at_hash: &str| {
            let header = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{alg}\"}}"));
            let claims = URL_SAFE_NO_PAD.encode(format!("{{\"at_hash\":\"{at_hash}\"}}"));
            IdToken::read(&format!("{header}.{claims}.x"), &crate::subject::issuer::PublishedKeys::default()).unwrap()
        };
        // OpenID Connect Core 1.0, appendix A.3 has this pair.
        let access = Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y".to_owned());
        let fits = hashed(&token("RS256", "77QmUPtjPfzWtF2AnpK9RQ"), "at_hash", access.clone());
        assert_eq!(fits, Sight::Sound("at_hash fits".to_owned()));
        assert!(matches!(hashed(&token("RS384", "77QmUPtjPfzWtF2AnpK9RQ"), "at_hash", access), Sight::Broken(_)));
    }
}
