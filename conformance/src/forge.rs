//! Makes ID tokens byte by byte, so that whatever is malformed can be said.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::keys::{KeyError, Scheme, SuiteKey, hmac_sha256};

/// What stands in the third part of a token.
#[derive(Debug, Clone)]
pub enum Seal {
    /// A signature by this key.
    Signed(Arc<SuiteKey>, Scheme),
    /// An HMAC with this secret.
    Hmac(Vec<u8>),
    /// Nothing.
    Empty,
    /// Bytes that no key made; cheap where a refusal is certain.
    Noise,
}

/// A token before it is put together. A case changes one thing in it.
#[derive(Debug, Clone)]
pub struct Token {
    /// The JOSE header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    /// Written in place of the header, to say what JSON maps cannot.
    pub raw_header: Option<String>,
    /// Written in place of the claims, to say what JSON maps cannot.
    pub raw_claims: Option<String>,
    /// How it is signed.
    pub seal: Seal,
    /// Applied to the finished token.
    pub tamper: Option<fn(&str) -> String>,
}

impl Token {
    /// A token signed with RS256 by this key under this kid.
    pub fn new(claims: Map<String, Value>, key: Arc<SuiteKey>, kid: &str) -> Self {
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!("RS256"));
        header.insert("typ".to_owned(), json!("JWT"));
        header.insert("kid".to_owned(), json!(kid));
        Self {
            header,
            claims,
            raw_header: None,
            raw_claims: None,
            seal: Seal::Signed(key, Scheme::Rs256),
            tamper: None,
        }
    }

    /// Signs with another key or scheme and says so in `alg`.
    pub fn sign_with(&mut self, key: &Arc<SuiteKey>, scheme: Scheme) {
        self.header.insert("alg".to_owned(), json!(scheme.alg()));
        self.seal = Seal::Signed(Arc::clone(key), scheme);
    }

    /// Sets a header member.
    pub fn set_header(&mut self, name: &str, value: impl Into<Value>) {
        self.header.insert(name.to_owned(), value.into());
    }

    /// Sets a claim.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.claims.insert(name.to_owned(), value.into());
    }

    /// Removes a claim.
    pub fn remove(&mut self, name: &str) {
        self.claims.remove(name);
    }

    /// Sets a member of an object claim, making the claim where it is missing.
    pub fn set_in(&mut self, claim: &str, member: &str, value: impl Into<Value>) {
        let entry = self.claims.entry(claim.to_owned()).or_insert_with(|| json!({}));
        if let Some(object) = entry.as_object_mut() {
            object.insert(member.to_owned(), value.into());
        }
    }

    /// Removes a member of an object claim.
    pub fn remove_in(&mut self, claim: &str, member: &str) {
        if let Some(object) = self.claims.get_mut(claim).and_then(Value::as_object_mut) {
            object.remove(member);
        }
    }

    /// The claims as JSON text with one claim written twice: first with this value, last with the value it has.
    pub fn duplicate_first(&mut self, name: &str, first: &Value) {
        let whole = Value::Object(self.claims.clone()).to_string();
        self.raw_claims = Some(format!("{{{}:{first},{}", json!(name), &whole[1..]));
    }

    /// The compact serialization.
    ///
    /// # Errors
    /// When the key does not fit the scheme.
    pub fn compact(&self) -> Result<String, KeyError> {
        let header = self.raw_header.clone().unwrap_or_else(|| Value::Object(self.header.clone()).to_string());
        let claims = self.raw_claims.clone().unwrap_or_else(|| Value::Object(self.claims.clone()).to_string());
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = match &self.seal {
            Seal::Signed(key, scheme) => key.sign(*scheme, message.as_bytes())?,
            Seal::Hmac(secret) => hmac_sha256(secret, message.as_bytes()),
            Seal::Empty => Vec::new(),
            Seal::Noise => vec![0x5a; 256],
        };
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(self.tamper.map_or_else(|| token.clone(), |tamper| tamper(&token)))
    }
}

/// Changes the last byte of the signature.
pub fn alter_signature(token: &str) -> String {
    let Some((message, signature)) = token.rsplit_once('.') else { return token.to_owned() };
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Names another user in the payload and keeps the signature.
pub fn alter_subject(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return token.to_owned() };
    let decoded = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let mut claims: Map<String, Value> = serde_json::from_slice(&decoded).unwrap_or_default();
    claims.insert("sub".to_owned(), json!("intruder"));
    format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_writes_the_claim_twice_in_order() {
        let key = Arc::new(SuiteKey::ec().expect("key"));
        let mut claims = Map::new();
        claims.insert("aud".to_owned(), json!("last"));
        let mut token = Token::new(claims, key, "k");
        token.duplicate_first("aud", &json!("first"));
        assert_eq!(token.raw_claims.as_deref(), Some(r#"{"aud":"first","aud":"last"}"#));
    }
}
