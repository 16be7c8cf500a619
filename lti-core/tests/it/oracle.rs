//! A third opinion: `josekit`, on OpenSSL, verifies what is signed here, and what it signs is accepted here.

use josekit::jwk::{Jwk, JwkSet};
use josekit::jws::{ES256, JwsHeader, JwsVerifier, PS256, RS256, RS384, RS512};
use josekit::jwt;
use lti_core::inspect::Violation;
use lti_core::jose::{KeySet, jwks_document, sign_compact};
use serde_json::{Value, json};

use crate::support::{EC, RSA, World, made, sound_claims};

fn jwk(value: &Value) -> Jwk {
    let members = value.as_object().cloned().unwrap_or_default();
    made(Jwk::from_map(members))
}

#[test]
fn what_is_minted_here_verifies_there() {
    let rsa: Box<dyn JwsVerifier> = Box::new(made(RS256.verifier_from_jwk(&jwk(&RSA.public_jwk()))));
    let ec: Box<dyn JwsVerifier> = Box::new(made(ES256.verifier_from_jwk(&jwk(&EC.public_jwk()))));
    for (key, verifier) in [(&*RSA, rsa), (&*EC, ec)] {
        let token = made(sign_compact(key, &sound_claims()));
        let (payload, header) = made(jwt::decode_with_verifier(&token, verifier.as_ref()));
        assert_eq!(header.key_id(), Some(key.kid().as_str()));
        assert_eq!(payload.subject(), Some("user-7"));
        assert_eq!(payload.issuer(), Some("https://lms.example"));
    }
}

#[test]
fn our_key_set_is_read_there() {
    let set = made(JwkSet::from_bytes(jwks_document([&*RSA, &*EC]).to_string().as_bytes()));
    assert_eq!(set.keys().len(), 2);
    assert_eq!(set.get("rsa").len(), 1);
}

#[test]
fn what_is_minted_there_is_accepted_here() {
    let sound = sound_claims();
    let payload = made(jwt::JwtPayload::from_map(sound.as_object().cloned().unwrap_or_default()));
    let mut header = JwsHeader::new();
    header.set_token_type("JWT");
    header.set_key_id("theirs");
    let rsa = made(Jwk::generate_rsa_key(2048));
    let ec = made(Jwk::generate_ec_key(josekit::jwk::alg::ec::EcCurve::P256));
    let signers: [(&Jwk, Box<dyn josekit::jws::JwsSigner>); 5] = [
        (&rsa, Box::new(made(RS256.signer_from_jwk(&rsa)))),
        (&rsa, Box::new(made(RS384.signer_from_jwk(&rsa)))),
        (&rsa, Box::new(made(RS512.signer_from_jwk(&rsa)))),
        (&rsa, Box::new(made(PS256.signer_from_jwk(&rsa)))),
        (&ec, Box::new(made(ES256.signer_from_jwk(&ec)))),
    ];
    for (key, signer) in signers {
        let token = made(jwt::encode_with_signer(&payload, &header, signer.as_ref()));
        let mut public = made(key.to_public_key());
        public.set_key_id("theirs");
        let mut world = World::new();
        world.keys = made(KeySet::parse(json!({ "keys": [public] }).to_string().as_bytes()));
        assert_eq!(world.violations(&token), [], "{}", signer.algorithm().name());
        let mut altered = token.into_bytes();
        let last = altered.len() - 20;
        altered[last] = if altered[last] == b'A' { b'B' } else { b'A' };
        assert_eq!(world.violations(&String::from_utf8_lossy(&altered)), [Violation::TokenSignature]);
    }
}
