//! Properties: nothing that comes from outside panics, what is written is read back, what is altered is refused.

use std::sync::LazyLock;

use lti_core::Timestamp;
use lti_core::custom::{Definition, Kind, Resolution, Variable, is_date_time, passed_unresolved, resolve};
use lti_core::id::ClientId;
use lti_core::inspect::{Violation, verify};
use lti_core::jose::{CompactJws, KeySet, sign_compact};
use lti_core::login::{AuthenticationRequest, AuthenticationResponse, LoginInitiation};
use lti_core::message::{Lti11Secret, LtiResourceLinkRequest, ResourceLink, claims};
use lti_core::vocab::{ContextType, Role};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{EC, NOW, RSA, World, lti, made, sound_claims, token_of, token_with};

/// Any JSON, a few levels deep.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
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

/// Any byte, and often one that base64url knows: those come furthest.
fn altering_byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        any::<u8>(),
        prop::sample::select(&b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."[..])
    ]
}

/// Names that a rule knows.
const KNOWN: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "azp",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "email",
    "picture",
    "locale",
    claims::MESSAGE_TYPE,
    claims::VERSION,
    claims::DEPLOYMENT_ID,
    claims::TARGET_LINK_URI,
    claims::RESOURCE_LINK,
    claims::ROLES,
    claims::CONTEXT,
    claims::TOOL_PLATFORM,
    claims::ROLE_SCOPE_MENTOR,
    claims::LAUNCH_PRESENTATION,
    claims::LIS,
    claims::CUSTOM,
    claims::LTI1P1,
];

/// The name of a claim that no rule knows, often one close to a known one.
fn claim_name() -> impl Strategy<Value = String> {
    let near = (prop::sample::select(KNOWN), prop::sample::select(&["", "s", "/", " ", "_", "\0"][..]), any::<bool>());
    let near = near.prop_map(
        |(name, more, upper)| {
            if upper { format!("{name}{more}").to_uppercase() } else { format!("{name}{more}") }
        },
    );
    let names = prop_oneof![
        any::<String>(),
        near,
        "https://[a-z]{1,10}\\.example/claim/[a-z_]{1,10}",
        "https://purl\\.imsglobal\\.org/spec/lti/claim/[a-z_0-9]{0,12}",
    ];
    names.prop_filter("a name that no rule knows", |name| !KNOWN.contains(&name.as_str()))
}

