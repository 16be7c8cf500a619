//! The linter of key sets against the reader of key sets: what the reader leaves out, the linter explains.

use lti_core::jose::lint::lint;
use lti_core::jose::{KeySet, SigningKey};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{EC, made};

/// A value that may stand in a key, right or wrong.
fn member() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        prop::sample::select(vec![
            "RSA", "EC", "oct", "OKP", "sig", "enc", "RS256", "ES256", "P-256", "P-521", "AQAB", ""
        ])
        .prop_map(Value::from),
        "[A-Za-z0-9_=+/-]{0,48}".prop_map(Value::from),
        Just(json!(["verify"])),
        Just(json!(["encrypt"])),
    ]
}

const NAMES: [&str; 12] = ["kty", "kid", "use", "alg", "key_ops", "n", "e", "crv", "x", "y", "d", "k"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_the_linter_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!lint(&bytes).is_empty());
    }

    #[test]
    fn what_the_reader_leaves_out_the_linter_explains(
        changes in prop::collection::vec((prop::sample::select(&NAMES[..]), member()), 0..4),
    ) {
        let mut jwk = EC.public_jwk();
        for (name, value) in changes {
            jwk[name] = value;
        }
        let document = json!({ "keys": [jwk] }).to_string();
        let set = made(KeySet::parse(document.as_bytes()));
        let findings = lint(document.as_bytes());
        prop_assert!(set.skipped().is_empty() || findings.iter().any(|finding| finding.index == Some(0)), "{document}");
    }
}

#[test]
fn a_large_set_is_read_in_full() {
    let keys: Vec<Value> = (0..300)
        .map(|index| {
            let mut jwk = EC.public_jwk();
            jwk["kid"] = json!(format!("k{index}"));
            jwk
        })
        .collect();
    assert_eq!(lint(json!({ "keys": keys }).to_string().as_bytes()), []);
    let other = made(SigningKey::generate_es256("k1")).public_jwk();
    let with_two = [keys, vec![other]].concat();
    let findings = lint(json!({ "keys": with_two }).to_string().as_bytes());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].index, Some(300));
}
