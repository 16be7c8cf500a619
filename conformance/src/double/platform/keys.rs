//! What the double publishes about itself: its keys and the discovery document.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::{
    AUTH_PATH, JWKS_PATH, KeyFlaw, PlatformDouble, TokenFlaw,
    http::{add_header, page, with_type},
};
use crate::transport::Response;

impl PlatformDouble {
    /// Publishes the next key and signs with it.
    pub(super) fn rotate_keys(&self) {
        let (same_kid, withdraw) = (self.has(KeyFlaw::RotatedSameKid), self.has(KeyFlaw::RotatedAbruptly));
        self.book().rotate(same_kid, withdraw);
    }

    /// Where the double publishes its keys.
    pub fn jwks_url(&self) -> String {
        let url = self.own(JWKS_PATH);
        if self.has(KeyFlaw::PlainHttp) { url.replacen("https://", "http://", 1) } else { url }
    }

    /// The key set (Security Framework 1.0, 6.2 and 6.3).
    pub(super) fn jwks(&self) -> Response {
        if self.has(KeyFlaw::NotServed) {
            return page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>the keys cannot be read</p>");
        }
        let mut keys: Vec<Value> = self.book().published().iter().map(|one| one.key.jwk(&one.kid)).collect();
        if self.has(TokenFlaw::AlgOther) {
            set(&mut keys, "alg", |_| Some(json!("RS384")));
        }
        if let Some(super::PlatformFlaw::Key(flaw)) = self.flaw {
            self.spoil(&mut keys, flaw);
        }
        let mut response = with_type(StatusCode::OK, "application/json", json!({ "keys": keys }).to_string());
        if !self.has(KeyFlaw::CacheUnsaid) {
            add_header(&mut response, header::CACHE_CONTROL, "public, max-age=600");
        }
        response
    }

    fn spoil(&self, keys: &mut Vec<Value>, flaw: KeyFlaw) {
        let mut beside = self.wiring.keys.foreign.jwk("lms-key-old");
        match flaw {
            KeyFlaw::KidMissing => remove(&mut beside, "kid"),
            KeyFlaw::RsaIncomplete => remove(&mut beside, "e"),
            KeyFlaw::Small => beside["n"] = json!(URL_SAFE_NO_PAD.encode(small_modulus())),
            // Behind the key that signs: whoever tries both, or takes the first one, can still verify.
            KeyFlaw::KidTwice => beside["kid"] = keys.first().map_or(Value::Null, |key| key["kid"].clone()),
            KeyFlaw::PrivatePublished => {
                let exponent = digest::digest(&digest::SHA256, b"private exponent");
                beside["d"] = json!(URL_SAFE_NO_PAD.encode(exponent));
            }
            KeyFlaw::Padded => {
                return set(keys, "n", |n| Some(json!(URL_SAFE.encode(URL_SAFE_NO_PAD.decode(n.as_str()?).ok()?))));
            }
            KeyFlaw::AlgAbsent => return keys.iter_mut().for_each(|key| remove(key, "alg")),
            KeyFlaw::CacheUnsaid
            | KeyFlaw::NotServed
            | KeyFlaw::PlainHttp
            | KeyFlaw::RotatedSameKid
            | KeyFlaw::RotatedAbruptly => return,
        }
        keys.push(beside);
    }

    /// The discovery document (OpenID Connect Discovery 1.0, 3).
    pub(super) fn metadata(&self) -> Response {
        let mut document = json!({
            "issuer": self.issuer(),
            "authorization_endpoint": self.own(AUTH_PATH),
            "token_endpoint": self.own(super::TOKEN_PATH),
            "jwks_uri": self.jwks_url(),
            "scopes_supported": ["openid"],
            "response_types_supported": ["id_token"],
            "response_modes_supported": ["form_post"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email", "locale"],
        });
        self.describe_registration(&mut document);
        with_type(StatusCode::OK, "application/json", document.to_string())
    }
}

fn set(keys: &mut [Value], name: &str, value: impl Fn(&Value) -> Option<Value>) {
    for key in keys {
        if let Some(value) = value(&key[name]) {
            key[name] = value;
        }
    }
}

fn remove(key: &mut Value, name: &str) {
    if let Some(members) = key.as_object_mut() {
        members.remove(name);
    }
}

/// 1024 bits that could be a modulus: odd, the highest bit set. Nobody signs with it.
fn small_modulus() -> Vec<u8> {
    let mut bytes: Vec<u8> =
        (0_u8..4).flat_map(|part| digest::digest(&digest::SHA256, &[part]).as_ref().to_vec()).collect();
    if let [first, .., last] = bytes.as_mut_slice() {
        *first |= 0x80;
        *last |= 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::small_modulus;

    #[test]
    fn the_small_modulus_has_1024_bits_and_is_odd() {
        let modulus = small_modulus();
        assert_eq!(modulus.len(), 128);
        assert!(modulus[0] >= 0x80 && modulus[127] & 1 == 1);
    }
}
