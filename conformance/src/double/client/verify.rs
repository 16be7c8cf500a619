//! What the double takes for a signed token. The cryptography is this module's own.

use aws_lc_rs::{
    hmac,
    rsa::PublicKeyComponents,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RsaParameters},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rsa::{
    BigUint, RsaPublicKey,
    pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _},
    pkcs8::{EncodePublicKey as _, LineEnding},
    traits::PublicKeyParts as _,
};
use serde_json::{Map, Value};

use super::{ClientDouble, FrontFlaw, KeyFlaw, Pending, Refusal, SignatureFlaw, metadata::UNANSWERED};

/// A token taken apart.
pub(super) struct Opened {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    /// The claims as they were written.
    pub(super) written: String,
    message: String,
    signature: Vec<u8>,
    pub(super) length: usize,
}

impl Opened {
    pub(super) fn read(token: &str) -> Option<Self> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else { return None };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let written = String::from_utf8(decode(claims)?).ok()?;
        Some(Self {
            header: serde_json::from_slice(&decode(header)?).ok()?,
            claims: serde_json::from_str(&written).ok()?,
            written,
            message: format!("{header}.{claims}"),
            signature: decode(signature)?,
            length: token.len(),
        })
    }

    /// A claim that is a string.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.claims.get(name).and_then(Value::as_str).map(str::to_owned)
    }

    fn alg(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }
}

/// An RSA public key by its numbers.
struct Numbers {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl Numbers {
    fn of(jwk: &Value) -> Option<Self> {
        let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
        (jwk["kty"] == "RSA").then_some(())?;
        Some(Self { n: number("n")?, e: number("e")? })
    }

    fn verifies(&self, parameters: &RsaParameters, message: &str, signature: &[u8]) -> bool {
        let key = PublicKeyComponents { n: self.n.as_slice(), e: self.e.as_slice() };
        key.verify(parameters, message.as_bytes(), signature).is_ok()
    }

    /// Whether one of the 256 values of its last byte makes the signature good.
    fn verifies_but_for_last_byte(&self, token: &Opened) -> bool {
        let mut signature = token.signature.clone();
        (0..=u8::MAX).any(|byte| {
            if let Some(last) = signature.last_mut() {
                *last = byte;
            }
            self.verifies(&RSA_PKCS1_2048_8192_SHA256, &token.message, &signature)
        })
    }

    /// Whether the signature opens to the padding of PKCS #1, whatever stands behind it.
    fn opens_to_padding(&self, token: &Opened) -> bool {
        let (n, e) = (BigUint::from_bytes_be(&self.n), BigUint::from_bytes_be(&self.e));
        let opened = BigUint::from_bytes_be(&token.signature).modpow(&e, &n).to_bytes_be();
        // The leading zero of the padding is lost in the number.
        opened.len() + 1 == self.n.len() && opened.starts_with(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    }

    fn key(&self) -> Option<RsaPublicKey> {
        RsaPublicKey::new(BigUint::from_bytes_be(&self.n), BigUint::from_bytes_be(&self.e)).ok()
    }

    fn pem(&self) -> String {
        self.key().and_then(|key| key.to_public_key_pem(LineEnding::LF).ok()).unwrap_or_default()
    }

    fn pkcs1(&self) -> Vec<u8> {
        self.key().and_then(|key| key.to_pkcs1_der().ok()).map(|der| der.as_bytes().to_vec()).unwrap_or_default()
    }

    /// The key of a certificate (PEM): what follows the algorithm `rsaEncryption` (RFC 3279, 2.3.1).
    fn certified(pem: &str) -> Option<Self> {
        const RSA: [u8; 13] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(body).ok()?;
        let behind = der.windows(RSA.len()).position(|window| *window == RSA)? + RSA.len();
        // A BIT STRING: its tag, two bytes of length behind the mark for two, and no unused bits.
        let [0x03, 0x82, high, low, 0x00] = *der.get(behind..behind + 5)? else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let key = RsaPublicKey::from_pkcs1_der(der.get(behind + 5..behind + 4 + length)?).ok()?;
        Some(Self { n: key.n().to_bytes_be(), e: key.e().to_bytes_be() })
    }
}

fn is_hmac(secret: &[u8], token: &Opened) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, token.message.as_bytes(), &token.signature).is_ok()
}

