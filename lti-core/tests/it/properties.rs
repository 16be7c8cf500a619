//! Properties: nothing that comes from outside panics, what is written is read back, what is altered is refused.

use lti_core::inspect::Violation;
use lti_core::jose::{CompactJws, KeySet, sign_compact};
use lti_core::login::{AuthenticationRequest, AuthenticationResponse, LoginInitiation};
use lti_core::vocab::{ContextType, Role};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{EC, World, claims, made, token_of, token_with};

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((".{0,8}", inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = prop_oneof![
        Just("iss"),
        Just("login_hint"),
        Just("target_link_uri"),
        Just("lti_message_hint"),
        Just("client_id"),
        Just("lti_deployment_id"),
        Just("state"),
        Just("nonce"),
        Just("id_token"),
        Just("error"),
        Just("x"),
    ];
    vec((names.prop_map(str::to_owned), ".{0,20}"), 0..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_makes_the_judge_panic(text in "\\PC{0,200}") {
        let world = World::new();
        prop_assert!(!world.violations(&text).is_empty());
        let _ = CompactJws::parse(&text);
    }

    #[test]
    fn no_bytes_make_the_key_set_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = KeySet::parse(&bytes);
    }

    #[test]
    fn no_json_makes_the_key_set_panic(key in any_json(), set in any_json()) {
        let _ = KeySet::parse(set.to_string().as_bytes());
        let document = json!({"keys": [key]}).to_string();
        prop_assert!(KeySet::parse(document.as_bytes()).is_ok());
    }

    #[test]
    fn no_claim_makes_the_judge_panic(index in any::<prop::sample::Index>(), value in any_json()) {
        let mut payload = claims();
        let names: Vec<String> = payload.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
        payload[index.get(&names).as_str()] = value;
        let token = made(sign_compact(&EC, &payload));
        World::new().violations(&token);
    }

    #[test]
    fn no_header_makes_the_judge_panic(header in any_json(), payload in any_json()) {
        World::new().violations(&token_of(&header.to_string(), &payload.to_string(), &EC));
    }

    #[test]
    fn an_altered_byte_is_refused(index in any::<prop::sample::Index>(), byte in "[A-Za-z0-9_.-]") {
        let token = made(sign_compact(&EC, &claims()));
        let mut altered = token.clone().into_bytes();
        let place = index.index(altered.len());
        prop_assume!(altered[place] != byte.as_bytes()[0]);
        altered[place] = byte.as_bytes()[0];
        let altered = String::from_utf8_lossy(&altered).into_owned();
        let world = World::new();
        let found = world.violations(&altered);
        prop_assert!(found.iter().any(|violation| violation.refuses(&world.policy)), "{found:?}");
    }

    #[test]
    fn any_message_signed_here_verifies_here(text in ".{0,100}") {
        let token = made(sign_compact(&EC, &json!({ "text": text })));
        let jws = made(CompactJws::parse(&token));
        let key = made(EC.verifying_key());
        prop_assert!(key.verify(EC.algorithm(), jws.signing_input().as_bytes(), jws.signature()).is_ok());
        let read: Value = made(serde_json::from_slice(jws.payload()));
        prop_assert_eq!(read, json!({ "text": text }));
    }

    #[test]
    fn forms_survive_the_way_there_and_back(pairs in pairs()) {
        if let Ok(login) = LoginInitiation::from_pairs(pairs.clone()) {
            prop_assert_eq!(LoginInitiation::from_pairs(login.to_pairs()), Ok(login));
        }
        if let Ok(response) = AuthenticationResponse::from_pairs(pairs.clone()) {
            let again = AuthenticationResponse::from_pairs(response.to_pairs());
            prop_assert_eq!(again, Ok(response));
        }
        let mut request = AuthenticationRequest::from_pairs(pairs);
        request.inspect(None);
        request.repeated.clear();
        prop_assert_eq!(AuthenticationRequest::from_pairs(request.to_pairs()), request);
    }

    #[test]
    fn vocabularies_keep_what_they_do_not_know(text in "\\PC{0,60}") {
        let role = Role::parse(text.as_str());
        prop_assert!(role.is_known() || role.as_str() == text);
        prop_assert_eq!(Role::parse(role.as_str()), role.clone());
        let context_type = ContextType::parse(text.as_str());
        prop_assert_eq!(ContextType::parse(context_type.as_str()), context_type.clone());
    }

    #[test]
    fn a_foreign_nonce_is_always_refused(nonce in "\\PC{0,40}") {
        prop_assume!(nonce != "nonce-1");
        let token = token_with(|claims| claims["nonce"] = json!(nonce));
        prop_assert_eq!(World::new().violations(&token), [Violation::TokenNonce]);
    }
}
