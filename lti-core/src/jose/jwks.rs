//! Key sets (RFC 7517, 5): read one key at a time, so that a key nobody can use does not take the others with it.

use std::fmt;

use serde_json::{Value, json};

use super::{Algorithm, SigningKey, VerifyingKey};
use crate::id::KeyId;

/// Why a document is no key set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// There are no bytes, or only white space.
    #[error("expected a key set in JSON, the document is empty")]
    Empty,
    /// A web page came instead: a login page, an error page, a wrong address.
    #[error("expected a key set in JSON, the document is an HTML page")]
    Html,
    /// The bytes are not JSON.
    #[error("expected a key set in JSON, the document is not JSON (line {line}, column {column})")]
    NotJson {
        /// Line of the first fault, from 1.
        line: usize,
        /// Column of the first fault, from 1.
        column: usize,
    },
    /// The JSON is not an object with an array `keys` (RFC 7517, 5.1).
    #[error("expected an object with an array \"keys\" (RFC 7517, 5.1), saw {seen}")]
    NoKeys {
        /// What is there instead.
        seen: &'static str,
    },
}

/// Why one key of a set is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SkipReason {
    /// The entry is not a JSON object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// A member that its type needs is absent.
    #[error("its member {0:?} is missing")]
    MemberMissing(&'static str),
    /// A member has the wrong JSON type, or is not base64url.
    #[error("its member {0:?} cannot be read")]
    MemberMalformed(&'static str),
    /// The members do not make a key.
    #[error("{0}")]
    Malformed(&'static str),
    /// The key type is none that signs messages here.
    #[error("its kty {0:?} is not RSA or EC")]
    KeyType(String),
    /// The curve is not P-256 or P-384.
    #[error("its curve {0:?} is not P-256 or P-384")]
    Curve(String),
    /// The key is for something else, encryption as a rule (RFC 7517, 4.2).
    #[error("its use is {0:?}, not \"sig\"")]
    Use(String),
    /// The list of operations leaves out verifying (RFC 7517, 4.3).
    #[error("its key_ops leave out \"verify\"")]
    KeyOperations,
    /// The algorithm is no asymmetric signature algorithm of RFC 7518.
    #[error("its alg {0:?} is no asymmetric signature algorithm of RFC 7518")]
    Algorithm(String),
    /// A private key was published: everybody can sign with it.
    #[error("it holds private members: the key must be withdrawn")]
    Private,
    /// A shared secret was published.
    #[error("it is a symmetric key: whoever can verify with it can sign with it")]
    Symmetric,
    /// The modulus is shorter than RFC 7518, 3.3 allows.
    #[error("its RSA modulus has {bits} bits, fewer than the 2048 of RFC 7518, 3.3")]
    RsaTooShort {
        /// The length found.
        bits: usize,
    },
    /// The modulus is longer than anybody needs.
    #[error("its RSA modulus has {bits} bits, more than the 8192 that are verified here")]
    RsaTooLong {
        /// The length found.
        bits: usize,
    },
}

/// A key of a set that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// Its name, where it has one.
    pub kid: Option<KeyId>,
    /// Why it is left out.
    pub reason: SkipReason,
}

impl fmt::Display for SkippedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kid {
            Some(kid) => write!(f, "key {kid:?} is left out: {}", self.reason, kid = kid.as_str()),
            None => write!(f, "a key without kid is left out: {}", self.reason),
        }
    }
}

/// The public keys of one party.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
    skipped: Vec<SkippedKey>,
}