impl ClientDouble {
    /// Verifies the signature.
    pub(super) async fn verify(&self, token: &Opened, pending: &Pending) -> Result<(), Refusal> {
        if self.has(SignatureFlaw::ByTls) {
            return Ok(());
        }
        if token.header.contains_key("crit") && !self.has(SignatureFlaw::CritIgnored) {
            return Err("the token has an extension that is not known".to_owned());
        }
        if self.has(SignatureFlaw::HeaderRefused) && token.header.contains_key("jwk") {
            return Err("the token has a key in its header".to_owned());
        }
        let alg = token.alg();
        let none = alg == "none" && (self.has(SignatureFlaw::NoneTaken) || self.has(FrontFlaw::NoneTaken))
            || alg.eq_ignore_ascii_case("none") && self.has(SignatureFlaw::NoneOfAnyCase)
            || token.signature.is_empty() && alg == "RS256" && self.has(SignatureFlaw::EmptyTaken);
        if none {
            return Ok(());
        }
        let secret = self.issuer(pending.issuer).secret.reveal().as_bytes();
        if alg == "HS256" && self.has(SignatureFlaw::ClientSecret) && is_hmac(secret, token) {
            return Ok(());
        }
        let keys = match self.candidates(token, pending).await {
            Ok(keys) => keys,
            Err(reason) if self.has(KeyFlaw::LostTaken) && reason.starts_with(UNANSWERED) => return Ok(()),
            Err(reason) => return Err(reason),
        };
        if keys.iter().any(|key| self.signed(key, token)) {
            return Ok(());
        }
        Err("the signature of the token does not hold".to_owned())
    }

    /// Whether this key signed the token.
    fn signed(&self, key: &Numbers, token: &Opened) -> bool {
        match token.alg() {
            "HS256" if self.has(SignatureFlaw::PublicDerAsSecret) => is_hmac(&key.pkcs1(), token),
            "HS256" => self.has(SignatureFlaw::PublicAsSecret) && is_hmac(key.pem().as_bytes(), token),
            "RS384" => {
                self.has(SignatureFlaw::OtherAlg)
                    && key.verifies(&RSA_PKCS1_2048_8192_SHA384, &token.message, &token.signature)
            }
            "RS256" => {
                let unread = self.has(SignatureFlaw::NotCompared) || self.has(FrontFlaw::NotVerified);
                key.verifies(&RSA_PKCS1_2048_8192_SHA256, &token.message, &token.signature)
                    || unread && !token.signature.is_empty()
                    || self.has(SignatureFlaw::LastByte) && key.verifies_but_for_last_byte(token)
                    || self.has(SignatureFlaw::PaddingOnly) && key.opens_to_padding(token)
            }
            _ => false,
        }
    }

    /// The keys that may have signed the token.
    async fn candidates(&self, token: &Opened, pending: &Pending) -> Result<Vec<Numbers>, Refusal> {
        let kid = token.kid();
        let jku = token.header.get("jku").and_then(Value::as_str);
        if let Some(jku) = jku.filter(|_| self.has(SignatureFlaw::HeaderJku) || self.has(SignatureFlaw::JkuFetched)) {
            let led = self.fetch_json(jku).await?;
            if self.has(SignatureFlaw::HeaderJku) {
                return Ok(led["keys"].as_array().into_iter().flatten().filter_map(Numbers::of).collect());
            }
        }
        let x5u = token.header.get("x5u").and_then(Value::as_str).filter(|_| self.has(SignatureFlaw::HeaderX5u));
        if let Some(x5u) = x5u {
            return Ok(Numbers::certified(&self.fetch_text(x5u).await?).into_iter().collect());
        }
        if let Some(jwk) = token.header.get("jwk").filter(|_| self.has(SignatureFlaw::HeaderJwk)) {
            return Ok(Numbers::of(jwk).into_iter().collect());
        }
        let mut keys = self.keys(pending.issuer, &pending.metadata.jwks_uri, kid).await?;
        if self.has(super::ClaimFlaw::IssuersPooled) {
            for (index, known) in self.wiring.issuers.iter().enumerate().filter(|(index, _)| *index != pending.issuer) {
                keys.extend(self.keys(index, &format!("{}/jwks", known.issuer), kid).await?);
            }
        }
        keys.retain(|key| key["kty"] == "RSA" && (key["use"] == "sig" || key["use"].is_null()));
        if self.has(KeyFlaw::UseWanted) {
            keys.retain(|key| key["use"] == "sig");
        }
        let numbers = |keys: Vec<Value>| keys.iter().filter_map(Numbers::of).collect::<Vec<_>>();
        if self.has(KeyFlaw::LastKey) {
            return Ok(numbers(keys).pop().into_iter().collect());
        }
        match kid {
            Some(kid) => {
                keys.retain(|key| key["kid"] == *kid);
                Ok(numbers(keys))
            }
            None if self.has(KeyFlaw::KidWanted) => Err("the token names no key".to_owned()),
            None if keys.len() > 1 && !self.has(KeyFlaw::AllTried) => {
                Err("the token names no key, and there are several".to_owned())
            }
            None => Ok(numbers(keys)),
        }
    }
}
