//! The ID token as such: its form, its header and signature, and the claims of Security Framework 1.0, 5.1.2.

use std::fmt;

use lti_core::jose::{CompactError, CompactJws};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::look::{cut, kind, list, token};
use crate::{
    case::Outcome::{Fail, FailCertified, Info, Warn},
    sight::Sight,
    subject::platform::{Arrival, Evidence, IdToken, PlatformCase, Signature},
};

/// How far the clocks of platform and suite may differ, in seconds: "usually no more than a few minutes" (5.1.2).
pub(super) const LEEWAY: f64 = 300.0;
/// The longest that a token should live, in seconds.
const LONGEST_LIFE: f64 = 3600.0;

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = form_and_signature();
    cases.extend(issuer_and_audience());
    cases.extend(times_and_nonce());
    cases
}

fn form_and_signature() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-token-shape", "the ID token is a compact JWS of JSON objects", Fail, shape)
            .rules(&["lti13-token-compact", "lti13-token-payload"]),
        PlatformCase::each("platform-token-duplicate", "each claim of the ID token is there once", Fail, duplicate)
            .rules(&["lti13-token-claim-duplicate", "lti13-token-header-duplicate"]),
        PlatformCase::each("platform-token-alg", "the ID token is signed with RS256", FailCertified, |arrival, _| {
            token(arrival, |token| match alg(token) {
                "RS256" => Sight::Sound("alg is RS256".to_owned()),
                "" => Sight::Broken("the header has no alg".to_owned()),
                alg => Sight::Broken(format!("alg is {}", cut(alg))),
            })
        })
        .rules(&["lti13-platform-token-alg"]),
        PlatformCase::each("platform-token-alg-none", "the ID token is not unsigned", Fail, |arrival, _| {
            token(arrival, |token| {
                if alg(token).eq_ignore_ascii_case("none") {
                    return Sight::Broken(format!("alg is {}", cut(alg(token))));
                }
                Sight::Sound(format!("alg is {}", cut(alg(token))))
            })
        })
        .rules(&["lti13-token-alg-none"]),
        PlatformCase::each("platform-token-hs256", "the ID token is not signed with a secret", Fail, |arrival, _| {
            token(arrival, |token| {
                if is_symmetric(token) {
                    return Sight::Broken(format!("alg is {}: signed with a shared secret", cut(alg(token))));
                }
                Sight::Sound(format!("alg is {}", cut(alg(token))))
            })
        })
        .rules(&["lti13-token-alg-symmetric"]),
        PlatformCase::each("platform-token-kid", "the header names the key by kid", FailCertified, |arrival, _| {
            token(arrival, |token| match token.header.get("kid") {
                Some(Value::String(kid)) if !kid.is_empty() => Sight::Sound(format!("kid is {}", cut(kid))),
                Some(Value::String(_)) => Sight::Broken("kid of the header is empty".to_owned()),
                Some(other) => Sight::Broken(format!("kid of the header is {}", kind(other))),
                None => Sight::Broken("the header has no kid".to_owned()),
            })
        })
        .rules(&["lti13-token-kid-missing"]),
        PlatformCase::each("platform-token-kid-named", "kid names the published key that signed", FailCertified, named)
            .rules(&["lti13-token-kid-unknown"]),
        PlatformCase::each("platform-token-signature", "a published key verifies the signature", Fail, signature)
            .rules(&["lti13-token-signature"]),
        PlatformCase::each("platform-token-header-keys", "the header carries no key of its own", Warn, |arrival, _| {
            token(arrival, |token| {
                let there: Vec<&str> =
                    ["jwk", "jku", "x5u", "x5c"].into_iter().filter(|name| token.header.contains_key(*name)).collect();
                if there.is_empty() {
                    return Sight::Sound("no jwk, jku, x5u or x5c in the header".to_owned());
                }
                Sight::Broken(format!("the header has {}", there.join(", ")))
            })
        })
        .rules(&["lti13-token-header-key"]),
    ]
}

