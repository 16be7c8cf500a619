//! The keys of the issuer: how they are found, and what happens when they change.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    case::Outcome::Warn,
    forge::Token,
    keys::Scheme,
    platform::SECOND_KID,
    subject::client::{ClientCase, ClientNeed, Scene},
};

pub(super) fn cases() -> Vec<ClientCase> {
    let mut cases = absent();
    cases.extend(changed());
    needing(cases)
}

/// What comes last in a run: a client that chokes on such a set may keep it, and let nobody in any more.
pub(super) fn last() -> Vec<ClientCase> {
    needing(odd())
}

/// Only a client that reads ID tokens and has keys can be asked anything here.
fn needing(cases: Vec<ClientCase>) -> Vec<ClientCase> {
    cases.into_iter().map(|case| case.needs(ClientNeed::IdToken).needs(ClientNeed::Keys)).collect()
}

/// Before any change, so that no cache holds another key.
fn absent() -> Vec<ClientCase> {
    vec![
        ClientCase::accept(
            "client-keys-kid-absent",
            "a token without kid is verified with the issuer's only key",
            Warn,
        )
        .rules(&["oidc-client-kid-absent"])
        .sent("the control's ID token without kid; the key set holds one key")
        .token(|token, _| drop(token.header.remove("kid"))),
        ClientCase::free("client-keys-kid-ambiguous", "a token without kid where the issuer has two keys")
            .rules(&["oidc-client-kid-ambiguous"])
            .sent("the control's ID token without kid; the key set holds two keys")
            .token(|token, _| drop(token.header.remove("kid")))
            .keys(|keys, scene| keys.insert(0, scene.keys.second.jwk(SECOND_KID)))
            .fresh_keys(),
    ]
}

fn changed() -> Vec<ClientCase> {
    vec![
        ClientCase::accept("client-keys-rotated", "a new key is found when a token names it", Warn)
            .rules(&["oidc-client-key-rotation"])
            .sent("the control's ID token signed by a new key, which stands in the key set beside the old one")
            .token(|token, scene| signed(token, scene, "rotated"))
            .keys(|keys, scene| keys.insert(0, published(scene, "rotated")))
            .rotated(),
        ClientCase::accept("client-keys-replaced", "a new key is found when the old one is gone", Warn)
            .rules(&["oidc-client-key-rotation"])
            .sent("the control's ID token signed by a new key, which alone stands in the key set")
            .token(|token, scene| signed(token, scene, "next"))
            .keys(|keys, scene| *keys = vec![published(scene, "next")])
            .rotated(),
        ClientCase::free("client-keys-lost", "what happens while the key set cannot be had")
            .rules(&["oidc-client-keys-lost"])
            .sent("a token signed by a new key; the key set is answered with 500")
            .token(|token, scene| signed(token, scene, "lost"))
            .keys_answer(|answer, _| answer.fail(StatusCode::INTERNAL_SERVER_ERROR, "server_error"))
            .fresh_keys(),
    ]
}

fn odd() -> Vec<ClientCase> {
    vec![
        ClientCase::accept("client-keys-use-absent", "a key without use and alg is used", Warn)
            .rules(&["oidc-client-odd-keys"])
            .sent("a token signed by a new key that stands in the set without use and alg, which are optional")
            .token(|token, scene| signed(token, scene, "plain"))
            .keys(|keys, scene| {
                let mut key = published(scene, "plain");
                if let Some(members) = key.as_object_mut() {
                    members.remove("use");
                    members.remove("alg");
                }
                keys.push(key);
            })
            .fresh_keys(),
        ClientCase::accept("client-keys-odd", "keys of an unknown kind beside the right one are passed over", Warn)
            .rules(&["oidc-client-odd-keys"])
            .sent(
                "a token signed by a new key; the key set holds one of kind \"SUITE\" and one without a kind beside it",
            )
            .token(|token, scene| signed(token, scene, "beside"))
            .keys(|keys, scene| {
                keys.insert(0, json!({"kty": "SUITE", "kid": "odd-1", "use": "sig", "x": "AA"}));
                keys.insert(1, json!({"kid": "odd-2"}));
                keys.push(published(scene, "beside"));
            })
            .fresh_keys(),
    ]
}

/// A kid that no other run had, so that no cache knows it.
fn kid(scene: &Scene<'_>, name: &str) -> String {
    format!("lti-conformance-{name}-{}", scene.run)
}

fn signed(token: &mut Token, scene: &Scene<'_>, name: &str) {
    token.sign_with(&scene.keys.spare, Scheme::Rs256);
    token.set_header("kid", kid(scene, name));
}

fn published(scene: &Scene<'_>, name: &str) -> Value {
    scene.keys.spare.jwk(&kid(scene, name))
}
