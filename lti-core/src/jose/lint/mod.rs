//! The linter of key sets: everything that is wrong with a published set, key by key, with the clause behind it.
//!
//! [`super::KeySet`] leaves out what cannot be used and goes on, as a receiver must. This module is for whoever
//! publishes the set: it names each mistake, also those that a lenient receiver overlooks. Values of private members
//! never occur in a finding.
//!
//! ```
//! use lti_core::jose::lint::{KeySetRule, lint};
//! let findings = lint(br#"{"keys":[{"kty":"RSA","e":"AQAB"}]}"#);
//! let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
//! assert!(rules.contains(&KeySetRule::Kid) && rules.contains(&KeySetRule::RsaMembers));
//! ```

mod key;
mod rule;

use std::fmt;

use serde_json::{Map, Value};

pub use self::rule::{KeySetRule, Severity};
use super::{KeySet, VerifyingKey};

/// One rule that a key set breaks, with what was expected and what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyFinding {
    /// The rule.
    pub rule: KeySetRule,
    /// Which key of the array, from 0; absent where the set as a whole is meant.
    pub index: Option<usize>,
    /// The name of that key, where it has one.
    pub kid: Option<String>,
    /// What the rule asks for.
    pub expected: String,
    /// What the set has.
    pub seen: String,
}

impl KeyFinding {
    /// The most that a report may say of it.
    pub const fn severity(&self) -> Severity {
        self.rule.severity()
    }
}

impl fmt::Display for KeyFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.index, &self.kid) {
            (Some(index), Some(kid)) => write!(f, "key {} ({kid:?}): ", index + 1)?,
            (Some(index), None) => write!(f, "key {}: ", index + 1)?,
            (None, _) => {}
        }
        write!(f, "{}: expected {}, saw {}", self.rule.id(), self.expected, self.seen)
    }
}

/// Names everything that is wrong with a published key set, in the order of its keys; nothing for a sound set.
pub fn lint(document: &[u8]) -> Vec<KeyFinding> {
    let mut findings = Findings::default();
    if let Err(error) = KeySet::parse(document) {
        findings.set(KeySetRule::Document, "a JSON object with an array \"keys\"", error.to_string());
        return findings.0;
    }
    let keys = entries(document);
    if keys.is_empty() {
        findings.set(KeySetRule::Empty, "at least one key", "an empty array");
        return findings.0;
    }
    for (index, entry) in keys.iter().enumerate() {
        match entry {
            Value::Object(jwk) => key::lint(jwk, &mut findings.of(index, jwk)),
            other => {
                let mut of = Of { findings: &mut findings, index, kid: None };
                of.report(KeySetRule::Entry, "a JSON object", kind(other));
            }
        }
    }
    names(&keys, &mut findings);
    if !keys.iter().any(|key| VerifyingKey::from_jwk(key).is_ok()) {
        let seen = format!(
            "{} that verify nothing",
            if keys.len() == 1 { "1 key".into() } else { format!("{} keys", keys.len()) }
        );
        findings.set(KeySetRule::Unusable, "a readable RSA or EC key for signatures", seen);
    }
    findings.0
}