fn issuer_and_audience() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-token-iss", "the ID token names the issuer", Fail, |arrival, evidence| {
            let issuer = &evidence.config.platform.issuer;
            claim(arrival, "iss", |iss| match iss.as_str() {
                Some(iss) if iss == issuer => Sight::Sound(format!("iss is {}", cut(iss))),
                Some(iss) => Sight::Broken(format!("iss is {}, the configured issuer is {issuer:?}", cut(iss))),
                None => Sight::Broken(format!("iss is {}", kind(iss))),
            })
        })
        .rules(&["lti13-token-iss", "lti13-token-iss-missing"]),
        PlatformCase::each("platform-token-aud", "aud contains the tool's client id", Fail, |arrival, evidence| {
            let client = evidence.config.platform.client_id.as_str();
            claim(arrival, "aud", |aud| {
                let Some(audiences) = audiences(aud) else {
                    return Sight::Broken(format!("aud is {}, no string or array of strings", kind(aud)));
                };
                if audiences.contains(&client) {
                    return Sight::Sound("aud contains the client id".to_owned());
                }
                Sight::Broken(format!("aud is {}, the tool's client id is {client:?}", list(audiences)))
            })
        })
        .rules(&["lti13-token-aud", "lti13-token-aud-missing"]),
        PlatformCase::each("platform-token-aud-others", "the ID token may name other audiences", Info, |arrival, _| {
            present(arrival, "aud", |aud| match audiences(aud) {
                Some(all) if all.len() > 1 => Sight::Free("others", format!("aud has {} values", all.len())),
                Some(_) => Sight::Sound("aud has one value".to_owned()),
                None => Sight::Nothing("aud cannot be read".to_owned()),
            })
        })
        .rules(&["lti13-platform-token-audiences"]),
        PlatformCase::each(
            "platform-token-azp",
            "azp, if it is there, is the tool's client id",
            Fail,
            |arrival, evidence| {
                let client = evidence.config.platform.client_id.as_str();
                token(arrival, |token| match token.claim("azp") {
                    None => Sight::Unsupported("the platform sends no azp".to_owned()),
                    Some(Value::String(azp)) if azp == client => Sight::Sound("azp is the client id".to_owned()),
                    Some(Value::String(azp)) => Sight::Broken(format!("azp is {}, not {client:?}", cut(azp))),
                    Some(other) => Sight::Broken(format!("azp is {}", kind(other))),
                })
            },
        )
        .rules(&["lti13-token-azp"]),
    ]
}

fn times_and_nonce() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-token-exp", "the ID token says when it ends", Fail, |arrival, _| {
            claim(arrival, "exp", |_| Sight::Sound("exp is there".to_owned()))
        })
        .rules(&["lti13-token-exp-missing"]),
        PlatformCase::each("platform-token-exp-number", "exp is a JSON number", Fail, |arrival, _| {
            number(arrival, "exp")
        })
        .rules(&["lti13-token-claim-type"]),
        PlatformCase::each("platform-token-exp-past", "the ID token has not ended when it arrives", Fail, exp_past)
            .rules(&["lti13-token-exp"]),
        PlatformCase::each("platform-token-iat", "the ID token says when it was made", Fail, |arrival, _| {
            claim(arrival, "iat", |_| Sight::Sound("iat is there".to_owned()))
        })
        .rules(&["lti13-token-iat-missing"]),
        PlatformCase::each("platform-token-iat-number", "iat is a JSON number", Fail, |arrival, _| {
            number(arrival, "iat")
        })
        .rules(&["lti13-token-claim-type"]),
        PlatformCase::each("platform-token-lifetime", "the ID token ends within an hour", Warn, |arrival, _| {
            let time = |name: &str| arrival.claim(name).and_then(Value::as_f64);
            let (Some(exp), Some(iat)) = (time("exp"), time("iat")) else {
                return Sight::Nothing("exp and iat are not both there as numbers".to_owned());
            };
            let life = exp - iat;
            if life > LONGEST_LIFE {
                return Sight::Broken(format!("it lives for {life:.0} s"));
            }
            Sight::Sound(format!("it lives for {life:.0} s"))
        })
        .rules(&["lti13-platform-token-lifetime"]),
        PlatformCase::each("platform-token-nonce", "the ID token returns the nonce unchanged", Fail, |arrival, _| {
            let Some(asked) = arrival.asked("nonce") else {
                return Sight::Nothing("no authentication request with a nonce is known".to_owned());
            };
            claim(arrival, "nonce", |nonce| match nonce.as_str() {
                Some(nonce) if nonce == asked => Sight::Sound("nonce is the request's".to_owned()),
                Some(nonce) => Sight::Broken(format!("nonce is {}, the request had {}", cut(nonce), cut(asked))),
                None => Sight::Broken(format!("nonce is {}", kind(nonce))),
            })
        })
        .rules(&["lti13-token-nonce", "lti13-token-nonce-missing"]),
    ]
}