impl KeySet {
    /// Reads a key set. Keys that cannot verify messages are left out and listed by [`KeySet::skipped`].
    ///
    /// # Errors
    /// [`KeySetError`] when the document as a whole is no key set.
    ///
    /// ```
    /// use lti_core::jose::{KeySet, KeySetError};
    /// assert_eq!(KeySet::parse(b"<!doctype html>").unwrap_err(), KeySetError::Html);
    /// assert!(KeySet::parse(br#"{"keys":[]}"#)?.is_empty());
    /// # Ok::<(), KeySetError>(())
    /// ```
    pub fn parse(document: &[u8]) -> Result<Self, KeySetError> {
        let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document).trim_ascii();
        match document.first() {
            None => return Err(KeySetError::Empty),
            Some(b'<') => return Err(KeySetError::Html),
            Some(_) => {}
        }
        let value: Value = serde_json::from_slice(document)
            .map_err(|error| KeySetError::NotJson { line: error.line(), column: error.column() })?;
        let keys = match &value {
            Value::Object(members) => match members.get("keys") {
                Some(Value::Array(keys)) => keys,
                Some(_) => return Err(KeySetError::NoKeys { seen: "a member \"keys\" that is no array" }),
                None if members.contains_key("kty") => return Err(KeySetError::NoKeys { seen: "a single key" }),
                None => return Err(KeySetError::NoKeys { seen: "an object without it" }),
            },
            Value::Array(_) => return Err(KeySetError::NoKeys { seen: "an array" }),
            _ => return Err(KeySetError::NoKeys { seen: "a bare value" }),
        };
        let mut set = Self::default();
        for key in keys {
            match VerifyingKey::from_jwk(key) {
                Ok(key) => set.keys.push(key),
                Err(reason) => {
                    let kid = key.get("kid").and_then(Value::as_str).map(KeyId::new);
                    set.skipped.push(SkippedKey { kid, reason });
                }
            }
        }
        Ok(set)
    }

    /// A set of keys that are at hand already.
    pub fn from_keys(keys: impl IntoIterator<Item = VerifyingKey>) -> Self {
        Self { keys: keys.into_iter().collect(), skipped: Vec::new() }
    }

    /// The usable keys, in the order of the document.
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The keys that are left out, with the reason for each.
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// Whether there is no usable key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The first usable key with this name.
    pub fn find(&self, kid: &str) -> Option<&VerifyingKey> {
        self.named(kid).next()
    }

    /// Every usable key with this name: one as a rule, more where a platform reuses a `kid` for another type.
    pub fn named(&self, kid: &str) -> impl Iterator<Item = &VerifyingKey> {
        self.keys.iter().filter(move |key| key.kid().is_some_and(|known| known.as_str() == kid))
    }

    /// The keys that may have signed: those with this name, or all of them without a name, as far as they fit `alg`.
    pub fn candidates(&self, kid: Option<&str>, alg: Algorithm) -> impl Iterator<Item = &VerifyingKey> {
        self.keys.iter().filter(move |key| {
            key.fits(alg) && kid.is_none_or(|kid| key.kid().is_some_and(|known| known.as_str() == kid))
        })
    }
}

