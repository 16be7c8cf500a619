//! The rules about one key.

use serde_json::{Map, Value};

use super::super::{Algorithm, VerifyingKey, base64url};
use super::{KeySetRule, Of, kind};
use crate::jose::jwks::SkipReason;

/// The members that only a private key has (RFC 7518, 6.2.2 and 6.3.2).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

pub(super) fn lint(jwk: &Map<String, Value>, of: &mut Of<'_>) {
    name(jwk, of);
    let private: Vec<&str> = PRIVATE.into_iter().filter(|name| jwk.contains_key(*name)).collect();
    if let [only] = private[..] {
        of.report(KeySetRule::Private, "public members alone", format!("the private member {only}"));
    } else if !private.is_empty() {
        of.report(KeySetRule::Private, "public members alone", format!("the private members {}", private.join(", ")));
    }
    purpose(jwk, of);
    match jwk.get("kty") {
        None | Some(Value::Null) => of.report(KeySetRule::Kty, "kty", "none"),
        Some(Value::String(kty)) => match kty.as_str() {
            "RSA" => rsa(jwk, of),
            "EC" => ec(jwk, of),
            "oct" => of.report(KeySetRule::Symmetric, "public keys alone", "kty \"oct\", a shared secret"),
            other => of.report(KeySetRule::KtyOther, "kty \"RSA\"", format!("{other:?}")),
        },
        Some(other) => of.report(KeySetRule::MemberType, "kty as a string", kind(other)),
    }
    algorithm(jwk, of);
}

fn name(jwk: &Map<String, Value>, of: &mut Of<'_>) {
    match jwk.get("kid") {
        None | Some(Value::Null) => of.report(KeySetRule::Kid, "a kid", "none"),
        Some(Value::String(kid)) if kid.is_empty() => of.report(KeySetRule::KidForm, "a name", "an empty string"),
        Some(Value::String(_)) => {}
        Some(other) => of.report(KeySetRule::KidForm, "a string", kind(other)),
    }
}

/// `use` and `key_ops`: what the key is there for.
fn purpose(jwk: &Map<String, Value>, of: &mut Of<'_>) {
    match jwk.get("use") {
        None | Some(Value::Null) => {}
        Some(Value::String(purpose)) if purpose == "sig" => {}
        Some(Value::String(other)) => of.report(KeySetRule::Use, "use \"sig\", or none", format!("{other:?}")),
        Some(other) => of.report(KeySetRule::MemberType, "use as a string", kind(other)),
    }
    match jwk.get("key_ops") {
        None | Some(Value::Null) => {}
        Some(Value::Array(operations)) => {
            if !operations.iter().any(|operation| operation == "verify") {
                let seen: Vec<&str> = operations.iter().filter_map(Value::as_str).collect();
                of.report(KeySetRule::KeyOps, "key_ops with \"verify\", or none", format!("[{}]", seen.join(", ")));
            }
        }
        Some(other) => of.report(KeySetRule::MemberType, "key_ops as an array", kind(other)),
    }
}

fn rsa(jwk: &Map<String, Value>, of: &mut Of<'_>) {
    if let Some(modulus) = number(jwk, "n", KeySetRule::RsaMembers, of) {
        let significant = without_zeros(&modulus, "n", of);
        let bits = significant.len() * 8 - significant.first().map_or(0, |first| first.leading_zeros() as usize);
        if bits < crate::jose::key::MIN_RSA_BITS {
            of.report(KeySetRule::RsaSize, "2048 bits at least", format!("{bits} bits"));
        } else if bits > crate::jose::verifying::MAX_RSA_BITS {
            of.report(KeySetRule::RsaLong, "8192 bits at most", format!("{bits} bits"));
        }
    }
    if let Some(exponent) = number(jwk, "e", KeySetRule::RsaMembers, of) {
        let significant = without_zeros(&exponent, "e", of);
        if matches!(significant, [] | [1]) || significant.last().is_some_and(|last| last % 2 == 0) {
            of.report(KeySetRule::RsaExponent, "an odd number above 1, 65537 as a rule", "another number");
        }
    }
}