/// A claim whose absence breaks the rule.
fn claim(arrival: &Arrival, name: &str, look: impl FnOnce(&Value) -> Sight) -> Sight {
    token(arrival, |token| match token.claim(name) {
        Some(value) => look(value),
        None => Sight::Broken(format!("the token has no {name}")),
    })
}

/// A claim whose absence another case judges.
fn present(arrival: &Arrival, name: &str, look: impl FnOnce(&Value) -> Sight) -> Sight {
    token(arrival, |token| match token.claim(name) {
        Some(value) => look(value),
        None => Sight::Nothing(format!("the token has no {name}")),
    })
}

fn number(arrival: &Arrival, name: &str) -> Sight {
    present(arrival, name, |value| match value {
        Value::Number(number) => Sight::Sound(format!("{name} is {number}")),
        other => Sight::Broken(format!("{name} is {}", kind(other))),
    })
}

fn exp_past(arrival: &Arrival, _: &Evidence) -> Sight {
    let Some(exp) = arrival.claim("exp").and_then(Value::as_f64) else {
        return Sight::Nothing("the token has no exp that is a number".to_owned());
    };
    let left = exp - seconds(arrival.at);
    if left <= -LEEWAY {
        return Sight::Broken(format!("it ended {:.0} s before it arrived, by the suite's clock", -left));
    }
    Sight::Sound(format!("it ends {left:.0} s after it arrived, give or take the clocks"))
}

/// Seconds since 1970 as JSON writes them.
#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in a double for millions of years")]
pub(super) const fn seconds(time: i64) -> f64 {
    time as f64
}