/// The name of a variable, known or not.
fn variable_name() -> impl Strategy<Value = String> {
    let known: Vec<&str> = Definition::ALL.iter().map(|definition| definition.name).collect();
    prop_oneof![prop::sample::select(known).prop_map(str::to_owned), any::<String>(), "[A-Za-z.$*]{1,30}"]
        .prop_filter("a name", |name| !name.is_empty())
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
        let mut payload = sound_claims();
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
    fn an_altered_byte_is_refused(index in any::<prop::sample::Index>(), byte in altering_byte(), rsa in any::<bool>()) {
        static TOKENS: LazyLock<[String; 2]> =
            LazyLock::new(|| [&*EC, &*RSA].map(|key| made(sign_compact(key, &sound_claims()))));
        let token = &TOKENS[usize::from(rsa)];
        let place = index.index(token.len());
        prop_assume!(token.as_bytes()[place] != byte);
        // A byte beyond ASCII arrives as the character that it is in Latin-1.
        let altered: String = token.bytes().enumerate().map(|(at, old)| char::from(if at == place { byte } else { old })).collect();
        let world = World::new();
        prop_assert!(verify(&altered, &world.context(), NOW).is_err(), "byte {place} changed to {byte}");
        let found = world.violations(&altered);
        prop_assert!(found.iter().any(|violation| violation.refuses(&world.policy)), "{found:?}");
    }

    #[test]
    fn no_unknown_claim_refuses_a_sound_launch(extra in vec((claim_name(), any_json()), 1..6)) {
        let mut payload = sound_claims();
        for (name, value) in &extra {
            payload[name.as_str()] = value.clone();
        }
        let token = made(sign_compact(&EC, &payload));
        let world = World::new();
        let clean = verify(&token, &world.context(), NOW);
        prop_assert!(clean.is_ok(), "{:?} for {extra:?}", clean.err());
        prop_assert_eq!(world.violations(&token), []);
        let message = made(clean).message().clone();
        for (name, _) in &extra {
            prop_assert!(message.other.get(name).is_some(), "{name} was thrown away");
        }
    }

    #[test]
    fn no_unknown_member_of_a_claim_refuses_a_sound_launch(
        claim in prop::sample::select(&["resource_link", "context", "tool_platform", "launch_presentation"][..]),
        name in "x[a-z]{1,8}",
        value in any_json(),
    ) {
        let token = token_with(|claims| claims[lti(claim)][&name] = value);
        prop_assert_eq!(World::new().violations(&token), []);
    }

    #[test]
    fn no_string_makes_the_judge_panic(parts in vec(any::<String>(), 0..5), whole in any::<String>()) {
        let world = World::new();
        for text in [whole, parts.join(".")] {
            prop_assert!(!world.violations(&text).is_empty());
        }
    }

    #[test]
    fn no_bytes_of_a_form_make_its_reader_panic(bytes in vec(any::<u8>(), 0..200)) {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
        let _ = LoginInitiation::from_pairs(pairs.clone());
        let _ = AuthenticationResponse::from_pairs(pairs.clone());
        AuthenticationRequest::from_pairs(pairs).inspect(None);
    }

    #[test]
    fn a_value_that_names_no_variable_is_sent_as_it_stands(text in any::<String>()) {
        prop_assume!(!text.starts_with('$') || text == "$");
        prop_assert_eq!(resolve(&text, |_| Resolution::text("asked")), text.as_str());
    }

    #[test]
    fn a_variable_is_left_or_replaced_as_a_whole(name in variable_name(), value in any::<String>()) {
        let template = format!("${name}");
        let refused = resolve(&template, |_| Resolution::Unsupported);
        prop_assert_eq!(refused.as_ref(), &template);
        prop_assert!(passed_unresolved(&template, &template.to_ascii_uppercase()));
        let asked = resolve(&template, |variable| Resolution::text(variable.name()));
        let sent = resolve(&template, |_| Resolution::text(value.clone()));
        let dated = Variable::named(&name).definition().is_some_and(|found| found.kind == Kind::DateTime);
        if dated {
            prop_assert!(is_date_time(&sent) && is_date_time(&asked));
        } else {
            prop_assert_eq!((sent.as_ref(), asked.as_ref()), (value.as_str(), name.as_str()));
        }
    }

    #[test]
    fn a_migration_claim_holds_for_its_secret_alone(
        key in ".{0,20}",
        secret in ".{0,20}",
        other in ".{0,20}",
        exp in any::<i64>(),
    ) {
        let exp = Timestamp::from_secs(exp);
        let client = ClientId::new("client");
        let link = ResourceLink::new("link");
        let mut message = LtiResourceLinkRequest::new("i", "client", "d", "n", "t", link, exp, exp);
        message.sign_migration(&client, &key, &Lti11Secret::new(secret.clone()));
        prop_assert_eq!(message.verify_migration(&client, &Lti11Secret::new(secret.clone())), Ok(()));
        // HMAC pads its key with zeros, so two secrets that differ by zeros at the end are one.
        if secret.trim_end_matches('\0') != other.trim_end_matches('\0') {
            prop_assert!(message.verify_migration(&client, &Lti11Secret::new(other)).is_err());
        }
        let mut later = message;
        later.exp = Timestamp::from_secs(exp.as_secs().wrapping_add(1));
        prop_assert!(later.verify_migration(&client, &Lti11Secret::new(secret)).is_err());
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