/// The entries of a document that [`KeySet::parse`] has taken.
fn entries(document: &[u8]) -> Vec<Value> {
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    match serde_json::from_slice::<Value>(document) {
        Ok(Value::Object(mut members)) => match members.get_mut("keys").map(Value::take) {
            Some(Value::Array(keys)) => keys,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Each pair of keys under one name: the same key twice, two types, or two keys that nobody can tell apart.
fn names(keys: &[Value], findings: &mut Findings) {
    for (index, second) in keys.iter().enumerate() {
        let Some(kid) = second.get("kid").and_then(Value::as_str) else { continue };
        let first = keys[..index].iter().position(|key| key.get("kid").and_then(Value::as_str) == Some(kid));
        let (Some(first), Value::Object(jwk)) = (first, second) else { continue };
        let same = |name: &str| keys[first].get(name) == second.get(name);
        let mut of = findings.of(index, jwk);
        let also = format!("key {} has it too", first + 1);
        if !same("kty") {
            of.report(KeySetRule::KidDuplicate, "a kid of its own", format!("{also}, with another kty"));
        } else if ["n", "e", "crv", "x", "y"].into_iter().all(same) {
            of.report(KeySetRule::KidDuplicate, "each key once", format!("{also}: it is the same key"));
        } else {
            of.report(KeySetRule::KidReused, "a kid of its own", format!("{also}, for another key of the same type"));
        }
    }
}

/// What kind of JSON value it is, for a sentence.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// What was found so far.
#[derive(Default)]
struct Findings(Vec<KeyFinding>);

impl Findings {
    fn set(&mut self, rule: KeySetRule, expected: impl Into<String>, seen: impl Into<String>) {
        self.0.push(KeyFinding { rule, index: None, kid: None, expected: expected.into(), seen: seen.into() });
    }

    fn of(&mut self, index: usize, jwk: &Map<String, Value>) -> Of<'_> {
        let kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
        Of { findings: self, index, kid }
    }
}

/// Findings about one key.
struct Of<'f> {
    findings: &'f mut Findings,
    index: usize,
    kid: Option<String>,
}

impl Of<'_> {
    fn report(&mut self, rule: KeySetRule, expected: impl Into<String>, seen: impl Into<String>) {
        let (index, kid) = (Some(self.index), self.kid.clone());
        self.findings.0.push(KeyFinding { rule, index, kid, expected: expected.into(), seen: seen.into() });
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::{KeySetRule, Severity, lint};
    use crate::jose::{SigningKey, jwks_document};

    fn rules(keys: &[Value]) -> Vec<KeySetRule> {
        lint(json!({ "keys": keys }).to_string().as_bytes()).iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn our_own_set_is_sound() {
        let keys = [SigningKey::generate_rs256("a").unwrap(), SigningKey::generate_es256("b").unwrap()];
        assert_eq!(lint(jwks_document(&keys).to_string().as_bytes()), []);
    }

    #[test]
    fn a_document_that_is_no_key_set_is_one_finding() {
        for text in ["", "<html>", "{", "{}", "[]", r#"{"kty":"RSA"}"#] {
            let findings = lint(text.as_bytes());
            assert_eq!(findings.len(), 1, "{text}");
            assert_eq!((findings[0].rule, findings[0].severity()), (KeySetRule::Document, Severity::Error));
        }
        assert_eq!(rules(&[]), [KeySetRule::Empty]);
        assert_eq!(rules(&[json!("key")]), [KeySetRule::Entry, KeySetRule::Unusable]);
    }

    #[test]
    fn names_that_occur_twice_are_told_apart() {
        let rsa = SigningKey::generate_rs256("a").unwrap().public_jwk();
        let other = SigningKey::generate_rs256("a").unwrap().public_jwk();
        let ec = SigningKey::generate_es256("a").unwrap().public_jwk();
        assert_eq!(rules(&[rsa.clone(), rsa.clone()]), [KeySetRule::KidDuplicate]);
        assert_eq!(rules(&[rsa.clone(), ec]), [KeySetRule::KidDuplicate]);
        assert_eq!(rules(&[rsa, other]), [KeySetRule::KidReused]);
    }

    #[test]
    fn a_finding_names_its_key_and_no_secret() {
        let mut jwk = SigningKey::generate_rs256("leaked").unwrap().public_jwk();
        jwk["d"] = json!("c2VjcmV0LXNlY3JldA");
        let findings = lint(json!({ "keys": [jwk] }).to_string().as_bytes());
        assert_eq!(
            findings[0].to_string(),
            "key 1 (\"leaked\"): lti13-keys-private: expected public members alone, saw the private member d"
        );
        assert!(!format!("{findings:?}").contains("c2VjcmV0"));
        assert_eq!(findings.last().unwrap().rule, KeySetRule::Unusable);
    }
}