/// The audiences; nothing where the claim is neither a string nor an array of strings.
pub(super) fn audiences(aud: &Value) -> Option<Vec<&str>> {
    match aud {
        Value::String(one) => Some(vec![one]),
        Value::Array(many) => many.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn alg(token: &IdToken) -> &str {
    token.header_text("alg").unwrap_or_default()
}

fn is_symmetric(token: &IdToken) -> bool {
    alg(token).to_ascii_uppercase().starts_with("HS")
}

fn shape(arrival: &Arrival, _: &Evidence) -> Sight {
    let Some(compact) = arrival.delivery.get("id_token") else {
        return Sight::Nothing("no id_token arrived".to_owned());
    };
    let jws = match CompactJws::parse(compact) {
        Ok(jws) => jws,
        Err(CompactError::Parts { parts: 5 }) => {
            return Sight::Nothing("the token is encrypted, which is lawful and not read here".to_owned());
        }
        Err(CompactError::TooLarge { bytes }) => {
            return Sight::Nothing(format!("the token has {bytes} bytes, more than is read here"));
        }
        Err(error) => return Sight::Broken(error.to_string()),
    };
    match serde_json::from_slice::<Value>(jws.payload()) {
        Ok(Value::Object(_)) => Sight::Sound("header, payload and signature in three parts".to_owned()),
        Ok(other) => Sight::Broken(format!("the payload is {}, no object of claims", kind(&other))),
        Err(_) => Sight::Broken("the payload is no JSON".to_owned()),
    }
}

fn named(arrival: &Arrival, evidence: &Evidence) -> Sight {
    token(arrival, |token| {
        let Some(kid) = token.header_text("kid") else {
            return Sight::Nothing("the header has no kid".to_owned());
        };
        if evidence.keys.set.is_none() {
            return Sight::Nothing("the key set is not known".to_owned());
        }
        let names = || evidence.keys.entries.iter().filter_map(|key| key.get("kid").and_then(Value::as_str));
        if !names().any(|name| name == kid) {
            return Sight::Broken(format!("kid {} is not in the key set, which has {}", cut(kid), list(names())));
        }
        match &token.signature {
            Signature::Named => Sight::Sound(format!("the key {} verifies", cut(kid))),
            Signature::Unnamed => Sight::Broken(format!("kid names {}, and another key verifies", cut(kid))),
            Signature::Broken | Signature::None => Sight::Nothing("no published key verifies".to_owned()),
            Signature::Unknown(reason) => Sight::Nothing(reason.clone()),
        }
    })
}

fn signature(arrival: &Arrival, evidence: &Evidence) -> Sight {
    token(arrival, |token| match &token.signature {
        Signature::Named => Sight::Sound("the key that kid names verifies".to_owned()),
        Signature::Unnamed => Sight::Sound("a published key verifies".to_owned()),
        Signature::None => Sight::Broken("there is no signature: alg is none".to_owned()),
        Signature::Broken => match evidence.keys.set.as_ref().map_or(0, |set| set.skipped().len()) {
            0 => Sight::Broken("no published key verifies".to_owned()),
            unread => Sight::Nothing(format!(
                "no key that can be read verifies, and {unread} entries of the key set cannot be read here"
            )),
        },
        Signature::Unknown(_) if is_symmetric(token) && evidence.keys.set.is_some() => {
            Sight::Broken(format!("alg is {}: no published key verifies that", cut(alg(token))))
        }
        Signature::Unknown(reason) => Sight::Nothing(reason.clone()),
    })
}

fn duplicate(arrival: &Arrival, _: &Evidence) -> Sight {
    let Some(compact) = arrival.delivery.get("id_token") else {
        return Sight::Nothing("no id_token arrived".to_owned());
    };
    let Ok(jws) = CompactJws::parse(compact) else {
        return Sight::Nothing("the token cannot be taken apart".to_owned());
    };
    let Ok(Names(mut names)) = serde_json::from_slice::<Names>(jws.payload()) else {
        return Sight::Nothing("the payload is no object of claims".to_owned());
    };
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone());
    match twice.or_else(|| jws.header().duplicates.first().cloned()) {
        Some(name) => Sight::Broken(format!("{} is there more than once", cut(&name))),
        None => Sight::Sound(format!("{} claims, each once", names.len())),
    }
}

/// The names of an object's members, as often as they are there.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::{NOW, change, evidence, key, prove, stranger, verdicts};
    use crate::{
        forge::{Seal, Token},
        keys::Scheme,
    };

    #[test]
    fn each_fault_of_header_and_signature_turns_its_cases_alone() {
        prove(&[
            (
                "another algorithm",
                |token| token.sign_with(&key(), Scheme::Ps256),
                &[
                    ("platform-token-alg", "warn"),
                    ("platform-token-kid-named", "skip"),
                    ("platform-token-signature", "fail"),
                ],
            ),
            (
                "no signature",
                |token| seal(token, "none", Seal::Empty),
                &[
                    ("platform-token-alg", "warn"),
                    ("platform-token-alg-none", "fail"),
                    ("platform-token-kid-named", "skip"),
                    ("platform-token-signature", "fail"),
                ],
            ),
            (
                "a secret",
                |token| seal(token, "HS256", Seal::Hmac(b"suite-tool".to_vec())),
                &[
                    ("platform-token-alg", "warn"),
                    ("platform-token-hs256", "fail"),
                    ("platform-token-kid-named", "skip"),
                    ("platform-token-signature", "fail"),
                ],
            ),
            (
                "no kid",
                |token| drop(token.header.remove("kid")),
                &[("platform-token-kid", "warn"), ("platform-token-kid-named", "skip")],
            ),
            ("an unknown kid", |token| token.set_header("kid", "nobody"), &[("platform-token-kid-named", "warn")]),
            (
                "a stranger's key",
                |token| token.sign_with(&stranger(), Scheme::Rs256),
                &[("platform-token-kid-named", "skip"), ("platform-token-signature", "fail")],
            ),
            (
                "a key in the header",
                |token| token.set_header("jwk", key().jwk("own")),
                &[("platform-token-header-keys", "warn")],
            ),
            (
                "a claim twice",
                |token| token.duplicate_first("aud", &json!("somebody-else")),
                &[("platform-token-duplicate", "fail")],
            ),
        ]);
    }

    #[test]
    fn each_fault_of_issuer_and_audience_turns_its_cases_alone() {
        prove(&[
            (
                "another issuer",
                |token| token.set("iss", "https://lms.test/"),
                &[("platform-login-iss-token", "fail"), ("platform-token-iss", "fail")],
            ),
            (
                "no issuer",
                |token| token.remove("iss"),
                &[("platform-login-iss-token", "skip"), ("platform-token-iss", "fail")],
            ),
            (
                "no audience",
                |token| token.remove("aud"),
                &[
                    ("platform-login-client-id-aud", "skip"),
                    ("platform-token-aud", "fail"),
                    ("platform-token-aud-others", "skip"),
                ],
            ),
            (
                "another audience",
                |token| token.set("aud", "https://suite.test"),
                &[("platform-login-client-id-aud", "warn"), ("platform-token-aud", "fail")],
            ),
            (
                "two audiences",
                |token| token.set("aud", json!(["https://lms.test", "suite-tool"])),
                &[("platform-token-aud-others", "info")],
            ),
            ("an array of one", |token| token.set("aud", json!(["suite-tool"])), &[]),
            ("azp of the tool", |token| token.set("azp", "suite-tool"), &[("platform-token-azp", "pass")]),
            ("azp of the platform", |token| token.set("azp", "https://lms.test"), &[("platform-token-azp", "fail")]),
        ]);
    }

    #[test]
    fn each_fault_of_times_and_nonce_turns_its_cases_alone() {
        prove(&[
            (
                "no exp",
                |token| token.remove("exp"),
                &[
                    ("platform-token-exp", "fail"),
                    ("platform-token-exp-number", "skip"),
                    ("platform-token-exp-past", "skip"),
                    ("platform-token-lifetime", "skip"),
                ],
            ),
            (
                "exp as text",
                |token| token.set("exp", (NOW + 300).to_string()),
                &[
                    ("platform-token-exp-number", "fail"),
                    ("platform-token-exp-past", "skip"),
                    ("platform-token-lifetime", "skip"),
                ],
            ),
            ("an hour ago", |token| token.set("exp", NOW - 3600), &[("platform-token-exp-past", "fail")]),
            ("clocks a minute apart", |token| token.set("exp", NOW - 60), &[]),
            ("for a day", |token| token.set("exp", NOW + 86_400), &[("platform-token-lifetime", "warn")]),
            (
                "no iat",
                |token| token.remove("iat"),
                &[
                    ("platform-token-iat", "fail"),
                    ("platform-token-iat-number", "skip"),
                    ("platform-token-lifetime", "skip"),
                ],
            ),
            (
                "iat as text",
                |token| token.set("iat", NOW.to_string()),
                &[("platform-token-iat-number", "fail"), ("platform-token-lifetime", "skip")],
            ),
            ("a fraction", |token| token.set("iat", json!(1_800_000_000.25)), &[]),
            ("no nonce", |token| token.remove("nonce"), &[("platform-token-nonce", "fail")]),
            ("another nonce", |token| token.set("nonce", "NONCE"), &[("platform-token-nonce", "fail")]),
        ]);
    }

    #[test]
    fn a_token_that_is_none_is_judged_by_its_form_alone() {
        let shapes: [fn(&mut Token); 3] = [
            |token| token.raw_claims = Some("[]".to_owned()),
            |token| token.raw_claims = Some("no JSON".to_owned()),
            |token| token.tamper = Some(|token| token.replace('.', "=.")),
        ];
        for spoil in shapes {
            let mut evidence = evidence();
            change(&mut evidence, |token, _| spoil(token));
            let verdicts = verdicts(&evidence);
            let of = |id: &str| verdicts.iter().find(|(known, _)| known == id).map(|(_, verdict)| *verdict);
            assert_eq!(of("platform-token-shape"), Some("fail"));
            assert_eq!(of("platform-token-aud"), Some("skip"));
        }
    }

    fn seal(token: &mut Token, alg: &str, seal: Seal) {
        token.set_header("alg", alg);
        token.seal = seal;
    }
}
