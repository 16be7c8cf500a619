//! Client assertions against the keys of the registered clients (RFC 7523, 3), with the double's own JOSE.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{
    BigUint, RsaPublicKey,
    pkcs8::{EncodePublicKey as _, LineEnding},
};
use serde_json::{Map, Value};

use super::flaws::AssertionFlaw as Flaw;
use crate::keys::hmac_sha256;

/// The type of a client assertion (RFC 7523, 2.2).
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far the clocks of clients may be off, in seconds.
const LEEWAY: i64 = 60;

/// A token in compact form, taken apart and not believed yet.
pub(super) struct Opened {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    message: String,
    signature: Vec<u8>,
}

impl Opened {
    /// Takes a compact token apart; nothing where it is none.
    pub(super) fn read(compact: &str) -> Option<Self> {
        let (message, signature) = compact.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let object = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            message: message.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// A claim that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// A claim that is a time, in seconds since 1970.
    pub(super) fn time(&self, name: &str) -> Option<i64> {
        self.claims.get(name).and_then(Value::as_i64)
    }

    /// `alg` of the header.
    pub(super) fn alg(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether the signature is this key's, by the algorithm of the header.
    pub(super) fn signed_by(&self, key: &Value) -> bool {
        let number = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
        let message = self.message.as_bytes();
        if let Some((n, e)) = number("n").zip(number("e")) {
            let key = RsaPublicKeyComponents { n, e };
            return match self.alg() {
                "RS256" => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, &self.signature).is_ok(),
                "PS256" => key.verify(&RSA_PSS_2048_8192_SHA256, message, &self.signature).is_ok(),
                _ => false,
            };
        }
        let Some((x, y)) = number("x").zip(number("y")) else { return false };
        let point = [vec![4], x, y].concat();
        self.alg() == "ES256"
            && UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &self.signature).is_ok()
    }

    /// Whether the signature is an HMAC with this public key for its secret: the mistake of libraries that choose the
    /// algorithm by the header.
    pub(super) fn signed_with_public(&self, key: &Value) -> bool {
        let number = |name: &str| Some(BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok()?));
        let pem = number("n").zip(number("e")).and_then(|(n, e)| {
            let key = RsaPublicKey::new(n, e).ok()?;
            key.to_public_key_pem(LineEnding::LF).ok()
        });
        self.alg() == "HS256"
            && pem.is_some_and(|pem| hmac_sha256(pem.as_bytes(), self.message.as_bytes()) == self.signature)
    }
}

/// What an assertion is held against.
pub(super) struct Against<'a> {
    /// The client that it is about.
    pub(super) client: &'a str,
    /// The client's keys.
    pub(super) keys: &'a [Value],
    /// The keys of all clients, for the flaw that does not tell them apart.
    pub(super) everybody: &'a [Value],
    /// The algorithm that the client registered.
    pub(super) alg: Option<&'a str>,
    /// What `aud` may be.
    pub(super) audiences: &'a [String],
    /// The clock.
    pub(super) now: i64,
}

/// Whether an assertion proves its client. `jti` is the caller's.
pub(super) fn proves(assertion: &Opened, against: &Against<'_>, flaw: Option<Flaw>) -> bool {
    signed(assertion, against, flaw)
        && about(assertion, against.client, flaw)
        && addressed(assertion, against.audiences, flaw)
        && timely(assertion, against.now, flaw)
        && understood(assertion, flaw)
}

fn signed(assertion: &Opened, against: &Against<'_>, flaw: Option<Flaw>) -> bool {
    let has = |wanted: Flaw| flaw == Some(wanted);
    if assertion.alg() == "none" {
        return has(Flaw::Unsigned);
    }
    if assertion.alg() == "HS256" {
        return has(Flaw::PublicKeyAsSecret) && against.keys.iter().any(|key| assertion.signed_with_public(key));
    }
    let other_alg = against.alg.is_some_and(|alg| alg != assertion.alg());
    if other_alg && !has(Flaw::AlgorithmOther) {
        return false;
    }
    if has(Flaw::SignatureUnread) && assertion.header.get("kid").is_some_and(|kid| named(against.keys, kid)) {
        return true;
    }
    if let Some(key) = assertion.header.get("jwk").filter(|_| has(Flaw::KeyOfHeader)) {
        return assertion.signed_by(key);
    }
    let keys = if has(Flaw::KeyOfAnybody) { against.everybody } else { against.keys };
    let kid = assertion.header.get("kid").filter(|kid| has(Flaw::KidUnknown) || named(keys, kid));
    let fitting = |key: &&Value| !has(Flaw::KidUnknown) || kid.is_none_or(|kid| key.get("kid") == Some(kid));
    keys.iter().filter(fitting).any(|key| assertion.signed_by(key))
}

fn named(keys: &[Value], kid: &Value) -> bool {
    keys.iter().any(|key| key.get("kid") == Some(kid))
}

fn about(assertion: &Opened, client: &str, flaw: Option<Flaw>) -> bool {
    let missing = |name: &str, wanted: Flaw| assertion.claims.get(name).is_none() && flaw == Some(wanted);
    let is = |name: &str, unread: Flaw| assertion.text(name) == Some(client) || flaw == Some(unread);
    let issuer = missing("iss", Flaw::IssMissing) || is("iss", Flaw::IssOther) && assertion.text("iss").is_some();
    let subject = missing("sub", Flaw::SubMissing) || is("sub", Flaw::SubOther) && assertion.text("sub").is_some();
    issuer && subject
}

fn addressed(assertion: &Opened, audiences: &[String], flaw: Option<Flaw>) -> bool {
    match assertion.claims.get("aud") {
        None => flaw == Some(Flaw::AudMissing),
        Some(_) if flaw == Some(Flaw::AudOther) => true,
        Some(Value::String(one)) => audiences.contains(one),
        Some(Value::Array(many)) if flaw != Some(Flaw::AudArrayRefused) => {
            many.iter().filter_map(Value::as_str).any(|one| audiences.iter().any(|known| known == one))
        }
        Some(_) => false,
    }
}

fn timely(assertion: &Opened, now: i64, flaw: Option<Flaw>) -> bool {
    let ends = match assertion.time("exp") {
        None => flaw == Some(Flaw::ExpMissing),
        Some(exp) => exp > now - LEEWAY || flaw == Some(Flaw::ExpPast),
    };
    let begun = assertion.time("nbf").is_none_or(|nbf| nbf <= now + LEEWAY) || flaw == Some(Flaw::NbfAhead);
    let made = assertion.time("iat").is_none_or(|iat| iat <= now + LEEWAY) || flaw != Some(Flaw::IatAheadRefused);
    let unique = assertion.claims.contains_key("jti") || flaw != Some(Flaw::JtiMissingRefused);
    ends && begun && made && unique
}

fn understood(assertion: &Opened, flaw: Option<Flaw>) -> bool {
    !assertion.header.contains_key("crit") || flaw == Some(Flaw::CriticalUnread)
}
