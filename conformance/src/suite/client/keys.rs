//! The keys of the issuer: how they are found, and what happens when they change.

use http::StatusCode;
use serde_json::json;

use crate::forge::Token;
use crate::{
    case::Outcome::Warn,
    keys::Scheme,
    platform::{PLATFORM_KID, SECOND_KID},
    subject::client::{ClientCase, Scene},
};

/// The kid of the key that the issuer changes to.
const ROTATED_KID: &str = "lti-conformance-rotated";
/// The kid of a second change.
const NEXT_KID: &str = "lti-conformance-next";

pub(super) fn cases() -> Vec<ClientCase> {
    vec![
        ClientCase::accept("client-keys-rotated", "a new key is found when a token names it", Warn)
            .rules(&["oidc-client-key-rotation"])
            .sent("the control's ID token signed by a new key, which stands in the key set beside the old one")
            .token(|token, scene| rotated(token, scene, ROTATED_KID))
            .keys(|keys, scene| keys.insert(0, scene.keys.spare.jwk(ROTATED_KID))),
        ClientCase::accept("client-keys-replaced", "a new key is found when the old one is gone", Warn)
            .rules(&["oidc-client-key-rotation"])
            .sent("the control's ID token signed by a new key, which alone stands in the key set")
            .token(|token, scene| rotated(token, scene, NEXT_KID))
            .keys(|keys, scene| *keys = vec![scene.keys.spare.jwk(NEXT_KID)]),
        ClientCase::accept("client-keys-odd", "keys of an unknown kind beside the right one are passed over", Warn)
            .rules(&["oidc-client-odd-keys"])
            .sent("the control; the key set holds a key of kind \"SUITE\" and one without a kind beside the right one")
            .keys(|keys, _| {
                keys.insert(0, json!({"kty": "SUITE", "kid": "odd-1", "use": "sig", "x": "AA"}));
                keys.insert(1, json!({"kid": "odd-2"}));
            })
            .fresh_keys(),
        ClientCase::accept(
            "client-keys-kid-absent",
            "a token without kid is verified with the issuer's only key",
            Warn,
        )
        .rules(&["oidc-client-kid-absent"])
        .sent("the control's ID token without kid; the key set holds one key")
        .token(|token, _| {
            token.header.remove("kid");
        }),
        ClientCase::free("client-keys-kid-ambiguous", "a token without kid where the issuer has two keys")
            .rules(&["oidc-client-kid-ambiguous"])
            .sent("the control's ID token without kid; the key set holds two keys")
            .token(|token, _| {
                token.header.remove("kid");
            })
            .keys(|keys, scene| keys.insert(0, scene.keys.second.jwk(SECOND_KID)))
            .fresh_keys(),
        ClientCase::free("client-keys-lost", "what happens while the key set cannot be had")
            .rules(&["oidc-client-keys-lost"])
            .sent("a token signed by a new key; the key set is answered with 500")
            .token(|token, scene| rotated(token, scene, "lti-conformance-lost"))
            .keys_answer(|answer, _| answer.fail(StatusCode::INTERNAL_SERVER_ERROR, "server_error"))
            .fresh_keys(),
        ClientCase::accept("client-keys-use-absent", "a key without use, alg and key_ops is used", Warn)
            .rules(&["oidc-client-odd-keys"])
            .sent("the control; the key in the set has neither use nor alg, which are optional")
            .keys(|keys, scene| {
                let mut key = scene.keys.platform.jwk(PLATFORM_KID);
                if let Some(members) = key.as_object_mut() {
                    members.remove("use");
                    members.remove("alg");
                }
                *keys = vec![key];
            })
            .fresh_keys(),
    ]
}

fn rotated(token: &mut Token, scene: &Scene<'_>, kid: &str) {
    token.sign_with(&scene.keys.spare, Scheme::Rs256);
    token.set_header("kid", kid);
}