fn ec(jwk: &Map<String, Value>, of: &mut Of<'_>) {
    let length = match jwk.get("crv") {
        Some(Value::String(curve)) => match curve.as_str() {
            "P-256" => 32,
            "P-384" => 48,
            other => return of.report(KeySetRule::EcCurve, "P-256 or P-384", format!("{other:?}")),
        },
        None | Some(Value::Null) => return of.report(KeySetRule::EcMembers, "the curve in crv", "none"),
        Some(other) => return of.report(KeySetRule::EcMembers, "crv as a string", kind(other)),
    };
    let mut sound = true;
    for name in ["x", "y"] {
        let coordinate = number(jwk, name, KeySetRule::EcMembers, of);
        sound &= coordinate.as_ref().is_some_and(|bytes| bytes.len() == length);
        if let Some(bytes) = coordinate.filter(|bytes| bytes.len() != length) {
            of.report(KeySetRule::EcMembers, format!("{name} of {length} octets"), format!("{} octets", bytes.len()));
        }
    }
    // The key without what other rules are about: only a point that is none is left to be found.
    let bare: Map<String, Value> = ["kty", "crv", "x", "y"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), jwk.get(*name)?.clone())))
        .collect();
    if sound && matches!(VerifyingKey::from_jwk(&Value::Object(bare)), Err(SkipReason::Malformed(_))) {
        of.report(KeySetRule::EcMembers, "x and y of a point on the curve", "no point of it");
    }
}

/// `alg`, and whether it belongs to this type of key.
fn algorithm(jwk: &Map<String, Value>, of: &mut Of<'_>) {
    let name = match jwk.get("alg") {
        None | Some(Value::Null) => {
            return of.report(KeySetRule::AlgMissing, "alg, if only for older libraries", "none");
        }
        Some(Value::String(name)) => name,
        Some(other) => return of.report(KeySetRule::MemberType, "alg as a string", kind(other)),
    };
    // The algorithm of an encryption key or of a shared secret is none of ours.
    let signs = jwk.get("use").is_none_or(|purpose| purpose.is_null() || purpose == "sig");
    let text = |member: &str| jwk.get(member).and_then(Value::as_str);
    let (Some(kty @ ("RSA" | "EC")), true) = (text("kty"), signs) else { return };
    match name.parse::<Algorithm>() {
        Err(_) => of.report(KeySetRule::Alg, "a name like RS256", format!("{name:?}")),
        Ok(algorithm) => {
            let fits = match algorithm {
                Algorithm::Es256 => kty == "EC" && text("crv").is_none_or(|curve| curve == "P-256"),
                Algorithm::Es384 => kty == "EC" && text("crv").is_none_or(|curve| curve == "P-384"),
                _ => kty == "RSA",
            };
            if !fits {
                let key = text("crv").filter(|_| kty == "EC").unwrap_or(kty);
                of.report(KeySetRule::AlgKty, format!("an alg of {key}"), format!("{name:?}"));
            }
        }
    }
}

/// The octets of a number, however it is written; a finding where it is written wrongly.
fn number(jwk: &Map<String, Value>, name: &str, missing: KeySetRule, of: &mut Of<'_>) -> Option<Vec<u8>> {
    let text = match jwk.get(name) {
        Some(Value::String(text)) if !text.is_empty() => text,
        None | Some(Value::Null) => {
            of.report(missing, name, "none");
            return None;
        }
        Some(other) => {
            let seen = if other.is_string() { "an empty string" } else { kind(other) };
            of.report(missing, format!("{name} as base64url text"), seen);
            return None;
        }
    };
    if let Ok(bytes) = base64url::decode(text) {
        return Some(bytes);
    }
    if let Ok(bytes) = base64url::decode_lenient(text) {
        of.report(KeySetRule::Padding, format!("{name} without padding"), "= at its end");
        return Some(bytes);
    }
    let (seen, bytes) = spoilt(text);
    of.report(KeySetRule::Encoding, format!("{name} in base64url"), seen);
    bytes
}

/// What stands in place of base64url, and its octets where they can be guessed.
fn spoilt(text: &str) -> (&'static str, Option<Vec<u8>>) {
    if text.contains("-----BEGIN") {
        return ("a PEM block", None);
    }
    let swapped: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let swapped = swapped.replace('+', "-").replace('/', "_");
    match base64url::decode_lenient(&swapped) {
        Ok(bytes) if text.contains(['+', '/']) => ("the alphabet of ordinary base64 (+ and /)", Some(bytes)),
        Ok(bytes) => ("white space inside", Some(bytes)),
        Err(_) => ("text that is no base64 of any kind", None),
    }
}

