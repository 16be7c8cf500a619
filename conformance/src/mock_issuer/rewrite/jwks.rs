//! Faults of the key set.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{as_page, change};
use crate::{
    keys::{KeyError, SuiteKey},
    mock_issuer::{Fault, keys::stranger},
};

/// How many keys are added to a key set that is too large.
const THOUSANDS: usize = 3_000;

/// Changes the answer; says whether it is another one now.
///
/// # Errors
/// When a stranger's key cannot be made.
pub(crate) fn rewrite(fault: Fault, answer: &mut Response<Bytes>) -> Result<bool, KeyError> {
    let stranger = stranger()?;
    Ok(match fault {
        Fault::JwksEmpty => keys(answer, |_| Vec::new()),
        Fault::JwksKeysMissing => change(answer, |members| members.remove("keys").is_some()),
        Fault::JwksDuplicateKid => {
            keys(answer, |keys| keys.into_iter().flat_map(|key| [impostor(&stranger, &key), key]).collect())
        }
        Fault::JwksStranger => keys(answer, |keys| keys.iter().map(|key| impostor(&stranger, key)).collect()),
        Fault::JwksKidMissing => keys(answer, |keys| each(keys, |key| drop_member(key, "kid"))),
        Fault::JwksPrivateKey => keys(answer, |mut keys| {
            keys.push(private());
            keys
        }),
        Fault::JwksSymmetricKey => keys(answer, |mut keys| {
            keys.push(json!({
                "kty": "oct", "kid": "shared", "alg": "HS256", "use": "sig", "k": URL_SAFE_NO_PAD.encode([7; 32]),
            }));
            keys
        }),
        Fault::JwksThousands => keys(answer, |keys| thousands(&stranger, keys)),
        Fault::JwksOddKeys => keys(answer, |keys| odd().into_iter().chain(keys).collect()),
        Fault::JwksUseEnc => keys(answer, |keys| each(keys, |key| put(key, "use", json!("enc")))),
        Fault::JwksHtml => as_page(answer),
        _ => false,
    })
}

fn keys(answer: &mut Response<Bytes>, edit: impl FnOnce(Vec<Value>) -> Vec<Value>) -> bool {
    change(answer, |members| {
        let Some(Value::Array(keys)) = members.get("keys").cloned() else { return false };
        let changed = edit(keys.clone());
        let differs = changed != keys;
        members.insert("keys".to_owned(), Value::Array(changed));
        differs
    })
}

fn each(keys: Vec<Value>, edit: impl Fn(Value) -> Value) -> Vec<Value> {
    keys.into_iter().map(edit).collect()
}

fn put(mut key: Value, name: &str, value: Value) -> Value {
    if let Some(members) = key.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    key
}

fn drop_member(mut key: Value, name: &str) -> Value {
    if let Some(members) = key.as_object_mut() {
        members.remove(name);
    }
    key
}

/// The stranger's key under the kid of this one.
fn impostor(stranger: &SuiteKey, key: &Value) -> Value {
    stranger.jwk(key.get("kid").and_then(Value::as_str).unwrap_or_default())
}

/// A private key (RFC 7517, example A.2: known to everybody, so it gives nothing away).
fn private() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "kid": "leaked", "use": "sig", "alg": "ES256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
    })
}

/// The keys behind three thousand others.
fn thousands(stranger: &SuiteKey, keys: Vec<Value>) -> Vec<Value> {
    let base = stranger.jwk("");
    let others = (0..THOUSANDS).map(|number| put(base.clone(), "kid", json!(format!("other-{number}"))));
    others.chain(keys).collect()
}

/// Keys that a reader has to pass over (RFC 7517, 5: implementations SHOULD ignore what they do not understand).
fn odd() -> Vec<Value> {
    vec![
        json!({ "kty": "QUANTUM", "kid": "odd-type", "q": "AQAB" }),
        json!({ "kty": "EC", "kid": "odd-curve", "crv": "P-1024", "x": "AQAB", "y": "AQAB" }),
        json!({ "kty": "RSA", "kid": "odd-algorithm", "alg": "RS1024", "use": "sig", "n": "AQAB", "e": "AQAB" }),
        json!({ "kty": "RSA", "kid": "broken", "use": "sig", "alg": "RS256", "n": "???" }),
        json!({ "kid": "without-type", "https://unknown.example/member": { "a": 1 } }),
    ]
}