/// The document that a party publishes at its key set URL (Security Framework 1.0, 6.3): public members alone, each key
/// with its `kid`.
pub fn jwks_document<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Value {
    json!({ "keys": keys.into_iter().map(SigningKey::public_jwk).collect::<Vec<_>>() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::{KeySet, KeySetError, SkipReason, jwks_document};
    use crate::jose::{Algorithm, SigningKey};

    #[test]
    fn what_is_no_key_set_says_what_it_is() {
        assert_eq!(KeySet::parse(b" \n").unwrap_err(), KeySetError::Empty);
        assert_eq!(KeySet::parse(b"\n<html>").unwrap_err(), KeySetError::Html);
        assert_eq!(KeySet::parse(b"{\"keys\":").unwrap_err(), KeySetError::NotJson { line: 1, column: 8 });
        let seen = |text: &str| match KeySet::parse(text.as_bytes()).unwrap_err() {
            KeySetError::NoKeys { seen } => seen,
            other => panic!("{other}"),
        };
        assert_eq!(seen("{}"), "an object without it");
        assert_eq!(seen("[]"), "an array");
        assert_eq!(seen(r#"{"keys":{}}"#), "a member \"keys\" that is no array");
        assert_eq!(seen(r#"{"kty":"RSA"}"#), "a single key");
        assert_eq!(seen("7"), "a bare value");
    }

    #[test]
    fn a_key_that_cannot_be_used_does_not_take_the_others_with_it() {
        let good = SigningKey::generate_es256("good").unwrap();
        let rsa = SigningKey::generate_rs256("rsa").unwrap().public_jwk();
        let with = |base: &Value, name: &str, value: Value| {
            let mut key = base.clone();
            key["kid"] = json!("bad");
            key[name] = value;
            key
        };
        let ec = good.public_jwk();
        let rows = [
            (json!("text"), SkipReason::NotAnObject),
            (json!({"kid": "bad"}), SkipReason::MemberMissing("kty")),
            (json!({"kty": "OKP", "kid": "bad"}), SkipReason::KeyType("OKP".into())),
            (json!({"kty": "oct", "k": "AAAA", "kid": "bad"}), SkipReason::Symmetric),
            (with(&rsa, "use", json!("enc")), SkipReason::Use("enc".into())),
            (with(&rsa, "key_ops", json!(["encrypt"])), SkipReason::KeyOperations),
            (with(&rsa, "alg", json!("RSA256")), SkipReason::Algorithm("RSA256".into())),
            (with(&rsa, "alg", json!("ES256")), SkipReason::Malformed("its alg does not fit its kty")),
            (with(&rsa, "d", json!("AQAB")), SkipReason::Private),
            (with(&rsa, "n", json!("AQAB")), SkipReason::RsaTooShort { bits: 17 }),
            (with(&rsa, "n", json!("_".repeat(1400))), SkipReason::RsaTooLong { bits: 8400 }),
            (with(&rsa, "n", json!(7)), SkipReason::MemberMalformed("n")),
            (with(&rsa, "n", json!("!")), SkipReason::MemberMalformed("n")),
            (with(&rsa, "e", json!("AQ")), SkipReason::Malformed("its exponent e is not an odd number above 1")),
            (with(&rsa, "e", json!("Ag")), SkipReason::Malformed("its exponent e is not an odd number above 1")),
            (with(&ec, "crv", json!("P-521")), SkipReason::Curve("P-521".into())),
            (with(&ec, "alg", json!("ES384")), SkipReason::Malformed("its alg does not fit its curve")),
            (with(&ec, "x", json!("AQAB")), SkipReason::Malformed("its coordinates are no point on the curve")),
            (
                with(&ec, "x", json!("_".repeat(48))),
                SkipReason::Malformed("a coordinate is longer than the field of its curve"),
            ),
        ];
        for (bad, reason) in rows {
            let document = json!({"keys": [bad, ec], "extra": true}).to_string();
            let set = KeySet::parse(document.as_bytes()).unwrap();
            assert_eq!(set.skipped().len(), 1, "{bad}");
            assert_eq!(set.skipped()[0].reason, reason);
            assert!(set.find("good").is_some());
            assert!(set.find("bad").is_none());
        }
    }

    #[test]
    fn real_key_sets_are_read() {
        let key = SigningKey::generate_rs256("pad").unwrap();
        let mut jwk = key.public_jwk();
        let members = jwk.as_object_mut().unwrap();
        members.remove("alg");
        members.remove("use");
        let padded = format!("{}==", members["n"].as_str().unwrap());
        members.insert("n".into(), json!(padded));
        let set = KeySet::parse(json!({"keys": [jwk]}).to_string().as_bytes()).unwrap();
        let signature = key.sign(b"message").unwrap();
        let found = set.candidates(Some("pad"), Algorithm::Rs256).next().unwrap();
        assert_eq!(found.verify(Algorithm::Rs256, b"message", &signature), Ok(()));
        assert_eq!(found.algorithms().count(), 6);
        assert!(set.candidates(None, Algorithm::Es256).next().is_none());
    }

    #[test]
    fn our_own_document_is_read_back() {
        let keys = [SigningKey::generate_rs256("a").unwrap(), SigningKey::generate_es256("b").unwrap()];
        let document = jwks_document(&keys);
        let set = KeySet::parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(set.keys().len(), 2);
        assert!(set.skipped().is_empty());
    }
}