fn without_zeros<'b>(bytes: &'b [u8], name: &str, of: &mut Of<'_>) -> &'b [u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    if zeros > 0 && bytes.len() > 1 {
        of.report(KeySetRule::LeadingZero, format!("{name} without zeros in front"), format!("{zeros} of them"));
    }
    &bytes[zeros..]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::LazyLock;

    use serde_json::{Value, json};

    use super::super::lint;
    use super::KeySetRule::{self, *};
    use crate::jose::{SigningKey, base64url};

    static RSA: LazyLock<Value> = LazyLock::new(|| SigningKey::generate_rs256("k").unwrap().public_jwk());
    static EC: LazyLock<Value> = LazyLock::new(|| SigningKey::generate_es256("k").unwrap().public_jwk());

    fn rules(jwk: &Value) -> Vec<KeySetRule> {
        lint(json!({ "keys": [jwk] }).to_string().as_bytes()).iter().map(|finding| finding.rule).collect()
    }

    fn with(base: &Value, name: &str, value: Value) -> Value {
        let mut jwk = base.clone();
        jwk[name] = value;
        jwk
    }

    fn without(base: &Value, name: &str) -> Value {
        let mut jwk = base.clone();
        jwk.as_object_mut().unwrap().remove(name);
        jwk
    }

    /// One named change of a sound RSA key, and the rules that it breaks.
    #[test]
    fn each_fault_of_an_rsa_key_is_named() {
        let n = RSA["n"].as_str().unwrap();
        let mut modulus = base64url::decode(n).unwrap();
        modulus.insert(0, 0);
        let rows: Vec<(Value, &[KeySetRule])> = vec![
            (without(&RSA, "kty"), &[Kty, Unusable]),
            (with(&RSA, "kty", json!(1)), &[MemberType, Unusable]),
            (with(&RSA, "kty", json!("OKP")), &[KtyOther, Unusable]),
            (with(&RSA, "kty", json!("oct")), &[Symmetric, Unusable]),
            (without(&RSA, "kid"), &[Kid]),
            (with(&RSA, "kid", json!("")), &[KidForm]),
            (with(&RSA, "kid", json!(7)), &[KidForm, Unusable]),
            (with(&RSA, "d", json!("AQAB")), &[Private, Unusable]),
            (without(&RSA, "n"), &[RsaMembers, Unusable]),
            (with(&RSA, "e", json!(65537)), &[RsaMembers, Unusable]),
            (with(&RSA, "n", json!("w".repeat(171))), &[RsaSize, Unusable]),
            (with(&RSA, "n", json!("_".repeat(1400))), &[RsaLong, Unusable]),
            (with(&RSA, "e", json!("AQ")), &[RsaExponent, Unusable]),
            (with(&RSA, "e", json!("Ag")), &[RsaExponent, Unusable]),
            (with(&RSA, "e", json!("AAEAAQ")), &[LeadingZero]),
            (with(&RSA, "n", json!(base64url::encode(&modulus))), &[LeadingZero]),
            (with(&RSA, "n", json!(format!("{n}=="))), &[Padding]),
            (with(&RSA, "n", json!("-----BEGIN PUBLIC KEY-----")), &[Encoding, Unusable]),
            (with(&RSA, "e", json!("AQ AB")), &[Encoding, Unusable]),
            (with(&RSA, "e", json!("!!")), &[Encoding, Unusable]),
            (without(&RSA, "alg"), &[AlgMissing]),
            (with(&RSA, "alg", json!("RSA256")), &[Alg, Unusable]),
            (with(&RSA, "alg", json!("ES256")), &[AlgKty, Unusable]),
            (with(&RSA, "alg", json!(256)), &[MemberType, Unusable]),
            (with(&RSA, "use", json!("enc")), &[Use, Unusable]),
            (with(&RSA, "use", json!(1)), &[MemberType, Unusable]),
            (with(&RSA, "key_ops", json!(["sign"])), &[KeyOps, Unusable]),
            (with(&RSA, "key_ops", json!("verify")), &[MemberType]),
            (with(&RSA, "x5t", json!("unknown members are ignored")), &[]),
        ];
        for (jwk, expected) in rows {
            assert_eq!(rules(&jwk), expected, "{jwk}");
        }
    }

    #[test]
    fn each_fault_of_an_ec_key_is_named() {
        let rows: Vec<(Value, &[KeySetRule])> = vec![
            (without(&EC, "crv"), &[EcMembers, Unusable]),
            (with(&EC, "crv", json!(256)), &[EcMembers, Unusable]),
            (with(&EC, "crv", json!("P-521")), &[EcCurve, AlgKty, Unusable]),
            (without(&EC, "y"), &[EcMembers, Unusable]),
            (with(&EC, "x", json!("AQAB")), &[EcMembers, Unusable]),
            (with(&EC, "x", json!("A".repeat(43))), &[EcMembers, Unusable]),
            (with(&EC, "alg", json!("RS256")), &[AlgKty, Unusable]),
            (with(&EC, "alg", json!("ES384")), &[AlgKty, Unusable]),
        ];
        for (jwk, expected) in rows {
            assert_eq!(rules(&jwk), expected, "{jwk}");
        }
    }
}
